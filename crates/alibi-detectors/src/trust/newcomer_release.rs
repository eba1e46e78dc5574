//! `newcomer-release`: a newcomer makes a release.

use alibi_core::analysis::access::{REPORT_THRESHOLD, rarity};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RefRow, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Releases made fewer than this many days after the first merged work are early.
    early_days: i64,
    /// Releases made after fewer than this many days with merged work are early too.
    active_days: usize,
}

coded!(NewcomerRelease, Params, FactSet::COMMITS, ["handed-over"]);

/// A contributor's first release.
struct First<'f> {
    tag: &'f RefRow,
    commit: CommitIdx,
    when: i64,
}

impl NewcomerRelease {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for (number, row) in facts.repositories.iter().enumerate() {
            let number = RepositoryIdx::new(number);
            let mut first: BTreeMap<ContributorId, First<'_>> = BTreeMap::new();
            for tag in row.refs.iter().filter(|r| r.is_tag() && r.short().iter().any(u8::is_ascii_digit)) {
                let Some((made, commit)) = tag.tag.zip(tag.commit) else { continue };
                let Some((tagger, stamp)) = made.tagger.zip(made.when) else { continue };
                let who = view.people.contributor_of(tagger);
                // A tag cannot be older than its commit.
                let when = stamp.seconds.max(view.standing.when(commit));
                if first.get(&who).is_none_or(|known| when < known.when) && !view.people.get(who).bot {
                    first.insert(who, First { tag, commit, when });
                }
            }
            let is_early = |who: ContributorId, when: i64| {
                let before = view.standing.seniority(who, when);
                !view.standing.is_founder(number, who)
                    && (before.days < self.params.early_days || before.active_days < self.params.active_days)
            };
            let early = first.iter().filter(|(who, f)| is_early(**who, f.when)).count();
            for (&who, release) in &first {
                if !is_early(who, release.when) || !facts.commit(release.commit).in_scope {
                    continue;
                }
                let weight = rarity(early - 1, first.len() - 1).min(self.heuristic.weight);
                if weight < REPORT_THRESHOLD {
                    continue;
                }
                let before = view.standing.seniority(who, release.when);
                let name = String::from_utf8_lossy(release.tag.short()).into_owned();
                let since = if before.commits == 0 {
                    "before any merged work by the author".to_owned()
                } else {
                    format!("{} days after the author's first merged work", before.days)
                };
                let summary = format!("made the release {name}, {since}");
                let mut draft = Draft::new(&self.heuristic, who, number, [&release.tag.name], summary);
                draft.saw("made", Value::Day(release.when));
                let had = format!("{} commits on {} days", before.commits, before.active_days);
                draft.saw("earlier merged work", Value::words(had));
                draft.saw("others who released as early", Value::of(early - 1, first.len() - 1));
                // An earlier release manager who continues to work after the newcomer's release has handed over.
                let earlier: Vec<ContributorId> =
                    first.iter().filter(|(_, f)| f.when < release.when).map(|(who, _)| *who).collect();
                let continues = |other: &ContributorId| {
                    let merged = view.standing.merged(*other).iter().map(|idx| view.standing.when(*idx));
                    merged.filter(|t| *t > release.when).count() >= LATER_COMMITS
                };
                draft.answer("handed-over", !earlier.iter().any(continues));
                draft.weight = weight;
                draft.reproduce([&b"cat-file"[..], b"tag", &release.tag.name]);
                draft.commits = vec![release.commit];
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}

/// Minimum number of later commits by an earlier release manager that show that the newcomer's release was expected.
const LATER_COMMITS: usize = 3;
