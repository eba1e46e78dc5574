//! Lists all stored commits, including those that no reference reaches, and reads reflogs.

use super::decode;
use super::open::{Repository, gix_id};
use super::select::Reference;
use crate::history::{Oid, Stamp};
use gix::objs::Kind;
use std::io::Read;

/// Maximum number of bytes read from a reflog.
const MAX_LOG: u64 = 16 << 20;

/// Maximum number of moves kept per reference; the newest are kept.
const MAX_MOVES: usize = 1_000;

/// A move of a reference from one object to another, as its reflog records it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoggedMove {
    /// The reference's full name.
    pub name: Vec<u8>,
    /// The object before.
    pub from: Oid,
    /// The object after.
    pub to: Oid,
    /// The person who moved it: name and email address, as in the reflog.
    pub by: (Vec<u8>, Vec<u8>),
    /// The time of the move.
    pub when: Stamp,
}

impl Repository {
    /// Returns all commits that the repository stores, reachable or not; sorted.
    pub fn stored_commits(&self) -> Vec<Oid> {
        let repo = self.local();
        let Ok(all) = repo.objects.iter() else { return Vec::new() };
        let is_commit = |id: &gix::ObjectId| {
            repo.try_find_header(*id).ok().flatten().is_some_and(|header| header.kind() == Kind::Commit)
        };
        let mut commits: Vec<Oid> =
            all.flatten().filter(is_commit).filter_map(|id| Oid::from_bytes(id.as_bytes())).collect();
        commits.sort_unstable();
        commits.dedup();
        commits
    }

    /// Returns the objects in `objects` that the repository contains.
    pub fn existing(&self, objects: impl IntoIterator<Item = Oid>) -> Vec<Oid> {
        let repo = self.local();
        objects.into_iter().filter(|oid| repo.has_object(gix_id(oid))).collect()
    }

    /// Returns the recorded moves of these references, oldest first for each reference. Local branches of a repository
    /// with a work tree are left out. The creation or deletion of a reference is not a move. Malformed lines are
    /// skipped.
    pub fn logged_moves(&self, refs: &[Reference]) -> Vec<LoggedMove> {
        let mut moves = Vec::new();
        let is_bare = self.local().is_bare();
        for reference in refs {
            // The owner of a work tree may rewrite its local branches freely. Other people can only have relied on
            // references that were fetched, or that were pushed to a bare repository.
            if !is_bare && reference.name.starts_with(b"refs/heads/") {
                continue;
            }
            let Ok(name) = std::str::from_utf8(&reference.name) else { continue };
            let path = self.common_dir().join("logs").join(name);
            // Reading anything but a regular file, such as a pipe, could block forever.
            if !std::fs::metadata(&path).is_ok_and(|meta| meta.is_file()) {
                continue;
            }
            let Ok(file) = std::fs::File::open(path) else { continue };
            let mut text = Vec::new();
            if file.take(MAX_LOG).read_to_end(&mut text).is_err() {
                continue;
            }
            let own: Vec<LoggedMove> =
                text.split(|&b| b == b'\n').filter_map(|line| logged_move(&reference.name, line)).collect();
            let first = own.len().saturating_sub(MAX_MOVES);
            moves.extend(own.into_iter().skip(first));
        }
        moves
    }
}

/// Parses a line of a reflog: `old new Name <address> seconds zone TAB message`.
fn logged_move(name: &[u8], line: &[u8]) -> Option<LoggedMove> {
    let mut words = line.splitn(3, |&b| b == b' ');
    let (from, to) = (Oid::from_hex(words.next()?)?, Oid::from_hex(words.next()?)?);
    let rest = words.next()?;
    let person = &rest[..memchr::memchr(b'\t', rest).unwrap_or(rest.len())];
    let by = decode::logged_person(person)?;
    let none = |oid: &Oid| oid.as_bytes().iter().all(|b| *b == 0);
    (from != to && !none(&from) && !none(&to)).then(|| LoggedMove {
        name: name.to_vec(),
        from,
        to,
        by: (by.name.into_owned(), by.email.into_owned()),
        when: by.when,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reflog_moves_are_parsed_and_creations_are_skipped() {
        let (a, b, none) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let read = |line: String| logged_move(b"refs/heads/main", line.as_bytes());
        let moved =
            read(format!("{a} {b} Ana Duarte <ana@example.org> 1700000000 +0100\tpush: forced-update")).unwrap();
        assert_eq!((moved.from.to_string(), moved.to.to_string()), (a.clone(), b));
        assert_eq!((moved.by.0.as_slice(), moved.when.seconds), (&b"Ana Duarte"[..], 1_700_000_000));
        assert_eq!(read(format!("{none} {a} Ana <ana@example.org> 1 +0000\tclone")), None);
        assert_eq!(read("nothing of the kind".into()), None);
    }
}
