//! `alibi-contradicted`: clocks, hours, addresses or keys that the team did not declare.

use crate::shared::words::{any_judged, by_both_clocks, dates_of, identity, repository_of};
use alibi_core::analysis::time::{Verdict, judge_alibi};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};
use alibi_rules::decibans::Decibans;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {}

coded!(AlibiContradicted, Params, FactSet::COMMITS, ["committer-clock", "undeclared-journey"]);

const TOLD: usize = 5;

impl AlibiContradicted {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let Params {} = self.params;
        for (who, declared) in view.given.roster.iter() {
            let timeline = view.clocks.timeline(who);
            let judged = judge_alibi(timeline, declared);
            if judged.verdict == Verdict::Insufficient {
                let why = format!("{} days with commits by the contributor's own clock", judged.days);
                sink.insufficient(&self.heuristic, who, why);
            }
            let undeclared = view.given.roster.undeclared(who, view.facts, view.people);
            if judged.verdict != Verdict::Contradicted && undeclared.is_empty() {
                continue;
            }
            let mut commits: Vec<_> = judged.elsewhere.iter().map(|(i, _)| timeline.moments[*i].commit).collect();
            commits.extend(undeclared.iter().flat_map(|u| u.commits.iter().copied()));
            if commits.is_empty() {
                commits.extend(timeline.kept().map(|m| m.commit));
            }
            if !any_judged(view, &commits) {
                continue;
            }
            let mut key = vec![identity(view, view.people.get(who).earliest())];
            key.extend(undeclared.iter().map(|u| u.value.clone()));
            key.extend((!judged.elsewhere.is_empty()).then(|| b"clock".to_vec()));
            key.extend(judged.by_hours.then(|| b"hours".to_vec()));
            let summary = "the commits contradict the declared alibi";
            let mut draft = Draft::new(&self.heuristic, who, repository_of(view, &commits), key, summary);
            if !judged.elsewhere.is_empty() {
                let (commits, days) = (judged.elsewhere.len(), judged.days);
                draft.saw(
                    "extent",
                    Value::words(format!("{commits} commits by another clock, in {days} days with an alibi")),
                );
            }
            for (place, home) in judged.elsewhere.iter().take(TOLD) {
                draft.saw("another clock", Value::words(by_both_clocks(&timeline.moments[*place], *home)));
            }
            if judged.elsewhere.len() > TOLD {
                draft.saw("further commits by another clock", Value::count(judged.elsewhere.len() - TOLD));
            }
            if judged.by_hours {
                let (days, outside) = judged.outside;
                draft.saw(
                    "hours",
                    Value::words(format!("{outside} of {days} days are entirely outside the declared hours")),
                );
            }
            for what in &undeclared {
                draft.saw(what.kind, Value::text(&what.value));
            }
            if judged.verdict != Verdict::Contradicted {
                // Anyone can use another person's name with a different address.
                draft.weight = Decibans(self.heuristic.weight.0 / 2.0);
            }
            draft.answer("committer-clock", true);
            draft.answer("undeclared-journey", !judged.could_be_journeys || !undeclared.is_empty());
            draft.reproduce(dates_of(view, &commits));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
