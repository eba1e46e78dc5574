//! Decides which rules and parsers read each path and each blob.

use super::collector::Plan;
use alibi_core::facts::{BlobId, FactSet, Facts, PathId};
use alibi_manifests::manifests::FileKind;
use alibi_rules::content::{Reading, RuleBits, Syntax, TextRules};
use alibi_rules::heuristics::{Heuristic, TextRule};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// The name of the path set whose binary files are measured.
const MEASURED_PATHS: &str = "test";

/// How a path is read.
pub(super) struct PathUse {
    /// The rules that read it.
    pub reads: RuleBits,
    /// The rules with a guard that treats the path as innocent.
    pub guarded: RuleBits,
    measured: bool,
    syntax: Syntax,
    reading: Reading,
    kind: Option<FileKind>,
}

/// How the paths of a run are read, by path.
pub(super) fn path_uses(
    facts: &Facts,
    plan: &Plan<'_>,
    rules: &TextRules,
    heuristics: &[(&Heuristic, &TextRule)],
) -> Vec<PathUse> {
    let mut rules_of_guard: BTreeMap<&str, RuleBits> = BTreeMap::new();
    for (i, (h, _)) in heuristics.iter().enumerate() {
        for guard in h.innocent.iter().filter_map(|i| i.test.as_deref()) {
            let bits = rules_of_guard.entry(guard).or_default();
            bits.insert(i);
            rules.flow_rules().filter(|(_, of)| usize::from(*of) == i).for_each(|(flow, _)| bits.insert(flow));
        }
    }
    let use_of = |id: u32| {
        let path = facts.path(PathId(id));
        let reads = rules.for_path(path);
        let path = String::from_utf8_lossy(path);
        let mut guarded = RuleBits::default();
        if !reads.is_empty() {
            let guards = plan.guards.holding(&path);
            guards.filter_map(|guard| rules_of_guard.get(guard)).for_each(|bits| guarded.merge(bits));
        }
        let measured = plan.needs.contains(FactSet::OPAQUE) && plan.guards.contains(MEASURED_PATHS, &path);
        let is_parsed = plan.needs.contains(FactSet::DEPENDENCIES);
        let kind = if is_parsed { FileKind::of(path.as_bytes()) } else { None };
        PathUse { reads, guarded, measured, syntax: Syntax::of(path.as_bytes()), reading: Reading::of(&path), kind }
    };
    (0..facts.path_count() as u32).into_par_iter().map(use_of).collect()
}

/// How each blob is read, by the blob's index.
pub(super) struct BlobPlan {
    /// The rules that read each blob.
    pub rules: Vec<RuleBits>,
    /// Whether each blob is measured if it is binary.
    pub measured: Vec<bool>,
    /// The comment syntax of each blob; unknown if its paths disagree.
    pub syntax: Vec<Option<Syntax>>,
    /// How each blob is read as code; by its text if its paths disagree.
    pub reading: Vec<Option<Reading>>,
    /// The kinds of dependency files that each blob is read as.
    pub kinds: FxHashMap<u32, Vec<FileKind>>,
}

impl BlobPlan {
    /// Creates the plan for blobs at these paths.
    pub(super) fn new(facts: &Facts, paths: &[PathUse], places: impl Iterator<Item = (BlobId, PathId)>) -> BlobPlan {
        let count = facts.blobs.len();
        let mut plan = BlobPlan {
            rules: vec![RuleBits::default(); count],
            measured: vec![false; count],
            syntax: vec![None; count],
            reading: vec![None; count],
            kinds: FxHashMap::default(),
        };
        for (blob, path) in places {
            let of = &paths[path.0 as usize];
            plan.rules[blob.index()].merge(&of.reads);
            plan.measured[blob.index()] |= of.measured;
            let syntax = &mut plan.syntax[blob.index()];
            *syntax = Some(if syntax.is_none_or(|known| known == of.syntax) { of.syntax } else { Syntax::Unknown });
            let reading = &mut plan.reading[blob.index()];
            *reading = Some(match *reading {
                None | Some(Reading::Not) => of.reading,
                Some(known) if known == of.reading || of.reading == Reading::Not => known,
                Some(_) => Reading::ByText,
            });
            if let Some(kind) = of.kind {
                let kinds: &mut Vec<FileKind> = plan.kinds.entry(blob.0).or_default();
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
        }
        plan
    }

    /// Follows flows only in these blobs.
    pub(super) fn follow_only(&mut self, blobs: &FxHashSet<BlobId>, flows: &RuleBits) {
        for (blob, rules) in self.rules.iter_mut().enumerate() {
            if !blobs.contains(&BlobId(blob as u32)) {
                rules.remove(flows);
            }
        }
    }

    /// The plan that follows flows in these blobs, and does nothing else.
    pub(super) fn of_flows(&self, blobs: &FxHashSet<BlobId>, rules: &[RuleBits], flows: &RuleBits) -> BlobPlan {
        let flows_of = |blob: usize| {
            if blobs.contains(&BlobId(blob as u32)) { rules[blob].intersection(flows) } else { RuleBits::default() }
        };
        BlobPlan {
            rules: (0..self.rules.len()).map(flows_of).collect(),
            measured: vec![false; self.measured.len()],
            syntax: self.syntax.clone(),
            reading: self.reading.clone(),
            kinds: FxHashMap::default(),
        }
    }

    /// Whether a rule, a measurement or a parser reads the blob.
    pub(super) fn wants(&self, blob: BlobId) -> bool {
        !self.rules[blob.index()].is_empty() || self.measured[blob.index()] || self.kinds.contains_key(&blob.0)
    }
}
