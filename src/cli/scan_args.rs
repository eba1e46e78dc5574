//! Arguments shared by the commands that scan, and the scan itself.

use super::outcome::Failure;
use super::terminal::{self, Bar};
use super::when;
use alibi_core::config::{ALIBI_FILE, AlibiFile, BASELINE_FILE, Baseline, ConfigError, Indicators};
use alibi_core::detection::Rulebook;
use alibi_detectors::detector_for;
use alibi_git::repository::RefChoice;
use alibi_report::{Report, ReportOptions};
use alibi_rules::heuristics::{Catalogue, Persona, Severity};
use alibi_scan::pipeline::{Audit, AuditError, AuditOptions, Enabled, Moment, RuleNames, Scope, SnapshotFile, audit};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// What to read and check; shared by the commands that scan.
#[derive(Args, Debug, Default)]
pub(super) struct ScanInput {
    /// Repositories to scan: work trees, folders in them, or bare repositories [default: GIT_DIR, or the current
    /// repository]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub scope: ScopeArgs,
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// Which commits are in scope, and which configuration applies.
#[derive(Args, Debug, Default)]
pub(super) struct ScopeArgs {
    /// References to start from: default (HEAD, branches, remote-tracking branches, tags), head, branches, all, or a
    /// pattern such as 'heads/release-*'
    #[arg(long, default_value = "default", value_name = "WHICH", conflicts_with = "range")]
    pub refs: String,
    /// Scan only commits reachable from B and not from A (A...B: since their merge base); earlier history is used as
    /// context. Cannot be combined with --refs
    #[arg(long, value_name = "A..B")]
    pub range: Option<String>,
    /// Scan only commits made since this date (2026-01-31, an RFC 3339 timestamp, or '90 days ago')
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Scan only commits made until this date
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Scan only this contributor: a name, an address, or `Name <address>`; can be repeated
    #[arg(long, value_name = "WHO")]
    pub author: Vec<String>,
    /// Which heuristics to run: the default set, or the noisier ones for auditors too
    #[arg(long, value_enum, default_value_t, value_name = "WHO")]
    pub persona: PersonaChoice,
    /// The team's configuration: time zones, hours, travel, addresses, keys, sensitive paths, decisions about findings
    /// [default: alibi.toml in the current folder, if it exists]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The findings that the team has accepted [default: alibi-baseline.toml in the current folder, if it exists]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Also read unreachable objects: commits left behind by a rewrite, and former positions of references in the
    /// reflogs
    #[arg(long, conflicts_with = "range")]
    pub include_unreachable: bool,
}

/// Which heuristics run, and with which inputs.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct RuleArgs {
    /// Run only these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub only: Vec<String>,
    /// Skip these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub skip: Vec<String>,
    /// Run only heuristics of this severity or higher
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub min_severity: SeverityChoice,
    /// Also load heuristics from this folder
    #[arg(long, value_name = "DIR")]
    pub heuristics: Option<PathBuf>,
    /// Use the .mailmap files of the repositories as evidence of identity, or ignore them
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub mailmap: MailmapUse,
    /// Check signatures with these public keys: an OpenPGP keyring, an allowed-signers file, or PEM certificates; can
    /// be repeated
    #[arg(long, value_name = "FILE")]
    pub keys: Vec<PathBuf>,
    /// Import a SARIF report of another scanner (gitleaks, kingfisher, trufflehog and others), and attribute its
    /// results to commits and contributors; can be repeated
    #[arg(long, value_name = "FILE")]
    pub import: Vec<PathBuf>,
    /// Report dependencies that these advisories list as malicious: OSV files (one advisory, a list, or one per line),
    /// or folders of them; can be repeated
    #[arg(long, value_name = "PATH")]
    pub osv: Vec<PathBuf>,
    /// Search for the team's own indicators: addresses, hosts, wallets and packages, in a TOML file
    #[arg(long, value_name = "FILE")]
    pub indicators: Option<PathBuf>,
    /// Ignore all decisions about findings: suppressions, baseline, inline comments
    #[arg(long)]
    pub no_suppressions: bool,
    /// Stop after this many seconds, without a report (exit 3)
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub time_limit: Option<u64>,
    /// Number of threads [default: number of processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// The minimum severity.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum SeverityChoice {
    /// All heuristics.
    #[default]
    Info,
    /// Heuristics of low severity or more.
    Low,
    /// Heuristics of medium severity or more.
    Medium,
    /// Heuristics of high severity.
    High,
}

