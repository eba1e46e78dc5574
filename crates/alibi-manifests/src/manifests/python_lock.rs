//! Reads Python's lockfiles: Pipenv's, Poetry's and uv's.

use super::cargo::{table, text_of};
use super::cut;
use super::format::ManifestFormat;
use super::npm::text_of as json_text;
use super::part::{Fault, Part};
use super::place::{any, git, registry};
use super::python::{PYPI, short};
use crate::{Ecosystem, Origin, Purpose, Stated};
use alibi_git::history::OF_FILE;
use serde_json::{Map, Value as Json};
use toml::Value;

/// Pipenv's lockfile.
pub(super) const PIPFILE_LOCK: ManifestFormat = ManifestFormat::lock(
    "Pipfile.lock",
    Ecosystem::PyPi,
    |_, name| name == "Pipfile.lock",
    &["Pipfile"],
    pipfile_lock,
    Some(|text| cut::json(text, |piece| pipfile_lock_piece(&piece.section, &piece.text))),
);

/// Poetry's lockfile.
pub(super) const POETRY_LOCK: ManifestFormat = ManifestFormat::lock(
    "poetry.lock",
    Ecosystem::PyPi,
    |_, name| name == "poetry.lock",
    &["pyproject.toml"],
    lock,
    Some(|text| cut::toml(text, |piece| lock(&piece.text))),
);

/// uv's lockfile.
pub(super) const UV_LOCK: ManifestFormat = ManifestFormat::lock(
    "uv.lock",
    Ecosystem::PyPi,
    |_, name| name == "uv.lock",
    &["pyproject.toml"],
    lock,
    Some(|text| cut::toml(text, |piece| lock(&piece.text))),
);

pub(super) fn pipfile_lock(text: &str) -> Result<Part, Fault> {
    let root = super::npm::json(text)?;
    let mut part = Part::default();
    for section in ["default", "develop"] {
        for (name, entry) in root.get(section).and_then(Json::as_object).into_iter().flatten() {
            part.stated.push(pipfile_locked(section, name, entry));
        }
    }
    Ok(part)
}

pub(super) fn pipfile_lock_piece(section: &str, text: &str) -> Result<Part, Fault> {
    if !matches!(section, "default" | "develop") {
        return Ok(Part::default());
    }
    let piece: Map<String, Json> = serde_json::from_str(&format!("{{{text}}}")).map_err(|e| e.to_string())?;
    let stated = piece.iter().map(|(name, entry)| pipfile_locked(section, name, entry)).collect();
    Ok(Part { stated, ..Part::default() })
}

fn pipfile_locked(section: &str, name: &str, entry: &Json) -> Stated {
    let purpose = if section == "develop" { Purpose::Development } else { Purpose::Indirect };
    let hashes = entry.get("hashes").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let mut hashes: Vec<&str> = hashes.map(short).collect();
    hashes.sort_unstable();
    let origin = match (json_text(entry, "git"), json_text(entry, "file"), json_text(entry, "path")) {
        ("", "", "") => Origin::Registry,
        ("", "", path) => Origin::Path(path.to_owned()),
        ("", file, _) => any(file),
        (url, ..) => git(url),
    };
    let version = json_text(entry, "version").trim_start_matches("==");
    Stated::new(PYPI, name, version, purpose).from(origin).hashed(hashes.join(" "))
}

