//! Events for statements that want one.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::Id;
use domain::audit::{Action, Outcome};
use store::audit::Event;

use crate::clock::START;
use crate::random::Seeded;

/// An event for the audit log, with another id in every call.
pub fn event() -> Event {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let random = Seeded::new(NEXT.fetch_add(1, Ordering::SeqCst));
    Event {
        id: Id::new(START, &random),
        at: START,
        request_id: "request-1".to_owned(),
        actor: None,
        session: None,
        action: Action::SessionEnded,
        outcome: Outcome::Success,
        method: "POST".to_owned(),
        endpoint: "/api/v1/test",
        fingerprint: "0123456789abcdef".to_owned(),
    }
}
