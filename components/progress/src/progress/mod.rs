//! Records of progress.

pub mod read;
