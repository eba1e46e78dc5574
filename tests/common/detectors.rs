//! Generates the lists of coded detectors, which are the `mod.rs` files in the folders of the families.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

/// Returns the text of each list by its path, from the files in the folders of the families.
pub(crate) fn detector_lists(root: &Path) -> io::Result<BTreeMap<PathBuf, String>> {
    let source = root.join("crates/alibi-detectors/src");
    let mut lists = BTreeMap::new();
    for family in git_alibi::heuristics::Family::ALL.map(|family| family.name()) {
        let mut names: Vec<String> = Vec::new();
        for entry in std::fs::read_dir(source.join(family))? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if path.extension().is_some_and(|e| e == "rs") && name != "mod" {
                names.push(name);
            }
        }
        names.sort();
        lists.insert(source.join(family).join("mod.rs"), list(family, &names));
    }
    Ok(lists)
}

fn list(family: &str, names: &[String]) -> String {
    let mut text = format!(
        "//! Coded heuristics of the {family} family: one file for each. Written by `cargo run --example docs`.\n\n"
    );
    for name in names {
        let _ = writeln!(text, "mod {name};");
    }
    text += "\nuse alibi_core::detection::Build;\n\n/// The detectors, by their heuristics' ids.\n";
    if names.len() == 1 {
        let _ = writeln!(
            text,
            "pub(super) const DETECTORS: &[(&str, Build)] = &[(\"{}\", {}::build)];",
            names[0].replace('_', "-"),
            names[0]
        );
        return text;
    }
    text += "pub(super) const DETECTORS: &[(&str, Build)] = &[\n";
    for name in names {
        let _ = writeln!(text, "    (\"{}\", {name}::build),", name.replace('_', "-"));
    }
    text + "];\n"
}
