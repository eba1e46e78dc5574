//! Finds dependencies that no file at HEAD uses.

use super::collector::{Collector, Context};
use super::error::CollectError;
use aho_corasick::AhoCorasick;
use alibi_core::analysis::packages::newcomer_dependencies;
use alibi_core::facts::{BlobId, FactSet, Facts, RepositoryIdx};
use alibi_git::history::{Copied, EntryKind, Oid};
use alibi_git::repository::{BlobVisitor, Repository, TreeDiff};
use alibi_manifests::Ecosystem;
use alibi_manifests::manifests::FileKind;
use memchr::memmem;
use regex::bytes::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Mutex;

/// Maximum size of a file that is treated as source code, in bytes.
const MAX_SOURCE: usize = 2 << 20;

/// Dependencies by name, each with the number of its repository.
type Names = Vec<(RepositoryIdx, Ecosystem, String)>;

/// Collects the dependencies that newcomers added and no file at HEAD uses.
pub(super) struct Mentions;

impl Collector for Mentions {
    fn phase(&self) -> &'static str {
        "mentions"
    }

    fn provides(&self) -> FactSet {
        FactSet::MENTIONS
    }

    fn needs(&self) -> FactSet {
        FactSet::DEPENDENCIES | FactSet::CHANGES | FactSet::PEOPLE
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        let names = newcomer_dependencies(context.facts, context.people);
        context.facts.unreferenced = unreferenced(context.facts, context.repositories, names);
        Ok(())
    }
}

/// Returns the dependencies in `names` that a manifest at HEAD still lists but no file at HEAD uses, with the reason. A
/// mention counts as a use, since some plug-ins are named only in configuration. Exceptions are mentions in
/// documentation, in lockfiles, where the manifest lists the dependency, and in imports that are never used.
fn unreferenced(
    facts: &Facts,
    repositories: &[Repository],
    names: Names,
) -> FxHashMap<(RepositoryIdx, Ecosystem, String), &'static str> {
    let mut found = FxHashMap::default();
    for (number, repository) in repositories.iter().enumerate() {
        let number = RepositoryIdx::new(number);
        let wanted: Vec<(Ecosystem, &str)> =
            names.iter().filter(|(of, ..)| *of == number).map(|(_, e, n)| (*e, n.as_str())).collect();
        let Some(tree) = repository.head_tree().filter(|_| !wanted.is_empty()) else { continue };
        let mut files: Vec<(Vec<u8>, Oid)> = Vec::new();
        TreeDiff::new(repository).compare(&tree, &[], &mut |change| {
            if let Some((mode, oid)) = change.new
                && mode.kind() == EntryKind::File
            {
                files.push((change.path.to_vec(), oid));
            }
        });
        let known = facts.blobs_of(number, |_| true);
        let blob = |oid: &Oid| known.binary_search_by_key(oid, |(known, _)| *known).ok().map(|at| BlobId(known[at].1));
        let stated: FxHashSet<(Ecosystem, &str)> = files
            .iter()
            .filter_map(|(path, oid)| Some((FileKind::of(path).filter(|k| !k.is_lock())?, blob(oid)?)))
            .flat_map(|(kind, blob)| facts.dependencies.stated(Some(blob), kind))
            .map(|id| (facts.dependencies.get(*id).ecosystem, facts.dependencies.get(*id).name.as_str()))
            .collect();
        let wanted: Vec<(Ecosystem, &str)> = wanted.into_iter().filter(|name| stated.contains(name)).collect();
        if wanted.is_empty() {
            continue;
        }
        let Some(search) = Search::new(&wanted) else { continue };
        let mut blobs: Vec<(Oid, u32)> = Vec::new();
        for (path, oid) in &files {
            let lower = path.to_ascii_lowercase();
            let is_prose = [&b".md"[..], b".txt", b".rst", b".adoc"].iter().any(|end| lower.ends_with(end));
            if !is_prose && !FileKind::of(path).is_some_and(FileKind::is_lock) {
                // The number is 1 for manifests, which mention each dependency that they list.
                blobs.push((*oid, u32::from(FileKind::of(path).is_some())));
            }
        }
        blobs.sort_unstable();
        blobs.dedup_by_key(|(oid, _)| *oid);
        repository.read_blobs(&blobs, &search);
        let mentions = search.mentions.into_inner().unwrap_or_default();
        for (i, (ecosystem, name)) in wanted.iter().enumerate() {
            let how = match mentions.get(&i) {
                None => "nothing at HEAD names it",
                Some(Mention::ImportedOnly) => "it is imported once at HEAD and never used",
                Some(Mention::Used) => continue,
            };
            found.insert((number, *ecosystem, (*name).to_owned()), how);
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mention {
    /// Files only import the dependency, under a name that occurs nowhere else in the same file.
    ImportedOnly,
    Used,
}

struct Search {
    names: AhoCorasick,
    /// For each pattern, the index of its name in the list of names.
    of: Vec<usize>,
    import: Regex,
    mentions: Mutex<FxHashMap<usize, Mention>>,
}

impl Search {
    fn new(names: &[(Ecosystem, &str)]) -> Option<Search> {
        let (mut patterns, mut of) = (Vec::new(), Vec::new());
        for (i, (ecosystem, name)) in names.iter().enumerate() {
            patterns.push((*name).to_owned());
            of.push(i);
            // Source code names a crate with underscores.
            if *ecosystem == Ecosystem::Cargo && name.contains('-') {
                patterns.push(name.replace('-', "_"));
                of.push(i);
            }
        }
        let import = r#"^\s*(?:(?:const|let|var)\s+(\w+)\s*=\s*require\s*\(\s*['"][^'"]+['"]\s*\)|import\s+(\w+)\s+from\s+['"][^'"]+['"])\s*;?\s*$"#;
        Some(Search {
            names: AhoCorasick::new(patterns).ok()?,
            of,
            import: Regex::new(import).ok()?,
            mentions: Mutex::default(),
        })
    }

    /// Whether the line around `at` only imports something, under a name that occurs nowhere else in the text.
    fn is_unused_import(&self, text: &[u8], at: usize) -> bool {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |i| i + 1);
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |i| at + i);
        let Some(groups) = self.import.captures(&text[start..end]) else { return false };
        let Some(name) = groups.get(1).or_else(|| groups.get(2)) else { return false };
        memmem::find_iter(text, name.as_bytes()).filter(|i| !(start..end).contains(i)).count() == 0
    }
}

