//! The data model of a validated heuristic.

use super::measured::Measured;
use super::paths::PathFilter;
use crate::decibans::Decibans;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The subject of a heuristic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Time zones and clocks.
    Time,
    /// Who is who.
    Identity,
    /// When a contributor works, and how many people share the account.
    Rhythm,
    /// Whether the history is authentic.
    Integrity,
    /// Who got which rights and roles, and how soon.
    Trust,
    /// Dependencies and other code from outside.
    Dependency,
    /// Visible and hidden content of files.
    Content,
    /// Code that runs automatically.
    Surface,
}

impl Family {
    /// All families, in report order.
    pub const ALL: [Family; 8] = [
        Family::Time,
        Family::Identity,
        Family::Rhythm,
        Family::Integrity,
        Family::Trust,
        Family::Dependency,
        Family::Content,
        Family::Surface,
    ];

    /// The name in files, options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Family::Time => "time",
            Family::Identity => "identity",
            Family::Rhythm => "rhythm",
            Family::Integrity => "integrity",
            Family::Trust => "trust",
            Family::Dependency => "dependency",
            Family::Content => "content",
            Family::Surface => "surface",
        }
    }

    /// Whether it concerns what was written, rather than who wrote it, when and how. Only these families can block a
    /// merge.
    pub fn is_about_content(self) -> bool {
        matches!(self, Family::Dependency | Family::Content | Family::Surface)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The question that a finding answers. It decides where the finding is reported and which exit status it can cause.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// The contributor's account does not fit the evidence: time, identity, rhythm, integrity, trust, copied work.
    Deception,
    /// The change does harm when it runs.
    Attack,
    /// Harmful without any sign of intent: reported as something to fix, never as part of a contributor's case.
    Exposure,
}

impl Nature {
    /// All natures, in report order.
    pub const ALL: [Nature; 3] = [Nature::Deception, Nature::Attack, Nature::Exposure];

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Nature::Deception => "deception",
            Nature::Attack => "attack",
            Nature::Exposure => "exposure",
        }
    }

    /// The default for a heuristic file that declares no nature.
    pub fn default_of(family: Family) -> Nature {
        if family.is_about_content() { Nature::Attack } else { Nature::Deception }
    }
}

impl fmt::Display for Nature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The harm, if the finding is true.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// None by itself.
    #[default]
    Info,
    /// Minor.
    Low,
    /// Should be fixed.
    Medium,
    /// Theft, execution of foreign code, or data loss.
    High,
}

/// How often a finding is true.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Rarely.
    Low,
    /// Sometimes.
    Medium,
    /// Mostly.
    High,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        })
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        })
    }
}

/// The audience of a heuristic's findings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Every user.
    #[default]
    Default,
    /// Auditors, who have time to review noisier findings.
    Auditor,
}

/// A cause that would make the finding harmless.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Innocent {
    /// The cause, in a few words.
    pub cause: String,
    /// The guard that tests for it. `None` if Git data alone is not enough.
    pub test: Option<String>,
}

/// A regular expression, with literals that every match contains.
#[derive(Clone, Debug)]
pub struct Atom {
    /// Its name, unique in the heuristic.
    pub name: String,
    /// The expression, in the syntax of the `regex` crate, over bytes.
    pub pattern: String,
    /// Every match contains one of these, ignoring case. If empty, the atom runs only near another of its rule.
    pub anchors: Vec<Vec<u8>>,
    /// The values of a configuration file that it is matched against: a glob over keys joined by slashes. `None`:
    /// lines.
    pub at: Option<String>,
    /// Whether it is searched only in decoded content: base64, character codes and similar.
    pub encoded: bool,
    /// A further test of the pattern's first group, or of the whole match.
    pub check: Option<Check>,
    /// Whether the match is a secret. Reports show only its beginning.
    pub secret: bool,
}

/// A test of a match that a regular expression cannot express.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// An IPv4 address that is reachable from anywhere: not private, local, reserved or for documentation.
    PublicAddress,
    /// A token that ends with the CRC-32 of the preceding thirty characters, in base 62, as GitHub and npm issue them.
    Crc32Base62,
    /// Plausibly random: enough different characters, and no word or sequence that is typical of placeholders.
    Random,
    /// A private key with a body, not just its first line.
    KeyBody,
    /// Not in a table of format characters: alone in a quoted string on a line with only a comment, in a list of many
    /// others, or at the start of a range.
    NotInTable,
    /// In text that is UTF-8 nearby. In other encodings the same bytes are other characters.
    Utf8Line,
    /// Neither in a saved web page (a file that begins with HTML and has no code that a server runs) nor in an archive,
    /// whose members are files with names of their own.
    NotInContainer,
    /// After spaces that do not align the line with a bracket above it.
    NotAligned,
}

/// The format of a configuration file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JSON, with comments and trailing commas.
    Json,
    /// YAML 1.2.
    Yaml,
    /// TOML 1.1.
    Toml,
}

/// Which introductions of a text count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntroducedBy {
    /// Those in a new file.
    NewFile,
    /// Those in an existing file.
    ExistingFile,
    /// Those that do not replace another match of the same rule in the same file and commit.
    Addition,
    /// Those that replace another match of the same rule in the same file and commit.
    Replacement,
}

/// Which atoms must match together for a text rule to fire.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Join {
    /// At least one atom of each of these; the finding is placed at the first.
    pub all: Vec<Vec<usize>>,
    /// At least one of these, if there are any.
    pub any: Vec<usize>,
    /// None of these.
    pub none: Vec<usize>,
    /// Maximum distance in lines; `None`: anywhere in the file.
    pub within_lines: Option<u32>,
    /// Number of leading keys of a configuration file that they must share.
    pub same_keys: Option<usize>,
    /// Whether the others must come after the first.
    pub in_order: bool,
}

