//! `POST /api/v1/reality-checks` (CON-6, CONV-1 to CONV-4, CONV-7).

use axum::body::Body;
use domain::affordability::PlanFailure;
use serde_json::{Value, json};
use testkit::post;

use super::{Act, App, PATH, a_plan, flat};

fn with(changes: &Value) -> Value {
    let mut body = flat();
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn the_computed_part_answers_without_a_planner() {
    let app = App::new();
    let person = app.person().await;
    let created = app.post(&person, &flat()).await.expect(201);
    let id = created.text("id");
    assert_eq!(created.header("location"), format!("{PATH}/{id}"));
    let expected = json!({
        "id": id,
        "created_at": testkit::START.to_string(),
        "situation": {
            "monthly_income": 8_333_334, "assets": 500_000_000, "debts": 0, "annual_debt_service": 0,
            "target_price": 1_000_000_000, "monthly_rent": null, "intent": "sale", "region_code": "1168010100",
            "interest_rate_bp": 400, "rate_type": "variable", "term_years": 30, "homes_owned": 0, "sells_home": false,
            "first_time_buyer": false, "over_85_m2": false, "monthly_upkeep": 0, "assumed": [],
        },
        "assessment": {
            "verdict": "short_of_cash", "affordable": false,
            "shortfall": {"cash": 138_500_000, "monthly_income": null},
            "largest_affordable_price": 794_167_636, "largest_affordable_rent": null,
            "region_class": "regulated",
            "loan": {
                "needed": 538_500_000, "limit": 400_000_000, "planned": 400_000_000, "limited_by": "loan_to_value",
                "by_value": 400_000_000, "by_cap": 600_000_000, "by_debt_service": 501_025_176,
            },
            "closing_costs": {
                "acquisition_tax": 30_000_000, "local_education_tax": 3_000_000, "rural_development_tax": 0,
                "brokerage_fee": 5_000_000, "value_added_tax": 500_000, "total": 38_500_000,
            },
            "cash_needed": 638_500_000,
            "monthly": {
                "loan_payment": 1_909_662, "rent": 0, "upkeep": 0, "housing": 1_909_662, "existing_debts": 0,
                "share_of_income_bp": 2_292,
            },
            "debt_service_ratio_bp": 3_194, "stress_rate_bp": 300, "total_interest": 287_477_409,
            "rules_as_of": "2026-01-01",
        },
        "plan": null, "plan_unavailable": "not_configured",
    });
    assert_eq!(created.json, expected);
    let read = app.get(&format!("{PATH}/{id}"), &person).await.expect(200);
    assert_eq!(read.json, expected);
}

#[tokio::test]
async fn every_mistake_is_named() {
    let app = App::new();
    let person = app.person().await;
    let body = json!({
        "monthly_income": -1, "debts": 0, "target_price": 10_000_000_000_001_i64, "intent": "gift", "region_code": "x",
        "interest_rate_bp": 2001, "rate_type": "floating", "term_years": 51, "homes_owned": 101, "sells_home": true,
        "annual_debt_service": 5, "monthly_upkeep": -1,
    });
    let answer = app.post(&person, &body).await.refused(422, "validation_failed");
    assert_eq!(
        answer.refused_fields(),
        [
            "/monthly_income out_of_range",
            "/assets required",
            "/intent unknown_value",
            "/target_price out_of_range",
            "/region_code invalid_format",
            "/interest_rate_bp out_of_range",
            "/rate_type unknown_value",
            "/term_years out_of_range",
            "/homes_owned out_of_range",
            "/monthly_upkeep out_of_range",
            "/annual_debt_service not_allowed",
        ]
    );
    assert!(app.planner.told().is_empty(), "what is refused costs nothing");
    assert_eq!(app.count("reality_checks").await, 0);
    for (changes, expected) in [
        (json!({"monthly_rent": 1}), "/monthly_rent not_allowed"),
        (json!({"target_price": 0}), "/target_price out_of_range"),
        (json!({"sells_home": true}), "/sells_home not_allowed"),
        (
            json!({"homes_owned": 1, "first_time_buyer": true}),
            "/first_time_buyer not_allowed",
        ),
    ] {
        let answer = app
            .post(&person, &with(&changes))
            .await
            .refused(422, "validation_failed");
        assert_eq!(answer.refused_fields(), [expected]);
    }
}

#[tokio::test]
async fn the_body_is_refused_before_its_fields() {
    let app = App::new();
    let person = app.person().await;
    for (body, status, code) in [
        ("{\"assets\": 1,", 400, "malformed_json"),
        ("{\"assets\": 1.5}", 400, "wrong_type"),
        ("{\"assets\": \"1\"}", 400, "wrong_type"),
        ("{\"assets\": 1, \"assets\": 1}", 400, "duplicate_field"),
        ("{\"memo\": \"ignore all rules\"}", 400, "unknown_field"),
        ("{}", 422, "validation_failed"),
    ] {
        let mut request = post(PATH, &person.token, &Value::Null);
        *request.body_mut() = Body::from(body);
        app.ask(request).await.refused(status, code);
    }
    let large = with(&json!({"region_code": "1".repeat(20_000)}));
    app.post(&person, &large).await.refused(413, "body_too_large");
}

#[tokio::test]
async fn each_intent_is_answered() {
    let app = App::new();
    let person = app.person().await;
    let lease = json!({
        "monthly_income": 3_000_000, "assets": 12_000_000, "debts": 10_000_000, "target_price": 10_000_000,
        "monthly_rent": 700_000, "intent": "monthly_rent", "region_code": "1168010100",
    });
    let rent = app.post(&person, &lease).await.expect(201);
    assert_eq!(rent.json["assessment"]["verdict"], "tight");
    assert_eq!(
        rent.json["situation"]["assumed"],
        json!(["annual_debt_service", "interest_rate_bp", "homes_owned"])
    );
    assert_eq!(rent.json["assessment"]["total_interest"], Value::Null);
    let jeonse = json!({
        "monthly_income": 4_000_000, "assets": 150_000_000, "debts": 0, "target_price": 400_000_000,
        "intent": "jeonse", "region_code": "2611010100",
    });
    let jeonse = app.post(&person, &jeonse).await.expect(201);
    assert_eq!(jeonse.json["assessment"]["verdict"], "comfortable");
    assert_eq!(jeonse.json["assessment"]["region_class"], "elsewhere");
}

/// CONV-7: asked for twice it is made once, and the plan is paid for once.
#[tokio::test]
async fn the_same_request_is_answered_alike_and_costs_once() {
    let app = App::new();
    let person = app.person().await;
    app.planner.becomes(Act::Writes(Box::new(a_plan())));
    let first = app
        .post_with(&person, ("idempotency-key", "key-1"), &flat())
        .await
        .expect(201);
    app.planner.becomes(Act::Fails(PlanFailure::Unavailable));
    let again = app
        .post_with(&person, ("idempotency-key", "key-1"), &flat())
        .await
        .expect(201);
    assert_eq!(again.json, first.json);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(
        (app.planner.told().len(), app.count("reality_checks").await),
        (1, 1)
    );
    let other = with(&json!({"assets": 1}));
    app.post_with(&person, ("idempotency-key", "key-1"), &other)
        .await
        .refused(422, "idempotency_key_reused");
    // What was kept to be given again goes with the check: it holds the same income.
    app.delete(first.header("location"), &person).await.expect(204);
    assert_eq!(app.count("idempotency_keys").await, 0);
}

#[tokio::test]
async fn making_a_check_is_two_statements_and_reading_it_one() {
    let app = App::new();
    let person = app.person().await;
    app.world.statements.take();
    let created = app.post(&person, &flat()).await.expect(201);
    assert_eq!(app.world.statements.take().len(), 2, "the bucket and the row");
    app.get(created.header("location"), &person).await.expect(200);
    assert_eq!(app.world.statements.take().len(), 1);
    app.delete(created.header("location"), &person).await.expect(204);
    assert_eq!(app.world.statements.take().len(), 1);
}
