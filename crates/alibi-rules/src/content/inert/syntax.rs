//! The comment and string syntax of a file.

/// A syntax of comments and strings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Syntax {
    /// An unknown syntax, or one without comments. No text is inert.
    Unknown,
    /// JavaScript and TypeScript.
    Script,
    /// C and similar languages, where a string ends on its line.
    Braces,
    /// Python.
    Python,
    /// Shells: only whole lines count as comments.
    Shell,
    /// YAML, Ruby, Perl, Make and other languages whose comments begin with `#`. Only whole lines count as comments.
    Hash,
}

impl Syntax {
    /// The syntax of a file, based only on its path.
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

/// Whether a file is one of Git's sample hooks, which run only after they are renamed.
fn is_sample_hook(path: &[u8]) -> bool {
    path.ends_with(b".sample") && memchr::memmem::find(path, b"hooks").is_some()
}
