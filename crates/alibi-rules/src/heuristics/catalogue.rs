//! Loads heuristic files.

use super::calibration::Calibration;
use super::classes::Nature;
use super::combination::{Combination, RawCombinations};
use super::measured::Measurement;
use super::model::Heuristic;
use super::paths::PathFilter;
use super::raw::{RawAtomUse, RawHeuristic, RawSet};
use super::rule::Atom;
use super::validate::{Sets, atom, validate};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::path::Path;
use thiserror::Error;

include!(concat!(env!("OUT_DIR"), "/embedded_heuristics.rs"));

/// A problem in a heuristic file, with its position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// 1-based line and column, if known.
    pub at: Option<(usize, usize)>,
    /// A sentence that describes the problem.
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

/// Why heuristics cannot be loaded.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// Some files have problems.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
    /// The folder contains no heuristic.
    #[error("no heuristics found in {0}: expected files that end in .toml")]
    Empty(String),
    /// The folder cannot be read.
    #[error("cannot read heuristics in {path}: {err}", path = .0, err = .1)]
    Folder(String, std::io::Error),
}

/// Sets of paths, by name.
pub type PathSets = BTreeMap<String, PathFilter>;

/// All heuristics of a run, sorted by family and id.
#[derive(Clone, Default, Debug)]
pub struct Catalogue {
    heuristics: Vec<Heuristic>,
    path_sets: PathSets,
    sensitive: BTreeMap<String, PathFilter>,
    files: BTreeMap<String, String>,
    calibration: Calibration,
    measurement: Measurement,
    combinations: Vec<Combination>,
    secrets: Vec<Atom>,
}

