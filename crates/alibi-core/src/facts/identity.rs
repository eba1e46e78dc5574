//! The numbers of identities.

/// A distinct pair of name and address, as commits and trailers write it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct IdentityId(pub u32);

impl IdentityId {
    /// Its index in a vector with one element per identity.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
