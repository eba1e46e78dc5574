//! The rules of heuristics: what each kind searches for.

use super::paths::PathFilter;
use serde::{Deserialize, Serialize};

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
