use super::*;
use axum::http::Request;
use proptest::prelude::*;

fn parts(name: HeaderName, values: &[&str]) -> Parts {
    let mut request = Request::new(());
    for value in values {
        request
            .headers_mut()
            .append(name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    request.into_parts().0
}

async fn expected(values: &[&str]) -> Expected {
    let mut parts = parts(header::IF_MATCH, values);
    IfMatch::from_request_parts(&mut parts, &()).await.unwrap().0
}

async fn has(values: &[&str], current: i64) -> bool {
    let mut parts = parts(header::IF_NONE_MATCH, values);
    IfNoneMatch::from_request_parts(&mut parts, &())
        .await
        .unwrap()
        .has(current)
}

#[tokio::test]
async fn only_strong_tags_of_ours_allow_a_change() {
    assert_eq!(expected(&[]).await, Expected::Whatever);
    assert_eq!(expected(&["*"]).await, Expected::Whatever);
    assert_eq!(expected(&["\"v7\""]).await, Expected::OneOf(vec![7]));
    assert_eq!(
        expected(&["\"v7-gzip\", \"v9-br\""]).await,
        Expected::OneOf(vec![7, 9])
    );
    assert_eq!(
        expected(&["\"v7.ko\", \"v8.en-gzip\""]).await,
        Expected::OneOf(vec![7, 8])
    );
    assert_eq!(
        expected(&["\"v7\"", "\"x\", \"v8\""]).await,
        Expected::OneOf(vec![7, 8])
    );
    for never in [
        "",
        "7",
        "v7",
        "\"7\"",
        "W/\"v7\"",
        "\"v7",
        "\"v-7\"",
        "\"v+7\"",
        "\"v7-zip\"",
        "\"v\"",
        "\"v7.\"",
        "\"v7.KO\"",
        "\u{e9}",
    ] {
        assert_eq!(expected(&[never]).await, Expected::OneOf(Vec::new()), "{never}");
    }
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    assert!(!has(&[], 7).await);
    for tag in ["*", "\"v7\"", "W/\"v7\"", "\"v7-br\"", "\"x\", \"v7\""] {
        assert!(has(&[tag], 7).await, "{tag}");
    }
    for tag in ["\"v8\"", "7", "\"\"", "\"v7.ko\""] {
        assert!(!has(&[tag], 7).await, "{tag}");
    }
    let mut parts = parts(header::IF_NONE_MATCH, &["\"v7\""]);
    let known = IfNoneMatch::from_request_parts(&mut parts, &()).await.unwrap();
    let unchanged = read(&known, 7, &1).unwrap();
    assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(unchanged.headers()[header::ETAG], "\"v7\"");
    assert_eq!(read(&known, 8, &1).unwrap().status(), StatusCode::OK);
}

/// RFC 9110, section 15.4.5: a cache that holds several representations finds by the tag which of them still holds.
#[tokio::test]
async fn the_tag_that_matched_comes_back() {
    for (sent, tag) in [
        (&["\"v7-gzip\""][..], "\"v7-gzip\""),
        (&["W/\"v7-br\""], "\"v7-br\""),
        (&["\"v6-gzip\", \"v7.ko-gzip\"", "\"v7-br\", \"v7\""], "\"v7-br\""),
        (&["\"v7\", \"v7-gzip\""], "\"v7\""),
        (&["*"], "\"v7\""),
    ] {
        let mut parts = parts(header::IF_NONE_MATCH, sent);
        let known = IfNoneMatch::from_request_parts(&mut parts, &()).await.unwrap();
        let unchanged = read(&known, 7, &1).unwrap();
        assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED, "{sent:?}");
        assert_eq!(unchanged.headers()[header::ETAG], tag, "{sent:?}");
    }
    let mut parts = parts(header::IF_NONE_MATCH, &["\"v7-gzip\", \"v7.ko-gzip\""]);
    let known = IfNoneMatch::from_request_parts(&mut parts, &()).await.unwrap();
    let unchanged = read_variant(&known, (7, "ko"), &1).unwrap();
    assert_eq!(unchanged.headers()[header::ETAG], "\"v7.ko-gzip\"");
}

#[tokio::test]
async fn bytes_are_told_by_their_digest() {
    for (tag, has) in [
        ("\"abc\"", true),
        ("W/\"abc-br\"", true),
        ("\"abcd\"", false),
        ("abc", false),
    ] {
        let mut parts = parts(header::IF_NONE_MATCH, &[tag]);
        let known = IfNoneMatch::from_request_parts(&mut parts, &()).await.unwrap();
        assert_eq!(known.has_content("abc"), has, "{tag}");
    }
}

#[test]
fn a_miss_says_whether_there_was_something() {
    let one = IfMatch(Expected::OneOf(vec![1]));
    assert_eq!(one.missed(true).code(), Code::PreconditionFailed);
    assert_eq!(one.missed(false).code(), Code::NotFound);
    assert_eq!(IfMatch(Expected::Whatever).missed(false).code(), Code::NotFound);
}

#[test]
fn a_version_has_one_spelling() {
    for raw in [
        "v06",
        "v00",
        "v+7",
        "v-7",
        "v 7",
        "v",
        "7",
        "V7",
        "v9223372036854775808",
    ] {
        assert_eq!(named(&format!("\"{raw}\"")), None, "{raw}");
    }
    assert_eq!(named("\"v0\""), Some((0, "")));
}

proptest! {
    #[test]
    fn a_tag_reads_back(
        current in 0i64..,
        coding in prop::sample::select(vec!["", "gzip", "br"]),
        variant in prop::sample::select(vec!["", "ko", "enlate"]),
    ) {
        let mut headers = HeaderMap::new();
        tag_variant(&mut headers, current, variant);
        if !coding.is_empty() {
            encoded(&mut headers, coding);
        }
        prop_assert_eq!(named(headers[header::ETAG].to_str().unwrap()), Some((current, variant)));
    }

    #[test]
    fn nonsense_breaks_nothing(raw in any::<String>()) {
        let _ = named(&raw);
    }
}
