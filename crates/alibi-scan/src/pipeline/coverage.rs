//! Lists the objects in scope that could not be read. Objects outside the scope may be missing, as in many old
//! histories.

use alibi_core::facts::Facts;
use alibi_git::history::Oid;
use rustc_hash::FxHashSet;

/// Returns the objects in scope that could not be read, and the history that shallow clones lack, each with its reason,
/// in the order of the repositories.
pub(super) fn unseen(facts: &Facts) -> Vec<(String, String)> {
    let mut unseen = Vec::new();
    let introduced: FxHashSet<Oid> =
        facts.changes.iter().filter_map(|c| Some(facts.blobs[c.new?.index()].oid)).collect();
    let older: FxHashSet<String> = facts
        .blobs
        .iter()
        .filter(|blob| !introduced.contains(&blob.oid))
        .map(|blob| blob.oid)
        .chain(facts.commits.iter().filter(|c| !c.in_scope).map(|c| c.oid))
        .map(|oid| oid.to_string())
        .collect();
    for row in &facts.repositories {
        if !row.condition.shallow.is_empty() {
            unseen.push(("history".into(), "the clone is shallow: fetch the rest with `git fetch --unshallow`".into()));
        }
        for object in row.left_with_remote.iter().filter(|object| !older.contains(*object)) {
            let why = "missing in a partial clone: fetch it with `git fetch --refetch --no-filter`";
            unseen.push((object.clone(), why.into()));
        }
        let of_range = row.skipped.iter().filter(|s| !s.was_scanned && !older.contains(&s.object));
        unseen.extend(of_range.map(|s| (s.object.clone(), s.reason.clone())));
    }
    unseen
}
