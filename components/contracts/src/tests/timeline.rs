//! `GET /api/v1/contracts/{id}/timeline` and `/upcoming` (CON-2, CON-3).

use std::collections::BTreeSet;

use axum::http::Method;
use domain::Clock;
use domain::signal::Intent;
use domain::timeline::templates;
use serde_json::{Value, json};
use testkit::Person;

use super::{App, lease, sale};

/// Every template has its words, and every word its template.
#[test]
fn templates_and_catalogue_agree() {
    let kinds = [Intent::Sale, Intent::Jeonse, Intent::MonthlyRent];
    let keys: BTreeSet<_> = kinds
        .into_iter()
        .flat_map(templates)
        .map(|template| template.key)
        .collect();
    assert_eq!(keys, i18n::task_keys().collect::<BTreeSet<_>>());
}

/// Dates around the day on which tests begin.
fn around(app: &App, contract: i32, balance: i32) -> Value {
    let today = app.world.clock.now().seoul_date();
    let mut body = sale();
    body["contract_date"] = json!(today.plus_days(contract));
    body["balance_date"] = json!(today.plus_days(balance));
    body
}

#[tokio::test]
async fn the_whole_picture_is_one_statement() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    app.world.statements.take();
    let timeline = app.get(&format!("{path}/timeline"), &person).await.expect(200);
    assert_eq!(app.world.statements.take().len(), 1);
    assert_eq!(
        timeline.json["contract"],
        app.get(&path, &person).await.expect(200).json
    );
    let tasks = timeline.json["tasks"].as_array().unwrap();
    let due: Vec<_> = tasks
        .iter()
        .map(|task| task["due_date"].as_str().unwrap())
        .collect();
    assert!(due.is_sorted(), "{due:?}");
    let due = |template: &str| {
        let task = tasks.iter().find(|task| task["template"] == template).unwrap();
        task["due_date"].as_str().unwrap().to_owned()
    };
    for (template, expected) in [
        ("register_before_contract", "2027-01-14"),
        ("lease_report", "2027-02-15"),
        ("move_in_report", "2027-02-28"),
        ("fixed_date", "2027-02-28"),
        ("deposit_guarantee", "2028-02-28"),
    ] {
        assert_eq!(due(template), expected);
    }
    assert_eq!(
        timeline.text("today"),
        app.world.clock.now().seoul_date().to_string()
    );
}

#[tokio::test]
async fn a_contract_and_its_tasks_are_one_statement() {
    let app = App::new();
    let person = app.person().await;
    app.world.statements.take();
    let path = app.noted(&person, &lease()).await;
    assert_eq!(app.world.statements.take().len(), 1);
    // Decided on what is read.
    app.patch(&path, &person, &json!({"balance_date": "2027-02-26"}))
        .await
        .expect(200);
    assert_eq!(app.world.statements.take().len(), 2);
}

#[tokio::test]
async fn progress_is_counted_by_the_day_in_seoul() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &around(&app, 0, 40)).await;
    let progress = async || {
        let timeline = app.get(&format!("{path}/timeline"), &person).await.expect(200);
        let tasks = timeline.json["tasks"].as_array().unwrap().clone();
        let counted = tasks.iter().filter(|task| task["overdue"] == true).count();
        assert_eq!(timeline.json["progress"]["overdue"], counted);
        timeline.json["progress"].clone()
    };
    let first = progress().await;
    // Only the look at the register was due before the contract.
    assert_eq!((&first["overdue"], &first["done"]), (&json!(1), &json!(0)));
    assert_eq!(first["open"], first["total"]);
    let register = app.task(&path, &person, "register_before_contract").await;
    assert_eq!(register.rsplit('/').next(), first["next_task_id"].as_str());
    app.go(Method::POST, &format!("{register}/complete"), &person)
        .await
        .expect(200);
    let second = progress().await;
    assert_eq!((&second["overdue"], &second["done"]), (&json!(0), &json!(1)));
    app.world.clock.advance_seconds(24 * 3600);
    let admin = app
        .world
        .mint(person.user, domain::user::Role::User, domain::user::Tier::Premium);
    let timeline = app.get(&format!("{path}/timeline"), &admin).await.expect(200);
    assert_eq!(
        timeline.json["progress"]["overdue"], 2,
        "what was due on the day of the contract"
    );
    app.patch(&path, &admin, &json!({"state": "terminated"}))
        .await
        .expect(200);
    let timeline = app.get(&format!("{path}/timeline"), &admin).await.expect(200);
    assert_eq!(timeline.json["progress"]["overdue"], 0);
}

async fn upcoming(app: &App, person: &Person, query: &str) -> Vec<Value> {
    let answer = app
        .get(&format!("/api/v1/contracts/upcoming?limit=100{query}"), person)
        .await
        .expect(200);
    answer.json["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn upcoming_crosses_ones_contracts() {
    let app = App::new();
    let person = app.person().await;
    for (contract, balance) in [(-20, 3), (-5, 8)] {
        app.noted(&person, &around(&app, contract, balance)).await;
    }
    let soon = upcoming(&app, &person, "&days=3").await;
    let titles: Vec<_> = soon
        .iter()
        .map(|task| task["template"].as_str().unwrap())
        .collect();
    assert!(
        titles.contains(&"balance_payment") && !titles.contains(&"transaction_report"),
        "{titles:?}"
    );
    assert_eq!(
        soon[0]["contract"],
        json!({"kind": "sale", "role": "buyer", "address": sale()["address"]})
    );
    let contracts: BTreeSet<_> = soon.iter().map(|task| task["contract_id"].to_string()).collect();
    assert_eq!(contracts.len(), 1);
    let later = upcoming(&app, &person, "&days=30").await;
    let due: Vec<_> = later
        .iter()
        .map(|task| task["due_date"].as_str().unwrap())
        .collect();
    assert!(due.is_sorted() && later.len() > soon.len());
    let contracts: BTreeSet<_> = later.iter().map(|task| task["contract_id"].to_string()).collect();
    assert_eq!(contracts.len(), 2);
    assert_eq!(
        upcoming(&app, &person, "").await,
        later,
        "30 days unless somebody says otherwise"
    );
    assert!(later.iter().all(|task| task["overdue"] == false));
    let all = upcoming(&app, &person, "&days=30&overdue=true").await;
    assert!(all.len() > later.len() && all[0]["overdue"] == true);
    assert_eq!(upcoming(&app, &person, "&overdue=false").await, later);

    let first = app
        .get("/api/v1/contracts/upcoming?limit=2", &person)
        .await
        .expect(200);
    let cursor = first.text("next_cursor");
    let next = app
        .get(
            &format!("/api/v1/contracts/upcoming?limit=2&cursor={cursor}"),
            &person,
        )
        .await
        .expect(200);
    assert_eq!(next.json["items"][0], later[2]);
    app.get(
        &format!("/api/v1/contracts/upcoming?days=3&cursor={cursor}"),
        &person,
    )
    .await
    .refused(400, "invalid_cursor");
    for query in ["days=0", "days=367", "days=x", "overdue=maybe", "from=x"] {
        app.get(&format!("/api/v1/contracts/upcoming?{query}"), &person)
            .await
            .refused(400, "invalid_query");
    }
}
