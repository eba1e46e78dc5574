//! Reads `Gemfile.lock`, and the declarations in `Gemfile` and gemspecs.

use super::format::ManifestFormat;
use super::part::Part;
use super::place::{git, registry};
use super::script::strings;
use crate::{Ecosystem, Origin, Purpose, Stated};
use std::collections::BTreeMap;

/// Bundler's manifest, searched for declarations.
pub(super) const GEMFILE: ManifestFormat = ManifestFormat::manifest(
    "Gemfile",
    Ecosystem::Gem,
    |_, name| matches!(name, "Gemfile" | "gems.rb"),
    |text| Ok(declarations(text)),
);

/// Bundler's lockfile.
pub(super) const GEMFILE_LOCK: ManifestFormat = ManifestFormat::lock(
    "Gemfile.lock",
    Ecosystem::Gem,
    |_, name| matches!(name, "Gemfile.lock" | "gems.locked"),
    &["Gemfile", "gemspec"],
    |text| Ok(lock(text)),
    None,
);

/// A gemspec, searched for declarations.
pub(super) const GEMSPEC: ManifestFormat = ManifestFormat::manifest(
    "gemspec",
    Ecosystem::Gem,
    |_, name| name.ends_with(".gemspec"),
    |text| Ok(declarations(text)),
);

const GEM: Ecosystem = Ecosystem::Gem;

pub(super) fn declarations(text: &str) -> Part {
    let mut part = Part::default();
    let mut group: Vec<Purpose> = Vec::new();
    let mut source: Option<Origin> = None;
    for line in text.lines().map(str::trim) {
        let word =
            line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).next().unwrap_or_default();
        let method = word.rsplit('.').next().unwrap_or(word);
        let texts = strings(line);
        match method {
            "source" if line.contains("://") && !line.ends_with(" do") => {
                source = texts.first().map(|url| registry(GEM, url)).filter(|o| *o != Origin::Registry);
            }
            "group" => group.push(if line.contains("test") || line.contains("dev") {
                Purpose::Development
            } else {
                Purpose::Runtime
            }),
            _ if line.ends_with(" do") || line.starts_with("if ") || line.starts_with("unless ") => {
                group.push(group.last().copied().unwrap_or(Purpose::Runtime));
            }
            "end" => {
                group.pop();
            }
            "gem" | "add_dependency" | "add_runtime_dependency" | "add_development_dependency" => {
                let Some(name) = texts.first() else { continue };
                let purpose = if method.contains("development") {
                    Purpose::Development
                } else {
                    group.last().copied().unwrap_or(Purpose::Runtime)
                };
                let is_version = |t: &&String| t.starts_with(|c: char| c.is_ascii_digit() || "~><=!".contains(c));
                let version = texts[1..].iter().filter(is_version).cloned().collect::<Vec<_>>().join(", ");
                let stated = Stated::new(GEM, name, version, purpose);
                part.stated.push(match place(line) {
                    Some(origin) => stated.from(origin),
                    None => stated.from(source.clone().unwrap_or(Origin::Registry)),
                });
            }
            "name" => part.own.extend(texts.into_iter().next()),
            _ => {}
        }
    }
    part
}

/// The origin in a declaration: `git: '…'`, `:github => '…'` and similar.
fn place(line: &str) -> Option<Origin> {
    let value = |key: &str| {
        let forms = [format!(" {key}: "), format!(" :{key} => "), format!(" {key}:"), format!(" :{key}=>")];
        let rest = forms.iter().find_map(|form| line.split_once(form.as_str()))?.1;
        strings(rest).into_iter().next()
    };
    if let Some(url) = value("git") {
        return Some(git(&url));
    }
    if let Some(name) = value("github") {
        return Some(git(&format!("https://github.com/{name}")));
    }
    if let Some(path) = value("path") {
        return Some(Origin::Path(path));
    }
    value("source").map(|url| registry(GEM, &url))
}

