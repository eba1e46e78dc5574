//! Reads Dockerfiles: the images that they build from, and the packages that they install.

use super::format::ManifestFormat;
use super::part::Part;
use crate::{Ecosystem, Origin, Purpose, Stated};
use std::collections::{BTreeMap, BTreeSet};

/// A Dockerfile.
pub(super) const DOCKERFILE: ManifestFormat = ManifestFormat {
    name: "Dockerfile",
    ecosystem: None,
    matches: |_, name| is_dockerfile(name),
    locks: &[],
    has_hashes: false,
    read: |text| Ok(dockerfile(text)),
    cut: None,
};

/// Parses an image reference: registry, name, and a tag or a digest.
pub(super) fn image(reference: &str, purpose: Purpose) -> Option<Stated> {
    let reference = reference.trim();
    if reference.is_empty() || reference.contains(['$', '{', ' ']) {
        return None;
    }
    let (name, digest) = reference.split_once('@').unwrap_or((reference, ""));
    let last = name.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match name[last..].split_once(':') {
        Some((base, tag)) => (&name[..last + base.len()], tag),
        None => (name, ""),
    };
    let version = if digest.is_empty() { tag } else { digest };
    let first = name.split('/').next().unwrap_or_default();
    let has_host = name.contains('/') && (first.contains(['.', ':']) || first == "localhost");
    let stated = Stated::new(Ecosystem::Image, name, version, purpose);
    Some(if has_host { stated.from(Origin::host(Ecosystem::Image, first)) } else { stated })
}

/// Installers, the ecosystems of their packages, and the arguments that precede package names.
const INSTALLERS: [(&str, Ecosystem, &[&str]); 11] = [
    ("pip", Ecosystem::PyPi, &["install"]),
    ("pip3", Ecosystem::PyPi, &["install"]),
    ("uv", Ecosystem::PyPi, &["pip", "install"]),
    ("pipx", Ecosystem::PyPi, &["install"]),
    ("npm", Ecosystem::Npm, &["install"]),
    ("npm", Ecosystem::Npm, &["i"]),
    ("yarn", Ecosystem::Npm, &["add"]),
    ("pnpm", Ecosystem::Npm, &["add"]),
    ("gem", Ecosystem::Gem, &["install"]),
    ("cargo", Ecosystem::Cargo, &["install"]),
    ("go", Ecosystem::Go, &["install"]),
];

/// Options with a value that is not a package.
const WITH_VALUE: [&str; 14] = [
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-i",
    "--index-url",
    "--extra-index-url",
    "--prefix",
    "--target",
    "-t",
    "--version",
    "--registry",
    "--root",
    "--git",
];

/// Maximum number of variables that are kept. No image name needs more.
const MAX_VALUES: usize = 200;

pub(super) fn dockerfile(text: &str) -> Part {
    let mut part = Part::default();
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let mut stages: BTreeSet<String> = BTreeSet::new();
    for line in logical_lines(text) {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        let rest = rest.trim();
        match word.to_ascii_uppercase().as_str() {
            "ARG" | "ENV" => {
                if let Some((name, value)) = rest.split_once('=').filter(|_| values.len() < MAX_VALUES) {
                    values.insert(name.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned());
                }
            }
            "FROM" => {
                let mut words = rest.split_whitespace().filter(|w| !w.starts_with("--"));
                let reference = filled(words.next().unwrap_or_default(), &values);
                if reference != "scratch" && !stages.contains(&reference.to_ascii_lowercase()) {
                    part.stated.extend(image(&reference, Purpose::Runtime));
                }
                if words.next().is_some_and(|w| w.eq_ignore_ascii_case("as")) {
                    stages.extend(words.next().map(str::to_ascii_lowercase));
                }
            }
            "RUN" => rest.split(['\n', ';', '&', '|']).for_each(|command| part.stated.extend(installed(command))),
            _ => {}
        }
    }
    part
}

/// Splits a Dockerfile into lines as Docker does: a backslash continues a line, even across comment lines.
fn logical_lines(text: &str) -> Vec<String> {
    let (mut lines, mut open) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        match line.strip_suffix('\\') {
            Some(part) => {
                open.push_str(part);
                open.push(' ');
            }
            None => {
                open.push_str(line);
                lines.push(std::mem::take(&mut open));
            }
        }
    }
    lines.extend((!open.is_empty()).then_some(open));
    lines
}

/// Replaces the variables in a reference, one after the other.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = text.to_owned();
    // Longest names first, since a shorter name may be the beginning of a longer one.
    let mut names: Vec<(&String, &String)> = values.iter().filter(|_| text.contains('$')).collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for (name, value) in names {
        for form in [format!("${{{name}}}"), format!("${name}")] {
            if filled.len() < 500 {
                filled = filled.replace(&form, value);
            }
        }
    }
    filled
}

/// The packages that a command installs by name.
fn installed(command: &str) -> Vec<Stated> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let Some((ecosystem, start)) = INSTALLERS.iter().find_map(|(tool, ecosystem, verbs)| {
        let at = words.iter().position(|w| w.rsplit('/').next() == Some(tool))? + 1;
        let rest: Vec<&str> = words[at..].iter().copied().filter(|w| !w.starts_with('-')).take(verbs.len()).collect();
        let verb = words.iter().position(|w| Some(w) == verbs.last())?;
        (rest == **verbs && verb >= at).then_some((*ecosystem, verb + 1))
    }) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut words = words[start..].iter();
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(word) {
            words.next();
            continue;
        }
        let word = word.trim_matches(['"', '\'']);
        let is_name =
            word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@') && !word.contains(['$', '<', '\\']);
        let is_place =
            word.contains("://") || word.ends_with(".whl") || word.ends_with(".tgz") || word.ends_with(".gem");
        if !is_name || is_place || word == "." {
            continue;
        }
        let (name, version) = match ecosystem {
            Ecosystem::PyPi => {
                let end = word.find(['=', '>', '<', '~', '!', '[']).unwrap_or(word.len());
                (&word[..end], word[end..].trim_start_matches(|c| c != '=' && c != '>' && c != '<' && c != '~'))
            }
            Ecosystem::Gem => word.split_once(':').unwrap_or((word, "")),
            _ => super::npm::split_descriptor(word),
        };
        let is_folder = ecosystem != Ecosystem::Npm && ecosystem != Ecosystem::Go && name.contains('/');
        if !is_folder && !name.is_empty() {
            found.push(Stated::new(ecosystem, name, version, Purpose::Build));
        }
    }
    found
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        lower.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
            && !lower.ends_with(".md")
            || lower.ends_with(&format!(".{word}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfile_images_and_installed_packages_are_parsed() {
        let text = "ARG V=3.12\nFROM --platform=linux/amd64 registry.example.org:5000/python:${V} AS base\nFROM base\nRUN apt-get update && pip install --no-cache-dir -r r.txt 'a==1.0' b \\\n  # why\n  c[x]>=2 && npm i -g @s/d@1 e\nFROM node@sha256:ff\nFROM ${UNKNOWN}\n";
        let found: Vec<String> =
            dockerfile(text).stated.iter().map(|s| format!("{} {} {}", s.ecosystem, s.name, s.version)).collect();
        let expected = [
            "image registry.example.org:5000/python 3.12",
            "pypi a ==1.0",
            "pypi b ",
            "pypi c >=2",
            "npm @s/d 1",
            "npm e ",
            "image node sha256:ff",
        ];
        assert_eq!(found, expected);
    }
}
