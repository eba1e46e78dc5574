//! Matches the message patterns of commit heuristics.

use alibi_git::fingerprint::fingerprint;
use alibi_git::history::subject;
use regex::bytes::{RegexSet, RegexSetBuilder};
use thiserror::Error;

/// The part of a message that a pattern applies to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessagePattern<'a> {
    /// The first line only.
    Subject(&'a str),
    /// The whole message.
    Message(&'a str),
}

/// The message patterns of a run, matched together.
pub struct MessagePatterns {
    subjects: RegexSet,
    messages: RegexSet,
    subject_bits: Vec<u8>,
    message_bits: Vec<u8>,
}

/// Why message patterns cannot be compiled.
#[derive(Debug, Error)]
pub enum PatternError {
    /// A pattern is not a valid regular expression.
    #[error("a message pattern cannot be used: {0}")]
    Regex(#[from] regex::Error),
    /// There are more patterns than the bit set of a commit can hold.
    #[error("{0} message patterns are too many, since one run can hold 64: select fewer heuristics")]
    TooMany(usize),
}

/// Maximum number of bytes of a message that are searched.
const MAX_SEARCHED: usize = 64 << 10;

impl MessagePatterns {
    /// Compiles patterns; the bit of each pattern is its index in the slice.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn new(patterns: &[MessagePattern<'_>]) -> Result<MessagePatterns, PatternError> {
        if patterns.len() > 64 {
            return Err(PatternError::TooMany(patterns.len()));
        }
        let (mut subjects, mut messages) = (Vec::new(), Vec::new());
        let (mut subject_bits, mut message_bits) = (Vec::new(), Vec::new());
        for (bit, pattern) in patterns.iter().enumerate() {
            match pattern {
                MessagePattern::Subject(p) => {
                    subjects.push(*p);
                    subject_bits.push(bit as u8);
                }
                MessagePattern::Message(p) => {
                    messages.push(*p);
                    message_bits.push(bit as u8);
                }
            }
        }
        Ok(MessagePatterns {
            subjects: RegexSetBuilder::new(subjects).build()?,
            messages: RegexSetBuilder::new(messages).multi_line(true).build()?,
            subject_bits,
            message_bits,
        })
    }

    /// Returns the patterns that match, one bit each.
    pub fn matches(&self, message: &[u8]) -> u64 {
        let message = &message[..message.len().min(MAX_SEARCHED)];
        let mut bits = 0;
        if !self.subject_bits.is_empty() {
            let set = self.subjects.matches(subject(message));
            bits |= set.iter().fold(0, |b, i| b | 1u64 << self.subject_bits[i]);
        }
        if !self.message_bits.is_empty() {
            let set = self.messages.matches(message);
            bits |= set.iter().fold(0, |b, i| b | 1u64 << self.message_bits[i]);
        }
        bits
    }
}

/// Returns a hash of a message's subject.
pub fn subject_hash(message: &[u8]) -> u64 {
    fingerprint([subject(message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_patterns_ignore_the_body() {
        let patterns =
            MessagePatterns::new(&[MessagePattern::Subject(r"(?i)\btypo\b"), MessagePattern::Message(r"^\[skip ci\]")])
                .unwrap();
        assert_eq!(patterns.matches(b"Fix a typo\n"), 0b01);
        assert_eq!(patterns.matches(b"Add a parser\n\nNo typo here\n[skip ci] please\n"), 0b10);
        assert_eq!(patterns.matches(b""), 0);
    }

    #[test]
    fn more_than_64_patterns_are_rejected() {
        assert!(MessagePatterns::new(&[MessagePattern::Subject("x"); 65]).is_err());
    }
}
