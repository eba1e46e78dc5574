//! `git alibi baseline`: accepts what is found today, so that later runs tell what is new.

use super::what::{BASELINE, Given, What, perform_with};
use super::{ColourChoice, Failure, Outcome, output};
use crate::config::Baseline;
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// What is accepted.
#[derive(Args, Debug)]
pub struct BaselineArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Accept all that is found now: it is still told, and weighs nothing
    #[command(after_help = "\
Give the options with which you scan. Commit the file at the root of the repository: `scan` reads it from the folder that it
runs in, `gate` from before the range. It holds ids of findings, and no names.

Examples:
  git alibi baseline write --reason 'seen at the audit of spring' --owner platform-team
  git alibi baseline write ../api --refs all --reason 'before our time' --output api-baseline.toml")]
    Write {
        #[command(flatten)]
        what: Box<What>,
        /// Why these findings are accepted
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who answers for that
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// The file that is written; one that is there is renewed
        #[arg(long, default_value = BASELINE, value_name = "FILE")]
        output: PathBuf,
        /// Print no progress
        #[arg(long, short)]
        quiet: bool,
    },
}

pub(super) fn run(args: BaselineArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let Command::Write { what, reason, owner, output: file, quiet } = args.command;
    if reason.trim().is_empty() {
        return Err(Failure::Usage("say why these findings are accepted: --reason 'seen and explained'".into()));
    }
    output::check_writable(&file)?;
    // What an older baseline accepts is still there to be accepted; what the team wrote by hand stays where it is.
    let given = Given { baseline: None, ..Given::here(&what.scope)? };
    let (audit, _) = perform_with(&what, given, quiet)?;
    let open: Vec<String> = audit.findings.iter().filter(|f| f.suppressed.is_none()).map(|f| f.id.clone()).collect();
    let text = Baseline::text(&open, reason.trim(), owner.as_deref()).map_err(|e| Failure::Usage(e.to_string()))?;
    output::write(&file, text.as_bytes())?;
    let mut out = output::stdout(colour);
    let s = if open.len() == 1 { "" } else { "s" };
    writeln!(out, "{} finding{s} accepted in {}: {}", open.len(), file.display(), reason.trim())?;
    out.flush()?;
    Ok(Outcome::Clean)
}
