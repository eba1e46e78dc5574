//! `name-many-emails`: one contributor who alternates between many personal addresses.

use crate::shared::words::days;
use alibi_core::analysis::people::{is_machine_email, is_role, noreply, normalise_email};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of addresses within the window.
    addresses: usize,
    /// The window, in days.
    window_days: i64,
    /// Minimum number of commits for an address to count.
    min_commits: usize,
}

coded!(NameManyEmails, Params, FactSet::COMMITS, ["replaced"]);

/// Returns the mailbox of a personal address, without the tag and the dots that some providers ignore; none for role,
/// machine and no-reply addresses.
fn mailbox(email: &[u8]) -> Option<Vec<u8>> {
    let email = normalise_email(email);
    if is_role(&email) || is_machine_email(&email) || noreply(&email).is_some() {
        return None;
    }
    let at = memchr::memrchr(b'@', &email)?;
    let (local, domain) = email.split_at(at);
    let local = local.split(|&b| b == b'+').next().unwrap_or(local);
    let local: Vec<u8> = local.iter().copied().filter(|&b| b != b'.').collect();
    (!local.is_empty()).then(|| [&local, domain].concat())
}

impl NameManyEmails {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        let mut boxes: FxHashMap<IdentityId, Vec<u8>> = FxHashMap::default();
        for (_, contributor) in people.iter().filter(|(_, c)| !c.bot && c.identities.len() >= self.params.addresses) {
            let mailboxes = contributor.identities.iter().filter_map(|i| Some((*i, mailbox(facts.identity(*i).1)?)));
            let mailboxes: Vec<(IdentityId, Vec<u8>)> = mailboxes.collect();
            if mailboxes.iter().map(|(_, mailbox)| mailbox).collect::<BTreeSet<_>>().len() >= self.params.addresses {
                boxes.extend(mailboxes);
            }
        }
        let mut work: BTreeMap<_, Vec<CommitIdx>> = BTreeMap::new();
        for (idx, commit) in facts.enumerate().filter(|(_, c)| boxes.contains_key(&c.author)) {
            work.entry(people.contributor_of(commit.author)).or_default().push(idx);
        }
        for (who, mut commits) in work {
            let at = |c: CommitIdx| facts.commit(c).authored.seconds;
            let address = |c: CommitIdx| boxes.get(&facts.commit(c).author).map_or(&[][..], Vec::as_slice);
            commits.sort_by_key(|&c| (at(c), c));
            let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
            commits.iter().for_each(|&c| *counts.entry(address(c)).or_default() += 1);
            commits.retain(|&c| counts[address(c)] >= self.params.min_commits);
            // Find the window with the most addresses or, in a tie, the most commits.
            let (mut start, mut inside): (usize, BTreeMap<&[u8], usize>) = Default::default();
            let mut best: (usize, std::ops::Range<usize>) = (0, 0..0);
            for end in 0..commits.len() {
                *inside.entry(address(commits[end])).or_default() += 1;
                while at(commits[end]).saturating_sub(at(commits[start])) > self.params.window_days * 86_400 {
                    let left = address(commits[start]);
                    start += 1;
                    if let Some(n) = inside.get_mut(left) {
                        *n -= 1;
                        if *n == 0 {
                            inside.remove(left);
                        }
                    }
                }
                if (inside.len(), end + 1 - start) > (best.0, best.1.len()) {
                    best = (inside.len(), start..end + 1);
                }
            }
            let window = &commits[best.1];
            if best.0 < self.params.addresses || !window.iter().any(|&c| facts.commit(c).in_scope) {
                continue;
            }
            // Addresses that replace one another change once each, whereas addresses for different purposes alternate.
            let changes = window.windows(2).filter(|w| address(w[0]) != address(w[1])).count();
            let mut spans: BTreeMap<&[u8], (i64, i64, usize)> = BTreeMap::new();
            for &c in window {
                let span = spans.entry(address(c)).or_insert((at(c), at(c), 0));
                *span = (span.0, at(c), span.2 + 1);
            }
            let summary = format!("{} personal addresses within {} days", best.0, self.params.window_days);
            let repository = facts.commit(window[0]).repository;
            let mut draft = Draft::new(&self.heuristic, who, repository, spans.keys(), summary);
            for (email, (first, last, n)) in &spans {
                let detail = format!(", {n} commits, {}", days(Some((*first, *last))));
                draft.saw("address", Value::joined([Value::text(email), Value::words(detail)]));
            }
            draft.answer("replaced", changes > best.0);
            let mut command: Vec<Vec<u8>> =
                ["log", "--all", "--no-mailmap", "--format=%ai %an <%ae>", "--fixed-strings"].map(Into::into).into();
            let addresses: BTreeSet<Vec<u8>> =
                window.iter().map(|&c| facts.identity(facts.commit(c).author).1.to_vec()).collect();
            for email in addresses {
                command.extend([b"--author".to_vec(), [b"<", email.as_slice(), b">"].concat()]);
            }
            draft.reproduce(command);
            draft.commits = window.to_vec();
            sink.push(draft)?;
        }
        Ok(())
    }
}
