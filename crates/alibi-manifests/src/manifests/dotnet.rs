//! Reads .NET project files, central package versions, `packages.config` and `packages.lock.json`.

use super::cut;
use super::format::ManifestFormat;
use super::npm::{json, text_of};
use super::part::{Fault, Part};
use crate::{Ecosystem, Purpose, Stated};
use roxmltree::{Document, ParsingOptions};
use serde_json::{Map, Value};

/// .NET's project files and central package versions.
pub(super) const PROJECT: ManifestFormat = ManifestFormat::manifest(
    ".NET project",
    Ecosystem::NuGet,
    |_, name| {
        matches!(name, "Directory.Packages.props" | "packages.config")
            || [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end))
    },
    project,
);

/// NuGet's lockfile.
pub(super) const PACKAGES_LOCK: ManifestFormat = ManifestFormat::lock(
    "packages.lock.json",
    Ecosystem::NuGet,
    |_, name| name == "packages.lock.json",
    &[".NET project"],
    lock,
    Some(|text| cut::json(text, |piece| lock_piece(&piece.section, &piece.text))),
);

/// Parses XML. Document type declarations are allowed, since the parser limits the number and the depth of entity
/// expansions.
pub(super) fn xml(text: &str) -> Result<Document<'_>, Fault> {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: 1_000_000, entity_resolver: None };
    Document::parse_with_options(text, options).map_err(|e| e.to_string())
}

const NUGET: Ecosystem = Ecosystem::NuGet;

pub(super) fn project(text: &str) -> Result<Part, Fault> {
    let document = xml(text)?;
    let mut part = Part::default();
    for node in document.descendants().filter(|n| n.is_element()) {
        let (name, version) = match node.tag_name().name() {
            "PackageReference" | "PackageVersion" | "GlobalPackageReference" => {
                let name = node.attribute("Include").or_else(|| node.attribute("Update"));
                let inner = || node.children().find(|c| c.tag_name().name() == "Version")?.text();
                (name, node.attribute("Version").or_else(|| node.attribute("VersionOverride")).or_else(inner))
            }
            "package" => (node.attribute("id"), node.attribute("version")),
            _ => continue,
        };
        if let Some(name) = name {
            part.stated.push(Stated::new(NUGET, name, version.unwrap_or_default(), Purpose::Runtime));
        }
    }
    Ok(part)
}

pub(super) fn lock(text: &str) -> Result<Part, Fault> {
    let root = json(text)?;
    let mut part = Part::default();
    for (_, framework) in root.get("dependencies").and_then(Value::as_object).into_iter().flatten() {
        part.merge(framework_part(framework));
    }
    Ok(part)
}

pub(super) fn lock_piece(section: &str, text: &str) -> Result<Part, Fault> {
    let mut part = Part::default();
    if section == "dependencies" {
        let piece: Map<String, Value> = serde_json::from_str(&format!("{{{text}}}")).map_err(|e| e.to_string())?;
        piece.values().for_each(|framework| part.merge(framework_part(framework)));
    }
    Ok(part)
}

fn framework_part(framework: &Value) -> Part {
    let mut part = Part::default();
    for (name, entry) in framework.as_object().into_iter().flatten() {
        if text_of(entry, "type") != "Project" {
            let stated = Stated::new(NUGET, name, text_of(entry, "resolved"), Purpose::Indirect);
            part.stated.push(stated.hashed(text_of(entry, "contentHash")));
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn project_packages_have_versions_and_lockfile_packages_have_hashes() {
        let text = "<Project><ItemGroup><PackageReference Include=\"A.B\" Version=\"1.0\" /><PackageReference Include=\"C\"><Version>2</Version></PackageReference></ItemGroup></Project>";
        let found: Vec<String> =
            project(text).unwrap().stated.iter().map(|s| format!("{} {}", s.name, s.version)).collect();
        assert_eq!(found, ["a.b 1.0", "c 2"]);
        let text = r#"{"dependencies":{"net8.0":{"A":{"type":"Direct","resolved":"1.0","contentHash":"x"},"me":{"type":"Project"}}}}"#;
        assert_eq!(lock(text).unwrap().stated, [Stated::new(NUGET, "a", "1.0", Purpose::Indirect).hashed("x")]);
    }
}
