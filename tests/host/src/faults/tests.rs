use std::time::Instant;

use wasmtime_wasi::HostWallClock;

use super::{rules::Wanted, *};

fn faults(wanted: &str) -> Faults {
    let faults = Faults::switchable();
    let wanted: Wanted = serde_json::from_str(wanted).unwrap();
    faults.0.as_ref().unwrap().set(wanted);
    faults
}

fn report(faults: &Faults) -> serde_json::Value {
    serde_json::from_str(&faults.0.as_ref().unwrap().report()).unwrap()
}

#[tokio::test]
async fn nothing_happens_without_the_flag() {
    let faults = Faults::default();
    assert!(faults.call(DATABASE).await.unwrap().end().await.is_ok());
    assert!(faults.clock().is_none());
}

#[tokio::test]
async fn the_nth_call_fails_and_no_other() {
    let faults = faults(r#"{"rules": [{"on": "database", "call": 2, "what": "fail"}]}"#);
    assert!(faults.open(DATABASE).await.is_ok(), "opening is no call");
    assert!(faults.call(DATABASE).await.is_ok());
    assert!(faults.call("counters").await.is_ok());
    assert!(faults.call(DATABASE).await.is_err());
    assert!(faults.call(DATABASE).await.is_ok());
    let report = report(&faults);
    assert_eq!(
        report["calls"],
        serde_json::json!({"any": 4, "counters": 1, "database": 3})
    );
    assert_eq!(report["struck"], 1);
}

#[tokio::test]
async fn calls_to_any_store_count_together() {
    let faults = faults(r#"{"rules": [{"on": "any", "call": 2, "what": "fail"}]}"#);
    assert!(faults.call(DATABASE).await.is_ok());
    assert!(faults.call("counters").await.is_err());
    assert!(faults.call(DATABASE).await.is_ok());
}

#[tokio::test]
async fn a_store_that_is_gone_cannot_be_opened() {
    let faults = faults(r#"{"rules": [{"on": "revocations", "what": "fail"}]}"#);
    assert!(faults.open("revocations").await.is_err());
    assert!(faults.call("revocations").await.is_err());
    assert!(faults.open("counters").await.is_ok());
    faults.0.as_ref().unwrap().set(Wanted::default());
    assert!(faults.call("revocations").await.is_ok());
}

#[tokio::test]
async fn an_answer_that_is_lost_was_given() {
    let faults = faults(r#"{"rules": [{"on": "database", "call": 1, "when": "after", "what": "fail"}]}"#);
    let passage = faults.call(DATABASE).await.unwrap();
    assert!(passage.end().await.is_err());
    let passage = faults.call(DATABASE).await.unwrap();
    assert!(passage.end().await.is_ok());
}

#[tokio::test]
async fn the_end_of_a_stream_is_lost_too() {
    let faults = faults(r#"{"rules": [{"on": "database", "when": "after", "what": "fail"}]}"#);
    let passage = faults.call(DATABASE).await.unwrap();
    let (outcome, end) = oneshot::channel::<Result<(), &str>>();
    outcome.send(Ok(())).unwrap();
    assert_eq!(
        passage.end_of(end, || Struck::TEXT).await.unwrap(),
        Err(Struck::TEXT)
    );
}

#[tokio::test]
async fn a_slow_store_takes_its_time() {
    let faults = faults(r#"{"rules": [{"on": "database", "what": {"wait_ms": 30}}]}"#);
    let start = Instant::now();
    faults.call(DATABASE).await.unwrap().end().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(30));
}

#[test]
fn the_clock_goes_ahead_and_back() {
    let faults = Faults::switchable();
    let clock = faults.clock().unwrap();
    let before = clock.now();
    for (ahead, expected) in [
        (3_600_000, before + Duration::from_secs(3600)),
        (-3_600_000, before - Duration::from_secs(3600)),
    ] {
        let wanted = format!(r#"{{"clock_ms": {ahead}}}"#);
        faults
            .0
            .as_ref()
            .unwrap()
            .set(serde_json::from_str(&wanted).unwrap());
        assert!(clock.now().abs_diff(expected) < Duration::from_secs(60));
    }
    // Rules that do not speak of the clock leave it.
    faults.0.as_ref().unwrap().set(Wanted::default());
    assert_eq!(report(&faults)["clock_ms"], -3_600_000);
}

#[test]
fn what_is_misspelt_is_refused() {
    for wrong in [
        r#"{"rules": [{"on": "database", "what": "fial"}]}"#,
        r#"{"rule": []}"#,
        r#"{"rules": [{"what": "fail"}]}"#,
    ] {
        assert!(serde_json::from_str::<Wanted>(wrong).is_err(), "{wrong}");
    }
}
