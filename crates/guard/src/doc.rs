//! What the guard's arguments of handlers say of an operation (OPS-6).

use http_kit::Code;
use http_kit::doc::{Described, Operation, Parameter, Security};
use utoipa::ToSchema;

use crate::{Admin, Anonymous, Caller, Context, Creation, Internal};

/// What any handler may answer: a mistake of ours, variables that cannot be read, a database that does not answer.
const ALWAYS: &[Code] = &[
    Code::InternalError,
    Code::ConfigurationInvalid,
    Code::DatabaseUnavailable,
];

impl Described for Anonymous {
    fn describe(operation: &mut Operation) {
        operation.refuses(ALWAYS);
    }
}

impl Described for Caller {
    fn describe(operation: &mut Operation) {
        operation.security = Security::AccessToken;
        operation.refuses(&[
            Code::AuthenticationRequired,
            Code::InvalidToken,
            Code::StoreUnavailable,
        ]);
        operation.refuses(ALWAYS);
    }
}

impl Described for Admin {
    fn describe(operation: &mut Operation) {
        Caller::describe(operation);
        operation.refuses(&[Code::Forbidden]);
    }
}

impl Described for Internal {
    fn describe(operation: &mut Operation) {
        operation.security = Security::InternalKey;
        operation.refuses(&[Code::NotFound]).refuses(ALWAYS);
    }
}

impl Described for Context {
    fn describe(_: &mut Operation) {}
}

impl<T: ToSchema> Described for Creation<T> {
    fn describe(operation: &mut Operation) {
        let says = "Makes the creation happen once (CONV-7): 1 to 255 visible ASCII characters. The same key with the same body replays \
                    the first answer for 24 hours.";
        http_kit::Json::<T>::describe(operation);
        operation
            .parameter(Parameter::header("Idempotency-Key", says))
            .refuses(&[
                Code::InvalidIdempotencyKey,
                Code::IdempotencyKeyReused,
                Code::RequestInProgress,
            ]);
    }
}
