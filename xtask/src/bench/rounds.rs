//! Rounds of several cases in turns, so that what else happens on the machine meets all of them alike. Ratios are of the same round, and
//! what is shown is their median.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::cpu;
use super::load::{Generator, Plan, Stream};
use crate::{process, term};

/// How often a round may be void before the measurement is.
const VOIDS: usize = 3;

/// How long and how often.
#[derive(Clone, Copy)]
pub struct Pace {
    /// The length of a round of one case.
    pub length: Duration,
    /// Rounds that count; one more goes before to warm up.
    pub rounds: usize,
}

/// One thing that is asked for again and again.
pub struct Case {
    /// What a table calls it.
    pub name: String,
    /// The case that it is compared with, by name.
    pub base: &'static str,
    /// The process group whose processor time counts.
    pub group: u32,
    /// What is measured.
    pub stream: Stream,
    /// What is asked at the same time.
    pub beside: Vec<Stream>,
    /// What the house wants of it (`docs/performance.md`).
    pub goals: Vec<Goal>,
}

/// What a ratio may be.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Goal {
    /// Of what.
    pub of: Measure,
    /// The bound; requests per second are to be above it, everything else below.
    pub bound: f64,
    /// The case that it is a ratio to, by name.
    pub to: &'static str,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Requests per second.
    PerSecond,
    /// Processor time per request.
    Cpu,
    /// The time that one of a hundred exceeds.
    P99,
}

/// What one round showed. Times are microseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Round {
    /// Answers per second.
    pub per_second: f64,
    /// The server's processor time per answer.
    pub cpu: f64,
    /// The median.
    pub p50: f64,
    /// 99 of 100 took at most this long.
    pub p99: f64,
    /// The longest.
    pub longest: f64,
}

impl Round {
    /// One of its numbers.
    pub const fn get(&self, measure: Measure) -> f64 {
        match measure {
            Measure::PerSecond => self.per_second,
            Measure::Cpu => self.cpu,
            Measure::P99 => self.p99,
        }
    }
}

/// All rounds of a case.
#[derive(Debug, Serialize)]
pub struct Line {
    /// What a table calls it.
    pub name: String,
    /// The case that it is compared with, by name.
    pub base: &'static str,
    /// What is wanted.
    pub goals: Vec<Goal>,
    /// What came.
    pub rounds: Vec<Round>,
}

impl Line {
    /// The median of one number.
    pub fn median(&self, number: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(number).collect())
    }

    /// The median of the ratios to the same rounds of its base.
    pub fn ratio(&self, lines: &[Self], measure: Measure) -> Option<f64> {
        self.ratio_to(self.base, lines, measure)
    }

    /// The median of the ratios to the same rounds of another case.
    pub fn ratio_to(&self, base: &str, lines: &[Self], measure: Measure) -> Option<f64> {
        let base = lines.iter().find(|line| line.name == base)?;
        let pairs = self.rounds.iter().zip(&base.rounds);
        Some(median(
            pairs
                .map(|(own, base)| own.get(measure) / base.get(measure))
                .collect(),
        ))
    }
}

/// The middle one; of an even number, the upper of the two.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Runs all rounds.
pub fn run(generator: &Generator, cases: Vec<Case>, pace: Pace) -> Result<Vec<Line>> {
    let mut rounds: Vec<Vec<Round>> = cases.iter().map(|_| Vec::new()).collect();
    let seconds = pace.length.as_secs_f64() * (cases.len() * (pace.rounds + 1)) as f64;
    term::note(format_args!(
        "{} cases, {} rounds and one to warm up: about {seconds:.0} s",
        cases.len(),
        pace.rounds
    ));
    for number in 0..=pace.rounds {
        for (place, (case, rounds)) in cases.iter().zip(&mut rounds).enumerate() {
            term::progress(format_args!(
                "round {number} of {}, case {} of {}: {}",
                pace.rounds,
                place + 1,
                cases.len(),
                case.name
            ));
            let round = one(generator, case, pace.length)?;
            if number > 0 {
                rounds.push(round);
            }
        }
    }
    term::progress("");
    Ok(cases
        .into_iter()
        .zip(rounds)
        .map(|(case, rounds)| Line {
            name: case.name,
            base: case.base,
            goals: case.goals,
            rounds,
        })
        .collect())
}

/// One round. A void one is said and done again, a few times.
pub fn one(generator: &Generator, case: &Case, length: Duration) -> Result<Round> {
    let mut streams = vec![case.stream.clone()];
    streams.extend(case.beside.iter().cloned());
    let plan = Plan {
        millis: u64::try_from(length.as_millis()).unwrap_or(u64::MAX),
        streams,
    };
    for _ in 0..VOIDS {
        if process::stopped() {
            bail!("stopped");
        }
        let before = cpu::used(case.group)?;
        let report = generator.run(&plan)?;
        let used = cpu::used(case.group)?.saturating_sub(before);
        if let Some(reason) = report.void {
            term::note(format_args!("void, again: {reason}"));
            continue;
        }
        let outcome = report.streams.first().context("a report without streams")?;
        if outcome.answers == 0 {
            bail!("{}: no answer at all", case.name);
        }
        return Ok(Round {
            per_second: outcome.per_second,
            cpu: used.as_secs_f64() * 1e6 / outcome.answers as f64,
            p50: outcome.p50,
            p99: outcome.p99,
            longest: outcome.longest,
        });
    }
    bail!("{}: {VOIDS} rounds were void, the measurement is", case.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, base: &'static str, cpu: &[f64]) -> Line {
        let round = |cpu: &f64| Round {
            per_second: 1.0,
            cpu: *cpu,
            p50: 1.0,
            p99: 1.0,
            longest: 1.0,
        };
        let rounds = cpu.iter().map(round).collect();
        Line {
            name: name.to_owned(),
            base,
            goals: Vec::new(),
            rounds,
        }
    }

    #[test]
    fn a_ratio_is_of_the_same_round() {
        // The machine was three times slower in the second round; both felt it.
        let lines = [
            line("a", "a", &[10.0, 30.0, 10.0]),
            line("b", "a", &[20.0, 60.0, 25.0]),
        ];
        assert_eq!(lines[1].ratio(&lines, Measure::Cpu), Some(2.0));
        assert_eq!(lines[1].median(|round| round.cpu), 25.0);
    }
}
