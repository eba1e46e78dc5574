//! Literals that announce a match, so that a regular expression runs only where it can.

use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// Anchors shorter than this, in bytes, would hit too often to be worth a search.
const SHORTEST: usize = 3;

/// One atom claims at most this many of the literals that are searched together.
const MOST: usize = 64;

/// Literals of which every match of `pattern` starts with one, or else ends with one; empty where there are none that serve.
pub fn derive(pattern: &str) -> Vec<Vec<u8>> {
    // Anchors are searched whatever their case, so that a pattern's own flag need not multiply them.
    let pattern = match pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')')) {
        Some((flags, rest)) if flags.contains('i') && flags.bytes().all(|b| b.is_ascii_alphabetic()) => {
            let others: String = flags.chars().filter(|c| *c != 'i').collect();
            if others.is_empty() { rest.to_owned() } else { format!("(?{others}){rest}") }
        }
        _ => pattern.to_owned(),
    };
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).build().parse(&pattern);
    let Ok(hir) = parsed else { return Vec::new() };
    // Few and whole ones first: of a class with many characters the beginning is cut off, and tells less.
    let tries = [(ExtractKind::Prefix, 16), (ExtractKind::Suffix, 16), (ExtractKind::Prefix, 512)];
    tries
        .into_iter()
        .map(|(kind, class)| literals(&hir, kind, class))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Literals that every match starts with, or ends with, out of classes of so many characters at most; empty where there
/// are none that serve.
fn literals(hir: &Hir, kind: ExtractKind, class: usize) -> Vec<Vec<u8>> {
    let mut extractor = Extractor::new();
    let is_suffix = matches!(kind, ExtractKind::Suffix);
    extractor.kind(kind).limit_class(class).limit_total(2048).limit_repeat(2).limit_literal_len(16);
    let mut sequence = extractor.extract(hir);
    if !is_suffix {
        // Where one is the beginning of another, the shorter announces both.
        sequence.minimize_by_preference();
    }
    let Some(literals) = sequence.literals() else { return Vec::new() };
    let mut anchors: Vec<Vec<u8>> = literals.iter().map(|l| l.as_bytes().to_vec()).collect();
    anchors.sort();
    anchors.dedup();
    // Large classes of characters share their first bytes: three of them tell enough.
    if anchors.len() > MOST && !is_suffix {
        for anchor in &mut anchors {
            anchor.truncate(SHORTEST);
        }
        anchors.dedup();
    }
    if anchors.len() > MOST || anchors.iter().any(|a| a.len() < SHORTEST) {
        return Vec::new();
    }
    anchors
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn prefixes_serve_when_they_are_few_and_long_enough() {
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
