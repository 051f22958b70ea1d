//! What becomes of an analysis when something goes wrong.

use std::time::Duration;

use domain::Clock;
use domain::analysis::Severity;
use domain::analysis::run::{ATTEMPTS, Failure, LEASE, State};
use domain::progress::{Stage, Status};
use store::analysis_work;
use store::provider_bucket::Quota;

use super::fake::{Step, clause, conclusion, usual};
use super::{App, QUOTES, Waiting};

fn fails(failure: Failure) -> Vec<Step> {
    vec![clause(QUOTES[0], Severity::High), Step::Fail(failure, None)]
}

async fn failed(app: &App, waiting: &Waiting) -> (State, String, usize) {
    let stored = app.stored(waiting).await;
    assert!(stored.result.is_none());
    (
        stored.state,
        stored.failure.unwrap_or_default(),
        stored.findings.len(),
    )
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_then_given_up() {
    for failure in [Failure::Throttled, Failure::Unavailable, Failure::TimedOut] {
        let app = App::new();
        let waiting = app.waiting().await;
        app.analyst.says(fails(failure));
        for _ in 1..ATTEMPTS {
            assert_eq!(app.run().await, [0, 0, 1, 0]);
            assert_eq!(app.run().await, [0; 4], "it waits");
            assert_eq!(failed(&app, &waiting).await.0, State::Pending);
            assert_eq!(app.shown(&waiting).await.unwrap().overall(), Status::Processing);
            app.world.wait(Duration::from_secs(600));
        }
        assert_eq!(app.run().await, [0, 1, 0, 0]);
        let code = failure.as_str().to_owned();
        assert_eq!(failed(&app, &waiting).await, (State::Failed, code, 1));
        assert_eq!(app.shown(&waiting).await.unwrap().overall(), Status::Failed);
        app.world.wait(Duration::from_secs(86_400));
        assert_eq!(app.run().await, [0; 4]);
        assert_eq!(app.analyst.asked().len(), usize::try_from(ATTEMPTS).unwrap());
    }
}

#[tokio::test]
async fn after_a_bad_moment_it_ends_well_and_nothing_is_there_twice() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.analyst.says(fails(Failure::Unavailable));
    app.run().await;
    app.world.wait(Duration::from_secs(600));
    app.analyst.says(vec![
        clause(QUOTES[1], Severity::Medium),
        clause(QUOTES[0], Severity::High),
        conclusion(),
    ]);
    assert_eq!(app.run().await, [1, 0, 0, 0]);
    let stored = app.stored(&waiting).await;
    let numbers: Vec<u32> = stored.findings.iter().map(|one| one.number).collect();
    assert_eq!((numbers, stored.ranking), (vec![1, 2], Some(vec![1, 2])));
    assert_eq!(stored.failure, None);
}

#[tokio::test]
async fn what_the_next_attempt_does_not_find_again_does_not_stand() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.analyst.says(fails(Failure::Unavailable));
    app.run().await;
    app.world.wait(Duration::from_secs(600));
    app.analyst
        .says(vec![clause(QUOTES[2], Severity::Low), conclusion()]);
    app.run().await;
    let stored = app.stored(&waiting).await;
    assert_eq!((stored.found, stored.ranking), (2, Some(vec![2])));
    assert_eq!(stored.result.unwrap().risk_level, Severity::Low);
}

#[tokio::test]
async fn what_will_not_pass_fails_at_once() {
    for failure in [Failure::Malformed, Failure::Refused, Failure::NotConfigured] {
        let app = App::new();
        let waiting = app.waiting().await;
        app.analyst.says(fails(failure));
        assert_eq!(app.run().await, [0, 1, 0, 0]);
        assert_eq!(failed(&app, &waiting).await.1, failure.as_str());
    }
}

/// CON-5.
#[tokio::test]
async fn a_cut_keeps_what_came_and_says_so() {
    let app = App::new();
    let waiting = app.waiting().await;
    let steps = [usual()[..2].to_vec(), vec![Step::Fail(Failure::Cut, None)]].concat();
    app.analyst.says(steps);
    assert_eq!(app.run().await, [0, 1, 0, 0]);
    let code = "analysis_cut".to_owned();
    assert_eq!(failed(&app, &waiting).await, (State::Failed, code, 2));
    let shown = app.shown(&waiting).await.unwrap();
    let embedding = shown.stages().find(|(stage, _)| *stage == Stage::Embedding);
    assert_eq!(embedding.unwrap().1.status, Status::Failed);
}

