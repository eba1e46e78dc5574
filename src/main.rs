//! The `git alibi` binary, which parses the arguments, runs the command and sets the exit code.

use clap::Parser;
use git_alibi::cli::{Cli, Failure, report_error, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let colour = cli.colour();
    match run(cli) {
        Ok(code) => code.into(),
        // A closed pipe is not an error: the reader stopped reading.
        Err(Failure::Output(e)) if e.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            report_error(&failure, colour);
            failure.code().into()
        }
    }
}
