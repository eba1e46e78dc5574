//! Reads Python's requirements files, `pyproject.toml` (PEP 621, PEP 735, Poetry and uv), `setup.cfg`, the declarations
//! in `setup.py`, and `Pipfile`.

use super::cargo::{table, text_of};
use super::format::ManifestFormat;
use super::part::{Fault, Part};
use super::place::{any, git, registry};
use super::script::{bracketed, strings};
use crate::{Ecosystem, Origin, Purpose, Stated};
use configparser::ini::Ini;
use toml::{Table, Value};

/// pip's requirements and constraints files.
pub(super) const REQUIREMENTS: ManifestFormat = ManifestFormat {
    has_hashes: true,
    ..ManifestFormat::manifest("requirements.txt", Ecosystem::PyPi, is_requirements, |text| Ok(requirements(text)))
};

/// The manifest of PEP 621, Poetry and others.
pub(super) const PYPROJECT: ManifestFormat =
    ManifestFormat::manifest("pyproject.toml", Ecosystem::PyPi, |_, name| name == "pyproject.toml", pyproject);

/// setuptools' declarative manifest.
pub(super) const SETUP_CFG: ManifestFormat =
    ManifestFormat::manifest("setup.cfg", Ecosystem::PyPi, |_, name| name == "setup.cfg", setup_cfg);

/// setuptools' script, searched for declarations.
pub(super) const SETUP_PY: ManifestFormat =
    ManifestFormat::manifest("setup.py", Ecosystem::PyPi, |_, name| name == "setup.py", |text| Ok(setup_py(text)));

/// Pipenv's manifest.
pub(super) const PIPFILE: ManifestFormat =
    ManifestFormat::manifest("Pipfile", Ecosystem::PyPi, |_, name| name == "Pipfile", pipfile);

pub(super) const PYPI: Ecosystem = Ecosystem::PyPi;

/// Parses a PEP 508 requirement: a name, extras, a version or a URL. The environment marker is dropped.
fn required(text: &str, purpose: Purpose) -> Option<Stated> {
    let text = text.split(';').next().unwrap_or_default().trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let (name, mut rest) = (&text[..end], text[end..].trim_start());
    let edges = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if !edges(name.chars().next()) || !edges(name.chars().next_back()) {
        return None;
    }
    if let Some(after) = rest.strip_prefix('[') {
        rest = after.split_once(']')?.1.trim_start();
    }
    if let Some(url) = rest.strip_prefix('@') {
        let url = url.trim();
        let (place, revision) = match url.rsplit_once('@') {
            Some((place, revision)) if url.starts_with("git+") && !revision.contains('/') => (place, revision),
            _ => (url, super::place::revision(url)),
        };
        return Some(Stated::new(PYPI, name, revision, purpose).from(any(place)));
    }
    let version = rest.trim_start_matches('(').trim_end_matches(')').trim();
    let is_version = version.is_empty() || version.starts_with(['=', '<', '>', '!', '~']);
    is_version.then(|| Stated::new(PYPI, name, version, purpose))
}

pub(super) fn requirements(text: &str) -> Part {
    let mut part = Part::default();
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    // The index option applies to the whole file, no matter which line it is on.
    let index =
        joined.lines().filter_map(|l| option(l.trim(), &["--extra-index-url", "--index-url", "-i"])).next_back();
    for line in joined.lines() {
        let line = line.trim();
        let (line, editable) = match option(line, &["--editable", "-e"]) {
            Some(place) => (place, true),
            None => (line, false),
        };
        if line.is_empty() || line.starts_with(['#', '-']) {
            continue;
        }
        // A comment must be preceded by whitespace.
        let line = line.replace('\t', " ");
        let line = line.split(" #").next().unwrap_or(&line).trim();
        let hashes: Vec<&str> = line.split_whitespace().filter_map(|w| w.strip_prefix("--hash=")).map(short).collect();
        let line = line.split(" --").next().unwrap_or(line).trim();
        let named = if editable { None } else { required(line, Purpose::Runtime) };
        let Some(stated) = named else {
            part.stated.extend(by_place(line));
            continue;
        };
        let stated = match (&index, &stated.origin) {
            (Some(url), Origin::Registry) => stated.from(registry(PYPI, url)),
            _ => stated,
        };
        part.stated.push(stated.hashed(hashes.join(" ")));
    }
    part
}

