//! Replaces the names in a report with pseudonyms, which are keyed hashes. A name has the same pseudonym in all reports
//! made with the same key. Without the key, no one can reverse a pseudonym or test a guess.

use super::ids::UNKNOWN_AUTHOR;
use super::schema::{
    CaseLine, Contributor, EvidenceLine, EvidencePart, FindingLine, Identity, LinkLine, Report, Repository,
};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use alibi_core::finding::DecidedIn;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::Path;
use thiserror::Error;

/// Minimum length of a key in bytes, so that it cannot be guessed by brute force.
const MIN_KEY: usize = 16;

/// A key for pseudonyms.
pub struct MaskKey(Vec<u8>);

/// Why a key cannot be used.
#[derive(Debug, Error)]
pub enum MaskKeyError {
    /// The key cannot be read.
    #[error("cannot read the key {0}: {1}")]
    Read(String, std::io::Error),
    /// The key is too short.
    #[error(
        "the key {0} has {1} bytes, but needs {MIN_KEY} or more; create one with `head -c 32 /dev/urandom > team.key`"
    )]
    Short(String, usize),
}

impl MaskKey {
    /// Reads a key, which consists of all bytes of a file.
    ///
    /// # Errors
    /// Returns [`MaskKeyError`] if the file cannot be read or the key is too short.
    pub fn read(file: &Path) -> Result<MaskKey, MaskKeyError> {
        let shown = file.display().to_string();
        let key = std::fs::read(file).map_err(|e| MaskKeyError::Read(shown.clone(), e))?;
        if key.len() < MIN_KEY {
            return Err(MaskKeyError::Short(shown, key.len()));
        }
        Ok(MaskKey(key))
    }

    /// Returns the pseudonym of a string: its HMAC-SHA-256 (RFC 2104), cut to 48 bits. `kind` is part of the pseudonym.
    fn hide(&self, kind: &str, text: &str) -> String {
        format!("{kind}-{}", self.hash(kind, text, 12))
    }

    fn hash(&self, kind: &str, text: &str, digits: usize) -> String {
        // HMAC accepts a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        let hex = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
        hex.chars().take(digits).collect()
    }
}

/// Replaces the names in the parts of a report.
struct Mask<'k> {
    key: &'k MaskKey,
    /// The names, addresses and paths in the report, and the parts of names and addresses.
    known: Option<AhoCorasick>,
}

/// The replacement for text that contains a name.
const HIDDEN: &str = "(hidden)";

/// Minimum length in bytes of the names that must not occur in a message: shorter names occur in almost every message.
const MIN_NAME: usize = 3;

impl Report {
    /// Replaces all names, addresses, subjects, paths, references and other text from the repository. Numbers, dates,
    /// offsets and commit ids remain. The program's messages remain too, except for summaries, notices and messages
    /// that contain a name.
    pub fn mask(&mut self, key: &MaskKey) {
        let mask = Mask { key, known: names(self) };
        self.pseudonymised = true;
        self.options.hide(|text| key.hide("given", text));
        omit_notices(&mut self.notices);
        for repository in &mut self.repositories {
            mask.repository(repository);
        }
        for contributor in &mut self.contributors {
            mask.contributor(contributor);
        }
        for link in &mut self.links {
            mask.link(link);
        }
        for finding in &mut self.findings {
            mask.finding(finding);
        }
        for case in &mut self.cases {
            mask.case(case);
        }
        for line in &mut self.exposures {
            line.path = key.hide("path", &line.path);
            line.owners.iter_mut().for_each(|owner| *owner = key.hide("name", owner));
            line.introduced_by.iter_mut().for_each(|who| *who = mask.person(who));
            line.findings.iter_mut().for_each(|id| *id = mask.finding_id(id));
        }
        for place in self.charts.iter_mut().flat_map(|chart| &mut chart.places) {
            if !self.built_in_kinds.contains(&place.0) {
                place.0 = "a team-defined place".into();
            }
            place.3.clear();
        }
        for stale in &mut self.stale {
            stale.finding = mask.finding_id(&stale.finding);
            // The reason may quote text from a comment or a file.
            let quotes = stale.by == DecidedIn::Inline || stale.why.contains('\'');
            stale.why = if quotes { HIDDEN.into() } else { mask.message(&stale.why) };
        }
        for line in &mut self.unseen {
            line.object = mask.figures(&line.object);
            line.reason = mask.message(&line.reason);
        }
        for test in &mut self.tests {
            test.contributor = test.contributor.as_deref().map(|who| mask.person(who));
            test.why = mask.message(&test.why);
        }
        for line in &mut self.dependencies {
            line.contributor = mask.person(&line.contributor);
            line.name = key.hide("package", &line.name);
            line.purl = None;
            line.path = key.hide("path", &line.path);
            for stated in [&mut line.from, &mut line.to].into_iter().flatten() {
                for text in [&mut stated.version, &mut stated.source, &mut stated.hash] {
                    *text = mask.figures(text);
                }
            }
        }
    }
}

