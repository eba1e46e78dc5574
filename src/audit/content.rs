//! Reads each blob once, searches its text, parses dependency files, and attributes what is found to the commit that
//! introduced it.

use super::{AuditError, Progress};
use crate::detectors::PathGuards;
use crate::heuristics::{Heuristic, TextRule};
use crate::history::{CommitIdx, EntryKind, FileMode, Oid};
use crate::ledger::{BlobId, ChangeRow, Dependencies, Ledger, OpaqueBlob, PathId, TextEvidence, TextFacts};
use crate::observe::content::{Hit, Memo, RuleBits, Scanner, Syntax, TextRules, opaque};
use crate::observe::dependencies::{FileKind, ManifestReader, Read};
use crate::repository::{BlobVisitor, Copied, Repository, Skipped, TreeDiff};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What to search for, and how.
pub(super) struct Request<'r> {
    pub heuristics: &'r [Heuristic],
    pub guards: &'r PathGuards,
    /// The set of paths whose binary files are measured; `None` to measure none.
    pub opaque: Option<&'static str>,
    /// Whether dependency files are parsed.
    pub dependencies: bool,
    pub exhaustive: bool,
    pub progress: &'r dyn Progress,
}

/// What was found.
#[derive(Default)]
pub(super) struct Searched {
    pub text: TextFacts,
    /// The number in `text` of each text heuristic.
    pub numbers: FxHashMap<String, u16>,
    pub opaque: BTreeMap<BlobId, OpaqueBlob>,
    pub dependencies: Dependencies,
    /// Bytes of blobs that were read.
    pub bytes: u64,
}

/// Searches every blob whose path some rule reads, and finds the commit that introduced each hit.
pub(super) fn search_text(
    ledger: &mut Ledger,
    repositories: &[Repository],
    request: &Request<'_>,
) -> Result<Searched, AuditError> {
    let of_kind: Vec<(&Heuristic, &TextRule)> =
        request.heuristics.iter().filter_map(|h| Some((h, h.kind.text()?))).collect();
    let rules = TextRules::new(of_kind.iter().map(|(_, rule)| *rule))?;
    let numbers = of_kind.iter().enumerate().map(|(i, (h, _))| (h.id.clone(), i as u16)).collect();
    let known = known_before(ledger, repositories);
    let net = net_changes(ledger, repositories);
    let mut naming: BTreeMap<&str, RuleBits> = BTreeMap::new();
    for (i, (h, _)) in of_kind.iter().enumerate() {
        h.innocent
            .iter()
            .filter_map(|i| i.test.as_deref())
            .for_each(|guard| naming.entry(guard).or_default().insert(i));
    }
    // Which rules read each path, and which of them treat it as an innocent place.
    let paths: Vec<PathUse> = (0..ledger.path_count() as u32)
        .into_par_iter()
        .map(|p| {
            let path = ledger.path(PathId(p));
            let reads = rules.for_path(path);
            let path = String::from_utf8_lossy(path);
            let mut guarded = RuleBits::default();
            if !reads.is_empty() {
                request
                    .guards
                    .holding(&path)
                    .filter_map(|guard| naming.get(guard))
                    .for_each(|bits| guarded.merge(bits));
            }
            let measured = request.opaque.is_some_and(|set| request.guards.contains(set, &path));
            let kind = if request.dependencies { FileKind::of(path.as_bytes()) } else { None };
            PathUse { reads, guarded, measured, syntax: Syntax::of(path.as_bytes()), kind }
        })
        .collect();
    let mut search = Search {
        by_blob: vec![RuleBits::default(); ledger.blobs.len()],
        measured: vec![false; ledger.blobs.len()],
        syntax: vec![None; ledger.blobs.len()],
        kinds: FxHashMap::default(),
        manifests: ManifestReader::default(),
        scanner: None,
        found: Mutex::default(),
        progress: request.progress,
    };
    let changed = ledger.changes.iter().flat_map(|c| [c.old, c.new].into_iter().flatten().map(|b| (b, c.path)));
    let of_range = net.iter().flat_map(|row| [row.old, row.new].into_iter().flatten().map(|blob| (blob, row.path)));
    for (blob, path) in changed.chain(known.iter().copied()).chain(of_range) {
        let of = &paths[path.0 as usize];
        search.by_blob[blob.index()].merge(&of.reads);
        search.measured[blob.index()] |= of.measured;
        let syntax = &mut search.syntax[blob.index()];
        *syntax = Some(if syntax.is_none_or(|known| known == of.syntax) { of.syntax } else { Syntax::Unknown });
        if let Some(kind) = of.kind {
            let kinds: &mut Vec<FileKind> = search.kinds.entry(blob.0).or_default();
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    search.scanner = Some(Scanner::new(&rules, search.by_blob.iter().copied(), request.exhaustive));
    let mut bytes = 0;
    for (number, repository) in repositories.iter().enumerate() {
        let wanted = ledger.blobs_of(number as u16, |blob| search.wants(blob));
        request.progress.phase("content", Some(wanted.len() as u64));
        let (read, skipped) = repository.read_blobs(&wanted, &search);
        bytes += read;
        let row = &mut ledger.repositories[number];
        row.skip("blobs", skipped);
        let cut_short = search.found.lock().map_or(0, |mut found| std::mem::take(&mut found.cut_short).len());
        if cut_short > 0 {
            row.notices.push(format!(
                "{cut_short} files exceed the limit on pattern matches or encoded text; the rest of them was not scanned"
            ));
        }
    }
    let mut found = search.found.into_inner().unwrap_or_default();
    let mut path_of: FxHashMap<BlobId, PathId> = FxHashMap::default();
    for row in ledger.changes.iter().filter(|_| !found.unread.is_empty()) {
        if let Some(blob) = row.new.filter(|blob| found.unread.contains_key(blob)) {
            path_of.entry(blob).or_insert(row.path);
        }
    }
    for (blob, why) in std::mem::take(&mut found.unread) {
        let path = path_of.get(&blob).map_or(&b""[..], |path| ledger.path(*path));
        let why = format!("{} ({why})", String::from_utf8_lossy(path));
        let blob = ledger.blobs[blob.index()];
        ledger.repositories[usize::from(blob.repository)].skip("blobs", vec![Skipped::seen(blob.oid, why)]);
    }
    let (places, mut read): (Vec<_>, Vec<Read>) = found.manifests.into_iter().unzip();
    let table = search.manifests.finish(&mut read);
    let dependencies = Dependencies::new(ledger, table, places.into_iter().zip(read).collect(), &known);
    let head = if found.hits.is_empty() { FxHashSet::default() } else { head_blobs(ledger, repositories) };
    let (by_path, guarded): (Vec<RuleBits>, Vec<RuleBits>) = paths.into_iter().map(|of| (of.reads, of.guarded)).unzip();
    let evidence = TextEvidence { hits: found.hits, by_path: &by_path, guarded: &guarded, head, known, net };
    let text = TextFacts::new(ledger, &evidence);
    Ok(Searched { text, numbers, opaque: found.opaque, dependencies, bytes })
}

/// How a path is read.
struct PathUse {
    /// The rules that read it.
    reads: RuleBits,
    /// The rules that treat it as an innocent place.
    guarded: RuleBits,
    measured: bool,
    syntax: Syntax,
    kind: Option<FileKind>,
}

/// Searches blobs while they stream by.
struct Search<'s> {
    /// The rules that read each blob.
    by_blob: Vec<RuleBits>,
    /// Which blobs are measured if they are binary.
    measured: Vec<bool>,
    /// The comment syntax of each blob; unknown if its paths disagree.
    syntax: Vec<Option<Syntax>>,
    /// The kinds of dependency file that each blob is.
    kinds: FxHashMap<u32, Vec<FileKind>>,
    manifests: ManifestReader,
    scanner: Option<Scanner<'s>>,
    found: Mutex<Found>,
    progress: &'s dyn Progress,
}

#[derive(Default)]
struct Found {
    hits: FxHashMap<BlobId, Vec<Hit>>,
    opaque: BTreeMap<BlobId, OpaqueBlob>,
    cut_short: FxHashSet<u32>,
    manifests: Vec<((BlobId, FileKind), Read)>,
    /// Dependency files that could not be parsed, and why.
    unread: BTreeMap<BlobId, String>,
}

impl Search<'_> {
    fn wants(&self, blob: BlobId) -> bool {
        !self.by_blob[blob.index()].is_empty() || self.measured[blob.index()] || self.kinds.contains_key(&blob.0)
    }
}