fn is_part_of_name(byte: Option<&u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

impl BlobVisitor for Search {
    type Memo = ();

    fn visit(&self, number: Option<u32>, bytes: &[u8], _: Option<(&(), &[Copied])>) {
        let Some(is_manifest) = number.map(|n| n == 1) else { return };
        if bytes.len() > MAX_SOURCE || bytes.contains(&0) {
            return;
        }
        let mut counts: FxHashMap<usize, (usize, Mention)> = FxHashMap::default();
        for found in self.names.find_overlapping_iter(bytes) {
            let before = found.start().checked_sub(1).and_then(|i| bytes.get(i));
            let inside = is_part_of_name(before) || before == Some(&b'/') || is_part_of_name(bytes.get(found.end()));
            if inside {
                continue;
            }
            // A dependency imported under another name is used under that name.
            let ahead = &bytes[..found.start()];
            let renamed = [&b"npm:"[..], b"package = \"", b"package=\""].iter().any(|alias| ahead.ends_with(alias));
            let how = if self.is_unused_import(bytes, found.start()) { Mention::ImportedOnly } else { Mention::Used };
            let entry = counts.entry(self.of[found.pattern().as_usize()]).or_insert((0, how));
            *entry = (entry.0 + if renamed { 2 } else { 1 }, entry.1.max(how));
        }
        if let Ok(mut mentions) = self.mentions.lock() {
            for (name, (count, how)) in counts {
                // A manifest lists a dependency once; a second mention is in a script or a tool's configuration.
                if is_manifest && count < 2 {
                    continue;
                }
                let entry = mentions.entry(name).or_insert(how);
                // One use in any file is enough.
                *entry = if *entry == how { how } else { Mention::Used };
            }
        }
    }

    fn weight(&self, (): &()) -> usize {
        0
    }

    fn withdraw(&self, _: u32) {}
}
