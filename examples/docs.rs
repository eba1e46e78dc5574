//! Writes the pages that are generated: `docs/heuristics` and `docs/cli.md`. A test says where they have fallen behind.
#![allow(clippy::print_stdout)]

use anyhow::Context;
use git_alibi::cli::reference;
use git_alibi::heuristics::Catalogue;
use git_alibi::report::heuristic_pages;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let folder = docs.join("heuristics");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("the old pages cannot be removed")?;
    }
    std::fs::create_dir_all(&folder)?;
    let pages = heuristic_pages(&Catalogue::embedded()?);
    for (name, page) in &pages {
        std::fs::write(folder.join(name), page)?;
    }
    std::fs::write(docs.join("cli.md"), reference())?;
    println!("{} pages of heuristics and the reference of the command line", pages.len());
    Ok(())
}
