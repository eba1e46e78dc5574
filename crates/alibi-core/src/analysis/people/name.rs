//! Parses names into comparable words, and compares two names.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Maximum number of characters of a name that are parsed. Real names are far shorter; a hostile one could be huge.
const MAX_CHARS: usize = 120;

/// A parsed name.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Name {
    /// The words, in lower case and without diacritics, given name first.
    pub words: Vec<String>,
    /// The words without spaces.
    pub compact: String,
    /// Whether it looks like a person's full name: two or more words, letters only, at least two of them longer than
    /// one letter.
    pub full: bool,
    /// Whether it names several people, as in pair programming.
    pub joint: bool,
    /// Whether a word mixes Latin letters with look-alikes: an imitation, or a typing error.
    pub mixed: bool,
    /// The script of the first letter, roughly. Names in different scripts cannot be compared letter by letter.
    script: Script,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Script {
    #[default]
    None,
    Latin,
    Other(u32),
}

impl Name {
    /// Parses a name: folds compatibility forms (NFKC), drops quotation marks, and brackets with their content,
    /// reorders `Last, First`, and drops diacritics.
    pub fn parse(raw: &[u8]) -> Name {
        let text: String = String::from_utf8_lossy(raw).nfkc().take(MAX_CHARS).collect();
        let text = without_brackets(&text);
        // A sentence is not a name. Names are short or capitalised, except for particles.
        let sentence = {
            let words: Vec<&str> = text.split_whitespace().collect();
            let small = words.iter().filter(|w| w.chars().next().is_some_and(char::is_lowercase)).count();
            words.len() >= 5 && 2 * small > words.len()
        };
        let lower = text.to_lowercase();
        // A relay forwards another person's text: `Ana Duarte via Relay`.
        let lower = lower.split_once(" via ").map_or(lower.as_str(), |(who, _)| who).to_owned();
        let joint = ['+', '&', '/', ';'].iter().any(|c| lower.contains(*c))
            || lower.split_whitespace().any(|w| matches!(w, "and" | "und" | "et" | "y"));
        // `Last, First`. More than one comma means a title or a list.
        let ordered = match lower.split_once(',') {
            Some((last, first)) if !first.contains(',') && !first.trim().is_empty() && !joint => {
                format!("{first} {last}")
            }
            _ => lower,
        };
        let looks_like_address = ordered.contains('@') || ordered.contains("://");
        let nobody = matches!(
            ordered.trim(),
            "unknown" | "root" | "user" | "none" | "nobody" | "anonymous" | "your name" | "me"
        );
        let ordered = if nobody { String::new() } else { ordered };
        let words: Vec<String> = ordered
            .split(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '_' | '-' | '+' | '&' | '/' | ';' | '\''))
            .map(fold)
            .filter(|w| !w.is_empty())
            .collect();
        // Only spaces separate the words of a full name; `first-last` and `first.last` are just as often logins.
        let spaced: Vec<&str> = ordered.split_whitespace().collect();
        let of_letters = |w: &&str| w.chars().all(|c| c.is_alphabetic() || is_combining_mark(c) || ".'’-".contains(c));
        let full = !looks_like_address
            && !sentence
            && spaced.len() >= 2
            && spaced.iter().all(of_letters)
            && spaced.iter().filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() >= 2).count() >= 2;
        let script = words.iter().flat_map(|w| w.chars()).find(|c| c.is_alphabetic()).map_or(Script::None, script_of);
        let mixed = words.iter().any(|w| {
            let lookalike = |c: char| matches!(u32::from(c), 0x0370..0x0590);
            w.chars().any(|c| c.is_ascii_alphabetic()) && w.chars().any(lookalike)
        });
        Name { compact: words.concat(), words, full, joint, mixed, script }
    }

    /// Whether two names certainly belong to different people: each is the full name of a single person, and they are
    /// in the same script and have no word, close spelling or initials in common.
    pub fn conflicts(&self, other: &Name) -> bool {
        self.full && other.full && !self.joint && !other.joint && self.script == other.script && !self.resembles(other)
    }

    /// Whether two full names most likely belong to two people, even if they share a part: relatives, or namesakes by
    /// given name. A shortened or misspelt form of one name does not count.
    pub fn differs(&self, other: &Name) -> bool {
        if !self.full || !other.full || self.script != other.script || self.compact == other.compact {
            return false;
        }
        let (left, right) = (self.word_set(), other.word_set());
        let (Some(a), Some(b)) = (self.words.first(), other.words.first()) else { return false };
        let same_initial = a.chars().next() == b.chars().next();
        let same_last = self.words.last() == other.words.last();
        let fits = left.is_subset(&right)
            || right.is_subset(&left)
            // An initial, a short form or a nickname (`Mike`, `Michael`) before the same family name.
            || same_last && same_initial
            || same_initial && self.words.last().zip(other.words.last()).is_some_and(|(x, y)| x.starts_with(y) || y.starts_with(x))
            || strsim::jaro_winkler(&self.compact, &other.compact) >= 0.92
            || left.intersection(&right).filter(|w| w.chars().count() >= 2).count() >= 2;
        !fits
    }

    /// Whether two names could be spellings of one name.
    pub fn resembles(&self, other: &Name) -> bool {
        let shares = self.words.iter().any(|w| {
            let long = w.chars().count() >= 2;
            other
                .words
                .iter()
                .any(|o| long && (w == o || is_prefix(w, o) || is_prefix(o, w) || strsim::jaro_winkler(w, o) >= 0.88))
        });
        shares
            || self.compact == other.compact
            || strsim::jaro_winkler(&self.compact, &other.compact) >= 0.85
            || self.initials_fit(other)
            || other.initials_fit(self)
    }

    /// Whether this name consists of the initials of the other: `J R D` or `jrd` for `Jane Rose Doe`.
    fn initials_fit(&self, other: &Name) -> bool {
        let initials: String = other.words.iter().filter_map(|w| w.chars().next()).collect();
        initials.chars().count() >= 2 && self.compact == initials
    }

    /// The words as a set.
    pub fn word_set(&self) -> BTreeSet<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

