//! How a delta relates to its base.

/// A stretch of bytes that an object copies from its delta base.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copied {
    /// The start in the base.
    pub from: usize,
    /// The start in the object.
    pub to: usize,
    /// The length in bytes.
    pub len: usize,
}
