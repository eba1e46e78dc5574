//! Wording shared by several reports.

/// A number with its noun.
pub(super) fn plural(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Decibans, with one decimal only if it is not zero.
pub(super) fn decibans(db: f64) -> String {
    let tenths = (db * 10.0).round() / 10.0;
    if tenths.fract() == 0.0 { format!("{tenths:.0}") } else { format!("{tenths:.1}") }
}
