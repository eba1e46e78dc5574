//! Finds declarations in the text of scripts, which are never run.

/// The string literals of a script, in the forms `'…'` and `"…"` on one line.
pub(super) fn strings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '#' => while chars.next_if(|(_, c)| *c != '\n').is_some() {},
            '\'' | '"' => {
                let mut end = at + 1;
                let mut closed = false;
                for (i, inner) in chars.by_ref() {
                    end = i;
                    if inner == c {
                        closed = true;
                        break;
                    }
                    if inner == '\n' {
                        break;
                    }
                }
                if closed && end > at + 1 {
                    found.push(text[at + 1..end].to_owned());
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns the text between the bracket at `from` (after whitespace) and its matching closing bracket, or `None` if
/// there is no bracket there or it is never closed. Ignores brackets in strings and comments.
pub(super) fn bracketed(text: &str, from: usize) -> Option<&str> {
    let rest = text.get(from..)?;
    let start = rest.find(|c: char| !c.is_whitespace())?;
    let open = rest[start..].chars().next()?;
    let close = match open {
        '[' => ']',
        '(' => ')',
        '{' => '}',
        _ => return None,
    };
    let (mut depth, mut quote, mut comment) = (0usize, None, false);
    for (i, c) in rest[start..].char_indices() {
        match (quote, c) {
            _ if comment => comment = c != '\n',
            (Some(q), c) if q == c => quote = None,
            (Some(_), '\n') => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '#') => comment = true,
            (None, c) if c == open => depth += 1,
            (None, c) if c == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(&rest[start + 1..start + i]);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_skipped_when_reading_bracketed_strings() {
        let text = "x = ['a>=1', # not ']' 'b'\n  \"c\"]\ny";
        assert_eq!(bracketed(text, 4).map(strings).unwrap_or_default(), ["a>=1", "c"]);
        assert_eq!(bracketed("x = name", 3), None);
        assert_eq!(bracketed("[[", 0), None);
    }
}
