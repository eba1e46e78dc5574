//! The names of guards, and the path sets that define some of them.

use super::catalogue::PathSets;
use super::model::Heuristic;
use super::paths::PathFilter;
use std::collections::BTreeMap;

/// A guard `X-path` tests whether all of a finding's paths are in the path set X.
const PATH_SUFFIX: &str = "-path";

/// The author is a bot.
pub const BOT: &str = "bot";

/// The commits are an import from another system, or dated before Git existed.
pub const IMPORT: &str = "import";

/// The contributor was already established in the project: by commits, by time, or as a founder.
pub const ESTABLISHED: &str = "established-contributor";

/// The path sets that guards use.
pub struct PathGuards(BTreeMap<String, PathFilter>);

impl PathGuards {
    /// Creates the guards that these sets define.
    pub fn new(sets: &PathSets) -> PathGuards {
        PathGuards(sets.iter().map(|(name, filter)| (format!("{name}{PATH_SUFFIX}"), filter.clone())).collect())
    }

    /// The guards that treat the path as innocent.
    pub fn holding(&self, path: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, filter)| filter.is_match(path)).map(|(name, _)| name.as_str())
    }

    /// Whether a guard treats the path as innocent; `None` if the guard is not a path set.
    pub fn holds(&self, guard: &str, path: &str) -> Option<bool> {
        self.0.get(guard).map(|filter| filter.is_match(path))
    }

    /// Whether a path set defines this guard.
    pub fn is_path_guard(&self, guard: &str) -> bool {
        self.0.contains_key(guard)
    }

    /// Whether a path is in the set of this name.
    pub fn contains(&self, set: &str, path: &str) -> bool {
        self.0.get(&format!("{set}{PATH_SUFFIX}")).is_some_and(|filter| filter.is_match(path))
    }

    /// Whether one of the heuristic's guards treats the path as innocent.
    pub fn hold(&self, heuristic: &Heuristic, path: &str) -> bool {
        let named = heuristic.innocent.iter().filter_map(|i| i.test.as_deref());
        named.filter_map(|guard| self.0.get(guard)).any(|filter| filter.is_match(path))
    }
}

/// The names of the guards defined by path sets.
pub fn path_guard_sets(sets: &PathSets) -> Vec<String> {
    sets.keys().map(|name| format!("{name}{PATH_SUFFIX}")).collect()
}

/// Whether a guard of this name exists, not counting guards that a detector tests itself.
pub fn is_known_guard(name: &str, sets: &PathSets) -> bool {
    matches!(name, BOT | IMPORT | ESTABLISHED)
        || name.strip_suffix(PATH_SUFFIX).is_some_and(|set| sets.contains_key(set))
}
