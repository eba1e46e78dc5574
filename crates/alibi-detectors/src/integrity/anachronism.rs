//! `anachronism`: commits that refer to something later than their date.

use crate::shared::twins::maker;
use crate::shared::words::{day, in_utc_and_as_written};
use alibi_core::analysis::packages::{Release, released_after};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, DependencyChange, FactSet, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::DAY;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Tolerance in days: release branches name versions early, and clocks differ.
    margin_days: i64,
    /// Number of pull requests with the next lower numbers that must all be later than the commit by more than the
    /// tolerance.
    neighbours: usize,
    /// Minimum number of numbered commits that show how a project's numbers grow.
    min_numbered: usize,
    /// Minimum number of earlier numbered commits from which the highest number so far is determined.
    min_earlier: usize,
    /// A commit's number must exceed the highest number on an earlier date by more than this.
    beyond: u32,
    /// If more commits than this are out of order, the numbers belong to several projects and are ignored.
    max_early: usize,
}

coded!(Anachronism, Params, FactSet::DEPENDENCIES, ["bot", "import"]);

/// When GitHub began to append the pull request's number to the subjects of squashed commits (2016-04-01, "Squash your
/// commits", github.blog): seconds since 1970, UTC.
const FORGES_SQUASH_FROM: i64 = 1_459_468_800;

/// Maximum number of lower numbers to search for commits by other authors.
const LOOKED_BACK: usize = 200;

/// A commit, and its reference to something later.
type Early = (CommitIdx, Reference);

/// A reference to something later.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Reference {
    /// A release: its name and version, and the day it was published.
    Release(String, String),
    /// A description of a number that did not exist yet.
    Number(String),
}

impl Reference {
    /// The evidence for a commit with this committer date.
    fn evidence(&self, committed: &str) -> Value {
        match self {
            Reference::Release(name, published) => Value::joined([
                Value::words(format!("committed {committed}: names ")),
                Value::text(name),
                Value::words(format!(", published on {published}")),
            ]),
            Reference::Number(number) => Value::words(format!("committed {committed}: {number}")),
        }
    }
}

impl Anachronism {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut found: BTreeMap<(ContributorId, RepositoryIdx), Vec<Early>> = BTreeMap::new();
        for (idx, reference) in self.too_new(view).into_iter().chain(self.numbers(view)) {
            let commit = facts.commit(idx);
            if commit.in_scope {
                found.entry((maker(view, idx), commit.repository)).or_default().push((idx, reference));
            }
        }
        for ((who, repository), mut early) in found {
            early.sort();
            early.dedup_by_key(|(idx, _)| *idx);
            let (name, email) = facts.identity(view.people.get(who).earliest());
            let times =
                if early.len() == 1 { "one commit refers".into() } else { format!("{} commits refer", early.len()) };
            let mut draft = Draft::new(
                &self.heuristic,
                who,
                repository,
                [name, email],
                format!("{times} to something later than the commit date"),
            );
            for (idx, reference) in early.iter().take(5) {
                let commit = facts.commit(*idx);
                let when = in_utc_and_as_written(commit.committed);
                draft.saw(format!("{:.12}", commit.oid.to_string()), reference.evidence(&when));
            }
            let oid = view.oid(early[0].0);
            draft.reproduce(["show", "--format=fuller", oid.as_str()]);
            draft.commits = early.into_iter().map(|(idx, _)| idx).collect();
            sink.push(draft)?;
        }
        Ok(())
    }

    /// Returns commits that depend on versions published after the commit date.
    fn too_new(&self, view: &View<'_>) -> Vec<Early> {
        let stated = |row: &alibi_core::facts::DependencyRow| {
            let is_new = matches!(row.change, DependencyChange::Added | DependencyChange::Moved);
            let to = view.facts.dependencies.get(row.to.filter(|_| is_new)?);
            let commit = view.facts.commit(row.commit);
            // A project knows its own versions before they are published.
            if view.facts.dependencies.is_own(commit.repository, to) {
                return None;
            }
            let when = commit.committed.seconds.saturating_add(self.params.margin_days * DAY);
            let Release { name, version, published, .. } = released_after(to, when)?;
            (commit.parent_count <= 1)
                .then(|| (row.commit, Reference::Release(format!("{name} {version}"), day(published).to_string())))
        };
        view.facts.dependencies.rows.iter().filter_map(stated).collect()
    }

    /// Returns commits that cite a pull-request number that did not exist on the commit date: the commits with the next
    /// lower numbers all have later dates and different authors.
    fn numbers(&self, view: &View<'_>) -> Vec<Early> {
        let facts = view.facts;
        let mut early = Vec::new();
        for row in &facts.repositories {
            let mut numbered: BTreeMap<u32, CommitIdx> = BTreeMap::new();
            for place in row.commits.clone() {
                let idx = CommitIdx(place as u32);
                let number = facts.commit(idx).pull_request.map_or(0, NonZeroU32::get);
                let row = facts.commit(idx);
                // Before forges could squash, numbers in parentheses referred to other trackers.
                let by_forge = row.parent_count > 1 || row.committed.seconds >= FORGES_SQUASH_FROM;
                // Only HEAD's first-parent line has this project's numbers; a merged history may have another
                // project's.
                if number > 0
                    && by_forge
                    && view.standing.merge_point(idx).is_some_and(|merge_point| merge_point.at == idx)
                {
                    numbered.entry(number).or_insert(idx);
                }
            }
            if numbered.len() < self.params.min_numbered {
                continue;
            }
            let mut here = Vec::new();
            let mut by_date: Vec<(i64, u32)> =
                numbered.iter().map(|(number, idx)| (facts.commit(*idx).committed.seconds, *number)).collect();
            by_date.sort_unstable();
            // The highest number so far, by date.
            let mut reached: Vec<u32> = by_date.iter().map(|(_, number)| *number).collect();
            for place in 1..reached.len() {
                reached[place] = reached[place].max(reached[place - 1]);
            }
            for (number, idx) in &numbered {
                let commit = facts.commit(*idx);
                let earlier = by_date.partition_point(|(when, _)| *when < commit.committed.seconds);
                let before = earlier.checked_sub(1).map_or(0, |last| reached[last]);
                if earlier < self.params.min_earlier || *number <= before.saturating_add(self.params.beyond) {
                    continue;
                }
                let committer = view.people.contributor_of(commit.committer);
                let before: Vec<i64> = numbered
                    .range(..number)
                    .rev()
                    .take(LOOKED_BACK)
                    .map(|(_, other)| (view.author_of(*other), facts.commit(*other)))
                    .filter(|(author, _)| *author != committer && *author != view.author_of(*idx))
                    .take(self.params.neighbours)
                    .map(|(_, other)| other.committed.seconds)
                    .collect();
                let Some(first) = before.iter().min().filter(|_| before.len() == self.params.neighbours) else {
                    continue;
                };
                if commit.committed.seconds.saturating_add(self.params.margin_days * DAY) < *first {
                    let reference = format!(
                        "has number {number}, but the {} preceding numbers date from {} or later",
                        before.len(),
                        day(*first)
                    );
                    here.push((*idx, Reference::Number(reference)));
                }
            }
            if here.len() <= self.params.max_early {
                early.extend(here);
            }
        }
        early
    }
}
