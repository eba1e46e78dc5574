//! Writes calibration results as text, as JSON, as a Markdown page with a plot, and as the file of weights that ships
//! with the heuristics.

use alibi_calibrate::{Calibrated, Rate, Scenario};
use alibi_rules::heuristics::Calibration;
use anstyle::Style;
use std::fmt::Write as _;
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();

fn percent(rate: f64) -> String {
    format!("{:.1} %", rate * 100.0)
}

fn interval(rate: &Rate) -> String {
    format!("{} ({} to {}; {} of {})", percent(rate.rate), percent(rate.low), percent(rate.high), rate.hits, rate.of)
}

/// Writes a Markdown table, padded so that it is also readable as plain text.
fn table(out: &mut String, head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut line = |cells: &[String]| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(c, w)| format!("{c:<w$}")).collect();
        let _ = writeln!(out, "| {} |", padded.join(" | "));
    };
    line(&head.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>());
    line(&widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>());
    rows.iter().for_each(|row| line(row));
    out.push('\n');
}

fn scenario_row(s: &Scenario) -> Vec<String> {
    let power = |i: usize| {
        let p = &s.power[i];
        format!("{:.2} ({:.2} to {:.2})", p.power, p.low, p.high)
    };
    let by = |i: usize| if s.by_commits[i].of == 0 { "none".into() } else { format!("{:.2}", s.by_commits[i].rate) };
    let commits = format!("{} / {} / {}", by(0), by(1), by(2));
    vec![
        s.name.clone(),
        s.injected.to_string(),
        power(0),
        percent(s.realised.rate),
        power(1),
        commits,
        format!("{:.2}", s.cllr),
        percent(s.fired.rate),
    ]
}

/// Minimum number of repositories. The threshold for a repository is computed from the other repositories.
pub const MIN_REPOSITORIES: usize = 2;

