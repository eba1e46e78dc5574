//! Pathspecs for the commands of findings.

/// A literal pathspec, relative to the top of the repository.
pub(crate) fn literal(path: &[u8]) -> Vec<u8> {
    [b":(top,literal)", path].concat()
}
