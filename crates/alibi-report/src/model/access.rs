//! A contributor's trust record: the merged commits, who merged or reviewed them, the first change to each kind of
//! sensitive path, and the releases.

use super::ids::{contributor_id, day, repository_id};
use alibi_core::analysis::access::TrustRecord;
use alibi_core::analysis::people::ContributorId;
use alibi_scan::pipeline::Audit;
use serde::Serialize;

/// A contributor's trust record. The field names are keys of the JSON output.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrustLines {
    /// The day of the first merge of a commit.
    pub first_merged: Option<String>,
    /// The day of the last merge of a commit.
    pub last_merged: Option<String>,
    /// Number of merged commits.
    pub merged_commits: usize,
    /// Number of days on which commits were merged.
    pub merged_days: usize,
    /// Number of merged commits that no one else merged or reviewed, as far as the history shows.
    pub merged_alone: usize,
    /// Number of commits that a forge or another bot merged.
    pub merged_by_forge: usize,
    /// The fields above under their former keys.
    #[serde(flatten)]
    pub former: FormerKeys,
    /// The contributors who merged or approved the commits.
    pub reviewers: Vec<ReviewerLine>,
    /// The first change to each kind of sensitive path.
    pub sensitive: Vec<TouchLine>,
    /// Whether sensitive paths were checked.
    pub sensitive_known: bool,
    /// Whether earlier changes may be missing, because commits out of scope were not read.
    pub sensitive_in_part: bool,
    pub releases: Vec<ReleaseLine>,
    /// Number of commits with this contributor as committer.
    pub committed: usize,
    /// Number of signed commits with this contributor as committer.
    pub signed: usize,
}

/// Former JSON keys of a trust record, which are kept for programs that read them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FormerKeys {
    first_landed: Option<String>,
    last_landed: Option<String>,
    landed_commits: usize,
    landed_days: usize,
    brought_alone: usize,
    brought_by_forge: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReviewerLine {
    pub contributor: String,
    pub commits: usize,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TouchLine {
    pub kind: String,
    /// The day of the merge.
    pub merged: String,
    /// The same as `merged`, under its former key.
    pub landed: String,
    /// Days since the contributor's first merged commit.
    pub after_days: i64,
    pub repository: String,
    pub commit: String,
    pub path: String,
    /// The day of the first change to such a path that the contributor merged alone.
    pub alone: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReleaseLine {
    pub tag: String,
    pub made: String,
}

impl TrustLines {
    /// Collects a contributor's trust record from a run.
    pub(crate) fn new(audit: &Audit, who: ContributorId) -> TrustLines {
        let standing = audit.standing();
        let record = TrustRecord::of(&audit.facts, &audit.people, &standing, &audit.sensitive, who);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        TrustLines {
            first_merged: record.span.map(|(first, _)| day(first)),
            last_merged: record.span.map(|(_, last)| day(last)),
            merged_commits: record.merged,
            merged_days: record.active_days,
            merged_alone: record.alone,
            merged_by_forge: record.by_forge,
            former: FormerKeys {
                first_landed: record.span.map(|(first, _)| day(first)),
                last_landed: record.span.map(|(_, last)| day(last)),
                landed_commits: record.merged,
                landed_days: record.active_days,
                brought_alone: record.alone,
                brought_by_forge: record.by_forge,
            },
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
                    merged: day(touch.when),
                    landed: day(touch.when),
                    after_days: touch.after_days,
                    repository: repository_id(audit.facts.commit(touch.commit).repository),
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
