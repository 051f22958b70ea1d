//! `GET /api/v1/contracts/{id}/analysis/stream` (CON-5): the newest analysis as it comes, as an event stream.
//!
//! The stream reads from the database, so any instance can serve it, and a run does not know who watches. It looks again after a pause that
//! grows while nothing happens, and only when what it said has been taken: a slow reader costs nothing. Whoever leaves is noticed at the next
//! thing that is said, a heartbeat at the latest. It ends by itself after a while; clients come back with `Last-Event-ID`.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use crate::contract::view::EXAMPLE_ID as CONTRACT_ID;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use domain::contract::Contract;
use domain::user::User;
use domain::{Id, Timestamp};
use futures::stream;
use guard::{Caller, Context, problem};
use http_kit::doc::{Answer, Operation, Parameter};
use http_kit::log::{Level, event};
use http_kit::{Code, PathId, Problem};
use store::analysis::{self, Stored};

use super::desk::may_ring;
use super::events::{self, Told};
use crate::state::Contracts;

/// The pause between two looks: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(1));

/// A stream says something at least this often.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A stream ends after this; the client comes back.
const LONGEST: Duration = Duration::from_secs(120);

const MEDIA_TYPE: &str = "text/event-stream";

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Analyses", "streamAnalysis", "The newest analysis as it comes")
        .says(
            "Server-sent events: `stage`, `clause` and `missing_clause` as they are found, then `conclusion` and `done`. An analysis that failed says `error` and `done`, a stream that cannot go on `error` alone. The \
             stream ends by itself after two minutes; clients come back with `Last-Event-ID` and get what they have not seen.",
        )
        .with("id", CONTRACT_ID)
        .parameter(Parameter::header(
            "Last-Event-ID",
            "The id of the last event that the client has seen.",
        ))
        .answers(Answer::text(
            MEDIA_TYPE,
            "The events.",
            "event: stage\ndata: {\"stage\":\"ingestion\",\"status\":\"completed\"}\n\n",
        ));
}

pub async fn handle(
    caller: Caller,
    context: Context,
    State(contracts): State<Arc<Contracts>>,
    PathId(id): PathId<Contract>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = contracts.clock.now();
    let latest = analysis::latest(&contracts.db, id, caller.user, 0, now)
        .await
        .map_err(problem::database)?;
    let mut latest = latest.ok_or_else(|| Problem::new(Code::NotFound))?;
    let last = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    let after = Told::resumed(last, latest.id);
    latest.findings.retain(|finding| finding.number > after);
    let watcher = Watcher {
        contracts,
        context,
        user: caller.user,
        told: Told::up_to(after),
        pause: PAUSE.0,
        said_at: now,
        rung_at: None,
        end: now.plus(LONGEST),
        next: Next::Say(Box::new(latest)),
        log: Closing::default(),
    };
    let body = stream::unfold(watcher, |mut watcher| async move {
        let said = watcher.next().await?;
        watcher.log.bytes += said.len();
        Some((Ok::<_, Infallible>(Bytes::from(said)), watcher))
    });
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather answers must not gather this one.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

struct Watcher {
    contracts: Arc<Contracts>,
    context: Context,
    user: Id<User>,
    told: Told,
    pause: Duration,
    said_at: Timestamp,
    rung_at: Option<Timestamp>,
    end: Timestamp,
    next: Next,
    log: Closing,
}

enum Next {
    /// Say how this stands, first of all.
    Say(Box<Stored>),
    /// Look again at this one.
    Look(Id<domain::analysis::run::Analysis>),
    /// Nothing more.
    End,
}

impl Watcher {
    /// The next piece of text; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        loop {
            match std::mem::replace(&mut self.next, Next::End) {
                Next::Say(first) => {
                    let text = format!("{}{}", events::opening(), self.say(&first));
                    return Some(text);
                }
                Next::Look(id) => {
                    if let Some(text) = self.look(id).await {
                        return Some(text);
                    }
                }
                Next::End => return None,
            }
        }
    }

    /// Waits, looks, and says what is new; `None` if nothing is, or if the time is over.
    async fn look(&mut self, id: Id<domain::analysis::run::Analysis>) -> Option<String> {
        self.contracts.desk.timer.sleep(self.pause).await;
        let now = self.contracts.clock.now();
        if now >= self.end {
            self.log.reason = "too_long";
            return None;
        }
        self.log.looks += 1;
        let language = self.context.language();
        let stored = match analysis::watch(&self.contracts.db, id, self.user, self.told.after, now).await {
            Ok(Some(stored)) => stored,
            Ok(None) => {
                self.log.reason = "gone";
                return Some(events::broken(Code::NotFound.as_str(), language));
            }
            Err(error) => {
                self.log.reason = "database";
                let problem = problem::database(error);
                let fields = self
                    .context
                    .about([("detail", problem.internal().unwrap_or_default().into())]);
                event(Level::Error, "analysis_stream_broken", fields);
                return Some(events::broken(problem.code().as_str(), language));
            }
        };
        let text = self.say(&stored);
        if !text.is_empty() {
            self.pause = PAUSE.0;
            self.said_at = now;
            return Some(text);
        }
        self.pause = (self.pause * 3 / 2).min(PAUSE.1);
        (now >= self.said_at.plus(HEARTBEAT)).then(|| {
            self.said_at = now;
            events::heartbeat().to_owned()
        })
    }

    fn say(&mut self, stored: &Stored) -> String {
        if stored.state.is_over() {
            self.log.reason = "done";
        } else {
            self.next = Next::Look(stored.id);
            self.ring(stored);
        }
        self.told.tell(stored, self.context.language())
    }

    /// Whoever watches an analysis that nobody works on wakes somebody.
    fn ring(&mut self, stored: &Stored) {
        let now = self.contracts.clock.now();
        if stored.is_overdue && may_ring(self.rung_at, now) {
            self.rung_at = Some(now);
            let traceparent = self.context.trace().traceparent();
            self.contracts.desk.wake(stored, &traceparent);
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let log = std::mem::take(&mut self.log);
        let fields = self.context.about([
            ("reason", log.reason.into()),
            ("looks", log.looks.into()),
            ("bytes", log.bytes.into()),
        ]);
        event(Level::Info, "analysis_stream_ended", fields);
    }
}

/// What the log says when a stream is over. While nothing else is said, the client has left.
struct Closing {
    reason: &'static str,
    looks: u64,
    bytes: usize,
}

impl Default for Closing {
    fn default() -> Self {
        Self {
            reason: "left",
            looks: 0,
            bytes: 0,
        }
    }
}
