//! Builds the report of a run.

use super::alibi::alibi;
use super::dependencies::dependencies;
use super::evidence::evidence;
use super::exposures::exposures;
use super::ids::{contributor_id, identity_id, repository_id, rounded, suspect_id, text, utc};
use super::options::ReportOptions;
use super::schema::{
    CaseLine, Cause, Contributor, FindingLine, Identity, InScope, KeyLine, LinkLine, PlaceLine, ReasonLine, RecordLine,
    Report, Repository, SkippedLine, StaleLine, Stats, SuppressedLine, Test, TestState, Tool,
};
use crate::sanitize::quote_words;
use alibi_core::analysis::people::{ContributorId, LinkRow};
use alibi_core::facts::{IdentityId, RepositoryIdx};
use alibi_core::finding::Finding;
use alibi_core::scoring::{Case, Suspect};
use alibi_scan::pipeline::Audit;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of skipped objects that are listed per repository; further ones are only counted.
const MAX_SKIPPED: usize = 10_000;

impl Report {
    /// Builds the report of a run.
    pub fn new(audit: &Audit, mut options: ReportOptions) -> Report {
        options.set("heuristics_run", audit.heuristics.len());
        let repositories: Vec<Repository> =
            audit.facts.repositories.iter().enumerate().map(|(i, row)| repository(audit, i, row)).collect();
        let notices = audit.facts.notices.clone();
        let contributors = audit.people.iter().filter_map(|(id, _)| contributor(audit, id)).collect();
        let findings = audit.findings.iter().map(|f| finding(audit, f)).collect();
        let cases = audit.cases.iter().map(|c| case(audit, c)).collect();
        let tests = audit
            .untested
            .iter()
            .map(|t| Test {
                heuristic: t.heuristic.clone(),
                contributor: t.contributor.map(|c| contributor_id(audit, c)),
                state: if t.insufficient { TestState::Insufficient } else { TestState::NotRun },
                why: t.why.clone(),
            })
            .collect();
        let stale = audit
            .stale
            .iter()
            .map(|s| StaleLine { finding: s.finding.clone(), by: s.by, why: audit.redactor.redact_all(&s.why) })
            .collect();
        let stats = Stats {
            commits: audit.facts.commits.len(),
            changes: audit.facts.changes.len(),
            blobs: audit.facts.blobs.len(),
            bytes: audit.facts.bytes,
            seconds: audit.seconds.iter().map(|(phase, s)| ((*phase).to_owned(), *s)).collect(),
        };
        Report {
            schema: "git-alibi/report/1".into(),
            tool: Tool { name: "git-alibi".into(), version: env!("CARGO_PKG_VERSION").into() },
            pseudonymised: false,
            options,
            notices,
            repositories,
            contributors,
            links: audit.people.links.iter().map(|l| link(audit, l)).collect(),
            findings,
            cases,
            exposures: exposures(audit),
            review_db: rounded(audit.review.0),
            unseen: audit
                .unseen
                .iter()
                .map(|(object, reason)| SkippedLine { object: object.clone(), reason: reason.clone() })
                .collect(),
            testable: audit.testable,
            stale,
            tests,
            dependencies: dependencies(audit),
            stats,
            heuristics: audit.heuristics.clone(),
            phases: audit.seconds.iter().map(|(phase, s)| ((*phase).to_owned(), *s)).collect(),
            built_in_kinds: BTreeSet::new(),
            charts: Vec::new(),
        }
    }
}

fn repository(audit: &Audit, number: usize, row: &alibi_core::facts::RepositoryRow) -> Repository {
    let commits = &audit.facts.commits[row.commits.clone()];
    let dates = || commits.iter().map(|c| c.committed.seconds);
    Repository {
        id: repository_id(RepositoryIdx::new(number)),
        path: row.path.clone(),
        head: row.head.map(|oid| oid.to_string()),
        commits: commits.len(),
        in_scope: InScope(commits.iter().filter(|c| c.in_scope).count()),
        refs: row.refs.len(),
        first: dates().min().map(utc),
        last: dates().max().map(utc),
        shallow: !row.condition.shallow.is_empty(),
        skipped: row
            .skipped
            .iter()
            .take(MAX_SKIPPED)
            .map(|s| SkippedLine { object: s.object.clone(), reason: s.reason.clone() })
            .collect(),
        skipped_count: row.skipped.len(),
        notices: row.notices.clone(),
    }
}

