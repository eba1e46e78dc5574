//! Exposures: problems to fix, grouped by repository and file, with their owners. They are not part of any case.

use super::ids::{contributor_id, repository_id, text};
use alibi_core::facts::{RepositoryIdx, RepositoryRow};
use alibi_core::finding::Finding;
use alibi_core::owners::Owners;
use alibi_rules::heuristics::{Nature, Severity};
use alibi_scan::pipeline::Audit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The findings of one exposure heuristic in one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExposureLine {
    pub repository: String,
    pub path: String,
    pub heuristic: String,
    pub title: String,
    pub severity: Severity,
    pub in_head: bool,
    pub lines: Vec<u32>,
    pub owners: Vec<String>,
    pub introduced_by: Vec<String>,
    pub remedy: String,
    pub findings: Vec<String>,
}

/// Returns the exposures of a run that count, most severe first. Of equally severe ones, exposures in HEAD precede
/// exposures that are only in the history.
pub(crate) fn exposures(audit: &Audit) -> Vec<ExposureLine> {
    let counting = audit.findings.iter().filter(|f| f.nature == Nature::Exposure && f.counts());
    let mut grouped: BTreeMap<(RepositoryIdx, Vec<u8>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in counting {
        let path = finding.paths.first().map_or(Vec::new(), |path| audit.facts.path(*path).to_vec());
        grouped.entry((finding.repository, path, &finding.heuristic)).or_default().push(finding);
    }
    let read = |row: &RepositoryRow| row.codeowners.as_deref().map_or_else(Owners::default, Owners::parse);
    let owners: Vec<Owners> = audit.facts.repositories.iter().map(read).collect();
    let mut lines: Vec<(Severity, ExposureLine)> = grouped
        .into_iter()
        .map(|((repository, path, heuristic), findings)| {
            let known = audit.heuristics.iter().find(|h| h.id == heuristic);
            let severity = findings.iter().map(|f| f.severity).max().unwrap_or(Severity::Info);
            let mut introduced_by: Vec<String> =
                findings.iter().map(|f| contributor_id(audit, f.contributor)).collect();
            introduced_by.sort();
            introduced_by.dedup();
            let first = findings.iter().filter_map(|f| f.paths.first());
            let in_file = |f: &&&Finding| f.paths.first() == first.clone().next();
            let mut at: Vec<u32> = findings.iter().filter(in_file).flat_map(|f| places_in_first_file(f)).collect();
            at.sort_unstable();
            at.dedup();
            let line = ExposureLine {
                repository: repository_id(repository),
                path: audit.redactor.redact_all(&text(&path)),
                heuristic: heuristic.to_owned(),
                title: known.map_or_else(String::new, |h| h.title.clone()),
                severity,
                in_head: findings.iter().any(|f| f.in_head == Some(true)),
                lines: at,
                owners: owners[repository.index()].of(&path),
                introduced_by,
                remedy: known
                    .map_or_else(String::new, |h| h.remediation.split_whitespace().collect::<Vec<_>>().join(" ")),
                findings: findings.iter().map(|f| f.id.clone()).collect(),
            };
            (severity, line)
        })
        .collect();
    lines.sort_by(|(a, x), (b, y)| {
        let key = |l: &ExposureLine| (!l.in_head, l.repository.clone(), l.path.clone(), l.heuristic.clone());
        b.cmp(a).then_with(|| key(x).cmp(&key(y)))
    });
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Returns the line numbers of a finding in its first file.
fn places_in_first_file(f: &Finding) -> Vec<u32> {
    let Some(first) = f.paths.first() else { return Vec::new() };
    let lines: Vec<u32> = f.places.iter().filter(|p| p.path == *first).map(|p| p.line).collect();
    if lines.is_empty() { f.line.into_iter().collect() } else { lines }
}
