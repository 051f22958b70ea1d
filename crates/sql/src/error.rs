//! What can go wrong between us and a database.

/// A failed call. The text is for the log; it never reaches a client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached, refuses us or is too busy: trying again later may help.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The statement failed: a constraint that no `ON CONFLICT` caught, a missing table, a mistake of ours.
    #[error("statement failed: {0}")]
    Failed(String),
    /// A row does not have the shape that the code expects.
    #[error("column {column}: expected {expected}")]
    Decode {
        /// Position in the row, from 0.
        column: usize,
        /// The type that was asked for.
        expected: &'static str,
    },
}
