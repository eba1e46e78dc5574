//! Loads, resolves and validates heuristic files.

use super::anchors;
use super::calibration::Calibration;
use super::combination::{Combination, RawCombinations};
use super::example::example;
use super::measured::Measurement;
use super::model::{Atom, ChangeKind, CommitRule, Family, Heuristic, Join, Kind, Nature, PathRule, Subject, TextRule};
use super::paths::PathFilter;
use super::raw::{KindName, RawAtom, RawAtomUse, RawCommit, RawHeuristic, RawPath, RawSet, RawText};
use crate::decibans::Decibans;
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
    /// Line and column, from 1, if known.
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

/// Why heuristics cannot be loaded.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// Files with problems.
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
    /// [`CatalogueError`]; a test ensures that it does not happen.
    pub fn embedded() -> Result<Catalogue, CatalogueError> {
        Catalogue::build(EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }

    /// The embedded heuristics and those in a folder, including subfolders. `sets/` holds shared atoms and paths.
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

    /// The combinations of two heuristics that block together, sorted by id.
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
        let mut sets = Sets::default();
        for (file, text) in files.iter().filter(|(file, _)| is_set(file)) {
            match toml::from_str::<RawSet>(text) {
                Ok(raw) => sets.add(raw),
                Err(e) => problems.push(problem(file, text, e.span(), e.message())),
            }
        }
        let mut catalogue = Catalogue::default();
        for shared in sets.atoms.values().filter(|a| a.secret) {
            match atom(shared.clone(), &RawAtomUse::default()) {
                Ok(atom) => catalogue.secrets.push(atom),
                Err(message) => problems.push(problem("sets", "", None, &message)),
            }
        }
        for (name, globs) in &sets.paths {
            match PathFilter::new(globs, &[]) {
                Ok(filter) => {
                    if let Some(kind) = sets.sensitive.get(name) {
                        catalogue.sensitive.insert(kind.clone(), filter.clone());
                    }
                    catalogue.path_sets.insert(name.clone(), filter);
                }
                Err(e) => problems.push(problem("sets", "", None, &format!("path set '{name}': {e}"))),
            }
        }
        for (file, text) in files.iter().filter(|(file, _)| file == CALIBRATION) {
            match toml::from_str::<Calibration>(text) {
                Ok(read) => catalogue.calibration = read,
                Err(e) => problems.push(problem(file, text, e.span(), e.message())),
            }
        }
        for (file, text) in files.iter().filter(|(file, _)| file == MEASURED) {
            match toml::from_str::<Measurement>(text) {
                Ok(read) => catalogue.measurement = read,
                Err(e) => problems.push(problem(file, text, e.span(), e.message())),
            }
        }
        let mut combinations = Vec::new();
        for (file, text) in files.iter().filter(|(file, _)| file == COMBINATIONS) {
            match toml::from_str::<RawCombinations>(text) {
                Ok(raw) => combinations.extend(raw.combination),
                Err(e) => problems.push(problem(file, text, e.span(), e.message())),
            }
        }
        let is_heuristic = |file: &str| !is_set(file) && ![CALIBRATION, MEASURED, COMBINATIONS].contains(&file);
        for (file, text) in files.iter().filter(|(file, _)| is_heuristic(file)) {
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
        for raw in combinations {
            let is_known = |id: &str| catalogue.heuristics.iter().any(|h| h.id == id && h.nature == Nature::Attack);
            let measured = catalogue.measurement.rate.iter().find(|m| m.id == raw.id).cloned();
            match Combination::validate(raw, measured, &is_known) {
                Ok(combination) => catalogue.combinations.push(combination),
                Err(message) => problems.push(problem(COMBINATIONS, "", None, &message)),
            }
        }
        catalogue.combinations.sort_by(|a, b| a.id.cmp(&b.id));
        for heuristic in &mut catalogue.heuristics {
            if heuristic.from_list {
                continue;
            }
            heuristic.measured = catalogue.measurement.rate.iter().find(|m| m.id == heuristic.id).cloned();
        }
        if !problems.is_empty() {
            return Err(CatalogueError::Problems(problems));
        }
        catalogue.heuristics.sort_by(|a, b| (a.family, &a.id).cmp(&(b.family, &b.id)));
        Ok(catalogue)
    }
}

