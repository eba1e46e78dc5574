//! Names the facts of a run, so that detectors can declare what they read and collectors what they provide.

use std::ops::BitOr;

/// A set of facts. A run collects only the union of what the selected detectors need.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FactSet(u32);

impl FactSet {
    /// Commits: always available.
    pub const COMMITS: FactSet = FactSet(0);
    /// The changes of each commit in scope.
    pub const CHANGES: FactSet = FactSet(1);
    /// Line counts of the changes that commit rules match.
    pub const LINES: FactSet = FactSet(1 << 1);
    /// Hits of the text rules.
    pub const HITS: FactSet = FactSet(1 << 2);
    /// Additions to `.mailmap` files.
    pub const MAILMAPS: FactSet = FactSet(1 << 3);
    /// Binary files added among tests.
    pub const OPAQUE: FactSet = FactSet(1 << 4);
    /// Findings of other scanners.
    pub const IMPORTED: FactSet = FactSet(1 << 5);
    /// Hits of the text rules of the selected heuristics, and of all default heuristics of at least medium severity.
    pub const WATCHED: FactSet = FactSet(1 << 6);
    /// The contents of manifests and lockfiles.
    pub const DEPENDENCIES: FactSet = FactSet(1 << 7);
    /// Which new dependencies are not referenced anywhere.
    pub const MENTIONS: FactSet = FactSet(1 << 8);
    /// Packages listed as malicious in the advisories passed to the run.
    pub const ADVISORIES: FactSet = FactSet(1 << 9);
    /// Which paths are sensitive.
    pub const SENSITIVE: FactSet = FactSet(1 << 10);
    /// Edits to policies and ownership files.
    pub const POLICIES: FactSet = FactSet(1 << 11);
    /// Edits in merges that come from neither side.
    pub const MERGES: FactSet = FactSet(1 << 12);
    /// Line counts of commits that change a single file, in long streaks of daily commits.
    pub const PADDING: FactSet = FactSet(1 << 13);
    /// Hashes of patches, independent of where they apply; only if several repositories are scanned.
    pub const PATCHES: FactSet = FactSet(1 << 14);
    /// The team's lists of indicators.
    pub const INDICATORS: FactSet = FactSet(1 << 15);
    /// The contributors, resolved from all identities.
    pub const PEOPLE: FactSet = FactSet(1 << 16);

    /// Whether the set includes all facts in `other`.
    pub fn contains(self, other: FactSet) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set has a fact in common with `other`.
    pub fn intersects(self, other: FactSet) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for FactSet {
    type Output = FactSet;
    fn bitor(self, other: FactSet) -> FactSet {
        FactSet(self.0 | other.0)
    }
}
