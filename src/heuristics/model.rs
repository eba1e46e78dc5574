use super::PathFilter;
use super::measured::Measured;
use crate::decibans::Decibans;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a heuristic looks at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Zones and clocks.
    Time,
    /// Who is who.
    Identity,
    /// When, and by how many hands, somebody works.
    Rhythm,
    /// Whether the history is what was made.
    Integrity,
    /// Who was given what, and how soon.
    Trust,
    /// What is brought in from elsewhere.
    Dependency,
    /// What files say and hide.
    Content,
    /// What runs by itself.
    Surface,
}

impl Family {
    /// Every family, in the order in which reports name them.
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

    /// Whether it judges what was written, rather than who, when and how. Only these can block a merge.
    pub fn is_about_content(self) -> bool {
        matches!(self, Family::Dependency | Family::Content | Family::Surface)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The question that a finding answers. It decides where the finding is reported and what it may fail.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// The contributor's story does not fit: time, identity, rhythm, integrity, trust, copied work.
    Deception,
    /// The change does harm when it runs.
    Attack,
    /// Harmful without any sign of intent: reported as something to fix, never as part of a contributor's case.
    Exposure,
}

impl Nature {
    /// Every nature, in the order in which reports name them.
    pub const ALL: [Nature; 3] = [Nature::Deception, Nature::Attack, Nature::Exposure];

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Nature::Deception => "deception",
            Nature::Attack => "attack",
            Nature::Exposure => "exposure",
        }
    }

    /// What a heuristic file that declares no nature gets.
    pub fn default_of(family: Family) -> Nature {
        if family.is_about_content() { Nature::Attack } else { Nature::Deception }
    }
}

impl fmt::Display for Nature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The harm, if a finding is what it looks like.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// None by itself.
    Info,
    /// Little.
    Low,
    /// Something to be mended.
    Medium,
    /// Theft, foreign code or loss.
    High,
}

/// How often a finding is what it looks like.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Seldom.
    Low,
    /// Now and then.
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

/// Who wants to see a heuristic's findings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Everybody.
    #[default]
    Default,
    /// Somebody with the time to look at noisier ones.
    Auditor,
}

/// A cause that would make the finding harmless.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Innocent {
    /// The cause, in a few words.
    pub cause: String,
    /// The guard that tests for it; a cause without one cannot be told from Git alone.
    pub test: Option<String>,
}

/// A regular expression, with the literals that announce it.
#[derive(Clone, Debug)]
pub struct Atom {
    /// Its name, unique in the heuristic.
    pub name: String,
    /// The expression, in the syntax of the `regex` crate, over bytes.
    pub pattern: String,
    /// Any match contains one of these, whatever their case; empty: the atom runs only near another of its rule.
    pub anchors: Vec<Vec<u8>>,
    /// The values of a configuration file that it is matched against: keys joined by slashes, as a glob; `None`: lines.
    pub at: Option<String>,
    /// Whether it is looked for only in what is written in another form: base64, character codes and their like.
    pub encoded: bool,
    /// What else must hold of the first group of the pattern, or of all of the match.
    pub check: Option<Check>,
    /// Whether the match is a secret, of which no report shows more than the beginning.
    pub secret: bool,
}

/// A test of what an atom matched, where a regular expression cannot say it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// An IPv4 address that can be reached from anywhere: not private, local, reserved or for documentation.
    PublicAddress,
    /// A token that ends with the CRC-32 of the thirty characters before, in base 62, as GitHub and npm issue them.
    Crc32Base62,
    /// Drawn at random, as far as one can see: enough different characters, no word or row that stands for a value.
    Random,
    /// A private key with a body, rather than the line alone that one begins with.
    KeyBody,
    /// Not alone in a text in quotes with nothing after it but its name, as in a list of such characters.
    NotInTable,
    /// In text that is UTF-8 nearby: in other encodings the same bytes are other characters.
    Utf8Line,
}

/// How a configuration file is read.
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
pub enum Brought {
    /// Those in a file that was not there before.
    NewFile,
    /// Those in a file that was.
    ExistingFile,
    /// Those that do not take the place of another match of the same rule, in the same file and commit.
    Addition,
    /// Those in place of another match of the same rule, in the same file and commit.
    Replacement,
}

/// Which atoms must meet for a text rule to fire.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Join {
    /// Of each of these at least one atom, the first being where the finding is placed.
    pub all: Vec<Vec<usize>>,
    /// At least one of these, if there are any.
    pub any: Vec<usize>,
    /// None of these.
    pub none: Vec<usize>,
    /// How many lines apart they may stand; `None`: anywhere in the file.
    pub within_lines: Option<u32>,
    /// How many keys of a configuration file they must share, from the outermost on.
    pub same_keys: Option<usize>,
    /// Whether the others must stand after the first.
    pub in_order: bool,
}

