//! `security-policy-edit`: a security policy or an ownership file is redirected or cut.

use crate::shared::pathspec::literal;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{FactSet, PolicyEdit};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of non-blank lines in a policy before the edit. Shorter policies cannot be cut much.
    min_lines: usize,
    /// Minimum percentage of lines removed, after subtracting added lines.
    cut_percent: usize,
}

coded!(SecurityPolicyEdit, Params, FactSet::POLICIES, ["moved", "merged-by-others", "founder"]);

/// What a suspicious edit does to a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Redirects,
    Cuts,
}

impl SecurityPolicyEdit {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let merged: Vec<&PolicyEdit> =
            view.facts.policies.iter().filter(|e| view.standing.merge_point(e.commit).is_some()).collect();
        let odd: Vec<(&PolicyEdit, Kind)> = merged
            .iter()
            .filter_map(|edit| {
                self.kind(view, edit, sink.is_in("security-policy", edit.path)).map(|kind| (*edit, kind))
            })
            .collect();
        for &(edit, kind) in &odd {
            let commit = facts.commit(edit.commit);
            let who = view.author_of(edit.commit);
            if view.people.get(who).bot {
                continue;
            }
            let path = facts.path(edit.path);
            let shown = String::from_utf8_lossy(path).into_owned();
            let summary = match kind {
                Kind::Redirects => format!("{shown} names a different contact than before"),
                Kind::Cuts => format!("{shown} lost {} of its {} lines", edit.removed, edit.before),
            };
            let key = [path, if kind == Kind::Redirects { b"redirects" } else { b"cuts" }];
            let mut draft = Draft::new(&self.heuristic, who, commit.repository, key, summary);
            draft.saw("merged on", Value::Day(view.standing.when(edit.commit)));
            draft.saw(
                "lines before, removed and added",
                Value::words(format!("{}, {}, {}", edit.before, edit.removed, edit.added)),
            );
            for (contact, _) in edit.contacts_removed.iter().take(3) {
                draft.saw("no longer names", Value::text(contact));
            }
            for contact in edit.contacts_added.iter().take(3) {
                draft.saw("now names", Value::text(contact));
            }
            // A policy or an ownership file that the same commit adds suggests that the text was moved.
            let changes = facts.changes_of(edit.commit);
            let is_moved = changes.iter().any(|c| {
                let is_policy = sink.is_in("security-policy", c.path) || sink.is_in("ownership", c.path);
                c.is_added() && is_policy && c.path != edit.path
            });
            draft.answer("moved", !is_moved);
            draft.answer("merged-by-others", view.standing.is_merged_alone(edit.commit));
            draft.answer("founder", !view.standing.is_founder(commit.repository, who));
            let oid = view.oid(edit.commit);
            draft.reproduce([&b"show"[..], b"--format=fuller", oid.as_bytes(), b"--", &literal(path)]);
            draft.commits = vec![edit.commit];
            draft.paths = vec![edit.path];
            sink.push(draft)?;
        }
        Ok(())
    }

    /// Returns the kind of a suspicious edit; none if the edit is not suspicious. Ownership files grow and shrink with
    /// the team, whereas policies do not.
    fn kind(&self, view: &View<'_>, edit: &PolicyEdit, is_policy: bool) -> Option<Kind> {
        let who = view.author_of(edit.commit);
        let is_own = |contact: &[u8]| is_contact_of(view, who, contact);
        // An address on a line that also names the author is assumed to be an older address of the author.
        let is_line_own = |line: &[u8]| {
            let identities = &view.people.get(who).identities;
            let mut names = identities.iter().map(|id| view.facts.identity(*id).0.to_ascii_lowercase());
            names.any(|name| name.len() > 3 && memchr::memmem::find(line, &name).is_some())
        };
        let lost =
            edit.contacts_removed.iter().filter(|(contact, line)| !is_own(contact) && !is_line_own(line)).count();
        let (own, others): (Vec<&Vec<u8>>, Vec<&Vec<u8>>) = edit.contacts_added.iter().partition(|c| is_own(c));
        let redirects = !own.is_empty() && lost > others.len() || is_policy && lost > 0 && !others.is_empty();
        let net_removed = edit.removed.saturating_sub(edit.added);
        let is_long = is_policy && edit.before >= self.params.min_lines;
        if redirects {
            Some(Kind::Redirects)
        } else if is_long && net_removed * 100 >= edit.before * self.params.cut_percent {
            Some(Kind::Cuts)
        } else {
            None
        }
    }
}

/// Whether a contact is a contributor's address, forge login, or name without spaces.
fn is_contact_of(view: &View<'_>, who: ContributorId, contact: &[u8]) -> bool {
    let handle = contact.strip_prefix(b"@");
    view.people.get(who).identities.iter().any(|id| {
        let (name, email) = view.facts.identity(*id);
        let (name, email) = (name.to_ascii_lowercase(), email.to_ascii_lowercase());
        let local = email.split(|&b| b == b'@').next().unwrap_or(&email);
        let login = local.rsplit(|&b| b == b'+').next().unwrap_or(local);
        let compact: Vec<u8> = name.into_iter().filter(|b| !b.is_ascii_whitespace()).collect();
        contact == email.as_slice() || handle.is_some_and(|h| h == login || h == compact.as_slice())
    })
}
