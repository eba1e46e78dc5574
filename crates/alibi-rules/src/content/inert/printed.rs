//! Finds strings that a program only prints.

use super::hash::quotes_of;
use super::lexing::{closed, has, has_hidden_break, line_end};
use super::syntax::Syntax;
use std::collections::BTreeMap;
use std::ops::Range;

/// Whether the text has a line that ends a group of commands and pipes the group's output, or that begins with a pipe.
pub(super) fn pipes_a_group(text: &[u8]) -> bool {
    let mut from = 0;
    // Only the first pipe of each line is checked.
    while let Some(pipe) = memchr::memchr(b'|', &text[from..]).map(|at| from + at) {
        let start = memchr::memrchr(b'\n', &text[from..pipe]).map_or(from, |at| from + at + 1);
        let end = line_end(text, pipe);
        let (before, rest) = (text[start..pipe].trim_ascii(), text[pipe + 1..end].trim_ascii());
        let ends_group =
            before.is_empty() || ["}", ")", "done", "fi", "esac"].iter().any(|end| before == end.as_bytes());
        if ends_group && rest.first().is_some_and(u8::is_ascii_alphabetic) && !rest.contains(&b'|') {
            return true;
        }
        from = end;
    }
    false
}

/// Whether a shell script evaluates text, so that the output of a function may be run. `shown` contains the sorted
/// stretches that are only printed; commands in them do not count.
pub(super) fn runs_text(text: &[u8], shown: &[Range<usize>]) -> bool {
    const RUNS: [&str; 10] = ["| sh", "|sh", "| bash", "|bash", "| zsh", "|zsh", "| /", "|/", "eval ", "<<<"];
    let (mut start, mut shown) = (0, shown.iter().peekable());
    while start < text.len() {
        let end = line_end(text, start);
        while shown.next_if(|stretch| stretch.end <= start).is_some() {}
        let is_shown = shown.peek().is_some_and(|stretch| stretch.start < end)
            || text[start..end].trim_ascii_start().starts_with(b"#");
        if !is_shown && RUNS.iter().any(|word| has(&text[start..end], word)) {
            return true;
        }
        start = end + 1;
    }
    false
}

/// Calls that only display a string.
const PRINTS: [&str; 16] = [
    "echo ",
    "echo -e ",
    "printf ",
    "print(",
    "println!(",
    "eprintln!(",
    "console.log(",
    "console.error(",
    "console.warn(",
    "console.info(",
    "fmt.Println(",
    "fmt.Printf(",
    "puts ",
    "Write-Host ",
    "Write-Output ",
    "printf(",
];

/// Finds strings that are only printed. Apart from the call and one quoted string, their line may only close the call
/// or redirect its output to standard error.
pub(super) fn printed(text: &[u8], syntax: Syntax) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut redefined: BTreeMap<&str, bool> = BTreeMap::new();
    let mut start = 0;
    // In a shell a line may be inside a string, or continue a command.
    let follows_quotes = matches!(syntax, Syntax::Shell | Syntax::Hash);
    let (mut open, mut continues) = (None, false);
    while start < text.len() {
        let end = line_end(text, start);
        let line = &text[start..end];
        let is_command = open.is_none() && !continues;
        if follows_quotes {
            quotes_of(line, &mut open);
            continues = line.trim_ascii_end().ends_with(b"\\");
        }
        let rest = line.trim_ascii_start();
        let indent = line.len() - rest.len();
        let may_print = rest.first().is_some_and(|first| b"epcfW".contains(first));
        let call = PRINTS.iter().filter(|_| may_print).find(|call| rest.starts_with(call.as_bytes()));
        // Checked once per call, since the check reads the whole text.
        let call = call.filter(|call| !*redefined.entry(**call).or_insert_with(|| is_redefined(text, call)));
        if let Some(call) = call.filter(|_| is_command && !has_hidden_break(line)) {
            let from = start + indent + call.len();
            let is_piped = text.get(end + 1..).is_some_and(|next| next.trim_ascii_start().starts_with(b"|"));
            let from = from + text[from..end].iter().take_while(|b| **b == b' ').count();
            if let Some(quote @ (b'"' | b'\'')) = text.get(from).copied()
                && let Some(close) = closed(text, from, quote).filter(|close| *close <= end)
                && is_only_closed(&text[close..end])
                && !is_piped
                && !runs_inside(&text[from..close], quote, syntax)
            {
                found.push(from..close);
            }
        }
        start = end + 1;
    }
    found
}

