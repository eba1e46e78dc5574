//! The report as it is written: schema `git-alibi/report/1`. It grows by new fields only.

use super::alibi::{AlibiLine, alibi};
use super::packages::{DependencyLine, dependencies};
use super::sanitize::quote_words;
use crate::audit::Audit;
use crate::evidence::Case;
use crate::finding::Finding;
use crate::history::{Offset, Stamp};
use crate::ledger::IdentityId;
use crate::people::{ContributorId, LinkRow, LinkStatus, ReasonKind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The options of a run, as used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportOptions {
    /// The paths given.
    pub paths: Vec<String>,
    /// The references chosen.
    pub refs: String,
    /// The range judged.
    pub range: Option<String>,
    /// The moment from which commits are judged.
    pub since: Option<String>,
    /// The moment to which commits are judged.
    pub until: Option<String>,
    /// The families and heuristics chosen.
    pub only: Vec<String>,
    /// Those left out.
    pub skip: Vec<String>,
    /// The least severity of the heuristics that ran.
    pub min_severity: String,
    /// Whose heuristics ran.
    pub persona: String,
    /// Whether `.mailmap` files were taken as evidence.
    pub mailmap: bool,
    /// The files of public keys given.
    pub keys: Vec<String>,
    /// Reports of other scanners that were taken in.
    pub imports: Vec<String>,
    /// The advisories given.
    #[serde(default)]
    pub osv: Vec<String>,
    /// Whether what no reference leads to was read, too.
    #[serde(default)]
    pub include_unreachable: bool,
    /// The snapshot that references were held against.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// The file in which the team declares its contributors.
    #[serde(default)]
    pub config: Option<String>,
    /// How many heuristics ran.
    pub heuristics_run: usize,
    /// The folder of further heuristics.
    pub heuristics: Option<String>,
}

/// A whole report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub(super) schema: String,
    pub(super) tool: Tool,
    pub(super) options: ReportOptions,
    pub(super) repositories: Vec<Repository>,
    pub(super) contributors: Vec<Contributor>,
    pub(super) links: Vec<LinkLine>,
    pub(super) findings: Vec<FindingLine>,
    pub(super) cases: Vec<CaseLine>,
    pub(super) tests: Vec<Test>,
    #[serde(default)]
    pub(super) dependencies: Vec<DependencyLine>,
    pub(super) stats: Stats,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Repository {
    pub id: String,
    pub path: String,
    pub head: Option<String>,
    pub commits: usize,
    pub judged: usize,
    pub refs: usize,
    pub first: Option<String>,
    pub last: Option<String>,
    pub shallow: bool,
    pub skipped: Vec<SkippedLine>,
    pub skipped_count: usize,
    pub notices: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SkippedLine {
    pub object: String,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Contributor {
    pub id: String,
    pub name: String,
    pub bot: bool,
    pub commits: u32,
    pub active_days: usize,
    pub first: Option<String>,
    pub last: Option<String>,
    pub identities: Vec<Identity>,
    pub keys: Vec<KeyLine>,
    #[serde(default)]
    pub alibi: Option<AlibiLine>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeyLine {
    pub id: String,
    pub commits: u32,
    pub first: Option<String>,
    pub last: Option<String>,
    pub service: bool,
    pub owner: Option<String>,
    pub checked: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Identity {
    pub name: String,
    pub email: String,
    pub commits: u32,
    pub first: Option<String>,
    pub last: Option<String>,
    pub repositories: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LinkLine {
    pub a: String,
    pub b: String,
    pub bits: f64,
    pub status: Cow<'static, str>,
    pub reasons: Vec<ReasonLine>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ReasonLine {
    pub kind: ReasonKind,
    pub bits: f64,
    pub detail: Cow<'static, str>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FindingLine {
    pub id: String,
    pub heuristic: String,
    pub family: String,
    pub group: String,
    pub severity: String,
    pub confidence: String,
    pub weight_db: f64,
    pub counted_db: f64,
    pub calibrated: bool,
    pub contributor: String,
    pub repository: String,
    pub commits: Vec<String>,
    pub paths: Vec<String>,
    pub line: Option<u32>,
    pub in_head: Option<bool>,
    pub removed_in: Option<String>,
    pub summary: String,
    pub evidence: Vec<EvidenceLine>,
    pub innocent: Vec<Cause>,
    pub reproduce: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct EvidenceLine {
    pub label: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cause {
    pub cause: String,
    pub tested: bool,
    pub excluded: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CaseLine {
    pub contributor: String,
    pub tier: String,
    pub total_db: f64,
    pub verbal: String,
    pub ppv: BTreeMap<String, f64>,
    pub survives_fdr: bool,
    pub families: BTreeMap<String, f64>,
    pub findings: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Test {
    pub heuristic: String,
    pub contributor: Option<String>,
    pub state: String,
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stats {
    pub commits: usize,
    pub changes: usize,
    pub blobs: usize,
    pub bytes: u64,
    pub seconds: BTreeMap<String, f64>,
}

/// The prevalences at which a case's predictive value is given, with their names.
const PREVALENCES: [(&str, f64); 3] = [("1_in_100", 0.01), ("1_in_1000", 0.001), ("1_in_10000", 0.0001)];

/// More skipped objects of one repository than this are counted and not listed.
const MOST_SKIPPED: usize = 10_000;

impl Report {
    /// The report of a run.
    pub fn new(audit: &Audit, options: ReportOptions) -> Report {
        let repositories: Vec<Repository> =
            audit.ledger.repositories.iter().enumerate().map(|(i, row)| repository(audit, i, row)).collect();
        let contributors = audit.people.iter().filter_map(|(id, _)| contributor(audit, id)).collect();
        let findings = audit.findings.iter().enumerate().map(|(i, f)| finding(audit, i, f)).collect();
        let cases = audit.cases.iter().map(|c| case(audit, c)).collect();
        let tests = audit
            .untested
            .iter()
            .map(|t| Test {
                heuristic: t.heuristic.clone(),
                contributor: t.contributor.map(|c| contributor_id(audit, c)),
                state: if t.insufficient { "insufficient" } else { "not_run" }.into(),
                why: t.why.clone(),
            })
            .collect();
        let stats = Stats {
            commits: audit.ledger.commits.len(),
            changes: audit.ledger.changes.len(),
            blobs: audit.ledger.blobs.len(),
            bytes: audit.bytes,
            seconds: audit.seconds.iter().map(|(phase, s)| ((*phase).to_owned(), *s)).collect(),
        };
        Report {
            schema: "git-alibi/report/1".into(),
            tool: Tool { name: "git-alibi".into(), version: env!("CARGO_PKG_VERSION").into() },
            options,
            repositories,
            contributors,
            links: audit.people.links.iter().map(|l| link(audit, l)).collect(),
            findings,
            cases,
            tests,
            dependencies: dependencies(audit),
            stats,
        }
    }
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn utc(seconds: i64) -> String {
    Stamp { seconds, offset: Offset::UTC }.utc()
}

/// Decibans and probabilities with three digits behind the point: more would be noise.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

pub(super) fn repository_id(number: usize) -> String {
    format!("r{}", number + 1)
}

pub(super) fn contributor_id(audit: &Audit, id: ContributorId) -> String {
    identity_id(audit, audit.people.get(id).earliest())
}

fn repository(audit: &Audit, number: usize, row: &crate::ledger::RepositoryRow) -> Repository {
    let commits = &audit.ledger.commits[row.commits.clone()];
    let dates = || commits.iter().map(|c| c.committed.seconds);
    Repository {
        id: repository_id(number),
        path: row.path.clone(),
        head: row.head.map(|oid| oid.to_string()),
        commits: commits.len(),
        judged: commits.iter().filter(|c| c.judged).count(),
        refs: row.refs.len(),
        first: dates().min().map(utc),
        last: dates().max().map(utc),
        shallow: !row.condition.shallow.is_empty(),
        skipped: row
            .skipped
            .iter()
            .take(MOST_SKIPPED)
            .map(|s| SkippedLine { object: s.object.clone(), reason: s.reason.clone() })
            .collect(),
        skipped_count: row.skipped.len(),
        notices: row.notices.clone(),
    }
}

/// A contributor's line; nothing for one that only trailers name.
fn contributor(audit: &Audit, id: ContributorId) -> Option<Contributor> {
    let used = |identity: &&IdentityId| {
        let used = &audit.people.uses[identity.index()];
        used.authored > 0 || used.committed > 0
    };
    let contributor = audit.people.get(id);
    let own: Vec<IdentityId> = contributor.identities.iter().filter(used).copied().collect();
    if own.is_empty() {
        return None;
    }
    let uses = || own.iter().map(|i| &audit.people.uses[i.index()]);
    let days: std::collections::BTreeSet<i32> = uses().flat_map(|u| u.days.iter().copied()).collect();
    let (name, _) = audit.ledger.identity(audit.people.most_used(id));
    Some(Contributor {
        id: contributor_id(audit, id),
        name: text(name),
        bot: contributor.bot,
        commits: uses().map(|u| u.authored).sum(),
        active_days: days.len(),
        first: uses().filter_map(|u| u.span).map(|s| s.0).min().map(utc),
        last: uses().filter_map(|u| u.span).map(|s| s.1).max().map(utc),
        identities: own
            .iter()
            .map(|i| {
                let (name, email) = audit.ledger.identity(*i);
                let used = &audit.people.uses[i.index()];
                Identity {
                    name: text(name),
                    email: text(email),
                    commits: used.authored,
                    first: used.span.map(|s| utc(s.0)),
                    last: used.span.map(|s| utc(s.1)),
                    repositories: used.repositories.iter().map(|&r| repository_id(r.into())).collect(),
                }
            })
            .collect(),
        keys: keys(audit, contributor),
        alibi: alibi(audit, id),
    })
}

/// The keys that sign what a contributor committed, or are claimed to; those of services, which sign for many, are
/// marked.
fn keys(audit: &Audit, contributor: &crate::people::Contributor) -> Vec<KeyLine> {
    let mut lines: Vec<KeyLine> = Vec::new();
    for (id, key) in &audit.people.keys {
        let own = || contributor.identities.iter();
        let mut checked: BTreeMap<String, u32> = BTreeMap::new();
        for (validity, count) in own().filter_map(|i| key.checked.get(i)).flatten() {
            *checked.entry(validity.name().to_owned()).or_default() += count;
        }
        if checked.is_empty() {
            continue;
        }
        let signed = || own().filter_map(|i| key.holders.get(i));
        let id = audit.ledger.key(*id);
        lines.push(KeyLine {
            commits: signed().map(|s| s.commits).sum(),
            first: signed().map(|s| s.first).min().map(utc),
            last: signed().map(|s| s.last).max().map(utc),
            service: key.service,
            owner: audit.key_owners.get(&id).cloned(),
            id,
            checked,
        });
    }
    lines.sort_by(|a, b| (&a.first, &a.id).cmp(&(&b.first, &b.id)));
    lines
}

fn identity_id(audit: &Audit, id: IdentityId) -> String {
    let (name, email) = audit.ledger.identity(id);
    format!("{} <{}>", text(name), text(email))
}

fn link(audit: &Audit, link: &LinkRow) -> LinkLine {
    let status = match link.status {
        LinkStatus::Linked => "linked",
        LinkStatus::Possible => "possible",
        LinkStatus::Refused => "refused",
    };
    let reasons = link.reasons.iter();
    LinkLine {
        a: identity_id(audit, link.a),
        b: identity_id(audit, link.b),
        bits: rounded(link.bits),
        status: status.into(),
        reasons: reasons
            .map(|r| ReasonLine { kind: r.kind, bits: rounded(r.bits), detail: r.kind.words().into() })
            .collect(),
    }
}

fn finding(audit: &Audit, place: usize, f: &Finding) -> FindingLine {
    let row = &audit.ledger.repositories[usize::from(f.repository)];
    let oid = |c: &crate::ledger::CommitIdx| audit.ledger.commit(*c).oid.to_string();
    let mut evidence: Vec<EvidenceLine> =
        f.evidence.iter().map(|e| EvidenceLine { label: e.label.clone(), value: text(&e.value) }).collect();
    if let Some(subject) = audit.subjects.get(&place) {
        evidence.push(EvidenceLine { label: "subject".into(), value: text(subject) });
    }
    if let Some(quote) = audit.quotes.get(&place) {
        evidence.push(EvidenceLine { label: "text".into(), value: text(&quote.text) });
        evidence
            .extend(quote.decoded.iter().map(|plain| EvidenceLine { label: "in plain".into(), value: text(plain) }));
    }
    let command = [b"git".to_vec(), b"-C".to_vec(), row.path.clone().into_bytes(), b"--no-replace-objects".to_vec()];
    FindingLine {
        id: f.id.clone(),
        heuristic: f.heuristic.clone(),
        family: f.family.name().into(),
        group: f.group.clone(),
        severity: f.severity.to_string(),
        confidence: f.confidence.to_string(),
        weight_db: rounded(f.weight.0),
        counted_db: rounded(f.counted().0),
        calibrated: f.calibrated,
        contributor: contributor_id(audit, f.contributor),
        repository: repository_id(f.repository.into()),
        commits: f.commits.iter().map(oid).collect(),
        paths: f.paths.iter().map(|p| text(audit.ledger.path(*p))).collect(),
        line: f.line,
        in_head: f.in_head,
        removed_in: f.removed_in.as_ref().map(oid),
        summary: f.summary.clone(),
        evidence,
        innocent: f
            .innocent
            .iter()
            .map(|c| Cause { cause: c.cause.clone(), tested: c.tested, excluded: c.excluded })
            .collect(),
        reproduce: quote_words(command.iter().chain(&f.reproduce)),
    }
}

fn case(audit: &Audit, case: &Case) -> CaseLine {
    CaseLine {
        contributor: contributor_id(audit, case.contributor),
        tier: case.tier.to_string(),
        total_db: rounded(case.total.0),
        verbal: case.total.verbal().to_string(),
        ppv: PREVALENCES.iter().map(|(name, p)| ((*name).to_owned(), rounded(case.total.posterior(*p)))).collect(),
        survives_fdr: case.survives_fdr,
        families: case.families.iter().map(|(family, db)| (family.name().to_owned(), rounded(db.0))).collect(),
        findings: case.findings.iter().map(|&i| audit.findings[i].id.clone()).collect(),
    }
}
