//! Collects the entries that each commit adds to `.mailmap`.

use super::collector::{Collector, Context};
use super::error::CollectError;
use alibi_core::facts::{BlobId, CommitIdx, FactSet, Facts};
use alibi_git::history::MailmapEntry;
use alibi_git::repository::{BlobReader, Repository, Skipped, mailmap_entries};
use std::collections::HashSet;

/// Collects the entries that commits add to `.mailmap`.
pub(super) struct Mailmaps;

impl Collector for Mailmaps {
    fn phase(&self) -> &'static str {
        "mailmaps"
    }

    fn provides(&self) -> FactSet {
        FactSet::MAILMAPS
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        let (edits, skipped) = mailmap_edits(context.facts, context.repositories);
        context.facts.mailmap_edits = edits;
        context.note_skipped(skipped);
        Ok(())
    }
}

/// The entries that commits add, each with its commit; and the objects that could not be read, each with its
/// repository's number.
type Edits = (Vec<(CommitIdx, MailmapEntry)>, Vec<(usize, Skipped)>);

/// Returns the entries that commits add to the root `.mailmap`, in commit order, and the objects that could not be
/// read.
fn mailmap_edits(facts: &Facts, repositories: &[Repository]) -> Edits {
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    let (mut added, mut skipped) = (Vec::new(), Vec::new());
    let path = (0..facts.path_count() as u32).map(alibi_core::facts::PathId).find(|p| facts.path(*p) == b".mailmap");
    let Some(path) = path else { return (added, skipped) };
    for change in facts.changes.iter().filter(|c| c.path == path) {
        let commit = facts.commit(change.commit);
        // A merge repeats the edits of its branches.
        if commit.parent_count > 1 {
            continue;
        }
        let number = commit.repository.index();
        let mut read = |blob: Option<BlobId>| match blob {
            None => Some(Vec::new()),
            Some(blob) => match readers[number].read(&facts.blobs[blob.index()].oid) {
                Ok(text) => Some(text.to_vec()),
                Err(skip) => {
                    skipped.push((number, skip));
                    None
                }
            },
        };
        let (Some(old), Some(new)) = (read(change.old), read(change.new)) else { continue };
        // A large mailmap changes often, a line at a time, so only new lines are parsed.
        let known: HashSet<&[u8]> = old.split(|&b| b == b'\n').collect();
        let fresh: Vec<&[u8]> = new.split(|&b| b == b'\n').filter(|line| !known.contains(line)).collect();
        added.extend(mailmap_entries(&fresh.join(&b'\n')).into_iter().map(|entry| (change.commit, entry)));
    }
    (added, skipped)
}
