//! `cargo xtask places`: loads the ranges of addresses from which the list of sign-ins takes its coarse places (AUTH-12).
//!
//! The file is a CSV as the free databases of the trade have it, first and last address in the first two columns, such as DB-IP's "IP to
//! Country Lite". Without it, places are `null`. It goes into the database and not next to the component, because a Wasm
//! component would have to hold all of it in the memory of each instance.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};
use domain::place::address_key;
use store::place::{self, Range};

use crate::workspace::Workspace;
use crate::{migrate, operator, term};

/// What `cargo xtask places` understands.
#[derive(clap::Args)]
pub struct Args {
    /// CSV without a heading; an empty file removes all places
    file: PathBuf,
    /// Columns that make up a place, counted from 1, joined by commas in this order
    #[arg(long, value_delimiter = ',', default_value = "3")]
    columns: Vec<usize>,
    /// Database: `sqlite:PATH` (relative to the project) or `postgres://user:password@host/name`
    #[arg(long, default_value = migrate::DEFAULT_URL)]
    url: String,
}

/// Runs `cargo xtask places`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let text = std::fs::read_to_string(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let ranges = parse(&text, &args.columns)?;
    operator::on(workspace, &args.url, async |db| {
        place::replace(db, &ranges)
            .await
            .context("cannot write the places")
    })?;
    term::note(format_args!("{} ranges of addresses have a place", ranges.len()));
    Ok(())
}

/// The ranges in order, none overlapping another.
fn parse(text: &str, columns: &[usize]) -> Result<Vec<Range>> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let ranges: Result<Vec<Range>> = lines
        .map(|(index, line)| range(line, columns).with_context(|| format!("line {}", index + 1)))
        .collect();
    let mut ranges = ranges?;
    ranges.sort_by(|a, b| a.low.cmp(&b.low));
    for pair in ranges.windows(2) {
        ensure!(
            pair[0].high < pair[1].low,
            "the ranges of {} and {} overlap",
            pair[0].place,
            pair[1].place
        );
    }
    Ok(ranges)
}

fn range(line: &str, columns: &[usize]) -> Result<Range> {
    let cells = cells(line);
    let cell = |number: usize| {
        let cell = number.checked_sub(1).and_then(|index| cells.get(index));
        cell.ok_or_else(|| anyhow!("there is no column {number}"))
    };
    let address = |number: usize| {
        let cell = cell(number)?;
        address_key(cell).ok_or_else(|| anyhow!("{cell} is no address"))
    };
    let parts: Result<Vec<&String>> = columns.iter().map(|number| cell(*number)).collect();
    let parts: Vec<&str> = parts?
        .into_iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
    let range = Range {
        low: address(1)?,
        high: address(2)?,
        place: parts.join(", "),
    };
    ensure!(range.low <= range.high, "the first address comes after the last");
    Ok(range)
}

/// The cells of a line (RFC 4180 without line breaks inside cells).
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.trim_end().chars().peekable();
    while let Some(character) = characters.next() {
        let cell = cells.last_mut().expect("there is always a cell");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_families_and_quoted_cells_are_read() {
        let text = "\"2001:db8::\",\"2001:db8::ff\",\"AS\",\"KR\",\"Seoul, \"\"special\"\"\"\n192.0.2.0,192.0.2.255,AS,KR,\n\n";
        let ranges = parse(text, &[5, 4]).unwrap();
        let places: Vec<_> = ranges.iter().map(|range| range.place.as_str()).collect();
        assert_eq!(places, ["KR", "Seoul, \"special\", KR"]);
        assert!(ranges[0].low < ranges[0].high);
        assert!(parse("", &[3]).unwrap().is_empty());
    }

    #[test]
    fn what_makes_no_ranges_is_refused() {
        for wrong in [
            "192.0.2.0,KR",
            "192.0.2.0,x,KR",
            "192.0.2.9,192.0.2.1,KR",
            "192.0.2.0,192.0.2.9,KR\n192.0.2.9,192.0.2.20,KR",
        ] {
            assert!(parse(wrong, &[3]).is_err(), "{wrong}");
        }
        assert!(parse("192.0.2.0,192.0.2.9,KR", &[0]).is_err());
    }
}
