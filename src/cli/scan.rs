//! `git alibi scan`: scans repositories.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::output_args::{FailOn, FailOnExposure, OutputArgs};
use super::scan_args::{ScanInput, TeamFiles, scan_with};
use super::when;
use alibi_core::config::Snapshot;
use alibi_report::{MaskKey, RenderOptions};
use alibi_rules::heuristics::Family;
use alibi_scan::pipeline::SnapshotFile;
use clap::Args;
use std::path::{Path, PathBuf};

/// What to scan, and how.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  git alibi scan
  git alibi scan ../api ../web --refs all
  git alibi scan --since '90 days ago' --only content,surface
  git alibi scan --range v1.0..v1.1 --only dependency --dependencies
  git alibi scan --author ana@example.org --verbose
  git alibi scan --output html=report.html --output json=report.json
  git alibi scan --pseudonymise team.key --output html=report.html")]
pub(super) struct ScanArgs {
    #[command(flatten)]
    input: ScanInput,
    #[command(flatten)]
    output: OutputArgs,
    /// Also list the dependency changes of the commits in scope; needs heuristics of the dependency family
    #[arg(long)]
    dependencies: bool,
    /// Compare the references with those saved in this file by the last scan, and update it; a missing file is created
    #[arg(long, value_name = "FILE", conflicts_with = "range")]
    snapshot: Option<PathBuf>,
    /// Exit with 1 if a case reaches this tier
    #[arg(long, value_enum, default_value_t = FailOn::Never, value_name = "TIER")]
    fail_on: FailOn,
    /// Exit with 1 if there is an exposure of this severity
    #[arg(long, value_enum, default_value_t = FailOnExposure::None, value_name = "SEVERITY")]
    fail_on_exposure: FailOnExposure,
}

pub(super) fn run(args: ScanArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let key = args.output.prepare()?;
    scan(args, key.as_ref(), colour).map_err(|failure| failure.hidden_if(key.is_some()))
}

fn scan(args: ScanArgs, key: Option<&MaskKey>, colour: ColourChoice) -> Result<Outcome, Failure> {
    let last = args.snapshot.as_deref().map(|file| read_snapshot(file, &args.output)).transpose()?.flatten();
    let mut given = TeamFiles::here(&args.input.scope)?;
    given.snapshot = args.snapshot.clone().map(|path| SnapshotFile { path, seen: last.clone() });
    let (audit, mut report) = scan_with(&args.input, None, given, args.output.quiet)?;
    if args.dependencies && !report.ran_family(Family::Dependency) {
        let why = "--dependencies needs heuristics of the dependency family, and --only, --skip or --min-severity excludes them all";
        return Err(Failure::Usage(why.into()));
    }
    report.set_fail_on_exposure(args.fail_on_exposure.limit());
    let report = args.output.finish(report, &audit, key);
    let options = RenderOptions { dependencies: args.dependencies, ..RenderOptions::default() };
    args.output.write(&report, options, colour)?;
    // The snapshot is written last, so that it never includes changes that were not reported.
    if let Some(file) = &args.snapshot {
        let fresh = audit.snapshot(when::now(), last.as_ref());
        fresh.write(file).map_err(|e| Failure::Output(std::io::Error::other(e.to_string())))?;
    }
    let is_exposed = if report.has_failing_exposure() { Outcome::Found } else { Outcome::Clean };
    Ok(args.fail_on.outcome(&report).or(is_exposed))
}

/// Reads the snapshot of the last scan, if there is one. Checks that the new snapshot can be written.
fn read_snapshot(file: &Path, output: &OutputArgs) -> Result<Option<Snapshot>, Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::Usage(format!("cannot write the snapshot: folder {} does not exist", folder.display())));
    }
    if output.output.iter().any(|destination| destination.file == *file) {
        return Err(Failure::Usage(format!("{} cannot be both the snapshot and a report", file.display())));
    }
    Snapshot::read(file).map_err(|e| Failure::Usage(e.to_string()))
}
