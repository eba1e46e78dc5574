//! Commits as Git records them: people, times, signature and message.

use super::oid::Oid;
use super::stamp::Stamp;
use std::borrow::Cow;

/// The index of a commit in a run's canonical order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CommitIdx(pub u32);

impl CommitIdx {
    /// The index as a number.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A name, an address and a time, from one header line of a commit.
#[derive(Clone, Debug)]
pub struct PersonView<'a> {
    /// The name, decoded as Git does: from the commit's declared encoding if there is one, otherwise unchanged.
    pub name: Cow<'a, [u8]>,
    /// The address between the angle brackets, decoded in the same way.
    pub email: Cow<'a, [u8]>,
    /// The time, with the recorded UTC offset.
    pub when: Stamp,
}

/// Parts of a commit header that could not be parsed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Defects {
    /// The author line is missing or malformed.
    pub author: bool,
    /// The committer line is missing or malformed.
    pub committer: bool,
    /// The declared encoding is unknown.
    pub encoding: bool,
}

impl Defects {
    /// The first defect as text; `None` if there are none.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Defects { author: true, .. } => Some("the author line cannot be parsed"),
            Defects { committer: true, .. } => Some("the committer line cannot be parsed"),
            Defects { encoding: true, .. } => Some("the declared encoding is unknown or the text is not valid in it"),
            _ => None,
        }
    }
}

/// A signature, with the bytes that it covers.
#[derive(Clone, Debug)]
pub struct SignedView<'a> {
    /// The signature block, still armoured, without the leading space of continuation lines.
    pub block: Cow<'a, [u8]>,
    /// The signed bytes: the commit without its signature headers.
    pub payload: Vec<u8>,
}

/// A commit, borrowed from the buffer it was decoded in.
#[derive(Clone, Debug)]
pub struct CommitView<'a> {
    /// The commit's id.
    pub oid: Oid,
    /// Its tree.
    pub tree: Oid,
    /// Its parents, in order.
    pub parents: Vec<Oid>,
    /// The author of the change.
    pub author: PersonView<'a>,
    /// The person who committed it to this history.
    pub committer: PersonView<'a>,
    /// Its signature.
    pub signature: Option<SignedView<'a>>,
    /// The message after the header, decoded as Git does.
    pub message: Cow<'a, [u8]>,
    /// Defects of the header.
    pub defects: Defects,
}

/// Returns the first line that is not blank, without surrounding whitespace.
pub fn subject(message: &[u8]) -> &[u8] {
    message.split(|&b| b == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty()).unwrap_or(b"")
}

/// Returns the pull request number in a subject that a forge wrote: `Merge pull request #12 from …`, or a subject that
/// ends in `(#12)`.
pub fn pull_request(subject: &[u8]) -> Option<u32> {
    let digits = |text: &[u8]| -> Option<u32> {
        let len = text.iter().take_while(|b| b.is_ascii_digit()).count();
        std::str::from_utf8(&text[..len]).ok()?.parse().ok()
    };
    if let Some(rest) = subject.strip_prefix(b"Merge pull request #") {
        return digits(rest);
    }
    let inner = subject.strip_suffix(b")")?;
    let open = memchr::memrchr(b'(', inner)?;
    let number = inner[open + 1..].strip_prefix(b"#")?;
    digits(number).filter(|_| number.iter().all(u8::is_ascii_digit))
}

/// Whether the message contains a word that announces a revert or the restoration of a change, such as `revert`,
/// `reapply` or `re-land`.
pub fn is_revert_message(message: &[u8]) -> bool {
    const MAX_EXAMINED: usize = 8 << 10;
    const WORDS: [&[u8]; 13] = [
        b"brings back",
        b"revert",
        b"unrevert",
        b"reapply",
        b"re-apply",
        b"reland",
        b"re-land",
        b"restore",
        b"back out",
        b"backout",
        b"undo",
        b"redo",
        b"bring back",
    ];
    let lower = message[..message.len().min(MAX_EXAMINED)].to_ascii_lowercase();
    WORDS.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

#[cfg(test)]
mod tests {
    use super::{is_revert_message, pull_request};

    #[test]
    fn revert_and_reland_messages_are_detected() {
        for subject in ["Revert \"Add a parser\"", "fix: reland the parser", "Restore what was removed"] {
            assert!(is_revert_message(subject.as_bytes()), "{subject}");
        }
        assert!(!is_revert_message(b"Add a parser"));
    }

    #[test]
    fn only_forge_written_subjects_yield_pull_request_numbers() {
        assert_eq!(pull_request(b"Merge pull request #12 from a/b"), Some(12));
        assert_eq!(pull_request(b"Add a parser (#345)"), Some(345));
        for subject in ["Fix #12", "Add a parser (fixes #12)", "Say (#12) twice", "(#)", "(#99999999999)", ""] {
            assert_eq!(pull_request(subject.as_bytes()), None, "{subject}");
        }
    }
}
