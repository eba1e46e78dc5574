//! The results of a run.

use alibi_core::analysis::access::{AccessHistory, SensitivePaths, Standing};
use alibi_core::analysis::people::People;
use alibi_core::analysis::roster::Roster;
use alibi_core::analysis::time::Clocks;
use alibi_core::config::Snapshot;
use alibi_core::detection::Untested;
use alibi_core::facts::Facts;
use alibi_core::finding::Finding;
use alibi_core::scoring::{Case, Stale};
use alibi_rules::content::Redactor;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Heuristic, Measurement};
use std::collections::{BTreeMap, BTreeSet};

/// The id of the heuristic that reports the commits that a moved reference lost.
const REWRITTEN_REF: &str = "rewritten-ref";

/// The results of a run.
pub struct Audit {
    /// The facts read from the repositories.
    pub facts: Facts,
    /// The contributors.
    pub people: People,
    /// The merges in the histories and who made them; computed on first use.
    pub access: AccessHistory,
    /// The recorded UTC offsets of contributors, as timelines.
    pub clocks: Clocks,
    /// The team's declarations.
    pub roster: Roster,
    /// The findings, sorted by id.
    pub findings: Vec<Finding>,
    /// The cases, most urgent first.
    pub cases: Vec<Case>,
    /// The number of contributors who wrote commits, on which the false-discovery rate is based.
    pub testable: usize,
    /// The threshold for a review of a case with two groups of evidence, in decibans.
    pub review: Decibans,
    /// Suppressions that have no effect.
    pub stale: Vec<Stale>,
    /// Objects in scope that could not be read, each with its reason; empty if all could be read.
    pub unseen: Vec<(String, String)>,
    /// The sensitive paths; empty if no heuristic needs them.
    pub sensitive: SensitivePaths,
    /// Tests without a result, and the reasons.
    pub untested: Vec<Untested>,
    /// The heuristics that ran.
    pub heuristics: Vec<Heuristic>,
    /// The kinds of sensitive paths that ship with the program.
    pub built_in_kinds: BTreeSet<String>,
    /// How often heuristics fire on ordinary history.
    pub measurement: Measurement,
    /// Redacts secrets in the output.
    pub redactor: Redactor,
    /// The owners of the keys passed with `--keys`, by key name.
    pub key_owners: BTreeMap<String, String>,
    /// Seconds that each phase took, in order.
    pub seconds: Vec<(&'static str, f64)>,
}

impl Audit {
    /// The standing of all contributors.
    pub fn standing(&self) -> Standing<'_> {
        Standing::new(&self.facts, &self.people, &self.access)
    }

    /// The state of the references, for the next scan to compare with. Moved references keep their state from `earlier`
    /// unless this run reported the commits that they lost.
    pub fn snapshot(&self, now: i64, earlier: Option<&Snapshot>) -> Snapshot {
        let is_reported = self.heuristics.iter().any(|h| h.id == REWRITTEN_REF);
        Snapshot::of(&self.facts, &self.people, now, earlier, is_reported)
    }
}
