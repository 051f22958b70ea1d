//! Failures of ours as problems: the client learns that, the log learns why.

use http_kit::{Code, Problem};
use store::Error;

/// A failed database call: 503 when trying again may help, else 500.
pub fn database(error: Error) -> Problem {
    let code = match error {
        Error::Unavailable(_) => Code::DatabaseUnavailable,
        Error::Failed(_) | Error::Decode { .. } => Code::InternalError,
    };
    Problem::new(code).because(error)
}

/// A failed call to a key-value store that must not be skipped.
pub fn store(error: kv::Error) -> Problem {
    Problem::new(Code::StoreUnavailable).because(error)
}
