//! Writes the generated files: `docs/heuristics`, `docs/cli.md`, and the lists of coded detectors. A test fails if a
//! file is out of date.
#![allow(clippy::print_stdout)]

#[path = "../tests/common/detectors.rs"]
mod detectors;

use anyhow::Context;
use git_alibi::cli::reference;
use git_alibi::heuristics::Catalogue;
use git_alibi::report::heuristic_pages;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, list) in detectors::detector_lists(root)? {
        std::fs::write(file, list)?;
    }
    let docs = root.join("docs");
    let folder = docs.join("heuristics");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("cannot remove the old pages")?;
    }
    std::fs::create_dir_all(&folder)?;
    let pages = heuristic_pages(&Catalogue::embedded()?);
    for (name, page) in &pages {
        std::fs::write(folder.join(name), page)?;
    }
    std::fs::write(docs.join("cli.md"), reference())?;
    println!("wrote {} heuristic pages and the command-line reference", pages.len());
    Ok(())
}
