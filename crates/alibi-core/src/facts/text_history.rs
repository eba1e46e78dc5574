//! Finds the commit that introduced each text hit, by comparing the hits of the blobs before and after each commit.

use super::changes::{BlobId, ChangeRow, PathId};
use super::store::Facts;
use super::text::{Introduction, Key, TextFacts};
use alibi_rules::content::{Hit, RuleBits};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// The input of the comparison.
pub struct TextEvidence<'e> {
    /// The hits of each blob that has at least one.
    pub hits: FxHashMap<BlobId, Vec<Hit>>,
    /// The rules that apply to each path.
    pub by_path: &'e [RuleBits],
    /// For each path, the rules whose path guards hold: matches of these rules may be harmless at this path, but not
    /// elsewhere.
    pub guarded: &'e [RuleBits],
    /// The blobs in HEAD's trees.
    pub head: FxHashSet<BlobId>,
    /// The blobs from before the commits in scope, with their paths. No commit in scope introduced their content.
    pub known: Vec<(BlobId, PathId)>,
    /// The net changes of each range, assigned to its last commit.
    pub net: Vec<ChangeRow>,
}

impl TextEvidence<'_> {
    /// Returns a blob's hits of the rules that apply to this path: the same bytes are harmless in a file that nothing
    /// runs.
    fn hits_at(&self, blob: Option<BlobId>, path: PathId) -> impl Iterator<Item = &Hit> {
        let bits = self.by_path[path.0 as usize];
        let hits = blob.and_then(|b| self.hits.get(&b)).map_or(&[][..], Vec::as_slice);
        hits.iter().filter(move |hit| hit.by_content || bits.contains(hit.rule.into()))
    }

    fn is_guarded(&self, hit: &Hit, path: PathId) -> bool {
        !hit.is_whole && self.guarded[path.0 as usize].contains(hit.rule.into())
    }

    fn touches(&self, row: &ChangeRow) -> bool {
        [row.old, row.new].into_iter().flatten().any(|blob| self.hits.contains_key(&blob))
    }
}

impl TextFacts {
    /// Compares the hits before and after each commit.
    ///
    /// Whole commits are compared, not single files: text is not new if a commit moves it to another file or renames
    /// its file. A hit is also not new if only the rest of its line changed. In a merge, only hits that no parent has
    /// are new.
    pub fn new(facts: &Facts, evidence: &TextEvidence<'_>) -> TextFacts {
        let mut text = TextFacts::default();
        let mut known: FxHashMap<(Key, bool), FxHashSet<PathId>> = FxHashMap::default();
        for (blob, path) in &evidence.known {
            let repository = facts.blobs[blob.index()].repository;
            for hit in evidence.hits_at(Some(*blob), *path) {
                let text = ((repository, hit.rule, hit.text), evidence.is_guarded(hit, *path));
                known.entry(text).or_default().insert(*path);
            }
        }
        for rows in facts.changes.chunk_by(|a, b| a.commit == b.commit) {
            if !rows.iter().any(|row| evidence.touches(row)) {
                continue;
            }
            let repository = facts.commit(rows[0].commit).repository;
            let (introduced, removed) = compare(rows, evidence);
            let new = |mut i: Introduction| {
                let key = (repository, i.hit.rule, i.hit.text);
                let guarded = evidence.is_guarded(&i.hit, i.path);
                let places = [Some(false), guarded.then_some(true)].into_iter().flatten();
                let there: Vec<_> = places.filter_map(|guarded| known.get(&(key, guarded))).collect();
                i.copied = !there.is_empty();
                (!there.iter().any(|paths| paths.contains(&i.path))).then_some(i)
            };
            text.introduced.extend(introduced.into_iter().filter_map(new));
            text.removed.extend(removed.into_iter().map(|(rule, text)| ((repository, rule, text), rows[0].commit)));
        }
        // A hit that the range as a whole introduces, although none of its commits does, was introduced by a merge.
        for rows in evidence.net.chunk_by(|a, b| a.commit == b.commit) {
            let reported: FxHashSet<(u16, u64)> = text.introduced.iter().map(|i| (i.hit.rule, i.hit.text)).collect();
            let (introduced, _) = compare(rows, evidence);
            text.introduced.extend(introduced.into_iter().filter(|i| !reported.contains(&(i.hit.rule, i.hit.text))));
        }
        // A hit that was removed from one place and added in another was moved.
        let removed = &text.removed;
        text.introduced.retain(|i| {
            let key = (facts.commit(i.commit).repository, i.hit.rule, i.hit.text);
            !(i.copied && removed.contains_key(&key))
        });
        for blob in &evidence.head {
            let repository = facts.blobs[blob.index()].repository;
            for hit in evidence.hits.get(blob).into_iter().flatten() {
                text.in_head.insert((repository, hit.rule, hit.text));
            }
        }
        text
    }
}

