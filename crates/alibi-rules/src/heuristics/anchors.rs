//! Derives literals of which every match contains at least one, so that a regular expression runs only near them.

use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// Minimum length of an anchor, in bytes. Shorter anchors match too often to be worth a search.
const SHORTEST: usize = 3;

/// Maximum number of literals per atom in the shared search.
const MAX: usize = 64;

/// Derives literals such that every match of `pattern` starts with one of them, or every match ends with one of them.
/// Returns an empty list if no such literals are selective enough.
pub(super) fn derive(pattern: &str) -> Vec<Vec<u8>> {
    // Anchors are searched case-insensitively, so the case flag of the pattern need not multiply them.
    let pattern = match pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')')) {
        Some((flags, rest)) if flags.contains('i') && flags.bytes().all(|b| b.is_ascii_alphabetic()) => {
            let others: String = flags.chars().filter(|c| *c != 'i').collect();
            if others.is_empty() { rest.to_owned() } else { format!("(?{others}){rest}") }
        }
        _ => pattern.to_owned(),
    };
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).build().parse(&pattern);
    let Ok(hir) = parsed else { return Vec::new() };
    // Try to get a few whole literals first. With large character classes, only the beginning of each literal is kept,
    // which is less selective.
    let tries = [(ExtractKind::Prefix, 16), (ExtractKind::Suffix, 16), (ExtractKind::Prefix, 512)];
    tries
        .into_iter()
        .map(|(kind, class)| literals(&hir, kind, class))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Extracts the literals that every match starts or ends with, expanding classes of at most `class` characters. Returns
/// an empty list if no such literals are selective enough.
fn literals(hir: &Hir, kind: ExtractKind, class: usize) -> Vec<Vec<u8>> {
    let mut extractor = Extractor::new();
    let is_suffix = matches!(kind, ExtractKind::Suffix);
    extractor.kind(kind).limit_class(class).limit_total(2048).limit_repeat(2).limit_literal_len(16);
    let mut sequence = extractor.extract(hir);
    if !is_suffix {
        // If one literal is a prefix of another, the shorter one covers both.
        sequence.minimize_by_preference();
    }
    let Some(literals) = sequence.literals() else { return Vec::new() };
    let mut anchors: Vec<Vec<u8>> = literals.iter().map(|l| l.as_bytes().to_vec()).collect();
    anchors.sort();
    anchors.dedup();
    // The characters of a large class share their first bytes. Three of these bytes are selective enough.
    if anchors.len() > MAX && !is_suffix {
        for anchor in &mut anchors {
            anchor.truncate(SHORTEST);
        }
        anchors.dedup();
    }
    if anchors.len() > MAX || anchors.iter().any(|a| a.len() < SHORTEST) {
        return Vec::new();
    }
    anchors
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn anchors_are_derived_from_literals_that_are_long_enough() {
        assert_eq!(derive("process\\.env|webhook"), [b"process.env".to_vec(), b"webhook".to_vec()]);
        assert_eq!(derive("(?i)Invoke-[a-z]+"), [b"Invoke-".to_vec()]);
        assert_eq!(derive("(?xi) hasta \\s* x"), [b"hasta".to_vec()]);
        assert_eq!(derive(r"\d+ab"), Vec::<Vec<u8>>::new());
        assert_eq!(derive(r"\d+@example"), [b"@example".to_vec()]);
        assert_eq!(derive(r"ab"), Vec::<Vec<u8>>::new());
        let bidi = derive(r"[\u{202A}-\u{202E}\u{2066}-\u{2069}]");
        assert_eq!(bidi.len(), 9, "{bidi:?}");
        assert!(bidi.contains(&"\u{202E}".as_bytes().to_vec()));
        let selectors = derive(r"[\u{E0100}-\u{E01EF}]{2}");
        assert!(!selectors.is_empty() && selectors.iter().all(|a| a.len() == 3), "{selectors:?}");
    }
}
