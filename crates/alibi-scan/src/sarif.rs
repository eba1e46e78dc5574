//! Reads reports of other scanners in SARIF, the OASIS format ("Static Analysis Results Interchange Format", 2.1.0):
//! their results, with files, lines and commit ids. Quoted text is not kept.

use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a report cannot be imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The report cannot be read.
    #[error("the report {path} cannot be read: {err}", path = .0.display(), err = .1)]
    Read(PathBuf, std::io::Error),
    /// The report is not SARIF.
    #[error("the report {path} is not SARIF 2.1: {err}", path = .0.display(), err = .1)]
    Parse(PathBuf, serde_json::Error),
}

/// One result of another scanner.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Reported {
    /// The scanner's name.
    pub tool: String,
    /// The id of the scanner's rule.
    pub rule: String,
    /// The file, as the report names it.
    pub path: String,
    /// The 1-based line.
    pub line: Option<u32>,
    /// All words in the result, except in code snippets, that look like commit ids. Scanners store commit ids in
    /// different places.
    pub ids: Vec<String>,
}

#[derive(Deserialize)]
struct Sarif {
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    tool: Tool,
    #[serde(default)]
    results: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct Tool {
    driver: Driver,
}

#[derive(Deserialize)]
struct Driver {
    name: String,
}

/// Reads the results of a report, except those that are suppressed, have no location, or do not report a problem.
///
/// # Errors
/// [`ImportError`] if the file cannot be read or is not SARIF.
pub(crate) fn read_report(file: &Path) -> Result<Vec<Reported>, ImportError> {
    let bytes = std::fs::read(file).map_err(|e| ImportError::Read(file.into(), e))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let sarif: Sarif = serde_json::from_slice(bytes).map_err(|e| ImportError::Parse(file.into(), e))?;
    let of_run = |run: Run| {
        let tool = run.tool.driver.name;
        run.results
            .unwrap_or_default()
            .into_iter()
            .filter_map(move |result| reported(&tool, &result))
            .collect::<Vec<_>>()
    };
    Ok(sarif.runs.into_iter().flat_map(of_run).collect())
}

fn reported(tool: &str, result: &Value) -> Option<Reported> {
    let is = |key: &str, values: &[&str]| result.get(key).and_then(Value::as_str).is_some_and(|v| values.contains(&v));
    let suppressed = result.get("suppressions").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    if suppressed || is("kind", &["pass", "notApplicable", "informational"]) || is("level", &["none", "note"]) {
        return None;
    }
    let place = result.pointer("/locations/0/physicalLocation")?;
    let rule =
        result.get("ruleId").or_else(|| result.pointer("/rule/id")).and_then(Value::as_str).unwrap_or("a finding");
    let mut ids = Vec::new();
    collect_ids(result, &mut ids);
    ids.sort();
    ids.dedup();
    Some(Reported {
        tool: tool.to_owned(),
        rule: rule.to_owned(),
        path: place.pointer("/artifactLocation/uri")?.as_str()?.trim_start_matches("file://").to_owned(),
        line: place.pointer("/region/startLine").and_then(Value::as_u64).and_then(|line| u32::try_from(line).ok()),
        ids,
    })
}

/// Collects words of 40 or 64 hexadecimal digits from all strings in a value, except text quoted from the file.
fn collect_ids(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric());
            let is_id = |w: &&str| matches!(w.len(), 40 | 64) && w.bytes().all(|b| b.is_ascii_hexdigit());
            ids.extend(words.filter(is_id).map(str::to_ascii_lowercase));
        }
        Value::Array(values) => values.iter().for_each(|v| collect_ids(v, ids)),
        Value::Object(map) => map.iter().filter(|(key, _)| *key != "snippet").for_each(|(_, v)| collect_ids(v, ids)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sarif_results_are_read_with_file_line_and_commit() {
        let text = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "leaks"}}, "results": [{
            "message": {"text": "found at commit 0123456789abcdef0123456789abcdef01234567."}, "ruleId": "token",
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": "sub/b.py"},
                "region": {"startLine": 2, "snippet": {"text": "ffffffffffffffffffffffffffffffffffffffff"}}}}]},
            {"message": {"text": "nowhere"}}]}]}"#;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r.sarif");
        std::fs::write(&file, text).unwrap();
        let all = read_report(&file).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].tool.as_str(), all[0].rule.as_str(), all[0].path.as_str()), ("leaks", "token", "sub/b.py"));
        assert_eq!((all[0].line, all[0].ids.len()), (Some(2), 1));
        std::fs::write(&file, "{}").unwrap();
        assert!(read_report(&file).unwrap_err().to_string().contains("is not SARIF"));
    }
}
