//! The canonical order of commits.

/// Puts commits in an order with parents before children, and otherwise by `rank`.
///
/// `parents[i]` are the places of commit i's parents; a commit whose id is its own ancestor's cannot exist, since ids
/// are hashes of what they name, so a loop is not looked for beyond never visiting a commit twice.
pub fn canonical(parents: impl Fn(usize) -> Vec<usize>, by_rank: &[usize]) -> Vec<usize> {
    let mut placed = vec![false; by_rank.len()];
    let mut order = Vec::with_capacity(by_rank.len());
    // Each entry: a commit, its parents, and how many of those have been looked at.
    let mut stack: Vec<(usize, Vec<usize>, usize)> = Vec::new();
    for &start in by_rank {
        if placed[start] {
            continue;
        }
        placed[start] = true;
        stack.push((start, parents(start), 0));
        while let Some((commit, above, next)) = stack.last_mut() {
            match above.get(*next).copied() {
                Some(parent) => {
                    *next += 1;
                    if !placed[parent] {
                        placed[parent] = true;
                        stack.push((parent, parents(parent), 0));
                    }
                }
                None => {
                    order.push(*commit);
                    stack.pop();
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn parents_come_first_even_when_their_dates_say_otherwise() {
        // 2 is the root, 0 its child and 1 the merge of both; by date the order would be 0, 1, 2.
        let parents = |i: usize| [vec![2], vec![0, 2], vec![]][i].clone();
        assert_eq!(canonical(parents, &[0, 1, 2]), [2, 0, 1]);
    }
}
