//! How an endpoint is documented (OPS-6): what its handler's arguments say by themselves, and what stands in its `doc`.
//!
//! Every extractor says what it means for a client ([`Described`]): a body of a type, parameters, headers, the codes with which it
//! refuses. So the types of a handler's arguments document most of an operation. What they cannot know (its name, its answers,
//! the refusals of the handler itself) stands in a function `doc` beside the handler. Nothing of it runs in a component: the documents are
//! made natively, and the linker leaves out what nobody calls.

mod answer;
mod arguments;
mod operation;
mod parameter;
mod problem;
mod schema;

use serde_json::Value;

pub use answer::{Answer, Header};
pub use arguments::{AnyId, Arguments, Described};
pub use operation::{Body, Operation, Security};
pub use parameter::{Parameter, Place};
pub use problem::{example as problem_example, quota_example};
pub use schema::{Named, Schemas, reference};

/// The example `of` with these fields in the place of its own.
pub fn changed(mut of: Value, fields: Value) -> Value {
    if let (Value::Object(all), Value::Object(fields)) = (&mut of, fields) {
        all.extend(fields);
    }
    of
}
