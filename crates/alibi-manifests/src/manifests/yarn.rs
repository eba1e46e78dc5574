//! Reads the lockfiles of Yarn and pnpm. Yarn 1 has its own format; later versions use YAML.

use super::cut::{self, Cut, Piece};
use super::format::ManifestFormat;
use super::npm::{required, resolved_at, split_descriptor};
use super::part::{Fault, Part};
use super::place::{git, host_of};
use crate::{Ecosystem, Origin, Purpose, Stated};
use alibi_rules::document::{Leaf, leaves};
use alibi_rules::heuristics::Format;
use std::collections::BTreeMap;

/// The lockfile of any version of Yarn.
pub(super) const YARN_LOCK: ManifestFormat = ManifestFormat::lock(
    "yarn.lock",
    Ecosystem::Npm,
    |_, name| name == "yarn.lock",
    &["package.json"],
    |text| berry(text, cache_key(text)),
    Some(cut_yarn),
);

/// pnpm's lockfile.
pub(super) const PNPM_LOCK: ManifestFormat = ManifestFormat::lock(
    "pnpm-lock.yaml",
    Ecosystem::Npm,
    |_, name| name == "pnpm-lock.yaml",
    &["package.json"],
    pnpm,
    Some(|text| cut::yaml(text, |piece| pnpm(&piece.text))),
);

/// Whether a lockfile is in the format of Yarn 2 or later.
pub(super) fn is_yaml(text: &str) -> bool {
    text.lines().take(20).any(|line| line.starts_with("__metadata:"))
}

/// The cache key in a lockfile of Yarn 2 or later. The checksums are those of archives that Yarn packs itself, which
/// differ between cache keys.
pub(super) fn cache_key(text: &str) -> &str {
    let line = text.lines().take(20).find_map(|line| line.trim_start().strip_prefix("cacheKey:"));
    line.map_or("", |key| key.trim().trim_matches(['"', '\'']))
}

/// The entries of a file in the format of Yarn 1, each of which begins without indentation.
pub(super) fn entries(text: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
        if !line.starts_with(' ') || entries.is_empty() {
            entries.push(String::new());
        }
        if let Some(entry) = entries.last_mut() {
            entry.push_str(line);
            entry.push('\n');
        }
    }
    entries
}

/// Parses an entry in the format of Yarn 1: its descriptors, then fields indented by two spaces.
pub(super) fn classic(entry: &str) -> Result<Part, Fault> {
    let mut lines = entry.lines();
    let head = lines.next().and_then(|l| l.strip_suffix(':')).ok_or("an entry without descriptors")?;
    let first = head.split(',').next().unwrap_or_default().trim().trim_matches('"');
    let (key, requirement) = split_descriptor(first);
    let field = |name: &str| {
        let line = entry.lines().find_map(|l| l.strip_prefix("  ")?.strip_prefix(name)?.strip_prefix(' '));
        line.map(|value| value.trim().trim_matches('"')).unwrap_or_default()
    };
    let (version, resolved) = (field("version"), field("resolved"));
    if version.is_empty() {
        return Err("an entry without a version".into());
    }
    let name = requirement.strip_prefix("npm:").map_or(key, |alias| split_descriptor(alias).0);
    let hash = match (field("integrity"), resolved.split_once('#')) {
        ("", Some((_, sha1))) => format!("sha1-{sha1}"),
        (integrity, _) => integrity.to_owned(),
    };
    let origin = match resolved {
        // A dependency required by URL comes from that URL, regardless of its name.
        _ if requirement.starts_with("http") && (resolved.is_empty() || host_of(requirement) == host_of(resolved)) => {
            required(key, requirement, Purpose::Indirect).origin
        }
        "" => required(key, requirement, Purpose::Indirect).origin,
        _ => resolved_at(name, version, resolved),
    };
    let stated = Stated::new(Ecosystem::Npm, name, version, Purpose::Indirect).from(origin).hashed(hash);
    Ok(Part { stated: vec![stated], ..Part::default() })
}

