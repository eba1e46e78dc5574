//! Reads GitHub workflows and actions, and `.gitmodules`.

use super::cut::{self, Cut};
use super::format::ManifestFormat;
use super::image::image;
use super::part::{Fault, Part};
use super::place::git;
use crate::{Ecosystem, Purpose, Stated};
use alibi_rules::document::leaves;
use alibi_rules::heuristics::Format;
use configparser::ini::Ini;

/// A GitHub workflow or action.
pub(super) const WORKFLOW: ManifestFormat = ManifestFormat {
    name: "GitHub workflow or action",
    ecosystem: None,
    matches: |folder, name| {
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        matches!(name, "action.yml" | "action.yaml") || folder == ".github/workflows" && is_yaml
    },
    locks: &[],
    has_hashes: false,
    read: pipeline,
    cut: Some(cut),
};

/// Git's list of submodules.
pub(super) const SUBMODULES: ManifestFormat = ManifestFormat {
    name: ".gitmodules",
    ecosystem: None,
    matches: |_, name| name == ".gitmodules",
    locks: &[],
    has_hashes: false,
    read: submodules,
    cut: None,
};

/// Parses the actions and workflows that a pipeline uses, and the images that its jobs run in.
pub(super) fn pipeline(text: &str) -> Result<Part, Fault> {
    let mut part = Part::default();
    for leaf in leaves(Format::Yaml, text.as_bytes()).ok_or("not YAML")? {
        let keys: Vec<&str> = leaf.keys.split('/').collect();
        let value = leaf.value.trim();
        match keys.as_slice() {
            ["jobs", _, "steps", _, "uses"] | ["jobs", _, "uses"] | ["runs", "steps", _, "uses"] => {
                if let Some(picture) = value.strip_prefix("docker://") {
                    part.stated.extend(image(picture, Purpose::Build));
                } else if !value.starts_with('.') {
                    let (name, version) = value.split_once('@').unwrap_or((value, ""));
                    part.stated.push(Stated::new(Ecosystem::Actions, name, version, Purpose::Build));
                }
            }
            ["jobs", _, "container"]
            | ["jobs", _, "container", "image"]
            | ["jobs", _, "services", _, "image"]
            | ["runs", "image"] => {
                part.stated.extend(image(value.strip_prefix("docker://").unwrap_or(value), Purpose::Build));
            }
            _ => {}
        }
    }
    Ok(part)
}

pub(super) fn submodules(text: &str) -> Result<Part, Fault> {
    let mut ini = Ini::new_cs();
    // In Git's format, either of these characters starts a comment.
    ini.set_comment_symbols(&['#', ';']);
    let map = ini.read(text.to_owned())?;
    let mut part = Part::default();
    for (section, keys) in &map {
        let name = section.strip_prefix("submodule").map(|name| name.trim().trim_matches('"'));
        let value = |key: &str| keys.get(key).and_then(|v| v.as_deref()).unwrap_or_default();
        let (Some(name), url) = (name, value("url")) else { continue };
        if !url.is_empty() {
            let name = if value("path").is_empty() { name } else { value("path") };
            part.stated.push(Stated::new(Ecosystem::Submodule, name, value("branch"), Purpose::Runtime).from(git(url)));
        }
    }
    part.stated.sort();
    Ok(part)
}

/// Cuts a workflow at its jobs. A job that uses no action, workflow or image need not be parsed.
fn cut(text: &str) -> Option<Cut<'_>> {
    let mut cut = cut::yaml(text, |piece| pipeline(&piece.text))?;
    let words = ["uses", "image", "container"];
    // A piece with escapes may contain one of these words in escaped form.
    cut.pieces.retain(|piece| piece.text.contains('\\') || words.iter().any(|word| piece.text.contains(word)));
    Some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;

    #[test]
    fn workflow_actions_and_images_are_parsed() {
        let text = "jobs:\n  a:\n    container: node:20\n    steps:\n    - uses: Actions/Checkout@v4\n    - uses: ./own\n    - uses: docker://alpine:3\n    - run: 'uses: no@v1'\n  b:\n    uses: o/r/.github/workflows/x.yml@main\n";
        let part = pipeline(text).unwrap();
        let found: Vec<String> =
            part.stated.iter().map(|s| format!("{} {} {}", s.ecosystem, s.name, s.version)).collect();
        let expected = [
            "image node 20",
            "actions actions/checkout v4",
            "image alpine 3",
            "actions o/r/.github/workflows/x.yml main",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn submodules_are_parsed_with_their_urls() {
        let part = submodules("[submodule \"a\"]\n\tpath = libs/a\n\turl = https://example.org/a.git\n").unwrap();
        let from = Origin::Git("https://example.org/a.git".into());
        assert_eq!(part.stated, [Stated::new(Ecosystem::Submodule, "libs/a", "", Purpose::Runtime).from(from)]);
    }
}
