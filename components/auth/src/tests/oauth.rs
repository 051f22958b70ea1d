//! What strict OAuth clients do: read the metadata, refresh, revoke, introspect (RFC 8414, 6749, 7009, 7662).

use domain::user::{Role, Tier};
use testkit::{Answer, get};

use super::{App, raw};

const FORM: &str = "application/x-www-form-urlencoded";

async fn form(app: &App, path: &str, body: String) -> Answer {
    app.ask(raw(path, FORM, body)).await
}

async fn revoke(app: &App, token: &str) -> Answer {
    form(app, "/api/v1/auth/revoke", format!("token={token}")).await
}

async fn introspect(app: &App, admin: &str, token: &str) -> Answer {
    let mut request = raw("/api/v1/auth/introspect", FORM, format!("token={token}"));
    let value = format!("Bearer {admin}").parse().unwrap();
    request.headers_mut().insert("authorization", value);
    app.ask(request).await
}

#[tokio::test]
async fn the_metadata_names_routes_that_are_there() {
    let app = App::new();
    let metadata = app
        .ask(get("/.well-known/oauth-authorization-server", ""))
        .await
        .expect(200);
    let issuer = metadata.text("issuer");
    assert_eq!(issuer, "http://127.0.0.1:3000");
    let routes = guard::route::table(&crate::routes::entries(config::Environment::Production));
    for name in [
        "token_endpoint",
        "revocation_endpoint",
        "introspection_endpoint",
        "jwks_uri",
    ] {
        let url = metadata.text(name);
        let path = url.strip_prefix(&issuer).unwrap();
        assert!(routes.iter().any(|route| route.path == path), "{name} {url}");
    }
    assert!(metadata.json.get("authorization_endpoint").is_none());
}

#[tokio::test]
async fn the_token_endpoint_refreshes_and_refuses_as_the_standard_says() {
    let app = App::new();
    let first = app.sign_in("minji@example.com").await.text("refresh_token");
    let path = "/api/v1/auth/token";
    for (body, error) in [
        (String::new(), "invalid_request"),
        ("grant_type=refresh_token".to_owned(), "invalid_request"),
        (
            format!("grant_type=refresh_token&refresh_token={first}&refresh_token={first}"),
            "invalid_request",
        ),
        (
            "grant_type=password&username=a&password=b".to_owned(),
            "unsupported_grant_type",
        ),
        (
            "grant_type=refresh_token&refresh_token=nonsense".to_owned(),
            "invalid_grant",
        ),
    ] {
        let answer = form(&app, path, body.clone()).await.expect(400);
        assert_eq!(answer.text("error"), error, "{body}");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    app.world.clock.advance_seconds(120);
    let good = format!("grant_type=refresh_token&refresh_token={first}&client_id=app&scope=");
    let answer = form(&app, path, good).await.expect(200);
    assert_eq!(answer.text("token_type"), "Bearer");
    app.me(&answer.text("access_token")).await.expect(200);
    let in_url = format!("{path}?refresh_token={first}");
    form(&app, &in_url, String::new())
        .await
        .refused(400, "token_in_url");
    app.ask(raw(path, "application/json", "{}"))
        .await
        .refused(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_revoked_token_ends_its_session_at_once() {
    let app = App::new();
    for kind in ["refresh_token", "access_token"] {
        let tokens = app.sign_in(&format!("{kind}@example.com")).await;
        revoke(&app, &tokens.text(kind)).await.expect(200);
        app.me(&tokens.text("access_token"))
            .await
            .refused(401, "invalid_token");
        app.refresh(&tokens.text("refresh_token"))
            .await
            .refused(401, "invalid_refresh_token");
        revoke(&app, &tokens.text(kind)).await.expect(200);
    }
    revoke(&app, "nonsense").await.expect(200);
    let empty = form(&app, "/api/v1/auth/revoke", String::new()).await.expect(400);
    assert_eq!(empty.text("error"), "invalid_request");
}

#[tokio::test]
async fn only_admins_ask_about_tokens() {
    let app = App::new();
    let tokens = app.sign_in("minji@example.com").await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    introspect(&app, &access, &access).await.refused(403, "forbidden");
    let admin = app.world.mint(app.world.id(), Role::Admin, Tier::Free).token;
    for token in [&access, &refresh] {
        let answer = introspect(&app, &admin, token).await.expect(200);
        assert_eq!(answer.json["active"], true);
        assert_eq!(answer.text("sub"), app.me(&access).await.text("id"));
        assert!(answer.json["exp"].as_i64().unwrap() > 1_800_000_000);
    }
    revoke(&app, &refresh).await.expect(200);
    for token in [access.as_str(), refresh.as_str(), "nonsense"] {
        let answer = introspect(&app, &admin, token).await.expect(200);
        assert_eq!(answer.json, serde_json::json!({"active": false}));
    }
}
