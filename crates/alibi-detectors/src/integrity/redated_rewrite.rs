//! `redated-rewrite`: a commit rewritten in place long afterwards, with its old date and different content.

use crate::shared::twins::{Published, in_one_place, maker, twins};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::DAY;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of days between the two committer dates, unless they are equal. A commit that is rewritten sooner
    /// is work in progress.
    min_days: i64,
}

coded!(RedatedRewrite, Params, FactSet::CHANGES, ["under-review"]);

impl RedatedRewrite {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let published = Published::new(view);
        for group in twins(facts) {
            for pair in group.windows(2) {
                // Of two commits with the same committer date, the merged one replaced the other.
                let merged = |idx: CommitIdx| view.standing.merge_point(idx).is_some();
                let pair = if merged(pair[0]) && !merged(pair[1]) { [pair[1], pair[0]] } else { [pair[0], pair[1]] };
                let (first, second) = (facts.commit(pair[0]), facts.commit(pair[1]));
                let apart = second.committed.seconds.saturating_sub(first.committed.seconds);
                let days = apart / DAY;
                let same_author = view.author_of(pair[0]) == view.author_of(pair[1]);
                if !second.in_scope
                    || !same_author
                    || first.tree == second.tree
                    || apart != 0 && days < self.params.min_days
                    || !in_one_place(facts, pair[0], pair[1])
                {
                    continue;
                }
                let who = maker(view, pair[1]);
                let summary = if apart == 0 {
                    "a commit was rewritten with different content, but both of its old dates".to_owned()
                } else {
                    format!("a commit was rewritten {days} days later with different content, but its old date")
                };
                let key = [second.subject_hash.to_le_bytes(), second.authored.seconds.to_le_bytes()];
                let mut draft = Draft::new(&self.heuristic, who, second.repository, key, summary);
                draft.saw("author date of both", Value::Moment(second.authored));
                draft.saw("first commit date", Value::Moment(first.committed));
                draft.saw("second commit date", Value::Moment(second.committed));
                draft.saw("again by", Value::Identity(view.people.most_used(who)));
                published.compare(view, &mut draft, pair[0], pair[1]);
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