impl Mask<'_> {
    fn person(&self, id: &str) -> String {
        match id.strip_prefix(UNKNOWN_AUTHOR) {
            Some(named) => format!("{UNKNOWN_AUTHOR}{}", self.key.hide("person", named)),
            None => self.key.hide("person", id),
        }
    }

    /// Hides the name and the address of an identity (`Name <address>`).
    fn identity(&self, id: &str) -> String {
        let (name, email) = id.rsplit_once(" <").unwrap_or((id, ""));
        format!("{} <{}>", self.key.hide("name", name), self.key.hide("address", email.trim_end_matches('>')))
    }

    fn finding_id(&self, id: &str) -> String {
        let (heuristic, rest) = id.split_once(':').unwrap_or((id, ""));
        format!("{heuristic}:{}", self.key.hash("finding", rest, 16))
    }

    /// Returns a message of the program, or [`HIDDEN`] if it contains a name.
    fn message(&self, text: &str) -> String {
        let is_shown = self.known.as_ref().is_none_or(|known| !known.is_match(text));
        if is_shown { text.to_owned() } else { HIDDEN.into() }
    }

    /// Returns the text if it consists only of figures, dates, offsets and object ids; otherwise its pseudonym.
    fn figures(&self, text: &str) -> String {
        let is_figure = |c: char| c.is_ascii_digit() || " :+-.,%/TZ()".contains(c);
        let is_id =
            |word: &str| matches!(word.len(), 7..=64) && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let is_plain = text.split(' ').all(|word| word.chars().all(is_figure) || is_id(word));
        if is_plain { text.to_owned() } else { self.key.hide("text", text) }
    }

    fn repository(&self, r: &mut Repository) {
        r.path = self.key.hide("repository", &r.path);
        for skipped in &mut r.skipped {
            skipped.object = self.figures(&skipped.object);
            skipped.reason = self.message(&skipped.reason);
        }
        omit_notices(&mut r.notices);
    }

    fn contributor(&self, c: &mut Contributor) {
        c.id = self.person(&c.id);
        c.name = c.id.clone();
        for Identity { name, email, .. } in &mut c.identities {
            *name = self.key.hide("name", name);
            *email = self.key.hide("address", email);
        }
        for key in &mut c.keys {
            key.id = self.key.hide("key", &key.id);
            key.owner = key.owner.as_deref().map(|owner| self.key.hide("name", owner));
        }
        if let Some(alibi) = &mut c.alibi {
            alibi.undeclared.iter_mut().for_each(|text| *text = self.key.hide("text", text));
            for elsewhere in &mut alibi.by_another_clock {
                elsewhere.declared = self.figures(&elsewhere.declared);
                elsewhere.shown = self.figures(&elsewhere.shown);
            }
        }
    }

    fn link(&self, link: &mut LinkLine) {
        link.a = self.identity(&link.a);
        link.b = self.identity(&link.b);
    }

    fn finding(&self, f: &mut FindingLine) {
        f.id = self.finding_id(&f.id);
        f.contributor = self.person(&f.contributor);
        f.paths.iter_mut().for_each(|path| *path = self.key.hide("path", path));
        f.places.iter_mut().for_each(|place| place.path = self.key.hide("path", &place.path));
        f.summary = format!("{} (summary hidden)", f.heuristic);
        f.evidence.iter_mut().for_each(|line| self.evidence(line));
        if let Some(decided) = &mut f.suppressed {
            decided.reason = self.key.hide("text", &decided.reason);
            decided.owner = decided.owner.as_deref().map(|owner| self.key.hide("name", owner));
        }
        let commit = f.commits.first().map_or("", String::as_str);
        f.reproduce = format!("git --no-replace-objects show {commit}");
    }

    /// Hides each part of a value according to its type. A value without parts comes from a saved report and is hidden
    /// completely.
    fn evidence(&self, line: &mut EvidenceLine) {
        line.label = self.message(&line.label);
        let hide = |part: &EvidencePart| match part {
            EvidencePart::Shown(text) => self.message(text),
            EvidencePart::Identity(id) => self.identity(id),
            EvidencePart::Path(path) => self.key.hide("path", path),
            EvidencePart::Text(text) => self.key.hide("text", text),
        };
        let hidden: Vec<String> = line.parts.iter().map(hide).collect();
        line.value = if hidden.is_empty() { self.key.hide("text", &line.value) } else { hidden.concat() };
        line.parts.clear();
    }

    fn case(&self, case: &mut CaseLine) {
        case.contributor = self.person(&case.contributor);
        case.findings.iter_mut().for_each(|id| *id = self.finding_id(id));
    }
}

/// Builds a matcher for the names that must not occur in the remaining text.
fn names(report: &Report) -> Option<AhoCorasick> {
    let mut names: Vec<&str> = Vec::new();
    for identity in report.contributors.iter().flat_map(|c| &c.identities) {
        names.extend([identity.name.as_str(), &identity.email]);
        names.extend(identity.email.split(['@', '+']));
        names.extend(identity.name.split_whitespace());
    }
    names.extend(report.findings.iter().flat_map(|f| &f.paths).map(String::as_str));
    names.extend(report.findings.iter().flat_map(|f| &f.places).map(|place| place.path.as_str()));
    names.extend(report.exposures.iter().flat_map(|e| &e.owners).map(String::as_str));
    names.extend(report.repositories.iter().map(|r| r.path.as_str()));
    names.retain(|name| name.len() >= MIN_NAME);
    names.sort_unstable();
    names.dedup();
    AhoCorasickBuilder::new().ascii_case_insensitive(true).build(names).ok()
}
/// Replaces notices, which may quote the repository, with their number.
fn omit_notices(notices: &mut Vec<String>) {
    let hidden = notices.len();
    notices.clear();
    if hidden > 0 {
        notices.push(format!("{hidden} notices are omitted from a pseudonymised report"));
    }
}
