//! Code in files of other formats: pipelines, manifests, container files, makefiles, notebooks, web pages.

mod code;
mod documents;
mod files;
mod markup;
mod notebook;
mod projects;

use alibi_code::Holder;

pub(super) use code::Code;

/// The code in a file of this format.
pub(super) fn code_in(holder: Holder, text: &[u8]) -> Code {
    let mut code = Code::default();
    match holder {
        Holder::Yaml | Holder::Json | Holder::Toml => documents::read(holder, text, &mut code),
        Holder::Notebook => notebook::read(text, &mut code),
        Holder::Markup => markup::read(text, &mut code),
        Holder::Xml => projects::xml(text, &mut code),
        Holder::CMake => projects::cmake(text, &mut code),
        Holder::Settings => files::settings(text, &mut code),
        Holder::Dockerfile => files::dockerfile(text, &mut code),
        Holder::Makefile => files::makefile(text, &mut code),
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibi_code::Language;
    use std::ops::Range;

    /// The parts of a file, each with its language and the line that it comes from.
    fn parts(holder: Holder, text: &str) -> Vec<(Language, String, usize)> {
        let code = code_in(holder, text.as_bytes());
        let line_of = |at: usize| 1 + text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count();
        let part = |(range, language): &(Range<usize>, Language)| {
            (
                *language,
                String::from_utf8_lossy(&code.text[range.clone()]).into_owned(),
                line_of(code.place(range.start)),
            )
        };
        code.parts.iter().map(part).collect()
    }

    #[test]
    fn code_is_found_in_files_of_other_formats() {
        use Language::{JavaScript, Python, Shell};
        type Part = (Language, &'static str, usize);
        let cases: [(Holder, &str, &[Part]); 12] = [
            (
                Holder::Yaml,
                "jobs:\n  a:\n    env:\n      X: y\n    steps:\n    - name: Run me\n      run: |\n        a b\n        c\n    - shell: python\n      run: d(1)\n",
                &[(Shell, "X='y'", 4), (Shell, "a b\nc\n", 8), (Shell, "python", 10), (Python, "d(1)", 11)],
            ),
            (Holder::Yaml, "spec:\n  command: [sh, -c]\n  args: ['a | b']\n", &[(Shell, "sh -c 'a | b'", 2)]),
            (Holder::Yaml, "with:\n  script: a()\n", &[(JavaScript, "a()", 2)]),
            (
                Holder::Json,
                "{\n \"description\": \"a b\",\n \"scripts\": {\"test\": \"a && b\"}}",
                &[(Shell, "a && b", 3)],
            ),
            (Holder::Json, "{\"command\": \"sh\", \"args\": [\"-c\", \"a b\"]}", &[(Shell, "sh -c 'a b'", 1)]),
            (Holder::Toml, "[a]\ncmd = 'x y'\n", &[(Shell, "x y", 2)]),
            (
                Holder::Dockerfile,
                "FROM a\nRUN --mount=x a \\\n  && b\nCMD [\"sh\", \"-c\", \"c d\"]\nADD https://x.example.org/a /b\n",
                &[
                    (Shell, "a \\\n  && b\n", 2),
                    (Shell, "sh -c 'c d'", 4),
                    (Shell, "curl -o /b https://x.example.org/a", 5),
                ],
            ),
            (
                Holder::Makefile,
                "X := $(shell a b)\nall:\n\t@c $(X) $$Y\n",
                &[(Shell, "X=$(a b)", 1), (Shell, "c ${X} $Y", 3)],
            ),
            (
                Holder::CMake,
                "execute_process(\n  COMMAND a b \"c d\"\n  OUTPUT_VARIABLE X)\n",
                &[(Shell, "a b 'c d'", 1)],
            ),
            (Holder::Settings, "[a]\nexec = -x y\n  z\n# c = d\n", &[(Shell, "x y\n  z", 2)]),
            (Holder::Xml, "<a>\n<Exec Command=\"a &amp;&amp; b\"/></a>", &[(Shell, "a && b", 2)]),
            (Holder::Markup, "<p>\n<script type=module>\na()</script>", &[(JavaScript, "\na()", 2)]),
        ];
        for (holder, text, expected) in cases {
            let expected: Vec<(Language, String, usize)> =
                expected.iter().map(|(language, code, line)| (*language, (*code).to_owned(), *line)).collect();
            assert_eq!(parts(holder, text), expected, "{text}");
        }
        let notebook = r#"{"cells": [{"cell_type": "markdown", "source": ["a"]}, {"cell_type": "code", "source": ["b()\n", "!c d\n"]}]}"#;
        assert_eq!(parts(Holder::Notebook, notebook), [(Python, "b()\n\n".into(), 1), (Shell, "c d".into(), 1)]);
    }

    #[test]
    fn code_in_broken_files_comes_from_within_them() {
        for holder in [Holder::Yaml, Holder::Json, Holder::Toml, Holder::Notebook, Holder::Xml, Holder::CMake] {
            for text in ["", "{", "a: [", "<a", "execute_process(", "\u{0}"] {
                let code = code_in(holder, text.as_bytes());
                for (range, _) in &code.parts {
                    assert!(range.end <= code.text.len() && code.place(range.start) <= text.len(), "{holder:?} {text}");
                }
            }
        }
    }
}