/// Reads the lockfiles of Poetry and uv.
pub(super) fn lock(text: &str) -> Result<Part, Fault> {
    let root = table(text)?;
    let mut part = Part::default();
    for package in root.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table) {
        let name = text_of(package, "name");
        let mut names = Vec::new();
        for key in ["dependencies", "optional-dependencies", "dev-dependencies"] {
            add_required(package.get(key), &mut names);
        }
        // A package that requires itself does not count.
        part.required.extend(names.into_iter().filter(|required| *required != PYPI.normal(name)));
        let source = package.get("source").and_then(Value::as_table);
        let of = |key| source.map_or("", |s| text_of(s, key));
        // This is the project's package, which only uv lists.
        if source.is_some_and(|s| ["editable", "virtual", "directory"].iter().any(|key| s.contains_key(*key))) {
            part.own.push(PYPI.normal(name));
            part.has_root = true;
            continue;
        }
        let origin = match (of("registry"), of("git"), of("type"), of("url")) {
            ("", "", "git", url) => git(url),
            ("", "", "directory" | "file", path) => Origin::Path(path.to_owned()),
            ("", "", "legacy" | "", url) if !url.is_empty() && of("type") == "legacy" => registry(PYPI, url),
            ("", "", _, "") => Origin::Registry,
            ("", "", _, url) => any(url),
            ("", url, ..) => git(url),
            (index, ..) => registry(PYPI, index),
        };
        let files = ["files", "wheels"].iter().filter_map(|key| package.get(*key)?.as_array()).flatten();
        let files: Vec<&Value> = files.chain(package.get("sdist")).collect();
        // uv downloads each file from its URL, regardless of the index.
        let elsewhere = || {
            let urls = files.iter().filter_map(|file| file.get("url")?.as_str()).filter(|url| url.contains("://"));
            urls.map(|url| registry(PYPI, url)).find(|place| *place != Origin::Registry)
        };
        let origin = if origin == Origin::Registry { elsewhere().unwrap_or(origin) } else { origin };
        let mut hashes: Vec<String> = files.iter().copied().filter_map(of_file).collect();
        hashes.sort_unstable();
        let stated = Stated::new(PYPI, name, text_of(package, "version"), Purpose::Indirect);
        part.stated.push(stated.from(origin).hashed(hashes.join(" ")));
    }
    Ok(part)
}

/// Returns the digest of one file of a release, prefixed with the file's name if possible. A release has many files,
/// and lockfiles list some of them.
fn of_file(file: &Value) -> Option<String> {
    let hash = short(file.get("hash")?.as_str()?);
    let name = file.get("file").or_else(|| file.get("url")).and_then(Value::as_str).unwrap_or_default();
    let name = super::place::bare(name);
    let name = name.rsplit('/').next().unwrap_or_default();
    let is_plain = !name.is_empty() && !name.contains([' ', OF_FILE, ':']);
    Some(if is_plain { format!("{name}{OF_FILE}{hash}") } else { hash.to_owned() })
}

/// Collects the names of required packages: the names in a list of tables, or the keys of a table and the names in its
/// lists.
fn add_required(value: Option<&Value>, into: &mut Vec<String>) {
    match value {
        Some(Value::Array(list)) => {
            into.extend(list.iter().filter_map(|item| item.as_table()).map(|t| PYPI.normal(text_of(t, "name"))))
        }
        Some(Value::Table(table)) => {
            into.extend(table.keys().map(|name| PYPI.normal(name)));
            table.values().filter(|v| v.is_array()).for_each(|list| add_required(Some(list), into));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::part::lines;

    #[test]
    fn lockfile_packages_have_versions_origins_and_required_names() {
        let poetry = "[[package]]\nname = 'A'\nversion = '1.0'\nfiles = [{file = 'a.whl', hash = 'sha256:0123456789abcdef00'}]\n[package.dependencies]\nb = '*'\n";
        let part = lock(poetry).unwrap();
        assert_eq!((part.required.clone(), part.has_root), (vec!["b".to_owned()], false));
        assert_eq!(lines(&part), ["a 1.0 Registry indirect"]);
        let uv = "[[package]]\nname = 'me'\nsource = { editable = '.' }\ndependencies = [{ name = 'a' }]\n[[package]]\nname = 'a'\nversion = '1'\nsource = { registry = 'https://pypi.example.org/simple' }\nsdist = { url = 'x', hash = 'sha256:1' }\n";
        let part = lock(uv).unwrap();
        assert_eq!(
            (part.own.clone(), part.required.clone(), part.has_root),
            (vec!["me".into()], vec!["a".into()], true)
        );
        assert_eq!(lines(&part), ["a 1 Host(\"pypi.example.org\") indirect"]);
        for (url, place) in [
            ("https://files.pythonhosted.org/packages/a-1.whl", "Registry"),
            ("https://files.example.org/a-1.whl", "Host(\"files.example.org\")"),
        ] {
            let uv = format!(
                "[[package]]\nname = 'a'\nversion = '1'\nsource = {{ registry = 'https://pypi.org/simple' }}\nwheels = [{{ url = '{url}', hash = 'sha256:1' }}]\n"
            );
            assert_eq!(lines(&lock(&uv).unwrap()), [format!("a 1 {place} indirect")]);
        }
    }
}
