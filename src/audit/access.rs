//! Reads what the trust and history heuristics need besides commits and changes: sensitive paths, policies, merges and
//! patches.

use super::{AuditOptions, merges, patches, policies, sensitive};
use crate::detectors::{Needs, PathGuards, SensitivePaths, Standing};
use crate::heuristics::Catalogue;
use crate::ledger::{CommitIdx, Ledger, MergeEdit, PolicyEdit};
use crate::people::{ContributorId, People};
use crate::repository::{Repository, Skipped};
use rustc_hash::{FxHashMap, FxHashSet};

/// What to read, and how to classify it.
pub(super) struct Request<'r> {
    pub needs: Needs,
    pub guards: &'r PathGuards,
    pub catalogue: &'r Catalogue,
    pub options: &'r AuditOptions,
    pub standing: &'r Standing<'r>,
}

/// What was read; empty where it was not requested.
#[derive(Default)]
pub(super) struct Access {
    pub sensitive: SensitivePaths,
    pub policies: Vec<PolicyEdit>,
    pub merges: Vec<MergeEdit>,
    pub patches: FxHashMap<CommitIdx, u64>,
    /// What could not be read, each with its repository's number.
    pub skipped: Vec<(usize, Skipped)>,
}

/// A contributor with this many merges is an integrator.
const INTEGRATOR_MERGES: usize = 50;

/// Reads what is requested.
pub(super) fn read(ledger: &Ledger, repositories: &[Repository], people: &People, request: &Request<'_>) -> Access {
    let needs = request.needs;
    let is_in = |path: &str, sets: [&str; 2]| sets.iter().any(|set| request.guards.contains(set, path));
    let mut access = Access::default();
    if needs.contains(Needs::SENSITIVE) {
        let alibi = request.options.alibi.as_ref();
        access.sensitive = sensitive::sensitive_paths(ledger, repositories, request.catalogue, alibi);
    }
    if needs.contains(Needs::POLICIES) {
        let wanted = |path: &str| is_in(path, ["security-policy", "ownership"]);
        let (edits, skipped) = policies::policy_edits(ledger, repositories, wanted);
        access.skipped.extend(skipped);
        access.policies = edits;
    }
    if needs.contains(Needs::MERGES) {
        let wanted = |path: &str| is_in(path, ["source-code", "runs-by-itself"]);
        let (edits, skipped) =
            merges::merge_edits(ledger, repositories, wanted, by_hand(ledger, people, request.standing));
        access.skipped.extend(skipped);
        access.merges = edits;
    }
    if needs.contains(Needs::PATCHES) && repositories.len() > 1 {
        let (hashes, skipped) = patches::patch_hashes(ledger, repositories);
        access.skipped.extend(skipped);
        access.patches = hashes;
    }
    access
}

/// Whether a merge is on HEAD's own line and may contain unexpected edits. Merges by bots and integrators are left out:
/// a forge merges automatically, and an integrator edits on purpose.
fn by_hand<'l>(
    ledger: &'l Ledger,
    people: &'l People,
    standing: &Standing<'_>,
) -> impl Fn(CommitIdx) -> bool + use<'l> {
    let mut made: FxHashMap<ContributorId, usize> = FxHashMap::default();
    let landed = |idx: CommitIdx| standing.landing(idx).is_some_and(|landing| landing.at == idx);
    for (_, commit) in ledger.enumerate().filter(|(idx, c)| c.parent_count > 1 && landed(*idx)) {
        *made.entry(people.contributor_of(commit.author)).or_default() += 1;
    }
    let on_line: FxHashSet<CommitIdx> = ledger.enumerate().map(|(idx, _)| idx).filter(|idx| landed(*idx)).collect();
    move |idx| {
        let commit = ledger.commit(idx);
        let (author, committer) = (people.contributor_of(commit.author), people.contributor_of(commit.committer));
        let by_integrator = made.get(&author).is_some_and(|n| *n >= INTEGRATOR_MERGES);
        on_line.contains(&idx) && !people.get(committer).bot && !by_integrator
    }
}