/// The value of a command-line option at the start of a line.
fn option<'l>(line: &'l str, names: &[&str]) -> Option<&'l str> {
    let rest = names.iter().find_map(|name| line.strip_prefix(name))?;
    // The short form needs no space.
    let is_short = !line.starts_with("--");
    let value =
        rest.strip_prefix('=').or_else(|| (is_short || rest.starts_with(char::is_whitespace)).then_some(rest))?;
    value.split_whitespace().next()
}

/// Parses a requirement that is a URL or a path: its name follows `egg=`, or is the last part of the URL or path.
fn by_place(line: &str) -> Option<Stated> {
    let place = line.split_whitespace().next()?;
    let egg = place.split_once("egg=").map(|(_, name)| name.split(['&', '[']).next().unwrap_or(name));
    if !place.contains("://") {
        return (place.starts_with("..") || place.starts_with('/')).then(|| {
            let name = place.rsplit('/').find(|part| !part.is_empty()).unwrap_or(place);
            Stated::new(PYPI, egg.unwrap_or(name), "", Purpose::Runtime).from(Origin::Path(place.to_owned()))
        });
    }
    let bare = super::place::bare(place);
    let (bare, revision) = match bare.rsplit_once('@') {
        Some((bare, revision)) if !revision.contains('/') => (bare.to_owned(), revision.to_owned()),
        _ => (bare, String::new()),
    };
    let last = bare.trim_end_matches(".git").rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    Some(Stated::new(PYPI, egg.unwrap_or(last), revision, Purpose::Runtime).from(any(&bare)))
}

/// Truncates a hash, since files have dozens of them. The result is long enough to distinguish hashes.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..hash.find(':').map_or(16, |at| at + 17)).unwrap_or(hash)
}

