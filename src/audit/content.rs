//! Text: searched in each blob once, attributed to whoever introduced it, and quoted at the end.

use super::{AuditError, Progress};
use crate::detectors::PathGuards;
use crate::finding::Finding;
use crate::heuristics::{Heuristic, Kind, TextRule};
use crate::history::{EntryKind, Oid};
use crate::ledger::{BlobId, Ledger, PathId, TextEvidence, TextFacts};
use crate::observe::content::{Hit, RuleBits, Searchers, TextRules};
use crate::repository::{BlobReader, Repository, TreeDiff};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Mutex;

/// What the rules found, and each rule's number.
pub(super) type Searched = (TextFacts, FxHashMap<String, u16>);

/// Searches the text of every blob that some rule's paths name, and finds out who introduced what.
pub(super) fn search_text(
    ledger: &mut Ledger,
    repositories: &[Repository],
    heuristics: &[Heuristic],
    guards: &PathGuards,
    progress: &dyn Progress,
    bytes: &mut u64,
) -> Result<Searched, AuditError> {
    let of_kind: Vec<(&Heuristic, &TextRule)> =
        heuristics.iter().filter_map(|h| if let Kind::Text(rule) = &h.kind { Some((h, rule)) } else { None }).collect();
    let rules = TextRules::new(of_kind.iter().map(|(_, rule)| *rule))?;
    let numbers = of_kind.iter().enumerate().map(|(i, (h, _))| (h.id.clone(), i as u16)).collect();
    let known = known_before(ledger, repositories);
    let by_path: Vec<RuleBits> =
        (0..ledger.path_count() as u32).into_par_iter().map(|p| rules.for_path(ledger.path(PathId(p)))).collect();
    // Which rules would take each path for an innocent place.
    let guarded: Vec<RuleBits> = (0..ledger.path_count() as u32)
        .into_par_iter()
        .map(|p| {
            let mut bits = RuleBits::default();
            let path = String::from_utf8_lossy(ledger.path(PathId(p)));
            let reads = by_path[p as usize];
            for (i, (h, _)) in of_kind.iter().enumerate().filter(|(i, _)| reads.contains(*i)) {
                if guards.hold(h, &path) {
                    bits.insert(i);
                }
            }
            bits
        })
        .collect();
    let mut by_blob = vec![RuleBits::default(); ledger.blobs.len()];
    let changed = ledger.changes.iter().flat_map(|c| [c.old, c.new].into_iter().flatten().map(|b| (b, c.path)));
    for (blob, path) in changed.chain(known.iter().copied()) {
        by_blob[blob.index()].merge(&by_path[path.0 as usize]);
    }
    let searchers = Searchers::new(&rules, by_blob.iter().copied().filter(|bits| !bits.is_empty()));
    let hits: Mutex<FxHashMap<BlobId, Vec<Hit>>> = Mutex::default();
    for (number, repository) in repositories.iter().enumerate() {
        let wanted = ledger.blobs_of(number as u16, |blob| !by_blob[blob.index()].is_empty());
        progress.phase("content", Some(wanted.len() as u64));
        let (read, skipped) = repository.read_blobs(&wanted, &|blob, data| {
            let found = searchers.scan(data, &by_blob[blob as usize]);
            progress.advance(1);
            if !found.is_empty()
                && let Ok(mut hits) = hits.lock()
            {
                hits.insert(BlobId(blob), found);
            }
        });
        *bytes += read;
        ledger.repositories[number].skip("blobs", skipped);
    }
    let hits = hits.into_inner().unwrap_or_default();
    let head = if hits.is_empty() { FxHashSet::default() } else { head_blobs(ledger, repositories) };
    let evidence = TextEvidence { hits, by_path: &by_path, guarded: &guarded, head, known };
    Ok((TextFacts::new(ledger, &evidence), numbers))
}

/// The blobs that stood before the judged commits: those in the trees of their parents that are only learnt from. Their
/// paths and blobs are added to the ledger.
fn known_before(ledger: &mut Ledger, repositories: &[Repository]) -> Vec<(BlobId, PathId)> {
    let mut known = Vec::new();
    for (number, repository) in repositories.iter().enumerate() {
        let judged = ledger.commits[ledger.repositories[number].commits.clone()].iter().filter(|c| c.judged);
        let mut trees: Vec<Oid> = judged
            .flat_map(|c| ledger.parents(c))
            .map(|p| ledger.commit(*p))
            .filter(|parent| !parent.judged)
            .map(|parent| parent.tree)
            .collect();
        // In canonical order neighbours share nearly everything.
        let mut seen = FxHashSet::default();
        trees.retain(|tree| seen.insert(*tree));
        let mut diff = TreeDiff::new(repository);
        let mut found: Vec<(Vec<u8>, Oid)> = Vec::new();
        for (i, tree) in trees.iter().enumerate() {
            // Each against the one before.
            let shared = if i == 0 { &[][..] } else { &trees[i - 1..i] };
            diff.compare(tree, shared, &mut |change| {
                if let Some((mode, oid)) = change.new
                    && mode.kind() == EntryKind::File
                {
                    found.push((change.path.to_vec(), oid));
                }
            });
        }
        ledger.repositories[number].skip("trees", diff.into_skipped());
        known.extend(ledger.add_known(number as u16, &found));
    }
    known
}

/// The blobs that the trees at HEAD hold, of those that the ledger knows.
fn head_blobs(ledger: &Ledger, repositories: &[Repository]) -> FxHashSet<BlobId> {
    let mut head = FxHashSet::default();
    for (number, repository) in repositories.iter().enumerate() {
        let known = ledger.blobs_of(number as u16, |_| true);
        if let Some(tree) = repository.head_tree() {
            TreeDiff::new(repository).compare(&tree, &[], &mut |change| {
                let place = change.new.and_then(|(_, oid)| known.binary_search_by_key(&oid, |(known, _)| *known).ok());
                head.extend(place.map(|place| BlobId(known[place].1)));
            });
        }
    }
    head
}

/// The lines that findings quote, read again for them alone.
pub(super) fn quotes(findings: &[Finding], ledger: &Ledger, repositories: &[Repository]) -> FxHashMap<usize, Vec<u8>> {
    /// Bytes shown on each side of a hit in a long line.
    const AROUND: usize = 80;
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    let mut quotes = FxHashMap::default();
    for (place, finding) in findings.iter().enumerate() {
        let Some((blob, hit)) = finding.quote else { continue };
        let row = &ledger.blobs[blob.index()];
        let Ok(data) = readers[usize::from(row.repository)].read(&row.oid) else { continue };
        let (start, end) = (hit.start as usize, (hit.start as usize).saturating_add(hit.len as usize));
        let Some(before) = data.get(..start) else { continue };
        let from = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1).max(start.saturating_sub(AROUND));
        let rest = data.get(end..).unwrap_or(b"");
        let to = end + memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(AROUND);
        quotes.insert(place, data[from..to.min(data.len())].to_vec());
    }
    quotes
}

/// The subjects of the findings' first commits, read again for them alone.
pub(super) fn subjects(
    findings: &[Finding],
    ledger: &Ledger,
    repositories: &[Repository],
) -> FxHashMap<usize, Vec<u8>> {
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    let mut subjects = FxHashMap::default();
    for (place, finding) in findings.iter().enumerate() {
        if let Some(first) = finding.commits.first()
            && let Some(subject) = readers[usize::from(finding.repository)].subject(&ledger.commit(*first).oid)
        {
            subjects.insert(place, subject);
        }
    }
    subjects
}
