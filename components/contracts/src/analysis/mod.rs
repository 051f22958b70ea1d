//! Risk analyses of contracts (CON-4, CON-5): begun here, worked on by the component `analysis`.

mod desk;
mod events;
pub mod latest;
pub mod list;
pub mod read;
pub mod start;
pub mod stream;
mod view;

pub use desk::Desk;
