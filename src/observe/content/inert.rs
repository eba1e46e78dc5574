//! Text that nothing runs: comments, docstrings and printed advice.
//!
//! A match in such text is no attack, and a writer of attacks would like code to be taken for it. So a stretch is inert only
//! where the syntax leaves no doubt; where a lexer cannot tell (a quote that does not close, a slash that may divide or begin a
//! pattern) everything that follows counts as code.

use std::collections::BTreeMap;
use std::ops::Range;

/// How a file writes comments and texts, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Syntax {
    /// Unknown, or none: nothing is inert.
    Unknown,
    /// JavaScript and TypeScript.
    Script,
    /// C and its relatives, where a text ends on its line.
    Braces,
    /// Python.
    Python,
    /// Shells: only whole lines are comments.
    Shell,
    /// YAML, Ruby, Perl, Make and others with `#`: only whole lines are comments.
    Hash,
}

impl Syntax {
    /// The syntax of a file, by its name alone.
    pub fn of(path: &[u8]) -> Syntax {
        let name = path.rsplit(|b| *b == b'/').next().unwrap_or(path).to_ascii_lowercase();
        let name = String::from_utf8_lossy(&name).into_owned();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Syntax::Script,
            "c" | "cc" | "cpp" | "cxx" | "h" | "hh" | "hpp" | "hxx" | "m" | "mm" | "cs" | "java" | "kt" | "kts"
            | "scala" | "go" | "rs" | "swift" | "dart" | "zig" | "sol" | "proto" | "groovy" | "gradle" => {
                Syntax::Braces
            }
            "py" | "pyi" | "pyx" | "pyw" => Syntax::Python,
            "sh" | "bash" | "zsh" | "ksh" => Syntax::Shell,
            "fish" | "yml" | "yaml" | "rb" | "pl" | "pm" | "r" | "mk" | "cmake" | "toml" | "tf" | "nix" | "ps1"
            | "psm1" | "bzl" | "gemspec" | "rake" => Syntax::Hash,
            _ => match name.as_str() {
                "makefile" | "gnumakefile" | "dockerfile" | "containerfile" | "rakefile" | "gemfile"
                | "cmakelists.txt" | "justfile" | "vagrantfile" => Syntax::Hash,
                _ if is_sample_hook(path) => Syntax::Shell,
                _ => Syntax::Unknown,
            },
        }
    }
}

/// Whether a file is one of Git's sample hooks, which are scripts and run only when they are renamed.
fn is_sample_hook(path: &[u8]) -> bool {
    path.ends_with(b".sample") && memchr::memmem::find(path, b"hooks").is_some()
}

/// The inert stretches of a text, sorted.
pub(super) fn inert(text: &[u8], syntax: Syntax) -> Vec<Range<usize>> {
    if reads_itself(text, syntax) {
        return Vec::new();
    }
    let mut found = match syntax {
        Syntax::Unknown => return Vec::new(),
        Syntax::Script => braces(text, true),
        Syntax::Braces => braces(text, false),
        Syntax::Python => python(text),
        Syntax::Shell | Syntax::Hash => hash_lines(text),
    };
    // What a group of commands prints may go to a program.
    if !pipes_a_group(text) {
        found.extend(printed(text, syntax));
        if syntax == Syntax::Shell {
            found.extend(here_documents(text));
        }
    }
    found.sort_by_key(|span| (span.start, span.end));
    found
}

/// Whether a span lies in one of the sorted stretches.
pub(super) fn covers(stretches: &[Range<usize>], span: &Range<usize>) -> bool {
    let end = stretches.partition_point(|stretch| stretch.start <= span.start);
    // Stretches overlap at most by a printed text in a comment.
    stretches[..end].iter().rev().take(8).any(|stretch| span.end <= stretch.end)
}

/// Characters that end a line in some languages, though editors may not show it.
fn has_hidden_break(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let wide = |last: u8| memchr::memmem::find(line, &[0xe2, 0x80, last]).is_some();
    memchr::memchr3(b'\r', 0x0b, 0x0c, line).is_some() || wide(0xa8) || wide(0xa9)
}

fn line_end(text: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at)
}

fn has(text: &[u8], needle: &str) -> bool {
    memchr::memmem::find(text, needle.as_bytes()).is_some()
}

