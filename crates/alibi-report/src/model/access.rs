//! How a contributor's access grew: what was merged and by whom, when sensitive places were first changed, and which
//! releases were made.

use super::ids::{contributor_id, day, repository_id};
use alibi_core::analysis::access::TrustRecord;
use alibi_core::analysis::people::ContributorId;
use alibi_scan::pipeline::Audit;
use serde::Serialize;

/// A contributor's trust record.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrustLines {
    pub first_landed: Option<String>,
    pub last_landed: Option<String>,
    pub landed_commits: usize,
    pub landed_days: usize,
    pub brought_alone: usize,
    pub brought_by_forge: usize,
    pub reviewers: Vec<ReviewerLine>,
    pub sensitive: Vec<TouchLine>,
    pub sensitive_known: bool,
    pub sensitive_in_part: bool,
    pub releases: Vec<ReleaseLine>,
    pub committed: usize,
    pub signed: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReviewerLine {
    pub contributor: String,
    pub commits: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TouchLine {
    pub kind: String,
    pub landed: String,
    pub after_days: i64,
    pub repository: String,
    pub commit: String,
    pub path: String,
    pub alone: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReleaseLine {
    pub tag: String,
    pub made: String,
}

impl TrustLines {
    pub(crate) fn new(audit: &Audit, who: ContributorId) -> TrustLines {
        let standing = audit.standing();
        let record = TrustRecord::of(&audit.facts, &audit.people, &standing, &audit.sensitive, who);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        TrustLines {
            first_landed: record.span.map(|(first, _)| day(first)),
            last_landed: record.span.map(|(_, last)| day(last)),
            landed_commits: record.merged,
            landed_days: record.active_days,
            brought_alone: record.alone,
            brought_by_forge: record.by_forge,
            reviewers: record
                .reviewers
                .iter()
                .map(|(who, commits)| ReviewerLine { contributor: contributor_id(audit, *who), commits: *commits })
                .collect(),
            sensitive: record
                .touched
                .iter()
                .map(|touch| TouchLine {
                    kind: touch.kind.clone(),
                    landed: day(touch.when),
                    after_days: touch.after_days,
                    repository: repository_id(usize::from(audit.facts.commit(touch.commit).repository)),
                    commit: audit.facts.commit(touch.commit).oid.to_string(),
                    path: text(audit.facts.path(touch.path)),
                    alone: touch.alone.map(day),
                })
                .collect(),
            sensitive_known: !audit.sensitive.is_empty(),
            sensitive_in_part: audit.facts.commits.iter().any(|commit| !commit.in_scope),
            releases: record
                .releases
                .iter()
                .map(|(name, when)| ReleaseLine { tag: text(name), made: day(*when) })
                .collect(),
            committed: record.signed.1,
            signed: record.signed.0,
        }
    }
}
