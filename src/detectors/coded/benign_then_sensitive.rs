//! `benign-then-sensitive`: a run of changes to texts and tests, then a sensitive change that no one else merged.

use crate::detectors::trust::{LEAST_TOLD, Touch, about_touch, rarity};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::ledger::CommitIdx;
use crate::people::ContributorId;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of preceding commits of documentation, translations and tests.
    least_run: usize,
    /// The percentage of them that must be benign.
    benign_percent: usize,
}

coded!(BenignThenSensitive, Params, Needs::SENSITIVE, []);

/// Evidence of write access may follow within this many seconds: thirty days.
const SOON: i64 = 30 * 86_400;

/// A run, and the change that ended it.
struct Turn {
    who: ContributorId,
    run: usize,
    touch: Touch,
}

impl BenignThenSensitive {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = facts.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        for number in 0..facts.ledger.repositories.len() as u16 {
            let mut could = 0;
            let mut turns: Vec<Turn> = Vec::new();
            for (who, _) in facts.people.iter().filter(|(_, c)| !c.bot) {
                // Commits without changes of their own, mainly merges, do not show what a contributor works on.
                let changes = |idx: &CommitIdx| {
                    let commit = facts.ledger.commit(*idx);
                    commit.repository == number && commit.parent_count <= 1 && !facts.ledger.changes_of(*idx).is_empty()
                };
                let own: Vec<CommitIdx> = facts.standing.landed(who).iter().copied().filter(changes).collect();
                if own.len() <= self.params.least_run || facts.standing.is_founder(number, who) {
                    continue;
                }
                could += 1;
                turns.extend(self.turn(facts, sink, who, number, &own));
            }
            for turn in &turns {
                let weight = rarity(turns.len() - 1, could - 1).min(self.heuristic.weight);
                if weight < LEAST_TOLD || !facts.ledger.commit(turn.touch.commit).judged {
                    continue;
                }
                let kind = &facts.sensitive.kinds()[turn.touch.kind];
                let summary =
                    format!("{} commits of texts and tests, then a change of {kind} that no one else merged", turn.run);
                let mut draft = about_touch(facts, &self.heuristic, turn.who, turn.touch, summary);
                draft.saw("others who turned so", format!("{} of {}", turns.len() - 1, could - 1));
                draft.weight = weight;
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    fn turn(
        &self,
        facts: &Facts<'_>,
        sink: &Sink<'_>,
        who: ContributorId,
        number: u16,
        own: &[CommitIdx],
    ) -> Option<Turn> {
        let benign = |idx: CommitIdx| {
            let changes = facts.ledger.changes_of(idx);
            let is = |path| ["documentation", "test", "translation"].iter().any(|set| sink.is_in(set, path));
            changes.iter().all(|c| is(c.path) && facts.sensitive.of(number, c.path).next().is_none())
        };
        let first = own.iter().position(|idx| {
            let commit = facts.ledger.commit(*idx);
            commit.parent_count <= 1 && !facts.sensitive.touched(facts.ledger, *idx).is_empty()
        })?;
        let run = &own[..first];
        let count = run.iter().filter(|idx| benign(**idx)).count();
        let is_turn = run.len() >= self.params.least_run
            && count * 100 >= run.len() * self.params.benign_percent
            && facts.standing.is_brought_alone(own[first])
            && facts.standing.shows_access(who, number, facts.standing.when(own[first]).saturating_add(SOON));
        let touch = *facts.sensitive.touched(facts.ledger, own[first]).first()?;
        is_turn.then_some(Turn { who, run: run.len(), touch })
    }
}
