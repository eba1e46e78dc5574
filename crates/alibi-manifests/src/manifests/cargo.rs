//! Reads `Cargo.toml` and `Cargo.lock`.

use super::cut;
use super::format::ManifestFormat;
use super::part::{Fault, Part};
use super::place::{git, registry};
use crate::{Ecosystem, Origin, Purpose, Stated};
use toml::{Table, Value};

/// Cargo's manifest.
pub(super) const CARGO_TOML: ManifestFormat =
    ManifestFormat::manifest("Cargo.toml", Ecosystem::Cargo, |_, name| name == "Cargo.toml", manifest);

/// Cargo's lockfile.
pub(super) const CARGO_LOCK: ManifestFormat = ManifestFormat::lock(
    "Cargo.lock",
    Ecosystem::Cargo,
    |_, name| name == "Cargo.lock",
    &["Cargo.toml"],
    lock,
    Some(|text| cut::toml(text, |piece| lock(&piece.text))),
);

const CARGO: Ecosystem = Ecosystem::Cargo;

pub(super) fn table(text: &str) -> Result<Table, Fault> {
    text.parse::<Table>().map_err(|e| e.message().to_owned())
}

pub(super) fn text_of<'t>(table: &'t Table, key: &str) -> &'t str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn manifest(text: &str) -> Result<Part, Fault> {
    let root = table(text)?;
    let mut part = Part::default();
    let package = ["package", "project"].iter().find_map(|key| root.get(*key)?.as_table());
    part.own.extend(package.map(|p| text_of(p, "name").to_owned()).filter(|name| !name.is_empty()));
    part.version = package.map(|p| text_of(p, "version").to_owned()).unwrap_or_default();
    sections(&root, &mut part);
    if let Some(workspace) = root.get("workspace").and_then(Value::as_table) {
        sections(workspace, &mut part);
    }
    for target in root.get("target").and_then(Value::as_table).into_iter().flatten() {
        target.1.as_table().into_iter().for_each(|target| sections(target, &mut part));
    }
    for (_, patched) in root.get("patch").and_then(Value::as_table).into_iter().flatten() {
        let patched = patched.as_table().into_iter().flatten();
        part.stated.extend(patched.map(|(name, value)| required(name, value, Purpose::Runtime)));
    }
    if let Some(replaced) = root.get("replace").and_then(Value::as_table) {
        let name = |key: &str| key.split(':').next().unwrap_or_default().to_owned();
        part.stated.extend(replaced.iter().map(|(key, value)| required(&name(key), value, Purpose::Runtime)));
    }
    Ok(part)
}

fn sections(table: &Table, part: &mut Part) {
    let kinds = [
        ("dependencies", Purpose::Runtime),
        ("build-dependencies", Purpose::Build),
        ("build_dependencies", Purpose::Build),
        ("dev-dependencies", Purpose::Development),
        ("dev_dependencies", Purpose::Development),
    ];
    for (section, purpose) in kinds {
        for (name, value) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
            // An inherited dependency is specified in the workspace.
            let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
            if !inherited {
                part.stated.push(required(name, value, purpose));
            }
        }
    }
}

fn required(key: &str, value: &Value, purpose: Purpose) -> Stated {
    let Some(table) = value.as_table() else {
        return Stated::new(CARGO, key, value.as_str().unwrap_or_default(), purpose);
    };
    let name = Some(text_of(table, "package")).filter(|name| !name.is_empty()).unwrap_or(key);
    let origin = match (text_of(table, "git"), text_of(table, "path"), text_of(table, "registry-index")) {
        ("", "", "") => match text_of(table, "registry") {
            "" | "crates-io" => Origin::Registry,
            // A registry name that is defined in the user's configuration.
            named => Origin::Host(format!("registry '{named}'")),
        },
        ("", "", index) => registry(CARGO, index),
        ("", path, _) => Origin::Path(path.to_owned()),
        (url, ..) => git(url),
    };
    let version = match text_of(table, "rev") {
        "" => text_of(table, "version"),
        revision => revision,
    };
    Stated::new(CARGO, name, version, purpose).from(origin)
}

pub(super) fn lock(text: &str) -> Result<Part, Fault> {
    let root = table(text)?;
    let mut part = Part::default();
    for package in root.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table) {
        let required =
            package.get("dependencies").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let (name, source) = (text_of(package, "name"), text_of(package, "source"));
        // A package that requires itself does not count.
        part.required.extend(required.filter_map(|a| a.split(' ').next()).filter(|a| *a != name).map(str::to_owned));
        let origin = match source.split_once('+') {
            // A package without a source belongs to the project.
            None => {
                part.own.push(name.to_owned());
                part.has_root = true;
                continue;
            }
            Some(("git", url)) => git(url),
            Some(("registry", "https://github.com/rust-lang/crates.io-index")) => Origin::Registry,
            Some((_, url)) => registry(CARGO, url),
        };
        let stated = Stated::new(CARGO, name, text_of(package, "version"), Purpose::Indirect);
        part.stated.push(stated.from(origin).hashed(text_of(package, "checksum")));
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::part::lines;

    #[test]
    fn manifest_dependencies_and_their_sources_are_parsed() {
        let text = "[package]\nname = 'me'\n[dependencies]\na = '1'\nb = { git = 'https://example.org/b', rev = 'ff' }\n\
            c = { package = 'd', path = '../d' }\ne.workspace = true\n[target.'cfg(unix)'.build-dependencies]\nf = '=2'\n";
        let part = manifest(text).unwrap();
        assert_eq!(part.own, ["me"]);
        let found = lines(&part);
        let expected = [
            "a 1 Registry runtime",
            "b ff Git(\"https://example.org/b\") runtime",
            "d  Path(\"../d\") runtime",
            "f =2 Registry build",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn lockfiles_separate_project_packages_from_dependencies() {
        let text = "[[package]]\nname = 'me'\nversion = '1.0.0'\ndependencies = ['a', 'b 1.0.0']\n\n[[package]]\nname = 'a'\n\
            version = '1.0.0'\nsource = 'registry+https://github.com/rust-lang/crates.io-index'\nchecksum = 'ff'\n";
        let part = lock(text).unwrap();
        assert_eq!((part.own, part.required, part.has_root), (vec!["me".into()], vec!["a".into(), "b".into()], true));
        assert_eq!(part.stated, [Stated::new(CARGO, "a", "1.0.0", Purpose::Indirect).hashed("ff")]);
    }
}
