//! Measures every heuristic on ordinary history: how often it fires per testable contributor and per scanned commit, and how
//! often it finds its injected examples. Also lists the cases, and the results for known attacks.
//!
//! Input: repositories, ratings of findings reviewed by hand, and a list of public attacks. Output: a [`Measurement`]
//! with the tables behind it. Findings that were not reviewed count as false alarms.

use super::figures::Rate;
use super::inject::power;
use super::ratings::{FirstLook, Incident, Rating, Ratings};
use alibi_core::detection::Rulebook;
use alibi_core::finding::Finding;
use alibi_core::scoring::{Case, Tier};
use alibi_git::repository::RefChoice;
use alibi_rules::heuristics::{Combination, Heuristic, Measured, Measurement, Persona, TierRecord};
use alibi_scan::pipeline::{Audit, AuditError, AuditOptions, Enabled, GateScope, Scope, audit};
use alibi_scan::progress::{Progress, Silent};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The result for one known attack.
#[derive(Clone, Debug)]
pub struct IncidentResult {
    /// The attack.
    pub incident: Incident,
    /// The heuristics that found the attack.
    pub found_by: Vec<String>,
    /// The tier of the case with these findings; `None` if there is no case.
    pub tier: Option<Tier>,
    /// The rank of the case in its repository, starting at 1, and the number of cases.
    pub rank: Option<(usize, usize)>,
    /// Whether a gate blocks the attack's commit when it scans only that commit.
    pub stopped: bool,
}

/// A case of tier review or block.
#[derive(Clone, Debug)]
pub struct ReviewedCase {
    /// The repository, as owner and name.
    pub repository: String,
    /// The tier of the case.
    pub tier: Tier,
    /// The sum of the case, in decibans.
    pub total: f64,
    /// The heuristic of the main finding, which has the furthest reach or, in a tie, the highest weight.
    pub heuristic: String,
    /// The first commit of the main finding.
    pub commit: String,
    /// The rating of the case; `None` if it was not reviewed.
    pub rating: Option<Rating>,
}

/// A measured repository.
#[derive(Clone, Debug)]
pub struct Source {
    /// The repository, as owner and name.
    pub name: String,
    /// Number of commits.
    pub commits: usize,
    /// Number of contributors who wrote commits.
    pub contributors: usize,
}

/// All results of a measurement.
#[derive(Clone, Debug, Default)]
pub struct Accuracy {
    /// The figures that ship with the heuristics.
    pub measurement: Measurement,
    /// The repositories.
    pub sources: Vec<Source>,
    /// The cases of tier review or block.
    pub cases: Vec<ReviewedCase>,
    /// The results for known attacks.
    pub incidents: Vec<IncidentResult>,
    /// The rounds of repositories that were new to the rules, oldest first.
    pub first_looks: Vec<FirstLook>,
}

/// Input of a measurement.
#[derive(Clone, Debug, Default)]
pub struct MeasureOptions {
    /// Paths of the repositories. A part of each path names the repository as owner, `+` and name.
    pub paths: Vec<PathBuf>,
    /// Paths of the repositories into which examples are injected.
    pub hosts: Vec<PathBuf>,
    /// Ratings of findings that were reviewed by hand.
    pub ratings: Ratings,
    /// The known attacks.
    pub incidents: Vec<Incident>,
    /// The rounds of repositories that were new to the rules, oldest first.
    pub first_looks: Vec<FirstLook>,
    /// The reference time ("now").
    pub now: i64,
}

/// The id of the empty tree, which exists in every Git repository.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// A heuristic or combination that fired in a commit.
struct Hit {
    id: String,
    commit: String,
    contributor: u32,
}

/// The hits in one repository, and the numbers of scanned commits and testable contributors.
struct Sample {
    commits: usize,
    contributors: usize,
    hits: Vec<Hit>,
}

