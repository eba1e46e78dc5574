//! Reads the facts of a run from its repositories. Each collector has its own file and implements [`Collector`].
//!
//! The input is the open repositories and a plan. The output is rows in the store. A collector declares which facts it
//! provides and which facts it reads; the run calls the collectors that it needs, in the order of [`COLLECTORS`].

mod blob_plan;
mod blobs;
mod changes;
mod codeowners;
mod collector;
mod commits;
mod content;
mod error;
mod imports;
mod known;
mod lines;
mod links;
mod mailmaps;
mod mentions;
mod merges;
mod patches;
mod policies;
mod search;
mod unscanned;

pub(crate) use codeowners::CODEOWNERS;
pub(crate) use collector::{Collector, CommitSelection, Context, Plan};
pub(crate) use commits::note_since;
pub(crate) use error::CollectError;

use alibi_core::facts::FactSet;

/// All collectors. Each comes after the collectors that provide the facts that it reads.
pub(crate) const COLLECTORS: &[&dyn Collector] = &[
    &commits::Commits,
    &codeowners::CodeOwners,
    &changes::Changes,
    &content::Content,
    &lines::Lines,
    &mailmaps::Mailmaps,
    &imports::Imports,
    &mentions::Mentions,
    &policies::Policies,
    &merges::Merges,
    &patches::Patches,
];

/// The facts that analyses provide, and the facts that they read.
const ANALYSED: [(FactSet, FactSet); 2] =
    [(FactSet::SENSITIVE, FactSet::CHANGES), (FactSet::ADVISORIES, FactSet::DEPENDENCIES)];

/// Returns these facts, and all facts that the collectors and analyses that provide them read.
pub(crate) fn with_requirements(needs: FactSet) -> FactSet {
    let needs = ANALYSED
        .iter()
        .fold(needs, |all, (provides, reads)| if all.intersects(*provides) { all | *reads } else { all });
    let add = |all: FactSet, c: &&dyn Collector| if all.intersects(c.provides()) { all | c.needs() } else { all };
    COLLECTORS.iter().rev().fold(needs, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_collector_runs_after_its_dependencies() {
        // As in a run: first all collectors that do not need the contributors, then the others.
        let (late, early): (Vec<&&dyn Collector>, Vec<&&dyn Collector>) =
            COLLECTORS.iter().partition(|c: &&&dyn Collector| c.needs().contains(FactSet::PEOPLE));
        let mut collected = FactSet::COMMITS;
        for collector in early {
            assert!(collected.contains(collector.needs()), "{} needs facts of a later one", collector.phase());
            collected = collected | collector.provides();
        }
        collected = collected | FactSet::PEOPLE;
        for collector in late {
            assert!(collected.contains(collector.needs()), "{} needs facts of a later one", collector.phase());
            collected = collected | collector.provides();
        }
    }

    #[test]
    fn required_facts_include_their_dependencies() {
        let needs = with_requirements(FactSet::MENTIONS);
        assert!(needs.contains(FactSet::MENTIONS | FactSet::DEPENDENCIES | FactSet::CHANGES | FactSet::PEOPLE));
        assert!(!needs.intersects(FactSet::HITS | FactSet::MERGES));
    }
}