impl BlobVisitor for Search<'_> {
    type Memo = Memo;

    fn visit(&self, number: Option<u32>, bytes: &[u8], base: Option<(&Memo, &[Copied])>) -> Memo {
        let Some(scanner) = &self.scanner else { return Memo::default() };
        let bits = number.map(|blob| &self.by_blob[blob as usize]).filter(|bits| !bits.is_empty());
        let syntax = number.map_or(Syntax::Unknown, |blob| self.syntax[blob as usize].unwrap_or(Syntax::Unknown));
        let scanned = scanner.scan(bytes, bits, syntax, base);
        let Some(blob) = number else { return scanned.memo };
        self.progress.advance(1);
        for kind in self.kinds.get(&blob).into_iter().flatten() {
            let read = self.manifests.read(*kind, bytes);
            if let Ok(mut found) = self.found.lock() {
                match read {
                    Ok(read) => found.manifests.push(((BlobId(blob), *kind), read)),
                    Err(why) => {
                        found.unread.insert(BlobId(blob), why);
                    }
                }
            }
        }
        let measured = if self.measured[blob as usize] { opaque(bytes) } else { None };
        if (!scanned.hits.is_empty() || scanned.cut_short || measured.is_some())
            && let Ok(mut found) = self.found.lock()
        {
            found.cut_short.extend(scanned.cut_short.then_some(blob));
            found
                .opaque
                .extend(measured.map(|entropy| (BlobId(blob), OpaqueBlob { size: bytes.len() as u64, entropy })));
            if !scanned.hits.is_empty() {
                found.hits.insert(BlobId(blob), scanned.hits);
            }
        }
        scanned.memo
    }

    fn weight(&self, memo: &Memo) -> usize {
        memo.weight()
    }

    fn withdraw(&self, number: u32) {
        if let Ok(mut found) = self.found.lock() {
            found.hits.remove(&BlobId(number));
            found.opaque.remove(&BlobId(number));
            found.cut_short.remove(&number);
            found.unread.remove(&BlobId(number));
            found.manifests.retain(|((blob, _), _)| blob.0 != number);
        }
    }
}