/// The pattern of an atom that accepts any value.
const ANY_VALUE: &str = r"\A(?s:.*)\z";

/// The calibration file, among the embedded ones.
const CALIBRATION: &str = "heuristics/calibration.toml";

/// The file of measured rates, among the embedded ones.
const MEASURED: &str = "heuristics/measured.toml";

/// The file of combinations, among the embedded ones.
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

/// Shared atoms and path lists, by name.
#[derive(Default)]
struct Sets {
    atoms: BTreeMap<String, RawAtom>,
    paths: BTreeMap<String, Vec<String>>,
    /// The kind of sensitive path of each set, by set name.
    sensitive: BTreeMap<String, String>,
}

impl Sets {
    fn add(&mut self, raw: RawSet) {
        self.atoms.extend(raw.atom.into_iter().map(|a| (a.name.clone(), a)));
        let sensitive = raw.paths.iter().filter_map(|p| Some((p.name.clone(), p.sensitive.clone()?)));
        self.sensitive.extend(sensitive);
        self.paths.extend(raw.paths.into_iter().map(|p| (p.name, p.globs)));
    }

    /// Globs, with `@name` replaced by the list of that name.
    fn globs(&self, globs: &[String]) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        for glob in globs {
            match glob.strip_prefix('@') {
                Some(name) => all
                    .extend(self.paths.get(name).ok_or_else(|| format!("unknown path set '{name}'"))?.iter().cloned()),
                None => all.push(glob.clone()),
            }
        }
        Ok(all)
    }

    fn filter(&self, wanted: &[String], excluded: &[String]) -> Result<PathFilter, String> {
        if wanted.is_empty() {
            return Err("`paths` is empty, so nothing can match".into());
        }
        PathFilter::new(&self.globs(wanted)?, &self.globs(excluded)?).map_err(|e| e.to_string())
    }

    /// The atoms that a heuristic names: one, or with `use = "prefix*"` every shared one whose name starts so.
    fn atoms(&self, raw: RawAtomUse) -> Result<Vec<Atom>, String> {
        if let Some(prefix) = raw.r#use.as_deref().and_then(|used| used.strip_suffix('*')) {
            let shared: Vec<&RawAtom> = self.atoms.values().filter(|a| a.name.starts_with(prefix)).collect();
            if shared.is_empty() {
                return Err(format!("no shared atom has a name that starts with '{prefix}'"));
            }
            return shared.into_iter().map(|a| atom(a.clone(), &raw)).collect();
        }
        let given = match (&raw.r#use, &raw.name, &raw.pattern) {
            (Some(used), name, None) => {
                let shared = self.atoms.get(used).ok_or_else(|| format!("unknown shared atom '{used}'"))?;
                RawAtom { name: name.clone().unwrap_or_else(|| used.clone()), ..shared.clone() }
            }
            (None, Some(name), Some(pattern)) => {
                RawAtom { name: name.clone(), pattern: pattern.clone(), anchors: None, check: None, secret: false }
            }
            (None, Some(name), None) if raw.at.is_some() => {
                RawAtom { name: name.clone(), pattern: ANY_VALUE.into(), anchors: None, check: None, secret: false }
            }
            _ => return Err("an atom needs either `use`, or `name` with `pattern` or `at`".into()),
        };
        Ok(vec![atom(given, &raw)?])
    }

    fn text(&self, raw: RawText) -> Result<TextRule, String> {
        let paths = self.filter(&raw.paths, &raw.exclude)?;
        let atoms: Vec<Vec<Atom>> = raw.atom.into_iter().map(|a| self.atoms(a)).collect::<Result<_, _>>()?;
        let atoms: Vec<Atom> = atoms.into_iter().flatten().collect();
        let find = |name: &str| {
            let named = |(i, a): (usize, &Atom)| (a.name == name).then_some(i);
            atoms.iter().enumerate().find_map(named).ok_or_else(|| format!("unknown atom '{name}'"))
        };
        let each = |names: &[String]| names.iter().map(|name| find(name)).collect::<Result<Vec<usize>, String>>();
        let choices = |names: &String| names.split('|').map(find).collect::<Result<Vec<usize>, String>>();
        let join = Join {
            all: raw.join.all.iter().map(choices).collect::<Result<_, _>>()?,
            any: each(&raw.join.any)?,
            none: each(&raw.join.none)?,
            within_lines: raw.join.within_lines,
            same_keys: raw.join.same_keys,
            in_order: raw.join.in_order,
        };
        if atoms.iter().any(|a| a.at.is_some()) != raw.format.is_some() {
            return Err("`format` and an atom with `at` require each other".into());
        }
        // A finding is placed at the first atom, so it must be found without the others.
        let first = join.first(atoms.len());
        if let Some(silent) = first.iter().map(|&i| &atoms[i]).find(|a| a.anchors.is_empty() && a.at.is_none()) {
            return Err(format!(
                "the atom '{}' has no anchors: list literals that every match contains, at least three bytes long",
                silent.name
            ));
        }
        Ok(TextRule {
            paths,
            atoms,
            join,
            format: raw.format,
            comments: raw.comments,
            introduced_by: raw.introduced_by,
        })
    }

    fn commit(&self, raw: RawCommit) -> Result<CommitRule, String> {
        let (place, pattern) = match (raw.subject, raw.message) {
            (Some(pattern), None) => (Subject::Subject, pattern),
            (None, Some(pattern)) => (Subject::Message, pattern),
            _ => return Err("a commit rule needs either `subject` or `message`".into()),
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
            return Err("`changes` is empty, so nothing can match".into());
        }
        Ok(PathRule { paths: self.filter(&raw.paths, &raw.exclude)?, changes })
    }
}

