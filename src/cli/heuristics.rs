//! `git alibi heuristics`: lists, shows and checks the catalogue.

use super::colour::ColourChoice;
use super::outcome::{Failure, Outcome};
use super::scan_args::rulebook;
use super::terminal;
use alibi_report::{heuristic_page, heuristics_table, sanitize};
use alibi_scan::check::check;
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// The action on the catalogue.
#[derive(Args, Debug)]
pub(super) struct HeuristicsArgs {
    #[command(subcommand)]
    command: Question,
}

#[derive(Subcommand, Debug)]
enum Question {
    /// List all heuristics
    List {
        /// A folder with the team's own heuristics
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Show one heuristic in full
    Show {
        /// Id of the heuristic
        id: String,
        /// A folder with the team's own heuristics
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Lint all heuristics and run their examples; exit 1 on a failure
    Check {
        /// A folder with the team's own heuristics
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

pub(super) fn run(args: HeuristicsArgs, colour: ColourChoice) -> Result<Outcome, Failure> {
    let mut out = terminal::stdout(colour);
    let outcome = match args.command {
        Question::List { folder } => {
            let rulebook = rulebook(folder.as_deref())?;
            heuristics_table(&rulebook, terminal::width(), &mut out)?;
            Outcome::Clean
        }
        Question::Show { id, folder } => {
            let rulebook = rulebook(folder.as_deref())?;
            let heuristic = rulebook.get(&id).ok_or_else(|| {
                Failure::Usage(format!("there is no heuristic '{id}': `git alibi heuristics list` lists them"))
            })?;
            heuristic_page(heuristic, &mut out)?;
            Outcome::Clean
        }
        Question::Check { folder } => {
            let checked = check(&rulebook(folder.as_deref())?);
            for failure in &checked.failures {
                writeln!(out, "{}: {}", sanitize(&failure.file), sanitize(&failure.message))?;
            }
            writeln!(
                out,
                "{} heuristics, {} examples, {} failures",
                checked.heuristics,
                checked.examples,
                checked.failures.len()
            )?;
            if checked.failures.is_empty() { Outcome::Clean } else { Outcome::Found }
        }
    };
    out.flush()?;
    Ok(outcome)
}