/// The blobs that existed before the commits in scope: those in the trees of their parents outside the scope. Adds
/// their paths and blobs to the ledger.
fn known_before(ledger: &mut Ledger, repositories: &[Repository]) -> Vec<(BlobId, PathId)> {
    let mut known = Vec::new();
    for (number, repository) in repositories.iter().enumerate() {
        let judged = ledger.commits[ledger.repositories[number].commits.clone()].iter().filter(|c| c.judged);
        let mut trees: Vec<Oid> = judged
            .flat_map(|c| ledger.parents(c))
            .map(|p| ledger.commit(*p))
            .filter(|parent| !parent.judged)
            .map(|parent| parent.tree)
            .collect();
        // In canonical order, neighbouring trees share nearly everything.
        let mut seen = FxHashSet::default();
        trees.retain(|tree| seen.insert(*tree));
        let mut diff = TreeDiff::new(repository);
        let mut found: Vec<(Vec<u8>, Oid)> = Vec::new();
        for (i, tree) in trees.iter().enumerate() {
            // Compare each tree with the one before.
            let shared = if i == 0 { &[][..] } else { &trees[i - 1..i] };
            diff.compare(tree, shared, &mut |change| {
                if let Some((mode, oid)) = change.new
                    && mode.kind() == EntryKind::File
                {
                    found.push((change.path.to_vec(), oid));
                }
            });
        }
        ledger.repositories[number].skip("trees", diff.into_skipped());
        known.extend(ledger.add_known(number as u16, &found));
    }
    known
}

/// The net changes of ranges that contain merges. A merge can restore content that one side kept and the other removed
/// long ago. One of its parents has that content, so only the net change shows that the range introduces it.
fn net_changes(ledger: &mut Ledger, repositories: &[Repository]) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    for (number, repository) in repositories.iter().enumerate() {
        let row = &ledger.repositories[number];
        let place = |oid: Option<Oid>| {
            let commits = row.commits.clone();
            let found = oid.and_then(|oid| ledger.commits[commits.clone()].iter().position(|c| c.oid == oid));
            found.map(|at| CommitIdx((commits.start + at) as u32))
        };
        let has_merges = ledger.commits[row.commits.clone()].iter().any(|c| c.judged && c.parent_count > 1);
        let Some((base, end)) = place(row.base).zip(place(row.end)).filter(|_| has_merges) else { continue };
        let Some(parted) = ledger.merge_base(base, end) else { continue };
        let (old, new) = (ledger.commit(parted).tree, ledger.commit(end).tree);
        let mut diff = TreeDiff::new(repository);
        // The files of both sides in one list, with the sides that each path has.
        let mut files: Vec<(Vec<u8>, Oid)> = Vec::new();
        let mut sides: Vec<[bool; 2]> = Vec::new();
        diff.compare(&new, &[old], &mut |change| {
            let file =
                |side: Option<(FileMode, Oid)>| side.filter(|(m, _)| m.kind() == EntryKind::File).map(|(_, oid)| oid);
            let both = [file(change.old.first().copied().flatten()), file(change.new)];
            files.extend(both.into_iter().flatten().map(|oid| (change.path.to_vec(), oid)));
            sides.push(both.map(|side| side.is_some()));
        });
        ledger.repositories[number].skip("trees", diff.into_skipped());
        let mut known = ledger.add_known(number as u16, &files).into_iter();
        for side in sides {
            let [before, after] = side.map(|is_there| if is_there { known.next() } else { None });
            let Some((_, path)) = after.or(before) else { continue };
            let mode = |side: Option<(BlobId, PathId)>| FileMode(if side.is_some() { 0o100_644 } else { 0 });
            rows.push(ChangeRow {
                commit: end,
                path,
                parent: 0,
                old_mode: mode(before),
                new_mode: mode(after),
                old: before.map(|(blob, _)| blob),
                new: after.map(|(blob, _)| blob),
            });
        }
    }
    rows
}

/// The blobs in the trees at HEAD, of those in the ledger.
fn head_blobs(ledger: &Ledger, repositories: &[Repository]) -> FxHashSet<BlobId> {
    let mut head = FxHashSet::default();
    for (number, repository) in repositories.iter().enumerate() {
        let known = ledger.blobs_of(number as u16, |_| true);
        if let Some(tree) = repository.head_tree() {
            TreeDiff::new(repository).compare(&tree, &[], &mut |change| {
                let place = change.new.and_then(|(_, oid)| known.binary_search_by_key(&oid, |(known, _)| *known).ok());
                head.extend(place.map(|place| BlobId(known[place].1)));
            });
        }
    }
    head
}
