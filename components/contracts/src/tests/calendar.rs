//! `GET /api/v1/contracts/{id}/timeline.ics` (CON-3, RFC 5545), read back by a library.

use axum::http::{Method, header};
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime, Event};
use serde_json::json;
use testkit::{Person, get};

use super::{App, lease, with};

async fn events(app: &App, path: &str, person: &Person, language: &str) -> Vec<Event> {
    let request = get(&format!("{path}/timeline.ics"), &person.token);
    let answer = app
        .ask(with(request, header::ACCEPT_LANGUAGE, language))
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"timeline.ics\""
    );
    assert_eq!(answer.header("content-language"), language);
    let text = answer.json.as_str().unwrap();
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert!(
        text.split("\r\n")
            .all(|line| line.len() <= 75 && !line.contains('\n'))
    );
    let calendar: Calendar = text.parse().unwrap();
    calendar.events().cloned().collect()
}

fn uids(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| event.get_uid().unwrap().to_owned())
        .collect()
}

fn summary<'a>(events: &'a [Event], uid: &str) -> &'a str {
    let event = events.iter().find(|event| event.get_uid() == Some(uid));
    event.unwrap().get_summary().unwrap()
}

#[tokio::test]
async fn a_calendar_reads_the_timeline() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let own = json!({"title": "이사; 예약, \\ \"x\"", "description": "첫째 줄\n둘째 줄".repeat(40), "due_date": "2027-02-20"});
    let own = app
        .send(Method::POST, &format!("{path}/tasks"), &person, &own)
        .await
        .expect(201);
    let undated = json!({"title": "아무 때나"});
    app.send(Method::POST, &format!("{path}/tasks"), &person, &undated)
        .await
        .expect(201);
    let timeline = app
        .get(&format!("{path}/timeline"), &person)
        .await
        .expect(200)
        .json;
    let tasks = timeline["tasks"].as_array().unwrap();

    let events = events(&app, &path, &person, "ko").await;
    // Contract, balance and moving in; every task with a day.
    assert_eq!(events.len(), 3 + tasks.len() - 1);
    for task in tasks.iter().filter(|task| !task["due_date"].is_null()) {
        let uid = format!("{}@realcare", task["id"].as_str().unwrap());
        let event = events.iter().find(|event| event.get_uid() == Some(&uid)).unwrap();
        let day = match event.get_start().unwrap() {
            DatePerhapsTime::Date(day) => day.to_string(),
            DatePerhapsTime::DateTime(CalendarDateTime::Utc(_) | _) => panic!("a day, not a time"),
        };
        assert_eq!(day, task["due_date"].as_str().unwrap());
    }
    let uid = format!("{}@realcare", own.text("id"));
    assert_eq!(summary(&events, &uid), own.text("title"));
    let written = events.iter().find(|event| event.get_uid() == Some(&uid)).unwrap();
    assert_eq!(written.get_description().unwrap(), own.text("description"));
    assert_eq!(
        written.property_value("LOCATION"),
        Some("서울특별시 강남구 역삼로 123")
    );
    assert_eq!(written.property_value("SEQUENCE"), Some("1"));
}

#[tokio::test]
async fn an_event_stays_the_same_thing() {
    let app = App::new();
    let person = app.person().await;
    let path = app.noted(&person, &lease()).await;
    let task = app.task(&path, &person, "fixed_date").await;
    let uid = format!("{}@realcare", task.rsplit('/').next().unwrap());
    let before = events(&app, &path, &person, "en").await;
    assert_eq!(summary(&before, &uid), "Get the fixed date, on the day itself");
    app.go(Method::POST, &format!("{task}/complete"), &person)
        .await
        .expect(200);
    app.patch(&path, &person, &json!({"balance_date": "2027-02-26"}))
        .await
        .expect(200);
    let after = events(&app, &path, &person, "ko").await;
    let sorted = |mut uids: Vec<String>| {
        uids.sort();
        uids
    };
    assert_eq!(sorted(uids(&before)), sorted(uids(&after)));
    assert_eq!(summary(&after, &uid), "[완료] 확정일자 받기(입주 당일)");
    let mut own = uids(&after);
    own.dedup();
    assert_eq!(own.len(), after.len());
}
