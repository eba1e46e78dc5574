//! One contributor's record: how access grew, for whoever asks about that person.

use super::{SensitivePaths, Standing};
use crate::history::Validity;
use crate::ledger::{CommitIdx, CommitRow, Ledger, PathId};
use crate::people::{ContributorId, People};
use std::collections::BTreeMap;

/// How somebody's access grew.
#[derive(Clone, PartialEq, Debug)]
pub struct TrustRecord {
    /// When the first work landed, and the last: seconds since 1970, UTC.
    pub span: Option<(i64, i64)>,
    /// Commits that landed, and days on which some did.
    pub landed: usize,
    /// Days on which work landed.
    pub active_days: usize,
    /// Of the landed commits, those that nobody else let in, as far as the history tells.
    pub alone: usize,
    /// Of the landed commits, those that a forge committed, which does not say who asked for it.
    pub by_forge: usize,
    /// The sensitive places, when each kind was first touched.
    pub touched: Vec<Touched>,
    /// Those who let work in or vouched for it, with the number of commits, most first.
    pub reviewers: Vec<(ContributorId, usize)>,
    /// The names of tags made, with the moment of each; oldest first.
    pub releases: Vec<(Vec<u8>, i64)>,
    /// Of the commits that this contributor committed, those that are signed, and all.
    pub signed: (usize, usize),
}

/// A sensitive place, touched for the first time.
#[derive(Clone, PartialEq, Debug)]
pub struct Touched {
    /// The kind.
    pub kind: String,
    /// When it landed: seconds since 1970, UTC.
    pub when: i64,
    /// Days since the first work that landed.
    pub after_days: i64,
    /// The commit.
    pub commit: CommitIdx,
    /// The path.
    pub path: PathId,
    /// When it was first touched with nobody else letting it in, if ever.
    pub alone: Option<i64>,
}

impl TrustRecord {
    /// Reads the record of a contributor.
    pub fn of(
        ledger: &Ledger,
        people: &People,
        standing: &Standing<'_>,
        sensitive: &SensitivePaths,
        who: ContributorId,
    ) -> TrustRecord {
        let own = standing.landed(who);
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
        for number in 0..ledger.repositories.len() as u16 {
            let alone = sensitive.first_touches(ledger, standing, who, number, true);
            for touch in sensitive.first_touches(ledger, standing, who, number, false) {
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
        for row in &ledger.repositories {
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
        let is_signed = |c: &&CommitRow| ledger.signature(c).is_some_and(|s| s.validity != Validity::Bad);
        let committed = || ledger.commits.iter().filter(|c| people.contributor_of(c.committer) == who);
        TrustRecord {
            span,
            landed: own.len(),
            active_days: span.map_or(0, |(_, last)| standing.seniority(who, last + 1).active_days),
            alone: own.iter().filter(|idx| standing.is_brought_alone(**idx)).count(),
            by_forge: own.iter().filter(|idx| standing.landing(**idx).is_some_and(|l| l.by.is_none())).count(),
            touched,
            reviewers,
            releases,
            signed: (committed().filter(|c| is_signed(c)).count(), committed().count()),
        }
    }
}