pub(super) fn pyproject(text: &str) -> Result<Part, Fault> {
    let root = table(text)?;
    let mut part = Part::default();
    let list = |value: Option<&Value>| -> Vec<String> {
        value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut add = |texts: Vec<String>, purpose| part.stated.extend(texts.iter().filter_map(|t| required(t, purpose)));
    if let Some(build) = root.get("build-system") {
        add(list(build.get("requires")), Purpose::Build);
    }
    if let Some(project) = root.get("project") {
        add(list(project.get("dependencies")), Purpose::Runtime);
        for (_, extra) in project.get("optional-dependencies").and_then(Value::as_table).into_iter().flatten() {
            add(list(Some(extra)), Purpose::Development);
        }
    }
    for (_, group) in root.get("dependency-groups").and_then(Value::as_table).into_iter().flatten() {
        add(list(Some(group)), Purpose::Development);
    }
    part.own.extend(root.get("project").and_then(|p| p.get("name")).and_then(Value::as_str).map(str::to_owned));
    part.version = root.get("project").and_then(Value::as_table).map_or("", |p| text_of(p, "version")).to_owned();
    let tool = |name: &str| root.get("tool").and_then(|t| t.get(name)).and_then(Value::as_table);
    if let Some(uv) = tool("uv") {
        let more = list(uv.get("dev-dependencies"));
        part.stated.extend(more.iter().filter_map(|t| required(t, Purpose::Development)));
        let indexes = uv.get("index").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
        let urls: Vec<(&str, &str)> = indexes.map(|i| (text_of(i, "name"), text_of(i, "url"))).collect();
        for (name, source) in uv.get("sources").and_then(Value::as_table).into_iter().flatten() {
            let Some(source) = source.as_table() else { continue };
            let wanted = PYPI.normal(name);
            for stated in part.stated.iter_mut().filter(|s| s.name == wanted) {
                let index = urls.iter().find(|(name, _)| *name == text_of(source, "index"));
                stated.origin = match (text_of(source, "git"), text_of(source, "url"), text_of(source, "path"), index) {
                    ("", "", "", Some((_, url))) => registry(PYPI, url),
                    ("", "", "", None) => continue,
                    ("", "", path, _) => Origin::Path(path.to_owned()),
                    ("", url, ..) => any(url),
                    (url, ..) => git(url),
                };
            }
        }
    }
    if let Some(poetry) = tool("poetry") {
        part.own.push(text_of(poetry, "name").to_owned());
        if part.version.is_empty() {
            part.version = text_of(poetry, "version").to_owned();
        }
        let mut sections = vec![
            (poetry.get("dependencies"), Purpose::Runtime),
            (poetry.get("dev-dependencies"), Purpose::Development),
        ];
        let groups = poetry.get("group").and_then(Value::as_table).into_iter().flatten();
        sections.extend(groups.map(|(_, group)| (group.get("dependencies"), Purpose::Development)));
        for (section, purpose) in sections {
            for (name, value) in section.and_then(Value::as_table).into_iter().flatten().filter(|(n, _)| *n != "python")
            {
                part.stated.push(poetry_required(name, value, purpose));
            }
        }
    }
    part.own = part.own.iter().filter(|n| !n.is_empty()).map(|n| PYPI.normal(n)).collect();
    Ok(part)
}

/// Parses a requirement of Poetry or Pipenv: a version, or a table with a source.
fn poetry_required(name: &str, value: &Value, purpose: Purpose) -> Stated {
    let of = |key| value.as_table().map_or("", |t| text_of(t, key));
    let version = value.as_str().unwrap_or_else(|| if of("rev").is_empty() { of("version") } else { of("rev") });
    let origin = match (of("git"), of("url"), of("file"), of("path")) {
        ("", "", "", "") => Origin::Registry,
        ("", "", "", path) => Origin::Path(path.to_owned()),
        ("", "", file, _) => {
            if file.contains("://") {
                any(file)
            } else {
                Origin::Path(file.to_owned())
            }
        }
        ("", url, ..) => any(url),
        (url, ..) => git(url),
    };
    Stated::new(PYPI, name, version, purpose).from(origin)
}

pub(super) fn setup_cfg(text: &str) -> Result<Part, Fault> {
    let mut ini = Ini::new_cs();
    ini.set_multiline(true);
    ini.set_comment_symbols(&['#', ';']);
    let map = ini.read(text.to_owned())?;
    let mut part = Part::default();
    let mut add = |value: &Option<String>, purpose| {
        let lines = value.as_deref().unwrap_or_default().lines();
        part.stated.extend(lines.filter(|l| !l.trim_start().starts_with('#')).filter_map(|l| required(l, purpose)));
    };
    for (section, keys) in &map {
        for (key, value) in keys {
            match (section.as_str(), key.as_str()) {
                ("options", "install_requires") => add(value, Purpose::Runtime),
                ("options", "setup_requires") => add(value, Purpose::Build),
                ("options", "tests_require") | ("options.extras_require", _) => add(value, Purpose::Development),
                _ => {}
            }
        }
    }
    part.own.extend(map.get("metadata").and_then(|m| m.get("name")?.clone()).map(|name| PYPI.normal(&name)));
    part.stated.sort();
    Ok(part)
}

/// Reads the lists assigned to arguments of `setup()`, or to variables of the same names.
pub(super) fn setup_py(text: &str) -> Part {
    let lists = [
        ("install_requires", Purpose::Runtime),
        ("requires", Purpose::Runtime),
        ("requirements", Purpose::Runtime),
        ("setup_requires", Purpose::Build),
        ("tests_require", Purpose::Development),
        ("test_requirements", Purpose::Development),
        ("extras_require", Purpose::Development),
    ];
    let mut part = Part::default();
    for (name, purpose) in lists {
        // The limit bounds the work for hostile files: each unclosed bracket requires a scan of the rest of the file.
        for (at, _) in text.match_indices(name).take(100) {
            let before = text[..at].chars().next_back();
            let rest = text[at + name.len()..].trim_start();
            let is_word = before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            let Some(assigned) = rest.strip_prefix('=').filter(|r| !is_word && !r.starts_with('=')) else { continue };
            let Some(list) = bracketed(assigned, 0) else { continue };
            // In a table of extras, only the lists are requirements; the keys are not.
            let is_table = assigned.trim_start().starts_with('{');
            let texts = if is_table {
                list.match_indices('[').filter_map(|(at, _)| bracketed(list, at)).flat_map(strings).collect()
            } else {
                strings(list)
            };
            part.stated.extend(texts.iter().filter_map(|t| required(t, purpose)));
        }
    }
    let name = text.match_indices("name").find_map(|(at, _)| {
        let rest = text[at + 4..].trim_start().strip_prefix('=')?;
        strings(rest.lines().next()?).into_iter().next()
    });
    part.own.extend(name.map(|name| PYPI.normal(&name)));
    part
}

pub(super) fn pipfile(text: &str) -> Result<Part, Fault> {
    let root = table(text)?;
    let mut part = Part::default();
    let sources: Vec<&Table> =
        root.get("source").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table).collect();
    for (section, purpose) in [("packages", Purpose::Runtime), ("dev-packages", Purpose::Development)] {
        for (name, value) in root.get(section).and_then(Value::as_table).into_iter().flatten() {
            let stated = poetry_required(name, value, purpose);
            let index = value.get("index").and_then(Value::as_str);
            let url = index.and_then(|index| sources.iter().find(|s| text_of(s, "name") == index));
            part.stated.push(match url {
                Some(source) => stated.from(registry(PYPI, text_of(source, "url"))),
                None => stated,
            });
        }
    }
    Ok(part)
}

