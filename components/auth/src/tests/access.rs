//! Who may call what (GUARD-1, GUARD-2, GUARD-7, GUARD-9).

use axum::http::Method;
use config::Environment;
use guard::route::{Access, table};
use testkit::{Answer, get, request};

use super::{App, raw};
use crate::routes::entries;

fn concrete(path: &str) -> String {
    path.replace("{id}", "01a3185c-5087-7279-8ce1-9b8fd00eeeab")
}

#[tokio::test]
async fn every_route_asks_whom_the_table_says() {
    let app = App::new();
    let routes = table(&entries(Environment::Development));
    assert_eq!(routes.len(), 52);
    for route in routes {
        let answer = app
            .ask(request(route.method.clone(), &concrete(route.path)))
            .await;
        if route.access == Access::Public {
            assert_ne!(answer.status, 401, "{} {}", route.method, route.path);
            assert!(
                answer.status != 404 && answer.status != 405,
                "{} {}",
                route.method,
                route.path
            );
        } else {
            answer.refused(401, "authentication_required");
        }
    }
}

#[tokio::test]
async fn the_public_routes_are_these() {
    let public = table(&entries(Environment::Production))
        .into_iter()
        .filter(|route| route.access == Access::Public);
    let paths: Vec<_> = public.map(|route| route.path).collect();
    assert_eq!(
        paths,
        [
            "/api/v1/auth/register",
            "/api/v1/auth/verify-email",
            "/api/v1/auth/resend-verification",
            "/api/v1/auth/request-password-reset",
            "/api/v1/auth/reset-password",
            "/api/v1/auth/login",
            "/api/v1/auth/refresh",
            "/api/v1/auth/kakao",
            "/api/v1/auth/kakao/callback",
            "/api/v1/auth/naver",
            "/api/v1/auth/naver/callback",
            "/api/v1/auth/google",
            "/api/v1/auth/google/callback",
            "/api/v1/auth/github",
            "/api/v1/auth/github/callback",
            "/api/v1/auth/social/exchange",
            "/api/v1/auth/link",
            "/api/v1/auth/token",
            "/api/v1/auth/revoke",
            "/.well-known/oauth-authorization-server",
            "/.well-known/jwks.json"
        ]
    );
}

