//! Pages and what they are made of.

pub mod read;
