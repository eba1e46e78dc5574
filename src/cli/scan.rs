//! `git alibi scan`: audits repositories.

use super::{ColourChoice, Failure, Outcome, output, when};
use crate::audit::{Audit, AuditOptions, audit};
use crate::config::{AlibiFile, Snapshot};
use crate::evidence::Tier;
use crate::heuristics::{Catalogue, Family, Persona, Severity};
use crate::report::{Report, ReportOptions, TableStyle, json, table};
use crate::repository::RefChoice;
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What is audited, and how.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  git alibi scan
  git alibi scan ../api ../web --refs all
  git alibi scan --since '90 days ago' --only content,surface
  git alibi scan --range v1.0..v1.1 --only dependency --dependencies
  git alibi scan --format json --output table=report.txt > report.json")]
pub struct ScanArgs {
    #[command(flatten)]
    pub what: What,
    /// How to print the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write the report to a file as well; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = Destination::from_str)]
    output: Vec<Destination>,
    /// List what the judged commits changed in the project's dependencies, too; heuristics of that family must run
    #[arg(long)]
    dependencies: bool,
    /// Hold the references against where they led at the last scan with this file, and renew it; a file that is not there
    /// is begun
    #[arg(long, value_name = "FILE", conflicts_with = "range")]
    snapshot: Option<PathBuf>,
    /// Exit with 1 if a case reaches this tier
    #[arg(long, value_enum, default_value_t, value_name = "TIER")]
    fail_on: FailOn,
    /// Print no progress
    #[arg(long, short)]
    quiet: bool,
    /// Print every case, finding and skipped object, and what each phase took
    #[arg(long, short)]
    verbose: bool,
}

/// What is read and judged; shared by the commands that scan.
#[derive(Args, Debug)]
pub struct What {
    /// Repositories: work trees, folders in them, or bare repositories [default: GIT_DIR, or the one you are in]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// References to start from: default (HEAD, branches, remote-tracking branches, tags), head, branches, all, or a
    /// pattern such as 'heads/release-*'
    #[arg(long, default_value = "default", value_name = "WHICH", conflicts_with = "range")]
    pub refs: String,
    /// Judge only what B has and A has not (A...B: since they parted); everything before is learnt from. Instead of
    /// --refs
    #[arg(long, value_name = "A..B")]
    pub range: Option<String>,
    /// Judge only what was committed since then (2026-01-31, an RFC 3339 moment, or '90 days ago')
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Judge only what was committed until then
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Run only these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub only: Vec<String>,
    /// Leave out these families or heuristics
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub skip: Vec<String>,
    /// Run only heuristics of this severity or more
    #[arg(long, value_enum, default_value_t = SeverityChoice::Info, value_name = "SEVERITY")]
    pub min_severity: SeverityChoice,
    /// Whose heuristics run: everybody's, or the noisier ones too
    #[arg(long, value_enum, default_value_t, value_name = "WHO")]
    pub persona: PersonaChoice,
    /// Load a team's own heuristics too
    #[arg(long, value_name = "DIR")]
    pub heuristics: Option<PathBuf>,
    /// Take the repositories' own .mailmap as evidence of who is who, or ignore it
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub mailmap: MailmapUse,
    /// Check signatures with these public keys: an OpenPGP keyring, an allowed-signers file, or PEM certificates; may be
    /// given several times
    #[arg(long, value_name = "FILE")]
    pub keys: Vec<PathBuf>,
    /// What the team declares about its contributors: zones, hours, journeys, addresses, keys [default: alibi.toml in the
    /// folder you are in, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Take in what another scanner found, a report in SARIF (gitleaks, kingfisher, trufflehog and others), and attribute
    /// it to commits and contributors; may be given several times
    #[arg(long, value_name = "FILE")]
    pub import: Vec<PathBuf>,
    /// Report dependencies that these advisories call malicious: files in the format of OSV (one, a list, or one a line), or
    /// folders of them; may be given several times
    #[arg(long, value_name = "PATH")]
    pub osv: Vec<PathBuf>,
    /// Read what is stored and no reference leads to any more, too: commits left behind by a rewrite, and what logs say of
    /// where references led
    #[arg(long, conflicts_with = "range")]
    pub include_unreachable: bool,
    /// Threads [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
}

/// The least severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[allow(missing_docs)] // each variant is its own name
pub enum SeverityChoice {
    Info,
    Low,
    Medium,
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

/// Whose heuristics run.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum PersonaChoice {
    #[default]
    Default,
    Auditor,
}