/// Whether a file redefines the name of a call that prints.
fn is_redefined(text: &[u8], call: &str) -> bool {
    let name = call.trim_end_matches(['(', ' ', '!']).split(' ').next().unwrap_or(call);
    memchr::memmem::find_iter(text, name.as_bytes()).any(|at| {
        let before = text[..at].trim_ascii_end();
        let after = text[at + name.len()..].trim_ascii_start();
        let is_assigned = after.starts_with(b"=") && !after.starts_with(b"==");
        let is_function = after.strip_prefix(b"()").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"));
        is_assigned
            || is_function
            || [&b"def"[..], b"function", b"alias", b"macro_rules!"].iter().any(|w| before.ends_with(w))
    })
}

/// Finds here-documents that a shell only prints: `cat <<WORD` alone on its line, outside of quotes. A document with an
/// unquoted word counts as code if the shell evaluates a part of it.
pub(super) fn here_documents(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut open): (usize, Option<(Vec<u8>, bool)>) = (0, None);
    let (mut quote, mut first, mut runs) = (None, 0, false);
    while start < text.len() {
        let end = line_end(text, start);
        let line = text[start..end].trim_ascii();
        match &open {
            Some((word, _)) if line == &word[..] => {
                if runs {
                    found.truncate(first);
                }
                open = None;
            }
            Some((_, is_plain)) => {
                runs |= !is_plain && (line.contains(&b'`') || has(line, "$("));
                if !has_hidden_break(&text[start..end]) {
                    found.push(start..end);
                }
            }
            None => {
                open = here_word(line).filter(|_| quote.is_none());
                (first, runs) = (found.len(), false);
                quotes_of(line, &mut quote);
            }
        }
        start = end + 1;
    }
    // If a here-document is never closed, none in the file counts.
    if open.is_some() { Vec::new() } else { found }
}

/// The word that ends a printed here-document, and whether it is quoted.
fn here_word(line: &[u8]) -> Option<(Vec<u8>, bool)> {
    let rest = line.strip_prefix(b"cat")?.trim_ascii_start();
    let rest = rest.strip_prefix(b">&2").or_else(|| rest.strip_prefix(b"1>&2")).unwrap_or(rest).trim_ascii_start();
    let rest = rest.strip_prefix(b"<<")?;
    let rest = rest.strip_prefix(b"-").unwrap_or(rest).trim_ascii();
    let is_quoted = rest.len() > 2 && b"'\"".contains(&rest[0]) && rest[0] == rest[rest.len() - 1];
    let word = if is_quoted { &rest[1..rest.len() - 1] } else { rest };
    let is_word = !word.is_empty() && word.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
    is_word.then(|| (word.to_vec(), is_quoted))
}

/// Whether the text after a printed string only closes the call or redirects its output to standard error.
fn is_only_closed(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    let rest = rest.strip_prefix(b">&2").or_else(|| rest.strip_prefix(b"1>&2")).unwrap_or(rest);
    rest.iter().all(|b| b") ;,".contains(b))
}

/// Whether printing a string may run code in it, as in the double-quoted strings of shells, Ruby, Perl, Kotlin, Groovy
/// and Swift.
fn runs_inside(text: &[u8], quote: u8, syntax: Syntax) -> bool {
    let interpolations: &[&str] = match syntax {
        Syntax::Shell | Syntax::Hash => &["$(", "`", "#{", "@{", "${\\"],
        Syntax::Braces => &["${", "\\("],
        // The call may be inside a template or an f-string, which evaluates the text in braces.
        Syntax::Script => return has(text, "${"),
        Syntax::Python => return has(text, "{"),
        Syntax::Unknown => &[],
    };
    quote == b'"' && interpolations.iter().any(|start| has(text, start))
}