/// An atom, with the additions from its use in a heuristic.
pub(super) fn atom(shared: RawAtom, used: &RawAtomUse) -> Result<Atom, String> {
    let RawAtom { name, pattern, anchors, check, secret } = shared;
    regex_syntax::ParserBuilder::new().utf8(false).build().parse(&pattern).map_err(|e| {
        let reason = e.to_string();
        format!("invalid pattern of '{name}': {}", reason.lines().last().unwrap_or_default())
    })?;
    if let Some(keys) = &used.at {
        PathFilter::new(std::slice::from_ref(keys), &[]).map_err(|e| format!("invalid keys of '{name}': {e}"))?;
    }
    let anchors = match used.anchors.clone().or(anchors) {
        Some(given) => given.into_iter().map(String::into_bytes).collect(),
        // A value can be spelt in many ways, so anchors cannot be derived: the rule's author must give them.
        None if used.at.is_some() => Vec::new(),
        None => anchors::derive(&pattern),
    };
    Ok(Atom { name, pattern, anchors, at: used.at.clone(), encoded: used.encoded, check: used.check.or(check), secret })
}

fn validate(raw: RawHeuristic, sets: &Sets) -> Result<Heuristic, String> {
    if !raw.id.starts_with(|c: char| c.is_ascii_lowercase())
        || !raw.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        || Family::ALL.iter().any(|f| f.name() == raw.id)
    {
        return Err(format!("the id '{}' is not in kebab-case, or is a family's name", raw.id));
    }
    if !(0.0..=60.0).contains(&raw.weight_db) {
        return Err(format!("weight_db is {} but must be between 0 and 60", raw.weight_db));
    }
    let kind = match (raw.kind, raw.text, raw.path, raw.commit, raw.params) {
        (KindName::Text, Some(text), None, None, None) => Kind::Text(sets.text(text)?),
        (KindName::Path, None, Some(path), None, None) => Kind::Path(sets.path(path)?),
        (KindName::Commit, None, None, Some(commit), None) => Kind::Commit(sets.commit(commit)?),
        (KindName::Coded, text, None, None, params) => {
            Kind::Coded(params.unwrap_or_default(), text.map(|text| sets.text(text)).transpose()?)
        }
        _ => {
            return Err(
                "a heuristic needs exactly the table of its kind: text, path, commit; params (and text) for coded"
                    .into(),
            );
        }
    };
    Ok(Heuristic {
        id: raw.id,
        family: raw.family,
        nature: raw.nature.unwrap_or_else(|| Nature::default_of(raw.family)),
        group: raw.group,
        title: raw.title,
        severity: raw.severity,
        confidence: raw.confidence,
        weight: Decibans(raw.weight_db),
        calibrated: raw.calibrated,
        from_list: raw.from_list,
        measured: None,
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
