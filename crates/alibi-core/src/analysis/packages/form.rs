//! Normalises package names for comparison.

/// Separators of words in names.
pub(super) const SEPARATORS: [char; 3] = ['-', '_', '.'];

/// The words of a name.
pub(super) fn tokens(name: &str) -> impl Iterator<Item = &str> {
    name.split(SEPARATORS).filter(|t| !t.is_empty())
}

/// A name in lower case, without separators.
pub(super) fn squeezed(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| !SEPARATORS.contains(c)).collect()
}

/// A name's words in alphabetical order, joined by hyphens; empty if the name has only one word.
pub(super) fn sorted_tokens(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut tokens: Vec<&str> = lower.split(SEPARATORS).filter(|t| !t.is_empty()).collect();
    tokens.sort_unstable();
    if tokens.len() < 2 { String::new() } else { tokens.join("-") }
}

/// Normalises a name so that look-alike names become equal: replaces confusable characters of all scripts (Unicode
/// Technical Standard 39), and characters that look alike in common typefaces. A capital `I` is replaced first, since
/// it looks like a lowercase `l`.
pub(super) fn looks(name: &str) -> String {
    let folded: String = unicode_security::skeleton(&name.replace('I', "l").to_lowercase()).collect();
    let pairs = folded.replace("rn", "m").replace("vv", "w").replace("cl", "d");
    pairs
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            '3' => 'e',
            '5' => 's',
            c => c,
        })
        .collect()
}

/// Splits a name into its owner and the rest, if the name has both. The owner is a scope, a vendor, a group or the
/// owner of a repository.
pub(super) fn split_owner(name: &str) -> Option<(&str, &str)> {
    if let Some(rest) = name.strip_prefix('@') {
        return rest.split_once('/');
    }
    if name.contains(':') {
        return name.split_once(':');
    }
    let (owner, base) = name.split_once('/')?;
    // host/owner/repository/…
    match base.split_once('/') {
        Some((account, base)) if owner.contains('.') => Some((account, base)),
        _ => Some((owner, base)),
    }
}

/// The length of a name in characters, and its letters and digits as a bit mask.
pub(super) fn shape(name: &str) -> (usize, u64) {
    (name.chars().count(), letters(name))
}

/// The letters and digits of a name, as a bit mask.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |mask, b| match b {
        b'a'..=b'z' => mask | 1 << (b - b'a'),
        b'A'..=b'Z' => mask | 1 << (b - b'A'),
        b'0'..=b'9' => mask | 1 << (26 + (b - b'0')),
        _ => mask,
    })
}
