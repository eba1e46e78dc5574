//! The rarity of an event in a project.

use alibi_rules::decibans::Decibans;

/// Minimum weight; anything below it is usual in the project and not reported.
pub const REPORT_THRESHOLD: Decibans = Decibans(4.0);

/// The weight of an event that occurred in `happened` of `of` other cases: the inverse of Laplace's estimate of its
/// share, (happened + 1) / (of + 2), in decibans. A project too small to show what is usual gives little weight: at
/// most 3 dB with no other case, 10 dB with eight.
pub fn rarity(happened: usize, of: usize) -> Decibans {
    Decibans(10.0 * ((of + 2) as f64 / (happened + 1) as f64).log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarity_follows_laplaces_estimate() {
        // Happened, of, expected decibans: 10 · log10((of + 2) / (happened + 1)).
        for (happened, of, expected) in [
            (0, 0, 3.010),
            (1, 1, 1.761),
            (10, 20, 3.010),
            (0, 3, 6.990),
            (0, 8, 10.0),
            (1, 198, 20.0),
            (0, 998, 30.0),
            (998, 998, 0.004),
        ] {
            let weight = rarity(happened, of).0;
            assert!((weight - expected).abs() < 0.001, "{happened} of {of}: {weight}");
        }
    }

    #[test]
    fn events_of_new_projects_and_common_events_are_not_reported() {
        for (happened, of, reported) in [(0, 0, false), (10, 20, false), (0, 1, true), (1, 2, false), (1, 4, true)] {
            assert_eq!(rarity(happened, of) >= REPORT_THRESHOLD, reported, "{happened} of {of}");
        }
    }
}
