//! `short-tenure-sensitive`: somebody new changes a sensitive place, and nobody else let it in.

use crate::decibans::Decibans;
use crate::detectors::trust::{LEAST_TOLD, Touch, about_touch, rarity};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::heuristics::Severity;
use crate::people::ContributorId;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Sooner than so many days after the first work that landed: very early.
    very_early_days: i64,
    /// Sooner than so many days: early.
    early_days: i64,
    /// In a project younger than so many days everybody is new.
    young_days: i64,
    /// With fewer others who bring in their own work there is nothing to compare with.
    least_others: usize,
    /// How rare, in decibans, what weighs no more than the following and others did too must be to be told.
    early_rarity_db: f64,
    /// What an early touch that is not very early weighs at most, in decibans.
    early_db: f64,
}

coded!(ShortTenureSensitive, Params, Needs::SENSITIVE, []);

const DAY: i64 = 86_400;

/// An early touch, and how many others made one of its kind as early.
struct Rare {
    touch: Touch,
    days: i64,
    as_early: usize,
}

/// What one contributor touched early in a repository.
struct Early {
    who: ContributorId,
    touches: Vec<(Touch, i64)>,
}

impl ShortTenureSensitive {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = facts.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        for number in 0..facts.ledger.repositories.len() as u16 {
            // Everybody who ever brought work in alone, but the founders: those who could have touched such places early.
            let everybody: Vec<Early> = facts
                .people
                .iter()
                .filter(|(who, c)| !c.bot && !facts.standing.is_founder(number, *who))
                .filter_map(|(who, _)| self.early(facts, who, number))
                .collect();
            let rarest: Vec<Option<Rare>> = everybody.iter().map(|early| self.rarest(early, &everybody)).collect();
            for (early, rare) in everybody.iter().zip(&rarest) {
                let Some(Rare { touch, days, as_early }) = *rare else { continue };
                if everybody.len() <= self.params.least_others {
                    let why =
                        format!("{} others bring in their own work here: too few to compare with", everybody.len() - 1);
                    sink.insufficient(&self.heuristic, early.who, why);
                    continue;
                }
                // Of several kinds some is nearly always rare: those count whose own rarest is as rare as this one.
                let others = everybody.iter().zip(&rarest).filter(|(o, _)| o.who != early.who);
                let count = others.filter(|(_, r)| r.as_ref().is_some_and(|r| r.as_early <= as_early)).count();
                // Where others' work was never let in, another may have fast-forwarded to this one's.
                let until = facts.standing.when(touch.commit).saturating_add(self.params.very_early_days * DAY);
                let lets_in = facts.standing.let_in(early.who, number, until) > 0;
                let is_red = days < self.params.very_early_days && lets_in;
                let most = if is_red { self.heuristic.weight } else { Decibans(self.params.early_db) };
                let rare = rarity(count, everybody.len() - 1);
                if count > 0 && !is_red && rare.0 < self.params.early_rarity_db {
                    continue;
                }
                let weight = rare.min(most);
                let commit = facts.ledger.commit(touch.commit);
                if weight < LEAST_TOLD || !commit.judged {
                    continue;
                }
                let kind = &facts.sensitive.kinds()[touch.kind];
                let summary = format!("changed {kind} alone, {days} days after the first work that landed");
                let mut draft = about_touch(facts, &self.heuristic, early.who, touch, summary);
                let when = facts.standing.when(touch.commit);
                let before = facts.standing.seniority(early.who, when);
                let had = format!("{} commits on {} days", before.commits, before.active_days);
                draft.saw("work that had landed before", had);
                let base = format!("{count} of {} others who bring in their own work", everybody.len() - 1);
                draft.saw("as early in a place as rare", base);
                let until = when.saturating_add(self.params.very_early_days * DAY);
                let let_in = facts.standing.let_in(early.who, number, until).to_string();
                draft.saw("others' work let in by the same hand by then", let_in);
                let kinds: BTreeSet<&str> =
                    early.touches.iter().map(|(t, _)| facts.sensitive.kinds()[t.kind].as_str()).collect();
                draft.saw("sensitive places touched early", kinds.into_iter().collect::<Vec<_>>().join(", "));
                draft.weight = weight;
                if weight.0 <= self.params.early_db {
                    draft.severity = Severity::Low;
                }
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    /// The early touch that the fewest others made as early.
    fn rarest(&self, early: &Early, everybody: &[Early]) -> Option<Rare> {
        let is_red = |days: i64| days < self.params.very_early_days;
        let as_early = |touch: &Touch, days: i64| {
            let same =
                |o: &&Early| o.touches.iter().any(|(t, d)| t.kind == touch.kind && (is_red(*d) || !is_red(days)));
            everybody.iter().filter(|o| o.who != early.who).filter(same).count()
        };
        let rare = early.touches.iter().map(|(touch, days)| Rare {
            touch: *touch,
            days: *days,
            as_early: as_early(touch, *days),
        });
        rare.min_by_key(|rare| (rare.as_early, rare.days))
    }

    fn is_young(&self, facts: &Facts<'_>, touch: &Touch, number: u16) -> bool {
        let began = facts.standing.began(number).unwrap_or(i64::MAX);
        facts.standing.when(touch.commit).saturating_sub(began) < self.params.young_days * DAY
    }

    /// What somebody touched early; nothing for those who never brought in work alone.
    fn early(&self, facts: &Facts<'_>, who: ContributorId, number: u16) -> Option<Early> {
        let in_it = |idx: &&crate::ledger::CommitIdx| facts.ledger.commit(**idx).repository == number;
        let mut own = facts.standing.landed(who).iter().filter(in_it);
        own.find(|idx| facts.standing.is_brought_alone(**idx))?;
        let touches = facts.sensitive.first_touches(facts.ledger, facts.standing, who, number, true);
        let soon_after =
            |touch: &Touch| facts.standing.when(touch.commit).saturating_add(self.params.very_early_days * DAY);
        let touches = touches
            .into_iter()
            .filter(|touch| facts.standing.shows_access(who, number, soon_after(touch)))
            .map(|touch| (touch, facts.standing.seniority(who, facts.standing.when(touch.commit)).days))
            .filter(|(touch, days)| *days < self.params.early_days && !self.is_young(facts, touch, number))
            .collect();
        Some(Early { who, touches })
    }
}