#[tokio::test]
async fn an_analyst_that_falls_silent_has_no_conclusion() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.analyst.says(vec![clause(QUOTES[0], Severity::High)]);
    assert_eq!(app.run().await, [0, 1, 0, 0]);
    assert_eq!(failed(&app, &waiting).await.1, "analyst_malformed");
}

#[tokio::test]
async fn nobody_waits_for_an_analyst_for_ever() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.analyst
        .says(vec![clause(QUOTES[0], Severity::High), Step::Hang]);
    assert_eq!(app.run().await, [0, 0, 1, 0]);
    assert_eq!(failed(&app, &waiting).await.1, "analyst_timed_out");
}

#[tokio::test]
async fn what_is_no_contract_is_refused_with_the_reason() {
    let poem = "달밝은 밤에 홀로 앉아 먼 산을 바라보며 노래를 부르니 바람이 불어와 나뭇잎을 흔들고 새들은 둥지로 돌아가네. ".repeat(5);
    for (text, code) in [("계약서", "too_short"), (poem.as_str(), "not_a_contract")] {
        let app = App::new();
        let waiting = app.waiting_with(text).await;
        assert_eq!(app.run().await, [0, 1, 0, 0]);
        assert_eq!(failed(&app, &waiting).await, (State::Failed, code.to_owned(), 0));
        let shown = app.shown(&waiting).await.unwrap();
        let quality = shown.stages().find(|(stage, _)| *stage == Stage::Quality);
        assert_eq!(quality.unwrap().1.status, Status::Failed);
        assert!(app.analyst.asked().is_empty(), "nobody is asked about it");
    }
}

#[tokio::test]
async fn a_contract_that_changed_meanwhile_is_not_analysed() {
    for change in ["document_text = 'x'", "document_text = NULL", "deposit = 1"] {
        let app = App::new();
        let waiting = app.waiting().await;
        let statement = format!("UPDATE contracts SET {change}");
        app.world.fresh.db.query(&statement, Vec::new()).await.unwrap();
        assert_eq!(app.run().await, [0, 1, 0, 0]);
        assert_eq!(failed(&app, &waiting).await.1, "document_changed");
        assert!(app.analyst.asked().is_empty());
    }
}

#[tokio::test]
async fn a_contract_that_is_deleted_takes_the_work_along() {
    let app = App::new();
    let waiting = app.waiting().await;
    let db = app.world.database();
    let statement = "UPDATE contracts SET deleted_at = created_at";
    app.analyst.becomes(move |_| {
        futures::executor::block_on(db.query(statement, Vec::new())).unwrap();
        usual()
    });
    assert_eq!(app.run().await, [0, 0, 0, 1]);
    let gone = store::analysis::latest(
        &app.world.fresh.db,
        waiting.contract,
        waiting.person.user,
        0,
        app.world.clock.now(),
    );
    assert!(gone.await.unwrap().is_none());
}

/// GUARD-5: an outside analyst is asked as often as it may be; whoever waits for that loses no attempt.
#[tokio::test]
async fn an_outside_analyst_is_not_asked_more_often_than_it_takes() {
    let app = App::with(Some(Quota {
        burst: 3,
        per_minute: 12,
    }));
    for _ in 0..8 {
        app.waiting().await;
    }
    assert_eq!(app.run().await, [3, 0, 5, 0], "a quarter of a minute's");
    let mut completed = 3;
    for _ in 0..40 {
        app.world.wait(Duration::from_secs(2));
        let [done, failed, _, lost] = app.run().await;
        assert_eq!((failed, lost), (0, 0));
        completed += done;
    }
    assert_eq!((completed, app.analyst.asked().len()), (8, 8));
    let own = App::new();
    for _ in 0..8 {
        own.waiting().await;
    }
    assert_eq!(own.run().await, [8, 0, 0, 0], "our own rules are no provider");
}

#[tokio::test]
async fn what_kills_every_worker_is_given_up() {
    let app = App::new();
    let waiting = app.waiting().await;
    for _ in 0..ATTEMPTS {
        // What a killed process leaves: a claim and nothing after it.
        let now = app.world.clock.now();
        let dead = analysis_work::claim(&app.world.fresh.db, now.plus(LEASE), now).await;
        assert!(dead.unwrap().is_some());
        assert_eq!(app.run().await, [0; 4]);
        app.world.wait(LEASE);
    }
    assert_eq!(app.run().await, [0, 1, 0, 0]);
    assert_eq!(failed(&app, &waiting).await.1, "analysis_given_up");
    assert!(app.analyst.asked().is_empty());
}
