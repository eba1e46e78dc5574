//! `hand-change`: several habits, such as message style and signing, change at once from one commit to the next.

use crate::shared::words::{about, dates_of, tested};
use alibi_core::analysis::time::{author_change, stamp};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum difference between the natural logarithms of the Bayes factors at the change and at the next best point.
    /// Habits that vary constantly have several points of similar strength.
    ln_bayes: f64,
    /// Minimum number of habits (channels) that support the change.
    channels: usize,
}

coded!(HandChange, Params, FactSet::CHANGES, ["project-convention"]);

/// Number of commits on each side of the change in the finding.
const NAMED: usize = 10;

/// If more than this many contributors, including this one, change their habits at about the same time, the project's
/// convention changed.
const TOGETHER: usize = 2;

/// Maximum number of days between changes that are considered simultaneous.
const TOGETHER_DAYS: i64 = 45;

impl HandChange {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        let found = tested(view, sink, &self.heuristic, least, |_, timeline| author_change(timeline));
        // A change a third as strong is enough to count another contributor as changing at the same time.
        let when: Vec<i64> = found
            .iter()
            .filter(|(_, c)| c.ln_bf - c.next_best >= self.params.ln_bayes / 3.0)
            .map(|(timeline, c)| timeline.moments[c.at].seconds)
            .collect();
        for (timeline, change) in &found {
            let who = timeline.contributor;
            let strong = change.channels.len() >= self.params.channels;
            if change.ln_bf - change.next_best < self.params.ln_bayes || !strong {
                continue;
            }
            let from = change.at.saturating_sub(NAMED);
            let to = (change.at + NAMED).min(timeline.moments.len());
            let commits: Vec<_> = timeline.moments[from..to].iter().map(|m| m.commit).collect();
            let at = timeline.moments[change.at].seconds;
            let summary = format!("{} habits change at once from one commit to the next", change.channels.len());
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            draft.saw("from", Value::words(stamp(at, 0).utc()));
            let channels: Vec<String> = change.channels.iter().map(|(name, ln)| format!("{name} ({ln:.0})")).collect();
            draft.saw("what changes", Value::words(channels.join(", ")));
            draft.saw(
                "compared",
                Value::words(format!("{} commits before, {} after", change.compared.0, change.compared.1)),
            );
            let others = when.iter().filter(|other| (**other - at).abs() <= TOGETHER_DAYS * 86_400).count();
            draft.answer("project-convention", others <= TOGETHER);
            let mut command = dates_of(view, &draft.commits);
            command[2] = b"--format=%h %ad %an <%ae> %G? %s".to_vec();
            // Git shows SSH signatures only if a file of allowed signers is configured.
            let signers = [b"-c".to_vec(), b"gpg.ssh.allowedSignersFile=/dev/null".to_vec()];
            draft.reproduce(signers.into_iter().chain(command));
            sink.push(draft)?;
        }
        Ok(())
    }
}
