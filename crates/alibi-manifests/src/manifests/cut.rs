//! Cuts lockfiles and workflows into pieces, so that an entry shared by many versions of a file is parsed once.
//!
//! A file is cut only where its syntax marks the end of an entry, and each piece is then parsed by the parser of its
//! format. If it is not certain where entries end, the file is read whole.

use super::part::{Fault, Part};
use std::borrow::Cow;

/// A file cut into pieces.
pub(super) struct Cut<'t> {
    /// The pieces, in order.
    pub pieces: Vec<Piece<'t>>,
    /// Parses a piece.
    pub read: fn(&Piece<'_>) -> Result<Part, Fault>,
    /// Whether a piece that cannot be parsed is left out. Otherwise, the file is read whole.
    pub skips_unreadable: bool,
}

/// A piece of a file.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Piece<'t> {
    /// The name of the section; empty at the top level. Pieces with equal text in different sections differ.
    pub section: Cow<'t, str>,
    /// The text: in JSON a member or an element, in YAML an entry preceded by its section's line, in TOML a table.
    pub text: Cow<'t, str>,
}

/// Parses a piece.
type ReadPiece = fn(&Piece<'_>) -> Result<Part, Fault>;

/// Cuts TOML before each `[[package]]`.
pub(super) fn toml(text: &str, read: ReadPiece) -> Option<Cut<'_>> {
    Some(Cut { pieces: toml_pieces(text)?, read, skips_unreadable: false })
}

/// Cuts JSON at the members and elements of its sections.
pub(super) fn json(text: &str, read: ReadPiece) -> Option<Cut<'_>> {
    Some(Cut { pieces: json_pieces(text)?, read, skips_unreadable: false })
}

/// Cuts YAML at the children of its sections.
pub(super) fn yaml(text: &str, read: ReadPiece) -> Option<Cut<'_>> {
    let pieces = yaml_pieces(text)?.into_iter();
    let pieces = pieces.map(|(section, text)| Piece { section: section.into(), text: text.into() }).collect();
    Some(Cut { pieces, read, skips_unreadable: false })
}

/// Cuts TOML before each `[[package]]`.
fn toml_pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    const HEAD: &str = "[[package]]";
    // In a multi-line string, `[[package]]` does not begin a table.
    if text.contains("\"\"\"") || text.contains("'''") {
        return None;
    }
    let starts = text.match_indices(HEAD).map(|(at, _)| at).filter(|&at| {
        let ends = text[at + HEAD.len()..].starts_with(['\n', '\r']);
        ends && (at == 0 || text.as_bytes()[at - 1] == b'\n')
    });
    let mut cuts: Vec<usize> = std::iter::once(0).chain(starts).collect();
    cuts.push(text.len());
    Some(cuts.windows(2).map(|c| Piece { section: "".into(), text: text[c[0]..c[1]].into() }).collect())
}

/// Cuts JSON at the members and elements of its sections, which are the members of the top-level object.
fn json_pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0usize);
    let (mut section, mut key_at, mut begins): (&str, Option<(usize, usize)>, Option<usize>) = ("", None, None);
    let mut cut = Vec::new();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let start = at;
                loop {
                    at += 1 + memchr::memchr2(b'"', b'\\', bytes.get(at + 1..)?)?;
                    if bytes[at] == b'"' {
                        break;
                    }
                    at += 1;
                }
                if depth == 1 && key_at.is_none() {
                    key_at = Some((start + 1, at));
                }
                if depth == 2 && begins.is_none() {
                    begins = Some(start);
                }
            }
            b'{' | b'[' => {
                if depth == 2 && begins.is_none() {
                    begins = Some(at);
                }
                depth += 1;
                if depth == 2 {
                    let (from, to) = key_at?;
                    section = &text[from..to];
                    begins = None;
                }
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 1
                    && let Some(from) = begins.take()
                {
                    cut.push(Piece { section: section.into(), text: text[from..at].trim_end().into() });
                }
                if depth == 1 {
                    key_at = None;
                }
            }
            b',' if depth == 2 => {
                if let Some(from) = begins.take() {
                    cut.push(Piece { section: section.into(), text: text[from..at].trim_end().into() });
                }
            }
            b',' if depth == 1 => key_at = None,
            // A comment may contain anything.
            b'/' => return None,
            b if depth == 2 && begins.is_none() && !b.is_ascii_whitespace() => begins = Some(at),
            _ => {}
        }
        at += 1;
    }
    (depth == 0).then_some(cut)
}

/// Returns the indentation of a line's key if the line ends with a block scalar indicator. Deeper lines are then the
/// key's value.
fn block_scalar_indent(line: &str) -> Option<usize> {
    // In a comment or a quoted string, the same character is not an indicator.
    if line.contains(['#', '"', '\'']) {
        return None;
    }
    let end = line.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
    let before = end.strip_suffix(['|', '>'])?;
    if before == "- " {
        return Some(0);
    }
    before.strip_suffix(' ')?.trim_end().strip_suffix(':')?;
    Some(line.len() - line.trim_start_matches(['-', ' ']).len())
}

