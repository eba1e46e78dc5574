//! Reads saved reports.

use super::schema::Report;
use crate::sanitize::sanitize;
use serde_json::Value;

/// Parses a saved report for display. It is untrusted, so all text in it is sanitised.
///
/// # Errors
/// Returns an error if the text is not a valid report.
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
