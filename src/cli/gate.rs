//! `git alibi gate`: checks the commits that a range adds. Earlier history is used as context, and configuration is
//! read from a trusted commit, by default the base of the range.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::output_args::{FailOn, FailOnExposure, OutputArgs};
use super::scan_args::{RuleArgs, ScanInput, TeamFiles, paths, scan_with};
use super::terminal;
use alibi_git::repository::{Repository, RepositoryError, quarantine_of_push};
use alibi_report::{GateVerdict, MaskKey, RenderOptions, Report};
use alibi_scan::pipeline::{Audit, GateScope, Scope, trusted_config};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// What to check before a merge.
#[derive(Args, Debug)]
#[command(after_help = "\
Changes that the range makes to alibi.toml, alibi-baseline.toml, ignore comments, .mailmap and CODEOWNERS have
no effect: these are read from BASE. Existing findings never fail a range.

Examples:
  git alibi gate origin/main...HEAD                  a pull request, since its merge base with main
  git alibi gate \"$BEFORE..$AFTER\"                   the commits that a push adds
  git alibi gate main..HEAD --output sarif=alibi.sarif --output markdown=comment.md
  git alibi gate main..HEAD --fail-on review
  git alibi gate \"$(git hash-object -t tree /dev/null)..HEAD\"   the whole history: the empty tree is the base

Exit codes: 0 nothing at or above --fail-on, 1 something at or above it, 2 invalid arguments or configuration,
3 the repository could not be read, or not everything in scope could be read (a shallow clone, a missing base);
the error message names the command that fetches what is missing.")]
pub(super) struct GateArgs {
    /// Commits reachable from HEAD and not from BASE; with three dots, since their merge base
    #[arg(value_name = "BASE..HEAD")]
    range: String,
    /// The repository [default: GIT_DIR, or the current repository]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Exit with 1 if a case reaches this tier
    #[arg(long, value_enum, default_value_t = FailOn::Block, value_name = "TIER")]
    fail_on: FailOn,
    /// Exit with 1 if the range introduces an exposure of this severity
    #[arg(long, value_enum, default_value_t = FailOnExposure::High, value_name = "SEVERITY")]
    fail_on_exposure: FailOnExposure,
    /// If not everything in scope can be read, check the rest and list what is missing
    #[arg(long)]
    allow_partial: bool,
    /// Read the team's files from this revision instead of BASE; use a branch that accepts only reviewed commits
    #[arg(long = "believe", visible_alias = "trust", value_name = "REV")]
    trust: Option<String>,
    /// In a pre-receive hook: also read the objects of the push, which Git quarantines until the hook accepts it
    #[arg(long)]
    quarantine: bool,
}

pub(super) fn run(args: GateArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let key = args.output.prepare()?;
    check(&args, key.as_ref(), colour).map_err(|failure| failure.hidden_if(key.is_some()))
}

fn check(args: &GateArgs, key: Option<&MaskKey>, colour: ColourChoice) -> Result<Outcome, Failure> {
    let path = paths(&args.path.clone().into_iter().collect::<Vec<_>>());
    let open = |e: RepositoryError| Failure::Repository(e.to_string());
    // Dropping the value removes the folder, so the value must live as long as objects are read.
    let quarantine = if args.quarantine {
        let folders = quarantine_of_push().map_err(Failure::Usage)?;
        Some(Repository::open(&path[0]).and_then(|repository| repository.with_objects(&folders)).map_err(open)?)
    } else {
        None
    };
    let objects = quarantine.as_ref().map(|folder| folder.path().to_path_buf());
    let scope = GateScope { range: args.range.clone(), trust: args.trust.clone(), objects };
    let run = || -> Result<Option<(Audit, Report)>, Failure> {
        let Some(trusted) = trusted_config(&path[0], &scope)? else { return Ok(None) };
        let team = TeamFiles { alibi: trusted.alibi, baseline: trusted.baseline, snapshot: None };
        let input = ScanInput { paths: path.clone(), rules: args.rules.clone(), ..ScanInput::default() };
        scan_with(&input, Some(Scope::Gate(scope.clone())), team, args.output.quiet).map(Some)
    };
    let (audit, mut report) = match run() {
        Ok(Some(done)) => done,
        // The range has no end: the branch was deleted, which adds no commits.
        Ok(None) => {
            writeln!(
                terminal::stdout(colour),
                "git-alibi: nothing to check, the range has no end commit (a deleted branch)"
            )?;
            return Ok(Outcome::Clean);
        }
        Err(Failure::Incomplete(why)) if args.allow_partial => {
            let why = Failure::Incomplete(why).hidden_if(key.is_some());
            writeln!(terminal::stderr(colour), "git-alibi: nothing was checked: {why}")?;
            return Ok(Outcome::Clean);
        }
        Err(failure) => return Err(failure),
    };
    report.set_fail_on_exposure(args.fail_on_exposure.limit());
    let report = args.output.finish(report, &audit, key);
    args.output.write(&report, RenderOptions { gate: true, ..RenderOptions::default() }, colour)?;
    let in_part = |why: &str| writeln!(terminal::stderr(colour), "git-alibi: checked in part: {why}");
    match report.gate_verdict(args.fail_on.limit()) {
        GateVerdict::Passed => Ok(Outcome::Clean),
        GateVerdict::Failed => {
            report.describe_unread_objects().map(|why| in_part(&why)).transpose()?;
            Ok(Outcome::Found)
        }
        GateVerdict::Incomplete(why) if args.allow_partial => {
            in_part(&why)?;
            Ok(Outcome::Clean)
        }
        GateVerdict::Incomplete(why) => Err(Failure::Incomplete(format!("{why} (--allow-partial checks the rest)"))),
    }
}
