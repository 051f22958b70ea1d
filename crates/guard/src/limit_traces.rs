//! The limiter's decisions against an exact log of the last minute, on replayed traces. Two counters know less than a log; the table
//! that this prints says how often that shows (QUAL-1, `cargo nextest run -p realcare-guard traces --no-capture`).

use std::collections::VecDeque;

use config::Class;
use domain::Timestamp;
use kv::{Memory, Store};
use proptest::prelude::*;

use super::{Limiter, WINDOW_MICROS};

const LIMIT: usize = 100;
const SECOND: i64 = 1_000_000;

/// What passed in the last minute, exactly.
#[derive(Default)]
struct ExactLog(VecDeque<i64>);

impl ExactLog {
    fn has_room(&mut self, now: i64) -> bool {
        self.0.retain(|at| now - at < WINDOW_MICROS && *at <= now);
        self.0.len() < LIMIT
    }
}

struct Verdict {
    requests: usize,
    /// Decisions that differ from what the exact log of the limiter's own permits says.
    wrong: usize,
    /// What the limiter let through.
    passed: usize,
    /// What an exact limiter would have let through.
    due: usize,
    /// The most that passed within any minute.
    most: usize,
}

impl Verdict {
    fn wrong_percent(&self) -> f64 {
        100.0 * self.wrong as f64 / self.requests as f64
    }

    fn passed_percent(&self) -> f64 {
        100.0 * self.passed as f64 / self.due as f64
    }
}

fn replay(trace: &[i64]) -> Verdict {
    let mut values = config::Values::new([("verifying_keys", "")]);
    let edge = config::Edge::read(&mut values).unwrap();
    let limiter = Limiter::new(Store::new("counters", Memory::default()), edge.rate_limits);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (mut own, mut exact) = (ExactLog::default(), ExactLog::default());
    let mut verdict = Verdict {
        requests: trace.len(),
        wrong: 0,
        passed: 0,
        due: 0,
        most: 0,
    };
    for at in trace {
        let decision = runtime
            .block_on(limiter.charge(Class::Free, "somebody", Timestamp::from_micros(*at)))
            .unwrap();
        verdict.wrong += usize::from(decision.allowed() != own.has_room(*at));
        if decision.allowed() {
            own.0.push_back(*at);
            verdict.passed += 1;
            verdict.most = verdict.most.max(own.0.len());
        }
        if exact.has_room(*at) {
            exact.0.push_back(*at);
            verdict.due += 1;
        }
    }
    verdict
}

/// `per_minute` requests a minute for `minutes`, evenly spaced.
fn steady(per_minute: i64, minutes: i64) -> Vec<i64> {
    (0..per_minute * minutes)
        .map(|number| 7 * SECOND + number * WINDOW_MICROS / per_minute)
        .collect()
}

/// A burst of `size` within two seconds at the beginning of every `period`.
fn bursts(size: i64, period: i64, count: i64) -> Vec<i64> {
    let burst = |number: i64| (0..size).map(move |one| number * period * SECOND + one * 2 * SECOND / size);
    (0..count).flat_map(burst).collect()
}

#[test]
fn against_an_exact_log() {
    let at_the_edge: Vec<i64> = (0..500)
        .flat_map(|minute| {
            let edge = minute * 2 * WINDOW_MICROS + WINDOW_MICROS;
            (0..60).map(move |one| edge - 3 * SECOND + one * SECOND / 10)
        })
        .collect();
    let stepped: Vec<i64> = steady(90, 1000)
        .into_iter()
        .map(|at| {
            at + if at / (600 * SECOND) % 2 == 1 {
                20 * SECOND
            } else {
                0
            }
        })
        .collect();
    let table = [
        ("steady, half the limit", replay(&steady(50, 1000))),
        ("steady, 90 % of the limit", replay(&steady(90, 1000))),
        ("steady, 99 % of the limit", replay(&steady(99, 1000))),
        ("bursts of 80 each 2 minutes", replay(&bursts(80, 120, 500))),
        ("60 around each window's edge", replay(&at_the_edge)),
        ("steady, 150 % of the limit", replay(&steady(150, 1000))),
        ("bursts of 60 each 45 s", replay(&bursts(60, 45, 500))),
        ("90 % with the clock stepping by 20 s", replay(&stepped)),
    ];
    println!(
        "{:<38} {:>8} {:>10} {:>12} {:>5}",
        "trace", "requests", "wrong", "passed/due", "most"
    );
    for (name, verdict) in &table {
        let (wrong, passed) = (verdict.wrong_percent(), verdict.passed_percent());
        println!(
            "{name:<38} {:>8} {wrong:>8.4} % {passed:>10.2} % {:>5}",
            verdict.requests, verdict.most
        );
    }
    for (name, verdict) in &table[..5] {
        assert!(verdict.wrong_percent() <= 0.003, "{name}");
    }
    for (name, verdict) in &table[5..] {
        assert!((90.0..=110.0).contains(&verdict.passed_percent()), "{name}");
        assert!(
            verdict.most <= LIMIT * 5 / 4,
            "{name}: {} in a minute",
            verdict.most
        );
    }
}

proptest! {
    /// Whatever comes: a client below the limit is never refused, and no minute lets more than twice the limit through.
    #[test]
    fn the_quiet_are_served_and_the_loud_bounded(gaps in prop::collection::vec(0i64..3 * SECOND, 1..400)) {
        let mut now = 0;
        let trace: Vec<i64> = gaps.iter().map(|gap| { now += gap; now }).collect();
        let verdict = replay(&trace);
        prop_assert!(verdict.most <= 2 * LIMIT);
        let minutes = |at: &i64| at / WINDOW_MICROS;
        let busiest = trace.chunk_by(|a, b| minutes(a) == minutes(b)).map(<[i64]>::len).max().unwrap_or(0);
        if 2 * busiest <= LIMIT {
            prop_assert_eq!(verdict.wrong, 0);
        }
    }
}
