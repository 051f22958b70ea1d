//! Who is let in: only whoever shows a token of ours that still counts.

use realcare_blackbox::{App, Person, exchange, problem, refusal, signal, success, together};

// GUARD-1, AUTH-4
#[test]
fn without_a_good_token_no_route_of_a_person_answers() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let (head, rest) = person.access.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    // {"alg":"none","typ":"at+jwt"}
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{claims}.");
    // Another letter than the one that stands there.
    let letter = if signature[10..].starts_with('A') {
        'B'
    } else {
        'A'
    };
    let swapped = format!("{head}.{claims}.{}{letter}{}", &signature[..10], &signature[11..]);
    let long = "x".repeat(5000);
    let other = Person::signed_in(&App::start());
    let bad = [
        &none,
        &swapped,
        &long,
        &other.access,
        "x",
        "a.b.c",
        &format!("{head}.{claims}"),
    ];
    for route in ["/api/v1/auth/me", "/api/v1/signals", "/api/v1/signals/mine"] {
        let nobody = client.get(route).send();
        refusal(&nobody, 401, "authentication_required");
        assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));
        for token in bad {
            let answer = client.get(route).bearer(token).send();
            refusal(&answer, 401, "invalid_token");
            // RFC 6750, section 3.1
            assert_eq!(
                answer.header("www-authenticate"),
                Some("Bearer error=\"invalid_token\"")
            );
        }
        for scheme in [
            format!("Basic {}", person.access),
            person.access.clone(),
            "Bearer".to_owned(),
        ] {
            let answer = client.get(route).header("authorization", &scheme).send();
            refusal(&answer, 401, "authentication_required");
        }
        success(
            &client
                .get(route)
                .header("authorization", &format!("bearer {}", person.access))
                .send(),
            200,
        );
    }
}

// GUARD-1
#[test]
fn two_tokens_are_nobody() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let bearer = format!("authorization: Bearer {}\r\n", person.access);
    let request = format!("GET /api/v1/auth/me HTTP/1.1\r\nhost: realcare\r\n{bearer}{bearer}\r\n");
    let answer = exchange(app.address(), request.as_bytes()).expect("an answer");
    assert_eq!(answer.status, 401);
    problem(&answer);
}

// AUTH-4
#[test]
fn the_public_keys_are_published_and_the_private_one_is_not() {
    let app = App::start();
    let keys = app.client().get("/.well-known/jwks.json").send();
    success(&keys, 200);
    let (id, public) = app.secrets.verifying_keys.split_once(':').unwrap();
    let key = &keys.json()["keys"][0];
    for (field, value) in [
        ("kid", id),
        ("x", public),
        ("kty", "OKP"),
        ("crv", "Ed25519"),
        ("alg", "EdDSA"),
    ] {
        assert_eq!(key[field], value, "{field}");
    }
    let (_, seed) = app.secrets.signing_key.split_once(':').unwrap();
    assert!(!keys.text().contains(seed) && key.get("d").is_none());
}

// GUARD-2, AUTH-7
#[test]
fn a_token_that_is_revoked_while_cached_is_refused_at_once() {
    let app = App::start();
    let client = app.client();
    let person = Person::signed_in(&app);
    let mut elsewhere = person.clone();
    elsewhere.sign_in(client);
    let route = format!("/api/v1/signals/{}", person.publish(client, &signal()));
    // Many at once, so that several instances have seen the token.
    for answer in together(48, |_| client.get(&route).bearer(&person.access).send()) {
        success(&answer, 200);
    }
    success(
        &client.post("/api/v1/auth/logout").bearer(&person.access).send(),
        204,
    );
    for answer in together(48, |_| client.get(&route).bearer(&person.access).send()) {
        refusal(&answer, 401, "invalid_token");
    }
    success(&client.get(&route).bearer(&elsewhere.access).send(), 200);
}
