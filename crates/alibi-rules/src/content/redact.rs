//! Redacts secrets in the output.

use super::rules::{RuleError, expression};
use crate::heuristics::Atom;
use regex::bytes::Regex;
use std::ops::Range;

/// Maximum number of bytes of a secret that are shown: enough to recognise its kind and to find it again.
const SHOWN: usize = 6;

/// Every secret has a word of at least this many letters and digits.
const LONG_WORD: usize = 10;

/// Number of bytes on each side of the shown text that are searched for secrets: more than the length of any secret.
const REACH: usize = 4096;

/// Finds and truncates secrets in text.
pub struct Redactor(Vec<Regex>);

impl Redactor {
    /// Creates a redactor for the matches of these atoms.
    ///
    /// # Errors
    /// [`RuleError::Regex`]
    pub fn new<'a>(atoms: impl IntoIterator<Item = &'a Atom>) -> Result<Redactor, RuleError> {
        Ok(Redactor(atoms.into_iter().map(expression).collect::<Result<_, _>>()?))
    }

    /// Returns the text with each secret truncated to its first bytes.
    pub fn redact_all(&self, text: &str) -> String {
        // Every secret has a long word, and most text has none.
        let has_long_word = text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.len() >= LONG_WORD);
        if !has_long_word {
            return text.to_owned();
        }
        String::from_utf8_lossy(&self.redact(text.as_bytes(), 0..text.len())).into_owned()
    }

    /// Returns a part of the text, with each secret replaced by its first bytes and the number of omitted bytes. A
    /// secret that is only partly in this part is recognised from the text around the part.
    pub fn redact(&self, text: &[u8], part: Range<usize>) -> Vec<u8> {
        let around = part.start.saturating_sub(REACH)..text.len().min(part.end.saturating_add(REACH));
        let mut hidden: Vec<Range<usize>> = Vec::new();
        for regex in &self.0 {
            for groups in regex.captures_iter(&text[around.clone()]) {
                // A pattern may have a group for each spelling. The first group that matched is the secret.
                let core = (1..groups.len()).find_map(|i| groups.get(i)).or_else(|| groups.get(0));
                hidden.extend(core.map(|core| {
                    let (start, end) = (around.start + core.start(), around.start + core.end());
                    start + SHOWN.min((end - start) / 2)..end
                }));
            }
        }
        hidden.sort_by_key(|span| (span.start, span.end));
        let (mut shown, mut at) = (Vec::new(), part.start);
        for span in hidden.into_iter().filter(|span| span.end > part.start && span.start < part.end) {
            if span.end <= at {
                continue;
            }
            shown.extend_from_slice(&text[at..span.start.clamp(at, part.end)]);
            shown.extend_from_slice(format!("…[{} bytes]", span.len()).as_bytes());
            at = span.end.min(part.end);
        }
        shown.extend_from_slice(&text[at..part.end]);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_truncated_wherever_they_appear() {
        let atom = |pattern: &str| Atom {
            name: "token".into(),
            pattern: pattern.into(),
            anchors: Vec::new(),
            at: None,
            encoded: false,
            check: None,
            secret: true,
        };
        let redactor = Redactor::new(&[atom("tok_[a-z0-9]{20}"), atom("password = \"([^\"]+)\"")]).unwrap();
        let all = |text: &'static [u8]| redactor.redact(text, 0..text.len());
        let shown = all(b"a tok_abcdefghij0123456789 b password = \"hunter2hunter2\" c");
        assert_eq!(String::from_utf8(shown).unwrap(), "a tok_ab…[18 bytes] b password = \"hunter…[8 bytes]\" c");
        assert_eq!(all(b"nothing"), b"nothing");
        let cut = redactor.redact(b"a tok_abcdefghij0123456789 b", 12..28);
        assert_eq!(
            String::from_utf8(cut).unwrap(),
            "…[18 bytes] b",
            "a secret that starts before the part is still redacted"
        );
    }
}
