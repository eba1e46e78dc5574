//! The options of a run.

use super::reported::{Enabled, ReportedOption, ReportedOptions, RuleNames};
use super::scope::{Moment, Scope, SnapshotFile};
use alibi_core::config::{AlibiFile, Baseline, Indicators};
use alibi_rules::heuristics::{Catalogue, CatalogueError, Persona, Severity};
use std::path::PathBuf;

/// Declares each option once: first the options that a report states, then the options that it omits.
macro_rules! options {
    (
        reported { $($(#[$doc:meta])* $name:ident: $type:ty,)* }
        unreported { $($(#[$other_doc:meta])* $other:ident: $other_type:ty,)* }
    ) => {
        /// What to scan, and how.
        #[derive(Clone, Default, Debug)]
        pub struct AuditOptions {
            $($(#[$doc])* pub $name: $type,)*
            $($(#[$other_doc])* pub $other: $other_type,)*
        }

        impl AuditOptions {
            /// The options as a report states them.
            pub fn reported(&self) -> ReportedOptions {
                let mut reported = ReportedOptions::default();
                $(self.$name.report(stringify!($name), &mut reported);)*
                reported
            }
        }
    };
}

options! {
    reported {
        /// The repositories to scan.
        paths: Vec<PathBuf>,
        /// Which commits are in scope.
        scope: Scope,
        /// Check only commits made at or after this moment, by committer date.
        since: Option<Moment>,
        /// Check only commits made at or before this moment, by committer date.
        until: Option<Moment>,
        /// Check only these contributors, by name, address or both; empty for all.
        authors: Vec<String>,
        /// Families or ids to run; empty for all.
        only: RuleNames,
        /// Families or ids to skip.
        skip: RuleNames,
        /// The lowest severity that a heuristic must have to run.
        min_severity: Severity,
        /// The persona whose heuristics run; the auditor's include all others.
        persona: Persona,
        /// A folder of additional heuristics.
        heuristics: Option<PathBuf>,
        /// Whether the repositories' own `.mailmap` counts as evidence.
        mailmap: Enabled,
        /// Files with the public keys that signatures are checked with.
        keys: Vec<PathBuf>,
        /// SARIF reports of other scanners, whose results are attributed to commits.
        imports: Vec<PathBuf>,
        /// Advisories in the OSV format: files, or folders of them.
        osv: Vec<PathBuf>,
        /// The team's indicators to search for.
        indicators: Option<Indicators>,
        /// Also read stored commits that no reference reaches, and the reflogs.
        include_unreachable: bool,
        /// The references at an earlier scan.
        snapshot: Option<SnapshotFile>,
        /// The team's declarations about its contributors.
        config: Option<AlibiFile>,
        /// The team's decisions about findings, in addition to those in the alibi file.
        baseline: Option<Baseline>,
        /// Whether suppressions apply.
        suppressions: Enabled,
    }
    unreported {
        /// Match every pattern against every line instead of only near its literals. Slow, with the same result.
        exhaustive: bool,
        /// The current time: seconds since 1970, UTC.
        now: i64,
    }
}

impl AuditOptions {
    /// Creates options that check everything in these repositories, with `now` as the current time.
    pub fn of(paths: Vec<PathBuf>, now: i64) -> AuditOptions {
        AuditOptions { paths, now, ..AuditOptions::default() }
    }

    /// The embedded heuristics, plus those of the additional folder.
    ///
    /// # Errors
    /// [`CatalogueError`] if a file cannot be read or is invalid.
    pub fn catalogue(&self) -> Result<Catalogue, CatalogueError> {
        self.heuristics.as_deref().map_or_else(Catalogue::embedded, Catalogue::with_folder)
    }

    /// Whether the run covers everything, so that a finding that it does not report no longer exists.
    pub(super) fn is_whole(&self) -> bool {
        let chosen = [&self.only.0, &self.skip.0, &self.authors].iter().any(|names| !names.is_empty());
        let is_part = self.scope.range().is_some() || self.since.is_some() || self.until.is_some() || chosen;
        !is_part && self.min_severity == Severity::Info
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_text_options_are_reported_as_private() {
        let reported = AuditOptions::of(vec!["/srv/api".into()], 0).reported();
        let private: Vec<&str> = reported.private.iter().map(String::as_str).collect();
        let expected = [
            "authors",
            "baseline",
            "config",
            "heuristics",
            "imports",
            "indicators",
            "keys",
            "osv",
            "paths",
            "range",
            "snapshot",
        ];
        assert_eq!(private, expected);
        assert_eq!(reported.values["refs"], "default");
        assert_eq!(reported.values["mailmap"], true);
    }
}