/// Whether a `.mailmap` counts.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum MailmapUse {
    #[default]
    Use,
    Ignore,
}

/// How something is printed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum Format {
    #[default]
    Table,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
enum FailOn {
    Note,
    Review,
    Block,
    #[default]
    Never,
}

impl FailOn {
    fn tier(self) -> Option<Tier> {
        match self {
            FailOn::Note => Some(Tier::Note),
            FailOn::Review => Some(Tier::Review),
            FailOn::Block => Some(Tier::Block),
            FailOn::Never => None,
        }
    }
}

#[derive(Clone, Debug)]
struct Destination {
    format: Format,
    file: PathBuf,
}

impl FromStr for Destination {
    type Err = String;
    fn from_str(text: &str) -> Result<Destination, String> {
        let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, for example json=report.json")?;
        let format = Format::from_str(format, false).map_err(|_| format!("'{format}' is not a format: table, json"))?;
        if file.is_empty() || file == "-" {
            return Err("give a file; --format prints to standard output".into());
        }
        Ok(Destination { format, file: file.into() })
    }
}

/// Audits in the light of what the team declares, and returns the run with the report of it.
pub fn perform(what: &What, quiet: bool) -> Result<(Audit, Report), Failure> {
    let alibi = alibi(what.config.as_deref())?;
    perform_with(what, Given { alibi, snapshot: None }, quiet)
}

/// What files beside the repositories say.
#[derive(Default)]
pub struct Given {
    /// What the team declares.
    pub alibi: Option<AlibiFile>,
    /// The snapshot's file, and where references led at an earlier scan if there was one.
    pub snapshot: Option<(PathBuf, Option<Snapshot>)>,
}

/// The same with these declarations, and in the light of an earlier scan.
pub fn perform_with(what: &What, given: Given, quiet: bool) -> Result<(Audit, Report), Failure> {
    let catalogue = catalogue(what.heuristics.as_deref())?;
    let now = when::now();
    let moment = |text: &Option<String>, end| {
        text.as_deref().map(|t| when::parse(t, end, now)).transpose().map_err(Failure::Usage)
    };
    let (since, until) = (moment(&what.since, false)?, moment(&what.until, true)?);
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(Failure::Usage("--since is later than --until: nothing lies between them".into()));
    }
    let trimmed = |names: &[String]| names.iter().map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let options = AuditOptions {
        paths: paths(&what.paths),
        refs: RefChoice::from_str(&what.refs).unwrap_or_default(),
        range: what.range.clone(),
        since,
        until,
        only: trimmed(&what.only),
        skip: trimmed(&what.skip),
        min_severity: what.min_severity.into(),
        persona: match what.persona {
            PersonaChoice::Default => Persona::Default,
            PersonaChoice::Auditor => Persona::Auditor,
        },
        mailmap: what.mailmap == MailmapUse::Use,
        keys: what.keys.clone(),
        alibi: given.alibi,
        now,
        imports: what.import.clone(),
        osv: what.osv.clone(),
        include_unreachable: what.include_unreachable,
        snapshot: given.snapshot.as_ref().and_then(|(_, seen)| seen.clone()),
        exhaustive: false,
    };
    let pool = output::pool(what.jobs)?;
    let bar = output::Bar::new(quiet);
    let result = pool.install(|| audit(&options, &catalogue, &bar));
    bar.finish();
    let audit = result?;
    let used = ReportOptions {
        paths: options.paths.iter().map(|p| p.display().to_string()).collect(),
        refs: options.refs.to_string(),
        range: options.range,
        since: what.since.clone(),
        until: what.until.clone(),
        only: options.only,
        skip: options.skip,
        mailmap: options.mailmap,
        keys: options.keys.iter().map(|p| p.display().to_string()).collect(),
        imports: options.imports.iter().map(|p| p.display().to_string()).collect(),
        osv: options.osv.iter().map(|p| p.display().to_string()).collect(),
        include_unreachable: options.include_unreachable,
        snapshot: given.snapshot.map(|(file, _)| file.display().to_string()),
        heuristics_run: audit.heuristics.len(),
        min_severity: options.min_severity.to_string(),
        config: options.alibi.map(|file| file.path),
        persona: format!("{:?}", options.persona).to_lowercase(),
        heuristics: what.heuristics.as_ref().map(|p| p.display().to_string()),
    };
    let report = Report::new(&audit, used);
    Ok((audit, report))
}

