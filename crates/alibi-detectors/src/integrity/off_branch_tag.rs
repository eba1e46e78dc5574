//! `off-branch-tag`: a version tag on a commit that no branch contains.

use crate::shared::words::on_branches;
use alibi_core::analysis::access::{REPORT_THRESHOLD, rarity};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RefRow, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use rustc_hash::FxHashSet;

coded!(OffBranchTag, FactSet::COMMITS, ["bot", "established-contributor", "made-again", "release-line"]);

impl OffBranchTag {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for (number, row) in facts.repositories.iter().enumerate() {
            if !row.refs.iter().any(RefRow::is_branch) {
                continue;
            }
            let branches = on_branches(view, RepositoryIdx::new(number));
            let tags: Vec<(&RefRow, CommitIdx)> =
                row.refs.iter().filter(|r| is_version(r)).filter_map(|r| Some((r, r.commit?))).collect();
            let off: Vec<&(&RefRow, CommitIdx)> =
                tags.iter().filter(|(_, commit)| !branches.contains(*commit)).collect();
            let Some(others) = off.len().checked_sub(1) else { continue };
            // Projects that tag commits outside branches, or delete old release branches, do so often.
            let weight = rarity(others, tags.len() - 1);
            if weight < REPORT_THRESHOLD {
                continue;
            }
            let on_branch =
                row.commits.clone().map(|place| CommitIdx(place as u32)).filter(|idx| branches.contains(*idx));
            let made_again: FxHashSet<_> =
                on_branch.map(|idx| (facts.commit(idx).subject_hash, facts.commit(idx).author)).collect();
            for (tag, idx) in off {
                let commit = facts.commit(*idx);
                if !commit.in_scope {
                    continue;
                }
                let tagger = tag.tag.and_then(|t| t.tagger).unwrap_or(commit.committer);
                let who = view.people.contributor_of(tagger);
                let name = String::from_utf8_lossy(tag.short()).into_owned();
                let summary = format!("the tag {name} is on a commit that no branch contains");
                let mut draft = Draft::new(&self.heuristic, who, RepositoryIdx::new(number), [&tag.name], summary);
                draft.saw("names", Value::words(commit.oid.to_string()));
                draft.saw("committed", Value::Moment(commit.committed));
                draft.saw("version tags outside branches, of all", Value::of(others + 1, tags.len()));
                if commit.parent_count == 0 {
                    draft.saw("parent", "nothing; it has no parent");
                }
                // Several such commits in a row were a branch that has been deleted.
                let mut at = Some(*idx);
                let mut line = 0;
                while let Some(off) = at.filter(|idx| !branches.contains(*idx) && line <= RELEASE_LINE) {
                    line += 1;
                    at = facts.parents(facts.commit(off)).first().copied();
                }
                draft.answer("release-line", line <= RELEASE_LINE);
                draft.answer("made-again", !made_again.contains(&(commit.subject_hash, commit.author)));
                draft.reproduce([&b"branch"[..], b"--all", b"--contains", &tag.name]);
                draft.commits = vec![*idx];
                draft.weight = weight;
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}

/// Maximum number of commits in a row outside the branches. A longer row was a release branch that has been deleted.
const RELEASE_LINE: usize = 3;

/// Whether a reference is a version tag.
fn is_version(reference: &RefRow) -> bool {
    reference.is_tag() && reference.short().iter().any(u8::is_ascii_digit)
}
