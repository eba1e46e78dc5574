//! Parses configuration files into values, each with its key path and its line. Where structure matters, patterns are
//! matched against values instead of lines.

use crate::heuristics::Format;
use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use saphyr_parser::{Event, Parser};
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Maximum size of a file that is parsed, in bytes. Larger files are not hand-written configuration.
pub(crate) const MAX_SIZE: usize = 1 << 20;

/// Maximum number of values from one file.
const MAX_LEAVES: usize = 50_000;
/// Maximum depth of a value.
const MAX_DEPTH: usize = 64;

/// A value and its key path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// The keys that lead to the value, joined by slashes; list indexes are numbers.
    pub keys: Arc<str>,
    /// The value, as text.
    pub value: String,
    /// The 1-based line on which the value starts.
    pub line: u32,
}

/// The values of a file; `None` if it is too large or cannot be parsed in this format.
pub fn leaves(format: Format, text: &[u8]) -> Option<Vec<Leaf>> {
    if text.len() > MAX_SIZE {
        return None;
    }
    let text = String::from_utf8_lossy(text);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut tree = Tree { starts: line_starts(text), leaves: Vec::new() };
    match format {
        Format::Json => {
            let parsed = jsonc_parser::parse_to_ast(text, &Default::default(), &Default::default()).ok()?;
            tree.json(&parsed.value?, &mut Vec::new());
        }
        Format::Toml => {
            let table = DeTable::parse(text).ok()?;
            for (key, value) in table.get_ref() {
                tree.toml(value.get_ref(), value.span().start, &mut vec![segment(key.get_ref())]);
            }
        }
        Format::Yaml => tree.yaml(text)?,
    }
    Some(tree.leaves)
}

/// Returns a copy of a file with escapes decoded and line continuations joined, and the positions of these changes in
/// the copy; `None` if nothing changes. The text of a value occurs either in the file or in the copy.
pub fn spelt_out(text: &[u8]) -> Option<(Vec<u8>, Vec<usize>)> {
    let escapes = |i: usize| text.get(i + 1).is_some_and(|b| b"xuU/\r\n".contains(b));
    if !memchr::memchr_iter(b'\\', text).any(escapes) {
        return None;
    }
    let (mut plain, mut places) = (Vec::with_capacity(text.len()), Vec::new());
    let mut parts = text.split(|b| *b == b'\\');
    plain.extend_from_slice(parts.next().unwrap_or_default());
    for part in parts {
        places.push(plain.len());
        let digits = match part.first() {
            Some(b'x') => part.get(1..3),
            Some(b'u') => part.get(1..5),
            Some(b'U') => part.get(1..9),
            _ => None,
        };
        let code = digits.and_then(|d| u32::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok());
        match (code.and_then(char::from_u32), digits) {
            (Some(c), Some(digits)) => {
                plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                plain.extend_from_slice(&part[1 + digits.len()..]);
            }
            _ if part.starts_with(b"\n") || part.starts_with(b"\r\n") => {
                plain.extend_from_slice(part.trim_ascii_start())
            }
            _ if part.starts_with(b"/") => plain.extend_from_slice(part),
            _ => {
                places.pop();
                plain.push(b'\\');
                plain.extend_from_slice(part);
            }
        }
    }
    Some((plain, places))
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1)).collect()
}

/// Converts a key to a segment of a key path.
fn segment(key: &str) -> String {
    key.replace('/', ":")
}

struct Tree {
    starts: Vec<usize>,
    leaves: Vec<Leaf>,
}

impl Tree {
    fn push(&mut self, keys: &[String], value: String, line: u32) {
        if self.leaves.len() < MAX_LEAVES {
            self.leaves.push(Leaf { keys: keys.join("/").into(), value, line });
        }
    }

    fn line(&self, byte: usize) -> u32 {
        self.starts.partition_point(|start| *start <= byte) as u32
    }

    fn json(&mut self, value: &Value<'_>, keys: &mut Vec<String>) {
        let line = self.line(value.start());
        let plain = match value {
            Value::Object(object) => {
                for property in &object.properties {
                    keys.push(segment(property.name.as_str()));
                    self.json(&property.value, keys);
                    keys.pop();
                }
                return;
            }
            Value::Array(array) => {
                for (i, element) in array.elements.iter().enumerate() {
                    keys.push(i.to_string());
                    self.json(element, keys);
                    keys.pop();
                }
                return;
            }
            Value::StringLit(text) => text.value.to_string(),
            Value::NumberLit(number) => number.value.to_string(),
            Value::BooleanLit(truth) => truth.value.to_string(),
            Value::NullKeyword(_) => String::new(),
        };
        self.push(keys, plain, line);
    }

    fn toml(&mut self, value: &DeValue<'_>, at: usize, keys: &mut Vec<String>) {
        let plain = match value {
            _ if keys.len() > MAX_DEPTH => return,
            DeValue::Table(table) => {
                for (key, value) in table {
                    keys.push(segment(key.get_ref()));
                    self.toml(value.get_ref(), value.span().start, keys);
                    keys.pop();
                }
                return;
            }
            DeValue::Array(array) => {
                for (i, value) in array.iter().enumerate() {
                    keys.push(i.to_string());
                    self.toml(value.get_ref(), value.span().start, keys);
                    keys.pop();
                }
                return;
            }
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(when) => when.to_string(),
        };
        self.push(keys, plain, self.line(at));
    }

