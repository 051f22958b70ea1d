//! The plan on top of the numbers (CON-6, CON-7, GUARD-5).

use std::time::Duration;

use domain::Clock;
use domain::affordability::{PlanFailure, RawPlan, RawStep};
use http_kit::Language;
use serde_json::{Value, json};
use testkit::World;

use super::{Act, App, a_plan, flat};

#[tokio::test]
async fn a_plan_is_shown_and_kept() {
    let app = App::new();
    let person = app.person().await;
    app.planner.becomes(Act::Writes(Box::new(a_plan())));
    let created = app.post(&person, &flat()).await.expect(201);
    let expected = json!({
        "summary": "먼저 1억 3850만 원을 모으세요.",
        "steps": [
            {"title": "1단계", "detail": "대출을 갈아타세요", "within_months": 1},
            {"title": "2단계", "detail": "대출을 갈아타세요", "within_months": 2},
        ],
        "model": "model-1",
    });
    assert_eq!(created.json["plan"], expected);
    assert_eq!(created.json["plan_unavailable"], Value::Null);
    let read = app.get(created.header("location"), &person).await.expect(200);
    assert_eq!(read.json, created.json);
}

/// Numbers and words of ours go out, in the person's language; nothing that names somebody.
#[tokio::test]
async fn the_planner_is_told_computed_facts_only() {
    let app = App::new();
    let person = app.person().await;
    app.post_with(&person, ("accept-language", "ko"), &flat())
        .await
        .expect(201);
    app.post(&person, &flat()).await.expect(201);
    let told = app.planner.told();
    assert_eq!(
        (told[0].language, told[1].language),
        (Language::Korean, Language::English)
    );
    let fact = |name: &str| {
        told[0]
            .facts
            .iter()
            .find(|fact| fact.name == name)
            .map(|fact| fact.value.clone())
    };
    assert_eq!(fact("verdict").as_deref(), Some("short_of_cash"));
    assert_eq!(fact("missing_cash").as_deref(), Some("138500000 won"));
    assert_eq!(fact("region_class").as_deref(), Some("regulated"));
    let all = format!("{:?}", told[0].facts);
    assert!(
        !all.contains("1168010100") && !all.contains(&person.user.to_string()),
        "{all}"
    );
    // Digits, units and words of ours: nothing could carry an instruction.
    let plain = |value: &str| {
        value
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || " ._%".contains(c))
    };
    assert!(told[0].facts.iter().all(|fact| plain(&fact.value)), "{all}");
}

#[tokio::test]
async fn every_failure_has_its_reason_and_leaves_the_numbers() {
    let app = App::new();
    for failure in PlanFailure::ALL {
        let person = app.person().await;
        app.planner.becomes(Act::Fails(failure));
        let created = app.post(&person, &flat()).await.expect(201);
        assert_eq!(created.json["plan"], Value::Null);
        assert_eq!(created.text("plan_unavailable"), failure.as_str());
        assert_eq!(created.json["assessment"]["verdict"], "short_of_cash");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_plan_is_not_shown() {
    let app = App::new();
    for broken in [
        RawPlan {
            summary: "\u{0}\u{7}".to_owned(),
            ..a_plan()
        },
        RawPlan {
            steps: Vec::new(),
            ..a_plan()
        },
        RawPlan {
            steps: vec![RawStep::default()],
            ..a_plan()
        },
        RawPlan {
            summary: "가".repeat(100_000),
            ..a_plan()
        },
    ] {
        let person = app.person().await;
        app.planner.becomes(Act::Writes(Box::new(broken)));
        let created = app.post(&person, &flat()).await.expect(201);
        assert_eq!(
            (&created.json["plan"], created.text("plan_unavailable").as_str()),
            (&Value::Null, "malformed")
        );
    }
    // What it cost is known all the same.
    let tokens = "SELECT SUM(plan_input_tokens), SUM(plan_output_tokens) FROM reality_checks";
    let rows = app.world.fresh.db.query(tokens, Vec::new()).await.unwrap();
    let cost: (i64, i64) = (rows[0].get(0).unwrap(), rows[0].get(1).unwrap());
    assert_eq!(cost, (1_200, 800));
}

/// GUARD-5: half a minute, then the call is ended and the numbers answer.
#[tokio::test]
async fn a_planner_that_says_nothing_is_not_waited_for() {
    let app = App::new();
    let person = app.person().await;
    app.planner.becomes(Act::Sleeps);
    let before = app.world.clock.now();
    let created = app.post(&person, &flat()).await.expect(201);
    assert_eq!(created.text("plan_unavailable"), "timed_out");
    assert_eq!(app.world.clock.now(), before.plus(Duration::from_secs(30)));
    assert_eq!(*app.planner.ended.lock().unwrap(), 1, "the call was ended");
    assert_eq!(
        created.text("created_at"),
        before.to_string(),
        "when it was asked for"
    );
}

/// CON-6: who has no provider is not told to come back later.
#[tokio::test]
async fn without_a_provider_nothing_is_counted() {
    let app = App::of(World::new(), None);
    let person = app.person().await;
    for _ in 0..4 {
        let created = app.post(&person, &flat()).await.expect(201);
        assert_eq!(created.text("plan_unavailable"), "not_configured");
    }
    let buckets = app.world.database();
    let buckets = buckets.query("SELECT 1 FROM provider_buckets", Vec::new()).await;
    assert_eq!(buckets.unwrap().len(), 0);
}

/// GUARD-5.
#[tokio::test]
async fn the_provider_is_not_called_more_often_than_it_takes() {
    // A quarter of a minute may come at once.
    let app = App::with(World::new(), 8);
    let person = app.person().await;
    app.planner.becomes(Act::Writes(Box::new(a_plan())));
    let mut reasons = Vec::new();
    for _ in 0..3 {
        reasons.push(
            app.post(&person, &flat())
                .await
                .expect(201)
                .text("plan_unavailable"),
        );
    }
    assert_eq!(reasons, ["", "", "over_quota"]);
    assert_eq!(app.planner.told().len(), 2);
    app.world.wait(Duration::from_millis(7_500));
    let again = app.post(&person, &flat()).await.expect(201);
    assert!(again.json["plan"].is_object());
}

/// AUTH-11: a plan takes its time; an account that ends meanwhile gets nothing written.
#[tokio::test]
async fn an_account_that_ended_meanwhile_gets_no_check() {
    let app = App::new();
    let nobody = app.world.stranger();
    app.post(&nobody, &flat()).await.refused(401, "invalid_token");
    assert_eq!(app.count("reality_checks").await, 0);
}
