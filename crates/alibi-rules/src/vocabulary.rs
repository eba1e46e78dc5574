//! The labels and sinks of flows.

use alibi_code::Vocabulary;
use std::sync::OnceLock;

/// The labels and sinks that ship with the program.
///
/// # Errors
/// A message, if their tables are invalid, which a test rules out.
pub(crate) fn vocabulary() -> Result<&'static Vocabulary, String> {
    static BUILT_IN: OnceLock<Result<Vocabulary, String>> = OnceLock::new();
    BUILT_IN.get_or_init(Vocabulary::built_in).as_ref().map_err(Clone::clone)
}
