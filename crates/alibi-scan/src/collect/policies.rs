//! Collects edits to security policies and ownership files.

use super::blobs::Blobs;
use super::collector::{Collector, Context};
use super::error::CollectError;
use alibi_core::facts::{ChangeRow, FactSet, Facts, PolicyEdit};
use alibi_git::repository::{Repository, Skipped};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};

/// Maximum number of bytes of a file that are read.
const MAX_FILE: usize = 1 << 20;

/// Collects edits to policies and ownership files.
pub(super) struct Policies;

impl Collector for Policies {
    fn phase(&self) -> &'static str {
        "access"
    }

    fn provides(&self) -> FactSet {
        FactSet::POLICIES
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        let guards = context.plan.guards;
        let wanted = |path: &str| ["security-policy", "ownership"].iter().any(|set| guards.contains(set, path));
        let (edits, skipped) = policy_edits(context.facts, context.repositories, wanted);
        context.facts.policies = edits;
        context.note_skipped(skipped);
        Ok(())
    }
}

/// Returns the edits to existing files that `wanted` selects, by commits in scope that are not merges; and the objects
/// that could not be read.
fn policy_edits(
    facts: &Facts,
    repositories: &[Repository],
    wanted: impl Fn(&str) -> bool,
) -> (Vec<PolicyEdit>, Vec<(usize, Skipped)>) {
    let is_wanted: Vec<bool> = (0..facts.path_count() as u32)
        .map(|id| wanted(&String::from_utf8_lossy(facts.path(alibi_core::facts::PathId(id)))))
        .collect();
    let is_edit = |change: &&ChangeRow| {
        let commit = facts.commit(change.commit);
        is_wanted[change.path.0 as usize] && commit.in_scope && commit.parent_count <= 1 && change.old.is_some()
    };
    let changes: Vec<&ChangeRow> = facts.changes.iter().filter(is_edit).collect();
    let blobs = Blobs::new(facts, repositories);
    let mut edits: Vec<PolicyEdit> = changes
        .par_iter()
        .filter_map(|change| {
            let number = facts.commit(change.commit).repository;
            let (old, new) = (blobs.read(number, change.old)?, blobs.read(number, change.new)?);
            let (old, new) = (&old[..old.len().min(MAX_FILE)], &new[..new.len().min(MAX_FILE)]);
            let (before, after) = (lines(old), lines(new));
            let (had, has): (HashSet<&[u8]>, HashSet<&[u8]>) =
                (before.iter().copied().collect(), after.iter().copied().collect());
            let (gone, come) = (contacts(old), contacts(new));
            Some(PolicyEdit {
                commit: change.commit,
                path: change.path,
                before: before.len(),
                removed: before.iter().filter(|l| !has.contains(*l)).count(),
                added: after.iter().filter(|l| !had.contains(*l)).count(),
                contacts_removed: gone
                    .difference(&come)
                    .map(|contact| (contact.clone(), line_of(old, contact)))
                    .collect(),
                contacts_added: come.difference(&gone).cloned().collect(),
            })
        })
        .collect();
    edits.sort();
    (edits, blobs.into_skipped())
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).collect()
}

/// The first line that mentions a contact, in lower case.
fn line_of(text: &[u8], contact: &[u8]) -> Vec<u8> {
    const MAX: usize = 400;
    let mut lines = text.split(|&b| b == b'\n').map(|line| line[..line.len().min(MAX)].to_ascii_lowercase());
    lines.find(|line| memchr::memmem::find(line, contact).is_some()).unwrap_or_default()
}

/// The email addresses and handles in the text, in lower case.
fn contacts(text: &[u8]) -> BTreeSet<Vec<u8>> {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || b"@._+-/".contains(b) || *b >= 0x80;
    text.split(|b| !is_word(b))
        .map(|word| word.trim_ascii())
        .map(|word| {
            let end = word.iter().rposition(|b| !b".-/".contains(b)).map_or(0, |at| at + 1);
            &word[..end]
        })
        .filter(|word| word.len() > 2 && word.len() < 200 && word.iter().filter(|b| **b == b'@').count() == 1)
        .map(<[u8]>::to_ascii_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::contacts;

    #[test]
    fn contacts_are_addresses_and_handles() {
        let text = b"Write to <Ana@example.org>, or to @ben-k and @org/team. Not a@b@c, not @.\n";
        let found: Vec<String> = contacts(text).into_iter().map(|c| String::from_utf8(c).unwrap()).collect();
        assert_eq!(found, ["@ben-k", "@org/team", "ana@example.org"]);
    }
}
