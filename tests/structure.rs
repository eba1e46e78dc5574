//! Tests of the structure of the code: modules have no import cycles, and files have a maximum length.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module, as its path in a crate: `["facts", "store"]`.
type Module = Vec<String>;

/// Maximum number of lines of a file, without its tests.
const MAX_LINES: usize = 400;

/// Returns the source folders of all crates.
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

/// Returns the code of a file, without the tests at its end. Comments are replaced by empty lines.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

/// Returns the modules of a crate, each with its code. The root module has an empty path.
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

/// The paths that a `use` tree names, each with the name that it gives the item.
fn leaves(tree: &str, prefix: &str, found: &mut Vec<(String, String)>) {
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
                    None => {
                        let (path, alias) = part.split_once(" as ").unwrap_or((part, part));
                        let name = alias.rsplit("::").next().unwrap_or(alias);
                        found.push((format!("{prefix}{}", path.trim()), name.trim().to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Resolves a path in the module `from` to a path from the root of the crate; `None` if it names another crate.
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

/// Returns the modules that each module of a crate uses. Re-exports are resolved to the modules that define the items.
fn imports(modules: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let uses = Regex::new(r"(?ms)^[ \t]*(pub(?:\([^)]*\))? )?use ([^;]+);").unwrap();
    let inline = Regex::new(r"\b((?:crate|super)(?:::\w+)+|[a-z_]\w*(?:::\w+)+)").unwrap();
    let mut exports: BTreeMap<Module, Option<Module>> = BTreeMap::new();
    let mut named: Vec<(Module, Module)> = Vec::new();
    for (module, code) in modules {
        for found in uses.captures_iter(code) {
            let mut paths = Vec::new();
            leaves(&found[2], "", &mut paths);
            for (path, name) in paths {
                let path = absolute(&path, module, modules);
                // A private import also gives the item a name, which the module's own children can use.
                exports.insert(module.iter().cloned().chain([name]).collect(), path.clone());
                named.extend(path.map(|path| (module.clone(), path)));
            }
        }
        let rest = uses.replace_all(code, "");
        let rest = rest.replace("pub(in crate", "pub(in ");
        let paths = inline.find_iter(&rest).filter_map(|path| absolute(path.as_str(), module, modules));
        named.extend(paths.map(|path| (module.clone(), path)));
    }
    let mut all: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (from, path) in named {
        if let Some(to) = defined_in(path, modules, &exports).filter(|to| *to != from) {
            all.entry(from).or_default().insert(to);
        }
    }
    all
}

/// The module that defines an item, following re-exports; `None` for an item of another crate.
fn defined_in(
    mut path: Module,
    modules: &BTreeMap<Module, String>,
    exports: &BTreeMap<Module, Option<Module>>,
) -> Option<Module> {
    for _ in 0..8 {
        let known = (0..=path.len()).rev().find(|&end| modules.contains_key(&path[..end])).unwrap_or(0);
        let item = path[..path.len().min(known + 1)].to_vec();
        match exports.get(&item) {
            Some(None) => return None,
            Some(Some(target)) if *target != item => path = target.clone(),
            _ => return Some(path[..known].to_vec()),
        }
    }
    Some(path)
}

/// Returns an import cycle through this module, if there is one.
fn cycle(start: &Module, imports: &BTreeMap<Module, BTreeSet<Module>>) -> Option<Vec<Module>> {
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
fn no_modules_import_each_other_in_a_cycle() {
    let (mut files, mut edges) = (0, 0);
    for source in sources() {
        let modules = modules(&source);
        let imports = imports(&modules);
        files += modules.len();
        edges += imports.values().map(BTreeSet::len).sum::<usize>();
        for module in modules.keys() {
            let found = cycle(module, &imports);
            assert_eq!(found, None, "{}: an import cycle through {}", source.display(), module.join("::"));
        }
    }
    assert!(files > 300 && edges > 600, "only {edges} imports in {files} files were found");
}

#[test]
fn an_import_cycle_is_detected() {
    let modules: BTreeMap<Module, String> = [
        (vec![], "mod a;\nmod d;\npub use d::D as E;\npub fn helper() {}\n"),
        (vec!["a".to_owned()], "mod b;\nmod c;\npub use b::B;\n"),
        (vec!["a".to_owned(), "b".to_owned()], "use super::c::{C, D};"),
        (vec!["a".to_owned(), "c".to_owned()], "fn f(b: crate::a::B) {}"),
        (vec!["d".to_owned()], "use crate::helper;\n"),
    ]
    .map(|(module, code)| (module, code.to_owned()))
    .into();
    let imports = imports(&modules);
    assert!(cycle(&vec!["a".to_owned(), "b".to_owned()], &imports).is_some(), "{imports:?}");
    assert!(cycle(&vec!["d".to_owned()], &imports).is_some(), "a cycle through the root: {imports:?}");
    assert_eq!(cycle(&vec!["a".to_owned()], &imports), None, "a parent module may import its children");
}

#[test]
fn no_file_exceeds_the_maximum_length() {
    let mut files = Vec::new();
    sources().iter().for_each(|source| rust_files(source, &mut files));
    let too_long: Vec<(usize, &PathBuf)> =
        files.iter().map(|file| (code(file).lines().count(), file)).filter(|(lines, _)| *lines > MAX_LINES).collect();
    assert!(too_long.is_empty(), "over {MAX_LINES} lines without tests: {too_long:?}");
}
