//! Reads `go.mod` and `go.sum`.

use super::format::ManifestFormat;
use super::part::{Fault, Part};
use crate::{Ecosystem, Origin, Purpose, Stated};
use gomod_parser::{GoMod, Replacement};
use std::str::FromStr;

/// Go's manifest.
pub(super) const GO_MOD: ManifestFormat =
    ManifestFormat::manifest("go.mod", Ecosystem::Go, |_, name| name == "go.mod", module);

/// Go's checksum file.
pub(super) const GO_SUM: ManifestFormat =
    ManifestFormat::lock("go.sum", Ecosystem::Go, |_, name| name == "go.sum", &["go.mod"], |text| Ok(sums(text)), None);

const GO: Ecosystem = Ecosystem::Go;

pub(super) fn module(text: &str) -> Result<Part, Fault> {
    let read = GoMod::from_str(text)?;
    let mut part = Part { own: vec![read.module], ..Part::default() };
    for required in &read.require {
        let purpose = if required.indirect { Purpose::Indirect } else { Purpose::Runtime };
        part.stated.push(Stated::new(GO, &required.module.module_path, required.module.version.clone(), purpose));
    }
    for replaced in read.replace {
        part.stated.push(match replaced.replacement {
            Replacement::FilePath(path) => {
                Stated::new(GO, &replaced.module_path, "", Purpose::Runtime).from(Origin::Path(path))
            }
            // A replaced module is taken from its replacement.
            Replacement::Module(other) => Stated::new(GO, &other.module_path, other.version, Purpose::Runtime).from(
                if other.module_path == replaced.module_path {
                    Origin::Registry
                } else {
                    Origin::Git(format!("https://{}", other.module_path))
                },
            ),
        });
    }
    Ok(part)
}

pub(super) fn sums(text: &str) -> Part {
    let mut part = Part::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(version), Some(hash)) = (words.next(), words.next(), words.next()) else { continue };
        // go.sum also has hashes of the go.mod files of modules, even if the modules are not used otherwise.
        if !version.ends_with("/go.mod") && hash.starts_with("h1:") {
            part.stated.push(Stated::new(GO, name, version, Purpose::Indirect).hashed(hash));
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::part::lines;

    #[test]
    fn go_mod_requirements_and_go_sum_hashes_are_parsed() {
        let part = module("module example.org/me\n\ngo 1.22\n\nrequire (\n\texample.org/a v1.0.0\n\texample.org/b v1.2.0 // indirect\n)\n\nreplace example.org/a => ../a\n\nreplace example.org/b => example.org/fork v1.0.0\n").unwrap();
        assert_eq!(part.own, ["example.org/me"]);
        let found = lines(&part);
        let expected = [
            "example.org/a v1.0.0 Registry runtime",
            "example.org/b v1.2.0 Registry indirect",
            "example.org/a  Path(\"../a\") runtime",
            "example.org/fork v1.0.0 Git(\"https://example.org/fork\") runtime",
        ];
        assert_eq!(found, expected);
        let sums = sums("example.org/a v1.0.0 h1:x=\nexample.org/a v1.0.0/go.mod h1:y=\nbroken\n");
        assert_eq!(sums.stated, [Stated::new(GO, "example.org/a", "v1.0.0", Purpose::Indirect).hashed("h1:x=")]);
    }
}
