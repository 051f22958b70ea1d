//! The one door: every request comes in here and every answer leaves here.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use domain::Timestamp;
use http_body_util::BodyExt;
use http_kit::compress::{Encoders, SMALLEST};
use http_kit::{Code, Problem, etag, headers};

use crate::context::Context;
use crate::cors;
use crate::limit_headers;
use crate::request_line::{self, Ended, Parties, micros};
use crate::route::{Compression, Route};
use crate::router::Router;
use crate::state::Guard;

/// A component's router behind the guard.
pub struct Gate {
    guard: Arc<Guard>,
    router: Router,
    component: &'static str,
    encoders: Encoders,
}

impl Gate {
    /// Puts `router` behind `guard`; `component` names it in the log.
    pub const fn new(component: &'static str, guard: Arc<Guard>, router: Router) -> Self {
        Self {
            guard,
            router,
            component,
            encoders: Encoders::GZIP,
        }
    }

    /// Speaks Brotli too, for a component with long answers (GUARD-8).
    #[must_use]
    pub const fn with_brotli(mut self) -> Self {
        self.encoders = Encoders::ALL;
        self
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let guard = &self.guard;
        let context = Context::new(
            request.method(),
            request.uri().path(),
            request.headers(),
            guard.trusted_proxies,
            guard.clock.now(),
            &*guard.random,
        );
        let response = self.router.answer(request, &context).await;
        self.finish(response, &context).await
    }

    async fn finish(&self, mut response: Response<Body>, context: &Context) -> Response<Body> {
        if let Some(methods) = cors::methods(context.method(), &response) {
            response = self.options(methods, context);
        }
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
        let notes = context.notes().clone();
        headers::make_room(response.headers_mut());
        if let Some(decision) = notes.decision {
            limit_headers::write(response.headers_mut(), &decision);
        }
        if let Some(route) = &notes.route
            && (response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED)
        {
            cache(&mut response, route);
            compress(&mut response, route, self.encoders, context).await;
        }
        self.guard.cors.write(response.headers_mut(), context.origin());
        headers::secure(response.headers_mut(), context.request_id());
        let bytes = measure(&mut response, context.method());
        let end = self.guard.clock.now();
        if self.guard.tells_timing() {
            server_timing(&mut response, context.received(), notes.admitted, end);
        }
        let ended = Ended {
            response: &response,
            problem: problem.as_ref(),
            bytes,
            at: end,
        };
        let parties = Parties {
            component: Some(self.component),
            fingerprint: Some(context.fingerprint()),
        };
        request_line::write(&ended, &parties, context, &notes);
        response
    }

    /// The answer to `OPTIONS`: what the path allows, and to a browser what it may send.
    fn options(&self, methods: HeaderValue, context: &Context) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::ALLOW, methods.clone());
        self.guard
            .cors
            .write_preflight(headers, context.origin(), methods);
        response
    }
}

#[cfg(target_family = "wasm")]
impl http_kit::entry::Service for Gate {
    async fn call(&self, request: Request<Body>) -> Response<Body> {
        self.handle(request).await
    }

    fn refuse(unserved: &http_kit::entry::Unserved<'_>) -> Response<Body> {
        use http_kit::platform::{SystemClock, SystemRandom};
        crate::unconfigured::refuse(
            unserved.error,
            unserved.request,
            unserved.received,
            &SystemClock,
            &SystemRandom,
        )
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

fn cache(response: &mut Response<Body>, route: &Route) {
    if let (false, Some(value)) = (
        response.headers().contains_key(header::CACHE_CONTROL),
        route.cache.header(),
    ) {
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
}

/// Replaces a large body by its encoding, if the route allows that and the client understands it (GUARD-8).
async fn compress(response: &mut Response<Body>, route: &Route, encoders: Encoders, context: &Context) {
    if route.compression == Compression::Never {
        return;
    }
    if response.status() == StatusCode::NOT_MODIFIED {
        // Nobody knows here how long the answer was that the client has, so this is said of short ones too: one header too many makes a
        // cache ask once more, one too few would give a client a coding that it cannot read (RFC 9110, section 15.4.5).
        headers::vary(response.headers_mut(), "Accept-Encoding");
        return;
    }
    let length = response.body().size_hint().exact().unwrap_or(0);
    let small = length < u64::try_from(SMALLEST).unwrap_or(u64::MAX);
    if small || response.headers().contains_key(header::CONTENT_ENCODING) {
        return;
    }
    headers::vary(response.headers_mut(), "Accept-Encoding");
    let coding = encoders.negotiate(context.accept_encoding());
    let Some(name) = coding.name() else { return };
    // The whole body is there already: its length is known.
    let Ok(body) = std::mem::take(response.body_mut()).collect().await else {
        return;
    };
    let body = body.to_bytes();
    let Some(encoded) = encoders.encode(coding, &body) else {
        *response.body_mut() = Body::from(body);
        return;
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    etag::encoded(headers, name);
    *response.body_mut() = Body::from(encoded);
}

/// How long the guard and the whole answer took (W3C Server Timing), for the developer's browser.
fn server_timing(
    response: &mut Response<Body>,
    begin: Timestamp,
    admitted: Option<Timestamp>,
    end: Timestamp,
) {
    let millis = |until| {
        format!(
            "{}.{:03}",
            micros(begin, until) / 1000,
            micros(begin, until) % 1000
        )
    };
    let guard = admitted.map_or(String::new(), |admitted| {
        format!("guard;dur={}, ", millis(admitted))
    });
    if let Ok(value) = HeaderValue::try_from(format!("{guard}total;dur={}", millis(end))) {
        let name = HeaderName::from_static("server-timing");
        response.headers_mut().insert(name, value);
    }
}

/// Sets the length and takes the body off an answer to `HEAD`; gives the bytes that are sent.
pub(crate) fn measure(response: &mut Response<Body>, method: &Method) -> u64 {
    let length = headers::set_length(response).unwrap_or(0);
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
        return 0;
    }
    length
}

#[cfg(test)]
#[path = "gate_tests/mod.rs"]
mod tests;
