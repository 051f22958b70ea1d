//! The answer of a component that cannot work, because its configuration is missing or malformed (GUARD-12).

use axum::body::Body;
use axum::http::{Request, Response};
use config::ConfigError;
use domain::{Clock, Random, Timestamp};
use http_kit::log::{Level, event};
use http_kit::{Code, Problem, headers};

use crate::context::{Context, Notes};
use crate::gate::measure;
use crate::request_line::{self, Ended, Parties};

/// 500 for the client, the names of the variables for the log, and the line of the request like any other's (GUARD-10). There is no guard
/// to finish the answer, so it is finished here.
pub fn refuse(
    error: &ConfigError,
    request: &Request<Body>,
    received: Timestamp,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Response<Body> {
    let (method, path) = (request.method(), request.uri().path());
    let context = Context::new(method, path, request.headers(), 0, received, random);
    let fields = [
        ("detail", error.to_string().into()),
        ("request_id", context.request_id().into()),
    ];
    event(Level::Error, "configuration_invalid", fields);
    let problem = Problem::new(Code::ConfigurationInvalid);
    let mut response = Response::new(Body::empty());
    problem.write(&mut response, context.language(), path, context.request_id());
    headers::secure(response.headers_mut(), context.request_id());
    let bytes = measure(&mut response, method);
    let ended = Ended {
        response: &response,
        problem: Some(&problem),
        bytes,
        at: clock.now(),
    };
    // A component has its name from what could not be built. Whose address counts is said by `trusted_proxies`, a part of what could not be
    // read: with the proxy's address the same client would have another fingerprint here than on its other lines.
    let parties = Parties {
        component: None,
        fingerprint: None,
    };
    request_line::write(&ended, &parties, &context, &Notes::default());
    response
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, StatusCode};
    use config::Values;
    use http_body_util::BodyExt;
    use http_kit::platform::{SystemClock, SystemRandom};

    use super::*;

    /// What a malformed variable comes to.
    fn error() -> ConfigError {
        let mut values = Values::new([("environment", "nowhere")]);
        let service = config::Service::read(&mut values);
        values.finish(service).expect_err("no such environment")
    }

    async fn refused(method: Method) -> (Response<()>, Vec<u8>) {
        let request = Request::builder().method(method).uri("/path?q=1");
        let request = request.header("x-request-id", "request-1").body(Body::empty());
        let received = SystemClock.now();
        let answer = refuse(&error(), &request.unwrap(), received, &SystemClock, &SystemRandom);
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        (Response::from_parts(parts, ()), body)
    }

    #[tokio::test]
    async fn the_refusal_is_a_whole_answer() {
        let (get, body) = refused(Method::GET).await;
        assert_eq!(get.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(get.headers()["x-request-id"], "request-1");
        assert_eq!(get.headers()["cache-control"], "no-store");
        assert_eq!(get.headers()["content-length"], body.len().to_string());
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "configuration_invalid");
        assert_eq!(
            (&problem["instance"], &problem["request_id"]),
            (&"/path".into(), &"request-1".into())
        );
        let (head, nothing) = refused(Method::HEAD).await;
        assert!(nothing.is_empty());
        assert_eq!(head.headers()["content-length"], get.headers()["content-length"]);
    }
}
