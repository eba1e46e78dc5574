//! Matches paths against globs.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Selects paths by globs: at least one included glob matches, and no excluded one.
///
/// `*` stays within a folder, `**` crosses folders, `{a,b}` selects alternatives. Case is ignored, as on many file
/// systems.
#[derive(Clone, Debug)]
pub struct PathFilter {
    wanted: GlobSet,
    excluded: GlobSet,
    globs: (Vec<String>, Vec<String>),
}

impl PathFilter {
    /// Compiles globs.
    ///
    /// # Errors
    /// Returns the glob that cannot be parsed, with the reason.
    pub fn new(wanted: &[String], excluded: &[String]) -> Result<PathFilter, globset::Error> {
        Ok(PathFilter {
            wanted: compile(wanted)?,
            excluded: compile(excluded)?,
            globs: (wanted.to_vec(), excluded.to_vec()),
        })
    }

    /// Whether the filter selects this path.
    pub fn is_match(&self, path: &str) -> bool {
        let path = path.to_ascii_lowercase();
        self.wanted.is_match(&path) && !self.excluded.is_match(&path)
    }

    /// Whether it has the same globs as another filter.
    pub fn is_same(&self, other: &PathFilter) -> bool {
        self.globs == other.globs
    }
}

fn compile(globs: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    // Lower-case globs without alternatives let globset look up extensions and names in tables.
    for glob in globs.iter().flat_map(|glob| choices(&glob.to_ascii_lowercase())) {
        set.add(GlobBuilder::new(&glob).literal_separator(true).build()?);
    }
    set.build()
}

/// Expands a glob's `{a,b}`. A glob with unbalanced braces or too many alternatives is kept as it is.
fn choices(glob: &str) -> Vec<String> {
    const MAX: usize = 1000;
    let written_out = || -> Option<Vec<String>> {
        let open = glob.find('{')?;
        let (mut depth, mut parts, mut from) = (0, Vec::new(), open + 1);
        for (i, c) in glob.bytes().enumerate().skip(open) {
            match c {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 1 && c == b',' || depth == 0 {
                parts.push(&glob[from..i]);
                from = i + 1;
            }
            if depth == 0 {
                let each = parts.iter().flat_map(|part| choices(&format!("{}{part}{}", &glob[..open], &glob[from..])));
                return Some(each.collect()).filter(|all: &Vec<String>| all.len() <= MAX);
            }
        }
        None
    };
    written_out().unwrap_or_else(|| vec![glob.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::PathFilter;

    #[test]
    fn brace_alternatives_are_expanded() {
        assert_eq!(super::choices("**/*.{a,b{c,d}}"), ["**/*.a", "**/*.bc", "**/*.bd"]);
        assert_eq!(super::choices("x{,.sh}"), ["x", "x.sh"]);
        assert_eq!(super::choices("x{y"), ["x{y"]);
    }

    #[test]
    fn globs_stop_at_folders_and_exclusions_win() {
        let filter = PathFilter::new(&["**/*.js".into(), "*.py".into()], &["**/vendor/**".into()]).unwrap();
        for (path, chosen) in
            [("a.js", true), ("x/y/A.JS", true), ("b.py", true), ("x/b.py", false), ("x/vendor/a.js", false)]
        {
            assert_eq!(filter.is_match(path), chosen, "{path}");
        }
    }
}
