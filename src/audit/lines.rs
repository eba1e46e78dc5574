//! Line counts, for the few changes that commit rules ask about.

use crate::heuristics::{Heuristic, Kind};
use crate::history::LineCounts;
use crate::ledger::{BlobId, ChangeRow, Ledger};
use crate::repository::{BlobReader, Repository, Skipped, count_lines};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Mutex;

/// Counts lines for the changes that commit rules ask about: few, since the message matched already.
pub(super) fn line_counts(
    ledger: &Ledger,
    repositories: &[Repository],
    heuristics: &[Heuristic],
    patterns: &FxHashMap<String, (u8, u64)>,
) -> (FxHashMap<u32, LineCounts>, Vec<(usize, Skipped)>) {
    let rules: Vec<_> = heuristics
        .iter()
        .filter_map(|h| match &h.kind {
            Kind::Commit(rule) if rule.min_lines > 0 => patterns.get(&h.id).map(|(bit, _)| (rule, *bit)),
            _ => None,
        })
        .collect();
    let asked = |change: &ChangeRow| {
        let commit = ledger.commit(change.commit);
        commit.parent_count <= 1
            && rules.iter().any(|(rule, bit)| {
                commit.patterns & 1 << bit != 0
                    && rule.paths.is_match(&String::from_utf8_lossy(ledger.path(change.path)))
            })
    };
    let wanted: Vec<u32> = ledger.changes.iter().enumerate().filter(|(_, c)| asked(c)).map(|(i, _)| i as u32).collect();
    let readers: Vec<Mutex<Vec<BlobReader>>> = (0..rayon::current_num_threads())
        .map(|_| Mutex::new(repositories.iter().map(BlobReader::new).collect()))
        .collect();
    let skipped: Mutex<Vec<(usize, Skipped)>> = Mutex::default();
    let counts = wanted
        .par_iter()
        .filter_map(|&place| {
            let change = &ledger.changes[place as usize];
            let number = usize::from(ledger.commit(change.commit).repository);
            let mut readers = readers[rayon::current_thread_index().unwrap_or(0)].lock().ok()?;
            let mut read = |blob: Option<BlobId>| match blob {
                Some(blob) => match readers[number].read(&ledger.blobs[blob.index()].oid) {
                    Ok(bytes) => Some(bytes.to_vec()),
                    Err(skip) => {
                        skipped.lock().ok()?.push((number, skip));
                        None
                    }
                },
                None => Some(Vec::new()),
            };
            let (old, new) = (read(change.old)?, read(change.new)?);
            count_lines(&old, &new).map(|counts| (place, counts))
        })
        .collect();
    (counts, skipped.into_inner().unwrap_or_default())
}
