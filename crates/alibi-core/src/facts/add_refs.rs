//! Adds references, annotated tags and moves of references.

use super::refs::{RefMove, RefRow, SeenRef, TagRow};
use super::store::Facts;
use alibi_git::history::{CommitIdx, Oid};
use alibi_git::repository::{LoggedMove, Reference, TagObject};
use std::collections::HashMap;

impl Facts {
    /// Returns the references of the repository whose commits were added last, with annotated tags resolved, and adds
    /// the taggers. `first` is the row of that repository's first commit.
    pub fn add_refs(&mut self, first: usize, refs: Vec<Reference>, tags: &[TagObject]) -> Vec<RefRow> {
        let tags: HashMap<Oid, &TagObject> = tags.iter().map(|tag| (tag.oid, tag)).collect();
        let peeled: Vec<Oid> = refs.iter().map(|r| peel(&tags, r.target)).collect();
        let places = self.places(first, &peeled);
        refs.into_iter()
            .zip(peeled)
            .map(|(reference, commit)| RefRow {
                tag: tags.get(&reference.target).map(|tag| TagRow {
                    tagger: tag.tagger.as_ref().map(|(name, email, _)| self.add_identity(name, email)),
                    when: tag.tagger.as_ref().map(|(_, _, when)| *when),
                }),
                name: reference.name,
                commit: places.get(&commit).copied(),
            })
            .collect()
    }

    /// Returns the moves of these references: moves since an earlier scan (`seen`), and moves recorded in reflogs
    /// (`logged`).
    pub fn add_moves(
        &mut self,
        first: usize,
        refs: &[RefRow],
        tags: &[TagObject],
        seen: &[SeenRef],
        logged: Vec<LoggedMove>,
    ) -> Vec<RefMove> {
        let tags: HashMap<Oid, &TagObject> = tags.iter().map(|tag| (tag.oid, tag)).collect();
        let now: HashMap<&[u8], CommitIdx> =
            refs.iter().filter_map(|r| r.commit.map(|commit| (r.name.as_slice(), commit))).collect();
        let mut wanted: Vec<Oid> = seen.iter().map(|s| s.commit).collect();
        wanted.extend(logged.iter().flat_map(|m| [peel(&tags, m.from), peel(&tags, m.to)]));
        let places = self.places(first, &wanted);
        let mut moves = Vec::new();
        for earlier in seen {
            let Some(&to) = now.get(earlier.name.as_slice()) else { continue };
            if self.commit(to).oid != earlier.commit {
                moves.push(RefMove {
                    name: earlier.name.clone(),
                    from: earlier.commit,
                    from_commit: places.get(&earlier.commit).copied(),
                    to,
                    by: None,
                    seen: earlier.when,
                });
            }
        }
        for step in logged {
            let Some(&to) = places.get(&peel(&tags, step.to)) else { continue };
            let from = peel(&tags, step.from);
            // The reflog of a remote-tracking branch names the person who fetched, not the person who moved the branch.
            let by = (!step.name.starts_with(b"refs/remotes/")).then(|| self.add_identity(&step.by.0, &step.by.1));
            moves.push(RefMove {
                name: step.name,
                from,
                from_commit: places.get(&from).copied(),
                to,
                by,
                seen: step.when.seconds,
            });
        }
        moves
    }

    /// Returns the rows of the `wanted` commits, among the rows starting at `first`.
    fn places(&self, first: usize, wanted: &[Oid]) -> HashMap<Oid, CommitIdx> {
        let wanted: std::collections::HashSet<&Oid> = wanted.iter().collect();
        let rows = self.commits[first..].iter().enumerate();
        rows.filter(|(_, row)| wanted.contains(&row.oid))
            .map(|(i, row)| (row.oid, CommitIdx((first + i) as u32)))
            .collect()
    }

    /// Records whether these tips reach each commit, starting at row `first`.
    pub fn mark_unreachable(&mut self, first: usize, tips: &[Oid], tags: &[TagObject]) {
        let tags: HashMap<Oid, &TagObject> = tags.iter().map(|tag| (tag.oid, tag)).collect();
        let peeled: Vec<Oid> = tips.iter().map(|tip| peel(&tags, *tip)).collect();
        let mut todo: Vec<CommitIdx> = self.places(first, &peeled).into_values().collect();
        let mut seen = vec![false; self.commits.len() - first];
        while let Some(idx) = todo.pop() {
            if !std::mem::replace(&mut seen[idx.index() - first], true) {
                todo.extend_from_slice(&self.parents[self.commits[idx.index()].parents.clone()]);
            }
        }
        for (row, seen) in self.commits[first..].iter_mut().zip(seen) {
            row.reachable = seen;
        }
    }
}

/// Returns the object at the end of a chain of tags.
fn peel(tags: &HashMap<Oid, &TagObject>, mut oid: Oid) -> Oid {
    /// Maximum number of nested tags to follow; real chains have one or two.
    const MAX: usize = 16;
    for _ in 0..MAX {
        let Some(tag) = tags.get(&oid) else { break };
        oid = tag.target;
    }
    oid
}