/// Runs the measurement.
///
/// # Errors
/// Returns the [`AuditError`] of the first repository that cannot be read.
pub fn measure(
    options: &MeasureOptions,
    catalogue: &Rulebook,
    progress: &dyn Progress,
) -> Result<Accuracy, AuditError> {
    let mut accuracy = Accuracy { first_looks: options.first_looks.clone(), ..Accuracy::default() };
    let mut samples = Vec::new();
    progress.phase("repositories", Some(options.paths.len() as u64));
    for path in &options.paths {
        let name = name_of(path);
        let run = audit(&everything(path.clone(), options.now), catalogue, &Silent)?;
        let sample = sample(&run, catalogue);
        accuracy.sources.push(Source {
            name: name.clone(),
            commits: sample.commits,
            contributors: sample.contributors,
        });
        accuracy.cases.extend(cases_to_review(&run, catalogue, &name, options));
        for incident in options.incidents.iter().filter(|i| i.repository == name) {
            accuracy.incidents.push(look_for(incident, &run, catalogue, path, options.now)?);
        }
        samples.push(sample);
        progress.advance(1);
    }
    let power = power(&options.hosts, catalogue, options.now)?;
    let of_power = |id: &String| power.get(id).map_or_else(|| Rate::new(0, 0), |count| count.rate());
    let heuristics = catalogue
        .iter()
        .map(|h| measured(&h.id, std::slice::from_ref(&h.id), &samples, &options.ratings, of_power(&h.id)));
    // A rating of a finding from either half of a combination also rates the combination.
    let combinations = catalogue.combinations().iter().map(|c| {
        let halves = [c.first.as_slice(), &c.second].concat();
        measured(&c.id, &halves, &samples, &options.ratings, of_power(&c.id))
    });
    let rate = heuristics.chain(combinations).collect();
    let tiers = [Tier::Block, Tier::Review].map(|tier| TierRecord {
        tier: tier.to_string(),
        read: count_ratings(&accuracy.cases, tier),
        first_look: options.first_looks.last().map(|look| look.of(tier)),
    });
    accuracy.measurement = Measurement {
        repositories: samples.len(),
        commits: samples.iter().map(|s| s.commits).sum(),
        contributors: samples.iter().map(|s| s.contributors).sum(),
        rate,
        tier: tiers.to_vec(),
    };
    Ok(accuracy)
}

/// Returns the owner and name of a repository, from its path: `…/OWNER+NAME/repo`, `…/OWNER+NAME` or
/// `…/OWNER+NAME.git`.
fn name_of(path: &std::path::Path) -> String {
    let parts: Vec<String> = path.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    let named = parts.iter().rev().find(|part| part.contains('+')).or(parts.last());
    named.map_or_else(String::new, |part| part.trim_end_matches(".git").replacen('+', "/", 1))
}

fn everything(path: PathBuf, now: i64) -> AuditOptions {
    AuditOptions {
        scope: Scope::History(RefChoice::All),
        persona: Persona::Auditor,
        suppressions: Enabled(false),
        ..AuditOptions::of(vec![path], now)
    }
}

fn sample(run: &Audit, catalogue: &Rulebook) -> Sample {
    let mut hits: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut by_commit: BTreeMap<(u32, u32), BTreeSet<&str>> = BTreeMap::new();
    for finding in run.findings.iter().filter(|f| f.counts()) {
        let Some(first) = finding.commits.first() else { continue };
        hits.insert((finding.heuristic.clone(), run.facts.commit(*first).oid.to_string()), finding.contributor.0);
        by_commit.entry((first.0, finding.contributor.0)).or_default().insert(&finding.heuristic);
    }
    let has = |fired: &BTreeSet<&str>, ids: &[String]| ids.iter().any(|id| fired.contains(id.as_str()));
    for ((commit, who), fired) in &by_commit {
        let fires = |c: &&Combination| has(fired, &c.first) && has(fired, &c.second);
        for combination in catalogue.combinations().iter().filter(fires) {
            let oid = run.facts.commits[*commit as usize].oid.to_string();
            hits.insert((combination.id.clone(), oid), *who);
        }
    }
    Sample {
        commits: run.facts.commits.len(),
        contributors: run.testable,
        hits: hits.into_iter().map(|((id, commit), contributor)| Hit { id, commit, contributor }).collect(),
    }
}

