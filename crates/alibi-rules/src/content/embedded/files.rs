//! Commands in container files, makefiles and settings.

use super::code::{Code, command_line};
use alibi_code::Language;
use std::ops::Range;

/// The lines of a text, each with its newline.
fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut at = 0;
    text.split_inclusive(|b| *b == b'\n')
        .map(|line| {
            at += line.len();
            at - line.len()..at
        })
        .collect()
}

fn continues(line: &[u8]) -> bool {
    line.trim_ascii_end().ends_with(b"\\")
}

/// Adds the commands of a container file.
pub(super) fn dockerfile(text: &[u8], code: &mut Code) {
    let lines = lines(text);
    let mut next = 0;
    while let Some(line) = lines.get(next).cloned() {
        let first = next;
        next += 1;
        let (word, mut start) = first_word(text, line.start);
        if word == "ONBUILD" || word == "HEALTHCHECK" {
            start = first_word(text, start).1;
        }
        let is_comment = |line: &Range<usize>| text[line.clone()].trim_ascii_start().starts_with(b"#");
        while next < lines.len() && (continues(&text[lines[next - 1].clone()]) || is_comment(&lines[next - 1])) {
            next += 1;
        }
        let rest = &text[start.min(lines[next - 1].end)..lines[next - 1].end];
        match word.as_str() {
            "RUN" | "CMD" | "ENTRYPOINT" | "ONBUILD" | "HEALTHCHECK" => {
                // A document belongs to the instruction.
                if let Some(end) = document_end(rest) {
                    while next < lines.len() && text[lines[next - 1].clone()].trim_ascii() != end {
                        next += 1;
                    }
                }
                while text[start..].starts_with(b"--") {
                    start = first_word(text, start).1;
                }
                let end = lines[next - 1].end;
                let body = String::from_utf8_lossy(&text[start.min(end)..end]);
                match body.trim().strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
                    Some(inner) => {
                        let words: Vec<&str> = inner.split('"').skip(1).step_by(2).collect();
                        code.add(Language::Shell, &command_line(words), |_| lines[first].start);
                    }
                    None => code.add_stretch(Language::Shell, text, start.min(end)..end),
                }
            }
            "ENV" | "ARG" if rest.contains(&b'=') => {
                code.add_stretch(Language::Shell, text, start..lines[next - 1].end);
            }
            "ADD" => {
                let rest = String::from_utf8_lossy(rest);
                let words: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
                if let [source, target] = words[..]
                    && source.contains("://")
                {
                    let line = format!("curl -o {target} {source}");
                    code.add(Language::Shell, &line, |_| lines[first].start);
                }
            }
            _ => {}
        }
    }
}

/// The word that begins after blanks at a position, in upper case, and the position after it and its blanks.
fn first_word(text: &[u8], at: usize) -> (String, usize) {
    let blanks = |at: usize| text[at.min(text.len())..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let start = at + blanks(at);
    let len = text[start.min(text.len())..].iter().take_while(|b| !b.is_ascii_whitespace()).count();
    let word = String::from_utf8_lossy(&text[start.min(text.len())..start + len]).to_ascii_uppercase();
    (word, start + len + blanks(start + len))
}

/// The line that ends the document of an instruction.
fn document_end(line: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(line, b"<<")? + 2;
    let rest = line[at..].trim_ascii_start();
    let rest = rest.strip_prefix(b"-").unwrap_or(rest).trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    (len > 0).then(|| &rest[..len])
}

/// Adds the recipes and the variables of a makefile.
pub(super) fn makefile(text: &[u8], code: &mut Code) {
    let lines = lines(text);
    let mut next = 0;
    while let Some(line) = lines.get(next).cloned() {
        let first = next;
        next += 1;
        while next < lines.len() && continues(&text[lines[next - 1].clone()]) {
            next += 1;
        }
        let whole = String::from_utf8_lossy(&text[line.start..lines[next - 1].end]).into_owned();
        let is_recipe = whole.starts_with(['\t', ' ']);
        let plain = whole.trim_start_matches(['\t', ' ', '@', '-', '+']).trim_end();
        let command = match assignment(plain).filter(|_| !is_recipe) {
            Some((name, value)) if value.starts_with("$(") => format!("{name}={}", shell_form(value)),
            Some((name, value)) => format!("{name}='{}'", shell_form(value).replace('\'', "'\\''")),
            None if is_recipe || plain.contains("$(shell ") || plain.contains('`') => shell_form(plain),
            None => continue,
        };
        if !command.is_empty() && !command.starts_with('#') {
            code.add(Language::Shell, &command, |line| lines.get(first + line).map_or(text.len(), |line| line.start));
        }
    }
}

/// The name and the value of a variable of a makefile.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches([':', '?', '+', '!']).trim();
    let name = name.strip_prefix("export ").or(name.strip_prefix("override ")).unwrap_or(name);
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then(|| (name, value.trim()))
}

/// A line of a makefile as a shell reads it: `$(X)` becomes `${X}`, `$(shell x)` becomes `$(x)`, and `$$` becomes `$`.
fn shell_form(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("(shell ") {
            out.push_str("$(");
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'))
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            out.push_str(&format!("${{{name}}}"));
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

/// Adds the values of settings, and lines that are commands.
pub(super) fn settings(text: &[u8], code: &mut Code) {
    let lines = lines(text);
    let mut next = 0;
    while let Some(line) = lines.get(next).cloned() {
        next += 1;
        let bytes = &text[line.clone()];
        if matches!(bytes.trim_ascii_start().first(), Some(b'#' | b';' | b'[')) {
            continue;
        }
        while next < lines.len()
            && (continues(&text[lines[next - 1].clone()])
                || matches!(text[lines[next].start], b' ' | b'\t')
                    && !text[lines[next].clone()].trim_ascii().is_empty())
        {
            next += 1;
        }
        let end = lines[next - 1].end;
        // A line of a crontab begins with five times, and its command follows without a key.
        let value = match bytes.iter().position(|b| matches!(b, b'=' | b':')) {
            Some(place) if !bytes.starts_with(b"*") && !bytes[..place].contains(&b'|') => line.start + place + 1,
            _ => line.start,
        };
        let skipped = text[value..end].iter().take_while(|b| b" \t-@!+:*0123456789,/".contains(b)).count();
        let start = if text[value..end].starts_with(b"/") { value } else { value + skipped };
        // An absolute path keeps its first character.
        let start = if start > value && text[start - 1] == b'/' { start - 1 } else { start };
        let stretch = start..start + text[start..end].trim_ascii_end().len();
        if !stretch.is_empty() {
            code.add_stretch(Language::Shell, text, stretch);
        }
    }
}