/// Whether a text file lists requirements, according to its name or its folder.
fn is_requirements(folder: &str, name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".in")) else { return false };
    let stem = stem.to_ascii_lowercase();
    stem.contains("requirements") || stem == "constraints" || folder.rsplit('/').next() == Some("requirements")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::part::lines;

    #[test]
    fn requirements_have_versions_origins_and_hashes() {
        let text = "# note\n-r base.txt\nA_b.c[x]>=1,<2 ; python_version < '3' # why\nd==1.0 --hash=sha256:0123456789abcdef99 \\\n  --hash=sha256:1\n-e git+https://example.org/e.git@v1#egg=e\nf @ https://example.org/f.tar.gz\n../g\nhttp://example.org/h-1.tar.gz\ni@https://example.org/i.zip\t# why\n";
        let expected = [
            "a-b-c >=1,<2 Registry runtime",
            "d ==1.0 Registry runtime",
            "e v1 Git(\"https://example.org/e.git\") runtime",
            "f  Archive(\"https://example.org/f.tar.gz\") runtime",
            "g  Path(\"../g\") runtime",
            "h-1-tar-gz  Archive(\"http://example.org/h-1.tar.gz\") runtime",
            "i  Archive(\"https://example.org/i.zip\") runtime",
        ];
        let part = requirements(text);
        assert_eq!(lines(&part), expected);
        assert_eq!(part.stated[1].hash, "sha256:0123456789abcdef sha256:1");
        let private = requirements("a\n--index-url https://u:p@pypi.example.org/simple\n");
        assert_eq!(lines(&private), ["a  Host(\"pypi.example.org\") runtime"]);
    }

    #[test]
    fn pyproject_setup_cfg_and_setup_py_requirements_are_parsed() {
        let text = "[build-system]\nrequires = ['setuptools>=61']\n[project]\nname = 'Me'\ndependencies = ['a>=1', 'b']\n\
            [project.optional-dependencies]\nx = ['c']\n[dependency-groups]\ndev = ['d', {include-group = 'x'}]\n\
            [tool.uv.sources]\nb = { git = 'https://example.org/b' }\n\
            [tool.poetry.dependencies]\npython = '^3'\ne = { version = '^1', optional = true }\n";
        let part = pyproject(text).unwrap();
        assert_eq!(part.own, ["me"]);
        let expected = [
            "setuptools >=61 Registry build",
            "a >=1 Registry runtime",
            "b  Git(\"https://example.org/b\") runtime",
            "c  Registry development",
            "d  Registry development",
            "e ^1 Registry runtime",
        ];
        assert_eq!(lines(&part), expected);
        let cfg = "[metadata]\nname = me\n[options]\ninstall_requires =\n    a>=1\n    # no\n    b; python_version<'3'\n[options.extras_require]\nx =\n  c\n";
        assert_eq!(
            lines(&setup_cfg(cfg).unwrap()),
            ["a >=1 Registry runtime", "b  Registry runtime", "c  Registry development"]
        );
        let script = "setup(name='Me', install_requires=['a>=1',  # why\n 'b'], extras_require={'x': ['c']},\n setup_requires = requirements)\n";
        let part = setup_py(script);
        assert_eq!(part.own, ["me"]);
        assert_eq!(lines(&part), ["a >=1 Registry runtime", "b  Registry runtime", "c  Registry development"]);
    }
}
