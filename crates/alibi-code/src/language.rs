//! Programming languages: how they are recognised and how their text is read.

/// A language, or a family of languages that are read alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Language {
    /// JavaScript and TypeScript.
    JavaScript,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// PHP.
    Php,
    /// Perl.
    Perl,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// C, C++ and Objective-C.
    C,
    /// C#.
    CSharp,
    /// Java.
    Java,
    /// Kotlin and Gradle's Kotlin scripts.
    Kotlin,
    /// Swift.
    Swift,
    /// Lua.
    Lua,
    /// Groovy and Gradle's Groovy scripts.
    Groovy,
    /// PowerShell.
    PowerShell,
    /// Bourne shells: sh, bash, zsh, ksh and dash.
    Shell,
}

/// File name extensions, in lower case.
const EXTENSIONS: [(Language, &[&str]); 16] = [
    (Language::JavaScript, &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "es6", "es"]),
    (Language::Python, &["py", "pyw", "pyi", "pyx", "pth", "wsgi", "bzl", "bazel", "star", "build"]),
    (Language::Ruby, &["rb", "rake", "gemspec", "ru", "podspec"]),
    (Language::Php, &["php", "phtml", "php3", "php4", "php5", "php7", "phps", "inc", "module"]),
    (Language::Perl, &["pl", "pm", "t", "cgi"]),
    (Language::Go, &["go"]),
    (Language::Rust, &["rs"]),
    (Language::C, &["c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm"]),
    (Language::CSharp, &["cs", "csx"]),
    (Language::Java, &["java", "jsp"]),
    (Language::Kotlin, &["kt", "kts"]),
    (Language::Swift, &["swift"]),
    (Language::Lua, &["lua", "rockspec"]),
    (Language::Groovy, &["groovy", "gradle", "gvy", "jenkinsfile"]),
    (Language::PowerShell, &["ps1", "psm1", "psd1"]),
    (Language::Shell, &["sh", "bash", "zsh", "ksh", "dash", "command", "envrc", "bats"]),
];

/// Names of files without a telling extension.
const NAMES: [(&str, Language); 21] = [
    ("Rakefile", Language::Ruby),
    ("Gemfile", Language::Ruby),
    ("Podfile", Language::Ruby),
    ("Vagrantfile", Language::Ruby),
    ("Fastfile", Language::Ruby),
    ("Jenkinsfile", Language::Groovy),
    ("SConstruct", Language::Python),
    ("wscript", Language::Python),
    ("meson.build", Language::Python),
    ("BUILD", Language::Python),
    ("WORKSPACE", Language::Python),
    (".pnpmfile.cjs", Language::JavaScript),
    (".envrc", Language::Shell),
    (".bashrc", Language::Shell),
    (".bash_profile", Language::Shell),
    (".bash_aliases", Language::Shell),
    (".profile", Language::Shell),
    (".zshrc", Language::Shell),
    (".zshenv", Language::Shell),
    ("PKGBUILD", Language::Shell),
    ("APKBUILD", Language::Shell),
];

/// Interpreters in the first line of a script.
const INTERPRETERS: [(&str, Language); 15] = [
    ("python", Language::Python),
    ("pypy", Language::Python),
    ("node", Language::JavaScript),
    ("deno", Language::JavaScript),
    ("bun", Language::JavaScript),
    ("ruby", Language::Ruby),
    ("php", Language::Php),
    ("perl", Language::Perl),
    ("lua", Language::Lua),
    ("groovy", Language::Groovy),
    ("pwsh", Language::PowerShell),
    ("bash", Language::Shell),
    ("zsh", Language::Shell),
    ("ksh", Language::Shell),
    ("sh", Language::Shell),
];

/// A format of files that hold code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Holder {
    /// YAML: pipelines, containers, task runners.
    Yaml,
    /// JSON with comments: manifests, editor and agent settings.
    Json,
    /// TOML.
    Toml,
    /// A notebook with cells of code.
    Notebook,
    /// HTML and its relatives, with scripts in it.
    Markup,
    /// XML with commands in attributes and elements.
    Xml,
    /// `key = value` settings, such as those of tox, systemd and desktop entries.
    Settings,
    /// A container file.
    Dockerfile,
    /// A makefile, or another file of indented recipes.
    Makefile,
    /// CMake.
    CMake,
}

