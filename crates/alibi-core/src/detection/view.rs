//! What a detector can read.

use crate::analysis::access::{SensitivePaths, Standing};
use crate::analysis::people::{ContributorId, People, Trace};
use crate::analysis::roster::Roster;
use crate::analysis::time::Clocks;
use crate::config::Indicators;
use crate::facts::{CommitIdx, Facts};
use alibi_manifests::osv::Advisories;
use alibi_rules::heuristics::Heuristic;
use std::collections::BTreeMap;

/// What a detector can read: the facts, the results derived from them, and the team's files.
pub struct View<'v> {
    /// The collected facts.
    pub facts: &'v Facts,
    /// The contributors.
    pub people: &'v People,
    /// The contributors who merged commits into each history, and the tenure of each contributor.
    pub standing: &'v Standing<'v>,
    /// The paths that are sensitive.
    pub sensitive: &'v SensitivePaths,
    /// The timeline of each contributor's recorded UTC offsets.
    pub clocks: &'v Clocks,
    /// The commits whose metadata contradicts the named author, each with the traces that show it.
    pub contradicted: &'v BTreeMap<CommitIdx, Vec<Trace>>,
    /// What the team provided.
    pub given: &'v Given,
    /// The current time: seconds since 1970, UTC.
    pub now: i64,
}

/// What the team provides in addition to the repositories, and the rules that ran.
#[derive(Default)]
pub struct Given {
    /// What the team declares about its contributors.
    pub roster: Roster,
    /// The team's indicators.
    pub indicators: Indicators,
    /// Advisories about malicious packages.
    pub advisories: Advisories,
    /// The heuristics whose text rules ran: the selected heuristics and the heuristics that they watch.
    pub heuristics: Vec<Heuristic>,
}

impl View<'_> {
    /// The contributor who wrote a commit.
    pub fn author_of(&self, commit: CommitIdx) -> ContributorId {
        self.people.contributor_of(self.facts.commit(commit).author)
    }

    /// The reason why earlier history is missing, if it is. Changes are read only for commits in scope, and a shallow
    /// clone lacks the oldest commits.
    pub fn lacks_the_past(&self) -> Option<&'static str> {
        if self.facts.repositories.iter().any(|row| !row.condition.shallow.is_empty()) {
            Some("a shallow clone does not show earlier contributors")
        } else if self.facts.commits.iter().any(|commit| !commit.in_scope) {
            Some("changes before the chosen range or dates are not read")
        } else {
            None
        }
    }

    /// A commit's id in hexadecimal.
    pub fn oid(&self, commit: CommitIdx) -> String {
        self.facts.commit(commit).oid.to_string()
    }
}
