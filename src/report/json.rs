use super::sanitize::sanitize;
use super::wire::Report;
use serde_json::Value;
use std::io::{self, Write};

/// Reads a saved report for display. The file is untrusted, so every text in it is sanitised.
///
/// # Errors
/// If the file is not a valid report.
pub fn read_json(text: &str) -> Result<Report, serde_json::Error> {
    let mut value: Value = serde_json::from_str(text)?;
    sanitize_all(&mut value);
    serde_json::from_value(value)
}

fn sanitize_all(value: &mut Value) {
    match value {
        Value::String(text) => *text = sanitize(&text),
        Value::Array(items) => items.iter_mut().for_each(sanitize_all),
        Value::Object(fields) => {
            let old = std::mem::take(fields);
            fields.extend(old.into_iter().map(|(key, mut value)| {
                sanitize_all(&mut value);
                (sanitize(key), value)
            }));
        }
        _ => {}
    }
}

/// Writes a report as JSON, with a trailing newline.
///
/// # Errors
/// Any error of `out`.
pub fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer_pretty(&mut buffered, report).map_err(io::Error::from)?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}
