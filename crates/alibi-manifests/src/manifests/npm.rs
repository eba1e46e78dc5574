//! Reads npm's `package.json`, `package-lock.json` (versions 1 to 3) and `npm-shrinkwrap.json`, and Bun's lockfile.

use super::cut;
use super::format::ManifestFormat;
use super::part::{Fault, Part};
use super::place::{any, git, host_of};
use crate::{Ecosystem, Origin, Purpose, Stated};
use serde_json::{Map, Value};

/// npm's manifest.
pub(super) const PACKAGE_JSON: ManifestFormat =
    ManifestFormat::manifest("package.json", Ecosystem::Npm, |_, name| name == "package.json", manifest);

/// npm's lockfile.
pub(super) const PACKAGE_LOCK: ManifestFormat = ManifestFormat::lock(
    "package-lock.json",
    Ecosystem::Npm,
    |_, name| matches!(name, "package-lock.json" | "npm-shrinkwrap.json"),
    &["package.json"],
    lock,
    Some(|text| cut::json(text, |piece| lock_piece(&piece.section, &piece.text))),
);

/// Bun's text lockfile.
pub(super) const BUN_LOCK: ManifestFormat = ManifestFormat::lock(
    "bun.lock",
    Ecosystem::Npm,
    |_, name| name == "bun.lock",
    &["package.json"],
    bun,
    Some(|text| cut::json(text, |piece| bun_piece(&piece.section, &piece.text))),
);

const NPM: Ecosystem = Ecosystem::Npm;

const SECTIONS: [(&str, Purpose); 4] = [
    ("dependencies", Purpose::Runtime),
    ("optionalDependencies", Purpose::Runtime),
    ("peerDependencies", Purpose::Development),
    ("devDependencies", Purpose::Development),
];

/// Parses strict JSON.
pub(super) fn json(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// Parses JSON with comments and trailing commas, which the tools that read these files accept.
fn lenient(text: &str) -> Result<Value, Fault> {
    let parsed: Option<Value> =
        jsonc_parser::parse_to_serde_value(text, &Default::default()).map_err(|e| e.to_string())?;
    parsed.ok_or_else(|| "it is empty".to_owned())
}

pub(super) fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Parses a requirement in `package.json`: an alias is replaced by the package that it names.
pub(super) fn required(name: &str, requirement: &str, purpose: Purpose) -> Stated {
    let requirement = requirement.trim();
    if let Some(alias) = requirement.strip_prefix("npm:") {
        let (name, version) = split_descriptor(alias);
        return Stated::new(NPM, name, version, purpose);
    }
    let stated = Stated::new(NPM, name, requirement, purpose);
    let origin = origin_of(requirement);
    if matches!(origin, Origin::Registry) { stated } else { stated.from(origin) }
}

/// The source that a requirement names.
fn origin_of(requirement: &str) -> Origin {
    let paths = ["file:", "link:", "portal:", "./", "../", "~/"];
    if let Some(start) = paths.iter().find(|p| requirement.starts_with(**p)) {
        let path = if start.ends_with(':') { &requirement[start.len()..] } else { requirement };
        return Origin::Path(path.to_owned());
    }
    let forges = [("github:", "github.com"), ("gitlab:", "gitlab.com"), ("bitbucket:", "bitbucket.org")];
    for (start, host) in forges {
        if let Some(rest) = requirement.strip_prefix(start) {
            return git(&format!("https://{host}/{rest}"));
        }
    }
    if requirement.starts_with("workspace:") {
        return Origin::Path("workspace".to_owned());
    }
    if ["catalog:", "patch:"].iter().any(|start| requirement.starts_with(start)) {
        return Origin::Registry;
    }
    if let Some(gist) = requirement.strip_prefix("gist:") {
        return git(&format!("https://gist.github.com/{gist}"));
    }
    // The scp-like form, `user@host:path`.
    let is_scp = requirement.split_once('@').is_some_and(|(user, rest)| !user.is_empty() && rest.contains(':'));
    if requirement.contains("://") || is_scp {
        return any(requirement);
    }
    if requirement.starts_with("exec:") {
        return Origin::Path(requirement.to_owned());
    }
    // owner/repository, which npm resolves to GitHub.
    let short = requirement.split('#').next().unwrap_or_default();
    let mut halves = short.split('/');
    let is_word = |w: Option<&str>| {
        w.is_some_and(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)))
    };
    if is_word(halves.next()) && is_word(halves.next()) && halves.next().is_none() {
        return git(&format!("https://github.com/{short}"));
    }
    Origin::Registry
}

