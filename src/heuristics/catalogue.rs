use super::anchors;
use super::calibration::Calibration;
use super::model::{
    Atom, ChangeKind, CommitRule, Example, ExampleChange, Family, Heuristic, Join, Kind, PathRule, Subject, TextRule,
};
use super::paths::PathFilter;
use super::raw::{KindName, RawAtomUse, RawCommit, RawExample, RawHeuristic, RawPath, RawSet, RawText};
use crate::decibans::Decibans;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use thiserror::Error;

include!(concat!(env!("OUT_DIR"), "/embedded_heuristics.rs"));

/// What is wrong with a heuristic file, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// Line and column, from 1, where they are known.
    pub at: Option<(usize, usize)>,
    /// One sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// Heuristics that cannot be loaded.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// Files with problems.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
    /// The folder cannot be read.
    #[error("the heuristics in {path} cannot be read: {err}", path = .0, err = .1)]
    Folder(String, std::io::Error),
}

/// Sets of paths, by name.
pub type PathSets = BTreeMap<String, PathFilter>;

/// All heuristics of a run, sorted by family and id.
#[derive(Clone, Default, Debug)]
pub struct Catalogue {
    heuristics: Vec<Heuristic>,
    path_sets: PathSets,
    files: BTreeMap<String, String>,
    calibration: Calibration,
}

