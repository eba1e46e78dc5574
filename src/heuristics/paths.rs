use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Chooses paths by globs: at least one of the wanted, none of the excluded.
///
/// `*` stays inside a folder, `**` crosses them, `{a,b}` chooses; case does not matter, since the file systems that
/// run what is found there often ignore it.
#[derive(Clone, Debug)]
pub struct PathFilter {
    wanted: GlobSet,
    excluded: GlobSet,
}

impl PathFilter {
    /// Compiles globs.
    ///
    /// # Errors
    /// The glob that cannot be read, with the reason.
    pub fn new(wanted: &[String], excluded: &[String]) -> Result<PathFilter, globset::Error> {
        Ok(PathFilter { wanted: compile(wanted)?, excluded: compile(excluded)? })
    }

    /// Whether the filter chooses this path.
    pub fn is_match(&self, path: &str) -> bool {
        self.wanted.is_match(path) && !self.excluded.is_match(path)
    }
}

fn compile(globs: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(GlobBuilder::new(glob).literal_separator(true).case_insensitive(true).build()?);
    }
    set.build()
}

#[cfg(test)]
mod tests {
    use super::PathFilter;

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