/// The values of each entry, by their key paths.
fn grouped(leaves: Vec<Leaf>, depth: usize) -> BTreeMap<String, Vec<(String, String)>> {
    let mut groups: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for leaf in leaves {
        let mut keys = leaf.keys.splitn(depth + 1, '/');
        let head: Vec<&str> = keys.by_ref().take(depth).collect();
        groups.entry(head.join("/")).or_default().push((keys.next().unwrap_or_default().to_owned(), leaf.value));
    }
    groups
}

fn value<'g>(group: &'g [(String, String)], key: &str) -> &'g str {
    group.iter().find(|(k, _)| k == key).map_or("", |(_, v)| v.as_str())
}

/// Parses the format of Yarn 2 or later, in which an entry's `resolution` names the package. `key` is the file's cache
/// key, for checksums without a key.
pub(super) fn berry(text: &str, key: &str) -> Result<Part, Fault> {
    let mut part = Part::default();
    for group in grouped(leaves(Format::Yaml, text.as_bytes()).ok_or("not YAML")?, 1).into_values() {
        let resolution = value(&group, "resolution");
        let (name, place) = split_descriptor(resolution);
        if resolution.is_empty() {
            continue;
        }
        let version = value(&group, "version");
        // A patch is the project's change to a package, which has a separate entry.
        if place.starts_with("workspace:") || place.starts_with("patch:") {
            part.own.extend(place.starts_with("workspace:").then(|| name.to_owned()));
            continue;
        }
        let origin = match place.strip_prefix("npm:") {
            Some(rest) => match rest.split_once("::__archiveUrl=") {
                Some((_, url)) => resolved_at(name, version, &url.replace("%3A", ":").replace("%2F", "/")),
                None => Origin::Registry,
            },
            None => required(name, place, Purpose::Indirect).origin,
        };
        let hash = match value(&group, "checksum") {
            "" => String::new(),
            checksum => {
                // Since Yarn 4, each checksum has its key, except checksums that an older version wrote.
                let own = if key.parse::<u32>().is_ok_and(|key| key < 9) { key } else { "unknown" };
                let (key, checksum) = checksum.split_once('/').unwrap_or((own, checksum));
                format!("yarn/{key}:{checksum}")
            }
        };
        part.stated.push(Stated::new(Ecosystem::Npm, name, version, Purpose::Indirect).from(origin).hashed(hash));
    }
    Ok(part)
}

/// Parses pnpm's lockfile: the keys of `packages` are names with versions, or paths in older formats.
pub(super) fn pnpm(text: &str) -> Result<Part, Fault> {
    let mut part = Part::default();
    let mut found = leaves(Format::Yaml, text.as_bytes()).ok_or("not YAML")?;
    found.retain(|leaf| leaf.keys.starts_with("packages/"));
    for (key, group) in grouped(found, 2) {
        // Slashes in a key are written as colons in a key path.
        let key = key.strip_prefix("packages/").unwrap_or_default().replace(':', "/");
        let Some((name, version)) = pnpm_name(&key, &group) else { continue };
        let (tarball, repository) = (value(&group, "resolution/tarball"), value(&group, "resolution/repo"));
        let origin = match (repository, tarball) {
            ("", "") => Origin::Registry,
            ("", url) => resolved_at(&name, &version, url),
            (url, _) => git(url),
        };
        let hash = value(&group, "resolution/integrity");
        part.stated.push(Stated::new(Ecosystem::Npm, &name, version, Purpose::Indirect).from(origin).hashed(hash));
    }
    Ok(part)
}

