//! Reads the owners of paths from CODEOWNERS files.

use alibi_rules::heuristics::PathFilter;

/// Maximum number of rules that are read from a file.
const MAX_RULES: usize = 2_000;

/// Returns the globs of rules with an owner, except rules for all paths, which do not single out any path. Patterns
/// have the syntax of `.gitignore`; patterns that cannot be converted to globs are skipped.
pub fn owned_globs(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let mut globs = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', '['])).take(MAX_RULES) {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        if words.next().is_none_or(|owner| owner.starts_with('#')) || pattern.trim_matches(['*', '/']).is_empty() {
            continue;
        }
        globs.extend(globs_of(pattern));
    }
    globs.retain(|glob| globset_can_read(glob));
    globs
}

/// Returns the globs equivalent to a pattern: one for the path itself, unless the pattern ends in a slash, and one for
/// everything in it.
fn globs_of(pattern: &str) -> Vec<String> {
    let plain = pattern.trim_matches('/');
    let rooted = pattern.starts_with('/') || plain.contains('/');
    let from = if rooted { plain.to_owned() } else { format!("**/{plain}") };
    let inside = format!("{from}/**");
    if pattern.ends_with('/') { vec![inside] } else { vec![from, inside] }
}

/// The owners of paths, according to a CODEOWNERS file.
#[derive(Clone, Default, Debug)]
pub struct Owners {
    rules: Vec<(PathFilter, Vec<String>)>,
}

impl Owners {
    /// Reads a CODEOWNERS file.
    pub fn parse(text: &[u8]) -> Owners {
        let text = String::from_utf8_lossy(text);
        let mut rules = Vec::new();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', '['])).take(MAX_RULES)
        {
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next() else { continue };
            let owners: Vec<String> = words.take_while(|word| !word.starts_with('#')).map(str::to_owned).collect();
            let globs =
                if pattern.trim_matches(['*', '/']).is_empty() { vec!["**".to_owned()] } else { globs_of(pattern) };
            if globs.iter().all(|glob| globset_can_read(glob))
                && let Ok(filter) = PathFilter::new(&globs, &[])
            {
                rules.push((filter, owners));
            }
        }
        Owners { rules }
    }

    /// Returns the owners of a path: the last rule that matches decides.
    pub fn of(&self, path: &[u8]) -> Vec<String> {
        let path = String::from_utf8_lossy(path);
        let rule = self.rules.iter().rev().find(|(filter, _)| filter.is_match(&path));
        rule.map_or(Vec::new(), |(_, owners)| owners.clone())
    }
}

/// Whether a glob has no characters that are special to the glob library but not in CODEOWNERS.
fn globset_can_read(glob: &str) -> bool {
    !glob.contains(['[', ']', '{', '}', '\\', '!'])
}

#[cfg(test)]
mod tests {
    use super::{Owners, owned_globs};

    #[test]
    fn the_last_matching_rule_sets_the_owners() {
        let owners = Owners::parse(b"* @org/all\n/auth/ @ana\n*.sol @ben @cem # contracts\nauth/free\n");
        assert_eq!(owners.of(b"README.md"), ["@org/all"]);
        assert_eq!(owners.of(b"auth/login.rs"), ["@ana"]);
        assert_eq!(owners.of(b"contracts/a.sol"), ["@ben", "@cem"]);
        assert!(owners.of(b"auth/free").is_empty(), "a later rule without owners removes the owners");
        assert!(Owners::default().of(b"a").is_empty());
    }

    #[test]
    fn codeowners_rules_except_catch_alls_become_globs() {
        let text =
            b"# owners\n*  @org/all\n/auth/ @ana\n*.sol @ben @cem\ndocs/legal @dee # lawyers\nsrc/free\n[section]\n";
        assert_eq!(owned_globs(text), ["auth/**", "**/*.sol", "**/*.sol/**", "docs/legal", "docs/legal/**"]);
    }
}
