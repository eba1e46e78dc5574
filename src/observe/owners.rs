//! CODEOWNERS: which paths somebody in particular owns.

/// Of one list so many rules are read.
const MOST_RULES: usize = 2_000;

/// The globs of the rules that name an owner, those for everything left out: who owns all owns nothing in particular.
/// Rules follow the patterns of `.gitignore`; one that cannot be a path is passed over.
pub fn owned_globs(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let mut globs = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', '['])).take(MOST_RULES) {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        if words.next().is_none_or(|owner| owner.starts_with('#')) || pattern.trim_matches(['*', '/']).is_empty() {
            continue;
        }
        let is_folder = pattern.ends_with('/');
        let plain = pattern.trim_matches('/');
        let rooted = pattern.starts_with('/') || plain.contains('/');
        let from = if rooted { plain.to_owned() } else { format!("**/{plain}") };
        if !is_folder {
            globs.push(from.clone());
        }
        globs.push(format!("{from}/**"));
    }
    globs.retain(|glob| globset_can_read(glob));
    globs
}

/// Brackets and braces mean more to the library than to a list of owners; a rule with them is not a plain path.
fn globset_can_read(glob: &str) -> bool {
    !glob.contains(['[', ']', '{', '}', '\\', '!'])
}

#[cfg(test)]
mod tests {
    use super::owned_globs;

    #[test]
    fn rules_become_globs_and_those_for_everything_do_not() {
        let text =
            b"# owners\n*  @org/all\n/auth/ @ana\n*.sol @ben @cem\ndocs/legal @dee # lawyers\nsrc/free\n[section]\n";
        assert_eq!(owned_globs(text), ["auth/**", "**/*.sol", "**/*.sol/**", "docs/legal", "docs/legal/**"]);
    }
}
