//! Reads `composer.json` and `composer.lock`.

use super::cut;
use super::format::ManifestFormat;
use super::npm::{json, text_of};
use super::part::{Fault, Part};
use super::place::{bare, git, host_of};
use crate::{Ecosystem, Origin, Purpose, Stated};
use serde_json::Value;

/// Composer's manifest.
pub(super) const COMPOSER_JSON: ManifestFormat =
    ManifestFormat::manifest("composer.json", Ecosystem::Composer, |_, name| name == "composer.json", manifest);

/// Composer's lockfile.
pub(super) const COMPOSER_LOCK: ManifestFormat = ManifestFormat::lock(
    "composer.lock",
    Ecosystem::Composer,
    |_, name| name == "composer.lock",
    &["composer.json"],
    lock,
    Some(|text| cut::json(text, |piece| lock_piece(&piece.section, &piece.text))),
);

const COMPOSER: Ecosystem = Ecosystem::Composer;

const LOCKED: [(&str, Purpose); 2] = [("packages", Purpose::Indirect), ("packages-dev", Purpose::Development)];

/// Whether a requirement is a package, rather than PHP itself or a PHP extension.
fn is_package(name: &str) -> bool {
    name.contains('/')
}

pub(super) fn manifest(text: &str) -> Result<Part, Fault> {
    let root = json(text)?;
    let mut part = Part::default();
    part.own.extend(root.get("name").and_then(Value::as_str).map(|name| COMPOSER.normal(name)));
    // Repositories are matched to packages by the last part of their URL.
    let repositories: Vec<&str> = match root.get("repositories") {
        Some(Value::Array(list)) => list.iter().map(|r| text_of(r, "url")).collect(),
        Some(Value::Object(map)) => map.values().map(|r| text_of(r, "url")).collect(),
        _ => Vec::new(),
    };
    for (section, purpose) in [("require", Purpose::Runtime), ("require-dev", Purpose::Development)] {
        for (name, version) in root.get(section).and_then(Value::as_object).into_iter().flatten() {
            if !is_package(name) {
                continue;
            }
            let stated = Stated::new(COMPOSER, name, version.as_str().unwrap_or_default(), purpose);
            let base = name.rsplit('/').next().unwrap_or(name);
            let place = repositories
                .iter()
                .find(|url| url.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next() == Some(base));
            part.stated.push(match place {
                Some(url) if url.contains("://") || url.contains('@') => stated.from(git(url)),
                Some(path) => stated.from(Origin::Path((*path).to_owned())),
                None => stated,
            });
        }
    }
    Ok(part)
}

pub(super) fn lock(text: &str) -> Result<Part, Fault> {
    let root = json(text)?;
    let mut part = Part::default();
    for (section, purpose) in LOCKED {
        for entry in root.get(section).and_then(Value::as_array).into_iter().flatten() {
            part.merge(locked(entry, purpose));
        }
    }
    Ok(part)
}

pub(super) fn lock_piece(section: &str, text: &str) -> Result<Part, Fault> {
    match LOCKED.iter().find(|(name, _)| *name == section) {
        Some((_, purpose)) => Ok(locked(&json(text)?, *purpose)),
        None => Ok(Part::default()),
    }
}

fn locked(entry: &Value, purpose: Purpose) -> Part {
    let none = Value::Null;
    let (source, dist) = (entry.get("source").unwrap_or(&none), entry.get("dist").unwrap_or(&none));
    let url = text_of(dist, "url");
    // Packagist's metadata points to the forges that host its packages.
    let forges =
        ["api.github.com", "github.com", "codeload.github.com", "gitlab.com", "bitbucket.org", "repo.packagist.org"];
    let origin = match (text_of(dist, "type"), url) {
        ("path", path) => Origin::Path(path.to_owned()),
        (_, "") if text_of(source, "url").is_empty() => Origin::Registry,
        (_, "") => git(text_of(source, "url")),
        (_, url) if forges.contains(&host_of(url).as_str()) => Origin::Registry,
        (_, url) => Origin::Archive(bare(url)),
    };
    let hash = match text_of(dist, "shasum") {
        "" => text_of(dist, "reference"),
        sum => sum,
    };
    let stated =
        Stated::new(COMPOSER, text_of(entry, "name"), text_of(entry, "version"), purpose).from(origin).hashed(hash);
    Part { stated: vec![stated], ..Part::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifest_repositories_and_lockfile_hashes_are_parsed() {
        let part = manifest(r#"{"name":"Me/App","require":{"php":">=8","a/b":"^1"},"repositories":[{"type":"vcs","url":"https://example.org/x/b.git"}]}"#).unwrap();
        let from = Origin::Git("https://example.org/x/b.git".into());
        assert_eq!(part.stated, [Stated::new(COMPOSER, "a/b", "^1", Purpose::Runtime).from(from)]);
        let text = r#"{"packages":[{"name":"a/b","version":"1.0","dist":{"type":"zip","url":"https://api.github.com/repos/a/b/zipball/ff","reference":"ff","shasum":""}}]}"#;
        assert_eq!(lock(text).unwrap().stated, [Stated::new(COMPOSER, "a/b", "1.0", Purpose::Indirect).hashed("ff")]);
    }
}
