//! Output streams, colours, files and progress.

use super::colour::ColourChoice;
use super::outcome::Failure;
use alibi_scan::progress::Progress;
use anstream::AutoStream;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Returns standard output, which keeps or strips colours.
pub(super) fn stdout(colour: ColourChoice) -> AutoStream<io::Stdout> {
    AutoStream::new(io::stdout(), choice(colour, &io::stdout()))
}

/// Returns standard error, which keeps or strips colours.
pub(super) fn stderr(colour: ColourChoice) -> AutoStream<io::Stderr> {
    AutoStream::new(io::stderr(), choice(colour, &io::stderr()))
}

fn choice(colour: ColourChoice, stream: &impl IsTerminal) -> anstream::ColorChoice {
    match colour {
        ColourChoice::Always => anstream::ColorChoice::AlwaysAnsi,
        ColourChoice::Never => anstream::ColorChoice::Never,
        ColourChoice::Auto => {
            let wanted = stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            if wanted { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never }
        }
    }
}

/// Returns the width of the terminal in columns, if standard output is a terminal.
pub(super) fn width() -> Option<u16> {
    terminal_size().map(|columns| columns.max(60))
}

fn terminal_size() -> Option<u16> {
    // The table library determines the width of the terminal.
    io::stdout().is_terminal().then(|| comfy_table::Table::new().width()).flatten()
}

/// Writes a file that only its owner can read: a report contains names, addresses and working hours.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        // Opening an existing file does not change its permissions.
        if let Ok(metadata) = std::fs::metadata(path)
            && metadata.is_file()
        {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(|e| cannot(path, &e))?;
        }
    }
    options.open(path).and_then(|mut file| file.write_all(bytes)).map_err(|e| cannot(path, &e))
}

/// Writes a file that anyone may read. It must not contain personal data.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|e| cannot(path, &e))
}

/// Builds the thread pool of a run.
pub(super) fn pool(jobs: Option<u16>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.map_or(0, usize::from))
        .build()
        .map_err(|e| Failure::Usage(format!("cannot start threads: {e}")))
}

/// Checks that a file can be written, without changing an existing one.
///
/// # Errors
/// Returns [`Failure::Usage`] if it cannot be written.
pub(super) fn check_writable(path: &Path) -> Result<(), Failure> {
    let existed = path.exists();
    let mut options = OpenOptions::new();
    options.append(true).create(true).open(path).map_err(|e| cannot(path, &e))?;
    if !existed {
        std::fs::remove_file(path).map_err(|e| cannot(path, &e))?;
    }
    Ok(())
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("{} cannot be written: {error}", path.display()))
}

/// A progress bar on standard error, if standard error is a terminal. Clones share the same bar.
#[derive(Clone)]
pub(super) struct Bar(Arc<Mutex<ProgressBar>>);

impl Bar {
    /// Creates a bar, which is hidden if standard error is not a terminal or `quiet` is set.
    pub(super) fn new(quiet: bool) -> Bar {
        let bar = ProgressBar::new_spinner();
        if quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        } else {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Bar(Arc::new(Mutex::new(bar)))
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if let Ok(bar) = self.0.lock() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn phase(&self, name: &'static str, total: Option<u64>) {
        let template = if total.is_some() {
            "{spinner} {msg:<10} {bar:30} {human_pos}/{human_len} {eta}"
        } else {
            "{spinner} {msg:<10} {human_pos}"
        };
        if let Ok(bar) = self.0.lock() {
            bar.set_position(0);
            bar.set_length(total.unwrap_or(0));
            bar.set_message(name);
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
        }
    }

    fn advance(&self, steps: u64) {
        if let Ok(bar) = self.0.lock() {
            bar.inc(steps);
        }
    }
}
