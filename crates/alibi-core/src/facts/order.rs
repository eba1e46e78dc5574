//! The canonical order of commits.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Sorts commits topologically, parents first: of the commits whose parents have all been placed, the one with the
/// lowest rank comes next (Kahn, 1962). A backdated commit does not move its ancestors.
///
/// `parents(i)` returns the indexes of the parents of commit `i`, and `rank[i]` is its rank. No two ranks are equal.
pub(super) fn canonical(parents: impl Fn(usize) -> Vec<usize>, rank: &[u32]) -> Vec<usize> {
    let count = rank.len();
    let mut children_at = vec![0u32; count + 1];
    let mut waiting = vec![0u32; count];
    for (child, waits) in waiting.iter_mut().enumerate() {
        for parent in parents(child) {
            children_at[parent + 1] += 1;
            *waits += 1;
        }
    }
    for i in 0..count {
        children_at[i + 1] += children_at[i];
    }
    let mut children = vec![0u32; children_at[count] as usize];
    let mut filled = children_at.clone();
    for child in 0..count {
        for parent in parents(child) {
            children[filled[parent] as usize] = child as u32;
            filled[parent] += 1;
        }
    }
    let mut ready: BinaryHeap<Reverse<(u32, u32)>> =
        (0..count).filter(|&i| waiting[i] == 0).map(|i| Reverse((rank[i], i as u32))).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse((_, commit))) = ready.pop() {
        let commit = commit as usize;
        order.push(commit);
        for &child in &children[children_at[commit] as usize..children_at[commit + 1] as usize] {
            waiting[child as usize] -= 1;
            if waiting[child as usize] == 0 {
                ready.push(Reverse((rank[child as usize], child)));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn parents_come_before_children_regardless_of_dates() {
        // Commit 2 is the root, 0 is its child, and 1 is the merge of both. By rank alone, the order would be 0, 1, 2.
        let parents = |i: usize| [vec![2], vec![0, 2], vec![]][i].clone();
        assert_eq!(canonical(parents, &[0, 1, 2]), [2, 0, 1]);
    }

    #[test]
    fn a_backdated_commit_does_not_reorder_its_ancestors() {
        // Two branches start at commit 0: 1 and 2, and 3 and 4. Commit 4 claims to be the oldest of all.
        let parents = |i: usize| [vec![], vec![0], vec![1], vec![0], vec![3]][i].clone();
        assert_eq!(canonical(parents, &[1, 2, 3, 4, 0]), [0, 1, 2, 3, 4]);
    }
}