impl Catalogue {
    /// Those that ship with the program.
    ///
    /// # Errors
    /// [`CatalogueError`]; a test keeps it from happening.
    pub fn embedded() -> Result<Catalogue, CatalogueError> {
        Catalogue::build(EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    /// The embedded ones and those in a folder (with its subfolders; `sets/` holds shared atoms and paths).
    ///
    /// # Errors
    /// [`CatalogueError`] where a file cannot be read or is wrong.
    pub fn with_folder(folder: &Path) -> Result<Catalogue, CatalogueError> {
        let mut files: Vec<(String, String)> =
            EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let failed = |e| CatalogueError::Folder(folder.display().to_string(), e);
        read_folder(folder, &mut files).map_err(failed)?;
        Catalogue::build(files)
    }

    /// The heuristics, sorted by family and id.
    pub fn iter(&self) -> impl Iterator<Item = &Heuristic> {
        self.heuristics.iter()
    }

    /// The heuristic with this id.
    pub fn get(&self, id: &str) -> Option<&Heuristic> {
        self.heuristics.iter().find(|h| h.id == id)
    }

    /// What was measured.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The file that a heuristic came from.
    pub fn file_of(&self, id: &str) -> &str {
        self.files.get(id).map_or("", String::as_str)
    }

    /// The shared sets of paths.
    pub fn path_sets(&self) -> &PathSets {
        &self.path_sets
    }

    fn build(files: Vec<(String, String)>) -> Result<Catalogue, CatalogueError> {
        let mut problems = Vec::new();
        let mut sets = Sets::default();
        for (file, text) in files.iter().filter(|(file, _)| is_set(file)) {
            match toml::from_str::<RawSet>(text) {
                Ok(raw) => sets.add(raw),
                Err(e) => problems.push(problem(file, text, e.span(), e.message())),
            }
        }
        let mut catalogue = Catalogue::default();
        for (name, globs) in &sets.paths {
            match PathFilter::new(globs, &[]) {
                Ok(filter) => {
                    catalogue.path_sets.insert(name.clone(), filter);
                }
                Err(e) => problems.push(problem("sets", "", None, &format!("the set of paths '{name}': {e}"))),
            }
        }
        for (file, text) in files.iter().filter(|(file, _)| file == CALIBRATION) {
            match toml::from_str::<Calibration>(text) {
                Ok(read) => catalogue.calibration = read,
                Err(e) => problems.push(problem(file, text, e.span(), e.message())),
            }
        }
        for (file, text) in files.iter().filter(|(file, _)| !is_set(file) && file != CALIBRATION) {
            let raw = match toml::from_str::<RawHeuristic>(text) {
                Ok(raw) => raw,
                Err(e) => {
                    problems.push(problem(file, text, e.span(), e.message()));
                    continue;
                }
            };
            match validate(raw, &sets) {
                Ok(heuristic) => {
                    if let Some(other) = catalogue.files.insert(heuristic.id.clone(), file.clone()) {
                        let message = format!("the id '{}' is already used by {other}", heuristic.id);
                        problems.push(problem(file, text, None, &message));
                    }
                    catalogue.heuristics.push(heuristic);
                }
                Err(message) => problems.push(problem(file, text, None, &message)),
            }
        }
        if !problems.is_empty() {
            return Err(CatalogueError::Problems(problems));
        }
        catalogue.heuristics.sort_by(|a, b| (a.family, &a.id).cmp(&(b.family, &b.id)));
        Ok(catalogue)
    }
}

/// The file of what was measured, among the embedded ones.
const CALIBRATION: &str = "heuristics/calibration.toml";

fn is_set(file: &str) -> bool {
    Path::new(file).parent().and_then(Path::file_name).is_some_and(|folder| folder == "sets")
}

fn read_folder(folder: &Path, files: &mut Vec<(String, String)>) -> std::io::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            read_folder(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            files.push((path.display().to_string(), std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

fn problem(file: &str, text: &str, span: Option<Range<usize>>, message: &str) -> Problem {
    let at = span.and_then(|span| text.get(..span.start)).map(|before| {
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    });
    let message = message.lines().map(str::trim).collect::<Vec<_>>().join("; ");
    Problem { file: file.to_owned(), at, message }
}

/// Shared atoms and path lists, by name.
#[derive(Default)]
struct Sets {
    atoms: BTreeMap<String, (String, Option<Vec<String>>)>,
    paths: BTreeMap<String, Vec<String>>,
}

impl Sets {
    fn add(&mut self, raw: RawSet) {
        self.atoms.extend(raw.atom.into_iter().map(|a| (a.name, (a.pattern, a.anchors))));
        self.paths.extend(raw.paths.into_iter().map(|p| (p.name, p.globs)));
    }

    /// Globs with `@name` replaced by the list of that name.
    fn globs(&self, globs: &[String]) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        for glob in globs {
            match glob.strip_prefix('@') {
                Some(name) => all.extend(
                    self.paths.get(name).ok_or_else(|| format!("no set of paths is called '{name}'"))?.iter().cloned(),
                ),
                None => all.push(glob.clone()),
            }
        }
        Ok(all)
    }

    fn filter(&self, wanted: &[String], excluded: &[String]) -> Result<PathFilter, String> {
        if wanted.is_empty() {
            return Err("`paths` is empty: nothing could ever match".into());
        }
        PathFilter::new(&self.globs(wanted)?, &self.globs(excluded)?).map_err(|e| e.to_string())
    }

    fn atom(&self, raw: RawAtomUse) -> Result<Atom, String> {
        let (name, pattern, anchors) = match (raw.r#use, raw.name, raw.pattern) {
            (Some(used), name, None) => {
                let (pattern, anchors) =
                    self.atoms.get(&used).cloned().ok_or_else(|| format!("no shared atom is called '{used}'"))?;
                (name.unwrap_or(used), pattern, anchors)
            }
            (None, Some(name), Some(pattern)) => (name, pattern, raw.anchors),
            _ => return Err("an atom has either `use`, or `name` and `pattern`".into()),
        };
        regex::bytes::Regex::new(&pattern)
            .map_err(|e| format!("the pattern of '{name}' cannot be used: {}", e.to_string().replace('\n', " ")))?;
        let anchors = match anchors {
            Some(given) => given.into_iter().map(String::into_bytes).collect(),
            None => anchors::derive(&pattern),
        };
        Ok(Atom { name, pattern, anchors })
    }

    fn text(&self, raw: RawText) -> Result<TextRule, String> {
        let paths = self.filter(&raw.paths, &raw.exclude)?;
        let atoms: Vec<Atom> = raw.atom.into_iter().map(|a| self.atom(a)).collect::<Result<_, _>>()?;
        let find = |names: &[String]| -> Result<Vec<usize>, String> {
            names
                .iter()
                .map(|name| {
                    atoms.iter().position(|a| a.name == *name).ok_or_else(|| format!("no atom is called '{name}'"))
                })
                .collect()
        };
        let join = Join {
            all: find(&raw.join.all)?,
            any: find(&raw.join.any)?,
            none: find(&raw.join.none)?,
            within_lines: raw.join.within_lines,
        };
        let counted = |i: &usize| !join.none.contains(i);
        if !(0..atoms.len()).filter(counted).any(|i| !atoms[i].anchors.is_empty()) {
            return Err("no atom has anchors: give the literals that announce it, three bytes or longer".into());
        }
        Ok(TextRule { paths, atoms, join })
    }

    fn commit(&self, raw: RawCommit) -> Result<CommitRule, String> {
        let (place, pattern) = match (raw.subject, raw.message) {
            (Some(pattern), None) => (Subject::Subject, pattern),
            (None, Some(pattern)) => (Subject::Message, pattern),
            _ => return Err("a commit rule has either `subject` or `message`".into()),
        };
        for pattern in raw.unless_message.iter().chain([&pattern]) {
            regex::bytes::Regex::new(pattern).map_err(|e| e.to_string().replace('\n', " "))?;
        }
        let unless = (!raw.unless_paths.is_empty()).then(|| self.filter(&raw.unless_paths, &[])).transpose()?;
        Ok(CommitRule {
            place,
            pattern,
            unless_message: raw.unless_message,
            paths: self.filter(&raw.paths, &raw.exclude)?,
            unless_paths: unless,
            min_lines: raw.min_lines,
        })
    }

    fn path(&self, raw: RawPath) -> Result<PathRule, String> {
        let changes: Vec<ChangeKind> = raw.changes;
        if changes.is_empty() {
            return Err("`changes` is empty: nothing could ever match".into());
        }
        Ok(PathRule { paths: self.filter(&raw.paths, &raw.exclude)?, changes })
    }
}

fn validate(raw: RawHeuristic, sets: &Sets) -> Result<Heuristic, String> {
    if !raw.id.starts_with(|c: char| c.is_ascii_lowercase())
        || !raw.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        || Family::ALL.iter().any(|f| f.name() == raw.id)
    {
        return Err(format!("the id '{}' is not in kebab-case, or is a family's name", raw.id));
    }
    if !(0.0..=60.0).contains(&raw.weight_db) {
        return Err(format!("weight_db is {}, and must be between 0 and 60", raw.weight_db));
    }
    let kind =
        match (raw.kind, raw.text, raw.path, raw.commit, raw.params) {
            (KindName::Text, Some(text), None, None, None) => Kind::Text(sets.text(text)?),
            (KindName::Path, None, Some(path), None, None) => Kind::Path(sets.path(path)?),
            (KindName::Commit, None, None, Some(commit), None) => Kind::Commit(sets.commit(commit)?),
            (KindName::Coded, None, None, None, params) => Kind::Coded(params.unwrap_or_default()),
            _ => return Err(
                "a heuristic has the table that its kind names (text, path, commit; params for coded), and no other"
                    .into(),
            ),
        };
    Ok(Heuristic {
        id: raw.id,
        family: raw.family,
        group: raw.group,
        title: raw.title,
        severity: raw.severity,
        confidence: raw.confidence,
        weight: Decibans(raw.weight_db),
        calibrated: raw.calibrated,
        persona: raw.persona,
        rationale: raw.rationale,
        innocent: raw.innocent,
        remediation: raw.remediation,
        references: raw.references,
        attack: raw.attack,
        cwe: raw.cwe,
        kind,
        examples: raw.example.into_iter().map(example).collect::<Result<_, _>>()?,
    })
}

fn example(raw: RawExample) -> Result<Example, String> {
    let fires = raw.fires;
    if let Some(story) = raw.story {
        let others = raw.path.is_some() || raw.text.is_some() || raw.message.is_some() || !raw.change.is_empty();
        return if others {
            Err("an example names a story, or a change, not both".into())
        } else {
            Ok(Example::Story { fires, story })
        };
    }
    let mut changes: Vec<ExampleChange> =
        raw.change.into_iter().map(|c| ExampleChange { path: c.path, before: c.before, text: c.text }).collect();
    if let Some(path) = raw.path {
        changes.push(ExampleChange { path, before: raw.before, text: raw.text });
    }
    if changes.is_empty() {
        return Err("an example has a `story`, a `path` with its `text`, or `change` tables".into());
    }
    Ok(Example::Commit { fires, message: raw.message.unwrap_or_else(|| "Change a file".into()), changes })
}
