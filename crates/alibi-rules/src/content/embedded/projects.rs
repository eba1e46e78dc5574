//! Commands in project files: XML of MSBuild, Maven and Ant, property lists, and CMake.

use super::code::{Code, command_line};
use alibi_code::Language;

/// Maximum size of an XML file that is parsed, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// Elements that hold the words of one command.
const COMMANDS: [&str; 6] = ["exec", "java", "array", "configuration", "arguments", "apply"];

/// Elements and attributes whose text is a command line.
const LINES: [&str; 9] =
    ["Command", "command", "PreBuildEvent", "PostBuildEvent", "PreLinkEvent", "script", "cmd", "CommandLine", "line"];

/// Elements and attributes whose text is one word of a command.
const WORDS: [&str; 6] = ["executable", "argument", "string", "arg", "value", "program"];

/// Adds the commands of an XML file.
pub(super) fn xml(text: &[u8], code: &mut Code) {
    let Some(text) = std::str::from_utf8(text).ok().filter(|text| text.len() <= MAX_SIZE) else {
        code.cut_short = text.len() > MAX_SIZE;
        return;
    };
    let Ok(document) = roxmltree::Document::parse(text.trim_start_matches('\u{feff}')) else { return };
    let offset = text.len() - text.trim_start_matches('\u{feff}').len();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let at = offset + node.range().start;
        let name = node.tag_name().name();
        if LINES.contains(&name)
            && let Some(line) = node.text()
        {
            code.add(Language::Shell, line, |_| at);
        }
        let is_command = COMMANDS.contains(&name);
        for attribute in node.attributes().filter(|a| LINES.contains(&a.name()) && !is_command) {
            code.add(Language::Shell, attribute.value(), |_| at);
        }
        if is_command {
            let inner = node.descendants().filter(roxmltree::Node::is_element).flat_map(|inner| {
                let attributes = inner.attributes().filter(|a| WORDS.contains(&a.name()) || a.name() == "line");
                let own = inner.text().filter(|_| WORDS.contains(&inner.tag_name().name()));
                attributes.map(|a| a.value()).chain(own)
            });
            let words: Vec<&str> = inner.collect();
            code.add(Language::Shell, &command_line(words), |_| at);
        }
    }
}

/// The words of a call in CMake that begins after its opening parenthesis, and the position of its end.
fn arguments(text: &str, start: usize) -> (Vec<String>, usize) {
    let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut chars = text[start..].char_indices().peekable();
    let mut depth = 1;
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let word = word.get_or_insert_default();
                while let Some((_, c)) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => word.extend(chars.next().map(|(_, c)| c)),
                        c => word.push(c),
                    }
                }
            }
            '(' => depth += 1,
            ')' if depth == 1 => {
                words.extend(word);
                return (words, start + at);
            }
            ')' => depth -= 1,
            '#' => while chars.next_if(|(_, c)| *c != '\n').is_some() {},
            c if c.is_whitespace() || c == ';' => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (words, text.len())
}

/// Adds the commands of a CMake file.
pub(super) fn cmake(text: &[u8], code: &mut Code) {
    let whole = String::from_utf8_lossy(text);
    let mut at = 0;
    while let Some(open) = whole[at..].find('(').map(|i| at + i) {
        let before = whole[at..open].trim_end();
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let (words, end) = arguments(&whole, open + 1);
        at = (end + 1).min(whole.len());
        let place = open.saturating_sub(name.len());
        let is_keyword = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        match name.to_ascii_lowercase().as_str() {
            "set" => {
                if let [name, value, ..] = &words[..] {
                    code.add(Language::Shell, &format!("{name}='{}'", value.replace('\'', "'\\''")), |_| place);
                }
            }
            "file" => {
                if let [kind, address, target, ..] = &words[..]
                    && kind == "DOWNLOAD"
                {
                    let line = command_line(["curl", "-o", target, address]);
                    code.add(Language::Shell, &line, |_| place);
                }
            }
            _ => {
                let mut rest = &words[..];
                while let Some(start) = rest.iter().position(|word| word == "COMMAND" || word.ends_with("_COMMAND")) {
                    rest = &rest[start + 1..];
                    let len = rest.iter().position(|word| is_keyword(word)).unwrap_or(rest.len());
                    code.add(Language::Shell, &command_line(rest[..len].iter().map(String::as_str)), |_| place);
                }
            }
        }
    }
}
