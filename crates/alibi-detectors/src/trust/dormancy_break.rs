//! `dormancy-break`: a contributor returns after a long silence with a change to a sensitive path that no one else
//! merged.

use crate::shared::touch::about_touch;
use alibi_core::analysis::access::{REPORT_THRESHOLD, Touch, rarity};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RepositoryIdx};
use alibi_core::finding::Value;
use alibi_git::history::DAY;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of days of silence.
    silence_days: i64,
    /// Minimum number of merged commits before the silence.
    min_commits: usize,
    /// Maximum number of days from the return to the sensitive change, and from the writing of the first commit after
    /// the silence to its merge.
    within_days: i64,
    /// A contributor with at least this many commits after those days has returned to stay.
    stays_commits: usize,
}

coded!(DormancyBreak, Params, FactSet::SENSITIVE, ["stayed"]);

/// A contributor's return, with the first sensitive change after it.
struct Return {
    who: ContributorId,
    silent_days: i64,
    touch: Option<Touch>,
    stayed: bool,
}

impl DormancyBreak {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = view.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        for number in (0..view.facts.repositories.len()).map(RepositoryIdx::new) {
            let contributors = view.people.iter().filter(|(_, c)| !c.bot);
            let returns: Vec<Return> = contributors.flat_map(|(who, _)| self.returns(view, who, number)).collect();
            let touching = returns.iter().filter(|r| r.touch.is_some()).count();
            for back in &returns {
                let Some(touch) = back.touch else { continue };
                let weight = rarity(touching - 1, returns.len() - 1).min(self.heuristic.weight);
                if weight < REPORT_THRESHOLD || !view.facts.commit(touch.commit).in_scope {
                    continue;
                }
                let kind = &view.sensitive.kinds()[touch.kind];
                let summary =
                    format!("changed {kind} right after {} days of silence; no one else merged it", back.silent_days);
                let mut draft = about_touch(view, &self.heuristic, back.who, touch, summary);
                draft.saw("other returning contributors who did so", Value::of(touching - 1, returns.len() - 1));
                draft.answer("stayed", !back.stayed);
                draft.weight = weight;
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    /// Finds a contributor's returns to a repository. A contributor who works in another repository of the run is not
    /// silent.
    fn returns(&self, view: &View<'_>, who: ContributorId, number: RepositoryIdx) -> Vec<Return> {
        let own = view.standing.merged(who);
        let when = |idx: CommitIdx| view.standing.when(idx);
        let mut returns = Vec::new();
        for (index, pair) in own.windows(2).enumerate() {
            let (before, after) = (when(pair[0]), when(pair[1]));
            let silent_days = after.saturating_sub(before) / DAY;
            let is_here = view.facts.commit(pair[1]).repository == number;
            if silent_days < self.params.silence_days || index + 1 < self.params.min_commits || !is_here {
                continue;
            }
            // Old work that is only rebased or merged now is not a return.
            let written = view.facts.commit(pair[1]).authored.seconds;
            if after.saturating_sub(written) > self.params.within_days * DAY {
                continue;
            }
            let until = after.saturating_add(self.params.within_days * DAY);
            let at_once = own[index + 1..].iter().take_while(|idx| when(**idx) <= until);
            let has_access = view.standing.shows_access(who, number, until);
            let touch = at_once
                .clone()
                .filter(|_| has_access)
                .filter(|idx| {
                    let commit = view.facts.commit(**idx);
                    commit.repository == number && commit.parent_count <= 1 && view.standing.is_merged_alone(**idx)
                })
                .find_map(|idx| view.sensitive.touched(view.facts, *idx).first().copied());
            let later = own.len() - index - 1 - at_once.count();
            returns.push(Return { who, silent_days, touch, stayed: later >= self.params.stays_commits });
        }
        returns
    }
}
