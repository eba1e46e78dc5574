//! `git alibi baseline`: accepts all current findings, so that later runs report only new ones.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::scan_args::{ScanInput, TeamFiles, scan_with};
use super::terminal;
use alibi_core::config::{BASELINE_FILE, Baseline};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// The baseline to write.
#[derive(Args, Debug)]
pub(super) struct BaselineArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Accept all current findings: they are still listed, with zero weight
    #[command(after_help = "\
Use the same options as for `scan`. Commit the file at the root of the repository: `scan` reads it from the
current folder, `gate` from the base of the range. It contains ids of findings, and no names.

Examples:
  git alibi baseline write --reason 'reviewed in the spring audit' --owner platform-team
  git alibi baseline write ../api --refs all --reason 'before our time' --output api-baseline.toml")]
    Write {
        #[command(flatten)]
        input: Box<ScanInput>,
        /// Why these findings are accepted
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who is responsible for the decision
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// The file to write; an existing file is replaced
        #[arg(long, default_value = BASELINE_FILE, value_name = "FILE")]
        output: PathBuf,
        /// Do not print progress
        #[arg(long, short)]
        quiet: bool,
    },
}

pub(super) fn run(args: BaselineArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let Command::Write { input, reason, owner, output: file, quiet } = args.command;
    if reason.trim().is_empty() {
        return Err(Failure::Usage("--reason must not be empty: say why these findings are accepted".into()));
    }
    terminal::check_writable(&file)?;
    // Without the old baseline, its findings are accepted again. Findings suppressed by alibi.toml are not added.
    let given = TeamFiles { baseline: None, ..TeamFiles::here(&input.scope)? };
    let (_, report) = scan_with(&input, None, given, quiet)?;
    let open = report.unsuppressed_findings();
    let text = Baseline::text(&open, reason.trim(), owner.as_deref()).map_err(|e| Failure::Usage(e.to_string()))?;
    terminal::write(&file, text.as_bytes())?;
    let mut out = terminal::stdout(colour);
    let s = if open.len() == 1 { "" } else { "s" };
    writeln!(out, "{} finding{s} accepted in {}: {}", open.len(), file.display(), reason.trim())?;
    out.flush()?;
    Ok(Outcome::Clean)
}
