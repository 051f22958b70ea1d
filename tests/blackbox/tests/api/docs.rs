//! The API document, its pages and the guide.

use std::io::Read;

use realcare_blackbox::{Answer, App, refusal};

/// A success with headers of GUARD-7, a policy of its own among them.
#[track_caller]
fn page(answer: &Answer, policy: &str) {
    assert_eq!(answer.status, 200, "{}: {}", answer.path, answer.text());
    let found = answer.header("content-security-policy").unwrap_or_default();
    assert!(
        found.starts_with("default-src 'none'; ") && found.contains(policy),
        "{found}"
    );
    for word in ["unsafe", "http", "*"] {
        assert!(!found.contains(word), "{word} in {found}");
    }
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
}

/// Whether the site holds what is made of npm packages: not on a machine without Node, where the test command says so.
fn has_packages(app: &App) -> bool {
    let whole = app.client().get("/docs").send().status == 200;
    if !whole {
        eprintln!("/docs and /redoc were not made on this machine: install Node.js");
    }
    whole
}

// OPS-6
#[test]
fn the_document_is_kept_until_it_changes_and_travels_small() {
    let app = App::start();
    let ask = |accept: &str| {
        app.client()
            .get("/openapi.json")
            .header("accept-encoding", accept)
    };
    let plain = ask("identity").send();
    page(&plain, "frame-ancestors 'none'");
    assert_eq!(plain.header("content-type"), Some("application/json"));
    assert_eq!(
        plain.json()["openapi"].as_str().map(|version| &version[..4]),
        Some("3.1.")
    );
    let tag = plain.header("etag").expect("a tag").to_owned();
    assert!(tag.starts_with('"'), "a strong tag: {tag}");

    let gzip = ask("gzip").send();
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert_ne!(gzip.header("etag"), Some(tag.as_str()));
    let mut bytes = Vec::new();
    let read = flate2::read::GzDecoder::new(&*gzip.body).read_to_end(&mut bytes);
    read.expect("gzip");
    assert_eq!(bytes, plain.body);
    let brotli = ask("gzip, br").send();
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let mut bytes = Vec::new();
    let read = brotli::Decompressor::new(&*brotli.body, 4096).read_to_end(&mut bytes);
    read.expect("Brotli");
    assert_eq!(bytes, plain.body);
    assert!(brotli.body.len() < gzip.body.len() && gzip.body.len() * 2 < plain.body.len());

    let known = ask("gzip").header("if-none-match", &tag).send();
    assert_eq!((known.status, known.body.len()), (304, 0));
    assert!(known.header("etag").is_some());
    let other = ask("gzip").header("if-none-match", "\"another\"").send();
    assert_eq!(other.status, 200);
}

// OPS-6
#[test]
fn pages_bring_everything_that_they_need() {
    let app = App::start();
    if !has_packages(&app) {
        return;
    }
    for path in ["/docs", "/docs/", "/redoc"] {
        let answer = app.client().get(path).send();
        page(&answer, "script-src 'self'");
        assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
        let html = answer.text();
        let mut files = 0;
        for part in html
            .split(['"', '\''])
            .filter(|part| part.starts_with("/docs/assets/"))
        {
            let file = app.client().get(part).header("accept-encoding", "br").send();
            assert_eq!(file.status, 200, "{part}");
            assert_eq!(
                file.header("cache-control"),
                Some("public, max-age=31536000, immutable")
            );
            assert!(
                file.body.len() < 500_000,
                "{part}: {} bytes on the wire",
                file.body.len()
            );
            files += 1;
        }
        assert_eq!(files, 4, "{html}");
        assert!(!html.contains("://"), "nothing comes from elsewhere: {html}");
        assert!(
            !html.contains("<script>") && !html.contains("<style"),
            "no script and no style in the page: {html}"
        );
    }
}

// GUARD-1, GUARD-9: an address that nobody knows stays a problem, and no file is read by its name.
#[test]
fn only_what_is_listed_is_served() {
    let app = App::start();
    for path in [
        "/docs/nothing",
        "/docs/site.json",
        "/docs/assets/nothing.js",
        "/docs/%2e%2e/site.json",
        "/redoc/x",
    ] {
        refusal(&app.client().get(path).send(), 404, "not_found");
    }
    refusal(
        &app.client().post("/docs").json_text("{}").send(),
        405,
        "method_not_allowed",
    );
}

// CONV-4
#[test]
fn the_type_of_a_problem_is_an_address_with_a_page() {
    let app = App::start();
    for (answer, code) in [
        (app.client().get("/api/v1/nothing").send(), "not_found"),
        (
            app.client().get("/api/v1/auth/me").send(),
            "authentication_required",
        ),
        (
            app.client().post("/api/v1/auth/login").json_text("{").send(),
            "malformed_json",
        ),
    ] {
        assert_eq!(answer.string("/code"), code);
        let answer = app.client().get(&answer.string("/type")).send();
        page(&answer, "style-src 'self'");
        let html = answer.text();
        assert!(html.contains(&format!("<code>{code}</code>")), "{html}");
        assert!(
            !answer
                .header("content-security-policy")
                .unwrap_or_default()
                .contains("script")
        );
        let style = html
            .split('"')
            .find(|part| part.ends_with(".css"))
            .expect("a style sheet");
        assert_eq!(app.client().get(style).send().status, 200, "{style}");
    }
}

// GUARD-3: reading the guide counts, what a page is made of does not.
#[test]
fn pages_are_limited_and_their_files_are_not() {
    let app = App::with().limit("anonymous", 3).start();
    let html = app.client().get("/docs/index.html").send().text();
    let style = html
        .split('"')
        .find(|part| part.ends_with(".css"))
        .expect("a style sheet")
        .to_owned();
    for _ in 0..10 {
        assert_eq!(app.client().get(&style).send().status, 200);
    }
    for _ in 0..2 {
        assert_eq!(app.client().get("/docs/index.html").send().status, 200);
    }
    refusal(
        &app.client().get("/docs/index.html").send(),
        429,
        "quota_exceeded",
    );
}
