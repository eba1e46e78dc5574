//! Reads commits and changes, as every run does.

use super::{AuditError, AuditOptions, Progress};
use crate::config::{SeenRepository, Snapshot};
use crate::history::{CommitIdx, EntryKind, Oid};
use crate::ledger::{Judging, Ledger, RepositoryRow, SeenRef};
use crate::observe::{ChangeNotes, CommitNotes, CommitObserver};
use crate::people::People;
use crate::repository::{BlobReader, Repository, RepositoryError, Skipped, TreeDiff};
use rayon::prelude::*;
use std::path::Path;
use std::sync::Mutex;

/// Walks one repository and records its commits.
pub(super) fn add_repository(
    ledger: &mut Ledger,
    number: u16,
    path: &Path,
    repository: &Repository,
    options: &AuditOptions,
    observer: &CommitObserver,
    progress: &dyn Progress,
) -> Result<(), AuditError> {
    progress.phase("commits", None);
    let selection = match &options.range {
        Some(range) => repository.select_range(range)?,
        None => repository.select(&options.refs)?,
    };
    let condition = repository.condition();
    // Commits that unselected references used to reach are not read either.
    let is_chosen = |seen: &SeenRef| selection.refs.binary_search_by(|r| r.name.cmp(&seen.name)).is_ok();
    let mut seen = seen_refs(options.snapshot.as_ref(), path, repository);
    seen.retain(is_chosen);
    let mut starts = selection.tips.clone();
    let mut logged = Vec::new();
    if options.include_unreachable {
        starts.extend(repository.stored_commits());
        logged = repository.logged_moves(&selection.refs);
    }
    starts.extend(repository.having(seen.iter().map(|s| s.commit)));
    let walked = repository.walk(&starts, &condition.shallow, CommitNotes::default, |notes, view| {
        notes.note(view, observer);
        progress.advance(1);
    });
    if walked.states.iter().all(CommitNotes::is_empty)
        && let Some(first) = selection.skipped.iter().chain(&walked.skipped).next()
    {
        let why = format!("{} {}", first.object, first.reason);
        return Err(RepositoryError::NothingReadable(path.into(), why).into());
    }
    let judging = Judging { base: selection.base, since: options.since, until: options.until };
    let head = repository.head();
    let end = if options.range.is_some() { selection.tips.first().copied() } else { head };
    let mut skipped = selection.skipped;
    skipped.extend(walked.skipped);
    let commits = ledger.add_commits(number, walked.states, judging);
    let refs = ledger.add_refs(commits.start, selection.refs, &walked.tags);
    let moves = ledger.add_moves(commits.start, &refs, &walked.tags, &seen, logged);
    let mut notices = condition.notices();
    if starts.len() > selection.tips.len() {
        ledger.mark_unreachable(commits.start, &selection.tips, &walked.tags);
        let lost = ledger.commits[commits.clone()].iter().filter(|c| !c.reachable).count();
        if lost > 0 {
            let commits = if lost == 1 { "one commit".to_owned() } else { format!("{lost} commits") };
            notices.push(format!("scanned {commits} that no selected reference reaches"));
        }
    }
    ledger.repositories.push(RepositoryRow {
        path: path.display().to_string(),
        head,
        base: selection.base,
        end,
        refs,
        moves,
        commits,
        condition,
        skipped,
        left_with_remote: Vec::new(),
        notices,
    });
    Ok(())
}

/// The commits that a repository's references pointed to at an earlier scan.
fn seen_refs(snapshot: Option<&Snapshot>, path: &Path, repository: &Repository) -> Vec<SeenRef> {
    seen_repository(snapshot, path, repository).map_or_else(Vec::new, SeenRepository::refs)
}

fn seen_repository<'s>(
    snapshot: Option<&'s Snapshot>,
    path: &Path,
    repository: &Repository,
) -> Option<&'s SeenRepository> {
    snapshot?.seen(path, |commits| !repository.having(commits).is_empty())
}

