//! The record of a contributor's access and its growth, as shown by `git alibi who`.

use super::sensitive::SensitivePaths;
use super::standing::Standing;
use crate::analysis::people::{ContributorId, People};
use crate::facts::{CommitIdx, CommitRow, Facts, PathId, RepositoryIdx};
use alibi_git::history::Validity;
use std::collections::BTreeMap;

/// The growth of a contributor's access.
#[derive(Clone, PartialEq, Debug)]
pub struct TrustRecord {
    /// The times at which the contributor's first and last commits were merged: seconds since 1970, UTC.
    pub span: Option<(i64, i64)>,
    /// Number of merged commits.
    pub merged: usize,
    /// Number of days on which commits were merged.
    pub active_days: usize,
    /// Number of merged commits that no one else merged or reviewed, as far as the history shows.
    pub alone: usize,
    /// Number of commits merged by a forge or another bot, which does not show who requested the merge.
    pub by_forge: usize,
    /// The first change to each kind of sensitive path in each repository, oldest first.
    pub touched: Vec<Touched>,
    /// Contributors who committed, merged or reviewed the merged commits, with the number of commits of each; largest
    /// number first.
    pub reviewers: Vec<(ContributorId, usize)>,
    /// The names and times of the annotated tags that the contributor created; oldest first.
    pub releases: Vec<(Vec<u8>, i64)>,
    /// Number of signed commits, and number of all commits, that this contributor committed. A bad signature does not
    /// count.
    pub signed: (usize, usize),
}

/// The first change to a kind of sensitive path.
#[derive(Clone, PartialEq, Debug)]
pub struct Touched {
    /// The kind of sensitive path.
    pub kind: String,
    /// When the change was merged: seconds since 1970, UTC.
    pub when: i64,
    /// Days since the contributor's first merged commit.
    pub after_days: i64,
    /// The commit of the change.
    pub commit: CommitIdx,
    /// The changed path.
    pub path: PathId,
    /// When a change of this kind was first merged without anyone else merging or reviewing it, if ever: seconds since
    /// 1970, UTC.
    pub alone: Option<i64>,
}

impl TrustRecord {
    /// Computes the record of a contributor.
    pub fn of(
        facts: &Facts,
        people: &People,
        standing: &Standing<'_>,
        sensitive: &SensitivePaths,
        who: ContributorId,
    ) -> TrustRecord {
        let own = standing.merged(who);
        let span = own.first().zip(own.last()).map(|(first, last)| (standing.when(*first), standing.when(*last)));
        let mut reviewers: BTreeMap<ContributorId, usize> = BTreeMap::new();
        for idx in own {
            for reviewer in standing.reviewers(*idx) {
                *reviewers.entry(reviewer).or_default() += 1;
            }
        }
        let mut reviewers: Vec<(ContributorId, usize)> = reviewers.into_iter().collect();
        reviewers.sort_by_key(|(who, count)| (std::cmp::Reverse(*count), *who));
        let mut touched: Vec<Touched> = Vec::new();
        for number in (0..facts.repositories.len()).map(RepositoryIdx::new) {
            let alone = sensitive.first_touches(facts, standing, who, number, true);
            for touch in sensitive.first_touches(facts, standing, who, number, false) {
                let when = standing.when(touch.commit);
                touched.push(Touched {
                    kind: sensitive.kinds()[touch.kind].clone(),
                    when,
                    after_days: standing.seniority(who, when).days,
                    commit: touch.commit,
                    path: touch.path,
                    alone: alone.iter().find(|t| t.kind == touch.kind).map(|t| standing.when(t.commit)),
                });
            }
        }
        touched.sort_by(|a, b| (a.when, &a.kind).cmp(&(b.when, &b.kind)));
        let mut releases: Vec<(Vec<u8>, i64)> = Vec::new();
        for row in &facts.repositories {
            for tag in &row.refs {
                if let Some(made) = tag.tag
                    && let Some((tagger, when)) = made.tagger.zip(made.when)
                    && people.contributor_of(tagger) == who
                {
                    releases.push((tag.short().to_vec(), when.seconds));
                }
            }
        }
        releases.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        let is_signed = |c: &&CommitRow| facts.signature(c).is_some_and(|s| s.validity != Validity::Bad);
        let committed = || facts.commits.iter().filter(|c| people.contributor_of(c.committer) == who);
        TrustRecord {
            span,
            merged: own.len(),
            active_days: span.map_or(0, |(_, last)| standing.seniority(who, last + 1).active_days),
            alone: own.iter().filter(|idx| standing.is_merged_alone(**idx)).count(),
            by_forge: own.iter().filter(|idx| standing.merge_point(**idx).is_some_and(|l| l.by.is_none())).count(),
            touched,
            reviewers,
            releases,
            signed: (committed().filter(|c| is_signed(c)).count(), committed().count()),
        }
    }
}
