//! The numbers of identities.

/// The number of an identity: a distinct pair of name and address, as written in commits, tags or reflogs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct IdentityId(pub u32);

impl IdentityId {
    /// The index in a vector with one element per identity.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