impl From<SeverityChoice> for Severity {
    fn from(choice: SeverityChoice) -> Severity {
        match choice {
            SeverityChoice::Info => Severity::Info,
            SeverityChoice::Low => Severity::Low,
            SeverityChoice::Medium => Severity::Medium,
            SeverityChoice::High => Severity::High,
        }
    }
}

/// Which set of heuristics runs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum PersonaChoice {
    /// Heuristics for every run.
    #[default]
    Default,
    /// The default heuristics and the noisier ones, for a manual audit.
    Auditor,
}

impl From<PersonaChoice> for Persona {
    fn from(choice: PersonaChoice) -> Persona {
        match choice {
            PersonaChoice::Default => Persona::Default,
            PersonaChoice::Auditor => Persona::Auditor,
        }
    }
}

/// Whether `.mailmap` files are used.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub(super) enum MailmapUse {
    #[default]
    Use,
    Ignore,
}

/// The configuration, baseline and snapshot of a run.
#[derive(Default)]
pub(super) struct TeamFiles {
    /// The configuration (`alibi.toml`).
    pub alibi: Option<AlibiFile>,
    /// The accepted findings.
    pub baseline: Option<Baseline>,
    /// The snapshot of the references at the last scan.
    pub snapshot: Option<SnapshotFile>,
}

impl TeamFiles {
    /// Reads the files passed as options, or else the files in the current folder. Files in a scanned repository
    /// elsewhere are ignored: a repository must not configure its own scan.
    pub(super) fn here(scope: &ScopeArgs) -> Result<TeamFiles, Failure> {
        let file = |given: &Option<PathBuf>, name: &str| {
            given.clone().or_else(|| Some(name.into()).filter(|f: &PathBuf| f.exists()))
        };
        let wrong = |e: ConfigError| Failure::Usage(e.to_string());
        let alibi = file(&scope.config, ALIBI_FILE).map(|file| AlibiFile::read(&file)).transpose().map_err(wrong)?;
        let baseline =
            file(&scope.baseline, BASELINE_FILE).map(|file| Baseline::read(&file)).transpose().map_err(wrong)?;
        Ok(TeamFiles { alibi, baseline, snapshot: None })
    }
}

/// Scans with the configuration and baseline from the arguments, and returns the run and its report.
pub(super) fn scan(input: &ScanInput, quiet: bool) -> Result<(Audit, Report), Failure> {
    scan_with(input, None, TeamFiles::here(&input.scope)?, quiet)
}

/// Scans with the given files, and returns the run and its report. `scope` overrides the scope in the arguments.
pub(super) fn scan_with(
    input: &ScanInput,
    scope: Option<Scope>,
    team: TeamFiles,
    quiet: bool,
) -> Result<(Audit, Report), Failure> {
    let options = options(input, scope, team)?;
    let catalogue = options.catalogue().map_err(|e| Failure::Usage(e.to_string()))?;
    let audit = limited(&input.rules, quiet, &options, Rulebook::new(catalogue, detector_for))?;
    let report = Report::new(&audit, ReportOptions::new(options.reported()));
    Ok((audit, report))
}

