//! Who introduced what the text rules hit, found by comparing the hits of the blobs before and after each commit.

use super::{BlobId, Ledger, PathId};
use crate::history::CommitIdx;
use crate::observe::content::{Hit, RuleBits};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A hit's identity: the rule, and a hash of the text. Equal wherever the text stands.
type Key = (u16, u64);

/// A commit after which a hit's text stands more often than before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Introduction {
    /// The commit.
    pub commit: CommitIdx,
    /// Where it stands then.
    pub path: PathId,
    /// The blob it stands in.
    pub blob: BlobId,
    /// The hit.
    pub hit: Hit,
}

/// What the text rules found, and who brought it.
#[derive(Default)]
pub struct TextFacts {
    /// Introductions, in the canonical order of commits.
    pub introduced: Vec<Introduction>,
    removed: FxHashMap<Key, CommitIdx>,
    in_head: FxHashSet<Key>,
}

impl TextFacts {
    /// Compares the hits before and after each commit.
    ///
    /// The comparison is over a whole commit, not file by file: text that a commit moves to another file, or a file
    /// that it renames, was there before. In a merge only what no parent has is new. `hits` are by blob, `by_path` has
    /// each path's rules, `head` the blobs that HEAD holds.
    pub fn new(
        ledger: &Ledger,
        hits: &FxHashMap<BlobId, Vec<Hit>>,
        by_path: &[RuleBits],
        head: &FxHashSet<BlobId>,
    ) -> TextFacts {
        let mut facts = TextFacts::default();
        let hits_of = |blob: Option<BlobId>| blob.and_then(|b| hits.get(&b)).map_or(&[][..], Vec::as_slice);
        for rows in ledger.changes.chunk_by(|a, b| a.commit == b.commit) {
            if rows.iter().all(|row| hits_of(row.new).is_empty() && hits_of(row.old).is_empty()) {
                continue;
            }
            // For each hit: how often each parent has it, and where the commit has it.
            let mut before: BTreeMap<Key, BTreeMap<u16, usize>> = BTreeMap::new();
            let mut after: BTreeMap<Key, Vec<Introduction>> = BTreeMap::new();
            for row in rows {
                for hit in hits_of(row.old) {
                    *before.entry((hit.rule, hit.text)).or_default().entry(row.parent).or_default() += 1;
                }
                if row.parent == 0 {
                    for hit in hits_of(row.new) {
                        if let (Some(blob), true) = (row.new, by_path[row.path.0 as usize].contains(hit.rule.into())) {
                            let introduction = Introduction { commit: row.commit, path: row.path, blob, hit: *hit };
                            after.entry((hit.rule, hit.text)).or_default().push(introduction);
                        }
                    }
                }
            }
            for (key, places) in &after {
                let had = before.get(key).and_then(|counts| counts.values().max()).copied().unwrap_or(0);
                facts.introduced.extend(places.iter().skip(had));
            }
            for (key, counts) in before {
                let has = after.get(&key).map_or(0, Vec::len);
                if counts.values().all(|had| *had > has) {
                    facts.removed.insert(key, rows[0].commit);
                }
            }
        }
        for hit in head.iter().flat_map(|blob| hits_of(Some(*blob))) {
            facts.in_head.insert((hit.rule, hit.text));
        }
        facts
    }

    /// Whether HEAD still has this text.
    pub fn in_head(&self, hit: &Hit) -> bool {
        self.in_head.contains(&(hit.rule, hit.text))
    }

    /// The last commit that took this text away; `None` while HEAD has it or where it never went.
    pub fn removed_in(&self, hit: &Hit) -> Option<CommitIdx> {
        if self.in_head(hit) { None } else { self.removed.get(&(hit.rule, hit.text)).copied() }
    }
}
