//! The `git alibi` binary: parses arguments, runs the command, sets the exit code.

use clap::Parser;
use git_alibi::cli::{Cli, Failure, report_error, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let colour = cli.colour();
    match run(cli) {
        Ok(code) => code.into(),
        // The reader closed the pipe early.
        Err(Failure::Output(e)) if e.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            report_error(&failure, colour);
            failure.code().into()
        }
    }
}
