//! The list of dependency changes, with package URLs (<https://github.com/package-url/purl-spec>).

use super::ids::{contributor_id, repository_id, text, utc};
use alibi_core::facts::DependencyChange;
use alibi_manifests::manifests::StatedId;
use alibi_manifests::{Ecosystem, Origin, Stated};
use alibi_scan::pipeline::Audit;
use packageurl::PackageUrl;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One change to one dependency in one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DependencyLine {
    pub contributor: String,
    pub repository: String,
    pub commit: String,
    pub date: String,
    pub ecosystem: Cow<'static, str>,
    pub name: String,
    pub purl: Option<String>,
    pub change: DependencyChange,
    pub from: Option<StatedLine>,
    pub to: Option<StatedLine>,
    pub path: String,
    pub file: FileRole,
    pub direct: bool,
    pub new: bool,
}

/// The role of a dependency file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileRole {
    /// The file states the project's requirements.
    Manifest,
    /// The file lists the resolved versions.
    Lockfile,
}

/// A dependency as stated in a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct StatedLine {
    pub version: String,
    pub source: String,
    pub hash: String,
    pub purpose: Cow<'static, str>,
}

pub(crate) fn dependencies(audit: &Audit) -> Vec<DependencyLine> {
    let changes = &audit.facts.dependencies;
    let stated = |id: Option<StatedId>| {
        id.map(|id| changes.get(id)).map(|stated| StatedLine {
            version: stated.version.clone(),
            source: source(stated),
            hash: stated.hash.clone(),
            purpose: stated.purpose.name().into(),
        })
    };
    let line = |row: &alibi_core::facts::DependencyRow| {
        let subject = changes.subject(row)?;
        let commit = audit.facts.commit(row.commit);
        Some(DependencyLine {
            contributor: contributor_id(audit, audit.people.contributor_of(commit.author)),
            repository: repository_id(commit.repository),
            commit: commit.oid.to_string(),
            date: utc(commit.authored.seconds),
            ecosystem: subject.ecosystem.name().into(),
            name: subject.name.clone(),
            purl: purl(subject, row.kind.is_lock()),
            change: row.change,
            from: stated(row.from),
            to: stated(row.to),
            path: text(audit.facts.path(row.path)),
            file: if row.kind.is_lock() { FileRole::Lockfile } else { FileRole::Manifest },
            direct: row.is_direct,
            new: row.is_new,
        })
    };
    changes.rows.iter().filter_map(line).collect()
}

/// Returns the source of a dependency as a host, URL or path; empty for the default registry.
fn source(stated: &Stated) -> String {
    match &stated.origin {
        Origin::Registry => String::new(),
        Origin::Host(host) if host.contains("://") => host.clone(),
        Origin::Host(host) | Origin::Misnamed(host, _) => host.clone(),
        Origin::Git(url) => format!("git+{url}"),
        Origin::Archive(url) => url.clone(),
        Origin::Path(path) => format!("file:{path}"),
    }
}

/// Returns the package URL of a dependency. It has a version only if the version is exact.
fn purl(stated: &Stated, is_lock: bool) -> Option<String> {
    let slash = |name: &str| name.rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned()));
    let (namespace, name) = match stated.ecosystem {
        Ecosystem::Maven => stated.name.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())),
        Ecosystem::Npm | Ecosystem::Go | Ecosystem::Composer | Ecosystem::Image => slash(&stated.name),
        // Everything after `owner/repository` is a path in the repository.
        Ecosystem::Actions => {
            let mut parts = stated.name.splitn(3, '/');
            Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
        }
        _ => None,
    }
    .map_or((None, stated.name.clone()), |(namespace, name)| (Some(namespace), name));
    let mut purl = PackageUrl::new(stated.ecosystem.purl(), name).ok()?;
    if let Some(namespace) = namespace {
        purl.with_namespace(namespace).ok()?;
    }
    let is_version = is_lock
        || stated.is_pinned()
        || matches!(stated.ecosystem, Ecosystem::Go | Ecosystem::Actions | Ecosystem::Image);
    let version = stated.version.trim_start_matches(['=', ' ']);
    if is_version && !version.is_empty() {
        purl.with_version(version.to_owned()).ok()?;
    }
    match &stated.origin {
        Origin::Git(url) => purl.add_qualifier("vcs_url", format!("git+{url}")).map(|_| ()),
        Origin::Archive(url) => purl.add_qualifier("download_url", url.clone()).map(|_| ()),
        Origin::Host(host) => purl.add_qualifier("repository_url", host.clone()).map(|_| ()),
        _ => Ok(()),
    }
    .ok()?;
    Some(purl.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibi_manifests::Purpose;

    #[test]
    fn dependencies_are_formatted_as_package_urls() {
        let of =
            |ecosystem, name: &str, version: &str| purl(&Stated::new(ecosystem, name, version, Purpose::Runtime), true);
        assert_eq!(of(Ecosystem::Npm, "@s/a", "1.0.0").as_deref(), Some("pkg:npm/%40s/a@1.0.0"));
        assert_eq!(of(Ecosystem::Maven, "org.example:a", "1").as_deref(), Some("pkg:maven/org.example/a@1"));
        assert_eq!(
            of(Ecosystem::Go, "example.org/x/y", "v1.0.0").as_deref(),
            Some("pkg:golang/example.org/x/y@v1.0.0")
        );
        assert_eq!(of(Ecosystem::Actions, "o/r/sub", "v4").as_deref(), Some("pkg:github/o/r@v4"));
        assert_eq!(of(Ecosystem::PyPi, "A_b", "").as_deref(), Some("pkg:pypi/a-b"));
        let git =
            Stated::new(Ecosystem::Cargo, "a", "1", Purpose::Runtime).from(Origin::Git("https://example.org/a".into()));
        let found = purl(&git, true).unwrap_or_default();
        assert!(found.starts_with("pkg:cargo/a@1?vcs_url=git"), "{found}");
    }
}
