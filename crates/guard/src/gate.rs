//! The one door: every request comes in here and every answer leaves here.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use http_kit::log::{Level, event};
use http_kit::{Code, Problem, headers};
use tower_service::Service;

use crate::context::Context;
use crate::limit_headers;
use crate::state::Guard;

/// A component's router behind the guard.
pub struct Gate {
    guard: Arc<Guard>,
    router: Router,
    component: &'static str,
}

impl Gate {
    /// Puts `router` behind `guard`; `component` names it in the log.
    pub const fn new(component: &'static str, guard: Arc<Guard>, router: Router) -> Self {
        Self {
            guard,
            router,
            component,
        }
    }

    /// Answers one request.
    pub async fn handle(&self, mut request: Request<Body>) -> Response<Body> {
        let guard = &self.guard;
        let context = Context::new(
            request.method(),
            request.uri().path(),
            request.headers(),
            guard.trusted_proxies,
            guard.clock.now(),
            &*guard.random,
        );
        request.extensions_mut().insert(context.clone());
        let Ok(response) = self.router.clone().call(request).await;
        self.finish(response, &context)
    }

    fn finish(&self, mut response: Response<Body>, context: &Context) -> Response<Body> {
        let problem = response
            .extensions_mut()
            .remove::<Problem>()
            .or_else(|| unrouted(&response));
        if let Some(problem) = &problem {
            problem.write(
                &mut response,
                context.language(),
                context.path(),
                context.request_id(),
            );
        }
        if let Some(decision) = context.notes().decision {
            limit_headers::write(response.headers_mut(), &decision);
        }
        headers::secure(response.headers_mut(), context.request_id());
        let bytes = measure(&mut response, context.method());
        self.log(&response, problem.as_ref(), bytes, context);
        response
    }

    fn log(&self, response: &Response<Body>, problem: Option<&Problem>, bytes: u64, context: &Context) {
        let notes = context.notes().clone();
        let took = self.guard.clock.now().micros() - context.received().micros();
        let status = response.status();
        let level = if status.is_server_error() {
            Level::Error
        } else {
            Level::Info
        };
        let text = |value: Option<String>| value.map_or(serde_json::Value::Null, Into::into);
        let mut fields = vec![
            ("time", context.received().to_string().into()),
            ("component", self.component.into()),
            ("request_id", context.request_id().into()),
            ("method", context.method().as_str().into()),
            ("route", notes.route.unwrap_or("unmatched").into()),
            ("status", status.as_u16().into()),
            ("latency_us", took.into()),
            ("bytes", bytes.into()),
            ("user_id", text(notes.user.map(|id| id.to_string()))),
            ("session_id", text(notes.session.map(|id| id.to_string()))),
            ("fingerprint", context.fingerprint().into()),
        ];
        if let Some(problem) = problem {
            fields.push(("code", problem.code().as_str().into()));
            fields.extend(problem.internal().map(|internal| ("detail", internal.into())));
        }
        event(level, "request", fields);
    }
}

#[cfg(target_family = "wasm")]
impl http_kit::entry::Service for Gate {
    async fn call(&self, request: Request<Body>) -> Response<Body> {
        self.handle(request).await
    }
}

/// The router's own bare 404 and 405 become problems too.
fn unrouted(response: &Response<Body>) -> Option<Problem> {
    let bare = !response.headers().contains_key(header::CONTENT_TYPE);
    match response.status() {
        StatusCode::NOT_FOUND if bare => Some(Problem::new(Code::NotFound)),
        StatusCode::METHOD_NOT_ALLOWED if bare => Some(Problem::new(Code::MethodNotAllowed)),
        _ => None,
    }
}

/// Sets the length and takes the body off an answer to `HEAD`; gives the bytes that are sent.
fn measure(response: &mut Response<Body>, method: &Method) -> u64 {
    let length = headers::set_length(response).unwrap_or(0);
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
        return 0;
    }
    length
}
