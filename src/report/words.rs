//! Words that several reports need.

/// A number with its noun.
pub(super) fn plural(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