/// Splits a name from the text after its `@`. A scoped name also begins with `@`.
pub(super) fn split_descriptor(text: &str) -> (&str, &str) {
    match text.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    }
}

pub(super) fn manifest(text: &str) -> Result<Part, Fault> {
    let root = json(text).or_else(|_| lenient(text))?;
    let root = root.as_object().ok_or("not a JSON object")?;
    let mut part = Part::default();
    part.own.extend(root.get("name").and_then(Value::as_str).map(str::to_owned));
    part.version = root.get("version").and_then(Value::as_str).unwrap_or_default().to_owned();
    let developed = root.get("devDependencies").and_then(Value::as_object);
    for (section, purpose) in SECTIONS {
        for (name, requirement) in root.get(section).and_then(Value::as_object).into_iter().flatten() {
            // A peer dependency that is also a development dependency counts once.
            if section != "peerDependencies" || !developed.is_some_and(|d| d.contains_key(name)) {
                part.stated.push(required(name, requirement.as_str().unwrap_or_default(), purpose));
            }
        }
    }
    // Overrides replace dependencies at any depth.
    let pnpm = root.get("pnpm").and_then(|pnpm| pnpm.get("overrides"));
    for map in [root.get("overrides"), root.get("resolutions"), pnpm].into_iter().flatten() {
        overrides(map, &mut part, 0);
    }
    Ok(part)
}

