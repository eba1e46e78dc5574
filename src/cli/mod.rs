//! The command line: one file per subcommand, with its arguments and its implementation.
//!
//! Exit codes: 0 if nothing reaches the threshold, 1 if something does, 2 if the arguments are invalid, 3 if a
//! repository could not be read as far as necessary or the output could not be written.

mod baseline;
mod calibrate;
mod colour;
mod diff;
mod explain;
mod gate;
mod heuristics;
mod outcome;
mod output_args;
mod roster;
mod scan;
mod scan_args;
mod terminal;
mod when;
mod who;

use alibi_report::GENERATED;
use clap::{CommandFactory, Parser, Subcommand};
use std::fmt::Write as _;
use std::io::{self, Write};

pub use colour::ColourChoice;
pub use outcome::{Failure, Outcome};

/// Scan Git history for contributor anomalies and supply-chain attacks. Each finding has a weight, the innocent causes
/// that were tested, and a Git command that reproduces it.
#[derive(Parser, Debug)]
#[command(name = "git-alibi", bin_name = "git alibi", version, after_help = EXAMPLES, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColourChoice,
}

const EXAMPLES: &str = "\
Examples:
  git alibi scan                              scan the current repository
  git alibi scan ../api ../web --refs all     scan two repositories together, with every reference
  git alibi scan --since 2026-01-01           scan this year's commits, with all earlier history as context
  git alibi scan --range main..feature        scan one branch
  git alibi scan --output html=report.html    write an HTML report; also json, sarif, markdown
  git alibi gate origin/main...HEAD           check a pull request before it is merged
  git alibi baseline write --reason 'seen'    accept all current findings
  git alibi who ana@example.org               show a contributor: all identities, and why they are linked
  git alibi roster check                      compare what contributors declare with their commits
  git alibi explain bidi-control              explain a heuristic and its innocent causes

Exit codes: 0 nothing at or above --fail-on, 1 something at or above it, 2 invalid arguments, 3 a repository
could not be read, or a gate could not read everything in scope.";

#[derive(Subcommand, Debug)]
enum Command {
    /// Scan one or more repositories
    Scan(scan::ScanArgs),
    /// Check only the commits that a range adds, with all earlier history as context
    Gate(gate::GateArgs),
    /// Show one contributor: the identities, why they are linked, and other possible identities
    Who(who::WhoArgs),
    /// Explain a heuristic, or one finding and how its weight is computed
    Explain(explain::ExplainArgs),
    /// List, show and check the heuristics
    Heuristics(heuristics::HeuristicsArgs),
    /// Draft the team's declared time zones and hours, and compare them with the history
    Roster(roster::RosterArgs),
    /// Accept all current findings, so that later runs report only new ones
    Baseline(baseline::BaselineArgs),
    /// Compare two saved reports
    Diff(diff::DiffArgs),
    /// Measure power and false positives on your own repositories
    Calibrate(calibrate::CalibrateArgs),
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write the pages of all commands to a folder (for `git help alibi`)
    Man {
        /// Folder for the pages, for example ~/.local/share/man/man1
        #[arg(value_name = "DIR")]
        folder: Option<std::path::PathBuf>,
    },
}

impl Cli {
    /// The colour choice.
    pub fn colour(&self) -> ColourChoice {
        self.color
    }
}

/// Runs a command.
///
/// # Errors
/// Returns a [`Failure`], which has an exit code, if the command fails.
pub fn run(cli: Cli) -> Result<Outcome, Failure> {
    let colour = cli.color;
    match cli.command {
        Command::Scan(args) => scan::run(args, colour),
        Command::Gate(args) => gate::run(args, colour),
        Command::Baseline(args) => baseline::run(args, colour),
        Command::Diff(args) => diff::run(args, colour),
        Command::Who(args) => who::run(args, colour),
        Command::Explain(args) => explain::run(args, colour),
        Command::Heuristics(args) => heuristics::run(args, colour),
        Command::Roster(args) => roster::run(args, colour),
        Command::Calibrate(args) => calibrate::run(args, colour),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "git-alibi", &mut script);
            io::stdout().write_all(&script)?;
            Ok(Outcome::Clean)
        }
        Command::Man { folder: Some(folder) } => {
            std::fs::create_dir_all(&folder)?;
            clap_mangen::generate_to(Cli::command().name("git-alibi").bin_name("git-alibi"), &folder)?;
            Ok(Outcome::Clean)
        }
        Command::Man { folder: None } => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            io::stdout().write_all(&page)?;
            Ok(Outcome::Clean)
        }
    }
}

/// Prints to standard error why a command failed.
pub fn report_error(failure: &Failure, colour: ColourChoice) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let mut err = terminal::stderr(colour);
    let text = failure.to_string();
    let lines: Vec<String> = text.lines().map(alibi_report::sanitize).collect();
    // If standard error cannot be written to, the error cannot be reported.
    let _ = writeln!(err, "{style}error:{style:#} {}", lines.join("\n"));
}

/// Returns the command-line reference as Markdown, which contains the `--help` text of every command.
pub fn reference() -> String {
    let mut command = Cli::command().term_width(REFERENCE_WIDTH).disable_help_subcommand(true);
    command.build();
    let mut text = format!("{GENERATED}\n\n# Command-line reference\n");
    describe(&mut command, "git alibi", &mut text);
    text
}

/// Width of the reference in columns, which does not depend on the terminal.
const REFERENCE_WIDTH: usize = 110;

fn describe(command: &mut clap::Command, name: &str, text: &mut String) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(text, "\n## {name}\n\n```text\n{}\n```\n", lines.join("\n").trim_end());
    for inner in command.get_subcommands_mut() {
        let name = format!("{name} {}", inner.get_name());
        describe(inner, &name, text);
    }
}