pub(super) fn lock(text: &str) -> Part {
    let mut part = Part::default();
    let (mut section, mut origin) = ("", Origin::Registry);
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        let words = line.trim();
        match (depth, section) {
            (0, _) => {
                (section, origin) = (words, Origin::Registry);
                part.has_root |= section == "DEPENDENCIES";
            }
            (2, "DEPENDENCIES") => part.required.extend(name_of(words)),
            (2, "GEM") => {
                if let Some(url) = words.strip_prefix("remote: ") {
                    origin = registry(GEM, url);
                }
            }
            (2, "GIT") => {
                if let Some(url) = words.strip_prefix("remote: ") {
                    origin = git(url);
                }
            }
            (4, "PATH") => part.own.extend(name_of(words)),
            (4, "GEM" | "GIT") => {
                let version = words.split_once('(').map_or("", |(_, v)| v.trim_end_matches(')'));
                // A gem for a specific platform counts as the same gem.
                let version = version.split('-').next().unwrap_or(version);
                let name = name_of(words).unwrap_or_default();
                places.insert((name.clone(), version.to_owned()), part.stated.len());
                part.stated.push(Stated::new(GEM, &name, version, Purpose::Indirect).from(origin.clone()));
            }
            (6, _) => part.required.extend(name_of(words)),
            (2, "CHECKSUMS") => {
                let (Some(name), Some((_, hash))) = (name_of(words), words.split_once(" sha256=")) else { continue };
                let version =
                    words.split_once('(').and_then(|(_, rest)| rest.split([')', '-']).next()).unwrap_or_default();
                let place = places.get(&(name, version.to_owned())).copied();
                if let Some(stated) = place.and_then(|place| part.stated.get_mut(place)) {
                    if !stated.hash.is_empty() {
                        stated.hash.push(' ');
                    }
                    stated.hash.push_str(hash);
                }
            }
            _ => {}
        }
    }
    // Bundler itself is always required.
    part.required.push("bundler".into());
    part
}

fn name_of(words: &str) -> Option<String> {
    let name = words.split([' ', '!', '(']).next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::part::lines;

    #[test]
    fn gemfile_and_gemspec_declarations_are_parsed() {
        let text = "source 'https://rubygems.org'\ngem 'a', '~> 1.0', '>= 1.0.2', require: false\ngroup :test do\n  gem \"b\"\nend\n# gem 'no'\ngem 'c', github: 'o/c', branch: 'main'\nGem::Specification.new do |s|\n  s.name = 'me'\n  s.add_development_dependency 'd', '= 2'\nend\n";
        let part = declarations(text);
        assert_eq!(part.own, ["me"]);
        let found = lines(&part);
        let expected = [
            "a ~> 1.0, >= 1.0.2 Registry runtime",
            "b  Registry development",
            "c  Git(\"https://github.com/o/c\") runtime",
            "d = 2 Registry development",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn lockfile_sources_and_root_dependencies_are_parsed() {
        let text = "GIT\n  remote: https://example.org/g\n  revision: ff\n  specs:\n    g (1.0)\n\nGEM\n  remote: https://gems.example.org/\n  specs:\n    a (1.0-x86_64-linux)\n      b (>= 1)\n    b (2.0)\n\nDEPENDENCIES\n  a (~> 1)\n  g!\n\nCHECKSUMS\n  a (1.0) sha256=ff\n";
        let part = lock(text);
        assert_eq!(part.required, ["b", "a", "g", "bundler"]);
        let host = Origin::Host("gems.example.org".into());
        let expected = [
            Stated::new(GEM, "g", "1.0", Purpose::Indirect).from(Origin::Git("https://example.org/g".into())),
            Stated::new(GEM, "a", "1.0", Purpose::Indirect).from(host.clone()).hashed("ff"),
            Stated::new(GEM, "b", "2.0", Purpose::Indirect).from(host),
        ];
        assert_eq!(part.stated, expected);
    }
}
