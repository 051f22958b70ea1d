//! Rate limits.

use realcare_blackbox::{Answer, App, Person, exchange, login, minute_with_room, refusal, success, together};

/// Seconds of a minute that a test needs: limits count by the minute.
const ROOM: u64 = 5;
/// Public, and charged to the anonymous limit of the address.
const OPEN: &str = "/.well-known/jwks.json";

fn number(answer: &Answer, name: &str) -> u32 {
    let value = answer
        .header(name)
        .unwrap_or_else(|| panic!("no {name} in {answer:?}"));
    value.parse().unwrap_or_else(|_| panic!("{name}: {value}"))
}

// GUARD-3, GUARD-4
#[test]
fn the_call_after_the_last_one_is_refused_with_its_limits() {
    let app = App::with().limit("anonymous", 3).start();
    minute_with_room(ROOM);
    for left in [2, 1, 0] {
        let answer = app.client().get(OPEN).send();
        success(&answer, 200);
        assert_eq!(number(&answer, "x-ratelimit-remaining"), left);
        assert!(answer.header("retry-after").is_none());
    }
    let refused = app.client().get(OPEN).send();
    refusal(&refused, 429, "quota_exceeded");
    let wait = number(&refused, "retry-after");
    assert!((1..=60).contains(&wait));
    assert_eq!(refused.header("ratelimit-policy"), Some("\"anonymous\";q=3;w=60"));
    assert_eq!(
        refused.header("ratelimit"),
        Some(format!("\"anonymous\";r=0;t={wait}").as_str())
    );
    let older = ["limit", "remaining", "reset"].map(|name| number(&refused, &format!("x-ratelimit-{name}")));
    assert_eq!(older, [3, 0, wait]);

    // Other classes go on, and health is not limited at all.
    success(&Person::stranger().register(app.client()), 202);
    for _ in 0..5 {
        success(&app.client().get("/health/live").send(), 200);
    }
}

// GUARD-4; draft-ietf-httpapi-ratelimit-headers-11, section 7.1
#[test]
fn a_refusal_by_limit_has_the_registered_problem_type() {
    let app = App::with().limit("anonymous", 1).start();
    minute_with_room(ROOM);
    success(&app.client().get(OPEN).send(), 200);
    let problem = refusal(&app.client().get(OPEN).send(), 429, "quota_exceeded");
    assert_eq!(
        problem["type"], "https://iana.org/assignments/http-problem-types#quota-exceeded",
        "{problem}"
    );
    assert_eq!(
        problem["violated-policies"],
        serde_json::json!(["anonymous"]),
        "{problem}"
    );
}

// GUARD-6
#[test]
fn a_forged_address_does_not_change_who_is_counted() {
    let app = App::with().limit("anonymous", 6).start();
    minute_with_room(ROOM);
    let forgeries = [
        "spin-client-addr: 6.6.6.1:80\r\n",
        "Spin-Client-Addr: 6.6.6.2:80\r\nspin-client-addr: 6.6.6.3\r\n",
        "x-forwarded-for: 6.6.6.4\r\nx-real-ip: 6.6.6.5\r\nforwarded: for=6.6.6.6\r\n",
        "spin-client-addr: 6.6.6.7:80\r\nx-forwarded-for: 6.6.6.8, 6.6.6.9\r\n",
        "SPIN-CLIENT-ADDR: 6.6.6.10:80\r\nsPiN-cLiEnT-aDdR: [2001:db8::1]:80\r\n",
        "X-FORWARDED-FOR: 6.6.6.11\r\nX-Forwarded-For: 6.6.6.12\r\nForwarded: for=\"[2001:db8::2]\"\r\n",
        "spin-client-addr:\r\nspin-client-addr: nonsense\r\ntrue-client-ip: 6.6.6.13\r\n",
    ];
    let statuses = forgeries.map(|forged| {
        let request = format!("GET {OPEN} HTTP/1.1\r\nhost: realcare\r\n{forged}\r\n");
        exchange(app.address(), request.as_bytes())
            .expect("an answer")
            .status
    });
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 429]);
}

// GUARD-6
#[test]
fn behind_a_proxy_the_hop_that_it_saw_is_counted() {
    let app = App::with()
        .limit("anonymous", 2)
        .variable("trusted_proxies", "1")
        .start();
    minute_with_room(ROOM);
    let status = |hops: &str| {
        app.client()
            .get(OPEN)
            .header("x-forwarded-for", hops)
            .send()
            .status
    };
    assert_eq!(
        [status("198.51.100.1"), status("6.6.6.6, 198.51.100.1")],
        [200, 200]
    );
    assert_eq!(
        [status("7.7.7.7, 198.51.100.1"), status("198.51.100.2")],
        [429, 200]
    );
}

// GUARD-4
#[test]
fn parallel_calls_get_exactly_the_limit() {
    let app = App::with().limit("free", 100).start();
    let person = Person::signed_in(&app);
    let other = Person::signed_in(&app);
    minute_with_room(ROOM);
    // 64 clients, three calls each, at a limit of 100.
    let answers = together(64, |_| {
        [(); 3].map(|()| app.client().get("/api/v1/signals").bearer(&person.access).send())
    });
    let answers = answers.into_iter().flatten().collect::<Vec<_>>();
    let (good, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    for answer in &refused {
        refusal(answer, 429, "quota_exceeded");
    }
    assert_eq!((good.len(), refused.len()), (100, 92));
    // The limit is the person's, in every component, and nobody else's.
    refusal(
        &app.client().get("/api/v1/auth/me").bearer(&person.access).send(),
        429,
        "quota_exceeded",
    );
    success(
        &app.client().get("/api/v1/auth/me").bearer(&other.access).send(),
        200,
    );
}

// GUARD-3
#[test]
fn a_limit_belongs_to_the_person_and_not_to_the_token() {
    let app = App::with().limit("free", 3).start();
    let mut person = Person::signed_in(&app);
    let first = person.access.clone();
    person.sign_in(app.client());
    minute_with_room(ROOM);
    let tokens = [&first, &person.access, &first, &person.access];
    let statuses = tokens.map(|token| app.client().get("/api/v1/auth/me").bearer(token).send().status);
    assert_eq!(statuses, [200, 200, 200, 429]);
}

// GUARD-3
#[test]
fn signing_in_is_limited_before_anything_is_known_of_the_account() {
    let app = App::with().limit("sign_in", 4).start();
    minute_with_room(ROOM);
    let attempt = |email: &str| login(app.client(), email, "Wrong-password-1");
    for email in ["a@example.com", "b@example.com", "c@example.com", "d@example.com"] {
        refusal(&attempt(email), 401, "invalid_credentials");
    }
    refusal(&attempt("e@example.com"), 429, "quota_exceeded");
}

// AUTH-16
#[test]
fn somebody_asks_what_is_left() {
    let app = App::with().limit("free", 5).start();
    let person = Person::signed_in(&app);
    minute_with_room(ROOM);
    for left in [4, 3] {
        let answer = app
            .client()
            .get("/api/v1/auth/rate-limit")
            .bearer(&person.access)
            .send();
        success(&answer, 200);
        let json = answer.json();
        assert_eq!(
            (&json["tier"], &json["class"], &json["limit"], &json["remaining"]),
            (&"free".into(), &"free".into(), &5.into(), &left.into()),
            "{json}"
        );
        assert!(
            json["reset"]
                .as_i64()
                .is_some_and(|reset| (1..=60).contains(&reset)),
            "{json}"
        );
        assert_eq!(number(&answer, "x-ratelimit-remaining"), left);
    }
}
