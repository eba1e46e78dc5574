//! Compares, hashes and merges file versions line by line.

use crate::fingerprint::fingerprint;
use crate::history::LineCounts;

/// Counts the lines added and removed between two versions of a file; `None` if either is binary.
pub fn count_lines(old: &[u8], new: &[u8]) -> Option<LineCounts> {
    let patch = patch(old, new)?;
    let (_, added, removed) = patch.line_stats().ok()?;
    let capped = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Some(LineCounts { added: capped(added), removed: capped(removed) })
}

/// Returns a hash of the lines that a change adds and removes, ignoring whitespace and line numbers, as
/// `git patch-id` does; and the number of added lines that are not blank. `None` if either version is binary.
pub fn patch_hash(old: &[u8], new: &[u8]) -> Option<(u64, usize)> {
    let patch = patch(old, new)?;
    let (mut lines, mut added) = (Vec::new(), 0);
    for hunk in 0..patch.num_hunks() {
        for line in 0..patch.num_lines_in_hunk(hunk).ok()? {
            let line = patch.line_in_hunk(hunk, line).ok()?;
            let sign = match line.origin() {
                '+' => b'+',
                '-' => b'-',
                _ => continue,
            };
            let text: Vec<u8> = line.content().iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
            added += usize::from(sign == b'+' && !text.is_empty());
            lines.push([&[sign], text.as_slice()].concat());
        }
    }
    Some((fingerprint(lines), added))
}

/// The result of merging two changes to one file automatically.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Merged {
    /// The merged text.
    Text(Vec<u8>),
    /// A conflict: both changes affect the same lines.
    Conflict,
}

/// Merges two changes to one file; `None` if that fails.
pub fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Merged> {
    // Unlike other git2 functions, `merge_file` does not initialise libgit2. Creating a `Mailmap` does.
    let _started = git2::Mailmap::new();
    let input = |content| {
        let mut input = git2::MergeFileInput::new();
        // Conflict markers contain this path.
        input.content(content).path("file");
        input
    };
    let merged = git2::merge_file(&input(base), &input(ours), &input(theirs), None).ok()?;
    Some(if merged.is_automergeable() { Merged::Text(merged.content().to_vec()) } else { Merged::Conflict })
}

fn patch<'a>(old: &'a [u8], new: &'a [u8]) -> Option<git2::Patch<'a>> {
    let mut options = git2::DiffOptions::new();
    options.context_lines(0);
    let patch = git2::Patch::from_buffers(old, None, new, None, Some(&mut options)).ok()?;
    (!patch.delta().flags().is_binary()).then_some(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_counted_in_text_files_only() {
        assert_eq!(count_lines(b"a\nb\n", b"a\nc\nd\n"), Some(LineCounts { added: 2, removed: 1 }));
        assert_eq!(count_lines(b"", b"a\n"), Some(LineCounts { added: 1, removed: 0 }));
        assert_eq!(count_lines(b"a\0b", b"a\0c"), None);
    }

    #[test]
    fn patch_hashes_ignore_context_and_whitespace() {
        let here = patch_hash(b"a\nb\n", b"a\nnew line\nb\n").unwrap();
        let there = patch_hash(b"x\ny\nb\n", b"x\ny\n  new  line\nb\n").unwrap();
        assert_eq!(here, there);
        assert_eq!(here.1, 1);
        assert_ne!(here, patch_hash(b"a\nnew line\nb\n", b"a\nb\n").unwrap());
    }

    #[test]
    fn changes_merge_unless_they_touch_the_same_lines() {
        let base = b"1\n2\n3\n4\n5\n6\n7\n";
        let one = b"one\n2\n3\n4\n5\n6\n7\n";
        let both = Merged::Text(b"one\n2\n3\n4\n5\n6\nseven\n".to_vec());
        assert_eq!(merge(base, one, b"1\n2\n3\n4\n5\n6\nseven\n"), Some(both));
        assert_eq!(merge(base, one, b"eins\n2\n3\n4\n5\n6\n7\n"), Some(Merged::Conflict));
    }
}