fn pnpm_name(key: &str, group: &[(String, String)]) -> Option<(String, String)> {
    let key = key.split('(').next().unwrap_or_default();
    let given = (value(group, "name"), value(group, "version"));
    if !given.0.is_empty() {
        return Some((given.0.to_owned(), given.1.to_owned()));
    }
    let plain = key.trim_start_matches('/');
    let (name, version) = split_descriptor(plain);
    let is_name = name.matches('/').count() <= usize::from(name.starts_with('@'));
    if is_name && !version.is_empty() && !version.contains('/') {
        return Some((name.to_owned(), version.to_owned()));
    }
    // Up to version 5: /name/1.0.0 or /@scope/name/1.0.0_peer
    let (name, version) = plain.rsplit_once('/')?;
    let version = version.split('_').next().unwrap_or_default();
    (!name.contains("://") && version.starts_with(|c: char| c.is_ascii_digit()))
        .then(|| (name.to_owned(), version.to_owned()))
}

/// Cuts a lockfile of any version at its entries.
fn cut_yarn(text: &str) -> Option<Cut<'_>> {
    if is_yaml(text) {
        // The checksums of a piece depend on the cache key.
        let key = cache_key(text);
        let cut = cut::yaml(text, |piece| berry(&piece.text, &piece.section))?;
        let pieces = cut.pieces.into_iter().map(|piece| Piece { section: key.into(), ..piece }).collect();
        return Some(Cut { pieces, ..cut });
    }
    // An entry that cannot be parsed is skipped, so that the other entries are still read.
    let pieces = entries(text).into_iter().map(|entry| Piece { section: CLASSIC.into(), text: entry.into() }).collect();
    Some(Cut { pieces, read: |piece| classic(&piece.text), skips_unreadable: true })
}

/// The section of entries in the format of Yarn 1; no cache key of a later version has this form.
const CLASSIC: &str = "yarn 1";

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(part: Part) -> Vec<String> {
        part.stated.iter().map(|s| format!("{}@{} {:?} {}", s.name, s.version, s.origin, s.hash)).collect()
    }

    #[test]
    fn yarn_lockfiles_are_parsed_in_both_formats() {
        let classic_text = "# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.1.0\"\n  resolved \"https://registry.yarnpkg.com/@s/a/-/a-1.1.0.tgz#abc\"\n  integrity sha512-x\n  dependencies:\n    b \"^2\"\n\nc@npm:d@1:\n  version \"1.0.0\"\n  resolved \"https://evil.example/d/-/d-1.0.0.tgz#ff\"\n";
        let found: Vec<String> = entries(classic_text).iter().flat_map(|e| flat(classic(e).unwrap())).collect();
        assert_eq!(found, ["@s/a@1.1.0 Registry sha512-x", "d@1.0.0 Host(\"evil.example\") sha1-ff"]);
        let berry_text = "__metadata:\n  version: 6\n\n\"a@npm:^1.0.0\":\n  version: 1.1.0\n  resolution: \"a@npm:1.1.0\"\n  checksum: 10/abc\n\n\"w@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:.\"\n";
        assert!(is_yaml(berry_text));
        let part = berry(berry_text, cache_key(berry_text)).unwrap();
        assert_eq!(part.own, ["w"]);
        assert_eq!(flat(part), ["a@1.1.0 Registry yarn/10:abc"]);
    }

    #[test]
    fn pnpm_lockfiles_are_parsed_in_all_formats() {
        let text = "packages:\n  '@s/a@1.0.0(b@2.0.0)':\n    resolution: {integrity: sha512-x}\n  /c@1.0.0:\n    resolution: {integrity: sha512-y}\n  /@s/d/1.2.3_peer@1:\n    resolution: {integrity: sha512-z}\n  e@https://evil.example/e.tgz:\n    resolution: {tarball: https://evil.example/e.tgz}\n    name: e\n    version: 1.0.0\n";
        let expected = [
            "@s/a@1.0.0 Registry sha512-x",
            "c@1.0.0 Registry sha512-y",
            "@s/d@1.2.3 Registry sha512-z",
            "e@1.0.0 Archive(\"https://evil.example/e.tgz\") ",
        ];
        let mut found = flat(pnpm(text).unwrap());
        found.sort();
        let mut expected: Vec<String> = expected.iter().map(|e| (*e).to_owned()).collect();
        expected.sort();
        assert_eq!(found, expected);
    }
}
