//! Measures the power of heuristics: commits their examples on top of real histories, and counts how many are found.

use super::figures::Count;
use alibi_core::detection::Rulebook;
use alibi_core::finding::Finding;
use alibi_git::history::{DAY, Oid};
use alibi_git::repository::{Build, BuildError, CommitDraft, Repository};
use alibi_rules::heuristics::{Example, ExampleChange, Persona};
use alibi_scan::pipeline::{AuditError, AuditOptions, GateScope, RuleNames, Scope, audit};
use alibi_scan::progress::Silent;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// An example to inject. `id` is the heuristic or combination that it belongs to, and `clauses` are lists of
/// heuristics. The example is found if at least one heuristic of each list fires.
struct Probe<'c> {
    id: &'c str,
    clauses: Vec<Vec<String>>,
    message: &'c str,
    changes: &'c [ExampleChange],
}

/// Counts, for each heuristic and combination, how many of its examples were found. An example counts as found only if
/// it was found on every history.
///
/// # Errors
/// Returns an [`AuditError`] if a history cannot be read.
pub(super) fn power(hosts: &[PathBuf], catalogue: &Rulebook, now: i64) -> Result<BTreeMap<String, Count>, AuditError> {
    let probes = probes(catalogue);
    let found: Vec<bool> = probes
        .par_iter()
        .map(|probe| {
            for host in hosts {
                if !is_found(probe, host, catalogue, now)? {
                    return Ok(false);
                }
            }
            Ok(!hosts.is_empty())
        })
        .collect::<Result<_, AuditError>>()?;
    let mut power: BTreeMap<String, Count> = BTreeMap::new();
    for (probe, found) in probes.iter().zip(found) {
        power.entry(probe.id.to_owned()).or_default().add(found);
    }
    // Stories are examples that build a separate repository. They are run in that repository, since they
    // cannot be injected.
    for heuristic in catalogue.iter() {
        let stories = heuristic.examples.iter().filter(|e| e.fires() && matches!(e, Example::Story { .. }));
        for example in stories {
            let fired = alibi_scan::check::fires(heuristic, example, catalogue).unwrap_or(false);
            power.entry(heuristic.id.clone()).or_default().add(fired);
        }
    }
    Ok(power)
}

fn probes(catalogue: &Rulebook) -> Vec<Probe<'_>> {
    let heuristics = catalogue.iter().map(|h| (&h.id, vec![vec![h.id.clone()]], &h.examples));
    let combinations =
        catalogue.combinations().iter().map(|c| (&c.id, vec![c.first.clone(), c.second.clone()], &c.examples));
    heuristics
        .chain(combinations)
        .flat_map(|(id, clauses, examples)| examples.iter().map(move |example| (id, clauses.clone(), example)))
        .filter_map(|(id, clauses, example)| match example {
            Example::Commit { fires: true, message, changes } => Some(Probe { id, clauses, message, changes }),
            _ => None,
        })
        .collect()
}

/// Whether a scan of the injected commit on top of a history finds the example.
fn is_found(probe: &Probe<'_>, host: &Path, catalogue: &Rulebook, now: i64) -> Result<bool, AuditError> {
    let repository = Repository::open(host)?;
    let Some(head) = repository.head() else { return Ok(false) };
    let Ok(folder) = tempfile::tempdir() else { return Ok(false) };
    let Ok(last) = write(probe, folder.path(), host, &head, now) else { return Ok(false) };
    let options = AuditOptions {
        scope: Scope::Gate(GateScope::of(format!("{head}..{last}"))),
        only: RuleNames(probe.clauses.iter().flatten().cloned().collect()),
        persona: Persona::Auditor,
        ..AuditOptions::of(vec![folder.path().to_path_buf()], now)
    };
    let run = audit(&options, catalogue, &Silent)?;
    let is_last = |f: &&Finding| f.counts() && f.commits.iter().any(|c| run.facts.commit(*c).oid == last);
    let fired: BTreeSet<&str> = run.findings.iter().filter(is_last).map(|f| f.heuristic.as_str()).collect();
    Ok(probe.clauses.iter().all(|clause| clause.iter().any(|id| fired.contains(id.as_str()))))
}

/// Writes two commits on top of `head`: the state before the example, and the example. Returns the second.
fn write(probe: &Probe<'_>, folder: &Path, host: &Path, head: &Oid, now: i64) -> Result<Oid, BuildError> {
    let build = Build::beside(folder, host)?;
    let state = |text: fn(&ExampleChange) -> &Option<String>| -> BTreeMap<String, Option<Vec<u8>>> {
        probe.changes.iter().map(|c| (c.path.clone(), text(c).clone().map(String::into_bytes))).collect()
    };
    let commit = |parent: &Oid, files: &BTreeMap<String, Option<Vec<u8>>>, who: &str, at: i64, message: &str| {
        let person = format!("{who} {at} +0000").into_bytes();
        build.commit(&CommitDraft {
            tree: build.changed_tree(parent, files)?,
            parents: vec![*parent],
            author: person.clone(),
            committer: person,
            extra_headers: Vec::new(),
            message: format!("{message}\n").into_bytes(),
        })
    };
    let before = commit(head, &state(|c| &c.before), "Before Example <before@example.org>", now - 2 * DAY, "Prepare")?;
    let last = commit(&before, &state(|c| &c.text), "Author Example <author@example.org>", now - DAY, probe.message)?;
    build.reference("refs/heads/main", &last)?;
    Ok(last)
}
