//! Rate limits in the document (GUARD-3, GUARD-4).

use config::Class;
use guard::route::{Access, Limit, Route};
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ComponentsBuilder, Ref};

/// Header, its type, what it tells, and whether it always comes: the numbers do not when nobody could count.
const HEADERS: [(&str, Type, &str, bool); 6] = [
    (
        "RateLimit-Policy",
        Type::String,
        "The limit that has the least left: its name, quota `q` and window `w` in seconds.",
        true,
    ),
    (
        "RateLimit",
        Type::String,
        "What is left of it: remaining `r` and seconds `t` until it is whole again.",
        false,
    ),
    ("X-RateLimit-Limit", Type::Integer, "The quota.", false),
    ("X-RateLimit-Remaining", Type::Integer, "What is left.", false),
    (
        "X-RateLimit-Reset",
        Type::Integer,
        "Seconds until it is whole again.",
        false,
    ),
    (
        "X-RateLimit-Status",
        Type::String,
        "`unavailable` when nobody could count; then only the policy stands beside it.",
        false,
    ),
];

/// What the document calls a header among its components: its name, which is a legal one there.
fn reference(name: &str) -> Ref {
    Ref::new(format!("#/components/headers/{name}"))
}

/// A header of an answer, and whether that always has it.
pub fn header(kind: Type, says: &str, always: bool) -> Header {
    let schema = ObjectBuilder::new().schema_type(kind);
    HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some(says))
        // The builder has no word for it.
        .extensions(always.then(|| Extensions::from_iter([("required", true)])))
        .build()
}

/// Adds the headers to the components.
pub fn headers(builder: ComponentsBuilder) -> ComponentsBuilder {
    let wait = "Seconds after which trying again may help.";
    let builder = builder.header("Retry-After", header(Type::Integer, wait, false));
    HEADERS
        .into_iter()
        .fold(builder, |builder, (name, kind, says, always)| {
            builder.header(name, header(kind, says, always))
        })
}

/// Refers to the headers in an answer.
pub fn refer(builder: ResponseBuilder) -> ResponseBuilder {
    HEADERS.iter().fold(builder, |builder, (name, ..)| {
        builder.header_ref(*name, reference(name))
    })
}

/// Refers to `Retry-After` in an answer.
pub fn refer_to_wait(builder: ResponseBuilder) -> ResponseBuilder {
    builder.header_ref("Retry-After", reference("Retry-After"))
}

/// The classes that a route may count against, the usual one first; none if it is not limited.
fn classes(route: &Route) -> &'static [Class] {
    match (route.limit, route.access) {
        (Limit::Unlimited, _) => &[],
        (Limit::Chat, _) => &[Class::Chat],
        (Limit::SignIn, Access::Public) => &[Class::SignIn],
        (_, Access::Public) => &[Class::Anonymous],
        _ => &[Class::Free, Class::Premium, Class::Admin],
    }
}

/// The class that refuses in the example of a route.
pub fn usual(route: &Route) -> Option<Class> {
    classes(route).first().copied()
}

/// What a route counts against, for `x-rate-limit`; nothing if it is not limited.
pub fn policy(route: &Route) -> Option<Value> {
    let classes = classes(route);
    let per = match classes.first()? {
        Class::Chat => "user",
        Class::SignIn => "address, and account where the body names one",
        Class::Anonymous => "address",
        Class::Free | Class::Premium | Class::Admin => "user, by tier and role",
    };
    let names: Vec<&str> = classes.iter().map(|class| class.as_str()).collect();
    Some(json!({"policies": names, "counted_per": per, "window_seconds": 60}))
}
