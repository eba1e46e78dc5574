//! Reads Maven's `pom.xml`, the declarations in Gradle scripts, and Gradle's version catalogs and lockfiles.

use super::cargo::{table, text_of};
use super::dotnet::xml;
use super::format::ManifestFormat;
use super::part::{Fault, Part};
use super::script::strings;
use crate::{Ecosystem, Purpose, Stated};
use roxmltree::Node;
use std::collections::BTreeMap;
use toml::Value;

/// Maven's manifest.
pub(super) const POM: ManifestFormat =
    ManifestFormat::manifest("pom.xml", Ecosystem::Maven, |_, name| name == "pom.xml", pom);

/// A Gradle script, searched for declarations.
pub(super) const GRADLE: ManifestFormat = ManifestFormat::manifest(
    "gradle script",
    Ecosystem::Maven,
    |_, name| name.ends_with(".gradle") || name.ends_with(".gradle.kts"),
    |text| Ok(gradle(text)),
);

/// Gradle's version catalog.
pub(super) const GRADLE_CATALOG: ManifestFormat = ManifestFormat::manifest(
    "gradle version catalog",
    Ecosystem::Maven,
    |_, name| name.ends_with(".versions.toml"),
    catalog,
);

/// Gradle's lockfile.
pub(super) const GRADLE_LOCK: ManifestFormat = ManifestFormat::lock(
    "gradle.lockfile",
    Ecosystem::Maven,
    |_, name| matches!(name, "gradle.lockfile" | "buildscript-gradle.lockfile"),
    &["gradle script"],
    |text| Ok(gradle_lock(text)),
    None,
);

const MAVEN: Ecosystem = Ecosystem::Maven;

pub(super) fn pom(text: &str) -> Result<Part, Fault> {
    let document = xml(text)?;
    let root = document.root_element();
    let child = |node: Node<'_, '_>, name: &str| -> String {
        let found = node.children().find(|c| c.tag_name().name() == name);
        let texts = found.into_iter().flat_map(|c| c.children().filter(|t| t.is_text())).filter_map(|t| t.text());
        texts.collect::<String>().trim().to_owned()
    };
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for properties in root.children().filter(|c| c.tag_name().name() == "properties") {
        for property in properties.children().filter(Node::is_element) {
            values.insert(property.tag_name().name().to_owned(), property.text().unwrap_or_default().trim().to_owned());
        }
    }
    let parent = root.children().find(|c| c.tag_name().name() == "parent");
    let of_project = |name: &str| match child(root, name) {
        empty if empty.is_empty() => parent.map_or(String::new(), |p| child(p, name)),
        found => found,
    };
    for name in ["groupId", "version"] {
        values.insert(format!("project.{name}"), of_project(name));
    }
    let filled = |text: String| -> String {
        match text.strip_prefix("${").and_then(|t| t.strip_suffix('}')).and_then(|key| values.get(key)) {
            Some(value) if !value.is_empty() => value.clone(),
            _ => text,
        }
    };
    let mut part =
        Part { own: vec![format!("{}:{}", of_project("groupId"), child(root, "artifactId"))], ..Part::default() };
    for node in root.descendants() {
        let purpose = match node.tag_name().name() {
            "dependency" if child(node, "scope") == "test" => Purpose::Development,
            "dependency" | "parent" => Purpose::Runtime,
            "plugin" | "extension" => Purpose::Build,
            _ => continue,
        };
        let (group, artifact) = (filled(child(node, "groupId")), child(node, "artifactId"));
        if artifact.is_empty() {
            continue;
        }
        // The Maven project's own plugins may omit the group.
        let group = if group.is_empty() { "org.apache.maven.plugins".to_owned() } else { group };
        part.stated.push(Stated::new(MAVEN, &format!("{group}:{artifact}"), filled(child(node, "version")), purpose));
    }
    Ok(part)
}

