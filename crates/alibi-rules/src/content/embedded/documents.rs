//! Commands in YAML, JSON and TOML.

use super::code::{Code, command_line};
use super::files::settings;
use crate::document::{Leaf, MAX_SIZE, leaves};
use crate::heuristics::Format;
use alibi_code::{Holder, Language};
use rustc_hash::FxHashMap;

/// Keys whose values describe something, and run nothing.
const DESCRIBES: [&str; 30] = [
    "name",
    "title",
    "description",
    "summary",
    "message",
    "msg",
    "help",
    "comment",
    "comments",
    "body",
    "note",
    "notes",
    "label",
    "labels",
    "doc",
    "docs",
    "documentation",
    "desc",
    "info",
    "hint",
    "tooltip",
    "usage",
    "license",
    "author",
    "keywords",
    "version",
    "caption",
    "markdown",
    "placeholder",
    "$comment",
];

/// Keys whose lists are the words of one command.
const WORDS: [&str; 9] = ["command", "args", "entrypoint", "cmd", "exec", "argv", "arguments", "runargs", "entry"];

/// Adds the code in a configuration file.
pub(super) fn read(holder: Holder, text: &[u8], code: &mut Code) {
    let format = match holder {
        Holder::Yaml => Format::Yaml,
        Holder::Json => Format::Json,
        _ => Format::Toml,
    };
    let Some(mut leaves) = leaves(format, text) else {
        // A template of a document cannot be parsed, but its lines can be read.
        match text.len() > MAX_SIZE {
            true => code.cut_short = true,
            false => settings(text, code),
        }
        return;
    };
    // The values of a TOML table are not in the order of the file.
    if format == Format::Toml {
        leaves.sort_by_key(|leaf| leaf.line);
    }
    let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|i| i + 1)).collect();
    let start_of = |line: usize| {
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        start + text[start..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'-')).count()
    };
    let by_keys: FxHashMap<&str, &Leaf> = leaves.iter().map(|leaf| (&*leaf.keys, leaf)).collect();
    for leaf in &leaves {
        if let Some(name) = variable(&leaf.keys) {
            let value = leaf.value.replace('\'', "'\\''");
            code.add(Language::Shell, &format!("{name}='{value}'"), |line| start_of(leaf.line as usize + line));
        }
    }
    let mut commands: Vec<(&str, Vec<&Leaf>)> = Vec::new();
    for leaf in &leaves {
        if variable(&leaf.keys).is_some() || describes(&leaf.keys) {
            continue;
        }
        // A command and its arguments are one line, whether each is a text or a list.
        if let Some(owner) = word_of(&leaf.keys) {
            match commands.last_mut().filter(|(last, _)| *last == owner) {
                Some((_, words)) => words.push(leaf),
                None => commands.push((owner, vec![leaf])),
            }
            continue;
        }
        let language = language(leaf, &by_keys);
        code.add(language, &leaf.value, |line| start_of(leaf.line as usize + line));
    }
    for (_, words) in commands {
        let Some(first) = words.first() else { continue };
        // Several lines, or one line that is complete, are not words.
        let are_lines = words.iter().all(|word| word.value.contains(char::is_whitespace)) || words.len() == 1;
        if are_lines {
            for word in words {
                code.add(Language::Shell, &word.value, |line| start_of(word.line as usize + line));
            }
        } else {
            let line = command_line(words.iter().map(|word| &*word.value));
            code.add(Language::Shell, &line, |_| start_of(first.line as usize));
        }
    }
}

/// The key of a value, without the indexes of lists.
fn key(keys: &str) -> Option<&str> {
    keys.rsplit('/').find(|key| !key.bytes().all(|b| b.is_ascii_digit()))
}

fn describes(keys: &str) -> bool {
    key(keys).is_some_and(|key| DESCRIBES.contains(&key.to_ascii_lowercase().as_str()))
}

/// The name of the environment variable that a value is assigned to.
fn variable(keys: &str) -> Option<&str> {
    let (owner, name) = keys.rsplit_once('/')?;
    let owner = owner.rsplit('/').next()?.to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let assigns = matches!(owner.as_str(), "env" | "environment" | "variables" | "vars" | "containerenv" | "remoteenv");
    (assigns && is_name && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
}

/// The keys of the map that has a command, if the value is a part of it.
fn word_of(keys: &str) -> Option<&str> {
    let mut owner = keys;
    if let Some((list, index)) = keys.rsplit_once('/')
        && index.bytes().all(|b| b.is_ascii_digit())
    {
        owner = list;
    }
    let (owner, key) = owner.rsplit_once('/').unwrap_or(("", owner));
    WORDS.contains(&key.to_ascii_lowercase().as_str()).then_some(owner)
}

/// The language of a script, by the shell that the step names.
fn language(leaf: &Leaf, by_keys: &FxHashMap<&str, &Leaf>) -> Language {
    let (owner, key) = leaf.keys.rsplit_once('/').unwrap_or(("", &leaf.keys));
    let sibling = |name: &str| by_keys.get(format!("{owner}/{name}").trim_start_matches('/')).map(|leaf| &*leaf.value);
    match sibling("shell").filter(|_| key != "shell").unwrap_or_default() {
        shell if shell.starts_with("python") => Language::Python,
        shell if shell.starts_with("pwsh") || shell.starts_with("powershell") => Language::PowerShell,
        shell if shell.starts_with("node") => Language::JavaScript,
        shell if shell.starts_with("perl") => Language::Perl,
        shell if shell.starts_with("ruby") => Language::Ruby,
        // The script of an action, which is JavaScript.
        _ if key == "script" && owner.rsplit('/').next() == Some("with") => Language::JavaScript,
        _ => {
            Language::of("", leaf.value.as_bytes()).filter(|_| leaf.value.starts_with("#!")).unwrap_or(Language::Shell)
        }
    }
}
