//! Functions shared by detectors about people: they format identities, signers and dates, and select commits and names.

use alibi_core::analysis::people::{ContributorId, is_role as role_address, names_related};
use alibi_core::analysis::time::{Moment, Reading, Timeline, stamp};
use alibi_core::detection::{Sink, View};
use alibi_core::facts::{CommitIdx, IdentityId, RefRow, RepositoryIdx, short_name};
use alibi_core::finding::Draft;
use alibi_git::history::{Offset, Stamp};
use alibi_rules::heuristics::Heuristic;

/// Formats an identity as `Name <address>`.
pub(crate) fn identity(view: &View<'_>, id: IdentityId) -> Vec<u8> {
    let (name, email) = view.facts.identity(id);
    [name, b" <", email, b">"].concat()
}

/// Formats the UTC day of a moment, such as `2024-05-31`.
pub(crate) fn day(seconds: i64) -> String {
    let utc = Stamp { seconds, offset: Offset::UTC }.utc();
    utc.split('T').next().unwrap_or(&utc).to_owned()
}

/// Formats a span, such as `2024-05-31 to 2024-06-02`; empty if there is none.
pub(crate) fn days(span: Option<(i64, i64)>) -> String {
    span.map_or_else(String::new, |(first, last)| format!("{} to {}", day(first), day(last)))
}

/// Whether any two of these spans overlap. Spans that follow one another do not.
pub(crate) fn overlap(spans: &[(i64, i64)]) -> bool {
    spans.iter().enumerate().any(|(i, a)| spans[i + 1..].iter().any(|b| a.0 <= b.1 && b.0 <= a.1))
}

/// Returns the identities whose names are unrelated to the names of all identities returned before them.
pub(crate) fn unrelated(view: &View<'_>, ids: impl IntoIterator<Item = IdentityId>) -> Vec<IdentityId> {
    let name = |id: IdentityId| view.facts.identity(id).0;
    let mut unrelated: Vec<IdentityId> = Vec::new();
    for id in ids {
        if unrelated.iter().all(|known| !names_related(name(*known), name(id))) {
            unrelated.push(id);
        }
    }
    unrelated
}

/// Each contributor's commits that were authored and committed in one act (see `People::made_in_one_act`), excluding
/// merges, oldest first by committer date. Indexed by contributor.
pub(crate) fn own_commits(view: &View<'_>) -> Vec<Vec<CommitIdx>> {
    let mut own: Vec<Vec<CommitIdx>> = vec![Vec::new(); view.people.contributors.len()];
    for (idx, commit) in view.facts.enumerate() {
        if commit.parent_count <= 1 && view.people.made_in_one_act(commit) {
            own[view.people.contributor_of(commit.author).index()].push(idx);
        }
    }
    for commits in &mut own {
        commits.sort_by_key(|&c| (view.facts.commit(c).committed.seconds, c));
    }
    own
}

/// Formats the contributor's most used identity, which reports show as the contributor's name.
pub(crate) fn who(view: &View<'_>, id: ContributorId) -> Vec<u8> {
    identity(view, view.people.most_used(id))
}

/// The command that shows the signers of the first twenty of these commits. Without the `-c` option, Git shows no SSH
/// keys unless allowed signers are configured.
pub(crate) fn signatures_of(view: &View<'_>, commits: &[CommitIdx]) -> Vec<Vec<u8>> {
    const SHOWN: usize = 20;
    let words = ["-c", "gpg.ssh.allowedSignersFile=/dev/null", "log", "--no-walk", "--format=%h %ci %cn <%ce> %G? %GK"];
    let oids = commits.iter().take(SHOWN).map(|c| view.oid(*c));
    words.map(str::to_owned).into_iter().chain(oids).map(String::into_bytes).collect()
}

/// Formats a moment of an episode in UTC, at the home offset and at the recorded offset.
pub(crate) fn by_both_clocks(moment: &Moment, home: i32) -> String {
    let at = |offset| {
        let local = stamp(moment.seconds, offset).local();
        // The day is already printed, so only the time is needed.
        local.split_once(' ').map_or("", |(_, hours)| hours).to_owned()
    };
    let utc = stamp(moment.seconds, 0).utc();
    format!("{utc}: {} at home, written as {}", at(home), at(moment.offset))
}

/// Formats a moment in UTC and at the recorded offset.
pub(crate) fn in_utc_and_as_written(when: Stamp) -> String {
    format!("{}, written as {}", when.utc(), when.local())
}

/// The command that shows both dates of the first twenty of these commits.
pub(crate) fn dates_of(view: &View<'_>, commits: &[CommitIdx]) -> Vec<Vec<u8>> {
    const SHOWN: usize = 20;
    let words = ["log", "--no-walk", "--format=%h author %ad %an <%ae>%n        committer %cd %cn <%ce>", "--date=iso"];
    let oids = commits.iter().take(SHOWN).map(|c| view.oid(*c));
    words.map(str::to_owned).into_iter().chain(oids).map(String::into_bytes).collect()
}

/// Contributors with at least this many commits, excluding bots, with their timelines. Time tests cover only these
/// contributors, and report samples that are too small only for them.
pub(crate) fn timed<'f>(view: &'f View<'_>, min_commits: usize) -> impl Iterator<Item = (ContributorId, &'f Timeline)> {
    let timelines = view.clocks.timelines().iter().filter(move |t| t.moments.len() >= min_commits);
    timelines.map(|timeline| (timeline.contributor, timeline))
}