/// Calculates the figures of one heuristic or combination. `rated_as` are the heuristics whose ratings apply. A finding
/// rated as a real problem is not a false alarm.
fn measured(id: &str, rated_as: &[String], samples: &[Sample], ratings: &Ratings, power: Rate) -> Measured {
    let rating = |hit: &Hit| rated_as.iter().filter_map(|id| ratings.of(id, &hit.commit)).min();
    let mut rated = [0; 3];
    let (mut commits, mut contributors) = (0, 0);
    let (mut by_commit, mut by_contributor) = (Vec::new(), Vec::new());
    for sample in samples {
        let own: Vec<&Hit> = sample.hits.iter().filter(|hit| hit.id == id).collect();
        let people = |hits: &[&&Hit]| hits.iter().map(|hit| hit.contributor).collect::<BTreeSet<_>>().len();
        for rating in own.iter().filter_map(|hit| rating(hit)) {
            rated[rating as usize] += 1;
        }
        let alarms: Vec<&&Hit> = own.iter().filter(|hit| rating(hit) != Some(Rating::Problem)).collect();
        commits += own.len();
        contributors += people(&own.iter().collect::<Vec<_>>());
        by_commit.push((alarms.len(), sample.commits));
        by_contributor.push((people(&alarms), sample.contributors));
    }
    Measured {
        id: id.to_owned(),
        measured_on: None,
        commits,
        contributors,
        read: rated,
        // Ratings are recorded for heuristics only, not for combinations.
        record: if rated_as == [id] { ratings.record(id) } else { rated },
        false_alarms_high: upper(&by_commit),
        contributor_high: upper(&by_contributor),
        power: [power.hits, power.of],
        power_low: rounded(power.low),
    }
}

/// Returns the upper end of the 95 % interval of a share observed in clusters. It is the larger of two upper ends: that
/// of the exact interval of the pooled counts (Clopper and Pearson, 1934), and that of the interval of the ratio
/// estimator over clusters (Cochran, "Sampling Techniques", 3rd edition, §6.3), with Student's t.
fn upper(clusters: &[(usize, usize)]) -> f64 {
    let (hits, of): (usize, usize) = clusters.iter().fold((0, 0), |(h, n), (x, m)| (h + x, n + m));
    if of == 0 {
        return 1.0;
    }
    let exact = Rate::new(hits.min(of), of).high;
    let k = clusters.len() as f64;
    let share = hits as f64 / of as f64;
    let spread: f64 = clusters.iter().map(|(x, m)| (*x as f64 - share * *m as f64).powi(2)).sum();
    let clustered = StudentsT::new(0.0, 1.0, (k - 1.0).max(1.0))
        .map_or(1.0, |law| share + law.inverse_cdf(0.975) * (k / (k - 1.0).max(1.0) * spread).sqrt() / of as f64);
    significant(exact.max(clustered).min(1.0))
}

/// Rounds up, to three significant digits.
fn significant(value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let scale = 10f64.powf(2.0 - value.log10().floor());
    (value * scale).ceil() / scale
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).floor() / 1000.0
}

