//! Splits text into lines, and long lines into pieces: the units that patterns are matched against. The pieces of a
//! line are the same regardless of the part of the line that is searched.

use std::ops::Range;

/// Half the length of a piece, in bytes. A line longer than a piece is read in overlapping pieces, each starting half a
/// piece after the previous one. A match belongs to the piece in whose first half it starts, and ends at the end of
/// that piece at the latest.
const HALF: usize = 4096;

/// A part of one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// The position of its bytes.
    pub span: Range<usize>,
    /// Matches that start at or after this position belong to the next piece.
    pub owned_to: usize,
}

/// The pieces of a line that overlap `part`, which must be within the line.
pub(super) fn pieces(line: &Range<usize>, part: &Range<usize>) -> impl Iterator<Item = Piece> + use<> {
    let (start, end) = (line.start, line.end);
    let whole = end - start <= 2 * HALF;
    let at = |byte: usize| byte.saturating_sub(start) / HALF;
    let (first, last) = if whole { (0, 0) } else { (at(part.start).saturating_sub(1), at(part.end.max(1) - 1)) };
    (first..=last).filter_map(move |number| {
        let from = start + number * HALF;
        let to = if whole { end } else { (from + 2 * HALF).min(end) };
        // The first piece that reaches the end of the line is the last one, since a later piece would be a part of it.
        let is_first_to_end = number == 0 || from + HALF < end;
        (from <= end && is_first_to_end)
            .then(|| Piece { span: from..to, owned_to: if to == end { end + 1 } else { from + HALF } })
    })
}

/// Finds lines in ascending order, reading each byte at most once.
pub(super) struct Lines<'t> {
    text: &'t [u8],
    line: Range<usize>,
}

impl<'t> Lines<'t> {
    /// Starts at the beginning of the text.
    pub(super) fn new(text: &'t [u8]) -> Lines<'t> {
        Lines { text, line: 0..line_end(text, 0) }
    }

    /// The line that contains a byte, without its newline; bytes must be passed in ascending order.
    pub(super) fn at(&mut self, byte: usize) -> Range<usize> {
        if byte > self.line.end {
            let from = self.line.end + 1;
            let start = memchr::memrchr(b'\n', &self.text[from..byte]).map_or(from, |i| from + i + 1);
            self.line = start..line_end(self.text, byte);
        }
        self.line.clone()
    }
}

/// The lines of a part of the text; the part starts and ends at line boundaries.
pub(super) fn lines_of(text: &[u8], part: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut next = Some(part.start);
    std::iter::from_fn(move || {
        let start = next.filter(|start| *start <= part.end)?;
        let end = line_end(text, start).min(part.end);
        next = (end < part.end).then_some(end + 1);
        Some(start..end)
    })
}

/// The lines of a span, with up to `lines` lines before and after it.
pub(super) fn around(text: &[u8], span: &Range<usize>, lines: u32) -> Range<usize> {
    let mut start = memchr::memrchr(b'\n', &text[..span.start]).map_or(0, |i| i + 1);
    let mut end = line_end(text, span.end.min(text.len()));
    for _ in 0..lines {
        if start > 0 {
            start = memchr::memrchr(b'\n', &text[..start - 1]).map_or(0, |i| i + 1);
        }
        if end < text.len() {
            end = line_end(text, end + 1);
        }
    }
    start..end
}

fn line_end(text: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |i| from + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_from_any_byte_offset() {
        let text = b"one\ntwo\n\nfour";
        let mut lines = Lines::new(text);
        assert_eq!([0, 3, 4, 8, 12].map(|b| lines.at(b)), [0..3, 0..3, 4..7, 8..8, 9..13]);
        assert_eq!(lines_of(text, 0..13).collect::<Vec<_>>(), [0..3, 4..7, 8..8, 9..13]);
        assert_eq!(around(text, &(4..5), 0), 4..7);
        assert_eq!(around(text, &(4..5), 1), 0..8);
        assert_eq!(around(text, &(9..10), 9), 0..13);
    }

    #[test]
    fn every_byte_of_a_long_line_is_owned_by_one_piece() {
        for len in [10, 2 * HALF, 2 * HALF + 1, 3 * HALF, 5 * HALF + 7] {
            let line = 100..100 + len;
            let all: Vec<Piece> = pieces(&line, &line).collect();
            for byte in line.clone() {
                let owners = |p: &&Piece| p.span.start <= byte && byte < p.owned_to && byte < p.span.end;
                let count = all.iter().filter(owners).count();
                assert_eq!(count, 1, "byte {byte} of {len}");
                let near: Vec<Piece> = pieces(&line, &(byte..byte + 1)).collect();
                assert!(near.iter().all(|p| all.contains(p)));
                assert!(near.iter().any(|p| p.span.start <= byte && byte < p.owned_to));
            }
        }
    }
}
