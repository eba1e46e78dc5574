use super::{Oid, Stamp};
use std::borrow::Cow;

/// A commit's place in a run's canonical order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CommitIdx(pub u32);

impl CommitIdx {
    /// The place as a number.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A name, an address and a moment, as one header line of a commit gives them.
#[derive(Clone, Debug)]
pub struct PersonView<'a> {
    /// Decoded as Git decodes it: by the commit's declared encoding, else as it is.
    pub name: Cow<'a, [u8]>,
    /// The address between the angle brackets, decoded likewise.
    pub email: Cow<'a, [u8]>,
    /// The moment, and the offset of the clock.
    pub when: Stamp,
}

/// What of a commit's header could not be read as it should.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Defects {
    /// The author line is missing or malformed.
    pub author: bool,
    /// The committer line is missing or malformed.
    pub committer: bool,
    /// The declared encoding is unknown, or the text does not follow it.
    pub encoding: bool,
}

impl Defects {
    /// The reason in words; `None` where nothing is wrong.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Defects { author: true, .. } => Some("the author line cannot be read"),
            Defects { committer: true, .. } => Some("the committer line cannot be read"),
            Defects { encoding: true, .. } => Some("the declared encoding is unknown or not followed"),
            _ => None,
        }
    }
}

/// A signature while it streams by.
#[derive(Clone, Debug)]
pub struct SignedView<'a> {
    /// The signature block, still armoured, its continuation blanks removed.
    pub block: Cow<'a, [u8]>,
    /// The bytes that it signs: the commit without its signature headers.
    pub payload: Vec<u8>,
}

/// A commit while it streams by, borrowed from the buffer it was decoded in.
#[derive(Clone, Debug)]
pub struct CommitView<'a> {
    /// The commit's id.
    pub oid: Oid,
    /// Its tree.
    pub tree: Oid,
    /// Its parents, in order.
    pub parents: Vec<Oid>,
    /// Who wrote the change.
    pub author: PersonView<'a>,
    /// Who put it into this history.
    pub committer: PersonView<'a>,
    /// What signs it.
    pub signature: Option<SignedView<'a>>,
    /// The message after the header, decoded as Git decodes it.
    pub message: Cow<'a, [u8]>,
    /// What was wrong with the header.
    pub defects: Defects,
}

/// The first line that is not blank, without blanks around it.
pub fn subject(message: &[u8]) -> &[u8] {
    message.split(|&b| b == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty()).unwrap_or(b"")
}
