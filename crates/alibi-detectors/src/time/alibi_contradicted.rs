//! `alibi-contradicted`: commits with clocks, hours, addresses or keys that the team did not declare.

use crate::shared::words::{any_in_scope, by_both_clocks, dates_of, identity, repository_of};
use alibi_core::analysis::time::{Verdict, compare_alibi};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};
use alibi_rules::decibans::Decibans;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {}

coded!(AlibiContradicted, Params, FactSet::COMMITS, ["committer-clock", "undeclared-journey"]);

const LISTED: usize = 5;

impl AlibiContradicted {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let Params {} = self.params;
        for (who, declared) in view.given.roster.iter() {
            let timeline = view.clocks.timeline(who);
            let compared = compare_alibi(timeline, declared);
            if compared.verdict == Verdict::Insufficient {
                let why = format!("{} days with commits dated by the contributor's own clock", compared.days);
                sink.insufficient(&self.heuristic, who, why);
            }
            let undeclared = view.given.roster.undeclared(who, view.facts, view.people);
            if compared.verdict != Verdict::Contradicted && undeclared.is_empty() {
                continue;
            }
            let mut commits: Vec<_> = compared.elsewhere.iter().map(|(i, _)| timeline.moments[*i].commit).collect();
            commits.extend(undeclared.iter().flat_map(|u| u.commits.iter().copied()));
            if commits.is_empty() {
                commits.extend(timeline.kept().map(|m| m.commit));
            }
            if !any_in_scope(view, &commits) {
                continue;
            }
            let mut key = vec![identity(view, view.people.get(who).earliest())];
            key.extend(undeclared.iter().map(|u| u.value.clone()));
            key.extend((!compared.elsewhere.is_empty()).then(|| b"clock".to_vec()));
            key.extend(compared.by_hours.then(|| b"hours".to_vec()));
            let summary = "the commits contradict the declared alibi";
            let mut draft = Draft::new(&self.heuristic, who, repository_of(view, &commits), key, summary);
            if !compared.elsewhere.is_empty() {
                let (commits, days) = (compared.elsewhere.len(), compared.days);
                draft.saw(
                    "commits outside the declared zone",
                    Value::words(format!("{commits} commits by another clock, in {days} days with an alibi")),
                );
            }
            for (index, home) in compared.elsewhere.iter().take(LISTED) {
                draft.saw("commit on another clock", Value::words(by_both_clocks(&timeline.moments[*index], *home)));
            }
            if compared.elsewhere.len() > LISTED {
                draft.saw("more commits on another clock", Value::count(compared.elsewhere.len() - LISTED));
            }
            if compared.by_hours {
                let (days, outside) = compared.outside;
                draft.saw(
                    "hours",
                    Value::words(format!("{outside} of {days} days are entirely outside the declared hours")),
                );
            }
            for item in &undeclared {
                draft.saw(item.kind, Value::text(&item.value));
            }
            if compared.verdict != Verdict::Contradicted {
                // Undeclared values alone are weak evidence: anyone can use another person's name with a different
                // address.
                draft.weight = Decibans(self.heuristic.weight.0 / 2.0);
            }
            draft.answer("committer-clock", true);
            draft.answer("undeclared-journey", !compared.could_be_journeys || !undeclared.is_empty());
            draft.reproduce(dates_of(view, &commits));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
