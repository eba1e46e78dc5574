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
    fn rarity_is_low_for_new_projects_and_common_events() {
        assert!(rarity(0, 0) < REPORT_THRESHOLD);
        assert!(rarity(10, 20) < REPORT_THRESHOLD);
        assert!((rarity(0, 8).0 - 10.0).abs() < 1e-9);
        assert!(rarity(1, 198).0 > 19.9);
    }
}
