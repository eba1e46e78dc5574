//! Weighs the gap between two identities as evidence: the time from the last commit of one identity to the first commit
//! of the other. A person who changes addresses continues with the new address; namesakes may be years apart.

use super::usage::IdentityUse;

/// Upper limits of the gap classes, in days; the last class has no limit. Overlapping spans have a gap of zero or less.
const CLASSES: [i64; 5] = [30, 180, 365, 730, 1461];

/// How often the gap between two identities of one person falls into each class: pooled shares of the 569 pairs that
/// the mailmaps of sympy, git and numpy join, without pairs that have the same address.
const SAME_PERSON: [f64; 6] = [0.57, 0.14, 0.06, 0.07, 0.08, 0.08];

/// Limits of the evidence from a gap, for and against, in bits. Strangers can be active in the same season, and people
/// return.
const MAX_FOR: f64 = 2.0;
const MAX_AGAINST: f64 = -4.0;

/// Evidence from gaps, relative to the gaps between random identities of this run.
pub(super) struct Gaps {
    bits: [f64; 6],
}

impl Gaps {
    /// Computes the evidence of each class from how often the gaps between random identities fall into it.
    pub(super) fn new(uses: &[IdentityUse]) -> Gaps {
        let spans: Vec<(i64, i64)> = uses.iter().filter_map(|u| u.span).collect();
        let mut starts: Vec<i64> = spans.iter().map(|s| s.0).collect();
        starts.sort_unstable();
        let pairs = (spans.len() as f64 * (spans.len() as f64 - 1.0) / 2.0).max(1.0);
        let beyond = |days: i64| {
            let later =
                |end: i64| starts.len() - starts.partition_point(|&start| start <= end.saturating_add(days * 86_400));
            spans.iter().map(|s| later(s.1) as f64).sum::<f64>() / pairs
        };
        let mut bits = [0.0; 6];
        if spans.len() < 2 {
            return Gaps { bits };
        }
        let mut within = 1.0;
        for (class, share) in SAME_PERSON.iter().enumerate() {
            let farther = CLASSES.get(class).map_or(0.0, |&days| beyond(days));
            // A class that no random pair falls into gives no evidence.
            let by_chance: f64 = within - farther;
            bits[class] = if by_chance * pairs < 1.0 { 0.0 } else { (share / by_chance).log2() };
            // Activity at about the same time is never evidence of two people, however many strangers share a season. A
            // gap of more than a year is never evidence of one person.
            let (least, most) = (if class == 0 { 0.0 } else { MAX_AGAINST }, if class > 2 { 0.0 } else { MAX_FOR });
            bits[class] = bits[class].clamp(least, most);
            within = farther;
        }
        Gaps { bits }
    }

    /// Evidence from the gap between two identities, in bits; zero if an identity was never used.
    pub(super) fn bits(&self, a: &IdentityUse, b: &IdentityUse) -> f64 {
        let (Some(a), Some(b)) = (a.span, b.span) else { return 0.0 };
        let gap = a.0.saturating_sub(b.1).max(b.0.saturating_sub(a.1));
        let class = CLASSES.iter().position(|&days| gap <= days * 86_400).unwrap_or(CLASSES.len());
        self.bits[class]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(first: i64, last: i64) -> IdentityUse {
        IdentityUse { span: Some((first * 86_400, last * 86_400)), ..IdentityUse::default() }
    }

    #[test]
    fn short_gaps_support_a_link_and_long_gaps_oppose_it() {
        let uses: Vec<IdentityUse> = (0..100).map(|i| used(i * 60, i * 60 + 40)).collect();
        let gaps = Gaps::new(&uses);
        assert!(gaps.bits(&used(0, 100), &used(110, 120)) > 1.5);
        assert!(gaps.bits(&used(0, 100), &used(3_000, 3_100)) < -2.0);
        assert_eq!(gaps.bits(&used(0, 100), &IdentityUse::default()), 0.0);
    }

    #[test]
    fn gaps_carry_little_weight_when_all_identities_overlap() {
        let uses: Vec<IdentityUse> = (0..50).map(|i| used(i, 300 + i)).collect();
        let gaps = Gaps::new(&uses);
        assert!(gaps.bits(&uses[0], &uses[40]).abs() < 1.0);
        assert_eq!(Gaps::new(&[]).bits(&uses[0], &uses[1]), 0.0);
    }
}