fn overrides(map: &Value, part: &mut Part, depth: usize) {
    for (key, value) in map.as_object().into_iter().flatten().filter(|_| depth < 20) {
        // `a/b`, `a>b` and `b@1` name b; a scope is part of the name.
        let key = key.rsplit('>').next().unwrap_or(key).trim();
        let mut parts = key.rsplit('/');
        let (last, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let name = if before.starts_with('@') { format!("{before}/{last}") } else { last.to_owned() };
        let (name, _) = split_descriptor(&name);
        match value.as_str() {
            // A reference to another entry in the file.
            Some(version) if version.starts_with('$') => {}
            Some(version) if name != "." => part.stated.push(required(name, version, Purpose::Indirect)),
            Some(_) => {}
            None => overrides(value, part, depth + 1),
        }
    }
}

pub(super) fn lock(text: &str) -> Result<Part, Fault> {
    let root = json(text)?;
    let mut part = Part::default();
    for section in ["packages", "dependencies"] {
        for (key, entry) in root.get(section).and_then(Value::as_object).into_iter().flatten() {
            part.merge(lock_entry(section, key, entry, 0));
        }
    }
    Ok(part)
}

pub(super) fn lock_piece(section: &str, text: &str) -> Result<Part, Fault> {
    if !matches!(section, "packages" | "dependencies") {
        return Ok(Part::default());
    }
    let piece: Map<String, Value> = serde_json::from_str(&format!("{{{text}}}")).map_err(|e| e.to_string())?;
    let mut part = Part::default();
    piece.iter().for_each(|(key, entry)| part.merge(lock_entry(section, key, entry, 0)));
    Ok(part)
}

fn lock_entry(section: &str, key: &str, entry: &Value, depth: usize) -> Part {
    let mut part = Part::default();
    let asks = |part: &mut Part, sections: &[&str]| {
        for section in sections {
            part.required.extend(
                entry.get(section).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.clone()),
            );
        }
        // A package that requires itself does not count.
        let own = key.rsplit("node_modules/").next().unwrap_or(key);
        part.required.retain(|name| name != own);
    };
    if section == "packages" {
        asks(&mut part, &["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]);
        // The project's folders are listed by path, and a link points to one of them.
        let Some((_, place)) = key.rsplit_once("node_modules/") else {
            part.has_root = key.is_empty();
            part.own.extend(entry.get("name").and_then(Value::as_str).map(str::to_owned));
            return part;
        };
        let is = |key: &str| entry.get(key).and_then(Value::as_bool) == Some(true);
        if (is("link") || is("inBundle")) && !text_of(entry, "resolved").contains("://") {
            return part;
        }
        let name = Some(text_of(entry, "name")).filter(|n| !n.is_empty()).unwrap_or(place);
        // Other packages require the alias, so the real name counts as required too.
        if name != place {
            part.required.push(name.to_owned());
        }
        part.stated.push(locked(name, entry));
    } else if depth < 100 {
        let version = text_of(entry, "version");
        let name = version.strip_prefix("npm:").map_or(key, |alias| split_descriptor(alias).0);
        if entry.get("bundled").and_then(Value::as_bool) != Some(true) && !version.starts_with("file:") {
            part.stated.push(locked(name, entry));
        }
        for (key, inner) in entry.get("dependencies").and_then(Value::as_object).into_iter().flatten() {
            part.merge(lock_entry(section, key, inner, depth + 1));
        }
    }
    part
}

fn locked(name: &str, entry: &Value) -> Stated {
    let (mut version, mut resolved) = (text_of(entry, "version"), text_of(entry, "resolved"));
    if let Some(alias) = version.strip_prefix("npm:") {
        version = split_descriptor(alias).1;
    }
    // In version 1 of the format, packages that are not from the registry have a URL in place of the version.
    if version.contains("://") || version.starts_with("github:") {
        (resolved, version) = (version, "");
    }
    let is = |key| entry.get(key).and_then(Value::as_bool) == Some(true);
    let purpose = if is("dev") { Purpose::Development } else { Purpose::Indirect };
    Stated::new(NPM, name, version, purpose).from(resolved_at(name, version, resolved)).hashed(integrity(entry))
}

fn integrity(entry: &Value) -> String {
    text_of(entry, "integrity").to_owned()
}

/// The origin of a package by its URL in a lockfile.
pub(super) fn resolved_at(name: &str, version: &str, resolved: &str) -> Origin {
    if resolved.is_empty() || !resolved.contains(':') {
        return Origin::Registry;
    }
    if let Some(path) = resolved.strip_prefix("file:") {
        return Origin::Path(path.to_owned());
    }
    let codeload = resolved.contains("codeload.github.com/");
    if !resolved.starts_with("http") || codeload || resolved.split('#').next().is_some_and(|u| u.ends_with(".git")) {
        return if codeload { git(resolved) } else { origin_of(resolved) };
    }
    // A registry serves /NAME/-/BASE-VERSION.tgz, regardless of its root.
    let path = super::place::bare(resolved).replace("%2f", "/").replace("%2F", "/");
    let Some((before, file)) = path.rsplit_once("/-/") else {
        // Artifact stores have other layouts; a file with the package's name and version counts as a mirror's copy.
        let base = name.rsplit('/').next().unwrap_or(name);
        let file = path.rsplit('/').next().unwrap_or_default();
        let is_mirror = file.starts_with(base) && path.contains(name) && file.contains(version);
        return if is_mirror { Origin::host(NPM, &host_of(resolved)) } else { any(resolved) };
    };
    let served = before.split("://").nth(1).unwrap_or(before);
    let host = host_of(resolved);
    let last = served.rsplit('/').next().unwrap_or_default();
    let scope = served.rsplit('/').nth(1).filter(|s| s.starts_with('@'));
    let named = scope.map_or_else(|| last.to_owned(), |scope| format!("{scope}/{last}"));
    // Build metadata does not change the version.
    let plain = version.split('+').next().unwrap_or_default();
    let stem = file.trim_end_matches(".tgz").trim_end_matches(".tar.gz");
    let of_file = stem.strip_prefix(last).and_then(|rest| rest.strip_prefix('-'));
    let is_version = version.is_empty() || of_file.is_none_or(|v| v == version || unpadded(v) == unpadded(plain));
    match named == name {
        true if is_version => Origin::host(NPM, &host),
        is_it => Origin::Misnamed(host, if is_it { stem.to_owned() } else { named }),
    }
}

/// A version without the leading zeros that old packages have in their numbers.
fn unpadded(version: &str) -> String {
    let number = |part: &str| {
        let digits = part.trim_start_matches('0');
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if is_number && digits.is_empty() {
            "0".to_owned()
        } else if is_number {
            digits.to_owned()
        } else {
            part.to_owned()
        }
    };
    let (numbers, rest) = version.split_at(version.find(['-', '+']).unwrap_or(version.len()));
    numbers.split('.').map(number).collect::<Vec<_>>().join(".") + rest
}

pub(super) fn bun(text: &str) -> Result<Part, Fault> {
    let root = lenient(text)?;
    let mut part = Part::default();
    for (key, entry) in root.get("packages").and_then(Value::as_object).into_iter().flatten() {
        part.merge(bun_entry(key, entry));
    }
    Ok(part)
}

pub(super) fn bun_piece(section: &str, text: &str) -> Result<Part, Fault> {
    if section != "packages" {
        return Ok(Part::default());
    }
    let piece = lenient(&format!("{{{text}}}"))?;
    let mut part = Part::default();
    piece.as_object().into_iter().flatten().for_each(|(key, entry)| part.merge(bun_entry(key, entry)));
    Ok(part)
}

/// Parses an entry, which is a list of name and version, the registry if it is not the default, requirements, and hash.
fn bun_entry(key: &str, entry: &Value) -> Part {
    let mut part = Part::default();
    let Some(list) = entry.as_array() else { return part };
    let (name, version) = split_descriptor(list.first().and_then(Value::as_str).unwrap_or(key));
    if version.starts_with("workspace:") {
        part.own.push(name.to_owned());
        return part;
    }
    let second = list.get(1).and_then(Value::as_str).unwrap_or_default();
    let origin = match version {
        v if v.contains(':') => origin_of(v),
        v if second.contains("://") => resolved_at(name, v, second),
        _ => Origin::Registry,
    };
    let hash = list.iter().filter_map(Value::as_str).next_back().filter(|h| h.starts_with("sha")).unwrap_or_default();
    part.stated.push(Stated::new(NPM, name, version, Purpose::Indirect).from(origin).hashed(hash));
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(part: &Part) -> Vec<(String, String, Origin)> {
        part.stated.iter().map(|s| (s.name.clone(), s.version.clone(), s.origin.clone())).collect()
    }

    #[test]
    fn requirements_are_classified_by_origin() {
        let origin = |r: &str| required("a", r, Purpose::Runtime).origin;
        assert_eq!(origin("^1.2.3"), Origin::Registry);
        assert_eq!(origin("1.2.3 - 2.0 || 3.x"), Origin::Registry);
        assert_eq!(origin("workspace:*"), Origin::Path("workspace".into()));
        assert_eq!(origin("me@example.org:o/r.git"), Origin::Git("ssh://example.org/o/r.git".into()));
        assert_eq!(origin("owner/name#v1"), Origin::Git("https://github.com/owner/name".into()));
        assert_eq!(origin("github:owner/name"), Origin::Git("https://github.com/owner/name".into()));
        assert_eq!(origin("git+https://example.org/a.git#b"), Origin::Git("https://example.org/a.git".into()));
        assert_eq!(origin("https://example.org/a.tgz"), Origin::Archive("https://example.org/a.tgz".into()));
        assert_eq!(origin("file:../a"), Origin::Path("../a".into()));
        assert_eq!(required("a", "npm:@s/b@2", Purpose::Runtime).name, "@s/b");
    }

    #[test]
    fn lockfile_urls_are_classified_and_misnamed_ones_detected() {
        let of = |name: &str, version: &str, url: &str| resolved_at(name, version, url);
        assert_eq!(of("a", "1.0.0", "https://registry.npmjs.org/a/-/a-1.0.0.tgz"), Origin::Registry);
        assert_eq!(of("@s/a", "1.0.0", "https://registry.npmjs.org/@s/a/-/a-1.0.0.tgz"), Origin::Registry);
        assert_eq!(of("@s/a", "1.0.0", "https://registry.npmjs.org/@s%2fa/-/a-1.0.0.tgz"), Origin::Registry);
        let mirror = Origin::Host("npm.example.org".into());
        assert_eq!(of("a", "1.0.0", "https://npm.example.org/repository/all/a/-/a-1.0.0.tgz"), mirror);
        assert_eq!(
            of("a", "1.0.0", "http://npm.example.org/a/-/a-1.0.0.tgz"),
            Origin::Host("http://npm.example.org".into())
        );
        assert_eq!(
            of("a", "3001.1.0-dev", "https://registry.npmjs.org/a/-/a-3001.0001.0000-dev.tgz"),
            Origin::Registry
        );
        let other = Origin::Misnamed("registry.npmjs.org".into(), "b".into());
        assert_eq!(of("a", "1.0.0", "https://registry.npmjs.org/b/-/b-1.0.0.tgz"), other);
        let scoped = Origin::Misnamed("registry.npmjs.org".into(), "@evil/a".into());
        assert_eq!(of("a", "1.0.0", "https://registry.npmjs.org/@evil/a/-/a-1.0.0.tgz"), scoped);
        let longer = Origin::Misnamed("registry.npmjs.org".into(), "a-11.0.0".into());
        assert_eq!(of("a", "1.0.0", "https://registry.npmjs.org/a/-/a-11.0.0.tgz"), longer);
        let other = Origin::Misnamed("registry.npmjs.org".into(), "a-1.0.1".into());
        assert_eq!(of("a", "1.0.0", "https://registry.npmjs.org/a/-/a-1.0.1.tgz"), other);
        let archive = Origin::Archive("https://example.org/x.tgz".into());
        assert_eq!(of("a", "1.0.0", "https://example.org/x.tgz"), archive);
    }

    #[test]
    fn npm_and_bun_lockfile_packages_are_parsed_in_every_format() {
        let first = r#"{"dependencies":{"a":{"version":"1.0.0","resolved":"https://registry.npmjs.org/a/-/a-1.0.0.tgz",
            "dependencies":{"b":{"version":"2.0.0"}}},"c":{"version":"npm:d@3.0.0"}}}"#;
        let names =
            |part: Part| part.stated.into_iter().map(|s| format!("{}@{}", s.name, s.version)).collect::<Vec<_>>();
        assert_eq!(names(lock(first).unwrap()), ["a@1.0.0", "b@2.0.0", "d@3.0.0"]);
        let third = r#"{"packages":{"":{"name":"me","dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0"},
            "node_modules/a/node_modules/@s/b":{"version":"2.0.0"},"node_modules/me":{"link":true}}}"#;
        let part = lock(third).unwrap();
        assert_eq!((part.own.as_slice(), part.required.as_slice()), (&["me".to_owned()][..], &["a".to_owned()][..]));
        assert!(part.has_root);
        assert_eq!(names(part), ["a@1.0.0", "@s/b@2.0.0"]);
        let bun = "{ \"packages\": { \"a\": [\"a@1.0.0\", \"\", {}, \"sha512-x\"], \"w\": [\"w@workspace:w\"], } }";
        assert_eq!(names(super::bun(bun).unwrap()), ["a@1.0.0"]);
    }

    #[test]
    fn overrides_and_resolutions_are_reported() {
        let text = r#"{"overrides":{"a":{"b@1":"npm:evil@1"},"c":"$c"},"resolutions":{"x/@s/d":"2.0.0","**/e":"https://example.org/e.tgz"}}"#;
        let mut names: Vec<String> = flat(&manifest(text).unwrap()).into_iter().map(|(name, ..)| name).collect();
        names.sort();
        assert_eq!(names, ["@s/d", "e", "evil"]);
    }

    #[test]
    fn peer_and_dev_dependencies_are_merged() {
        let part = manifest(r#"{"peerDependencies":{"a":">=1"},"devDependencies":{"a":"^2"}}"#).unwrap();
        assert_eq!(flat(&part), [("a".into(), "^2".into(), Origin::Registry)]);
    }
}
