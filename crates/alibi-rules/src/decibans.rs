//! The unit of evidence: decibans of a likelihood ratio.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

/// Ten times the decimal logarithm of a likelihood ratio (I. J. Good's deciban): P(observation | what the test looks
/// for) over P(observation | honest).
#[derive(Clone, Copy, PartialEq, PartialOrd, Default, Debug)]
pub struct Decibans(pub f64);

impl Decibans {
    /// The likelihood ratio.
    pub fn ratio(self) -> f64 {
        10f64.powf(self.0 / 10.0)
    }

    /// The smaller of two weights.
    pub fn min(self, other: Decibans) -> Decibans {
        Decibans(self.0.min(other.0))
    }

    /// The weight on the verbal scale.
    pub fn verbal(self) -> Verbal {
        match self.0 {
            db if db < 3.0 => Verbal::None,
            db if db < 10.0 => Verbal::Weak,
            db if db < 20.0 => Verbal::Moderate,
            db if db < 30.0 => Verbal::ModeratelyStrong,
            db if db < 40.0 => Verbal::Strong,
            db if db < 60.0 => Verbal::VeryStrong,
            _ => Verbal::ExtremelyStrong,
        }
    }
}

impl Add for Decibans {
    type Output = Decibans;
    fn add(self, other: Decibans) -> Decibans {
        Decibans(self.0 + other.0)
    }
}

impl Sum for Decibans {
    fn sum<I: Iterator<Item = Decibans>>(iter: I) -> Decibans {
        iter.fold(Decibans(0.0), Add::add)
    }
}

impl fmt::Display for Decibans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} dB", self.0)
    }
}

/// The verbal scale of the ENFSI Guideline for Evaluative Reporting in Forensic Science (2015), by likelihood ratio.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verbal {
    /// A ratio below 2.
    None,
    /// A ratio of 2 to 10.
    Weak,
    /// A ratio of 10 to 100.
    Moderate,
    /// A ratio of 100 to 1,000.
    ModeratelyStrong,
    /// A ratio of 1,000 to 10,000.
    Strong,
    /// A ratio of 10,000 to 1,000,000.
    VeryStrong,
    /// A ratio of 1,000,000 or more.
    ExtremelyStrong,
}

impl fmt::Display for Verbal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verbal::None => "no support",
            Verbal::Weak => "weak support",
            Verbal::Moderate => "moderate support",
            Verbal::ModeratelyStrong => "moderately strong support",
            Verbal::Strong => "strong support",
            Verbal::VeryStrong => "very strong support",
            Verbal::ExtremelyStrong => "extremely strong support",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_ten_times_the_logarithm_of_its_ratio() {
        // 90 % detection at 1 % false alarms is a ratio of 90, which is 19.5 dB.
        let weight = Decibans(10.0 * 90f64.log10());
        assert!((weight.ratio() - 90.0).abs() < 1e-9);
        assert_eq!(weight.verbal(), Verbal::Moderate);
    }
}