/// Whether a program may run its own comments or texts: it reads its own source, and it evaluates something.
fn reads_itself(text: &[u8], syntax: Syntax) -> bool {
    let (reads, runs): (&[&str], &[&str]) = match syntax {
        Syntax::Unknown => return true,
        Syntax::Script => (&[".toString()", "__filename", "import.meta.url"], &["eval(", "eval)", "Function("]),
        Syntax::Python => (
            &["__doc__", "getsource", "getdoc", "open(__file__", "co_consts", "get_docstring"],
            &["exec(", "eval(", "os.system", "popen", "subprocess"],
        ),
        Syntax::Braces => return false,
        Syntax::Shell | Syntax::Hash => {
            let names_itself =
                |line: &[u8]| ["$0", "BASH_SOURCE", "__FILE__", "PSCommandPath"].iter().any(|n| has(line, n));
            let runs = ["| sh", "|sh", "| bash", "|bash", "| zsh", "eval", "source", "iex", "IEX"];
            return text
                .split(|b| *b == b'\n')
                .any(|line| names_itself(line) && runs.iter().any(|word| has(line, word)));
        }
    };
    reads.iter().any(|word| has(text, word)) && runs.iter().any(|word| has(text, word))
}

/// Whether a line ends a group of commands and hands on what the group printed, or begins with a pipe.
fn pipes_a_group(text: &[u8]) -> bool {
    text.split(|b| *b == b'\n').any(|line| {
        let line = line.trim_ascii();
        let ends = ["}", ")", "done", "fi", "esac"].iter().find_map(|end| line.strip_prefix(end.as_bytes()));
        let rest = ends.unwrap_or(line).trim_ascii_start();
        rest.starts_with(b"|")
            && !rest.starts_with(b"||")
            && (ends.is_some() || rest.len() > 1)
            && rest[1..].trim_ascii_start().first().is_some_and(u8::is_ascii_alphabetic)
            && !rest[1..].contains(&b'|')
    })
}

/// Whole lines that begin with `#`.
fn hash_lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    // The quote that a line before left open, as far as can be told, and whether a word may go on.
    let (mut open, mut goes_on): (Option<u8>, bool) = (None, false);
    while start < text.len() {
        let end = line_end(text, start);
        let line = &text[start..end];
        let rest = line.trim_ascii_start();
        // `#{…}` is evaluated in texts of Ruby, and `#!` names an interpreter.
        if rest.first() == Some(&b'#')
            && !rest.starts_with(b"#{")
            && !rest.starts_with(b"#!")
            // The end of a comment of PowerShell, which code may follow.
            && !rest.starts_with(b"#>")
            && !has_hidden_break(line)
            && !goes_on
            && (open.is_none() || !has(line, "$(") && !has(line, "#{") && !line.contains(&b'`'))
        {
            found.push(start..end);
        } else {
            quotes_of(line, &mut open);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        goes_on = line.strip_suffix(b"\\").is_some_and(|rest| rest.last().is_some_and(|b| !b.is_ascii_whitespace()));
        start = end + 1;
    }
    found
}

/// Follows quotes through a line of code with `#` comments.
fn quotes_of(line: &[u8], open: &mut Option<u8>) {
    let mut at = 0;
    while at < line.len() {
        match (line[at], *open) {
            (b'\\', None | Some(b'"')) => at += 1,
            (b'#', None) if at == 0 || line[at - 1].is_ascii_whitespace() => return,
            (quote @ (b'"' | b'\''), None) => *open = Some(quote),
            (byte, Some(quote)) if byte == quote => *open = None,
            _ => {}
        }
        at += 1;
    }
}

/// Comments of languages with braces. With `script`, templates and patterns are texts too.
fn braces(text: &[u8], script: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let has_tags = has(text, "</") || has(text, "/>");
    // The last byte that is neither blank nor in a comment or text, and the last word.
    let (mut last, mut word_start) = (b'\n', 0);
    while at < text.len() {
        let byte = text[at];
        match byte {
            b'/' if text.get(at + 1) == Some(&b'/') => {
                let end = line_end(text, at);
                // In C a backslash at its end makes the next line a part of it.
                if has_hidden_break(&text[at..end]) || text[..end].ends_with(b"\\") {
                    return found;
                }
                // Between tags of JSX the slashes are text, and what is in braces runs.
                if !(script && has_tags && text[at..end].contains(&b'{')) {
                    found.push(at..end);
                }
                at = end;
                continue;
            }
            b'/' if text.get(at + 1) == Some(&b'*') => {
                let Some(length) = memchr::memmem::find(&text[at + 2..], b"*/") else { return found };
                found.push(at..at + 2 + length + 2);
                at += 2 + length + 2;
                continue;
            }
            // After `a++` a slash divides, and after `x.return` too.
            b'/' if script && is_after_postfix(text, at, word_start) => return found,
            b'/' if script => match pattern(text, at, last, &text[word_start..at]) {
                Some(end) => {
                    at = end;
                    last = b'/';
                    continue;
                }
                None => return found,
            },
            b'"' => match quoted(text, at, b'"') {
                // In a raw text a backslash escapes nothing.
                Some(end)
                    if !script
                        && text[..at].last().is_some_and(|b| b"rR@#".contains(b))
                        && text[at..end].iter().any(|b| b"\\#".contains(b)) =>
                {
                    return found;
                }
                Some(end) => at = end - 1,
                None => return found,
            },
            b'\'' => match quoted(if script { text } else { &text[..text.len().min(at + CHARACTER)] }, at, b'\'') {
                Some(end) => at = end - 1,
                // A lifetime of Rust, or a digit separator of C++.
                None if !script && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => {}
                None => return found,
            },
            b'`' => match template(text, at, script) {
                Some(end) => at = end - 1,
                None => return found,
            },
            _ => {}
        }
        if !text[at].is_ascii_whitespace() {
            let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'$';
            if !is_word(last) || !at.checked_sub(1).is_some_and(|before| is_word(text[before])) {
                word_start = at;
            }
            last = text[at];
        }
        at += 1;
    }
    found
}

