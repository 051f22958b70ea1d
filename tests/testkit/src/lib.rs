//! What native tests need. Used by dev-dependencies only; never part of a component.

mod answer;
mod audit;
mod bell;
mod clock;
mod database;
mod people;
mod random;
mod scripted;
mod statements;
mod world;

pub use answer::{Answer, ask, get, post, request, send};
pub use audit::event;
pub use bell::Rings;
pub use clock::{MovableClock, START};
pub use database::{Fresh, State, on_postgres, on_sqlite};
pub use random::Seeded;
pub use scripted::{Piece, Scripted, Seen, Step};
pub use statements::Statements;
pub use world::{Person, World};