impl Catalogue {
    /// The heuristics that ship with the program.
    ///
    /// # Errors
    /// [`CatalogueError`] if an embedded file is invalid, which a test rules out.
    pub fn embedded() -> Result<Catalogue, CatalogueError> {
        Catalogue::build(EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    /// The embedded heuristics and those in a folder, including subfolders. `sets/` contains shared atoms and paths.
    ///
    /// # Errors
    /// [`CatalogueError`] if a file cannot be read or is invalid.
    pub fn with_folder(folder: &Path) -> Result<Catalogue, CatalogueError> {
        let mut files: Vec<(String, String)> =
            EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let failed = |e| CatalogueError::Folder(folder.display().to_string(), e);
        let embedded = files.len();
        read_folder(folder, &mut files).map_err(failed)?;
        if files.len() == embedded {
            return Err(CatalogueError::Empty(folder.display().to_string()));
        }
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

    /// The calibration results.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The measured rates: how often each heuristic fires on ordinary history and on its examples.
    pub fn measurement(&self) -> &Measurement {
        &self.measurement
    }

    /// The combinations of heuristics that block only together, sorted by id.
    pub fn combinations(&self) -> &[Combination] {
        &self.combinations
    }

    /// The shared atoms that match secrets.
    pub fn secrets(&self) -> &[Atom] {
        &self.secrets
    }

    /// The file that defines a heuristic.
    pub fn file_of(&self, id: &str) -> &str {
        self.files.get(id).map_or("", String::as_str)
    }

    /// The sensitive paths, by kind.
    pub fn sensitive(&self) -> &BTreeMap<String, PathFilter> {
        &self.sensitive
    }

    /// The kinds of sensitive paths that ship with the program.
    pub fn built_in_kinds() -> BTreeSet<String> {
        let sets = EMBEDDED.iter().filter(|(file, _)| is_set(file));
        let kinds = sets.filter_map(|(_, text)| toml::from_str::<RawSet>(text).ok()).flat_map(|set| set.paths);
        kinds.filter_map(|paths| paths.sensitive).collect()
    }

    /// The shared sets of paths.
    pub fn path_sets(&self) -> &PathSets {
        &self.path_sets
    }

    fn build(files: Vec<(String, String)>) -> Result<Catalogue, CatalogueError> {
        let mut problems = Vec::new();
        let mut catalogue = Catalogue::default();
        let mut sets = Sets::default();
        parse(&files, is_set, &mut problems).into_iter().for_each(|(_, raw)| sets.add(raw));
        catalogue.add_sets(&sets, &mut problems);
        if let Some((_, calibration)) = parse(&files, |file| file == CALIBRATION, &mut problems).pop() {
            catalogue.calibration = calibration;
        }
        if let Some((_, measurement)) = parse(&files, |file| file == MEASURED, &mut problems).pop() {
            catalogue.measurement = measurement;
        }
        let combinations = parse(&files, |file| file == COMBINATIONS, &mut problems);
        let is_heuristic = |file: &str| !is_set(file) && ![CALIBRATION, MEASURED, COMBINATIONS].contains(&file);
        for (file, raw) in parse(&files, is_heuristic, &mut problems) {
            catalogue.add_heuristic(file, raw, &sets, &mut problems);
        }
        for raw in combinations.into_iter().flat_map(|(_, raw): (_, RawCombinations)| raw.combination) {
            let is_known = |id: &str| catalogue.heuristics.iter().any(|h| h.id == id && h.nature == Nature::Attack);
            let measured = catalogue.measurement.rate.iter().find(|m| m.id == raw.id).cloned();
            match Combination::validate(raw, measured, &is_known) {
                Ok(combination) => catalogue.combinations.push(combination),
                Err(message) => problems.push(problem(COMBINATIONS, "", None, &message)),
            }
        }
        if !problems.is_empty() {
            return Err(CatalogueError::Problems(problems));
        }
        catalogue.combinations.sort_by(|a, b| a.id.cmp(&b.id));
        catalogue.heuristics.sort_by(|a, b| (a.family, &a.id).cmp(&(b.family, &b.id)));
        Ok(catalogue)
    }

    /// Adds the shared atoms and paths.
    fn add_sets(&mut self, sets: &Sets, problems: &mut Vec<Problem>) {
        for shared in sets.atoms.values().filter(|a| a.secret) {
            match atom(shared.clone(), &RawAtomUse::default()) {
                Ok(atom) => self.secrets.push(atom),
                Err(message) => problems.push(problem("sets", "", None, &message)),
            }
        }
        for (name, globs) in &sets.paths {
            match PathFilter::new(globs, &[]) {
                Ok(filter) => {
                    if let Some(kind) = sets.sensitive.get(name) {
                        self.sensitive.insert(kind.clone(), filter.clone());
                    }
                    self.path_sets.insert(name.clone(), filter);
                }
                Err(e) => problems.push(problem("sets", "", None, &format!("path set '{name}': {e}"))),
            }
        }
    }

    /// Adds a heuristic with its measured rates if it is valid. An id that is already used is a problem.
    fn add_heuristic(&mut self, file: &str, raw: RawHeuristic, sets: &Sets, problems: &mut Vec<Problem>) {
        let mut heuristic = match validate(raw, sets) {
            Ok(heuristic) => heuristic,
            Err(message) => return problems.push(problem(file, "", None, &message)),
        };
        if let Some(other) = self.files.insert(heuristic.id.clone(), file.to_owned()) {
            let message = format!("the id '{}' is already used by {other}", heuristic.id);
            problems.push(problem(file, "", None, &message));
        }
        if !heuristic.from_list {
            heuristic.measured = self.measurement.rate.iter().find(|m| m.id == heuristic.id).cloned();
        }
        self.heuristics.push(heuristic);
    }
}

/// Parses the selected files, and collects syntax errors.
fn parse<'f, T: DeserializeOwned>(
    files: &'f [(String, String)],
    chosen: impl Fn(&str) -> bool,
    problems: &mut Vec<Problem>,
) -> Vec<(&'f str, T)> {
    let mut parsed = Vec::new();
    for (file, text) in files.iter().filter(|(file, _)| chosen(file)) {
        match toml::from_str(text) {
            Ok(raw) => parsed.push((file.as_str(), raw)),
            Err(e) => problems.push(problem(file, text, e.span(), e.message())),
        }
    }
    parsed
}

/// The path of the calibration file among the embedded files.
const CALIBRATION: &str = "heuristics/calibration.toml";

/// The path of the file of measured rates among the embedded files.
const MEASURED: &str = "heuristics/measured.toml";

/// The path of the file of combinations among the embedded files.
const COMBINATIONS: &str = "heuristics/combinations.toml";

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
