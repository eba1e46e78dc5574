//! `ignore-hides-artifact`: a new ignore rule hides a build input by name in a folder where the project keeps such
//! files, and the same author added unusual binary files around that time.

use crate::shared::opaque::{OpaqueParams, unusual};
use crate::shared::pathspec::literal;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, Introduction, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::DAY;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Maximum number of days between the ignore rule and the author's binary files, in either order.
    days_around: i64,
    /// An author who added at least this share (0 to 1) of the matching lines in an ignore file is not unusual.
    usual_share: f64,
    /// The thresholds for unusual binary files.
    opaque: OpaqueParams,
}

coded!(IgnoreHidesArtifact, Params, FactSet::OPAQUE, []);

impl IgnoreHidesArtifact {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = view.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        let Some(&rule) = view.facts.text_rules.get(&self.heuristic.id) else { return Ok(()) };
        let mut of_file: BTreeMap<(RepositoryIdx, PathId), Vec<&Introduction>> = BTreeMap::new();
        for line in view.facts.text.introduced.iter().filter(|i| i.hit.rule == rule) {
            of_file.entry((view.facts.commit(line.commit).repository, line.path)).or_default().push(line);
        }
        let opaque = unusual(view, &self.params.opaque, |path| sink.is_in("source-code", path));
        for ((repository, path), lines) in of_file {
            let distinct = |of: &dyn Fn(ContributorId) -> bool| {
                let lines = lines.iter().filter(|l| of(view.author_of(l.commit)));
                lines.map(|l| l.hit.text).collect::<BTreeSet<u64>>().len()
            };
            let Some(since) = Self::keeps_inputs_since(view, repository, path) else { continue };
            let mut reported = BTreeSet::new();
            for line in lines.iter().filter(|line| since < line.commit) {
                let who = view.author_of(line.commit);
                let (own, all) = (distinct(&|other| other == who), distinct(&|_| true));
                // The same line on another branch is not reported again.
                if own as f64 >= self.params.usual_share * all as f64 || !reported.insert((who, line.hit.text)) {
                    continue;
                }
                let when = view.facts.commit(line.commit).authored.seconds;
                // Without unusual binary files, the ignored file is usually written by another package or by the build.
                let beside = opaque.iter().filter(|o| o.who == who).find(|o| {
                    let other = view.facts.commit(o.commit);
                    let days = (other.authored.seconds - when).abs() / DAY;
                    other.repository == repository && days <= self.params.days_around
                });
                let Some(beside) = beside else { continue };
                let name = view.facts.path(path);
                let summary = format!("a new rule in {} hides a build input by name", String::from_utf8_lossy(name));
                let key = [line.hit.text.to_le_bytes().to_vec(), name.to_vec()];
                let mut draft = Draft::new(&self.heuristic, who, repository, key, summary);
                draft.saw("such lines by this contributor, of all", Value::of(own, all));
                draft.saw("opaque test files by the same author", Value::Commit(beside.commit));
                draft.saw("added on", Value::Day(view.facts.commit(beside.commit).authored.seconds));
                draft.line = Some(line.hit.line);
                draft.source = Some((line.blob, line.hit));
                draft.in_head = Some(view.facts.text.in_head(repository, &line.hit));
                draft.removed_in = view.facts.text.removed_in(repository, &line.hit);
                let oid = view.oid(line.commit);
                draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(name)]);
                let same = lines.iter().filter(|l| l.hit.text == line.hit.text && view.author_of(l.commit) == who);
                draft.commits = same.map(|l| l.commit).collect();
                draft.paths = vec![path];
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    /// Returns the first commit that changes a build input in the folder of an ignore file. In folders without build
    /// inputs, ignore rules like these name build outputs.
    fn keeps_inputs_since(view: &View<'_>, repository: RepositoryIdx, ignore: PathId) -> Option<CommitIdx> {
        let folder = |path: &[u8]| path.iter().rposition(|b| *b == b'/').map_or(0, |i| i + 1);
        let here = view.facts.path(ignore);
        let here = &here[..folder(here)];
        let is_input =
            |path: &[u8]| [&b".m4"[..], b".cmake", b".mk", b".am", b".ac"].iter().any(|end| path.ends_with(end));
        let kept = |path: &[u8]| path.starts_with(here) && folder(path) == here.len() && is_input(path);
        let rows = view.facts.changes.iter().filter(|row| view.facts.commit(row.commit).repository == repository);
        rows.filter(|row| kept(view.facts.path(row.path))).map(|row| row.commit).min()
    }
}
