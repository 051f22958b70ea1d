//! What comes of an analysis.

use domain::analysis::run::{MOST_FINDINGS, State};
use domain::analysis::{Finding, Severity};
use domain::progress::Status;
use store::analysis_finding::Numbered;
use testkit::ask;

use super::fake::{clause, conclusion, missing, usual};
use super::{App, QUOTES, counts, run_request};

fn words(findings: &[Numbered]) -> Vec<(u32, &str)> {
    let word = |one: &Numbered| match &one.finding {
        Finding::Clause(clause) => QUOTES
            .into_iter()
            .find(|quote| *quote == clause.quote)
            .unwrap_or("?"),
        Finding::MissingClause(_) => "missing",
    };
    findings.iter().map(|one| (one.number, word(one))).collect()
}

#[tokio::test]
async fn what_the_analyst_finds_is_kept_ranked_and_judged() {
    let app = App::new();
    let waiting = app.waiting().await;
    assert!(app.shown(&waiting).await.is_none());
    assert_eq!(app.run().await, [1, 0, 0, 0]);
    let stored = app.stored(&waiting).await;
    assert_eq!((stored.state, stored.failure), (State::Completed, None));
    let kept = [(1, QUOTES[0]), (2, QUOTES[1]), (3, "missing"), (4, QUOTES[2])];
    assert_eq!(words(&stored.findings), kept, "in the order in which they came");
    assert_eq!(stored.ranking, Some(vec![2, 4, 1, 3]), "the worst first");
    let result = stored.result.unwrap();
    assert_eq!(
        (result.risk_level, result.model.as_str()),
        (Severity::Critical, "fake-1")
    );
    assert!(result.risk_score > 48, "the score is ours: {}", result.risk_score);
    let shown = app.shown(&waiting).await.unwrap();
    assert_eq!(shown.overall(), Status::Completed);
    for (stage, step) in shown.stages() {
        assert!(
            step.started_at.is_some() && step.finished_at.is_some(),
            "{stage:?}"
        );
    }
    assert_eq!(app.run().await, [0; 4], "once");
    assert_eq!(app.analyst.asked().len(), 1);
}

/// CON-4, CON-7: the analyst gets the normalised text as data, and what was noted.
#[tokio::test]
async fn the_analyst_gets_the_text_and_what_was_noted() {
    let app = App::new();
    let waiting = app
        .waiting_with(&format!(
            "{}\u{200B}",
            super::LEASE_TEXT.replace("보증금은 금", "보증금은   금")
        ))
        .await;
    app.run().await;
    let subject = app.analyst.asked().remove(0);
    assert_eq!(subject.id, waiting.analysis);
    assert!(
        subject.text.contains("보증금은 금 삼억원정으로"),
        "{}",
        subject.text
    );
    assert_eq!(
        (
            subject.language.as_str(),
            subject.document.terms.amounts().deposit
        ),
        ("ko", Some(300_000_000))
    );
}

#[tokio::test]
async fn what_does_not_stand_in_the_document_is_not_kept() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.analyst.says(vec![
        clause("보증금은 금 사억원정으로", Severity::Critical),
        clause(QUOTES[0], Severity::Low),
        clause("", Severity::High),
        missing(" "),
        missing(&"가".repeat(2001)),
        clause(QUOTES[0], Severity::Low),
        conclusion(),
    ]);
    assert_eq!(app.run().await, [1, 0, 0, 0]);
    let stored = app.stored(&waiting).await;
    assert_eq!(words(&stored.findings), [(1, QUOTES[0])]);
    assert_eq!(stored.result.unwrap().risk_level, Severity::Low);
}

#[tokio::test]
async fn an_analyst_that_never_stops_is_not_kept_without_bound() {
    let app = App::new();
    let waiting = app.waiting().await;
    let many = (0..MOST_FINDINGS + 50).map(|number| missing(&format!("missing {number}")));
    app.analyst.says(many.chain([conclusion()]).collect());
    assert_eq!(app.run().await, [1, 0, 0, 0]);
    assert_eq!(app.stored(&waiting).await.found, MOST_FINDINGS);
}

/// PROG-2.
#[tokio::test]
async fn without_the_board_the_work_goes_on() {
    let app = App::new();
    let waiting = app.waiting().await;
    app.records.break_down(true);
    assert_eq!(app.run().await, [1, 0, 0, 0]);
    assert_eq!(app.stored(&waiting).await.state, State::Completed);
    app.records.break_down(false);
    assert!(app.shown(&waiting).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn runs_at_once_work_on_every_analysis_once() {
    let app = App::new();
    let mut waiting = Vec::new();
    for _ in 0..20 {
        waiting.push(app.waiting().await);
    }
    let running: Vec<_> = (0..6)
        .map(|_| {
            let gate = app.another_instance(app.world.database());
            tokio::spawn(async move { ask(&gate, run_request()).await.expect(200) })
        })
        .collect();
    let mut completed = 0;
    for one in running {
        completed += counts(&one.await.unwrap())[0];
    }
    assert_eq!((completed, app.analyst.asked().len()), (20, 20));
    for one in &waiting {
        assert_eq!(app.stored(one).await.ranking, Some(vec![2, 4, 1, 3]));
        assert_eq!(app.shown(one).await.unwrap().overall(), Status::Completed);
    }
}

#[tokio::test]
async fn a_call_ends_before_whoever_waits_loses_patience() {
    let app = App::new();
    for _ in 0..12 {
        app.waiting().await;
    }
    let clock = app.world.clock.clone();
    app.analyst.becomes(move |_| {
        clock.advance_seconds(7);
        usual()
    });
    // None is taken up after twenty seconds.
    let done = app.run().await[0];
    assert!((3..12).contains(&done), "{done}");
    let mut all = done;
    for _ in 0..4 {
        all += app.run().await[0];
    }
    assert_eq!(all, 12);
}
