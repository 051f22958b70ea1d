//! Risk analyses of contracts as they come.

use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{
    App, Event, EventStream, Gate, Gemini, GeminiStandIn, analysis, guarded, refusal, success,
};
use serde_json::Value;

use crate::analyses::{Case, QUOTES};

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

fn numbers(events: &[Event]) -> Vec<u64> {
    events
        .iter()
        .filter_map(|event| event.data["number"].as_u64())
        .collect()
}

// CON-5, CON-7
#[test]
fn findings_come_one_by_one_and_whoever_left_goes_on_where_they_were() {
    let api = GeminiStandIn::start();
    let gate = Gate::default();
    let held = gate.clone();
    api.becomes(move |_| Gemini::gated(&QUOTES, &held));
    let app = App::with().gemini(&api).variable("analyst", "gemini").start();
    let case = Case::new(&app);
    case.started(&app);
    let mut stream = case.stream(&app, "");
    for header in [
        "http/1.1 200",
        "content-type: text/event-stream",
        "cache-control: no-store",
        "x-request-id",
        "content-security-policy",
    ] {
        assert!(stream.head.contains(header), "{header} in {}", stream.head);
    }
    assert!(
        !stream.head.contains("content-length") && !stream.head.contains("content-encoding"),
        "{}",
        stream.head
    );
    // The model has written the first finding only: it comes while there is no second.
    gate.open(1);
    let first = loop {
        let event = stream.next_event().expect("a finding");
        if event.name == "clause" {
            break event;
        }
    };
    assert_eq!(app.value("SELECT found FROM analyses"), "1");
    gate.open(1);
    let second = stream.next_event().expect("another finding");
    assert_eq!(
        (numbers(&[first, second.clone()]), second.name.as_str()),
        (vec![1, 2], "clause")
    );
    drop(stream);
    gate.open(usize::MAX);
    let rest = case.stream(&app, &second.id).rest();
    let found: Vec<&Event> = rest.iter().filter(|event| !event.id.is_empty()).collect();
    assert_eq!(
        found.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(),
        ["clause", "missing_clause"]
    );
    assert_eq!(numbers(&rest), [3, 4]);
    let tail = &rest[rest.len() - 2..];
    assert_eq!(names(tail), ["conclusion", "done"]);
    assert_eq!(tail[0].data["findings"].as_array().unwrap().len(), 4);
    assert_eq!(case.over(&app)["clauses"].as_array().unwrap().len(), 3);
    assert_eq!(
        app.value("SELECT claim FROM analyses"),
        "1",
        "who watches starts nothing"
    );
}

// CON-5
#[test]
fn a_cut_keeps_what_came_and_says_so() {
    let api = GeminiStandIn::start();
    let text = analysis(&QUOTES);
    let third = text.char_indices().nth(text.chars().count() * 2 / 3).unwrap().0;
    let kept = text[..third].chars().count();
    api.becomes(move |_| Gemini::Cut(analysis(&QUOTES), kept));
    let app = App::with().gemini(&api).variable("analyst", "gemini").start();
    let case = Case::new(&app);
    case.started(&app);
    let events = case.stream(&app, "").rest();
    let tail = &events[events.len() - 2..];
    assert_eq!(names(tail), ["error", "done"]);
    assert_eq!(
        (tail[0].data["code"].as_str(), tail[1].data["state"].as_str()),
        (Some("analysis_cut"), Some("failed"))
    );
    let result = case.over(&app);
    assert!(!result["clauses"].as_array().unwrap().is_empty(), "{result}");
    assert_eq!(result["risk_level"], Value::Null);
    api.becomes(|_| Gemini::findings(&QUOTES));
    case.started(&app);
    assert_eq!(
        case.over(&app)["state"],
        "completed",
        "a failed one is begun anew"
    );
}

// CON-5
#[test]
fn whoever_leaves_a_stream_leaves_nothing_behind() {
    let api = GeminiStandIn::start();
    api.becomes(|_| Gemini::Silence);
    let app = App::with().gemini(&api).variable("analyst", "gemini").start();
    let case = Case::new(&app);
    case.started(&app);
    let mut streams: Vec<EventStream> = (0..20).map(|_| case.stream(&app, "")).collect();
    for stream in &mut streams {
        assert_eq!(stream.next_event().expect("how it stands").name, "stage");
    }
    drop(streams);
    let end = Instant::now() + Duration::from_secs(25);
    let left = loop {
        let left = app.log().await_events("analysis_stream_ended", "reason", "left");
        if left.len() >= 20 || Instant::now() > end {
            break left;
        }
        thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(left.len(), 20);
    success(&case.get(&app, "analysis"), 200);
}

// QUAL-3, CON-5
#[test]
fn a_process_that_is_killed_while_findings_come_finishes_them_without_doubles() {
    let api = GeminiStandIn::start();
    let gate = Gate::default();
    gate.open(2);
    api.becomes(move |_| Gemini::gated(&QUOTES, &gate));
    let mut app = App::with().gemini(&api).variable("analyst", "gemini").start();
    let case = Case::new(&app);
    case.started(&app);
    let mut stream = case.stream(&app, "");
    let last = loop {
        let event = stream.next_event().expect("a finding");
        if event.data["number"] == 2 {
            break event;
        }
    };
    app.kill();
    assert_eq!(
        app.value("SELECT state || ' ' || stage || ' ' || found FROM analyses"),
        "processing embedding 2"
    );
    app.rows("UPDATE analyses SET due_at = created_at");
    api.becomes(|_| Gemini::findings(&QUOTES));
    app.start_again();
    let rest = case.stream(&app, &last.id).rest();
    assert_eq!(numbers(&rest), [3, 4], "what was told is not told again");
    let conclusion = &rest[rest.len() - 2];
    let mut standing: Vec<u64> = conclusion.data["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    standing.sort_unstable();
    assert_eq!(standing, [1, 2, 3, 4]);
    assert_eq!(case.over(&app)["clauses"].as_array().unwrap().len(), 3);
}

// CON-5, GUARD-7
#[test]
fn a_stream_that_has_nothing_to_tell_is_an_answer_like_any_other() {
    let app = App::start();
    let case = Case::new(&app);
    let nothing = case.get(&app, "analysis/stream");
    refusal(&nothing, 404, "not_found");
    guarded(&nothing);
}
