//! The endpoints of this component, driven through its gate (OPS-6).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::Method;
use guard::Gate;
use guard::route::{Access, Cache, Limit, table};
use testkit::{Answer, World, ask, request};

use crate::site::Site;
use crate::state::Docs;

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("realcare-docs-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const LIST: &str = r#"{
    "/docs": {"file": "docs.html", "media_type": "text/html; charset=utf-8", "digest": "d1", "policy": "swagger", "encoded": true},
    "/docs/errors/busy.html": {"file": "busy.html", "media_type": "text/html; charset=utf-8", "digest": "d2", "policy": "guide", "encoded": false},
    "/docs/assets/a.1.js": {"file": "a.js", "media_type": "text/javascript; charset=utf-8", "digest": "d3", "policy": "data", "encoded": false},
    "/docs/lost.html": {"file": "lost.html", "media_type": "text/html", "digest": "d4", "policy": "guide", "encoded": false}
}"#;

fn site(name: &str) -> Folder {
    let folder = Folder::new(name);
    for (file, text) in [
        ("site.json", LIST),
        ("docs.html", "plain"),
        ("docs.html.br", "brotli"),
        ("docs.html.gz", "gzip"),
        ("busy.html", "busy"),
        ("a.js", "script"),
        ("secret.html", "not listed"),
    ] {
        fs::write(folder.0.join(file), text).unwrap();
    }
    folder
}

fn gate(world: &World, folder: &Path) -> Gate {
    let guard = world.guard();
    let docs = Docs {
        guard: Arc::clone(&guard),
        site: Site::open(folder),
    };
    Gate::new(
        "docs",
        guard,
        guard::route::router(crate::routes::entries(), Arc::new(docs)),
    )
}

async fn get(gate: &Gate, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = request(Method::GET, path);
    for (name, value) in headers {
        request.headers_mut().insert(
            axum::http::HeaderName::try_from(*name).unwrap(),
            value.parse().unwrap(),
        );
    }
    ask(gate, request).await
}

#[test]
fn everything_here_is_public_and_may_be_kept() {
    for route in table(&crate::routes::entries()) {
        assert_eq!(route.access, Access::Public);
        let asset = route.path.starts_with("/docs/assets/");
        let expected = match asset {
            true => (Limit::Unlimited, Cache::Immutable),
            false => (Limit::Standard, Cache::Shared),
        };
        assert_eq!((route.limit, route.cache), expected, "{}", route.path);
    }
}

#[tokio::test]
async fn a_page_comes_in_the_coding_that_the_client_prefers() {
    let (world, folder) = (World::new(), site("codings"));
    let gate = gate(&world, &folder.0);
    for (accept, coding, body, tag) in [
        ("identity", "", "plain", "\"d1\""),
        ("gzip", "gzip", "gzip", "\"d1-gzip\""),
        ("gzip, deflate, br", "br", "brotli", "\"d1-br\""),
        ("br;q=0.5, gzip", "gzip", "gzip", "\"d1-gzip\""),
    ] {
        let answer = get(&gate, "/docs", &[("accept-encoding", accept)])
            .await
            .expect(200);
        assert_eq!(answer.json, body, "{accept}");
        assert_eq!(answer.header("content-encoding"), coding, "{accept}");
        assert_eq!(answer.header("etag"), tag, "{accept}");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert_eq!(answer.header("cache-control"), "public, no-cache");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let (world, folder) = (World::new(), site("tags"));
    let gate = gate(&world, &folder.0);
    let headers = [("if-none-match", "\"d1-br\""), ("accept-encoding", "br")];
    let answer = get(&gate, "/docs", &headers).await.expect(304);
    assert!(answer.json.is_null());
    assert_eq!(answer.header("etag"), "\"d1-br\"");
    assert_eq!(answer.header("content-encoding"), "");
    assert_eq!(answer.header("cache-control"), "public, no-cache");
    let other = get(&gate, "/docs", &[("if-none-match", "\"d2\"")]).await;
    other.expect(200);
}

#[tokio::test]
async fn a_page_of_the_guide_needs_no_ending() {
    let (world, folder) = (World::new(), site("guide"));
    let gate = gate(&world, &folder.0);
    for path in ["/docs/errors/busy", "/docs/errors/busy.html"] {
        let answer = get(&gate, path, &[("accept-encoding", "gzip")]).await.expect(200);
        assert_eq!(answer.json, "busy");
        assert!(!answer.header("content-security-policy").contains("script"));
    }
    let asset = get(&gate, "/docs/assets/a.1.js", &[]).await;
    assert_eq!(
        asset.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
}

#[tokio::test]
async fn only_what_is_listed_is_read() {
    let (world, folder) = (World::new(), site("listed"));
    let gate = gate(&world, &folder.0);
    for path in [
        "/docs/secret",
        "/docs/secret.html",
        "/docs/../secret.html",
        "/docs/%2e%2e/site.json",
        "/docs/errors/",
        "/docs/assets/b.js",
    ] {
        let answer = get(&gate, path, &[]).await.refused(404, "not_found");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_site_that_is_not_whole_is_a_mistake_of_ours() {
    let (world, folder) = (World::new(), site("lost"));
    let lost = get(&gate(&world, &folder.0), "/docs/lost", &[]).await;
    lost.refused(500, "internal_error");
    let nothing = get(&gate(&world, &folder.0.join("nowhere")), "/docs", &[]).await;
    nothing.refused(500, "internal_error");
}