/// What the team declares: the file given, or the one in the folder that the program runs in. Never one of an audited
/// repository elsewhere: what is judged must not judge itself.
fn alibi(given: Option<&Path>) -> Result<Option<AlibiFile>, Failure> {
    let here = Path::new("alibi.toml");
    let file = given.or_else(|| Some(here).filter(|file| file.exists()));
    file.map(AlibiFile::read).transpose().map_err(|e| Failure::Usage(e.to_string()))
}

/// The embedded heuristics, with those of a folder where one is given.
pub fn catalogue(folder: Option<&Path>) -> Result<Catalogue, Failure> {
    match folder {
        Some(folder) => Catalogue::with_folder(folder),
        None => Catalogue::embedded(),
    }
    .map_err(|e| Failure::Usage(e.to_string()))
}

/// The repositories given, or the one that the program runs in.
pub fn paths(given: &[PathBuf]) -> Vec<PathBuf> {
    if !given.is_empty() {
        return given.to_vec();
    }
    vec![std::env::var_os("GIT_DIR").filter(|dir| !dir.is_empty()).map_or_else(|| ".".into(), PathBuf::from)]
}

/// The heuristic that tells what a snapshot is for.
const REWRITTEN: &str = "rewritten-ref";

fn print(
    args: &ScanArgs,
    report: &Report,
    audit: &Audit,
    style: TableStyle,
    colour: ColourChoice,
) -> std::io::Result<()> {
    let mut out = output::stdout(colour);
    match args.format {
        Format::Json => json(report, &mut out)?,
        Format::Table => {
            table(report, TableStyle { width: output::width(), ..style }, &mut out)?;
            if args.verbose {
                let phases: Vec<String> = audit.seconds.iter().map(|(p, s)| format!("{p} {s:.2} s")).collect();
                writeln!(out, "{}", phases.join(", "))?;
            }
        }
    }
    out.flush()
}

pub(super) fn run(args: ScanArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    // A report that cannot be kept is better known before the work than after it.
    for destination in &args.output {
        output::check_writable(&destination.file)?;
    }
    if let Some(file) = &args.snapshot {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let why = format!("the snapshot cannot be kept: there is no folder {}", folder.display());
            return Err(Failure::Usage(why));
        }
        if args.output.iter().any(|destination| destination.file == *file) {
            return Err(Failure::Usage(format!("{} cannot be both the snapshot and a report", file.display())));
        }
    }
    let alibi = alibi(args.what.config.as_deref())?;
    let seen = args.snapshot.as_deref().map(Snapshot::read).transpose();
    let seen = seen.map_err(|e| Failure::Usage(e.to_string()))?.flatten();
    let given = Given { alibi, snapshot: args.snapshot.clone().map(|file| (file, seen.clone())) };
    let (audit, report) = perform_with(&args.what, given, args.quiet)?;
    if args.dependencies && !audit.heuristics.iter().any(|h| h.family == Family::Dependency) {
        let why = "--dependencies lists what heuristics of that family read, and --only, --skip or --min-severity leaves none";
        return Err(Failure::Usage(why.into()));
    }
    let style = TableStyle { all: args.verbose, dependencies: args.dependencies, width: None };
    for destination in &args.output {
        let mut bytes = Vec::new();
        match destination.format {
            Format::Table => {
                let mut plain = anstream::StripStream::new(&mut bytes);
                table(&report, TableStyle { all: true, ..style }, &mut plain)?;
            }
            Format::Json => json(&report, &mut bytes)?,
        }
        output::write_private(&destination.file, &bytes)?;
    }
    // A reader that goes away has seen enough; the exit code is still the tier's.
    match print(&args, &report, &audit, style, colour) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => return Err(e.into()),
        _ => {}
    }
    // Last, so that nothing is accepted that was not told.
    if let Some(file) = &args.snapshot {
        let is_told = audit.heuristics.iter().any(|h| h.id == REWRITTEN);
        let fresh = Snapshot::of(&audit.ledger, &audit.people, when::now(), seen.as_ref(), is_told);
        fresh.write(file).map_err(|e| Failure::Output(std::io::Error::other(e.to_string())))?;
    }
    let reached = args.fail_on.tier().is_some_and(|tier| audit.cases.iter().any(|c| c.tier >= tier));
    Ok(if reached { Outcome::Found } else { Outcome::Clean })
}