impl Join {
    /// Sets of atoms, of so many, of each of which at least one must match.
    pub fn clauses(&self, atoms: usize) -> Vec<Vec<usize>> {
        let mut clauses = self.all.clone();
        if !self.any.is_empty() || clauses.is_empty() {
            clauses.push(self.first(atoms));
        }
        clauses
    }

    /// The atoms, of so many, that a finding can be placed at.
    pub fn first(&self, atoms: usize) -> Vec<usize> {
        match self.all.first() {
            Some(first) => first.clone(),
            None if !self.any.is_empty() => self.any.clone(),
            None => (0..atoms).filter(|atom| !self.none.contains(atom)).collect(),
        }
    }
}

/// Looks for text in blobs.
#[derive(Clone, Debug)]
pub struct TextRule {
    /// The files it reads.
    pub paths: PathFilter,
    /// What it looks for.
    pub atoms: Vec<Atom>,
    /// How the atoms combine.
    pub join: Join,
    /// How the files are read, where an atom asks for values.
    pub format: Option<Format>,
    /// Whether matches in comments, docstrings and printed texts count.
    pub comments: bool,
    /// Which introductions count; `None`: all.
    pub brought: Option<Brought>,
}

/// What happened to a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is there now, and was not.
    Added,
    /// It says something else.
    Modified,
    /// It is gone.
    Removed,
}

/// Looks for changes of paths.
#[derive(Clone, Debug)]
pub struct PathRule {
    /// The paths.
    pub paths: PathFilter,
    /// What must have happened to them.
    pub changes: Vec<ChangeKind>,
}

/// Where a commit rule looks in the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The subject line.
    Subject,
    /// The whole message.
    Message,
}

/// Looks for commits whose message does not fit their change.
#[derive(Clone, Debug)]
pub struct CommitRule {
    /// Where `pattern` is looked for.
    pub place: Subject,
    /// What the message says.
    pub pattern: String,
    /// What the whole message must not say.
    pub unless_message: Option<String>,
    /// What at least one changed path matches.
    pub paths: PathFilter,
    /// What no changed path matches.
    pub unless_paths: Option<PathFilter>,
    /// The changed paths that match `paths` add and remove at least this many lines together.
    pub min_lines: u32,
}

/// How a heuristic finds what it looks for.
#[derive(Clone, Debug)]
pub enum Kind {
    /// By text in blobs.
    Text(TextRule),
    /// By changed paths.
    Path(PathRule),
    /// By commits' messages against their changes.
    Commit(CommitRule),
    /// By code of its own, with these parameters, and what is looked for in text for it.
    Coded(toml::Table, Option<TextRule>),
}

impl Kind {
    /// What is looked for in text.
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

/// What an example changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleChange {
    /// The file.
    pub path: String,
    /// Its text before; `None`: it was not there.
    pub before: Option<String>,
    /// Its text after; `None`: it is removed.
    pub text: Option<String>,
}

/// A case on which `heuristics check` runs the heuristic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Example {
    /// One commit with this message and these changes.
    Commit {
        /// Whether the heuristic must find something.
        fires: bool,
        /// The commit's message.
        message: String,
        /// The commit's changes.
        changes: Vec<ExampleChange>,
    },
    /// A sample repository of this name.
    Story {
        /// Whether the heuristic must find something.
        fires: bool,
        /// The folder's name under `sample-repos/`.
        story: String,
    },
}

impl Example {
    /// Whether the heuristic must find something.
    pub fn fires(&self) -> bool {
        match self {
            Example::Commit { fires, .. } | Example::Story { fires, .. } => *fires,
        }
    }
}

/// A heuristic, validated.
#[derive(Clone, Debug)]
pub struct Heuristic {
    /// Stable for ever, in kebab-case.
    pub id: String,
    /// What it looks at.
    pub family: Family,
    /// The question that its findings answer.
    pub nature: Nature,
    /// Observations that share a cause; only the strongest of a group counts.
    pub group: String,
    /// One line.
    pub title: String,
    /// The harm, if a finding is what it looks like.
    pub severity: Severity,
    /// How often it is.
    pub confidence: Confidence,
    /// The most that one finding may weigh.
    pub weight: Decibans,
    /// Whether the weight was measured; otherwise it is assigned.
    pub calibrated: bool,
    /// Whether it repeats what a list says that the run was given: how often it is wrong depends on that list, and no measurement
    /// covers it.
    pub from_list: bool,
    /// How often it fires on ordinary history and on what it is for; `None`: not measured.
    pub measured: Option<Measured>,
    /// Who wants to see it.
    pub persona: Persona,
    /// Why it matters.
    pub rationale: String,
    /// What else explains it.
    pub innocent: Vec<Innocent>,
    /// What to do about it.
    pub remediation: String,
    /// Public sources.
    pub references: Vec<String>,
    /// MITRE ATT&CK techniques.
    pub attack: Vec<String>,
    /// CWE entries.
    pub cwe: Vec<String>,
    /// How it finds.
    pub kind: Kind,
    /// What `check` runs.
    pub examples: Vec<Example>,
}