impl Holder {
    /// The languages of the code that such a file usually holds.
    pub fn languages(self) -> &'static [Language] {
        match self {
            Holder::Notebook => &[Language::Python, Language::Shell],
            Holder::Markup => &[Language::JavaScript, Language::Php],
            Holder::Yaml => &[Language::Shell, Language::JavaScript, Language::Python, Language::PowerShell],
            Holder::Json | Holder::Toml | Holder::Xml | Holder::Settings => &[Language::Shell, Language::PowerShell],
            Holder::Dockerfile | Holder::Makefile | Holder::CMake => &[Language::Shell],
        }
    }
}

/// Extensions and names of files that hold code.
const HOLDERS: [(Holder, &[&str], &[&str]); 10] = [
    (Holder::Yaml, &["yml", "yaml"], &[]),
    (Holder::Json, &["json", "json5", "jsonc", "code-workspace"], &[".babelrc", ".eslintrc"]),
    (Holder::Toml, &["toml"], &[]),
    (Holder::Notebook, &["ipynb"], &[]),
    (
        Holder::Markup,
        &[
            "html", "htm", "xhtml", "svg", "vue", "svelte", "astro", "ejs", "jsp", "aspx", "cshtml", "twig", "hbs",
            "erb",
        ],
        &[],
    ),
    (Holder::Xml, &["xml", "csproj", "vbproj", "fsproj", "vcxproj", "props", "targets", "plist", "nuspec", "wxs"], &[]),
    (
        Holder::Settings,
        &["ini", "cfg", "conf", "service", "timer", "desktop", "properties", "gitconfig", "config"],
        &["Procfile", ".gitconfig", ".gitmodules", "crontab", ".bazelrc"],
    ),
    (Holder::Dockerfile, &["dockerfile", "containerfile"], &["Dockerfile", "Containerfile", "Earthfile"]),
    (
        Holder::Makefile,
        &["mk", "mak", "make", "just"],
        &["Makefile", "GNUmakefile", "makefile", "Makefile.am", "Makefile.in", "justfile", "Justfile", ".justfile"],
    ),
    (Holder::CMake, &["cmake"], &["CMakeLists.txt"]),
];

/// Extensions of files that are not code.
const NOT_CODE: [&str; 29] = [
    "md", "markdown", "rst", "adoc", "txt", "lock", "csv", "tsv", "css", "scss", "less", "sass", "po", "pot", "map",
    "snap", "tex", "log", "patch", "diff", "png", "jpg", "gif", "ico", "woff", "woff2", "ttf", "pdf", "resx",
];

/// How a file is read, as far as its path determines it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reading {
    /// As code of this language.
    As(Language),
    /// As code of the language that its text suggests.
    ByText,
    /// As a file that holds code.
    Holds(Holder),
    /// Not as code, unless its first line names an interpreter.
    Not,
}

impl Reading {
    /// How the file at a path is read.
    pub fn of(path: &str) -> Reading {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some((_, language)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Reading::As(*language);
        }
        let is_named = |(_, _, names): &&(Holder, &[&str], &[&str])| names.contains(&name);
        // `Dockerfile.test` is a container file, too.
        let is_prefixed = name.starts_with("Dockerfile.") || name.starts_with("Containerfile.");
        if let Some((holder, ..)) = HOLDERS.iter().find(is_named).filter(|_| !is_prefixed) {
            return Reading::Holds(*holder);
        }
        if is_prefixed {
            return Reading::Holds(Holder::Dockerfile);
        }
        let Some((_, extension)) = name.rsplit_once('.') else { return Reading::ByText };
        let extension = extension.to_ascii_lowercase();
        if NOT_CODE.contains(&extension.as_str()) {
            return Reading::Not;
        }
        if let Some((holder, ..)) = HOLDERS.iter().find(|(_, all, _)| all.contains(&extension.as_str())) {
            return Reading::Holds(*holder);
        }
        let known = EXTENSIONS.iter().find(|(_, all)| all.contains(&extension.as_str()));
        known.map_or(Reading::ByText, |(language, _)| Reading::As(*language))
    }

    /// The language of a file with this text. The first line of a script is more certain than its name.
    pub fn language(self, text: &[u8]) -> Option<Language> {
        match self {
            Reading::Not | Reading::Holds(_) => interpreter(text),
            Reading::As(language) => Some(interpreter(text).unwrap_or(language)),
            Reading::ByText => interpreter(text).or_else(|| guess(text, 3)),
        }
    }
}

