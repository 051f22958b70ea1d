//! What the arguments of handlers say of an operation.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::{HeaderMap, Uri};
use utoipa::openapi::schema::{SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Answer, Operation, Parameter};
use crate::etag::{IfMatch, IfNoneMatch};
use crate::query::{FromQuery, Pairs};
use crate::{Code, Json, PathId, PathIds, Query};

/// Something that a handler takes, and what that means for whoever calls it.
pub trait Described {
    /// Adds it to the operation.
    fn describe(operation: &mut Operation);
}

/// All arguments of a handler: the tuple that axum makes of them behind a marker.
pub trait Arguments {
    /// Adds all of them to the operation.
    fn describe(operation: &mut Operation);
}

macro_rules! arguments {
    ($($argument:ident)*) => {
        impl<M, $($argument: Described),*> Arguments for (M, $($argument,)*) {
            fn describe(operation: &mut Operation) {
                $($argument::describe(operation);)*
            }
        }
    };
}

arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
arguments!(A B C D E F G);

impl<T> Described for State<T> {
    fn describe(_: &mut Operation) {}
}

/// Whoever reads headers by hand says so in `doc`.
impl Described for HeaderMap {
    fn describe(_: &mut Operation) {}
}

/// As with headers.
impl Described for Uri {
    fn describe(_: &mut Operation) {}
}

/// The codes with which a body is refused that should be JSON of a type.
pub(crate) const JSON: &[Code] = &[
    Code::MalformedJson,
    Code::UnknownField,
    Code::DuplicateField,
    Code::WrongType,
    Code::TooDeep,
    Code::ValidationFailed,
];

impl<T: ToSchema> Described for Json<T> {
    fn describe(operation: &mut Operation) {
        operation.reads::<T>("application/json").refuses(JSON);
    }
}

/// The schema of an id, whatever it names.
#[derive(Debug)]
pub struct AnyId;

impl PartialSchema for AnyId {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("uuid".to_owned())))
            .into()
    }
}

impl<Entity> Described for PathId<Entity> {
    fn describe(operation: &mut Operation) {
        operation
            .parameter(Parameter::path::<AnyId>())
            .refuses(&[Code::NotFound]);
    }
}

impl<Outer, Inner> Described for PathIds<Outer, Inner> {
    fn describe(operation: &mut Operation) {
        PathId::<Outer>::describe(operation);
        PathId::<Inner>::describe(operation);
    }
}

impl<T: FromQuery> Described for Query<T> {
    fn describe(operation: &mut Operation) {
        let mut pairs = Pairs::default();
        // An empty query asks for everything; what it makes of it does not matter here.
        let _ = T::from_query(&mut pairs);
        #[cfg(not(target_family = "wasm"))]
        operation.asked.extend(pairs.into_asked());
        for parameter in T::parameters() {
            if parameter.name == "cursor" {
                operation.refuses(&[Code::InvalidCursor]);
            }
            operation.parameter(parameter);
        }
        operation.refuses(&[Code::InvalidQuery, Code::ControlCharacter]);
    }
}

impl Described for IfMatch {
    fn describe(operation: &mut Operation) {
        let says = "Changes only the version with this tag (CONV-6); without it, whatever version there is.";
        operation
            .parameter(Parameter::header("If-Match", says))
            .refuses(&[Code::PreconditionFailed]);
    }
}

impl Described for IfNoneMatch {
    fn describe(operation: &mut Operation) {
        let says = "The tag of the version that the client has; if it still holds, the answer is 304.";
        operation
            .parameter(Parameter::header("If-None-Match", says))
            .answers(
                Answer::empty(StatusCode::NOT_MODIFIED, "The client has this version already.").tagged(),
            );
    }
}