/// Reads the coordinates in the strings of declarations such as `implementation 'group:name:1.0'`.
pub(super) fn gradle(text: &str) -> Part {
    let mut part = Part::default();
    for line in text.lines().map(str::trim).filter(|l| !l.starts_with("//")) {
        let word = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let lower = word.to_ascii_lowercase();
        let purpose = match () {
            () if ["classpath", "annotationprocessor", "kapt", "ksp"].contains(&lower.as_str()) => Purpose::Build,
            () if lower.starts_with("test") || lower.starts_with("androidtest") => Purpose::Development,
            () => Purpose::Runtime,
        };
        let kinds = ["implementation", "api", "compile", "compileonly", "runtime", "runtimeonly", "provided"];
        let is_declaration = kinds.iter().any(|kind| lower.ends_with(kind)) || purpose == Purpose::Build;
        for coordinates in strings(line).into_iter().filter(|_| is_declaration) {
            let fields: Vec<&str> = coordinates.split('@').next().unwrap_or_default().split(':').collect();
            let is_name =
                |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            if let [group, name, rest @ ..] = fields.as_slice()
                && is_name(group)
                && is_name(name)
            {
                let version = rest.first().copied().unwrap_or_default();
                part.stated.push(Stated::new(MAVEN, &format!("{group}:{name}"), version, purpose));
            }
        }
    }
    part
}

/// Reads a Gradle version catalog: libraries as `group:name:version`, by module, or by group and name.
pub(super) fn catalog(text: &str) -> Result<Part, Fault> {
    let root = table(text)?;
    let versions = root.get("versions").and_then(Value::as_table);
    let mut part = Part::default();
    for (_, library) in root.get("libraries").and_then(Value::as_table).into_iter().flatten() {
        if let Some(coordinates) = library.as_str() {
            let mut fields = coordinates.splitn(3, ':');
            let (group, name) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
            part.stated.push(Stated::new(
                MAVEN,
                &format!("{group}:{name}"),
                fields.next().unwrap_or_default(),
                Purpose::Runtime,
            ));
            continue;
        }
        let Some(library) = library.as_table() else { continue };
        let module = match text_of(library, "module") {
            "" => format!("{}:{}", text_of(library, "group"), text_of(library, "name")),
            module => module.to_owned(),
        };
        let version = match library.get("version") {
            Some(Value::String(version)) => version.clone(),
            Some(Value::Table(t)) => versions.map_or("", |v| text_of(v, text_of(t, "ref"))).to_owned(),
            _ => String::new(),
        };
        part.stated.push(Stated::new(MAVEN, &module, version, Purpose::Runtime));
    }
    Ok(part)
}

pub(super) fn gradle_lock(text: &str) -> Part {
    let mut part = Part::default();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split('=').next().unwrap_or_default().split(':').collect();
        if let [group, name, version] = fields.as_slice() {
            part.stated.push(Stated::new(MAVEN, &format!("{group}:{name}"), *version, Purpose::Indirect));
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(part: &Part) -> Vec<String> {
        part.stated.iter().map(|s| format!("{} {} {}", s.name, s.version, s.purpose.name())).collect()
    }

    #[test]
    fn pom_dependencies_are_parsed_with_properties_replaced() {
        let text = "<project><groupId>org.example</groupId><artifactId>me</artifactId><version>1</version><properties><v>2.0</v></properties><dependencies><dependency><groupId>${project.groupId}</groupId><artifactId>a</artifactId><version>${v}</version></dependency><dependency><groupId>org.example</groupId><artifactId>b</artifactId><scope>test</scope></dependency></dependencies><build><plugins><plugin><artifactId>p</artifactId></plugin></plugins></build></project>";
        let part = pom(text).unwrap();
        assert_eq!(part.own, ["org.example:me"]);
        let expected = ["org.example:a 2.0 runtime", "org.example:b  development", "org.apache.maven.plugins:p  build"];
        assert_eq!(flat(&part), expected);
        let typed = "<!DOCTYPE project><project><dependencies><dependency><groupId>g</groupId><artifactId><!-- x -->a</artifactId></dependency></dependencies></project>";
        assert_eq!(flat(&pom(typed).unwrap()), ["g:a  runtime"]);
    }

    #[test]
    fn gradle_scripts_catalogs_and_lockfiles_have_names_and_versions() {
        let script = "dependencies {\n  implementation 'org.example:a:1.0'\n  testImplementation(\"org.example:b:2.0@jar\")\n  // api 'org.example:no:1'\n  println 'x:y:z'\n}\n";
        assert_eq!(flat(&gradle(script)), ["org.example:a 1.0 runtime", "org.example:b 2.0 development"]);
        let text = "[versions]\nx = '1.0'\n[libraries]\na = { module = 'org.example:a', version.ref = 'x' }\nb = 'org.example:b:2'\n";
        assert_eq!(flat(&catalog(text).unwrap()), ["org.example:a 1.0 runtime", "org.example:b 2 runtime"]);
        assert_eq!(
            flat(&gradle_lock("# no\norg.example:a:1.0=compileClasspath\nempty=\n")),
            ["org.example:a 1.0 indirect"]
        );
    }
}