/// Adds a notice of what changed since an earlier scan.
pub(super) fn note_since(
    ledger: &mut Ledger,
    repositories: &[Repository],
    snapshot: Option<&Snapshot>,
    people: &People,
) {
    let Some(snapshot) = snapshot else { return };
    for (number, repository) in repositories.iter().enumerate() {
        let row = &ledger.repositories[number];
        let said = match seen_repository(Some(snapshot), Path::new(&row.path), repository) {
            Some(seen) => snapshot.notice(seen, row, ledger, people),
            None => "this repository is new in the snapshot: changes are reported from the next scan on".to_owned(),
        };
        ledger.repositories[number].notices.push(said);
    }
}

/// Compares the trees of all commits in scope.
pub(super) fn add_changes(ledger: &mut Ledger, number: u16, repository: &Repository, progress: &dyn Progress) {
    /// Commits that one thread takes at a time. Neighbours share trees, so few trees are decoded twice.
    const CHUNK: usize = 256;
    let commits = ledger.repositories[usize::from(number)].commits.clone();
    progress.phase("changes", Some(commits.len() as u64));
    let workers: Vec<_> = (0..rayon::current_num_threads())
        .map(|_| Mutex::new((TreeDiff::new(repository), ChangeNotes::default())))
        .collect();
    let places: Vec<usize> = commits.collect();
    places.par_chunks(CHUNK).for_each(|chunk| {
        let Ok(mut worker) = workers[rayon::current_thread_index().unwrap_or(0)].lock() else { return };
        let (diff, notes) = &mut *worker;
        for &place in chunk {
            let commit = &ledger.commits[place];
            let parents = ledger.parents(commit);
            // With a parent missing, a commit would seem to add everything.
            if commit.judged && parents.len() == usize::from(commit.parent_count) {
                let trees: Vec<Oid> = parents.iter().map(|p| ledger.commit(*p).tree).collect();
                let idx = CommitIdx(place as u32);
                diff.compare(&commit.tree, &trees, &mut |change| notes.note(idx, &change));
            }
        }
        progress.advance(chunk.len() as u64);
    });
    let (mut all, mut skipped): (Vec<ChangeNotes>, Vec<Skipped>) = Default::default();
    for worker in workers {
        if let Ok((diff, notes)) = worker.into_inner() {
            all.push(notes);
            skipped.extend(diff.into_skipped());
        }
    }
    skipped.sort();
    skipped.dedup();
    ledger.add_changes(number, all);
    ledger.repositories[usize::from(number)].skip("trees", skipped);
}

/// Adds notices of what the trees at HEAD refer to but the repository does not contain: submodules, and files whose
/// content is stored in Git LFS.
pub(super) fn note_unscanned(ledger: &mut Ledger, number: u16, repository: &Repository) {
    const NAMED: usize = 5;
    let row = &ledger.repositories[usize::from(number)];
    let Some(tip) = row.head.and_then(|oid| ledger.commits[row.commits.clone()].iter().find(|c| c.oid == oid)) else {
        return;
    };
    let (mut submodules, mut attributes) = (Vec::new(), Vec::new());
    TreeDiff::new(repository).compare(&tip.tree, &[], &mut |change| {
        let Some((mode, oid)) = change.new else { return };
        if mode.kind() == EntryKind::Submodule {
            submodules.push(String::from_utf8_lossy(change.path).into_owned());
        } else if change.path.rsplit(|&b| b == b'/').next() == Some(b".gitattributes") {
            attributes.push(oid);
        }
    });
    let mut reader = BlobReader::new(repository);
    let mut patterns = Vec::new();
    for oid in attributes {
        if let Ok(text) = reader.read(&oid) {
            let lines = text.split(|&b| b == b'\n').filter(|l| memchr::memmem::find(l, b"filter=lfs").is_some());
            patterns.extend(lines.filter_map(|l| {
                let pattern = l.split(|b| b.is_ascii_whitespace()).next()?;
                Some(String::from_utf8_lossy(pattern).into_owned())
            }));
        }
    }
    let list = |names: &[String]| {
        let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
        format!("{}{more}", names[..names.len().min(NAMED)].join(", "))
    };
    let notices = &mut ledger.repositories[usize::from(number)].notices;
    if !submodules.is_empty() {
        notices.push(format!("submodules are other repositories and were not scanned: {}", list(&submodules)));
    }
    if !patterns.is_empty() {
        notices.push(format!("files stored in Git LFS were not scanned: {}", list(&patterns)));
    }
}
