//! Finds the inert stretches of text in any syntax.

use super::braces::braces;
use super::hash::hash_lines;
use super::lexing::has;
use super::printed::{here_documents, pipes_a_group, printed, runs_text};
use super::python::python;
use super::syntax::Syntax;
use std::ops::Range;

/// The inert stretches of the text, sorted.
pub(crate) fn inert(text: &[u8], syntax: Syntax) -> Vec<Range<usize>> {
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
    // The output of a group of commands may be piped to a program.
    if !pipes_a_group(text) {
        let mut shown = printed(text, syntax);
        if syntax == Syntax::Shell {
            shown.extend(here_documents(text));
            shown.sort_by_key(|span| (span.start, span.end));
        }
        if syntax != Syntax::Shell || !runs_text(text, &shown) {
            found.extend(shown);
        }
    }
    found.sort_by_key(|span| (span.start, span.end));
    found
}

/// Whether a span is inside one of the sorted stretches.
pub(crate) fn covers(stretches: &[Range<usize>], span: &Range<usize>) -> bool {
    let end = stretches.partition_point(|stretch| stretch.start <= span.start);
    // Stretches overlap at most where a printed string is in a comment.
    stretches[..end].iter().rev().take(8).any(|stretch| span.end <= stretch.end)
}

/// Whether a program may run its own comments or strings: it reads its own source and evaluates something.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the placeholder `@@` in the text is in an inert stretch.
    fn is_inert(text: &str, path: &str) -> bool {
        let at = text.find("@@").unwrap();
        covers(&inert(text.as_bytes(), Syntax::of(path.as_bytes())), &(at..at + 2))
    }

    #[test]
    fn comments_docstrings_and_printed_text_are_inert() {
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
            ("a.py", "s = f'{a} {b[\"k\"]!r} {{}}'\n# @@\n"),
            ("a.py", "s = f\"\"\"\n{a}\n\"\"\"\ndef f():\n    '''@@'''\n"),
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
    fn text_that_may_run_is_not_inert() {
        for (path, text) in [
            ("a.js", "let s = \"// \" + @@;\n"),
            ("a.js", "let t = `\n// @@\n`;\n"),
            ("a.js", "let t = `\n/*\n`; @@ /*\n*/\n"),
            ("a.js", "// \u{2028}@@\n"),
            ("a.js", "// \r@@\n"),
            ("a.js", "if (x) /['`/*]/.test(y); @@ // */\n"),
            ("a.js", "let t = `${'`'}`; // ` @@\n"),
            ("a.c", "// go on \\\n@@\n"),
            ("a.js", "<!-- /*\n@@\n// */\n"),
            ("a.js", "#!/usr/bin/env node /*\n@@\n// */\n"),
            ("a.js", "function* g() { yield /\"/; \"/*\"; @@; //*/\n}\n"),
            ("a.js", "var of = 1; of /1; s = \"/ /*\"; @@; //*/\n"),
            ("a.tsx", "<p>/*{@@}*/</p>\n"),
            ("a.c", "// \\ \n/*\n@@\n// */\n"),
            ("a.rs", "f::<'a>(\"'/*\"); @@; // */\n"),
            ("a.rs", "/* /* */ \" */ f(\"/*\"); @@; // */\n"),
            ("a.cpp", "1'0;f(\"'/*\"); @@; //*/\n"),
            ("a.kt", "\"${\"/*\"}\"; @@ // */\n"),
            ("a.java", "/* \\u002a\\u002f @@ /* */\n"),
            ("build.gradle", "def s = /\\/*/; @@ // */\n"),
            ("a.sh", "x=\"\necho \"; @@; : \"\n\"\n"),
            ("a.sh", "eval \\\necho \"; @@\"\n"),
            ("a.sh", "f() {\n  echo \"@@\"\n}\nf | sh\n"),
            ("a.js", "x = `\nconsole.log(\"${@@}\")\n`\n"),
            ("a.py", "x = f\"\"\"\nprint(\"{@@}\")\n\"\"\"\n"),
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
        fn inert_ranges_stay_within_the_text(text in "(echo |print\\(|#|//|/\\*|\\*/|[\"'`\\\\\n{}$/ a\\)]){0,60}") {
            let text = text.into_bytes();
            for path in ["a.js", "a.c", "a.py", "a.sh"] {
                for stretch in inert(&text, Syntax::of(path.as_bytes())) {
                    proptest::prop_assert!(stretch.start <= stretch.end && stretch.end <= text.len());
                }
            }
        }
    }
}
