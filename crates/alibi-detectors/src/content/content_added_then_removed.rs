//! `content-added-then-removed`: text that matches a rule, removed by its author soon after it was added.

use crate::shared::pathspec::literal;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};
use alibi_git::history::DAY;
use alibi_rules::heuristics::{Heuristic, Nature, Persona, Severity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Maximum number of days between addition and removal.
    max_days: i64,
}

coded!(ContentAddedThenRemoved, Params, FactSet::WATCHED, []);

impl ContentAddedThenRemoved {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let matters = |h: &&Heuristic| {
            h.severity >= Severity::Medium
                && h.persona == Persona::Default
                && h.nature == Nature::Attack
                && h.id != self.heuristic.id
        };
        let rules: BTreeMap<u16, &Heuristic> = view
            .given
            .heuristics
            .iter()
            .filter(matters)
            .filter_map(|h| Some((*view.facts.text_rules.get(&h.id)?, h)))
            .collect();
        let mut reported = BTreeSet::new();
        for line in &view.facts.text.introduced {
            let Some(rule) = rules.get(&line.hit.rule) else { continue };
            let introduced = view.facts.commit(line.commit);
            let Some(removal) = view.facts.text.removed_in(introduced.repository, &line.hit) else { continue };
            let days = (view.facts.commit(removal).authored.seconds - introduced.authored.seconds) / DAY;
            let who = view.author_of(line.commit);
            let soon = (0..=self.params.max_days).contains(&days) && removal > line.commit;
            if !soon
                || view.author_of(removal) != who
                || sink.is_guarded(rule, line.path)
                || !reported.insert((line.commit, line.hit.rule, line.path))
            {
                continue;
            }
            let path = view.facts.path(line.path);
            let summary =
                format!("Added and removed within {days} days: {} in {}", rule.title, String::from_utf8_lossy(path));
            let key = [line.hit.text.to_le_bytes().to_vec(), rule.id.clone().into_bytes()];
            let mut draft = Draft::new(&self.heuristic, who, introduced.repository, key, summary);
            draft.saw("heuristic", Value::words(rule.id.clone())).saw(
                "added in",
                Value::joined([
                    Value::Commit(line.commit),
                    Value::words(" on "),
                    Value::Day(introduced.authored.seconds),
                ]),
            );
            draft.saw("removed in", Value::Commit(removal));
            let until = view.oid(removal);
            draft.reproduce([&b"log"[..], b"-p", until.as_bytes(), b"--", &literal(path)]);
            draft.commits = vec![line.commit, removal];
            draft.paths = vec![line.path];
            draft.line = Some(line.hit.line);
            draft.in_head = Some(false);
            draft.removed_in = Some(removal);
            draft.source = Some((line.blob, line.hit));
            sink.push(draft)?;
        }
        Ok(())
    }
}
