use super::wire::Report;
use std::io::{self, Write};

/// Writes a report as JSON, with a newline at its end.
///
/// # Errors
/// Whatever `out` returns.
pub fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer_pretty(&mut buffered, report).map_err(io::Error::from)?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}