impl Language {
    /// The language of a file, by its first line, its name or its extension; otherwise by the words that are frequent
    /// in it.
    pub fn of(path: &str, text: &[u8]) -> Option<Language> {
        Reading::of(path).language(text)
    }

    /// Whether a newline ends a statement.
    pub(crate) fn ends_at_newline(self) -> bool {
        !matches!(
            self,
            Language::Php | Language::Perl | Language::Rust | Language::C | Language::CSharp | Language::Java
        )
    }

    /// Whether `#` begins a comment.
    pub(crate) fn has_hash_comments(self) -> bool {
        matches!(
            self,
            Language::Python | Language::Ruby | Language::Php | Language::Perl | Language::PowerShell | Language::Shell
        )
    }

    /// Whether `//` and `/* */` are comments.
    pub(crate) fn has_slash_comments(self) -> bool {
        !matches!(
            self,
            Language::Python | Language::Ruby | Language::Perl | Language::PowerShell | Language::Shell | Language::Lua
        )
    }

    /// Whether blocks are indented.
    pub(crate) fn is_indented(self) -> bool {
        self == Language::Python
    }

    /// Whether the word `end` closes a block.
    pub(crate) fn closes_with_end(self) -> bool {
        matches!(self, Language::Ruby | Language::Lua)
    }

    /// Whether a function may be called without parentheses.
    pub(crate) fn has_command_calls(self) -> bool {
        matches!(self, Language::Ruby | Language::Perl | Language::Lua | Language::Groovy | Language::PowerShell)
    }
}

/// The language of the interpreter that the first line names.
fn interpreter(text: &[u8]) -> Option<Language> {
    let line = text.strip_prefix(b"#!")?;
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len()).min(200)];
    let line = String::from_utf8_lossy(line);
    let words = line.split_whitespace().filter(|word| !word.starts_with('-') && !word.contains('='));
    let program = words.map(|word| word.rsplit('/').next().unwrap_or(word)).find(|name| *name != "env")?;
    INTERPRETERS.iter().find(|(known, _)| program.starts_with(known)).map(|(_, language)| *language)
}

/// Phrases that are frequent in a language and rare elsewhere.
const PHRASES: [(Language, &[&str]); 7] = [
    (Language::Php, &["<?php"]),
    (
        Language::JavaScript,
        &["require('", "require(\"", "const ", "=> {", "module.exports", "function (", "===", "let "],
    ),
    (Language::Python, &["\nimport ", "\nfrom ", "\ndef ", "    def ", "self.", "__name__", " import "]),
    (Language::Ruby, &["\nrequire '", "\nend\n", "  end\n", " do |", "puts "]),
    (Language::Go, &["\npackage ", "\nfunc ", ":= ", "import ("]),
    (Language::PowerShell, &["Invoke-", "$env:", "-ErrorAction", "[System.", "Write-Host"]),
    (Language::Shell, &["\nfi\n", "; then\n", "\ndone\n", "$(", "\nexport ", "esac", "| sh", "curl "]),
];

/// Guesses the language by phrases. At least `needed` different phrases of the language must occur.
fn guess(text: &[u8], needed: usize) -> Option<Language> {
    let head = &text[..text.len().min(16 << 10)];
    let count =
        |phrases: &[&str]| phrases.iter().filter(|p| memchr::memmem::find(head, p.as_bytes()).is_some()).count();
    if memchr::memmem::find(head, b"<?php").is_some() {
        return Some(Language::Php);
    }
    let best = PHRASES.iter().map(|(language, phrases)| (count(phrases), *language)).max_by_key(|(n, _)| *n)?;
    (best.0 >= needed).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_recognised_by_first_line_name_and_text() {
        for (path, text, language) in [
            ("a.mts", "", Some(Language::JavaScript)),
            ("bin/run", "#!/usr/bin/env -S python3 -u\n", Some(Language::Python)),
            ("bin/run.tool", "#!/bin/sh\n", Some(Language::Shell)),
            ("Rakefile", "", Some(Language::Ruby)),
            ("tool", "const a = require('fs');\nmodule.exports = a;\n", Some(Language::JavaScript)),
            ("notes", "The quick brown fox.\n", None),
            ("README.md", "Call `const x` here.\n", None),
            ("notes.txt", "#!/bin/sh\n", Some(Language::Shell)),
            ("x.unknown", "<?php echo 1;", Some(Language::Php)),
        ] {
            assert_eq!(Language::of(path, text.as_bytes()), language, "{path}");
        }
    }
}
