//! Carrying a plan out.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mio::{Events, Poll, Token};

use crate::connection::Connection;
use crate::plan::{Outcome, Plan, Report, Stream};

/// How long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many times are reported one by one.
const REPORTED: usize = 10_000;

/// Asks what the plan says for as long as it says.
///
/// # Errors
/// The plan asks for nothing, or a server cannot be reached at all.
pub fn run(plan: &Plan) -> Result<Report> {
    let mut poll = Poll::new()?;
    let mut lines = Vec::new();
    let mut tallies: Vec<Tally> = Vec::new();
    for (number, stream) in plan.streams.iter().enumerate() {
        if stream.requests.is_empty() {
            bail!("a stream without requests");
        }
        for _ in 0..stream.connections {
            let connection = Connection::open(stream.address, poll.registry(), Token(lines.len()))?;
            lines.push(Line {
                connection,
                stream: number,
                resumes: None,
            });
        }
        tallies.push(Tally::default());
    }
    let mut work = Work {
        plan,
        lines,
        tallies,
        start: Instant::now(),
        void: None,
    };
    work.begin();
    let end = work.start + Duration::from_millis(plan.millis);
    let mut events = Events::with_capacity(1024);
    while work.void.is_none() {
        let now = Instant::now();
        let asking = now < end;
        if now > end + PATIENCE {
            work.void = Some(format!("no answer within {} s", PATIENCE.as_secs()));
            break;
        }
        let busy = work.lines.iter().any(|line| line.connection.busy);
        if !busy && (!asking || !work.resume(now)) {
            break;
        }
        poll.poll(&mut events, Some(work.wait(now, end, asking)))
            .context("waiting for answers")?;
        for event in &events {
            work.hear(event.token().0, end);
        }
        if asking {
            work.resume(Instant::now());
        }
    }
    Ok(work.report())
}

struct Line {
    connection: Connection,
    stream: usize,
    /// When a connection that pauses asks again.
    resumes: Option<Instant>,
}

#[derive(Default)]
struct Tally {
    asked: u64,
    nanos: Vec<u64>,
    statuses: BTreeMap<u16, u64>,
    last: Option<Instant>,
}

struct Work<'a> {
    plan: &'a Plan,
    lines: Vec<Line>,
    tallies: Vec<Tally>,
    start: Instant,
    void: Option<String>,
}

impl Work<'_> {
    fn begin(&mut self) {
        for line in 0..self.lines.len() {
            self.ask(line);
        }
    }

    /// How long nothing can happen but an answer.
    fn wait(&self, now: Instant, end: Instant, asking: bool) -> Duration {
        let limit = if asking {
            end
        } else {
            now + Duration::from_millis(100)
        };
        let resumes = self.lines.iter().filter_map(|line| line.resumes);
        resumes
            .chain([limit])
            .min()
            .unwrap_or(limit)
            .saturating_duration_since(now)
    }

    /// Asks on the connections whose pause is over; whether any still pauses or has asked.
    fn resume(&mut self, now: Instant) -> bool {
        let mut any = false;
        for line in 0..self.lines.len() {
            match self.lines[line].resumes {
                Some(at) if at <= now => {
                    self.lines[line].resumes = None;
                    self.ask(line);
                    any = true;
                }
                Some(_) => any = true,
                None => {}
            }
        }
        any
    }

    fn ask(&mut self, line: usize) {
        let line = &mut self.lines[line];
        let (stream, tally) = (&self.plan.streams[line.stream], &mut self.tallies[line.stream]);
        if stream.most.is_some_and(|most| tally.asked >= most) {
            return;
        }
        let turn = usize::try_from(tally.asked).unwrap_or(0) % stream.requests.len();
        tally.asked += 1;
        if let Err(error) = line.connection.ask(&stream.requests[turn].0) {
            self.void = Some(format!("{error:#}"));
        }
    }

    /// Something happened on a connection.
    fn hear(&mut self, number: usize, end: Instant) {
        let line = &mut self.lines[number];
        let (stream, tally) = (&self.plan.streams[line.stream], &mut self.tallies[line.stream]);
        let arrived = match line.connection.advance() {
            Ok(Some(arrived)) => arrived,
            Ok(None) => return,
            Err(error) => {
                self.void = Some(format!("{}: {error:#}", name(stream)));
                return;
            }
        };
        if !is_right(stream, arrived.status, arrived.body) {
            let body = String::from_utf8_lossy(arrived.body);
            let body: String = body.chars().take(300).collect();
            self.void = Some(format!("{} answered {}: {body}", name(stream), arrived.status));
            return;
        }
        let now = Instant::now();
        tally
            .nanos
            .push(u64::try_from(arrived.time.as_nanos()).unwrap_or(u64::MAX));
        *tally.statuses.entry(arrived.status).or_default() += 1;
        tally.last = Some(now);
        if now >= end {
            return;
        }
        match stream.pause_micros {
            None => self.ask(number),
            Some(micros) => line.resumes = Some(now + Duration::from_micros(micros)),
        }
    }

    fn report(self) -> Report {
        let start = self.start;
        Report {
            streams: self
                .tallies
                .into_iter()
                .map(|tally| tally.outcome(start))
                .collect(),
            void: self.void,
        }
    }
}

impl Tally {
    fn outcome(mut self, start: Instant) -> Outcome {
        let times: Vec<f64> = match self.nanos.len() <= REPORTED {
            true => self.nanos.iter().map(|nanos| micros(*nanos)).collect(),
            false => Vec::new(),
        };
        self.nanos.sort_unstable();
        let elapsed = self.last.map_or(0.0, |last| (last - start).as_secs_f64());
        Outcome {
            answers: self.nanos.len() as u64,
            per_second: if elapsed > 0.0 {
                self.nanos.len() as f64 / elapsed
            } else {
                0.0
            },
            p50: share(&self.nanos, 500),
            p99: share(&self.nanos, 990),
            p999: share(&self.nanos, 999),
            longest: share(&self.nanos, 1000),
            statuses: self.statuses,
            times,
        }
    }
}

/// The value (in microseconds) that so many of a thousand do not exceed; `nanos` is sorted.
fn share(nanos: &[u64], per_mille: usize) -> f64 {
    let at = (nanos.len() * per_mille / 1000).min(nanos.len().saturating_sub(1));
    nanos.get(at).map_or(0.0, |nanos| micros(*nanos))
}

fn micros(nanos: u64) -> f64 {
    nanos as f64 / 1000.0
}

fn is_right(stream: &Stream, status: u16, body: &[u8]) -> bool {
    let part = stream.contains.as_bytes();
    stream.statuses.contains(&status)
        && (part.is_empty() || body.windows(part.len()).any(|window| window == part))
}

/// The request line of what a stream asks first.
fn name(stream: &Stream) -> &str {
    let first = stream.requests.first().map_or("", |request| request.0.as_str());
    first.split("\r\n").next().unwrap_or_default()
}
