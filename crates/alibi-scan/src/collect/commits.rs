//! Walks the selected commits, and records them and the references.

use super::collector::{Collector, Context};
use super::error::CollectError;
use alibi_core::analysis::people::People;
use alibi_core::config::{SeenRepository, Snapshot};
use alibi_core::facts::{CommitNotes, CommitScope, FactSet, Facts, RepositoryIdx, RepositoryRow, SeenRef};
use alibi_git::repository::{Repository, RepositoryError};
use std::path::Path;

/// Collects commits and references. Every run needs this collector.
pub(super) struct Commits;

impl Collector for Commits {
    fn phase(&self) -> &'static str {
        "commits"
    }

    fn provides(&self) -> FactSet {
        FactSet::COMMITS
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        for number in 0..context.repositories.len() {
            add_repository(context, number)?;
        }
        context.facts.close_commits();
        Ok(())
    }
}

/// Walks one repository and records its commits.
fn add_repository(context: &mut Context<'_>, number: usize) -> Result<(), CollectError> {
    let Context { facts, plan, progress, .. } = context;
    let (repository, path, wanted) = (&context.repositories[number], &plan.paths[number], &plan.selection);
    progress.phase("commits", None);
    let selection = match wanted.range {
        Some(range) => repository.select_range(range)?,
        None => repository.select(wanted.refs)?,
    };
    let condition = repository.condition();
    // Commits that unselected references used to reach are not read either.
    let is_chosen = |seen: &SeenRef| selection.refs.binary_search_by(|r| r.name.cmp(&seen.name)).is_ok();
    let mut seen = seen_refs(wanted.snapshot, path, repository);
    seen.retain(is_chosen);
    let mut starts = selection.tips.clone();
    let mut logged = Vec::new();
    if wanted.include_unreachable {
        starts.extend(repository.stored_commits());
        logged = repository.logged_moves(&selection.refs);
    }
    starts.extend(repository.existing(seen.iter().map(|s| s.commit)));
    let walked = repository.walk(&starts, &condition.shallow, CommitNotes::default, |notes, view| {
        notes.note(view, plan.observer);
        progress.advance(1);
    });
    if walked.states.iter().all(CommitNotes::is_empty)
        && let Some(first) = selection.skipped.iter().chain(&walked.skipped).next()
    {
        let why = format!("{} {}", first.object, first.reason);
        return Err(RepositoryError::NothingReadable(path.clone(), why).into());
    }
    let scope = CommitScope { base: selection.base, since: wanted.since, until: wanted.until };
    let head = repository.head();
    let end = if wanted.range.is_some() { selection.tips.first().copied() } else { head };
    let mut skipped = selection.skipped;
    skipped.extend(walked.skipped);
    let commits = facts.add_commits(RepositoryIdx::new(number), walked.states, scope);
    let refs = facts.add_refs(commits.start, selection.refs, &walked.tags);
    let moves = facts.add_moves(commits.start, &refs, &walked.tags, &seen, logged);
    let mut notices = condition.notices();
    if starts.len() > selection.tips.len() {
        facts.mark_unreachable(commits.start, &selection.tips, &walked.tags);
        let lost = facts.commits[commits.clone()].iter().filter(|c| !c.reachable).count();
        if lost > 0 {
            let commits = if lost == 1 { "one commit".to_owned() } else { format!("{lost} commits") };
            notices.push(format!("scanned {commits} that no selected reference reaches"));
        }
    }
    facts.repositories.push(RepositoryRow {
        path: path.display().to_string(),
        head,
        base: selection.base,
        end,
        refs,
        moves,
        commits,
        codeowners: None,
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
    snapshot?.seen(path, |commits| !repository.existing(commits).is_empty())
}

/// Adds a notice about the changes since an earlier scan.
pub(crate) fn note_since(facts: &mut Facts, repositories: &[Repository], snapshot: Option<&Snapshot>, people: &People) {
    let Some(snapshot) = snapshot else { return };
    for (number, repository) in repositories.iter().enumerate() {
        let row = &facts.repositories[number];
        let message = match seen_repository(Some(snapshot), Path::new(&row.path), repository) {
            Some(seen) => snapshot.notice(seen, row, facts, people),
            None => "this repository is new in the snapshot: changes are reported from the next scan on".to_owned(),
        };
        facts.repositories[number].notices.push(message);
    }
}