    /// Reads YAML from the events of the parser, so that aliases are never expanded.
    fn yaml(&mut self, text: &str) -> Option<()> {
        /// An open collection: a list with the index of the next element, or a mapping with its current key.
        enum Open {
            List(usize),
            Mapping(Option<String>),
        }
        let mut parser = Parser::new_from_str(text);
        let (mut open, mut keys): (Vec<Open>, Vec<String>) = (Vec::new(), Vec::new());
        while let Some(event) = parser.next_event() {
            let (event, span) = event.ok()?;
            // The key or index of the value that begins now.
            let begins = |open: &mut Vec<Open>, scalar: Option<&str>| match open.last_mut() {
                Some(Open::Mapping(key @ None)) => {
                    *key = Some(segment(scalar.unwrap_or("?")));
                    None
                }
                Some(Open::Mapping(key)) => key.take().map(Some),
                Some(Open::List(next)) => {
                    *next += 1;
                    Some(Some((*next - 1).to_string()))
                }
                None => Some(None),
            };
            match event {
                Event::Scalar(value, ..) => {
                    if let Some(key) = begins(&mut open, Some(&value)) {
                        let is_named = key.is_some();
                        keys.extend(key);
                        self.push(&keys, value.into_owned(), span.start.line() as u32);
                        if is_named {
                            keys.pop();
                        }
                    }
                }
                Event::Alias(_) => {
                    begins(&mut open, None);
                }
                Event::SequenceStart(..) | Event::MappingStart(..) => {
                    if open.len() >= MAX_DEPTH {
                        return None;
                    }
                    // A collection that is used as a key has no name, but the values under it are still read.
                    let key = begins(&mut open, None).flatten().unwrap_or_default();
                    keys.push(key);
                    let list = matches!(event, Event::SequenceStart(..));
                    open.push(if list { Open::List(0) } else { Open::Mapping(None) });
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    open.pop();
                    keys.pop();
                }
                _ => {}
            }
        }
        for leaf in &mut self.leaves {
            // The document itself has no key.
            if let Some(inner) = leaf.keys.strip_prefix('/') {
                leaf.keys = inner.into();
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flat(format: Format, text: &str) -> Vec<(String, String, u32)> {
        let leaves = leaves(format, text.as_bytes()).unwrap();
        leaves.into_iter().map(|l| (l.keys.to_string(), l.value, l.line)).collect()
    }

    fn leaf(keys: &str, value: &str, line: u32) -> (String, String, u32) {
        (keys.into(), value.into(), line)
    }

    #[test]
    fn values_are_parsed_with_their_keys_and_lines() {
        let json = "{\n  // a comment\n  \"tasks\": [\n    { \"label\": \"b\\u0075ild\", \"on\": true, },\n  ]\n}";
        assert_eq!(flat(Format::Json, json), [leaf("tasks/0/label", "build", 4), leaf("tasks/0/on", "true", 4)]);
        let yaml = "on: push\njobs:\n  a/b:\n    steps:\n      - uses: x@v1\n      - run: |\n          echo one\n          echo two\n    env: &e {A: 1}\n  c: *e\n";
        let expected = [
            leaf("on", "push", 1),
            leaf("jobs/a:b/steps/0/uses", "x@v1", 5),
            leaf("jobs/a:b/steps/1/run", "echo one\necho two\n", 7),
            leaf("jobs/a:b/env/A", "1", 9),
        ];
        assert_eq!(flat(Format::Yaml, yaml), expected);
        let toml = "[build]\nrustc-wrapper = 'x'\n[[a]]\nb = [1, 2]\n";
        let expected = [leaf("build/rustc-wrapper", "x", 2), leaf("a/0/b/0", "1", 4), leaf("a/0/b/1", "2", 4)];
        let mut found = flat(Format::Toml, toml);
        found.sort_by_key(|l| l.2);
        assert_eq!(found, expected);
    }

    #[test]
    fn quoted_escapes_are_decoded_with_their_positions() {
        assert_eq!(spelt_out(b"a: b\\n"), None);
        let (odd, places) = spelt_out(b"a: \"\\x74o\\u004a\\\n  SON\\/ \\q\"").unwrap();
        assert_eq!(places, [4, 6, 7, 10]);
        assert_eq!(String::from_utf8(odd).unwrap(), "a: \"toJSON/ \\q\"");
    }

    #[test]
    fn depth_and_aliases_are_bounded() {
        assert!(leaves(Format::Yaml, "[".repeat(100_000).as_bytes()).is_none());
        assert!(leaves(Format::Json, "[".repeat(100_000).as_bytes()).is_none());
        assert!(leaves(Format::Toml, format!("a = {}", "[".repeat(100_000)).as_bytes()).is_none());
        let bomb: String = (1..40).map(|i| format!("a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1)).collect();
        assert!(leaves(Format::Yaml, format!("a0: &a0 x\n{bomb}").as_bytes()).unwrap().len() < 100);
    }

    proptest! {
        #[test]
        fn arbitrary_input_never_panics(text in "[\\[\\]{}:,\\-|> \\n\"'#&*ab=.0]{0,120}") {
            for format in [Format::Json, Format::Yaml, Format::Toml] {
                leaves(format, text.as_bytes());
            }
        }
    }
}