/// Builds the options of a run from the arguments.
fn options(input: &ScanInput, scope: Option<Scope>, team: TeamFiles) -> Result<AuditOptions, Failure> {
    let (args, rules) = (&input.scope, &input.rules);
    let now = when::now();
    let moment = |text: &Option<String>, end| -> Result<Option<Moment>, Failure> {
        let Some(text) = text else { return Ok(None) };
        let seconds = when::parse(text, end, now).map_err(Failure::Usage)?;
        Ok(Some(Moment { seconds, text: text.clone() }))
    };
    let (since, until) = (moment(&args.since, false)?, moment(&args.until, true)?);
    if since.as_ref().zip(until.as_ref()).is_some_and(|(since, until)| since.seconds > until.seconds) {
        return Err(Failure::Usage("--since is later than --until".into()));
    }
    let trimmed = |names: &[String]| names.iter().map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let indicators = rules.indicators.as_deref().map(Indicators::read);
    let scope = scope.unwrap_or_else(|| match &args.range {
        Some(range) => Scope::Range(range.clone()),
        None => Scope::History(RefChoice::from_str(&args.refs).unwrap_or_default()),
    });
    Ok(AuditOptions {
        scope,
        since,
        until,
        authors: trimmed(&args.author),
        only: RuleNames(trimmed(&rules.only)),
        skip: RuleNames(trimmed(&rules.skip)),
        min_severity: rules.min_severity.into(),
        persona: args.persona.into(),
        heuristics: rules.heuristics.clone(),
        mailmap: Enabled(rules.mailmap == MailmapUse::Use),
        keys: rules.keys.clone(),
        imports: rules.import.clone(),
        osv: rules.osv.clone(),
        indicators: indicators.transpose().map_err(|e| Failure::Usage(e.to_string()))?,
        include_unreachable: args.include_unreachable,
        snapshot: team.snapshot,
        config: team.alibi,
        baseline: team.baseline,
        suppressions: Enabled(!rules.no_suppressions),
        ..AuditOptions::of(paths(&input.paths), now)
    })
}

/// Runs an audit on a thread pool, within the time limit if there is one. A run that exceeds the limit continues in the
/// background until the program exits, which it does immediately.
fn limited(rules: &RuleArgs, quiet: bool, options: &AuditOptions, rulebook: Rulebook) -> Result<Audit, Failure> {
    let pool = terminal::pool(rules.jobs)?;
    let bar = Bar::new(quiet);
    let Some(seconds) = rules.time_limit else {
        let result = pool.install(|| audit(options, &rulebook, &bar));
        bar.finish();
        return Ok(result?);
    };
    let (send, receive) = sync_channel::<Result<Audit, AuditError>>(1);
    let (own, shown) = (options.clone(), bar.clone());
    std::thread::spawn(move || {
        // Sending fails if the time limit was reached, because the receiver no longer exists.
        let _ = send.send(pool.install(|| audit(&own, &rulebook, &shown)));
    });
    let result = receive.recv_timeout(Duration::from_secs(seconds));
    bar.finish();
    match result {
        Ok(result) => Ok(result?),
        Err(RecvTimeoutError::Timeout) => Err(Failure::Incomplete(format!(
            "not finished after {seconds} s, no results: raise --time-limit, or reduce the scope with --only, --refs or --since"
        ))),
        Err(RecvTimeoutError::Disconnected) => Err(Failure::Repository("the run ended without a result".into())),
    }
}

/// Loads the embedded heuristics and, if given, the heuristics in `folder`, with their detectors.
pub(super) fn rulebook(folder: Option<&Path>) -> Result<Rulebook, Failure> {
    let catalogue = folder.map_or_else(Catalogue::embedded, Catalogue::with_folder);
    Ok(Rulebook::new(catalogue.map_err(|e| Failure::Usage(e.to_string()))?, detector_for))
}

/// Returns the repositories passed as arguments, or else `GIT_DIR` or the current folder.
pub(super) fn paths(given: &[PathBuf]) -> Vec<PathBuf> {
    if !given.is_empty() {
        return given.to_vec();
    }
    vec![std::env::var_os("GIT_DIR").filter(|dir| !dir.is_empty()).map_or_else(|| ".".into(), PathBuf::from)]
}
