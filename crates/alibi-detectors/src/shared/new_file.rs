//! Finds code that runs automatically and starts a file added together with it. Several heuristics share this search.

use crate::shared::pathspec::literal;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, Introduction, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Place, Value};
use alibi_git::fingerprint::fingerprint;
use alibi_rules::heuristics::Heuristic;
use rustc_hash::FxHashMap;

/// A file counts as added together with its caller if the same contributor added it at most this many seconds earlier.
const WITHIN: i64 = 86_400;

/// Maximum number of the contributor's earlier commits to check.
const COMMITS: usize = 20;

/// Reports each match of the heuristic's rule that names a file added in the same commit, or shortly before by the same
/// contributor. The rule's first atom captures the file's name. `describe` receives the names of the calling file and
/// of the added file.
pub(crate) fn find_new_files(
    heuristic: &Heuristic,
    view: &View<'_>,
    sink: &mut Sink<'_>,
    describe: impl Fn(&str, &str) -> String,
) -> Result<(), DetectError> {
    let Some(&rule) = view.facts.text_rules.get(&heuristic.id) else { return Ok(()) };
    let lines: Vec<&Introduction> =
        view.facts.text.introduced.iter().filter(|i| i.hit.rule == rule && !i.replaces).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let of_contributor = by_contributor(view);
    let mut added = (None, FxHashMap::default());
    for line in lines {
        let from = view.facts.path(line.path);
        let repository = view.facts.commit(line.commit).repository;
        let who = view.author_of(line.commit);
        let own = of_contributor.get(&(repository, who)).map_or(&[][..], Vec::as_slice);
        // A hostile file may name thousands of files, so the files added with it are indexed only once.
        if added.0 != Some((line.commit, line.path)) {
            added = (Some((line.commit, line.path)), added_with(view, line, own));
        }
        let Some(&(commit, file)) = added.1.get(&line.hit.matched) else { continue };
        let [from_name, name] = [from, view.facts.path(file)].map(|p| String::from_utf8_lossy(p).into_owned());
        let key = [from.to_vec(), view.facts.path(file).to_vec()];
        let mut draft = Draft::new(heuristic, who, repository, key, describe(&from_name, &name));
        let oid = view.oid(line.commit);
        draft.saw("runs", Value::Path(file)).saw("introduced by", Value::Commit(line.commit));
        if commit != line.commit {
            draft.saw("the file was added by", Value::Commit(commit));
        }
        draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(from), &literal(view.facts.path(file))]);
        draft.commits = vec![line.commit];
        draft.paths = vec![line.path, file];
        draft.line = Some(line.hit.line);
        draft.places = vec![Place { path: line.path, line: line.hit.line }];
        draft.in_head = Some(view.facts.text.in_head(repository, &line.hit));
        draft.source = Some((line.blob, line.hit));
        sink.push(draft)?;
    }
    Ok(())
}

/// Returns each contributor's commits in scope, by repository, in canonical order.
fn by_contributor(view: &View<'_>) -> FxHashMap<(RepositoryIdx, ContributorId), Vec<CommitIdx>> {
    let mut commits: FxHashMap<(RepositoryIdx, ContributorId), Vec<CommitIdx>> = FxHashMap::default();
    for (commit, row) in view.facts.enumerate().filter(|(_, row)| row.in_scope) {
        commits.entry((row.repository, view.author_of(commit))).or_default().push(commit);
    }
    commits
}

/// Returns the files added together with a match, with the commits that added them. The key is a hash of the name as a
/// command would write it.
fn added_with(view: &View<'_>, line: &Introduction, own: &[CommitIdx]) -> FxHashMap<u64, (CommitIdx, PathId)> {
    let from = view.facts.path(line.path);
    // Commands use paths relative to the file's folder, to the parent of a settings folder, or to the root.
    let above = |path: &[u8]| path.iter().rposition(|b| *b == b'/').unwrap_or(0);
    let folder = above(from);
    let starts = [folder, above(&from[..folder]), 0].map(|at| if at == 0 { 0 } else { at + 1 });
    let at = |commit: CommitIdx| view.facts.commit(commit).committed.seconds;
    let until = own.partition_point(|commit| *commit < line.commit);
    let before = own[..until].iter().rev().take(COMMITS).copied();
    let before = before.filter(|commit| (0..=WITHIN).contains(&(at(line.commit) - at(*commit))));
    let mut added = FxHashMap::default();
    for commit in std::iter::once(line.commit).chain(before) {
        for change in view.facts.changes_of(commit).iter().filter(|c| c.old.is_none() && c.new.is_some()) {
            let path = view.facts.path(change.path);
            for name in starts.iter().filter_map(|at| path.strip_prefix(&from[..*at])) {
                added.entry(fingerprint([name])).or_insert((commit, change.path));
            }
        }
    }
    added
}
