//! Attributes each result of another scanner to the commit that it names, or else to the commit that introduced its
//! line.

use super::collector::{Collector, Context};
use super::error::CollectError;
use crate::sarif::Reported;
use alibi_core::facts::{BlobId, CommitIdx, FactSet, Facts, ImportedFinding, PathId};
use alibi_git::history::Oid;
use alibi_git::repository::{BlobReader, Repository};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, HashSet};

/// Attributes other scanners' results.
pub(super) struct Imports;

impl Collector for Imports {
    fn phase(&self) -> &'static str {
        "imports"
    }

    fn provides(&self) -> FactSet {
        FactSet::IMPORTED
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        let (imported, lost) = attribute(context.plan.reports, context.facts, context.repositories);
        context.facts.imported = imported;
        if lost > 0 {
            context.facts.notices.push(format!(
                "{lost} results in the imported reports match no commit, file or line in the scanned history"
            ));
        }
        Ok(())
    }
}

/// Returns the attributed results, and the number of results that match nothing in these repositories.
fn attribute(reports: &[Reported], facts: &Facts, repositories: &[Repository]) -> (Vec<ImportedFinding>, usize) {
    let commits: FxHashMap<Oid, CommitIdx> = facts.enumerate().map(|(idx, c)| (c.oid, idx)).collect();
    let paths: FxHashMap<&[u8], PathId> =
        (0..facts.path_count() as u32).map(|p| (facts.path(PathId(p)), PathId(p))).collect();
    let mut found = Vec::new();
    let mut by_path: BTreeMap<PathId, Vec<&Reported>> = BTreeMap::new();
    let finding = |report: &Reported, path, commit, attributed_by| ImportedFinding {
        tool: report.tool.clone(),
        rule: report.rule.clone(),
        commit,
        path,
        line: report.line,
        attributed_by,
    };
    for report in reports {
        let Some(path) = path_of(&report.path, &paths) else { continue };
        match report.ids.iter().find_map(|id| commits.get(&Oid::from_hex(id.as_bytes())?)) {
            Some(commit) => found.push(finding(report, path, *commit, "the commit that the report names")),
            None => by_path.entry(path).or_default().push(report),
        }
    }
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    for (path, reports) in by_path {
        let lines: Vec<Option<u32>> = reports.iter().map(|report| report.line).collect();
        for (report, commit) in reports.iter().zip(introduced(path, &lines, facts, &mut readers)) {
            found.extend(commit.map(|commit| finding(report, path, commit, "the line in the file's history")));
        }
    }
    let lost = reports.len() - found.len();
    found.sort();
    found.dedup();
    (found, lost)
}

/// The path that a result refers to. Scanners of a work tree may report absolute paths; the longest suffix of such a
/// path that is a path in the repository counts.
fn path_of(reported: &str, paths: &FxHashMap<&[u8], PathId>) -> Option<PathId> {
    let plain = reported.strip_prefix("./").unwrap_or(reported);
    match plain.strip_prefix('/') {
        None => paths.get(plain.as_bytes()).copied(),
        Some(inner) => {
            let ends = std::iter::successors(Some(inner), |rest| rest.split_once('/').map(|(_, end)| end));
            ends.filter_map(|end| paths.get(end.as_bytes())).next().copied()
        }
    }
}

/// Returns, for each of these lines of a file's newest version, the first commit whose version contains the line.
fn introduced(
    path: PathId,
    lines: &[Option<u32>],
    facts: &Facts,
    readers: &mut [BlobReader],
) -> Vec<Option<CommitIdx>> {
    let versions: Vec<(CommitIdx, BlobId)> = facts
        .changes
        .iter()
        .filter(|row| row.path == path && row.parent == 0)
        .filter_map(|row| Some((row.commit, row.new?)))
        .collect();
    let mut read = |blob: BlobId| {
        let row = &facts.blobs[blob.index()];
        readers[row.repository.index()].read(&row.oid).map(<[u8]>::to_vec).unwrap_or_default()
    };
    let newest = versions.last().map(|(_, blob)| read(*blob)).unwrap_or_default();
    let text = |line: &Option<u32>| {
        let place = line.and_then(|line| line.checked_sub(1))?;
        newest.split(|b| *b == b'\n').nth(place as usize).map(<[u8]>::trim_ascii).filter(|text| !text.is_empty())
    };
    let wanted: Vec<Option<&[u8]>> = lines.iter().map(text).collect();
    let mut found = vec![None; lines.len()];
    for (commit, blob) in &versions {
        let version = read(*blob);
        let present: HashSet<&[u8]> = version.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).collect();
        for (place, text) in wanted.iter().enumerate() {
            if found[place].is_none() && text.is_some_and(|text| present.contains(text)) {
                found[place] = Some(*commit);
            }
        }
    }
    found
}
