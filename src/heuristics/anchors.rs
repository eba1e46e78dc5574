//! Literals that announce a match, so that a regular expression runs only where it can.

use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// Anchors shorter than this, in bytes, would hit too often to be worth a search.
const SHORTEST: usize = 3;

/// One searcher holds at most this many literals before it becomes slow; one atom may claim a part of them.
const MOST: usize = 32;

/// Literals of which every match of `pattern` starts with one; empty where there are none that serve.
pub fn derive(pattern: &str) -> Vec<Vec<u8>> {
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern);
    let Ok(hir) = parsed else { return Vec::new() };
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_class(512).limit_total(2048).limit_repeat(2).limit_literal_len(16);
    let mut prefixes = extractor.extract(&hir);
    // Large classes of characters share their first bytes: three of them tell enough.
    prefixes.minimize_by_preference();
    let Some(literals) = prefixes.literals() else { return Vec::new() };
    let mut anchors: Vec<Vec<u8>> = literals.iter().map(|l| l.as_bytes().to_vec()).collect();
    anchors.sort();
    anchors.dedup();
    if anchors.len() > MOST {
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
        assert_eq!(derive(r"\d+ab"), Vec::<Vec<u8>>::new());
        assert_eq!(derive(r"ab"), Vec::<Vec<u8>>::new());
        let bidi = derive(r"[\u{202A}-\u{202E}\u{2066}-\u{2069}]");
        assert_eq!(bidi.len(), 9);
        assert!(bidi.contains(&"\u{202E}".as_bytes().to_vec()));
        let selectors = derive(r"[\u{E0100}-\u{E01EF}]{2}");
        assert!(!selectors.is_empty() && selectors.iter().all(|a| a.len() == 3), "{selectors:?}");
    }
}
