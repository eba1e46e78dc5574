//! The results of reviewing findings and cases by hand, and the list of known attacks.

use alibi_core::scoring::Tier;
use std::collections::BTreeMap;

/// The rating of a finding that was reviewed by hand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rating {
    /// The finding is true and is a real problem.
    Problem,
    /// The finding is true, but has an innocent cause.
    Innocent,
    /// The finding is not true.
    Untrue,
}

impl Rating {
    /// Parses a rating in the format of the ratings file.
    pub fn parse(text: &str) -> Option<Rating> {
        Some(match text {
            "right" => Rating::Problem,
            "innocent" => Rating::Innocent,
            "untrue" => Rating::Untrue,
            _ => return None,
        })
    }
}

/// The ratings of findings, by heuristic and commit id prefix.
#[derive(Clone, Default, Debug)]
pub struct Ratings(BTreeMap<(String, String), Rating>);

/// Length of the commit id prefix. Prefixes of this length are unique in practice.
const ID_LENGTH: usize = 12;

impl Ratings {
    /// Parses a ratings file. Each line has a heuristic, a commit and a rating, separated by tabs. Further columns, and
    /// lines that begin with `#`, are ignored.
    ///
    /// # Errors
    /// Returns a message that names the first line that cannot be parsed.
    pub fn parse(text: &str) -> Result<Ratings, String> {
        let mut ratings = BTreeMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#')) {
            let mut cells = line.split('\t');
            let (heuristic, commit, rating) = (cells.next(), cells.next(), cells.next().and_then(Rating::parse));
            let (Some(heuristic), Some(commit), Some(rating)) = (heuristic, commit, rating) else {
                return Err(format!(
                    "line {}: expected HEURISTIC, COMMIT and one of right, innocent, untrue",
                    number + 1
                ));
            };
            let commit: String = commit.chars().take(ID_LENGTH).collect();
            ratings.insert((heuristic.to_owned(), commit), rating);
        }
        Ok(Ratings(ratings))
    }

    /// Returns the number of a heuristic's reviewed commits, by rating.
    pub(super) fn record(&self, heuristic: &str) -> [usize; 3] {
        let mut record = [0; 3];
        for rating in self.0.iter().filter(|((id, _), _)| id == heuristic).map(|(_, rating)| rating) {
            record[*rating as usize] += 1;
        }
        record
    }

    /// Returns the rating of a heuristic's finding in a commit.
    pub(super) fn of(&self, heuristic: &str, commit: &str) -> Option<Rating> {
        self.0.get(&(heuristic.to_owned(), commit.chars().take(ID_LENGTH).collect())).copied()
    }
}

/// A public attack whose change is in one of the repositories.
#[derive(Clone, Debug)]
pub struct Incident {
    /// The repository, as owner and name.
    pub repository: String,
    /// The commit id prefix.
    pub commit: String,
    /// A short description.
    pub what: String,
}

/// The cases of a round of repositories that were new to the rules, as of the first scan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FirstLook {
    /// Number of repositories.
    pub repositories: usize,
    /// Number of real problems and number of all cases of tier block.
    pub block: [usize; 2],
    /// Number of real problems and number of all cases of tier review.
    pub review: [usize; 2],
}

impl FirstLook {
    /// Parses a list of rounds. Each line has six numbers, separated by tabs: the round, its repositories, the real
    /// problems and all cases of tier block, and the real problems and all cases of tier review. Lines that begin with
    /// `#` are ignored.
    ///
    /// # Errors
    /// Returns a message that names the first line that cannot be parsed.
    pub fn parse(text: &str) -> Result<Vec<FirstLook>, String> {
        let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
        let round = |(number, line): (usize, &str)| {
            let cells: Option<Vec<usize>> = line.split('\t').map(|cell| cell.parse().ok()).collect();
            match cells.as_deref() {
                Some(&[_, repositories, a, b, c, d]) if a <= b && c <= d => {
                    Ok(FirstLook { repositories, block: [a, b], review: [c, d] })
                }
                _ => Err(format!("line {}: expected six numbers, and no more real problems than cases", number + 1)),
            }
        };
        lines.map(round).collect()
    }

    /// Returns the number of real problems and the number of all cases of one tier.
    pub(super) fn of(&self, tier: Tier) -> [usize; 2] {
        if tier == Tier::Block { self.block } else { self.review }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_look_counts_are_parsed_per_round() {
        let looks = FirstLook::parse("# rounds\n1\t12\t5\t7\t2\t23\n").unwrap();
        assert_eq!(looks, [FirstLook { repositories: 12, block: [5, 7], review: [2, 23] }]);
        for wrong in ["1\t12\t5\t7\t2\n", "1\t12\t8\t7\t2\t23\n", "a\t12\t5\t7\t2\t23\n"] {
            assert!(FirstLook::parse(wrong).unwrap_err().starts_with("line 1: "), "{wrong}");
        }
    }

    #[test]
    fn ratings_are_looked_up_by_heuristic_and_commit() {
        let text = "# comment\ndecode-exec\t0123456789abcdef\tright\twhy\nbidi-control\tffffffffffff\tuntrue\n";
        let ratings = Ratings::parse(text).unwrap();
        assert_eq!(ratings.of("decode-exec", "0123456789ab"), Some(Rating::Problem));
        assert_eq!(
            ratings.of("decode-exec", "0123456789ab0000"),
            Some(Rating::Problem),
            "only the first 12 digits of the commit id count"
        );
        assert_eq!(ratings.of("decode-exec", "ffffffffffff"), None);
        assert_eq!((ratings.record("decode-exec"), ratings.record("bidi-control")), ([1, 0, 0], [0, 0, 1]));
        assert!(Ratings::parse("decode-exec\tabc\tmaybe\n").unwrap_err().contains("line 1"));
    }
}