/// Cuts YAML at the children of its sections, which are the keys of the top-level mapping. Each piece is the section's
/// line followed by the child's lines, with the section's name. Block scalars are left out.
fn yaml_pieces(text: &str) -> Option<Vec<(String, String)>> {
    let mut pieces: Vec<(String, String)> = Vec::new();
    let (mut head, mut section) = ("", String::new());
    let mut indent: Option<usize> = None;
    let mut begun = false;
    let mut inside: Option<usize> = None;
    for line in text.lines() {
        let blank = line.bytes().take_while(|b| *b == b' ').count();
        let rest = &line[blank..];
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        // A block scalar contains no keys. In workflows, most of the text is in block scalars.
        if inside.is_some_and(|depth| blank > depth) {
            continue;
        }
        inside = block_scalar_indent(rest).map(|key| blank + key);
        if rest.starts_with(['\t', '%', '{', '[', '&', '*', '!']) || rest == "---" || rest == "..." {
            return None;
        }
        if blank == 0 {
            let (name, value) = rest.split_once(':')?;
            if rest.starts_with('-') || rest.starts_with('?') {
                return None;
            }
            section = name.trim_matches(['"', '\'']).to_owned();
            (head, indent, begun) = (line, None, false);
            if !value.trim().is_empty() {
                pieces.push((section.clone(), format!("{line}\n")));
                // The following lines belong to the value.
                begun = true;
                indent = Some(usize::MAX);
            }
            continue;
        }
        let first = *indent.get_or_insert(blank);
        if blank < first && first != usize::MAX {
            return None;
        }
        // A list may have the same indentation as its key.
        let is_item = rest == "-" || rest.starts_with("- ");
        if !begun || blank == first && !is_item {
            pieces.push((section.clone(), format!("{head}\n{line}\n")));
            begun = true;
        } else {
            let (_, piece) = pieces.last_mut()?;
            piece.push_str(line);
            piece.push('\n');
        }
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_split_at_the_second_level() {
        let text = "{\"name\":\"x\",\"packages\":{\"\":{\"a\":1},\"b\\\"}\":{\"c\":[1,{}]}},\"list\":[{\"d\":2},{\"e\":3}],\"v\":3}";
        let found: Vec<(String, String)> =
            json_pieces(text).unwrap().into_iter().map(|b| (b.section.into_owned(), b.text.into_owned())).collect();
        let expected = [
            ("packages", "\"\":{\"a\":1}"),
            ("packages", "\"b\\\"}\":{\"c\":[1,{}]}"),
            ("list", "{\"d\":2}"),
            ("list", "{\"e\":3}"),
        ];
        assert_eq!(found, expected.map(|(section, text)| (section.to_owned(), text.to_owned())));
        assert_eq!(json_pieces("{\"a\":{"), None);
        assert_eq!(json_pieces("{\"a\": 1 // note\n}"), None);
    }

    #[test]
    fn yaml_is_split_at_the_children_of_each_section() {
        let text = "lockfileVersion: '9.0'\n\npackages:\n\n  a@1:\n    resolution: {x: y}\n\n  b@2:\n    deprecated: |-\n\n      old\n";
        let expected = [
            ("lockfileVersion", "lockfileVersion: '9.0'\n"),
            ("packages", "packages:\n  a@1:\n    resolution: {x: y}\n"),
            ("packages", "packages:\n  b@2:\n    deprecated: |-\n"),
        ];
        let expected: Vec<(String, String)> =
            expected.iter().map(|(s, t)| ((*s).to_owned(), (*t).to_owned())).collect();
        assert_eq!(yaml_pieces(text).unwrap(), expected);
        assert_eq!(yaml_pieces("a:\n  &x b: 1\n"), None);
        let text = "jobs:\n  a:\n    steps:\n    - run: |\n        uses: no\n      shell: sh\n    - uses: x\n";
        let expected = "jobs:\n  a:\n    steps:\n    - run: |\n      shell: sh\n    - uses: x\n";
        assert_eq!(yaml_pieces(text).unwrap(), [("jobs".to_owned(), expected.to_owned())]);
    }

    #[test]
    fn toml_is_split_at_package_tables() {
        let found = toml_pieces("version = 4\n\n[[package]]\nname = \"a\"\n\n[[package]]\nname = \"b\"\n").unwrap();
        let texts: Vec<&str> = found.iter().map(|b| &*b.text).collect();
        assert_eq!(texts, ["version = 4\n\n", "[[package]]\nname = \"a\"\n\n", "[[package]]\nname = \"b\"\n"]);
        assert_eq!(toml_pieces("a = \"\"\"\n[[package]]\n\"\"\""), None);
    }
}
