//! Embeds the TOML files of a folder in a crate, for build scripts. To embed another file, add it to the folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Writes the file `output` to the build script's output folder. The file defines the constant `EMBEDDED`, with the
/// path and the text of each TOML file in a folder of the workspace.
///
/// # Errors
/// Returns an error if a file cannot be read or written.
pub fn embed(folder: &str, output: &str) -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let root = root.canonicalize()?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    // Cargo reads this from the build script's standard output.
    #[allow(clippy::print_stdout)]
    {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
    }
    fs::write(out.join(output), texts(&root, folder)?)
}

/// A constant with each TOML file's path (relative, with forward slashes) and text.
fn texts(root: &Path, folder: &str) -> io::Result<String> {
    let mut list = String::from("const EMBEDDED: &[(&str, &str)] = &[\n");
    for file in files(&root.join(folder), "toml")? {
        let relative = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(list, "    ({relative:?}, include_str!({:?})),", file.display().to_string());
    }
    Ok(list + "];\n")
}

fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
