//! Finds dependencies on versions that were published after the commit that states them, for a short list of well-known
//! packages.

use alibi_manifests::Stated;
use chrono::NaiveDate;
use std::sync::OnceLock;

/// A version and its first publication date.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Release {
    /// The ecosystem's name.
    pub ecosystem: String,
    /// The package.
    pub name: &'static str,
    /// The major version, or the major and minor version.
    pub version: &'static str,
    /// The publication date: seconds since 1970, UTC.
    pub published: i64,
}

/// The list of releases, which names its sources.
const LIST: &str = include_str!("../../../../../data/releases.tsv");

fn releases() -> &'static [Release] {
    static PARSED: OnceLock<Vec<Release>> = OnceLock::new();
    PARSED.get_or_init(|| {
        let parse = |line: &'static str| {
            let mut fields = line.split('\t');
            let (ecosystem, name, version) = (fields.next()?, fields.next()?, fields.next()?);
            let day = NaiveDate::parse_from_str(fields.next()?, "%Y-%m-%d").ok()?;
            let published = day.and_hms_opt(0, 0, 0)?.and_utc().timestamp();
            Some(Release { ecosystem: ecosystem.to_owned(), name, version, published })
        };
        LIST.lines().filter(|line| !line.starts_with('#')).filter_map(parse).collect()
    })
}

/// Returns the release that a dependency requires, if it was published after `when` (seconds since 1970, UTC). For a
/// range, the lower bound counts. Prereleases such as `5.0.0-beta.1` are older than their release, and are ignored.
pub fn released_after(stated: &Stated, when: i64) -> Option<Release> {
    let version = stated.version.trim_start_matches(['=', '^', '~', '>', 'v', ' ']);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let (numbers, rest) = version.split_at(end);
    // Any other suffix belongs to a prerelease or a commit id.
    if numbers.is_empty() || !rest.is_empty() && !rest.starts_with([' ', ',', '*', '.']) {
        return None;
    }
    let ecosystem = stated.ecosystem.to_string();
    let same = |r: &&Release| r.ecosystem == ecosystem && r.name == stated.name && r.published > when;
    let requires =
        |r: &&Release| numbers.strip_prefix(r.version).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    releases().iter().filter(same).find(requires).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibi_manifests::Ecosystem;

    #[test]
    fn versions_released_after_the_commit_date_are_detected() {
        let newer_release = |ecosystem, name: &str, version: &str| {
            let stated = Stated::new(ecosystem, name, version, alibi_manifests::Purpose::Build);
            released_after(&stated, 1_640_995_200).map(|r| r.version)
        };
        assert_eq!(
            newer_release(Ecosystem::Actions, "actions/checkout", "v4"),
            Some("4"),
            "v4 was released in 2023, after the commit of 2022"
        );
        assert_eq!(newer_release(Ecosystem::Npm, "react", "^18.2.0"), Some("18"));
        assert_eq!(newer_release(Ecosystem::PyPi, "django", ">=5.0,<6"), Some("5"));
        for (ecosystem, name, version) in [
            (Ecosystem::Actions, "actions/checkout", "v2"),
            (Ecosystem::Actions, "actions/checkout", "4a9c1d5ee2f0b8a7c6d5e4f3a2b1c0d9e8f7a6b5"),
            (Ecosystem::Npm, "react", "18.0.0-beta.1"),
            (Ecosystem::Npm, "react", "<19"),
            (Ecosystem::Npm, "react", "180.0.0"),
            (Ecosystem::Npm, "unheard-of", "99"),
        ] {
            assert_eq!(newer_release(ecosystem, name, version), None, "{name} {version}");
        }
    }

    #[test]
    fn the_release_list_parses_with_plausible_dates() {
        let lines = LIST.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(releases().len(), lines, "a line of the list cannot be parsed");
        assert!(lines > 30);
        let known = [Ecosystem::Npm, Ecosystem::Cargo, Ecosystem::Gem, Ecosystem::PyPi, Ecosystem::Actions]
            .map(|e| e.to_string());
        for release in releases() {
            assert!(known.contains(&release.ecosystem), "{}", release.ecosystem);
            assert!((1_200_000_000..2_000_000_000).contains(&release.published), "{}", release.name);
        }
    }
}
