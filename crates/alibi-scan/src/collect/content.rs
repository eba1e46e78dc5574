//! Reads each blob once: searches its text, parses dependency files, and finds the commit that introduced each hit.

use super::blob_plan::{BlobPlan, PathUse, path_uses};
use super::collector::{Collector, Context};
use super::error::CollectError;
use super::known::{head_blobs, known_before, net_changes};
use super::links::linked;
use super::search::Search;
use crate::progress::Progress;
use alibi_core::facts::{
    BlobId, ChangeRow, Dependencies, FactSet, Facts, PathId, RepositoryIdx, TextEvidence, TextFacts,
};
use alibi_git::repository::{Repository, Skipped};
use alibi_rules::content::{Hit, RuleBits, TextRules};
use alibi_rules::heuristics::{Heuristic, TextRule};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Collects hits of the text rules, dependency changes and binary files.
pub(super) struct Content;

impl Collector for Content {
    fn phase(&self) -> &'static str {
        "content"
    }

    fn provides(&self) -> FactSet {
        FactSet::HITS | FactSet::WATCHED | FactSet::OPAQUE | FactSet::DEPENDENCIES
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        let plan = context.plan;
        let heuristics: Vec<(&Heuristic, &TextRule)> =
            plan.searched.iter().filter_map(|h| Some((h, h.kind.text()?))).collect();
        let rules = TextRules::new(heuristics.iter().map(|(_, rule)| *rule))?;
        let numbers = heuristics.iter().enumerate().map(|(i, (h, _))| (h.id.clone(), i as u16)).collect();
        let known = known_before(context.facts, context.repositories);
        let mut net = net_changes(context.facts, context.repositories);
        net.extend(linked(context.facts, context.repositories));
        net.sort_by_key(|row| (row.commit, row.path));
        let paths = path_uses(context.facts, plan, &rules, &heuristics);
        let facts = &mut *context.facts;
        let both = |old: Option<BlobId>, new: Option<BlobId>, path: PathId| {
            [old, new].into_iter().flatten().map(move |blob| (blob, path))
        };
        let changed = facts.changes.iter().chain(&net).flat_map(|row| both(row.old, row.new, row.path));
        let mut blobs = BlobPlan::new(facts, &paths, changed.chain(known.iter().copied()));
        let (all_rules, flows) = (blobs.rules.clone(), rules.flow_bits());
        let is_whole = known.is_empty();
        let followed = followed(facts, &net, is_whole, context.repositories);
        blobs.follow_only(&followed, &flows);
        let search = Search::new(&blobs, &rules, plan.exhaustive, context.progress);
        read(&search, &blobs, facts, context.repositories, context.progress);
        let (mut found, table) = search.finish();
        // A file that has a flow at HEAD is followed through its whole history.
        let rest = earlier_versions(facts, &found.hits, &flows, &followed);
        if is_whole && !rest.is_empty() {
            let plan_of_flows = blobs.of_flows(&rest, &all_rules, &flows);
            let search = Search::new(&plan_of_flows, &rules, plan.exhaustive, context.progress);
            read(&search, &plan_of_flows, facts, context.repositories, context.progress);
            let later = search.finish().0;
            for (blob, hits) in later.hits {
                found.hits.entry(blob).or_default().extend(hits);
            }
            found.cut_short.extend(later.cut_short);
        }
        note_unread(facts, found.unread);
        note_cut_short(facts, &found.cut_short);
        facts.opaque = found.opaque;
        facts.dependencies = Dependencies::new(facts, table, found.manifests.into_iter().collect(), &known);
        let head = match (is_whole, found.hits.is_empty()) {
            (true, _) => followed,
            (false, true) => FxHashSet::default(),
            (false, false) => head_blobs(facts, context.repositories),
        };
        let split = |of: PathUse| (of.reads, of.guarded);
        let (by_path, guarded): (Vec<RuleBits>, Vec<RuleBits>) = paths.into_iter().map(split).unzip();
        let evidence = TextEvidence { hits: found.hits, by_path: &by_path, guarded: &guarded, head, known, net };
        facts.text = TextFacts::new(facts, &evidence);
        facts.text.renumber(|rule| rules.reported(rule));
        facts.text_rules = numbers;
        Ok(())
    }
}

