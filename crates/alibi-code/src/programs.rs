//! Programs that run, fetch or wrap others.

use crate::language::Language;
use crate::value::Value;

/// Programs that run code in their arguments, or in the file that is their first argument.
const INTERPRETERS: [&str; 30] = [
    "java",
    "java.exe",
    "python.exe",
    "node.exe",
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "ash",
    "fish",
    "cmd",
    "cmd.exe",
    "powershell",
    "powershell.exe",
    "pwsh",
    "python",
    "python2",
    "python3",
    "node",
    "nodejs",
    "deno",
    "bun",
    "perl",
    "ruby",
    "php",
    "osascript",
    "lua",
    "wscript",
    "mshta",
];

/// Options before code.
pub(crate) const CODE_OPTIONS: [&str; 14] = [
    "-c",
    "-e",
    "/c",
    "/k",
    "-Command",
    "-command",
    "-EncodedCommand",
    "-enc",
    "-lc",
    "-ec",
    "-r",
    "--eval",
    "-ic",
    "-p",
];

/// Programs that run the command in their arguments.
const WRAPPERS: [&str; 18] = [
    "run-shell",
    "coproc",
    "sudo",
    "env",
    "nohup",
    "exec",
    "command",
    "time",
    "nice",
    "xargs",
    "doas",
    "busybox",
    "setsid",
    "start",
    "timeout",
    "builtin",
    "stdbuf",
    "unbuffer",
];

/// Programs that fetch what their arguments name.
pub(crate) const FETCHERS: [&str; 12] = [
    "curl",
    "curl.exe",
    "wget.exe",
    "http",
    "https",
    "wget",
    "aria2c",
    "fetch",
    "certutil",
    "bitsadmin",
    "iwr",
    "invoke-webrequest",
];

/// The words after programs that only run other programs.
pub(crate) fn unwrapped(mut words: &[Value]) -> &[Value] {
    while let Some(first) = words.first() {
        let name = base(Some(first));
        let is_option = |word: &Value| {
            let text = word.text.as_deref().unwrap_or_default();
            text.starts_with('-') || text.contains('=') || text.chars().all(|c| c.is_ascii_digit() || c == 's')
        };
        if !WRAPPERS.contains(&name.as_str()) || words.len() == 1 {
            return words;
        }
        let skipped = words.iter().skip(1).take_while(|word| is_option(word)).count();
        words = &words[1 + skipped..];
    }
    words
}

/// A program's name without its folder, in lower case.
pub(crate) fn base(word: Option<&Value>) -> String {
    let text = word.and_then(|word| word.text.as_deref()).unwrap_or_default();
    text.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase()
}

pub(crate) fn is_interpreter(text: &str) -> bool {
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    INTERPRETERS.contains(&name.as_str()) || name.starts_with("python3.")
}

/// The language of the code that a program runs: that of a Bourne shell for programs that are no interpreters.
pub(crate) fn language_of(program: &str) -> Language {
    const OTHERS: [(&str, Language); 12] = [
        ("python", Language::Python),
        ("node", Language::JavaScript),
        ("deno", Language::JavaScript),
        ("bun", Language::JavaScript),
        ("ruby", Language::Ruby),
        ("perl", Language::Perl),
        ("php", Language::Php),
        ("lua", Language::Lua),
        ("powershell", Language::PowerShell),
        ("pwsh", Language::PowerShell),
        ("iex", Language::PowerShell),
        ("invoke-expression", Language::PowerShell),
    ];
    let known = OTHERS.iter().find(|(name, _)| program.starts_with(name));
    known.map_or(Language::Shell, |(_, language)| *language)
}

/// Whether a line is one unknown value, so that all of it comes from there.
pub(crate) fn is_whole(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(crate::value::OPEN)
        && line.find(crate::value::CLOSE).is_some_and(|end| end + crate::value::CLOSE.len_utf8() == line.len())
        || !line.contains(' ')
            && !line.is_empty()
            && line.contains(crate::value::OPEN)
            && line.starts_with(crate::value::OPEN)
}
