//! Code shared by several detectors.

pub(super) mod dependencies;
pub(super) mod drift;
pub(super) mod new_file;
pub(super) mod opaque;
pub(super) mod pathspec;
pub(super) mod touch;
pub(super) mod twins;
pub(super) mod words;
