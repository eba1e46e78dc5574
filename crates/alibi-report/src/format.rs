//! Wording shared by several reports.

/// Writes a count with its noun, in the plural unless the count is 1.
pub(crate) fn plural(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Writes decibans with at most one decimal; a decimal of zero is omitted.
pub(crate) fn decibans(db: f64) -> String {
    let tenths = (db * 10.0).round() / 10.0;
    if tenths.fract() == 0.0 { format!("{tenths:.0}") } else { format!("{tenths:.1}") }
}

/// Returns the plural ending of a noun, or nothing if `n` is 1.
pub(crate) fn s_of(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// Writes a number with thousands separators.
pub(crate) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(d);
    }
    text
}

/// Replaces each run of whitespace, including line breaks, with a single space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_separated_by_commas() {
        assert_eq!([0, 999, 1000, 1_234_567].map(super::grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
