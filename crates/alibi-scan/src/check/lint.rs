//! Checks that a heuristic's file is complete.

use alibi_core::detection::Rulebook;
use alibi_rules::heuristics::{Example, Heuristic, is_known_guard, path_guard_sets};
use std::path::Path;

/// Returns the problems in a heuristic's file, each as a sentence.
pub(super) fn lint(h: &Heuristic, catalogue: &Rulebook) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut demand = |holds: bool, message: &str| {
        if !holds {
            wrong.push(message.to_owned());
        }
    };
    let file = Path::new(catalogue.file_of(&h.id));
    demand(file.file_stem().is_some_and(|stem| stem == h.id.as_str()), "the file is not named after its id");
    demand(!h.title.trim().is_empty(), "it has no title");
    demand(!h.rationale.trim().is_empty(), "it has no rationale");
    demand(!h.remediation.trim().is_empty(), "it has no remediation");
    demand(!h.group.trim().is_empty(), "it has no group");
    demand(!h.innocent.is_empty(), "it lists no innocent cause");
    demand(h.innocent.iter().all(|i| !i.cause.trim().is_empty()), "an innocent cause is empty");
    demand(!h.references.is_empty(), "it has no reference");
    demand(h.references.iter().all(|r| r.starts_with("https://")), "a reference is not an https address");
    demand(h.examples.iter().any(Example::fires), "it has no example that fires");
    demand(h.examples.iter().any(|e| !e.fires()), "it has no example that must not fire");
    match catalogue.detector_for(h) {
        Ok(detector) => {
            for guard in h.innocent.iter().filter_map(|i| i.test.as_deref()) {
                let known = is_known_guard(guard, catalogue.path_sets()) || detector.guards().contains(&guard);
                let sets = path_guard_sets(catalogue.path_sets()).join(", ");
                demand(known, &format!("unknown guard '{guard}' (guards for paths: {sets})"));
            }
        }
        Err(e) => demand(false, &e.to_string()),
    }
    wrong
}