/// Describes a contributor; `None` for one who neither authored nor committed anything, for example someone named only
/// in a trailer, a tag or a reflog.
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
    let days: BTreeSet<i32> = uses().flat_map(|u| u.days.iter().copied()).collect();
    let (name, _) = audit.facts.identity(audit.people.most_used(id));
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
                let (name, email) = audit.facts.identity(*i);
                let used = &audit.people.uses[i.index()];
                Identity {
                    name: text(name),
                    email: text(email),
                    commits: used.authored,
                    first: used.span.map(|s| utc(s.0)),
                    last: used.span.map(|s| utc(s.1)),
                    repositories: used.repositories.iter().copied().map(repository_id).collect(),
                }
            })
            .collect(),
        keys: keys(audit, contributor),
        alibi: alibi(audit, id),
    })
}

/// Returns the keys named in the signatures of a contributor's commits, whether or not the signatures are valid.
fn keys(audit: &Audit, contributor: &alibi_core::analysis::people::Contributor) -> Vec<KeyLine> {
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
        let id = audit.facts.key(*id);
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

fn link(audit: &Audit, link: &LinkRow) -> LinkLine {
    let reasons = link.reasons.iter();
    LinkLine {
        a: identity_id(audit, link.a),
        b: identity_id(audit, link.b),
        bits: rounded(link.bits),
        status: link.status,
        reasons: reasons
            .map(|r| ReasonLine { kind: r.kind, bits: rounded(r.bits), detail: r.kind.words().into() })
            .collect(),
    }
}

fn finding(audit: &Audit, f: &Finding) -> FindingLine {
    let row = &audit.facts.repositories[f.repository.index()];
    let oid = |c: &alibi_core::facts::CommitIdx| audit.facts.commit(*c).oid.to_string();
    let shown = |bytes: &[u8]| audit.redactor.redact_all(&text(bytes));
    let command = [b"git".to_vec(), b"-C".to_vec(), row.path.clone().into_bytes(), b"--no-replace-objects".to_vec()];
    FindingLine {
        id: f.id.clone(),
        heuristic: f.heuristic.clone(),
        family: f.family,
        nature: f.nature,
        group: f.group.clone(),
        severity: f.severity,
        confidence: f.confidence,
        weight_db: rounded(f.weight.0),
        counted_db: rounded(f.counted().0),
        counts: f.counts(),
        calibrated: f.calibrated,
        contributor: suspect_id(audit, Suspect::of(f)),
        forged: f.is_forged,
        repository: repository_id(f.repository),
        commits: f.commits.iter().map(oid).collect(),
        paths: f.paths.iter().map(|p| shown(audit.facts.path(*p))).collect(),
        line: f.line,
        places: f.places.iter().map(|p| PlaceLine { path: shown(audit.facts.path(p.path)), line: p.line }).collect(),
        in_head: f.in_head,
        removed_in: f.removed_in.as_ref().map(oid),
        summary: audit.redactor.redact_all(&f.summary),
        evidence: evidence(audit, f),
        innocent: f
            .innocent
            .iter()
            .map(|c| Cause { cause: c.cause.clone(), tested: c.tested, excluded: c.excluded })
            .collect(),
        suppressed: f.suppressed.as_ref().map(|s| SuppressedLine {
            by: s.by,
            reason: audit.redactor.redact_all(&s.reason),
            owner: s.owner.clone(),
            expires: s.expires.map(|day| day.to_string()),
            disputed: s.disputed,
        }),
        reproduce: audit.redactor.redact_all(&quote_words(command.iter().chain(&f.reproduce))),
    }
}

fn case(audit: &Audit, case: &Case) -> CaseLine {
    CaseLine {
        contributor: suspect_id(audit, case.suspect),
        tier: case.tier,
        total_db: rounded(case.total.0),
        verbal: case.total.verbal().to_string(),
        ppv: BTreeMap::new(),
        survives_fdr: case.survives_fdr,
        families: case.families.iter().map(|(family, db)| (family.name().to_owned(), rounded(db.0))).collect(),
        forged: case.suspect.is_forged,
        combinations: case.combinations.clone(),
        record: record(audit, case),
        findings: case.findings.iter().map(|&i| audit.findings[i].id.clone()).collect(),
    }
}

/// Returns the results of the reviewed cases of the same tier; `None` if there are none, or if a weight of the case is
/// not measured.
fn record(audit: &Audit, case: &Case) -> Option<RecordLine> {
    let measurement = &audit.measurement;
    let tier = measurement.tier.iter().find(|t| t.tier == case.tier.to_string()).filter(|_| case.is_measured)?;
    let [problems, innocent, untrue] = tier.read;
    Some(RecordLine {
        read: problems + innocent + untrue,
        problems,
        repositories: measurement.repositories,
        contributors: measurement.contributors,
        first_look: tier.first_look,
    })
    .filter(|record| record.read > 0)
}
