//! `git alibi roster`: drafts an `alibi.toml`, and compares declared alibis with the history.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::scan_args::{ScanInput, TeamFiles, scan, scan_with};
use super::terminal;
use alibi_core::config::ALIBI_FILE;
use alibi_report::{MIN_COMMITS, drafted, is_contradicted, roster_draft, roster_table};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// Draft or check a roster.
#[derive(Args, Debug)]
pub(super) struct RosterArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Draft an alibi.toml from the history, with blank time zones and the observed offsets as comments
    #[command(after_help = "\
Examples:
  git alibi roster init --output alibi.toml
  git alibi roster init ../api ../web --least-commits 20 --output alibi.toml")]
    Init {
        #[command(flatten)]
        input: Box<ScanInput>,
        /// Skip contributors with fewer commits
        #[arg(long = "least-commits", default_value_t = MIN_COMMITS, value_name = "N")]
        min_commits: u32,
        /// Write the draft to a new file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Do not print progress
        #[arg(long, short)]
        quiet: bool,
    },
    /// Compare the declared alibis with the history; exit 1 on a contradiction
    #[command(after_help = "\
Examples:
  git alibi roster check
  git alibi roster check ../api ../web --config team/alibi.toml")]
    Check {
        #[command(flatten)]
        input: Box<ScanInput>,
        /// Do not print progress
        #[arg(long, short)]
        quiet: bool,
    },
}

pub(super) fn run(args: RosterArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    match args.command {
        Command::Init { input, min_commits, output: file, quiet } => {
            if let Some(file) = file.as_deref().filter(|file| file.exists()) {
                let shown = file.display();
                return Err(Failure::Usage(format!("{shown} already exists: a draft does not overwrite it")));
            }
            // The draft must not depend on an existing alibi.toml or baseline.
            let (audit, report) = scan_with(&input, None, TeamFiles::default(), quiet)?;
            let draft = roster_draft(&drafted(&report, &audit, min_commits));
            match file {
                Some(file) => {
                    terminal::write_private(&file, draft.as_bytes())?;
                    let people = draft.matches("[[contributor]]").count();
                    let shown = file.display();
                    writeln!(
                        terminal::stdout(colour),
                        "wrote a draft for {people} contributors to {shown}: fill in their time zones"
                    )?;
                }
                None => {
                    let mut out = terminal::stdout(colour);
                    out.write_all(draft.as_bytes())?;
                    out.flush()?;
                }
            }
            Ok(Outcome::Clean)
        }
        Command::Check { input, quiet } => {
            if input.scope.config.is_none() && !std::path::Path::new(ALIBI_FILE).exists() {
                let hint =
                    "no alibi.toml in this folder: pass one with --config, or draft one with `git alibi roster init`";
                return Err(Failure::Usage(hint.into()));
            }
            let (_, report) = scan(&input, quiet)?;
            let mut out = terminal::stdout(colour);
            roster_table(&report, &mut out)?;
            out.flush()?;
            Ok(if is_contradicted(&report) { Outcome::Found } else { Outcome::Clean })
        }
    }
}
