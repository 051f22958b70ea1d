//! An interest as clients see it.

use domain::interest::{Interest, State};
use domain::signal::Signal;
use domain::{Id, Timestamp};
use serde::Serialize;
use store::interest::Stored;
use utoipa::ToSchema;

use crate::signal::view::ContactView;

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
