//! What every handler needs: problems (RFC 9457), extractors that parse, signed cursors, calls to others, and the glue to Spin.

pub mod bell;
pub mod client;
pub mod compress;
pub mod cursor;
pub mod doc;
#[cfg(target_family = "wasm")]
pub mod entry;
pub mod etag;
pub mod headers;
pub mod json;
pub mod log;
pub mod page;
pub mod path;
pub mod platform;
pub mod problem;
pub mod query;
pub mod reply;
pub mod request_id;
#[cfg(target_family = "wasm")]
mod wire;

pub use i18n::Language;
pub use json::Json;
pub use page::PageRequest;
pub use path::{PathId, PathIds};
pub use problem::{Code, Problem};
pub use query::Query;
