//! Tests of the structure of the code: no file imports another in a circle, and none is too long.

#![allow(clippy::unwrap_used)] // helpers of tests are not marked as tests

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module, as its path in a crate: `["facts", "store"]`.
type Module = Vec<String>;

/// The most lines of a file, without its tests.
const MAX_LINES: usize = 400;

/// The source folders of all crates.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = std::fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path().join("src"));
    crates.chain([root.join("src")]).collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// A file's code, without the tests at its end and without comments.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

/// The modules of a crate, each with its code. The root is the empty path.
fn modules(source: &Path) -> BTreeMap<Module, String> {
    let mut files = Vec::new();
    rust_files(source, &mut files);
    let module = |file: &PathBuf| {
        let path = file.strip_prefix(source).unwrap().with_extension("");
        let mut parts: Module = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
            parts.pop();
        }
        (parts, code(file))
    };
    files.iter().filter(|file| !file.ends_with("main.rs")).map(module).collect()
}

/// The paths that a `use` tree names.
fn leaves(tree: &str, prefix: &str, found: &mut Vec<String>) {
    let (mut depth, mut start) = (0usize, 0);
    let ends = tree.char_indices().chain([(tree.len(), ',')]);
    for (at, c) in ends {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let part = tree[start..at].trim();
                start = at + 1;
                match part.split_once('{') {
                    Some((head, rest)) => {
                        leaves(rest.trim_end_matches('}'), &format!("{prefix}{}", head.trim()), found);
                    }
                    None if part.is_empty() => {}
                    None => found.push(format!("{prefix}{}", part.split(" as ").next().unwrap_or(part).trim())),
                }
            }
            _ => {}
        }
    }
}

/// An absolute path in a crate, without `crate`; `None` for a path of another crate.
fn absolute(path: &str, from: &Module, modules: &BTreeMap<Module, String>) -> Option<Module> {
    let mut parts: Vec<&str> = path.split("::").filter(|part| !matches!(*part, "self" | "*")).collect();
    let mut base: Module = from.clone();
    match parts.first().copied() {
        Some("crate") => {
            base.clear();
            parts.remove(0);
        }
        Some("super") => {
            while parts.first() == Some(&"super") {
                base.pop();
                parts.remove(0);
            }
        }
        Some(first) => {
            let child: Module = from.iter().cloned().chain([first.to_owned()]).collect();
            modules.get(&child)?;
        }
        None => return None,
    }
    base.extend(parts.into_iter().map(str::to_owned));
    Some(base)
}

/// Which modules each module of a crate names, with re-exports resolved to where an item is defined.
fn imports(modules: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let uses = Regex::new(r"(?ms)^[ \t]*(pub(?:\([^)]*\))? )?use ([^;]+);").unwrap();
    let inline = Regex::new(r"\b((?:crate|super)(?:::\w+)+|[a-z_]\w*(?:::\w+)+)").unwrap();
    let mut exports: BTreeMap<Module, Module> = BTreeMap::new();
    let mut named: Vec<(Module, Module)> = Vec::new();
    for (module, code) in modules {
        for found in uses.captures_iter(code) {
            let mut paths = Vec::new();
            leaves(&found[2], "", &mut paths);
            for path in paths.iter().filter_map(|path| absolute(path, module, modules)) {
                if found.get(1).is_some()
                    && let Some(item) = path.last()
                {
                    exports.insert(module.iter().cloned().chain([item.clone()]).collect(), path.clone());
                }
                named.push((module.clone(), path));
            }
        }
        let rest = uses.replace_all(code, "");
        let rest = rest.replace("pub(in crate", "pub(in ");
        let paths = inline.find_iter(&rest).filter_map(|path| absolute(path.as_str(), module, modules));
        named.extend(paths.map(|path| (module.clone(), path)));
    }
    let mut all: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (from, path) in named {
        let to = defined_in(path, modules, &exports);
        if to != from && !to.is_empty() {
            all.entry(from).or_default().insert(to);
        }
    }
    all
}

fn defined_in(mut path: Module, modules: &BTreeMap<Module, String>, exports: &BTreeMap<Module, Module>) -> Module {
    for _ in 0..8 {
        let known = (0..=path.len()).rev().find(|&end| modules.contains_key(&path[..end])).unwrap_or(0);
        let item = path[..path.len().min(known + 1)].to_vec();
        match exports.get(&item) {
            Some(target) if *target != item => path = target.clone(),
            _ => return path[..known].to_vec(),
        }
    }
    path
}

/// A circle that starts at this module, if any.
fn circle(start: &Module, imports: &BTreeMap<Module, BTreeSet<Module>>) -> Option<Vec<Module>> {
    let mut from: BTreeMap<&Module, &Module> = BTreeMap::new();
    let mut todo = vec![start];
    while let Some(module) = todo.pop() {
        for next in imports.get(module).into_iter().flatten() {
            if next == start {
                let back = |at: &&Module| from.get(*at).copied();
                return Some(std::iter::successors(Some(module), back).cloned().collect());
            }
            if !from.contains_key(next) {
                from.insert(next, module);
                todo.push(next);
            }
        }
    }
    None
}

#[test]
fn no_file_imports_another_in_a_circle() {
    let (mut files, mut arrows) = (0, 0);
    for source in sources() {
        let modules = modules(&source);
        let imports = imports(&modules);
        files += modules.len();
        arrows += imports.values().map(BTreeSet::len).sum::<usize>();
        for module in modules.keys() {
            let found = circle(module, &imports);
            assert_eq!(found, None, "{}: a circle through {}", source.display(), module.join("::"));
        }
    }
    assert!(files > 300 && arrows > 600, "only {arrows} imports in {files} files were found");
}

#[test]
fn a_circle_is_found() {
    let modules: BTreeMap<Module, String> = [
        (vec![], "mod a;\n"),
        (vec!["a".to_owned()], "mod b;\nmod c;\npub use b::B;\n"),
        (vec!["a".to_owned(), "b".to_owned()], "use super::c::{C, D};"),
        (vec!["a".to_owned(), "c".to_owned()], "fn f(b: crate::a::B) {}"),
    ]
    .map(|(module, code)| (module, code.to_owned()))
    .into();
    let imports = imports(&modules);
    assert!(circle(&vec!["a".to_owned(), "b".to_owned()], &imports).is_some(), "{imports:?}");
    assert_eq!(circle(&vec!["a".to_owned()], &imports), None, "a folder may import its files");
}

#[test]
fn no_file_is_too_long() {
    let mut files = Vec::new();
    sources().iter().for_each(|source| rust_files(source, &mut files));
    let too_long: Vec<(usize, &PathBuf)> =
        files.iter().map(|file| (code(file).lines().count(), file)).filter(|(lines, _)| *lines > MAX_LINES).collect();
    assert!(too_long.is_empty(), "over {MAX_LINES} lines without tests: {too_long:?}");
}