impl Join {
    /// Sets of atoms, given their number; at least one of each set must match.
    pub fn clauses(&self, atoms: usize) -> Vec<Vec<usize>> {
        let mut clauses = self.all.clone();
        if !self.any.is_empty() || clauses.is_empty() {
            clauses.push(self.first(atoms));
        }
        clauses
    }

    /// The atoms, given their number, at which a finding can be placed.
    pub fn first(&self, atoms: usize) -> Vec<usize> {
        match self.all.first() {
            Some(first) => first.clone(),
            None if !self.any.is_empty() => self.any.clone(),
            None => (0..atoms).filter(|atom| !self.none.contains(atom)).collect(),
        }
    }
}

/// Searches for text in blobs.
#[derive(Clone, Debug)]
pub struct TextRule {
    /// The files it reads.
    pub paths: PathFilter,
    /// The patterns it searches for.
    pub atoms: Vec<Atom>,
    /// How the atoms combine.
    pub join: Join,
    /// The format of the files, if an atom matches values.
    pub format: Option<Format>,
    /// Whether matches in comments, docstrings and printed strings count.
    pub comments: bool,
    /// Which introductions count; `None`: all.
    pub introduced_by: Option<IntroducedBy>,
}

/// The kind of change to a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content changed.
    Modified,
    /// It was removed.
    Removed,
}

/// Searches for changed paths.
#[derive(Clone, Debug)]
pub struct PathRule {
    /// The paths.
    pub paths: PathFilter,
    /// The kinds of change that count.
    pub changes: Vec<ChangeKind>,
}

/// Where a commit rule searches the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The subject line.
    Subject,
    /// The whole message.
    Message,
}

/// Searches for commits whose message does not match their change.
#[derive(Clone, Debug)]
pub struct CommitRule {
    /// Where `pattern` is searched.
    pub place: Subject,
    /// The pattern that the message must match.
    pub pattern: String,
    /// A pattern that the whole message must not match.
    pub unless_message: Option<String>,
    /// At least one changed path must match this.
    pub paths: PathFilter,
    /// No changed path may match this.
    pub unless_paths: Option<PathFilter>,
    /// Minimum number of lines added and removed in the changed paths that match `paths`.
    pub min_lines: u32,
}

/// How a heuristic finds what it searches for.
#[derive(Clone, Debug)]
pub enum Kind {
    /// By text in blobs.
    Text(TextRule),
    /// By changed paths.
    Path(PathRule),
    /// By commit messages that do not match their changes.
    Commit(CommitRule),
    /// By a coded detector with these parameters, and the text rule that it uses.
    Coded(toml::Table, Option<TextRule>),
}

impl Kind {
    /// The text rule, if any.
    pub fn text(&self) -> Option<&TextRule> {
        match self {
            Kind::Text(rule) | Kind::Coded(_, Some(rule)) => Some(rule),
            _ => None,
        }
    }

    /// The name in heuristic files.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Text(_) => "text",
            Kind::Path(_) => "path",
            Kind::Commit(_) => "commit",
            Kind::Coded(..) => "coded",
        }
    }
}

/// A change in an example.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleChange {
    /// The file.
    pub path: String,
    /// Its text before; `None`: the file did not exist.
    pub before: Option<String>,
    /// Its text after; `None`: the file is removed.
    pub text: Option<String>,
}

/// A test case that `heuristics check` runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Example {
    /// One commit with this message and these changes.
    Commit {
        /// Whether the heuristic must fire.
        fires: bool,
        /// The commit's message.
        message: String,
        /// The commit's changes.
        changes: Vec<ExampleChange>,
    },
    /// A sample repository of this name.
    Story {
        /// Whether the heuristic must fire.
        fires: bool,
        /// The folder's name under `sample-repos/`.
        story: String,
    },
}

impl Example {
    /// Whether the heuristic must fire.
    pub fn fires(&self) -> bool {
        match self {
            Example::Commit { fires, .. } | Example::Story { fires, .. } => *fires,
        }
    }
}

/// A validated heuristic.
#[derive(Clone, Debug)]
pub struct Heuristic {
    /// A permanent id, in kebab-case.
    pub id: String,
    /// Its subject.
    pub family: Family,
    /// The question that its findings answer.
    pub nature: Nature,
    /// The group of observations with a common cause. Only the strongest finding of a group counts.
    pub group: String,
    /// One line.
    pub title: String,
    /// The harm, if a finding is true.
    pub severity: Severity,
    /// How often a finding is true.
    pub confidence: Confidence,
    /// The maximum weight of one finding.
    pub weight: Decibans,
    /// Whether the weight was measured. Otherwise it is assigned.
    pub calibrated: bool,
    /// Whether it reports matches of a list passed to the run. Its false-alarm rate depends on that list, so it is not
    /// measured.
    pub from_list: bool,
    /// How often it fires on ordinary history and on its examples; `None`: not measured.
    pub measured: Option<Measured>,
    /// The audience.
    pub persona: Persona,
    /// Why it matters.
    pub rationale: String,
    /// Innocent explanations.
    pub innocent: Vec<Innocent>,
    /// What to do about it.
    pub remediation: String,
    /// Public sources.
    pub references: Vec<String>,
    /// MITRE ATT&CK techniques.
    pub attack: Vec<String>,
    /// CWE entries.
    pub cwe: Vec<String>,
    /// The rule.
    pub kind: Kind,
    /// The test cases.
    pub examples: Vec<Example>,
}
