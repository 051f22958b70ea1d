//! What a measurement leaves behind: a table to read, the numbers behind it, and a picture, in `bench/results/`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Serialize;

use super::plot;
use super::rounds::{Goal, Line, Measure};
use crate::term;
use crate::workspace::Workspace;

/// Everything that one scenario showed.
#[derive(Serialize)]
pub struct Page {
    /// The scenario's name.
    pub scenario: &'static str,
    /// On what it ran: `host` or `spin`.
    pub runtime: &'static str,
    /// What is to be known for reading it.
    pub notes: Vec<String>,
    /// Cases that were measured in turns.
    pub lines: Vec<Line>,
    /// Other tables.
    pub tables: Vec<Table>,
}

/// A table of another kind.
#[derive(Serialize)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// Its rows; the first one names the columns.
    pub rows: Vec<Vec<String>>,
}

impl Page {
    /// An empty page.
    pub fn new(scenario: &'static str, runtime: &'static str) -> Self {
        Self {
            scenario,
            runtime,
            notes: Vec::new(),
            lines: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Adds a note.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Shows it and writes it.
    pub fn publish(&self, workspace: &Workspace) -> Result<()> {
        println!("\n{} on {}", self.scenario, self.runtime);
        for note in &self.notes {
            println!("  {note}");
        }
        if !self.lines.is_empty() {
            println!();
            term::table(&rows(&self.lines));
        }
        for table in &self.tables {
            println!("\n  {}\n", table.title);
            term::table(&table.rows);
        }
        let folder = workspace.root.join("bench/results");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let name = format!("{}-{}", self.scenario, self.runtime);
        let write = |ending: &str, text: String| -> Result<PathBuf> {
            let path = folder.join(format!("{name}.{ending}"));
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(path)
        };
        write("json", format!("{}\n", serde_json::to_string(self)?))?;
        let mut beside = ".json";
        if !self.lines.is_empty() {
            write("svg", plot::draw(self))?;
            beside = ".json, .svg";
        }
        let table = write("md", self.markdown(&name))?;
        term::note(format_args!(
            "written: {} and {beside} beside it",
            table.display()
        ));
        Ok(())
    }

    fn markdown(&self, name: &str) -> String {
        let mut text = format!("# {} on {}\n\n", self.scenario, self.runtime);
        for note in &self.notes {
            text.push_str(&format!("- {note}\n"));
        }
        if !self.lines.is_empty() {
            text.push_str(&format!(
                "\n{}\n![{name}]({name}.svg)\n",
                markdown_table(&rows(&self.lines))
            ));
        }
        for table in &self.tables {
            text.push_str(&format!(
                "\n## {}\n\n{}",
                table.title,
                markdown_table(&table.rows)
            ));
        }
        text
    }
}

/// The table of cases that were measured in turns.
fn rows(lines: &[Line]) -> Vec<Vec<String>> {
    let mut rows = vec![term::row([
        "case",
        "compared with",
        "req/s",
        "ratio",
        "CPU",
        "ratio",
        "p50",
        "p99",
        "ratio",
        "longest",
        "goals",
    ])];
    for line in lines {
        let ratio = |measure| match line.ratio(lines, measure) {
            Some(ratio) if line.name != line.base => format!("{ratio:.2}"),
            _ => String::new(),
        };
        let millis = |micros: f64| format!("{:.2} ms", micros / 1e3);
        rows.push(vec![
            line.name.clone(),
            if line.name == line.base {
                String::new()
            } else {
                line.base.to_owned()
            },
            format!("{:.0}", line.median(|round| round.per_second)),
            ratio(Measure::PerSecond),
            format!("{:.0} us", line.median(|round| round.cpu)),
            ratio(Measure::Cpu),
            millis(line.median(|round| round.p50)),
            millis(line.median(|round| round.p99)),
            ratio(Measure::P99),
            millis(line.median(|round| round.longest)),
            goals(line, lines),
        ]);
    }
    rows
}

/// The part of a core that a server must have had, or elapsed time says more about others on the machine than about it.
const BUSY: f64 = 0.7;

/// The part of a core that the server used for a case.
fn busy(name: &str, lines: &[Line]) -> f64 {
    let line = lines.iter().find(|line| line.name == name);
    line.map_or(0.0, |line| {
        line.median(|round| round.per_second * round.cpu / 1e6)
    })
}

fn goals(line: &Line, lines: &[Line]) -> String {
    let says = |goal: &Goal| {
        let ratio = line.ratio_to(goal.to, lines, goal.of)?;
        let (name, sign, met) = match goal.of {
            Measure::PerSecond => ("req/s", "≥", ratio >= goal.bound),
            Measure::Cpu => ("CPU", "≤", ratio <= goal.bound),
            Measure::P99 => ("p99", "≤", ratio <= goal.bound),
        };
        let busy = busy(goal.to, lines).min(busy(&line.name, lines));
        let verdict = match (met, goal.of) {
            (_, Measure::PerSecond | Measure::P99) if busy < BUSY => {
                format!("not judged, the server had {:.0} % of its core", busy * 100.0)
            }
            (true, _) => "met".to_owned(),
            (false, _) => "missed".to_owned(),
        };
        let to = if goal.to == line.base {
            String::new()
        } else {
            format!(" × {}", goal.to)
        };
        Some(format!(
            "{name} {sign} {:.2}{to}: {ratio:.2} {verdict}",
            goal.bound
        ))
    };
    line.goals.iter().filter_map(says).collect::<Vec<_>>().join("; ")
}

fn markdown_table(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
        if number == 0 {
            let rule = |cell: &String| {
                if cell == "case" || cell == "compared with" {
                    "---"
                } else {
                    "---:"
                }
            };
            let rules: Vec<&str> = row.iter().map(rule).collect();
            text.push_str(&format!("| {} |\n", rules.join(" | ")));
        }
    }
    text
}
