//! The version below which no token counts.

pub mod raise;
