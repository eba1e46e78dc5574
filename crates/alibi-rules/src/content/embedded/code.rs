//! The code in a file, and where it comes from.

use alibi_code::Language;
use std::ops::Range;

/// Maximum number of pieces of code that are read from one file.
const MAX_PARTS: usize = 20_000;

/// The code in a file.
#[derive(Default)]
pub(in crate::content) struct Code {
    /// The code, one part after the other.
    pub(in crate::content) text: Vec<u8>,
    /// The parts, in the order in which they run.
    pub(in crate::content) parts: Vec<(Range<usize>, Language)>,
    /// Positions in the code, and the positions in the file that they come from, in ascending order.
    places: Vec<(usize, usize)>,
    /// Whether a part was not read.
    pub(in crate::content) cut_short: bool,
}

impl Code {
    /// Adds code whose lines begin at these positions in the file.
    pub(super) fn add(&mut self, language: Language, code: &str, mut line_at: impl FnMut(usize) -> usize) {
        if self.parts.len() >= MAX_PARTS {
            self.cut_short = true;
            return;
        }
        let start = self.text.len();
        for (number, line) in code.split_inclusive('\n').enumerate() {
            self.places.push((self.text.len(), line_at(number)));
            self.text.extend_from_slice(line.as_bytes());
        }
        self.parts.push((start..self.text.len(), language));
        self.text.push(b'\n');
    }

    /// Adds a stretch of the file as it is.
    pub(super) fn add_stretch(&mut self, language: Language, text: &[u8], stretch: Range<usize>) {
        let code = String::from_utf8_lossy(&text[stretch.clone()]);
        let mut at = stretch.start;
        let starts: Vec<usize> = text[stretch]
            .split_inclusive(|b| *b == b'\n')
            .map(|line| {
                at += line.len();
                at - line.len()
            })
            .collect();
        self.add(language, &code, |line| starts.get(line).copied().unwrap_or(at));
    }

    /// The position in the file that a position in the code comes from.
    pub(in crate::content) fn place(&self, at: usize) -> usize {
        let next = self.places.partition_point(|(start, _)| *start <= at);
        let Some((start, place)) = next.checked_sub(1).map(|place| self.places[place]) else { return 0 };
        place + (at - start)
    }
}

/// Joins words to a command line. Words with blanks or quotes are quoted.
pub(super) fn command_line<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let is_plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:=,@%+~$".contains(&b))
    };
    let quoted = |word: &str| {
        if is_plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}
