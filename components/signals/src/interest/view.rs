//! An interest as clients see it.

use domain::interest::{Interest, State};
use domain::signal::Signal;
use domain::{Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use store::interest::Stored;
use utoipa::ToSchema;

use crate::signal::view::ContactView;

/// The interest of the documents' examples.
pub const EXAMPLE_ID: &str = "0198f3a2-7c41-7d52-9a6e-3b1f0c5d8e72";

/// The contact is that of the other side, once the interest was accepted (SIG-4).
#[derive(Serialize, ToSchema)]
#[schema(as = Interest)]
pub struct View {
    #[schema(value_type = String, format = "uuid")]
    id: Id<Interest>,
    #[schema(value_type = String, format = "uuid")]
    signal_id: Id<Signal>,
    state: State,
    message: String,
    created_at: Timestamp,
    #[schema(required)]
    decided_at: Option<Timestamp>,
    #[schema(required)]
    contact: Option<ContactView>,
}

impl From<Stored> for View {
    fn from(interest: Stored) -> Self {
        Self {
            id: interest.id,
            signal_id: interest.signal,
            state: interest.state,
            message: interest.message.as_str().to_owned(),
            created_at: interest.created_at,
            decided_at: interest.decided_at,
            contact: interest.contact.as_ref().map(ContactView::from),
        }
    }
}

/// An interest in the documents: nobody has decided.
pub fn example() -> Value {
    json!({
        "id": EXAMPLE_ID, "signal_id": crate::signal::view::EXAMPLE_ID, "state": "pending",
        "message": "Is it free in March? I would like to see it.", "created_at": "2026-11-25T09:05:00.000000Z",
        "decided_at": null, "contact": null,
    })
}

/// The same, decided; accepting reveals the contact of the other side.
pub fn example_decided(state: &str, contact: Value) -> Value {
    let mut interest = example();
    if let Some(fields) = interest.as_object_mut() {
        fields.insert("state".to_owned(), state.into());
        fields.insert("decided_at".to_owned(), "2026-11-25T09:10:00.000000Z".into());
        fields.insert("contact".to_owned(), contact);
    }
    interest
}
