//! One operation in the document.

use guard::route::{Cache, Limit, Route};
use http_kit::doc::{Answer, Body, Operation, Parameter, Place, Security};
use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{Content, HttpMethod, Required, SecurityRequirement, path};

use crate::limits;
use crate::problem::Shared;
use crate::sorted;

/// The document's word for a method.
pub fn method(route: &Route) -> HttpMethod {
    match route.method.as_str() {
        "GET" => HttpMethod::Get,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Post,
    }
}

/// Puts an operation together from its route and what documents it.
pub fn build(route: &Route, operation: &Operation, shared: &Shared) -> path::Operation {
    let mut builder = OperationBuilder::new()
        .tag(operation.tag)
        .operation_id(Some(operation.id.clone()))
        .summary(Some(operation.summary.clone()))
        .description(operation.description)
        .request_body(body(route, operation))
        .extensions(
            limits::policy(route).map(|policy| Extensions::from_iter([("x-rate-limit", sorted(policy))])),
        )
        .securities(Some(security(operation)));
    for parameter in parameters(route, operation) {
        builder = builder.parameter(parameter);
    }
    let mut taken = Vec::new();
    for found in &operation.answers {
        let status = found.status.as_u16();
        let response = shared.beside(answer(route, operation, found), status, route, operation);
        builder = builder.response(status.to_string(), response);
        taken.push(status);
    }
    for (status, response) in shared.responses(route, operation, &taken) {
        builder = builder.response(status, response);
    }
    builder.build()
}

fn security(operation: &Operation) -> Vec<SecurityRequirement> {
    match operation.security {
        Security::None => Vec::new(),
        Security::AccessToken | Security::InternalKey => {
            vec![SecurityRequirement::new("accessToken", Vec::<String>::new())]
        }
    }
}

/// The parameters, those of the path with the names of its template.
fn parameters(route: &Route, operation: &Operation) -> Vec<path::Parameter> {
    let mut template = names(route.path).into_iter();
    let mut name = |parameter: &Parameter| match parameter.place {
        Place::Path => template.next().unwrap_or_default().to_owned(),
        _ => parameter.name.to_owned(),
    };
    operation
        .parameters
        .iter()
        .map(|known| {
            let place = match known.place {
                Place::Path => ParameterIn::Path,
                Place::Query => ParameterIn::Query,
                Place::Header => ParameterIn::Header,
                Place::Cookie => ParameterIn::Cookie,
            };
            let required = if known.required {
                Required::True
            } else {
                Required::False
            };
            let name = name(known);
            let example = known
                .example
                .clone()
                .or_else(|| path_example(operation, &name))
                .map(sorted);
            ParameterBuilder::new()
                .name(name)
                .parameter_in(place)
                .required(required)
                .description((!known.says.is_empty()).then_some(known.says))
                .schema(Some(known.schema.clone()))
                .example(example)
                .build()
        })
        .collect()
}

fn path_example(operation: &Operation, name: &str) -> Option<Value> {
    let mut examples = operation.path_examples.iter();
    examples
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.clone())
}

/// The parameters of a path's template, in order.
pub fn names(path: &str) -> Vec<&str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

fn body(route: &Route, operation: &Operation) -> Option<RequestBody> {
    if operation.bodies.is_empty() {
        return None;
    }
    let limit = Extensions::from_iter([("x-body-limit", route.body_limit)]);
    let empty = RequestBodyBuilder::new()
        .required(Some(Required::True))
        .extensions(Some(limit));
    let filled = operation.bodies.iter().fold(empty, |builder, body| {
        builder.content(body.media_type, content(body))
    });
    Some(filled.build())
}

fn content(body: &Body) -> Content {
    let builder = ContentBuilder::new().schema(Some(body.schema.clone()));
    match body.examples.as_slice() {
        [] => builder.build(),
        [(_, only)] => builder.example(Some(sorted(only.clone()))).build(),
        several => {
            let examples = several.iter().map(|(name, value)| {
                let example = ExampleBuilder::new().value(Some(sorted(value.clone()))).build();
                (*name, example)
            });
            builder.examples_from_iter(examples).build()
        }
    }
}

fn answer(route: &Route, operation: &Operation, answer: &Answer) -> Response {
    let mut builder = ResponseBuilder::new().description(answer.says);
    if let Some((media_type, schema)) = &answer.body {
        let content = ContentBuilder::new()
            .schema(Some(schema.clone()))
            .example(answer.example.clone().map(sorted))
            .build();
        builder = builder.content(*media_type, content);
    }
    let header = |says: &str, always| limits::header(Type::String, says, always);
    for found in &answer.headers {
        builder = builder.header(found.name, header(found.says, found.always));
    }
    if answer.status == 201
        && operation
            .parameters
            .iter()
            .any(|known| known.name == "Idempotency-Key")
    {
        let says = "`true` when the answer of before is replayed.";
        builder = builder.header("Idempotency-Replayed", header(says, false));
    }
    if let (Cache::Public(_) | Cache::Revalidate, Some(value)) = (route.cache, route.cache.header()) {
        let value = value.to_str().unwrap_or_default();
        builder = builder.header("Cache-Control", header(&format!("`{value}`"), true));
    }
    if route.limit != Limit::Unlimited {
        builder = limits::refer(builder);
    }
    builder.build()
}
