//! Follows symbolic links: a file is also what the names of the links that lead to it say.

use alibi_core::facts::{BlobId, ChangeRow, Facts, PathId, RepositoryIdx};
use alibi_git::history::{CommitIdx, EntryKind, FileMode, Oid};
use alibi_git::repository::{BlobReader, Repository, TreeDiff};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Maximum number of links that lead to one file.
const MAX_HOPS: usize = 8;

/// Maximum number of files that the links of one repository lead to.
const MAX_FILES: usize = 10_000;

/// Returns, for each link and each path below it, the changes of the file that it leads to. If no commit in scope changed
/// the file, there is one change, by the commit that changed the link. Adds the paths to the store. Only links and files
/// in the tree at the end of the scope are considered.
pub(super) fn linked(facts: &mut Facts, repositories: &[Repository]) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    for (number, repository) in repositories.iter().enumerate() {
        let number = RepositoryIdx::new(number);
        let Some(tree) = end_tree(facts, number, repository) else { continue };
        let mut found = Files::default();
        let mut diff = TreeDiff::new(repository);
        diff.compare(&tree, &[], &mut |change| match change.new {
            Some((mode, oid)) if mode.kind() == EntryKind::Link => {
                found.links.insert(change.path.to_vec(), oid);
            }
            _ => {}
        });
        if found.links.is_empty() {
            continue;
        }
        diff.compare(&tree, &[], &mut |change| match change.new {
            Some((mode, oid)) if mode.kind() == EntryKind::File => {
                found.files.insert(change.path.to_vec(), oid);
            }
            _ => {}
        });
        facts.repositories[number.index()].skip("trees", diff.into_skipped());
        let followed = found.follow(repository);
        let changes = changes_by_path(facts, number);
        let paths: Vec<(Vec<u8>, Oid)> = followed.iter().map(|f| (f.path.clone(), found.files[&f.file])).collect();
        let known = facts.add_known(number, &paths);
        for (of, (blob, path)) in followed.iter().zip(known) {
            match (changes.get(&of.file), changes.get(&of.link).and_then(|of| of.last())) {
                (Some(of_file), _) => rows.extend(of_file.iter().map(|row| ChangeRow { path, ..*row })),
                (None, Some(of_link)) => rows.push(added(of_link.commit, path, blob)),
                (None, None) => {}
            }
        }
    }
    rows.sort_by_key(|row| (row.commit, row.path));
    rows
}

fn added(commit: CommitIdx, path: PathId, blob: BlobId) -> ChangeRow {
    let (old_mode, new_mode) = (FileMode(0), FileMode(0o100_644));
    ChangeRow { commit, path, parent: 0, old_mode, new_mode, old: None, new: Some(blob) }
}

/// The tree at the end of the range, or at HEAD.
fn end_tree(facts: &Facts, number: RepositoryIdx, repository: &Repository) -> Option<Oid> {
    let row = &facts.repositories[number.index()];
    let end = row.end.and_then(|end| facts.commits[row.commits.clone()].iter().find(|c| c.oid == end));
    end.map(|commit| commit.tree).or_else(|| repository.head_tree())
}

/// The changes of each path of a repository.
fn changes_by_path(facts: &Facts, number: RepositoryIdx) -> FxHashMap<Vec<u8>, Vec<ChangeRow>> {
    let mut changes: FxHashMap<Vec<u8>, Vec<ChangeRow>> = FxHashMap::default();
    for change in facts.changes.iter().filter(|c| facts.commit(c.commit).repository == number) {
        changes.entry(facts.path(change.path).to_vec()).or_default().push(*change);
    }
    changes
}

/// The files and links of a tree.
#[derive(Default)]
struct Files {
    files: BTreeMap<Vec<u8>, Oid>,
    links: BTreeMap<Vec<u8>, Oid>,
}

/// A path that a link gives to a file.
struct Followed {
    path: Vec<u8>,
    link: Vec<u8>,
    file: Vec<u8>,
}

impl Files {
    fn follow(&self, repository: &Repository) -> Vec<Followed> {
        let mut reader = BlobReader::new(repository);
        let mut targets: BTreeMap<&[u8], Vec<u8>> = BTreeMap::new();
        for (path, oid) in &self.links {
            if let Some(target) = reader.read(oid).ok().and_then(|text| target(path, text)) {
                targets.insert(path, target);
            }
        }
        let mut all = Vec::new();
        for (link, target) in &targets {
            let mut target = target;
            for _ in 0..MAX_HOPS {
                let Some(next) = targets.get(target.as_slice()) else { break };
                target = next;
            }
            if self.files.contains_key(target) {
                all.push(Followed { path: link.to_vec(), link: link.to_vec(), file: target.clone() });
                continue;
            }
            let folder = [target.as_slice(), b"/"].concat();
            let inside = self.files.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
            all.extend(inside.take(MAX_FILES).map(|(path, _)| Followed {
                path: [link, b"/".as_slice(), &path[folder.len()..]].concat(),
                link: link.to_vec(),
                file: path.clone(),
            }));
            if all.len() >= MAX_FILES {
                break;
            }
        }
        all
    }
}

/// The path in the tree that a link leads to; `None` if it leads out of the tree.
fn target(link: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    if text.starts_with(b"/") {
        return None;
    }
    let mut parts: Vec<&[u8]> = link.split(|b| *b == b'/').collect();
    parts.pop();
    for part in text.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn the_target_of_a_link_is_relative_to_its_folder() {
        for (link, text, expected) in [
            ("src/x.js", "../data/notes.txt", Some("data/notes.txt")),
            ("x", "./a//b", Some("a/b")),
            ("a/b/c", "d", Some("a/b/d")),
            ("a", "../b", None),
            ("a", "/etc/passwd", None),
        ] {
            let found = target(link.as_bytes(), text.as_bytes());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{link} -> {text}");
        }
    }
}