/// Reads the blobs that a search wants, and records what could not be read.
fn read(
    search: &Search<'_>,
    blobs: &BlobPlan,
    facts: &mut Facts,
    repositories: &[Repository],
    progress: &dyn Progress,
) {
    for (number, repository) in repositories.iter().enumerate() {
        let wanted = facts.blobs_of(RepositoryIdx::new(number), |blob| blobs.wants(blob));
        progress.phase("content", Some(wanted.len() as u64));
        let (read, skipped) = repository.read_blobs(&wanted, search);
        facts.bytes += read;
        facts.repositories[number].skip("blobs", skipped);
    }
}

/// The blobs in which flows are followed first. If the run covers the whole history, these are the blobs at HEAD;
/// otherwise, both sides of all changes.
fn followed(facts: &Facts, net: &[ChangeRow], is_whole: bool, repositories: &[Repository]) -> FxHashSet<BlobId> {
    if is_whole {
        return head_blobs(facts, repositories);
    }
    facts.changes.iter().chain(net).flat_map(|row| [row.old, row.new]).flatten().collect()
}

/// The other versions of the files that have a flow.
fn earlier_versions(
    facts: &Facts,
    hits: &FxHashMap<BlobId, Vec<Hit>>,
    flows: &RuleBits,
    followed: &FxHashSet<BlobId>,
) -> FxHashSet<BlobId> {
    let has_flow =
        |blob: BlobId| hits.get(&blob).is_some_and(|hits| hits.iter().any(|hit| flows.contains(hit.rule.into())));
    let with_flow = facts.changes.iter().filter(|row| row.new.is_some_and(has_flow));
    let paths: FxHashSet<PathId> = with_flow.map(|row| row.path).collect();
    let versions = facts.changes.iter().filter(|row| paths.contains(&row.path));
    versions.flat_map(|row| [row.old, row.new]).flatten().filter(|blob| !followed.contains(blob)).collect()
}

/// Records the files that were searched only in part, by path, each with the reason.
fn note_cut_short(facts: &mut Facts, cut_short: &BTreeMap<BlobId, &'static str>) {
    let mut path_of: BTreeMap<BlobId, PathId> = BTreeMap::new();
    for row in facts.changes.iter().filter(|_| !cut_short.is_empty()) {
        if let Some(blob) = row.new.filter(|blob| cut_short.contains_key(blob)) {
            path_of.entry(blob).or_insert(row.path);
        }
    }
    for (blob, path) in path_of {
        let skipped = Skipped::new(String::from_utf8_lossy(facts.path(path)), cut_short[&blob]);
        let repository = facts.blobs[blob.index()].repository;
        facts.repositories[repository.index()].skip("blobs", vec![skipped]);
    }
}

/// Records the dependency files that could not be parsed, each with its path and the reason.
fn note_unread(facts: &mut Facts, unread: BTreeMap<BlobId, String>) {
    let mut path_of: FxHashMap<BlobId, PathId> = FxHashMap::default();
    for row in facts.changes.iter().filter(|_| !unread.is_empty()) {
        if let Some(blob) = row.new.filter(|blob| unread.contains_key(blob)) {
            path_of.entry(blob).or_insert(row.path);
        }
    }
    for (blob, why) in unread {
        let path = path_of.get(&blob).map_or(&b""[..], |path| facts.path(*path));
        let why = format!("{} ({why})", String::from_utf8_lossy(path));
        let blob = facts.blobs[blob.index()];
        facts.repositories[blob.repository.index()].skip("blobs", vec![Skipped::seen(blob.oid, why)]);
    }
}
