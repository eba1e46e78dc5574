//! Adds notices of content that the repository refers to but does not contain.

use alibi_core::facts::{Facts, RepositoryIdx};
use alibi_git::history::EntryKind;
use alibi_git::repository::{BlobReader, Repository, TreeDiff};

/// Adds notices of content that the tree at HEAD refers to but the repository does not contain: submodules, and files
/// whose content is stored in Git LFS.
pub(super) fn note_unscanned(facts: &mut Facts, number: RepositoryIdx, repository: &Repository) {
    const NAMED: usize = 5;
    let row = &facts.repositories[number.index()];
    let Some(tip) = row.head.and_then(|oid| facts.commits[row.commits.clone()].iter().find(|c| c.oid == oid)) else {
        return;
    };
    let (mut submodules, mut attributes) = (Vec::new(), Vec::new());
    TreeDiff::new(repository).compare(&tip.tree, &[], &mut |change| {
        let Some((mode, oid)) = change.new else { return };
        if mode.kind() == EntryKind::Submodule {
            submodules.push(String::from_utf8_lossy(change.path).into_owned());
        } else if change.path.rsplit(|&b| b == b'/').next() == Some(b".gitattributes") {
            attributes.push(oid);
        }
    });
    let mut reader = BlobReader::new(repository);
    let mut patterns = Vec::new();
    for oid in attributes {
        if let Ok(text) = reader.read(&oid) {
            let lines = text.split(|&b| b == b'\n').filter(|l| memchr::memmem::find(l, b"filter=lfs").is_some());
            patterns.extend(lines.filter_map(|l| {
                let pattern = l.split(|b| b.is_ascii_whitespace()).next()?;
                Some(String::from_utf8_lossy(pattern).into_owned())
            }));
        }
    }
    let list = |names: &[String]| {
        let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
        format!("{}{more}", names[..names.len().min(NAMED)].join(", "))
    };
    let notices = &mut facts.repositories[number.index()].notices;
    if !submodules.is_empty() {
        notices.push(format!("submodules are other repositories and were not scanned: {}", list(&submodules)));
    }
    if !patterns.is_empty() {
        notices.push(format!("files stored in Git LFS were not scanned: {}", list(&patterns)));
    }
}
