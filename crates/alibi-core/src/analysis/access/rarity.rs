//! Weighs how rare an event is in a project.

use alibi_rules::decibans::Decibans;

/// Minimum weight of a reported event. An event with a lower weight is usual in the project.
pub const REPORT_THRESHOLD: Decibans = Decibans(4.0);

/// Returns the weight of an event that occurred in `happened` of `cases` other cases: the inverse of Laplace's estimate
/// of its probability, (happened + 1) / (cases + 2), in decibans. In a project too small to show what is usual, the
/// weight is low: at most 3 dB with no other case, and 10 dB with eight.
pub fn rarity(happened: usize, cases: usize) -> Decibans {
    Decibans(10.0 * ((cases + 2) as f64 / (happened + 1) as f64).log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarity_follows_laplaces_estimate() {
        // `happened`, `cases` and the expected decibans: 10 · log10((cases + 2) / (happened + 1)).
        for (happened, cases, expected) in [
            (0, 0, 3.010),
            (1, 1, 1.761),
            (10, 20, 3.010),
            (0, 3, 6.990),
            (0, 8, 10.0),
            (1, 198, 20.0),
            (0, 998, 30.0),
            (998, 998, 0.004),
        ] {
            let weight = rarity(happened, cases).0;
            assert!((weight - expected).abs() < 0.001, "{happened} of {cases}: {weight}");
        }
    }

    #[test]
    fn events_in_new_projects_and_common_events_are_not_reported() {
        for (happened, cases, reported) in [(0, 0, false), (10, 20, false), (0, 1, true), (1, 2, false), (1, 4, true)] {
            assert_eq!(rarity(happened, cases) >= REPORT_THRESHOLD, reported, "{happened} of {cases}");
        }
    }
}
