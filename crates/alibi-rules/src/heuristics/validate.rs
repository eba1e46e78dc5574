//! Resolves the shared atoms and path sets of a heuristic, and validates it.

use super::anchors;
use super::classes::{Family, Nature};
use super::example::example;
use super::model::Heuristic;
use super::paths::PathFilter;
use super::raw::{KindName, RawAtom, RawAtomUse, RawCommit, RawFlow, RawHeuristic, RawPath, RawSet, RawText};
use super::rule::{Atom, ChangeKind, CommitRule, Flow, Join, Kind, PathRule, Subject, TextRule};
use crate::decibans::Decibans;
use crate::vocabulary::vocabulary;
use std::collections::BTreeMap;

/// The pattern of an atom that accepts any value.
const ANY_VALUE: &str = r"\A(?s:.*)\z";

/// Shared atoms and path lists, by name.
#[derive(Default)]
pub(super) struct Sets {
    pub atoms: BTreeMap<String, RawAtom>,
    pub paths: BTreeMap<String, Vec<String>>,
    /// The kind of sensitive path of each set, by set name.
    pub sensitive: BTreeMap<String, String>,
}

impl Sets {
    pub(super) fn add(&mut self, raw: RawSet) {
        self.atoms.extend(raw.atom.into_iter().map(|a| (a.name.clone(), a)));
        let sensitive = raw.paths.iter().filter_map(|p| Some((p.name.clone(), p.sensitive.clone()?)));
        self.sensitive.extend(sensitive);
        self.paths.extend(raw.paths.into_iter().map(|p| (p.name, p.globs)));
    }

    /// Replaces each `@name` in a list of globs with the shared list of that name.
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

    /// Returns the atoms that an entry of a heuristic describes: one atom, or for `use = "prefix*"` every shared atom
    /// whose name starts with the prefix.
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
        // A finding is placed at a match of one of these atoms, so each must be found without the other atoms.
        if atoms.is_empty() && raw.flow.is_empty() {
            return Err("a text rule needs an atom or a flow".into());
        }
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
            flow_exclude: (!raw.exclude.is_empty()).then(|| self.filter(&raw.exclude, &[])).transpose()?,
            flows: raw.flow.into_iter().map(flow).collect::<Result<_, _>>()?,
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

/// Looks up the labels and sinks of a flow.
fn flow(raw: RawFlow) -> Result<Flow, String> {
    let vocabulary = vocabulary()?;
    let bits = |names: &[String], kind: &str, number: &dyn Fn(&str) -> Option<u8>| {
        names.iter().try_fold(0, |bits, name| {
            let number = number(name).ok_or_else(|| format!("unknown {kind} '{name}' of a flow"))?;
            Ok::<u64, String>(bits | 1 << number)
        })
    };
    Ok(Flow {
        from: bits(&raw.from, "label", &|name| vocabulary.label(name))?,
        anywhere: raw.anywhere,
        also: bits(&raw.also, "label", &|name| vocabulary.label(name))?,
        unless: bits(&raw.unless, "label", &|name| vocabulary.label(name))?,
        to: bits(&raw.to, "sink", &|name| vocabulary.sink(name))?,
        with: raw.with.into_iter().map(flow).collect::<Result<_, _>>()?,
    })
}

/// Creates an atom from its definition and its use in a heuristic.
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
        // A value can be spelt in many ways, so anchors cannot be derived: only the rule's author can give them.
        None if used.at.is_some() => Vec::new(),
        None => anchors::derive(&pattern),
    };
    Ok(Atom { name, pattern, anchors, at: used.at.clone(), encoded: used.encoded, check: used.check.or(check), secret })
}

pub(super) fn validate(raw: RawHeuristic, sets: &Sets) -> Result<Heuristic, String> {
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
