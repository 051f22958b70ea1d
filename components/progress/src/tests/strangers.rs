//! Whoever shows no valid token gets the same kind of answer, whatever it is that they show (QUAL-1, CONV-4).

use std::time::Duration;

use axum::http::{HeaderValue, header};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use testkit::{ask, get};

use super::{App, path};

/// The fields of a problem without `errors` (CONV-4).
const FIELDS: [&str; 7] = [
    "code",
    "detail",
    "instance",
    "request_id",
    "status",
    "title",
    "type",
];

/// Bytes that a header may hold (RFC 9110, section 5.5), often in the form of credentials.
fn credentials() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec(prop_oneof![Just(b'\t'), 0x20..=0x7e_u8, 0x80..=0xff_u8], 0..80);
    prop_oneof![
        bytes.clone(),
        bytes.prop_map(|bytes| [b"Bearer ".as_slice(), &bytes].concat()),
        "(?i)(bearer|basic|dpop)[ \t]{0,2}[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){0,5}"
            .prop_map(String::into_bytes),
    ]
}

#[test]
fn an_invalid_token_is_401_with_a_whole_problem() {
    let (app, runtime) = (
        App::new(),
        tokio::runtime::Builder::new_current_thread().build().unwrap(),
    );
    let good = app.world.stranger().token;
    let mut runner = TestRunner::new(ProptestConfig::with_source_file(file!()));
    let shown = prop::collection::vec(credentials(), 0..3);
    let outcome = runner.run(&(shown, 1usize..100, any::<bool>()), |(shown, cut, korean)| {
        let cut = good.split_at(good.len() - cut).0;
        for own in [None, Some(format!("Bearer {cut}"))] {
            // So that no limit is reached.
            app.world.wait(Duration::from_secs(120));
            let mut request = get(&path(app.world.id()), "");
            let mut count = 0;
            for value in shown.iter().cloned().chain(own.map(String::into_bytes)) {
                let value = HeaderValue::from_bytes(&value).unwrap();
                request.headers_mut().append(header::AUTHORIZATION, value);
                count += 1;
            }
            if korean {
                let language = HeaderValue::from_static("ko");
                request.headers_mut().insert(header::ACCEPT_LANGUAGE, language);
            }
            let answer = runtime.block_on(ask(&app.gate, request));
            let code = answer.code().to_owned();
            let known = ["authentication_required", "invalid_token"].contains(&code.as_str());
            prop_assert!(known, "{:?}", answer.json);
            prop_assert!(
                count == 1 || code == "authentication_required",
                "{} credentials: {}",
                count,
                code
            );
            let answer = answer.refused(401, &code);
            prop_assert!(answer.header("www-authenticate").starts_with("Bearer"));
            prop_assert_eq!(
                answer.header("content-language"),
                if korean { "ko" } else { "en" }
            );
            prop_assert_eq!(answer.header("cache-control"), "no-store");
            let fields: Vec<&str> = answer
                .json
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            prop_assert_eq!(fields, FIELDS);
            prop_assert!(!answer.json.to_string().contains(cut), "a token is repeated");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