/// A character between quotes is no longer than this, in bytes: `'\u{10ffff}'`.
const CHARACTER: usize = 12;

/// Whether what stands before a slash is `++`, `--` or a member's name, after which it divides.
fn is_after_postfix(text: &[u8], at: usize, word_start: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    before.ends_with(b"++") || before.ends_with(b"--") || text[..word_start].ends_with(b".")
}

/// The end of a text that ends on its line; nothing where it does not, or where three quotes begin one that need not.
fn quoted(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    if text[start..].starts_with(&[quote; 3]) {
        return None;
    }
    let mut at = start + 1;
    while at < text.len() && text[at] != b'\n' {
        match text[at] {
            b'\\' => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The end of a template; nothing where it holds code, in which anything may stand.
fn template(text: &[u8], start: usize, script: bool) -> Option<usize> {
    let mut at = start + 1;
    let mut depth = 0usize;
    while at < text.len() {
        match text[at] {
            b'\\' if script => at += 1,
            b'$' if script && text.get(at + 1) == Some(&b'{') => {
                depth += 1;
                at += 1;
            }
            b'}' if depth > 0 => depth -= 1,
            b'`' | b'\'' | b'"' | b'/' | b'{' if depth > 0 => return None,
            b'`' => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// What follows a slash that is no comment: the end of a pattern, or the next byte after a division. Nothing where it may be
/// either.
fn pattern(text: &[u8], start: usize, last: u8, word: &[u8]) -> Option<usize> {
    const BEFORE: [&[u8]; 12] =
        [b"return", b"typeof", b"case", b"in", b"of", b"delete", b"void", b"throw", b"new", b"else", b"do", b"await"];
    let word = word.trim_ascii_end();
    let after_word = BEFORE.contains(&word);
    let begins = b"(,=:[!&|?{;+-*%<>~^\n".contains(&last) || after_word;
    if !begins && (last.is_ascii_alphanumeric() || b"_$]".contains(&last)) {
        return Some(start + 1);
    }
    let end = line_end(text, start);
    let rest = &text[start + 1..end];
    if !begins {
        // After a bracket: safe only where either reading leaves the rest of the line alone.
        let is_plain = !rest.iter().any(|b| b"'\"`/".contains(b));
        return is_plain.then_some(start + 1);
    }
    let (mut at, mut in_class) = (start + 1, false);
    while at < end {
        match text[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Python's comments and docstrings.
fn python(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // What comes after a place that cannot be told counts as code.
    let _ = python_into(text, &mut found);
    found
}

fn python_into(text: &[u8], found: &mut Vec<Range<usize>>) -> Option<()> {
    let (mut at, mut is_line_start, mut depth) = (0, true, 0usize);
    while at < text.len() {
        let byte = text[at];
        match byte {
            b'#' => {
                let end = line_end(text, at);
                if has_hidden_break(&text[at..end]) {
                    return None;
                }
                if !text[at..end].starts_with(b"#!") {
                    found.push(at..end);
                }
                at = end;
                continue;
            }
            b'"' | b'\'' => {
                let start = at;
                let before = text[..at].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
                let prefix = text[at - before..at].to_ascii_lowercase();
                let is_triple = text[at..].starts_with(&[byte; 3]);
                let is_formatted = prefix.iter().any(|b| b"ft".contains(b));
                let end = if is_triple { triple(text, at, byte)? } else { quoted_python(text, at, byte)? };
                // Since Python 3.12 the same quotes may stand in the braces.
                if is_formatted && memchr::memchr(b'{', &text[start..end]).is_some() {
                    return None;
                }
                let follows = text[end..line_end(text, end)].trim_ascii();
                if is_triple && is_line_start && depth == 0 && before == 0 && (follows.is_empty() || follows[0] == b'#')
                {
                    found.push(start..end);
                }
                at = end;
                is_line_start = false;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' => {
                is_line_start = !text[..at].strip_suffix(b"\r").unwrap_or(&text[..at]).ends_with(b"\\");
                at += 1;
                continue;
            }
            _ => {}
        }
        is_line_start &= byte.is_ascii_whitespace();
        at += 1;
    }
    Some(())
}

/// The end of a text in three quotes.
fn triple(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 3;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            byte if byte == quote && text[at..].starts_with(&[quote; 3]) => return Some(at + 3),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The end of a text of Python in single quotes; an empty one is no beginning of three.
fn quoted_python(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    while at < text.len() && text[at] != b'\n' {
        match text[at] {
            b'\\' => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Calls that show a text to people and do nothing else.
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

/// Texts that a line prints and does nothing else with: the call, one text in quotes, and at most what closes them.
fn printed(text: &[u8], syntax: Syntax) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut redefined: BTreeMap<&str, bool> = BTreeMap::new();
    let mut start = 0;
    while start < text.len() {
        let end = line_end(text, start);
        let line = &text[start..end];
        let rest = line.trim_ascii_start();
        let indent = line.len() - rest.len();
        let call = PRINTS.iter().find(|call| rest.starts_with(call.as_bytes()));
        // Asked once for each call, since the answer takes the whole text.
        let call = call.filter(|call| !*redefined.entry(**call).or_insert_with(|| is_redefined(text, call)));
        if let Some(call) = call.filter(|_| !has_hidden_break(line)) {
            let from = start + indent + call.len();
            let is_piped = text.get(end + 1..).is_some_and(|next| next.trim_ascii_start().starts_with(b"|"));
            let from = from + text[from..end].iter().take_while(|b| **b == b' ').count();
            if let Some(quote @ (b'"' | b'\'')) = text.get(from).copied()
                && let Some(close) = quoted(text, from, quote).filter(|close| *close <= end)
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

/// Whether a file gives the name of a call that prints another meaning.
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

/// Here-documents that a shell prints: `cat <<WORD` alone on its line, outside of any quotes. One without quotes around the word in
/// which something runs while it is printed is code.
fn here_documents(text: &[u8]) -> Vec<Range<usize>> {
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
    // One that is not closed is none.
    if open.is_some() { Vec::new() } else { found }
}

/// The word that ends a printed here-document, and whether it is in quotes.
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

/// Whether nothing follows a printed text but what closes the call, or sends it to the error stream.
fn is_only_closed(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    let rest = rest.strip_prefix(b">&2").or_else(|| rest.strip_prefix(b"1>&2")).unwrap_or(rest);
    rest.iter().all(|b| b") ;,".contains(b))
}

/// Whether a text in double quotes runs something when it is printed, as in shells, Ruby, Perl, Kotlin, Groovy and Swift.
fn runs_inside(text: &[u8], quote: u8, syntax: Syntax) -> bool {
    let marks: &[&str] = match syntax {
        Syntax::Shell | Syntax::Hash => &["$(", "`", "#{", "@{", "${\\"],
        Syntax::Braces => &["${", "\\("],
        Syntax::Unknown | Syntax::Script | Syntax::Python => &[],
    };
    quote == b'"' && marks.iter().any(|mark| has(text, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the mark `@@` in a text lies in an inert stretch.
    fn is_inert(text: &str, path: &str) -> bool {
        let at = text.find("@@").unwrap();
        covers(&inert(text.as_bytes(), Syntax::of(path.as_bytes())), &(at..at + 2))
    }

    #[test]
    fn comments_docstrings_and_printed_advice_are_inert() {
        for (path, text) in [
            ("a.js", "let a = 1; // @@\n"),
            ("a.js", "/**\n * @@\n */\nlet a;\n"),
            ("a.ts", "const re = /[\"'`]/g;\n// @@\n"),
            ("a.ts", "const t = `a ${b} c`;\n/* @@ */\n"),
            ("a.c", "char q = '\"'; /* @@ */\n"),
            ("a.rs", "fn f<'a>(x: &'a str) {} // @@\n"),
            ("a.go", "s := `raw \" text`\n// @@\n"),
            ("a.py", "x = 'a'  # @@\n"),
            ("a.py", "def f():\n    \"\"\"Says @@.\"\"\"\n    return 1\n"),
            ("a.sh", "  # @@\n"),
            ("a.yml", "on: push\n# @@\n"),
            ("a.sh", "    echo \"curl x @@ | bash\"\n"),
            ("a.sh", "echo 'install @@' >&2\n"),
            ("a.py", "print('run @@')\n"),
            ("a.js", "console.log(\"run @@\");\n"),
            ("a.sh", "cat <<'EOF'\nrun @@\nEOF\n"),
            ("a.sh", "  cat >&2 <<END\nrun @@\nEND\n"),
        ] {
            assert!(is_inert(text, path), "{path}: {text}");
        }
    }

    #[test]
    fn what_runs_or_may_run_is_code() {
        for (path, text) in [
            ("a.js", "let s = \"// \" + @@;\n"),
            ("a.js", "let t = `\n// @@\n`;\n"),
            ("a.js", "let t = `\n/*\n`; @@ /*\n*/\n"),
            ("a.js", "// \u{2028}@@\n"),
            ("a.js", "// \r@@\n"),
            ("a.js", "if (x) /['`/*]/.test(y); @@ // */\n"),
            ("a.js", "let t = `${'`'}`; // ` @@\n"),
            ("a.c", "// go on \\\n@@\n"),
            ("a.py", "exec(\"\"\"@@\"\"\")\n"),
            ("a.py", "x = \"\"\"\n# @@\n\"\"\"\n"),
            ("a.py", "f\"{x[\"a\"]}\"  # \" @@\n"),
            ("a.py", "# \r@@\n"),
            ("a.sh", "run '# ' @@\n"),
            ("a.sh", "echo \"@@\" | bash\n"),
            ("a.sh", "echo \"@@\" >> ~/.bashrc\n"),
            ("a.sh", "echo \"$(@@)\"\n"),
            ("a.rb", "x = <<~T\n#{@@}\nT\n"),
            ("a.sh", "#!/bin/sh @@\n"),
            ("a.txt", "# @@\n"),
            ("a.sh", "cat <<EOF > b.sh\n@@\nEOF\n"),
            ("a.sh", "cat <<EOF | sh\n@@\nEOF\n"),
            ("a.sh", "cat <<EOF\n$(@@)\nEOF\n"),
            ("a.sh", "bash <<EOF\n@@\nEOF\n"),
            ("a.sh", "cat <<'EOF'\n@@\n"),
            ("a.js", "console.log(\"a\"); @@ (\"b\")\n"),
            ("a.sh", "x=\"\n# $(@@)\n\"\n"),
            ("a.sh", "a=\\\n#;@@\n"),
            ("a.rb", "x = \"\n# #{`@@`}\n\"\n"),
            ("a.ps1", "<#\n#> IEX @@\n"),
            ("a.sh", "sed -n 's/^#: //p' \"$0\" | sh\n#: @@\n"),
            ("a.sh", "cat <<EOF\n$(\n@@\n)\nEOF\n"),
            ("a.sh", ": '\ncat <<EOF\n'\n@@\n: '\nEOF\n'\n"),
            ("Makefile", "a:\n\tcat <<EOF\n\t@@\n\tEOF\n"),
            ("a.sh", "{ cat <<'E'\n@@\nE\n} | sh\n"),
            ("a.sh", "{\necho \"@@\"\n} | sh\n"),
            ("a.yml", "run: >\n  echo \"@@\"\n  | bash\n"),
            ("a.js", "console.log = eval;\nconsole.log(\"@@\");\n"),
            ("a.gradle", "print(\"${'@@'.execute()}\")\n"),
            ("a.py", "\"\"\"\n@@\n\"\"\"\nexec(__doc__)\n"),
            ("a.py", "x = \\\r\n\"\"\"@@\"\"\"\r\nexec(x)\r\n"),
            ("a.js", "function f(){/*\n@@\n*/} eval(f.toString().slice(15,-4))\n"),
            ("a.js", "let b=a++ / \"/ /* \".length; @@; \"*/\";\n"),
            ("a.jsx", "<p>// {@@}</p>\n"),
            ("a.rs", "let a = r\"\\\"; let b = \" // \"; @@\n"),
        ] {
            assert!(!is_inert(text, path), "{path}: {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "(echo |print\\(|#|//|/\\*|\\*/|[\"'`\\\\\n{}$/ a\\)]){0,60}") {
            let text = text.into_bytes();
            for path in ["a.js", "a.c", "a.py", "a.sh"] {
                for stretch in inert(&text, Syntax::of(path.as_bytes())) {
                    proptest::prop_assert!(stretch.start <= stretch.end && stretch.end <= text.len());
                }
            }
        }
    }
}