/// Runs a test on each contributor and returns the results. Contributors whose sample is too small are reported to the
/// sink instead.
pub(crate) fn tested<'f, T>(
    view: &'f View<'_>,
    sink: &mut Sink<'_>,
    heuristic: &Heuristic,
    min_commits: usize,
    test: impl Fn(ContributorId, &'f Timeline) -> Reading<T>,
) -> Vec<(&'f Timeline, T)> {
    let mut found = Vec::new();
    for (who, timeline) in timed(view, min_commits) {
        match test(who, timeline) {
            Reading::Tested(reading) => found.push((timeline, reading)),
            Reading::Insufficient(why) => sink.insufficient(heuristic, who, why),
        }
    }
    found
}

/// Creates a finding about a contributor's commits as a whole, with the command that shows their dates; `None` if no
/// commit is in scope. The key is the contributor, since there is one finding for each heuristic and contributor.
pub(crate) fn about<'h>(
    view: &View<'_>,
    heuristic: &'h Heuristic,
    who: ContributorId,
    commits: Vec<CommitIdx>,
    summary: impl Into<String>,
) -> Option<Draft<'h>> {
    if !commits.iter().any(|c| view.facts.commit(*c).in_scope) {
        return None;
    }
    let key = identity(view, view.people.get(who).earliest());
    let mut draft = Draft::new(heuristic, who, repository_of(view, &commits), [key], summary);
    draft.reproduce(dates_of(view, &commits));
    draft.commits = commits;
    Some(draft)
}

/// Whether any of these commits is in scope.
pub(crate) fn any_in_scope(view: &View<'_>, commits: &[CommitIdx]) -> bool {
    commits.iter().any(|c| view.facts.commit(*c).in_scope)
}

/// Returns the repository with most of these commits; in a tie, the first one.
pub(crate) fn repository_of(view: &View<'_>, commits: &[CommitIdx]) -> RepositoryIdx {
    let mut counts = std::collections::BTreeMap::new();
    commits.iter().for_each(|c| *counts.entry(view.facts.commit(*c).repository).or_insert(0usize) += 1);
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map_or(RepositoryIdx::new(0), |(repository, _)| repository)
}

/// The commits of a repository that are reachable from some references: a flag for each commit, and the index of the
/// repository's first commit.
pub(crate) struct Reached(Vec<bool>, usize);

impl Reached {
    /// Whether a commit is reachable.
    pub(crate) fn contains(&self, idx: CommitIdx) -> bool {
        idx.index().checked_sub(self.1).and_then(|place| self.0.get(place)).copied().unwrap_or(false)
    }
}

/// Returns the commits reachable from HEAD and the branches of a repository.
pub(crate) fn on_branches(view: &View<'_>, number: RepositoryIdx) -> Reached {
    let refs = &view.facts.repositories[number.index()].refs;
    reached(view, number, refs.iter().filter(|r| r.is_branch()).filter_map(|r: &RefRow| r.commit))
}

/// Returns the commits reachable from HEAD and these tips of a repository.
pub(crate) fn reached(view: &View<'_>, number: RepositoryIdx, tips: impl Iterator<Item = CommitIdx>) -> Reached {
    let facts = view.facts;
    let row = &facts.repositories[number.index()];
    let mut places = row.commits.clone().map(|place| CommitIdx(place as u32));
    let head = places.find(|idx| Some(facts.commit(*idx).oid) == row.head);
    let mut todo: Vec<CommitIdx> = tips.chain(head).collect();
    let mut seen = vec![false; row.commits.len()];
    while let Some(idx) = todo.pop() {
        if !std::mem::replace(&mut seen[idx.index() - row.commits.start], true) {
            todo.extend_from_slice(facts.parents(facts.commit(idx)));
        }
    }
    Reached(seen, row.commits.start)
}

/// Whether a reference is a branch whose name suggests that the project makes releases from it.
pub(crate) fn is_shared_line(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 8] =
        [b"main", b"master", b"trunk", b"develop", b"stable", b"production", b"release", b"maint"];
    let is_branch = name.starts_with(b"refs/heads/") || name.starts_with(b"refs/remotes/");
    let short = short_name(name);
    let remote = name.starts_with(b"refs/remotes/").then(|| memchr::memchr(b'/', short)).flatten();
    let last = remote.map_or(short, |slash| &short[slash + 1..]);
    let is_called =
        |known: &&[u8]| last.strip_prefix(*known).is_some_and(|rest| rest.first().is_none_or(|b| b"/-_.".contains(b)));
    is_branch && NAMES.iter().any(is_called)
}

/// Whether a contributor is a bot, or has only identities of bots and roles. Such accounts publish other people's work.
pub(crate) fn is_role_account(view: &View<'_>, who: ContributorId) -> bool {
    let contributor = view.people.get(who);
    let is_role = |id: &IdentityId| {
        let (name, email) = view.facts.identity(*id);
        let is_called =
            |word: &[u8]| [&b"bot"[..], b"robot", b"release", b"automation", b"sync", b"import"].contains(&word);
        let mut words = name.split(|b| !b.is_ascii_alphanumeric()).map(<[u8]>::to_ascii_lowercase);
        role_address(email) || words.any(|word| is_called(&word))
    };
    contributor.bot || contributor.identities.iter().all(is_role)
}
