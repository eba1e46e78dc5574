//! How unusual something is for a project.

use crate::decibans::Decibans;

/// What weighs less is usual there, and not told.
pub(in crate::detectors) const LEAST_TOLD: Decibans = Decibans(4.0);

/// The weight of something that `happened` in so many of the cases in which it could have, the one at hand left out: the
/// inverse of Laplace's estimate of its share, (happened + 1) / (of + 2), in decibans. A project too small to know what is
/// usual there gives little weight: at most 3 dB with no other case, 10 dB with eight.
pub(in crate::detectors) fn rarity(happened: usize, of: usize) -> Decibans {
    Decibans(10.0 * ((of + 2) as f64 / (happened + 1) as f64).log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_without_a_past_tells_little_and_what_is_usual_nothing() {
        assert!(rarity(0, 0) < LEAST_TOLD);
        assert!(rarity(10, 20) < LEAST_TOLD);
        assert!((rarity(0, 8).0 - 10.0).abs() < 1e-9);
        assert!(rarity(1, 198).0 > 19.9);
    }
}
