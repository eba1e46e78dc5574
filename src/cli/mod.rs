//! The command line: one file a subcommand, its arguments and what it does.
//!
//! In: words. Out: an exit code: 0 nothing to report, 1 something was, 2 a wrong request, 3 a repository that could not
//! be read.

mod baseline;
mod calibrate;
mod diff;
mod explain;
mod gate;
mod heuristics;
mod output;
mod roster;
mod scan;
mod told;
mod what;
mod when;
mod who;

use crate::audit::AuditError;
use crate::report::GENERATED;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;
use thiserror::Error;

/// Reads Git history as evidence: what about its contributors and their changes does not fit, how much that weighs,
/// which innocent causes were tested, and the Git command with which anybody can check it.
#[derive(Parser, Debug)]
#[command(name = "git-alibi", bin_name = "git alibi", version, after_help = EXAMPLES, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour what is printed
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColourChoice,
}

const EXAMPLES: &str = "\
Examples:
  git alibi scan                              the repository you are in
  git alibi scan ../api ../web --refs all     two repositories together, every reference
  git alibi scan --since 2026-01-01           judge this year in the light of all history before it
  git alibi scan --range main..feature        judge one branch
  git alibi scan --output html=report.html    a page to read and to filter; json, sarif, markdown as well
  git alibi gate origin/main...HEAD           judge a pull request before it is merged
  git alibi baseline write --reason 'seen'    accept what is found today
  git alibi who ana@example.org               who that is: every identity, and why they are one
  git alibi roster check                      whether what people declare agrees with their commits
  git alibi explain bidi-control              why something is looked for, and what else explains it

Exit codes: 0 nothing at or above --fail-on, 1 something was, 2 a wrong request, 3 a repository that could not
be read, or not all of what a gate must judge.";

/// When output is coloured.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum ColourChoice {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Audit one or several repositories
    Scan(scan::ScanArgs),
    /// Judge only what a range adds, in the light of all history before it
    Gate(gate::GateArgs),
    /// One contributor's dossier: the identities, why they are one person's, and what else might be
    Who(who::WhoArgs),
    /// Explain a heuristic, or one finding with its arithmetic
    Explain(explain::ExplainArgs),
    /// The catalogue of heuristics
    Heuristics(heuristics::HeuristicsArgs),
    /// What the team declares about where and when its people work: draft it, and hold it against the history
    Roster(roster::RosterArgs),
    /// Accept what is found today, so that later runs tell what is new
    Baseline(baseline::BaselineArgs),
    /// What two saved reports do not share
    Diff(diff::DiffArgs),
    /// Measure power and false alarms on your own repositories
    Calibrate(calibrate::CalibrateArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page; or write it and those of all commands to a folder, for `git help alibi`
    Man {
        /// Such as ~/.local/share/man/man1
        #[arg(value_name = "DIR")]
        folder: Option<std::path::PathBuf>,
    },
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Nothing at or above the threshold.
    Clean,
    /// Something was.
    Found,
}

impl Outcome {
    /// Found, if either was.
    pub fn or(self, other: Outcome) -> Outcome {
        if self == Outcome::Found { self } else { other }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(u8::from(outcome == Outcome::Found))
    }
}

/// Why a command failed.
#[derive(Debug, Error)]
pub enum Failure {
    /// A wrong request or configuration.
    #[error("{0}")]
    Usage(String),
    /// A repository that could not be read.
    #[error("{0}")]
    Repository(String),
    /// Not all that must be judged could be seen, or in time.
    #[error("{0}")]
    Incomplete(String),
    /// Output that could not be written.
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Repository(_) | Failure::Incomplete(_) | Failure::Output(_) => 3,
        }
    }
}

impl Failure {
    /// The same without what it names, where a run hides names.
    fn hidden_if(self, hides: bool) -> Failure {
        let words = |what: &str| format!("{what}; what it is about is hidden, without --pseudonymise it is said");
        match self {
            Failure::Usage(_) if hides => Failure::Usage(words("the request or the configuration cannot be followed")),
            Failure::Repository(_) if hides => Failure::Repository(words("the repository could not be read")),
            Failure::Incomplete(_) if hides => Failure::Incomplete(words("not all that must be judged could be seen")),
            failure => failure,
        }
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Failure {
        if error.is_usage() { Failure::Usage(error.to_string()) } else { Failure::Repository(error.to_string()) }
    }
}

impl Cli {
    /// When to colour.
    pub fn colour(&self) -> ColourChoice {
        self.color
    }
}

/// Runs a command.
///
/// # Errors
/// [`Failure`], which knows its exit code.
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

/// Prints why a command failed, on standard error.
pub fn report_error(failure: &Failure, colour: ColourChoice) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let mut err = output::stderr(colour);
    let text = failure.to_string();
    let lines: Vec<String> = text.lines().map(crate::report::sanitize).collect();
    // Nothing is left to do if even this cannot be written.
    let _ = writeln!(err, "{style}error:{style:#} {}", lines.join("\n"));
}

/// The reference of the command line, as Markdown: what `--help` says of each command.
pub fn reference() -> String {
    let mut command = Cli::command().term_width(REFERENCE_WIDTH).disable_help_subcommand(true);
    command.build();
    let mut text = format!("{GENERATED}\n\n# The command line\n");
    describe(&mut command, "git alibi", &mut text);
    text
}

/// Columns of the reference, so that it is the same on every terminal.
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
