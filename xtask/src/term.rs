//! What a person sees: steps, notes, tables and failures, the same everywhere.

use std::time::Duration;

/// Says which step begins.
pub fn step(text: impl std::fmt::Display) {
    eprintln!("==> {text}");
}

/// Says something about the step that runs.
pub fn note(text: impl std::fmt::Display) {
    eprintln!("    {text}");
}

/// Says in one line why a command ended.
pub fn failure(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

/// Prints rows in aligned columns; the first row is the heading.
pub fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:<width$}"))
            .collect();
        println!("  {}", cells.join("  ").trim_end());
    }
}

/// Builds one row of a table.
pub fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

/// A duration as people read it.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// A size in bytes as people read it.
pub fn kilobytes(bytes: u64) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}

/// Shows how far something has come, in one line that is written over; nothing where nobody watches.
pub fn progress(text: impl std::fmt::Display) {
    use std::io::{IsTerminal, Write};

    let mut errors = std::io::stderr();
    if errors.is_terminal() {
        let _ = write!(errors, "\r\x1b[2K    {text}");
        let _ = errors.flush();
    }
}
