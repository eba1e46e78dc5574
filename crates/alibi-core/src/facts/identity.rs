//! The numbers of identities.

/// A distinct pair of name and address, as written in commits and trailers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct IdentityId(pub u32);

impl IdentityId {
    /// The index in a vector with one element per identity.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
