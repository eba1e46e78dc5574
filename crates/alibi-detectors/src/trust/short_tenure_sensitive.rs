//! `short-tenure-sensitive`: a newcomer changes a sensitive path, and no one else merges the change.

use crate::shared::touch::about_touch;
use alibi_core::analysis::access::{REPORT_THRESHOLD, Touch, rarity};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{FactSet, RepositoryIdx};
use alibi_core::finding::Value;
use alibi_git::history::DAY;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::Severity;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// A change fewer than this many days after the author's first merged work is very early.
    very_early_days: i64,
    /// A change fewer than this many days after the author's first merged work is early.
    early_days: i64,
    /// Changes in a project younger than this many days are ignored, since everyone is new.
    young_days: i64,
    /// Minimum number of other contributors who merge their own work, for comparison.
    min_others: usize,
    /// Minimum rarity, in decibans, of a change whose weight is limited by `early_db`, if other contributors have a
    /// change that is at least as rare.
    early_rarity_db: f64,
    /// Maximum weight, in decibans, of a change that is not very early, or whose author merged no one else's work.
    early_db: f64,
}

coded!(ShortTenureSensitive, Params, FactSet::SENSITIVE, []);

/// An early change, and the number of other contributors who changed the same kind of path as early.
struct Rare {
    touch: Touch,
    days: i64,
    as_early: usize,
}

/// A contributor's early changes in a repository.
struct Early {
    who: ContributorId,
    touches: Vec<(Touch, i64)>,
}

impl ShortTenureSensitive {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = view.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        for number in (0..view.facts.repositories.len()).map(RepositoryIdx::new) {
            // All contributors who could have made such changes: those who ever merged their own work alone, except
            // founders.
            let contributors: Vec<Early> = view
                .people
                .iter()
                .filter(|(who, c)| !c.bot && !view.standing.is_founder(number, *who))
                .filter_map(|(who, _)| self.early(view, who, number))
                .collect();
            let rarest: Vec<Option<Rare>> =
                contributors.iter().map(|early| self.rarest(early, &contributors)).collect();
            for (early, rare) in contributors.iter().zip(&rarest) {
                let Some(Rare { touch, days, as_early }) = *rare else { continue };
                if contributors.len() <= self.params.min_others {
                    let why = format!(
                        "only {} others merge their own work here, too few for comparison",
                        contributors.len() - 1
                    );
                    sink.insufficient(&self.heuristic, early.who, why);
                    continue;
                }
                // With several kinds of paths, nearly everyone has one rare change. Count the other contributors whose
                // rarest change is at least as rare as this one.
                let others = contributors.iter().zip(&rarest).filter(|(o, _)| o.who != early.who);
                let count = others.filter(|(_, r)| r.as_ref().is_some_and(|r| r.as_early <= as_early)).count();
                // If the author merged no one else's work, someone else may have fast-forwarded to this commit.
                let until = view.standing.when(touch.commit).saturating_add(self.params.very_early_days * DAY);
                let lets_in = view.standing.merged_for_others(early.who, number, until) > 0;
                let is_strong = days < self.params.very_early_days && lets_in;
                let most = if is_strong { self.heuristic.weight } else { Decibans(self.params.early_db) };
                let rare = rarity(count, contributors.len() - 1);
                if count > 0 && !is_strong && rare.0 < self.params.early_rarity_db {
                    continue;
                }
                let weight = rare.min(most);
                let commit = view.facts.commit(touch.commit);
                if weight < REPORT_THRESHOLD || !commit.in_scope {
                    continue;
                }
                let kind = &view.sensitive.kinds()[touch.kind];
                let summary =
                    format!("changed {kind} {days} days after the author's first merged work; no one else merged it");
                let mut draft = about_touch(view, &self.heuristic, early.who, touch, summary);
                let when = view.standing.when(touch.commit);
                let before = view.standing.seniority(early.who, when);
                let had = format!("{} commits on {} days", before.commits, before.active_days);
                draft.saw("earlier merged work", Value::words(had));
                let base = format!("{count} of {} others who merge their own work", contributors.len() - 1);
                draft.saw("others who changed an equally rare path as early", Value::words(base));
                let until = when.saturating_add(self.params.very_early_days * DAY);
                let merged_for_others = view.standing.merged_for_others(early.who, number, until).to_string();
                draft.saw("others' work merged by this contributor before", Value::words(merged_for_others));
                let kinds: BTreeSet<&str> =
                    early.touches.iter().map(|(t, _)| view.sensitive.kinds()[t.kind].as_str()).collect();
                draft.saw(
                    "sensitive paths changed early",
                    Value::text(kinds.into_iter().collect::<Vec<_>>().join(", ")),
                );
                draft.weight = weight;
                if weight.0 <= self.params.early_db {
                    draft.severity = Severity::Low;
                }
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    /// Returns the early change that the fewest other contributors made as early.
    fn rarest(&self, early: &Early, contributors: &[Early]) -> Option<Rare> {
        let is_very_early = |days: i64| days < self.params.very_early_days;
        let as_early = |touch: &Touch, days: i64| {
            let same = |o: &&Early| {
                o.touches.iter().any(|(t, d)| t.kind == touch.kind && (is_very_early(*d) || !is_very_early(days)))
            };
            contributors.iter().filter(|o| o.who != early.who).filter(same).count()
        };
        let rare = early.touches.iter().map(|(touch, days)| Rare {
            touch: *touch,
            days: *days,
            as_early: as_early(touch, *days),
        });
        rare.min_by_key(|rare| (rare.as_early, rare.days))
    }

    fn is_young(&self, view: &View<'_>, touch: &Touch, number: RepositoryIdx) -> bool {
        let began = view.standing.began(number).unwrap_or(i64::MAX);
        view.standing.when(touch.commit).saturating_sub(began) < self.params.young_days * DAY
    }

    /// A contributor's early changes; none for contributors who never merged their own work alone.
    fn early(&self, view: &View<'_>, who: ContributorId, number: RepositoryIdx) -> Option<Early> {
        let is_here = |idx: &&alibi_core::facts::CommitIdx| view.facts.commit(**idx).repository == number;
        let mut own = view.standing.merged(who).iter().filter(is_here);
        own.find(|idx| view.standing.is_merged_alone(**idx))?;
        let touches = view.sensitive.first_touches(view.facts, view.standing, who, number, true);
        let soon_after =
            |touch: &Touch| view.standing.when(touch.commit).saturating_add(self.params.very_early_days * DAY);
        let touches = touches
            .into_iter()
            .filter(|touch| view.standing.shows_access(who, number, soon_after(touch)))
            .map(|touch| (touch, view.standing.seniority(who, view.standing.when(touch.commit)).days))
            .filter(|(touch, days)| *days < self.params.early_days && !self.is_young(view, touch, number))
            .collect();
        Some(Early { who, touches })
    }
}
