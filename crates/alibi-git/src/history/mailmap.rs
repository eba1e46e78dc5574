//! The entries of a `.mailmap`.

/// One line of a `.mailmap`: an identity to match, and its replacement.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MailmapEntry {
    /// The new name, if the line sets one.
    pub new_name: Option<Vec<u8>>,
    /// The new address, if the line sets one.
    pub new_email: Option<Vec<u8>>,
    /// The name to match, if the line requires one.
    pub old_name: Option<Vec<u8>>,
    /// The address to match.
    pub old_email: Vec<u8>,
}