/// Returns the tables of a calibration, as Markdown that is also readable as plain text.
fn tables(c: &Calibrated) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} repositories, {} commits, {} contributors, {} of them with at least 100 commits and 60 active days.\n",
        c.repositories, c.commits, c.contributors, c.testable
    );
    if c.repositories < MIN_REPOSITORIES {
        out.push_str(
            "Power cannot be measured with one repository: its thresholds come from the others. Pass several.\n\n",
        );
    }
    out.push_str("## Power\n\n");
    let head = [
        "scenario",
        "injected",
        "power at 1 %",
        "false positives",
        "power at 0.1 %",
        "at 1 %: 100 / 200 / 500 commits",
        "Cllr",
        "fired",
    ];
    table(&mut out, &head, &c.scenarios.iter().map(scenario_row).collect::<Vec<_>>());
    out.push_str("## Identities\n\n");
    let split = &c.split;
    let rows = [
        ("one author split in two, names and addresses varied: recall", &split.recall),
        ("the same: precision", &split.precision),
        ("no string in common: the other half is in the top ten", &split.hidden_near),
        ("the same: linked, without justification", &split.hidden_joined),
        ("history copied under another author: found", &c.copied[0]),
        ("of these, with a weight: several authors became one", &c.copied[1]),
        ("unchanged histories with a false copy finding", &c.copied[2]),
    ];
    table(&mut out, &["", "rate"], &rows.map(|(name, rate)| vec![name.to_owned(), interval(rate)]));
    out.push_str("## Honest changes\n\n");
    let rows: Vec<Vec<String>> =
        c.controls.iter().map(|k| vec![k.name.to_owned(), interval(&k.review), interval(&k.fired)]).collect();
    table(&mut out, &["change", "reaches review", "a heuristic fires that did not fire before"], &rows);
    out.push_str("## False positives\n\n");
    let mut rows = vec![
        vec!["reaches review by metadata alone, all contributors".to_owned(), interval(&c.review[0])],
        vec!["the same, contributors with 20 commits or more".to_owned(), interval(&c.review[1])],
    ];
    if let Some(t) = &c.threshold {
        let rate = Rate::new(t.false_alarms[0], t.false_alarms[1]);
        rows.push(vec![
            format!("{:.1} dB in two groups, contributors with 20 commits or more", t.total_db),
            interval(&rate),
        ]);
    }
    rows.extend(c.flagged.iter().map(|f| {
        let shown = format!("{} of {} testable, {} of {} in all", f.testable.hits, f.testable.of, f.all.hits, f.all.of);
        vec![f.heuristic.clone(), shown]
    }));
    table(&mut out, &["", "fires, and counts"], &rows);
    out.push_str("## Offset bands\n\n");
    let rows: Vec<Vec<String>> = c.bands.iter().map(|b| vec![b.name.to_owned(), interval(&b.above)]).collect();
    table(&mut out, &["home offset", "above the score that 5 % of all contributors exceed"], &rows);
    out.push_str("## Weights\n\n");
    let rows: Vec<Vec<String>> = c
        .weights
        .iter()
        .map(|w| {
            vec![
                w.heuristic.clone(),
                w.scenario.clone(),
                format!("{} of {}", w.detected[0], w.detected[1]),
                format!("{} of {}", w.false_alarms[0], w.false_alarms[1]),
                format!("{:.1} dB", w.weight_db),
            ]
        })
        .collect();
    table(&mut out, &["heuristic", "measured on", "detected", "false positives", "weight"], &rows);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Writes a calibration as text.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn calibration_table(c: &Calibrated, out: &mut dyn Write) -> io::Result<()> {
    for line in tables(c).lines() {
        match line.strip_prefix("## ") {
            Some(title) => writeln!(out, "{BOLD}{title}{BOLD:#}")?,
            None => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

/// Writes a calibration as JSON.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn calibration_json(c: &Calibrated, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, c).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Returns the Markdown text that belongs between the markers of the calibration page.
pub fn calibration_page(c: &Calibrated, plot: &str) -> String {
    format!("![Power of each scenario at 1 % and 0.1 % false positives]({plot})\n\n{}", tables(c))
}

/// Returns the file of weights that ships with the heuristics.
///
/// # Errors
/// Returns an error if the weights cannot be written as TOML.
pub fn calibration_weights(c: &Calibrated) -> Result<String, toml::ser::Error> {
    let file = Calibration {
        repositories: c.repositories,
        contributors: c.testable,
        day: c.day.clone(),
        review: c.threshold.clone(),
        weight: c.weights.clone(),
    };
    let text = toml::to_string(&file)?;
    Ok(format!(
        "# Written by `git alibi calibrate --write`; see docs/calibration.md. A test checks the heuristics against it.\n{text}"
    ))
}

/// Draws the power at 1 % and 0.1 % false positives as SVG, with one row per scenario.
pub fn calibration_plot(c: &Calibrated) -> String {
    const ROW: usize = 22;
    const LEFT: usize = 400;
    const WIDE: usize = 400;
    let height = 70 + ROW * c.scenarios.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" font-family=\"sans-serif\" font-size=\"12\" \
         role=\"img\" aria-label=\"Power of each scenario at 1 % and 0.1 % false positives\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        LEFT + WIDE + 40
    );
    let x = |power: f64| LEFT as f64 + power * WIDE as f64;
    for tenth in 0..=10 {
        let at = x(f64::from(tenth) / 10.0);
        let _ = writeln!(svg, "<line x1=\"{at}\" x2=\"{at}\" y1=\"40\" y2=\"{}\" stroke=\"#dddddd\"/>", height - 20);
        let _ = writeln!(
            svg,
            "<text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{:.1}</text>",
            height - 5,
            f64::from(tenth) / 10.0
        );
    }
    let _ = writeln!(svg, "<text x=\"10\" y=\"20\" font-weight=\"bold\">Share detected (with 95 % intervals)</text>");
    for (i, (colour, label)) in [("#1b5e9b", "at 1 % false positives"), ("#c0561a", "at 0.1 %")].iter().enumerate() {
        let at = LEFT + 170 * i;
        let _ = writeln!(
            svg,
            "<circle cx=\"{at}\" cy=\"16\" r=\"4\" fill=\"{colour}\"/><text x=\"{}\" y=\"20\">{label}</text>",
            at + 8
        );
    }
    for (i, s) in c.scenarios.iter().enumerate() {
        let y = 50 + ROW * i;
        let name = s.name.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(svg, "<text x=\"10\" y=\"{}\">{name}</text>", y + 4);
        for (power, colour, dy) in [(&s.power[1], "#c0561a", 3usize), (&s.power[0], "#1b5e9b", 0)] {
            let y = y + dy;
            let (low, high, at) = (x(power.low), x(power.high), x(power.power));
            let _ = writeln!(
                svg,
                "<line x1=\"{low:.1}\" x2=\"{high:.1}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{colour}\" stroke-width=\"2\"/>"
            );
            let _ = writeln!(svg, "<circle cx=\"{at:.1}\" cy=\"{y}\" r=\"4\" fill=\"{colour}\"/>");
        }
    }
    svg.push_str("</svg>\n");
    svg
}