/// A match at a path: the rule, a hash of the matched text, and the path.
type Matched = (u16, u64, PathId);

/// Number of occurrences in each parent.
type PerParent = BTreeMap<u16, usize>;

fn most(counts: Option<&PerParent>) -> usize {
    counts.and_then(|c| c.values().max()).copied().unwrap_or(0)
}

/// Returns the hits that one commit introduced, and the rule and text of each hit that it removed.
fn compare(rows: &[ChangeRow], evidence: &TextEvidence<'_>) -> (Vec<Introduction>, Vec<(u16, u64)>) {
    // The text of hits is counted over the whole commit, separately for guarded and unguarded paths; matches are
    // counted per path.
    let mut before: BTreeMap<(u16, u64, bool), PerParent> = BTreeMap::new();
    let mut matched_before: BTreeMap<Matched, PerParent> = BTreeMap::new();
    let mut matched_after: BTreeMap<Matched, usize> = BTreeMap::new();
    let mut after: BTreeMap<(u16, u64, bool), Vec<Introduction>> = BTreeMap::new();
    let mut gone: BTreeMap<(u16, u64), Vec<Matched>> = BTreeMap::new();
    for row in rows {
        for hit in evidence.hits_at(row.old, row.path) {
            let text = (hit.rule, hit.text, evidence.is_guarded(hit, row.path));
            let matched = (hit.rule, hit.matched, row.path);
            *before.entry(text).or_default().entry(row.parent).or_default() += 1;
            *matched_before.entry(matched).or_default().entry(row.parent).or_default() += 1;
            gone.entry((hit.rule, hit.text)).or_default().push(matched);
        }
        for hit in evidence.hits_at(row.new, row.path).filter(|_| row.parent == 0) {
            let Some(blob) = row.new else { continue };
            let text = (hit.rule, hit.text, evidence.is_guarded(hit, row.path));
            let existed = row.old.is_some();
            let new = Introduction {
                commit: row.commit,
                path: row.path,
                blob,
                hit: *hit,
                existed,
                replaces: false,
                copied: false,
            };
            after.entry(text).or_default().push(new);
            *matched_after.entry((hit.rule, hit.matched, row.path)).or_default() += 1;
        }
    }
    let edited =
        |matched: &Matched| matched_after.get(matched).copied().unwrap_or(0) <= most(matched_before.get(matched));
    let lost: BTreeSet<(u16, PathId)> = matched_before
        .iter()
        .filter(|(matched, before)| matched_after.get(matched).copied().unwrap_or(0) < most(Some(before)))
        .map(|((rule, _, path), _)| (*rule, *path))
        .collect();
    let mut introduced: Vec<Introduction> = Vec::new();
    for (&(rule, text, guarded), places) in &after {
        // Text that moves to a guarded path may come from any path. Text that moves from a guarded to an unguarded path
        // counts as introduced.
        let elsewhere = if guarded { most(before.get(&(rule, text, false))) } else { 0 };
        let had = most(before.get(&(rule, text, guarded))) + elsewhere;
        let new = places.iter().skip(had).filter(|p| !edited(&(p.hit.rule, p.hit.matched, p.path)));
        introduced.extend(new.map(|i| Introduction { replaces: lost.contains(&(rule, i.path)), ..*i }));
    }
    let removed = gone
        .into_iter()
        .filter(|((rule, text), places)| {
            let count = |guarded| after.get(&(*rule, *text, guarded)).map_or(0, Vec::len);
            let had = most(before.get(&(*rule, *text, false))) + most(before.get(&(*rule, *text, true)));
            // A hit stays if only the rest of its line changed.
            let stays = |m: &Matched| matched_after.get(m).copied().unwrap_or(0) >= most(matched_before.get(m));
            had > count(false) + count(true) && !places.iter().any(stays)
        })
        .map(|(key, _)| key)
        .collect();
    (introduced, removed)
}
