//! Who brought what other scanners report: the commit that they name, or else the one that brought the line.

use crate::history::Oid;
use crate::ledger::{BlobId, CommitIdx, ImportedFinding, Ledger, PathId};
use crate::observe::imports::Reported;
use crate::repository::{BlobReader, Repository};
use rustc_hash::FxHashMap;

/// Attributes reports; those that belong to no repository here are counted.
pub(super) fn attribute(
    reports: &[Reported],
    ledger: &Ledger,
    repositories: &[Repository],
) -> (Vec<ImportedFinding>, usize) {
    let commits: FxHashMap<Oid, CommitIdx> = ledger.enumerate().map(|(idx, c)| (c.oid, idx)).collect();
    let paths: FxHashMap<&[u8], PathId> =
        (0..ledger.path_count() as u32).map(|p| (ledger.path(PathId(p)), PathId(p))).collect();
    let mut readers: Vec<BlobReader> = repositories.iter().map(BlobReader::new).collect();
    let mut found = Vec::new();
    for report in reports {
        let Some(path) = path_of(&report.path, &paths) else { continue };
        let named = report.ids.iter().find_map(|id| commits.get(&Oid::from_hex(id.as_bytes())?));
        let attributed = match named {
            Some(commit) => Some((*commit, "the commit that the report names")),
            None => introduced(path, report.line, ledger, &mut readers).map(|c| (c, "the line in the file's history")),
        };
        found.extend(attributed.map(|(commit, attributed_by)| ImportedFinding {
            tool: report.tool.clone(),
            rule: report.rule.clone(),
            commit,
            path,
            line: report.line,
            attributed_by,
        }));
    }
    let lost = reports.len() - found.len();
    found.sort();
    found.dedup();
    (found, lost)
}

/// The path that a report means. Scanners of a work tree call files by where they lie on their machine: of such a path
/// the longest end counts that is a file here.
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

/// The first commit after which the line stands in the file, by the file's newest version.
fn introduced(path: PathId, line: Option<u32>, ledger: &Ledger, readers: &mut [BlobReader]) -> Option<CommitIdx> {
    let versions: Vec<(CommitIdx, BlobId)> = ledger
        .changes
        .iter()
        .filter(|row| row.path == path && row.parent == 0)
        .filter_map(|row| Some((row.commit, row.new?)))
        .collect();
    let mut read = |blob: BlobId| {
        let row = &ledger.blobs[blob.index()];
        readers[usize::from(row.repository)].read(&row.oid).ok().map(<[u8]>::to_vec)
    };
    let (_, newest) = *versions.last()?;
    let newest = read(newest)?;
    let wanted = newest.split(|b| *b == b'\n').nth((line?.max(1) - 1) as usize)?.trim_ascii();
    versions
        .iter()
        .find(|(_, blob)| {
            !wanted.is_empty()
                && read(*blob).is_some_and(|text| text.split(|b| *b == b'\n').any(|line| line.trim_ascii() == wanted))
        })
        .map(|(commit, _)| *commit)
}
