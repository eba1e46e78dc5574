use crate::history::LineCounts;

/// Compares two versions of a file line by line; `None` where either is binary.
pub fn count_lines(old: &[u8], new: &[u8]) -> Option<LineCounts> {
    let mut options = git2::DiffOptions::new();
    options.context_lines(0);
    let patch = git2::Patch::from_buffers(old, None, new, None, Some(&mut options)).ok()?;
    if patch.delta().flags().is_binary() {
        return None;
    }
    let (_, added, removed) = patch.line_stats().ok()?;
    let capped = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Some(LineCounts { added: capped(added), removed: capped(removed) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_and_binaries_are_not() {
        assert_eq!(count_lines(b"a\nb\n", b"a\nc\nd\n"), Some(LineCounts { added: 2, removed: 1 }));
        assert_eq!(count_lines(b"", b"a\n"), Some(LineCounts { added: 1, removed: 0 }));
        assert_eq!(count_lines(b"a\0b", b"a\0c"), None);
    }
}
