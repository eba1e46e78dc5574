//! `benign-then-sensitive`: a run of changes to documentation, translations and tests, then a sensitive change that no
//! one else merged.

use crate::shared::touch::about_touch;
use alibi_core::analysis::access::{REPORT_THRESHOLD, Touch, rarity};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RepositoryIdx};
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits before the sensitive change.
    min_run: usize,
    /// Minimum percentage of these commits that only change documentation, translations and tests.
    benign_percent: usize,
}

coded!(BenignThenSensitive, Params, FactSet::SENSITIVE, []);

/// Maximum time from the sensitive change to the evidence of write access, in seconds: thirty days.
const SOON: i64 = 30 * 86_400;

/// A run of mostly benign commits and the sensitive change that ended it.
struct Turn {
    who: ContributorId,
    run: usize,
    touch: Touch,
}

impl BenignThenSensitive {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = view.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        for number in (0..view.facts.repositories.len()).map(RepositoryIdx::new) {
            let mut eligible = 0;
            let mut turns: Vec<Turn> = Vec::new();
            for (who, _) in view.people.iter().filter(|(_, c)| !c.bot) {
                // Commits without changes of their own, mainly merges, do not show what a contributor works on.
                let changes = |idx: &CommitIdx| {
                    let commit = view.facts.commit(*idx);
                    commit.repository == number && commit.parent_count <= 1 && !view.facts.changes_of(*idx).is_empty()
                };
                let own: Vec<CommitIdx> = view.standing.merged(who).iter().copied().filter(changes).collect();
                if own.len() <= self.params.min_run || view.standing.is_founder(number, who) {
                    continue;
                }
                eligible += 1;
                turns.extend(self.turn(view, sink, who, number, &own));
            }
            for turn in &turns {
                let weight = rarity(turns.len() - 1, eligible - 1).min(self.heuristic.weight);
                if weight < REPORT_THRESHOLD || !view.facts.commit(turn.touch.commit).in_scope {
                    continue;
                }
                let kind = &view.sensitive.kinds()[turn.touch.kind];
                let summary =
                    format!("{} commits of texts and tests, then a change of {kind} that no one else merged", turn.run);
                let mut draft = about_touch(view, &self.heuristic, turn.who, turn.touch, summary);
                draft.saw("other contributors with the same pattern", Value::of(turns.len() - 1, eligible - 1));
                draft.weight = weight;
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    fn turn(
        &self,
        view: &View<'_>,
        sink: &Sink<'_>,
        who: ContributorId,
        number: RepositoryIdx,
        own: &[CommitIdx],
    ) -> Option<Turn> {
        let benign = |idx: CommitIdx| {
            let changes = view.facts.changes_of(idx);
            let is_text_or_test =
                |path| ["documentation", "test", "translation"].iter().any(|set| sink.is_in(set, path));
            changes.iter().all(|c| is_text_or_test(c.path) && view.sensitive.of(number, c.path).next().is_none())
        };
        let first = own.iter().position(|idx| {
            let commit = view.facts.commit(*idx);
            commit.parent_count <= 1 && !view.sensitive.touched(view.facts, *idx).is_empty()
        })?;
        let run = &own[..first];
        let count = run.iter().filter(|idx| benign(**idx)).count();
        let is_turn = run.len() >= self.params.min_run
            && count * 100 >= run.len() * self.params.benign_percent
            && view.standing.is_merged_alone(own[first])
            && view.standing.shows_access(who, number, view.standing.when(own[first]).saturating_add(SOON));
        let touch = *view.sensitive.touched(view.facts, own[first]).first()?;
        is_turn.then_some(Turn { who, run: run.len(), touch })
    }
}
