//! Adds the commits of a repository in canonical order, and decides which of them are in scope.

use super::commit_notes::CommitNotes;
use super::commits::{CommitRow, CommitScope, KeyId, SignatureRow, TrailerRow};
use super::identity::IdentityId;
use super::order::canonical;
use super::repository::RepositoryIdx;
use super::store::Facts;
use alibi_git::history::{CommitIdx, Oid};
use alibi_git::intern::Interner;
use std::collections::HashMap;
use std::ops::Range;

impl Facts {
    /// Adds the commits of a repository in canonical order, and returns their rows.
    pub fn add_commits(
        &mut self,
        repository: RepositoryIdx,
        notes: Vec<CommitNotes>,
        scope: CommitScope,
    ) -> Range<usize> {
        let rows: Vec<(u32, u32)> =
            notes.iter().enumerate().flat_map(|(w, n)| (0..n.rows.len()).map(move |r| (w as u32, r as u32))).collect();
        let row = |i: usize| {
            let (w, r) = rows[i];
            &notes[w as usize].rows[r as usize]
        };
        let mut by_rank: Vec<usize> = (0..rows.len()).collect();
        by_rank.sort_unstable_by_key(|&i| (row(i).facts.committed.seconds, row(i).facts.oid));
        let place: HashMap<Oid, u32> = (0..rows.len()).map(|i| (row(i).facts.oid, i as u32)).collect();
        let parents_of = |i: usize| -> Vec<usize> {
            let parents = &notes[rows[i].0 as usize].parents[row(i).parents.clone()];
            parents.iter().filter_map(|oid| place.get(oid)).map(|&i| i as usize).collect()
        };
        let mut rank = vec![0u32; rows.len()];
        by_rank.iter().enumerate().for_each(|(k, &i)| rank[i] = k as u32);
        drop(by_rank);
        let order = canonical(parents_of, &rank);

        let first = self.commits.len();
        let mut new_place = vec![0u32; rows.len()];
        for (k, &i) in order.iter().enumerate() {
            new_place[i] = (first + k) as u32;
        }
        self.commits.reserve_exact(rows.len());
        let mut numbers: Vec<Vec<Option<IdentityId>>> = notes.iter().map(|n| vec![None; n.identities.len()]).collect();
        for &i in &order {
            let worker = rows[i].0 as usize;
            let noted = row(i);
            let start = self.parents.len();
            self.parents.extend(parents_of(i).into_iter().map(|p| CommitIdx(new_place[p])));
            let parents = start..self.parents.len();
            let mut global = |identities: &mut Interner, local: u32| {
                *numbers[worker][local as usize]
                    .get_or_insert_with(|| IdentityId(identities.intern(notes[worker].identities.get(local))))
            };
            let author = global(&mut self.identities, noted.author);
            let committer = global(&mut self.identities, noted.committer);
            let seconds = noted.facts.committed.seconds;
            let signature = noted.signature.map(|place| {
                let seen = notes[worker].signatures[place as usize];
                let key = seen.key.map(|k| KeyId(self.keys.intern(notes[worker].keys.get(k))));
                let row =
                    SignatureRow { kind: seen.kind, key, made: seen.made, validity: seen.validity, block: seen.block };
                self.signatures.push(row);
                (self.signatures.len() - 1) as u32
            });
            self.commits.push(CommitRow {
                facts: noted.facts,
                repository,
                author,
                committer,
                reachable: true,
                signature,
                parent_count: u16::try_from(noted.parents.len()).unwrap_or(u16::MAX),
                in_scope: scope.since.is_none_or(|s| seconds >= s) && scope.until.is_none_or(|u| seconds <= u),
                parents,
                trailers: 0..0,
            });
        }
        // Add trailers after all committers: a person is named by the identity that was added first, which must not be
        // one that occurs only in trailers.
        for (k, &i) in order.iter().enumerate() {
            let worker = rows[i].0 as usize;
            let start = self.trailers.len();
            for &(kind, local) in &notes[worker].trailers[row(i).trailers.clone()] {
                let who = *numbers[worker][local as usize]
                    .get_or_insert_with(|| IdentityId(self.identities.intern(notes[worker].identities.get(local))));
                self.trailers.push(TrailerRow { kind, who });
            }
            self.commits[first + k].trailers = start..self.trailers.len();
        }
        let base = scope.base.and_then(|oid| place.get(&oid)).map(|&i| CommitIdx(new_place[i as usize]));
        drop(notes);
        self.extend_scope(first, scope);
        self.exclude_ancestors(base);
        first..self.commits.len()
    }

    /// Adds the descendants of commits in scope to the scope: a date can be forged but a parent cannot. Commits made
    /// after `until` are not added. With `since`, older commits on side branches are added too.
    fn extend_scope(&mut self, first: usize, scope: CommitScope) {
        for i in first..self.commits.len() {
            let row = &self.commits[i];
            let late = scope.until.is_some_and(|until| row.committed.seconds > until);
            let on_scope = self.parents[row.parents.clone()].iter().any(|p| self.commits[p.index()].in_scope);
            self.commits[i].in_scope |= on_scope && !late;
        }
        if let Some(since) = scope.since {
            self.include_side_branches(first, since);
        }
    }

    /// Adds commits made before `since` to the scope if only a merge in scope joins them to this history: they are
    /// new to it, regardless of their dates.
    fn include_side_branches(&mut self, first: usize, since: i64) {
        let mut is_parent = vec![false; self.commits.len()];
        let mut old: Vec<CommitIdx> = Vec::new();
        for row in &self.commits[first..] {
            let parents = &self.parents[row.parents.clone()];
            parents.iter().for_each(|p| is_parent[p.index()] = true);
            old.extend(parents.first().filter(|_| row.in_scope));
        }
        old.extend((first..self.commits.len()).filter(|&i| !is_parent[i]).map(|i| CommitIdx(i as u32)));
        old.retain(|idx| !self.commits[idx.index()].in_scope && self.commits[idx.index()].committed.seconds < since);
        let mut was_there = vec![false; self.commits.len()];
        while let Some(idx) = old.pop() {
            if !std::mem::replace(&mut was_there[idx.index()], true) {
                old.extend_from_slice(&self.parents[self.commits[idx.index()].parents.clone()]);
            }
        }
        for (row, was_there) in self.commits.iter_mut().zip(was_there).skip(first) {
            row.in_scope |= !was_there && row.committed.seconds < since;
        }
    }

    /// Removes a commit and all its ancestors from the scope.
    fn exclude_ancestors(&mut self, from: Option<CommitIdx>) {
        let mut todo: Vec<CommitIdx> = from.into_iter().collect();
        let mut seen = vec![false; self.commits.len()];
        while let Some(idx) = todo.pop() {
            if std::mem::replace(&mut seen[idx.index()], true) {
                continue;
            }
            let row = &mut self.commits[idx.index()];
            row.in_scope = false;
            let parents = row.parents.clone();
            todo.extend_from_slice(&self.parents[parents]);
        }
    }
}