/// Returns the cases of a run that need a review.
fn cases_to_review(run: &Audit, catalogue: &Rulebook, name: &str, options: &MeasureOptions) -> Vec<ReviewedCase> {
    let is_default =
        |f: &&Finding| catalogue.get(&f.heuristic).is_some_and(|h: &Heuristic| h.persona == Persona::Default);
    let cases = run.cases.iter().filter(|case| case.tier >= Tier::Review).filter_map(|case| {
        let own: Vec<&Finding> =
            case.findings.iter().map(|&i| &run.findings[i]).filter(|f| f.counts()).filter(is_default).collect();
        let heaviest = own.iter().max_by(|a, b| a.reach.cmp(&b.reach).then(a.weight.0.total_cmp(&b.weight.0)))?;
        let commit = |f: &Finding| f.commits.first().map(|c| run.facts.commit(*c).oid.to_string()).unwrap_or_default();
        let rated = |f: &&Finding| options.ratings.of(&f.heuristic, &commit(f));
        // A case is a problem if any of its findings is a problem. Otherwise it has the rating of its main finding.
        let is_problem = own.iter().any(|f| rated(f) == Some(Rating::Problem));
        let rating = if is_problem { Some(Rating::Problem) } else { rated(heaviest) };
        Some(ReviewedCase {
            repository: name.to_owned(),
            tier: case.tier,
            total: case.total.0,
            heuristic: heaviest.heuristic.clone(),
            commit: commit(heaviest),
            rating,
        })
    });
    cases.collect()
}

fn count_ratings(cases: &[ReviewedCase], tier: Tier) -> [usize; 3] {
    let mut counts = [0; 3];
    for rating in cases.iter().filter(|c| c.tier == tier).filter_map(|c| c.rating) {
        counts[rating as usize] += 1;
    }
    counts
}

fn look_for(
    incident: &Incident,
    run: &Audit,
    catalogue: &Rulebook,
    path: &std::path::Path,
    now: i64,
) -> Result<IncidentResult, AuditError> {
    let is_of_incident = |f: &&Finding| {
        f.counts() && f.commits.iter().any(|c| run.facts.commit(*c).oid.to_string().starts_with(&incident.commit))
    };
    let found: Vec<&Finding> = run.findings.iter().filter(is_of_incident).collect();
    let heuristics: BTreeSet<String> = found.iter().map(|f| f.heuristic.clone()).collect();
    let has_finding = |case: &Case| case.findings.iter().any(|&i| found.iter().any(|f| f.id == run.findings[i].id));
    let index = run.cases.iter().position(has_finding);
    let gate = |range: String| {
        let options = AuditOptions {
            scope: Scope::Gate(GateScope::of(range)),
            ..AuditOptions::of(vec![path.to_path_buf()], now)
        };
        audit(&options, catalogue, &Silent)
    };
    // A root commit has no parent, so it is compared with the empty tree.
    let gated = gate(format!("{0}^..{0}", incident.commit));
    let stopped = gated.or_else(|_| gate(format!("{EMPTY_TREE}..{}", incident.commit))).map(|gate| {
        let exposed = |f: &Finding| {
            f.nature == alibi_rules::heuristics::Nature::Exposure
                && f.counts()
                && f.severity == alibi_rules::heuristics::Severity::High
        };
        gate.cases.iter().any(|case| case.tier == Tier::Block) || gate.findings.iter().any(exposed)
    })?;
    Ok(IncidentResult {
        incident: incident.clone(),
        found_by: heuristics.into_iter().collect(),
        tier: index.map(|index| run.cases[index].tier),
        rank: index.map(|index| (index + 1, run.cases.len())),
        stopped,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clustered_intervals_are_never_narrower_than_exact_ones() {
        // No hit in a million: the exact upper end is 1 − 0.025^(1/n), about 3.69 / n.
        assert!((upper(&[(0, 500_000), (0, 500_000)]) - 3.69e-6).abs() < 2e-8);
        // Ten hits spread evenly over ten clusters, and ten hits in one of ten clusters.
        let even: Vec<(usize, usize)> = (0..10).map(|_| (1, 10_000)).collect();
        let mut lumped = vec![(0, 10_000); 10];
        lumped[3].0 = 10;
        assert!((upper(&even) - Rate::new(10, 100_000).high).abs() < 2e-6);
        assert!(upper(&lumped) > 3e-4, "{}", upper(&lumped));
        assert_eq!(upper(&[]), 1.0);
    }

    #[test]
    fn repository_names_are_derived_from_paths() {
        for path in ["/a/owner+name/repo", "/a/owner+name", "/a/owner+name.git"] {
            assert_eq!(name_of(std::path::Path::new(path)), "owner/name");
        }
    }
}
