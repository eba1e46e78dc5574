//! The rules of heuristics, with one type for each kind of search.

use super::paths::PathFilter;
use serde::{Deserialize, Serialize};

/// A regular expression, with literals of which every match contains at least one.
#[derive(Clone, Debug)]
pub struct Atom {
    /// Its name, unique in the heuristic.
    pub name: String,
    /// The expression, in the syntax of the `regex` crate, over bytes.
    pub pattern: String,
    /// Literals of which every match contains at least one, ignoring case. If empty, the atom runs only near a match of
    /// another atom of its rule.
    pub anchors: Vec<Vec<u8>>,
    /// The values of a configuration file that the atom is matched against, as a glob over keys joined by slashes. If
    /// `None`, the atom is matched against lines.
    pub at: Option<String>,
    /// Whether the atom is matched only against decoded content: base64, character codes and similar.
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
    /// An IPv4 address that may be a server's: not private, local, reserved or for documentation, not that of a
    /// well-known resolver, and not a sequence such as 1.2.3.4.
    PublicAddress,
    /// A token that ends with the base-62 CRC-32 of the preceding characters after its prefix, as on GitHub and npm.
    Crc32Base62,
    /// A plausibly random value: it has enough different characters, and no word or sequence that is typical of
    /// placeholders.
    Random,
    /// A private key with a body, not just its first line.
    KeyBody,
    /// A format character that is not in a table of such characters. In a table, it is alone in a quoted string on a
    /// line with only a comment, in a list of many format characters, or at the start of a range.
    NotInTable,
    /// A match in text that is UTF-8 nearby. In other encodings, the same bytes are other characters.
    Utf8Line,
    /// A match that is neither in a saved web page (a file that begins with HTML and has no server-side code) nor in a
    /// ZIP archive.
    NotInContainer,
    /// The name of an account that differs by one letter from an owner of popular actions.
    NearKnownOwner,
    /// A match that starts with spaces that do not align the text after them with a bracket above.
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

/// Which newly introduced matches count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntroducedBy {
    /// Matches in a new file.
    NewFile,
    /// Matches in an existing file.
    ExistingFile,
    /// Matches that do not replace another match of the same rule in the same file and commit.
    Addition,
    /// Matches that replace another match of the same rule in the same file and commit.
    Replacement,
}

/// Which atoms must match together for a text rule to fire.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Join {
    /// Sets of atoms, by their indexes. At least one atom of each set must match, and the finding is placed at a match
    /// of the first set.
    pub all: Vec<Vec<usize>>,
    /// Atoms of which at least one must match, unless the list is empty.
    pub any: Vec<usize>,
    /// Atoms that must not match.
    pub none: Vec<usize>,
    /// Maximum distance between the matches, in lines. If `None`, they may be anywhere in the file.
    pub within_lines: Option<u32>,
    /// Number of leading keys of a configuration file that the matches must share.
    pub same_keys: Option<usize>,
    /// Whether the matches must come in the order of the sets in `all`.
    pub in_order: bool,
}

impl Join {
    /// Returns sets of atoms. At least one atom of each set must match. `atoms` is the number of the rule's atoms.
    pub fn clauses(&self, atoms: usize) -> Vec<Vec<usize>> {
        let mut clauses = self.all.clone();
        if !self.any.is_empty() || clauses.is_empty() {
            clauses.push(self.first(atoms));
        }
        clauses
    }

    /// Returns the atoms at which a finding can be placed. `atoms` is the number of the rule's atoms.
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
    /// Which newly introduced matches count; `None` if all do.
    pub introduced_by: Option<IntroducedBy>,
    /// What it follows from sources to sinks, in code of any language and at any path.
    pub flows: Vec<Flow>,
    /// The paths in which flows are not followed.
    pub flow_exclude: Option<PathFilter>,
}

/// A value that comes from a source and reaches a sink.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The labels of which the value must have one, as bits.
    pub from: u64,
    /// The labels that it must have too, as bits.
    pub also: u64,
    /// The labels that it must not have, as bits.
    pub unless: u64,
    /// Whether the flow is an attack wherever the file is, so that no path excuses it.
    pub anywhere: bool,
    /// The sinks, as bits; 0 if the source itself is reported.
    pub to: u64,
    /// Other flows that the same file must have.
    pub with: Vec<Flow>,
}

/// The kind of change to a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// The path is new.
    Added,
    /// The content of the path changed.
    Modified,
    /// The path was removed.
    Removed,
}

/// Searches for changed paths.
#[derive(Clone, Debug)]
pub struct PathRule {
    /// The paths to search for.
    pub paths: PathFilter,
    /// The kinds of change that count.
    pub changes: Vec<ChangeKind>,
}

/// The part of a message that a commit rule searches.
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
    /// The part of the message that `pattern` is searched for in.
    pub place: Subject,
    /// The pattern that the message must match.
    pub pattern: String,
    /// A pattern that the whole message must not match.
    pub unless_message: Option<String>,
    /// At least one changed path must match this filter.
    pub paths: PathFilter,
    /// No changed path may match this filter.
    pub unless_paths: Option<PathFilter>,
    /// Minimum number of lines added and removed in the changed paths that match `paths`.
    pub min_lines: u32,
}

/// How a heuristic finds what it searches for.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Searches for text in blobs.
    Text(TextRule),
    /// Searches for changed paths.
    Path(PathRule),
    /// Searches for commits whose message does not match their change.
    Commit(CommitRule),
    /// Runs a coded detector with these parameters and, if it uses one, this text rule.
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