fn secured(answer: &Answer) {
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(
        answer
            .header("strict-transport-security")
            .starts_with("max-age=63072000")
    );
    for name in [
        "permissions-policy",
        "cross-origin-resource-policy",
        "cross-origin-opener-policy",
        "x-request-id",
    ] {
        assert!(!answer.header(name).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn every_answer_is_secured_and_private_unless_it_says_otherwise() {
    let app = App::new();
    for (method, path, status) in [
        (Method::GET, "/api/v1/auth/me", 401),
        (Method::POST, "/api/v1/auth/login", 415),
        (Method::GET, "/api/v1/auth/login", 405),
        (Method::GET, "/api/v1/auth/nothing", 404),
        (Method::GET, "/.well-known/jwks.json", 200),
    ] {
        let answer = app.ask(request(method, path)).await.expect(status);
        secured(&answer);
        let private = path != "/.well-known/jwks.json";
        assert_eq!(answer.header("cache-control") == "no-store", private, "{path}");
    }
    let not_allowed = app
        .ask(request(Method::GET, "/api/v1/auth/login"))
        .await
        .refused(405, "method_not_allowed");
    assert_eq!(not_allowed.header("allow"), "POST");
    let unknown = app
        .ask(request(Method::GET, "/api/v1/auth/nothing"))
        .await
        .refused(404, "not_found");
    assert_eq!(unknown.text("instance"), "/api/v1/auth/nothing");
}

#[tokio::test]
async fn a_request_id_of_the_client_comes_back_if_it_is_harmless() {
    let app = App::new();
    for (sent, kept) in [
        ("trace-0001.a_B", true),
        ("short", false),
        ("with blank inside", false),
    ] {
        let mut request = get("/api/v1/auth/me", "");
        request
            .headers_mut()
            .insert("x-request-id", sent.parse().unwrap());
        let answer = app.ask(request).await.refused(401, "authentication_required");
        assert_eq!(answer.header("x-request-id") == sent, kept, "{sent}");
    }
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_refused_alike() {
    let app = App::new();
    let forged = app.world.stranger().token.replace('.', "a.");
    for token in ["x", "a.b.c", forged.as_str(), &"a".repeat(5000)] {
        app.me(token).await.refused(401, "invalid_token");
    }
    let token = app.world.stranger().token;
    for (name, value) in [
        ("authorization", format!("Basic {token}")),
        ("x-access-token", token.clone()),
    ] {
        let mut request = get("/api/v1/auth/me", "");
        request.headers_mut().insert(name, value.parse().unwrap());
        app.ask(request).await.refused(401, "authentication_required");
    }
    let mut twice = get("/api/v1/auth/me", &token);
    twice
        .headers_mut()
        .append("authorization", format!("Bearer {token}").parse().unwrap());
    app.ask(twice).await.refused(401, "authentication_required");
}

#[tokio::test]
async fn an_access_token_ends_after_half_an_hour_and_its_leeway() {
    let app = App::new();
    let token = app.sign_in("minji@example.com").await.text("access_token");
    // The helper let three minutes go by since the sign-in.
    app.world.clock.advance_seconds(27 * 60 + 29);
    app.me(&token).await.expect(200);
    app.world.clock.advance_seconds(2);
    app.me(&token).await.refused(401, "invalid_token");
}

#[tokio::test]
async fn a_broken_revocation_store_lets_nobody_in() {
    let app = App::new();
    let token = app.sign_in("minji@example.com").await.text("access_token");
    app.me(&token).await.expect(200);
    app.world.revocations.break_down(true);
    let refused = app.me(&token).await.refused(503, "store_unavailable");
    assert!(
        !refused.json.to_string().contains("broken on purpose"),
        "internals are only in the log"
    );
    app.world.revocations.break_down(false);
    app.me(&token).await.expect(200);
}

#[tokio::test]
async fn bodies_are_refused_before_they_are_believed() {
    let app = App::new();
    let login = "/api/v1/auth/login";
    let json = "application/json; charset=utf-8";
    for (media_type, body, status, code) in [
        ("text/plain", "{}", 415, "unsupported_media_type"),
        (json, "", 400, "malformed_json"),
        (json, "{\"email\": ", 400, "malformed_json"),
        (
            json,
            "{\"email\": \"a@b.co\", \"password\": 7}",
            400,
            "wrong_type",
        ),
        (
            json,
            "{\"email\": \"a@b.co\", \"email\": \"a@b.co\"}",
            400,
            "duplicate_field",
        ),
        (
            json,
            "{\"email\": \"a@b.co\", \"password\": \"x\", \"otp\": 1}",
            400,
            "unknown_field",
        ),
        (json, "{\"email\": \"a@b.co\"}", 422, "validation_failed"),
    ] {
        app.ask(raw(login, media_type, body)).await.refused(status, code);
    }
    app.world.clock.advance_seconds(180);
    let large = format!("{{\"email\": \"{}\"}}", "a".repeat(1024 * 1024));
    app.ask(raw(login, json, large))
        .await
        .refused(413, "body_too_large");
    let exact = format!("{{\"email\": \"{}\"}}", "a".repeat(1024 * 1024 - 13));
    assert_eq!(exact.len(), 1024 * 1024);
    app.ask(raw(login, json, exact))
        .await
        .refused(422, "validation_failed");
}

#[tokio::test]
async fn a_person_reads_problems_in_their_language() {
    let app = App::new();
    let mut details = Vec::new();
    for language in ["ko", "en", "fr"] {
        let mut request = get("/api/v1/auth/me", "");
        request
            .headers_mut()
            .insert("accept-language", language.parse().unwrap());
        let answer = app.ask(request).await.refused(401, "authentication_required");
        assert_eq!(
            answer.header("content-language"),
            if language == "ko" { "ko" } else { "en" }
        );
        details.push(answer.text("detail"));
    }
    assert_ne!(details[0], details[1]);
    assert_eq!(details[1], details[2]);
}