/// Whether the longer word starts with the shorter word, which has at least three letters: `Alex` and `Alexander`.
fn is_prefix(short: &str, long: &str) -> bool {
    short.chars().count() >= 3 && long.starts_with(short)
}

/// Removes diacritics from a lowercase word, and keeps only letters and digits.
pub(super) fn fold(word: &str) -> String {
    word.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .filter(|c| c.is_alphanumeric())
        .flat_map(|c| match c {
            'ø' => vec!['o'],
            'ł' => vec!['l'],
            'đ' | 'ð' => vec!['d'],
            'ß' => vec!['s', 's'],
            'æ' => vec!['a', 'e'],
            'œ' => vec!['o', 'e'],
            'ı' => vec!['i'],
            'þ' => vec!['t', 'h'],
            c => vec![c],
        })
        .collect()
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0usize;
    let kept: String = text
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' | '{' | '<' | '「' | '（' => depth += 1,
                ')' | ']' | '}' | '>' | '」' | '）' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0 && !matches!(c, '"' | '“' | '”' | '`' | '«' | '»')
        })
        .collect();
    // If the whole name is in brackets, keep it.
    if kept.trim().is_empty() { text.to_owned() } else { kept }
}

fn script_of(c: char) -> Script {
    match u32::from(c) {
        0..0x0250 | 0x1E00..0x1F00 => Script::Latin,
        // Kana and Han occur together in one name.
        0x3040..0xA000 => Script::Other(0x3040),
        code => Script::Other(code >> 8),
    }
}

/// Whether two names could belong to one person, or cannot be compared.
pub fn names_related(a: &[u8], b: &[u8]) -> bool {
    !Name::parse(a).conflicts(&Name::parse(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text.as_bytes())
    }

    #[test]
    fn names_are_folded_and_reordered() {
        assert_eq!(name("Čertík, Ondřej").words, ["ondrej", "certik"]);
        assert_eq!(name("Søren Łuk (work)").words, ["soren", "luk"]);
        assert_eq!(name("ＪＩＮ　ＳＡＴＯ").words, ["jin", "sato"]);
        assert!(name("Ana Duarte").full && !name("ana-duarte").full && !name("ana").full && !name("A. B").full);
        assert!(!name("Ana2 Duarte9").full && !name("ana@example.org x").full);
        assert!(name("Ana Duarte + Ben Okoro").joint);
        assert!(!name("These tests are often broken").full && name("Ana Maria de la Cruz Duarte").full);
    }

    #[test]
    fn only_unrelated_full_names_conflict() {
        for (a, b) in [
            ("Ben Okoro", "Ben Lindqvist"),
            ("Ana Duarte", "ana"),
            ("Zoé Ähn", "Zoe Aehn"),
            ("Alexander Berg", "Alex B"),
            ("Иван Петров", "Ivan Petrov"),
            ("Ana Duarte + Ben Okoro", "Carl Dietz + Ema Fuchs"),
            ("Jane Rose Doe", "J R D"),
        ] {
            assert!(!name(a).conflicts(&name(b)), "{a} / {b}");
        }
        assert!(name("Samir Toft").conflicts(&name("Ulla Voss")));
        assert!(name("Wanda Xu").conflicts(&name("Blume Yilmaz")));
    }

    #[test]
    fn long_names_are_truncated_and_names_without_letters_have_no_words() {
        let long = "x ".repeat(100_000);
        assert!(name(&long).compact.len() <= MAX_CHARS);
        assert!(Name::parse(b"\x00\xff\x1b[2J").words.is_empty());
        assert!(name("").words.is_empty());
    }
}
