//! Work on analyses (CON-4, PROG-1): taken up once, ended once, by whoever holds the lease.

use std::time::Duration;

use domain::Timestamp;
use domain::analysis::run::{Failure, LEASE, State, Verdict};
use domain::analysis::{Clause, Finding, Severity};
use domain::progress::Stage;
use store::analysis;
use store::analysis_work as work;
use testkit::Fresh;

use crate::analyses::{ask, complete, result, seen, start, take};
use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    what_was_found_reads_back_in_its_order,
    of_16_that_take_up_one_gets_it,
    each_of_8_runs_is_taken_up_once,
    somebody_who_lost_the_lease_changes_nothing,
    what_a_dead_worker_left_is_taken_up_after_the_lease,
    a_failed_attempt_waits_and_a_failed_run_is_over,
    waiting_for_our_own_quota_costs_no_attempt,
}

fn clause(text: &str) -> Finding {
    Finding::Clause(Clause {
        quote: text.to_owned(),
        risk: "위험\n\"한\" 조항".to_owned(),
        severity: Severity::High,
        explanation: "e".to_owned(),
        recommendation: "r".to_owned(),
    })
}

async fn what_was_found_reads_back_in_its_order(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, begun) = start(&data).await;
    let before = seen(&data, &begun, user).await;
    assert_eq!(
        (before.state, before.found, before.findings.len()),
        (State::Pending, 0, 0)
    );
    let claimed = take(&data).await.unwrap();
    let until = data.now().plus(LEASE);
    for stage in Stage::ALL {
        assert!(work::enter(data.db(), &claimed, stage, until).await.unwrap());
        assert_eq!(seen(&data, &begun, user).await.stage, stage);
    }
    let all = [
        clause("제1조 \u{1f3e0}"),
        Finding::MissingClause("특약 \\n".to_owned()),
        clause("O'Brien"),
    ];
    for (number, finding) in (1..).zip(all.clone()) {
        let kept = work::keep(data.db(), &claimed, number, finding.clone(), until)
            .await
            .unwrap();
        assert_eq!(kept.unwrap().finding, finding);
    }
    for after in 0..5_u32 {
        let watched = analysis::watch(data.db(), begun.id, user, after, data.now()).await;
        let watched = watched.unwrap().unwrap();
        assert_eq!((watched.found, watched.state), (3, State::Processing));
        let numbers: Vec<u32> = watched.findings.iter().map(|one| one.number).collect();
        assert_eq!(numbers, (after + 1..=3).collect::<Vec<_>>());
        let skipped = usize::try_from(after).unwrap().min(3);
        let findings: Vec<_> = watched.findings.into_iter().map(|one| one.finding).collect();
        assert_eq!(findings, all[skipped..]);
    }
    assert!(complete(&data, &claimed, &[3, 1]).await);
    let latest = analysis::latest(data.db(), contract, user, 0, data.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (latest.id, latest.state, latest.contract),
        (begun.id, State::Completed, contract)
    );
    assert_eq!(
        (latest.ranking, latest.result),
        (Some(vec![3, 1]), Some(result()))
    );
    assert_eq!((latest.finished_at, latest.failure), (Some(data.now()), None));
    assert_eq!(latest.findings.len(), 3);
}

async fn of_16_that_take_up_one_gets_it(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (_, _, begun) = start(&data).await;
    let taken = at_once(16, |_| {
        let data = data.clone();
        async move { take(&data).await }
    })
    .await;
    let taken: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].id, taken[0].attempt, taken[0].claim), (begun.id, 1, 1));
}

async fn each_of_8_runs_is_taken_up_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let mut begun = Vec::new();
    for _ in 0..8 {
        begun.push(start(&data).await.2.id.to_string());
    }
    let taken = at_once(24, |_| {
        let data = data.clone();
        async move { take(&data).await }
    })
    .await;
    let mut taken: Vec<String> = taken
        .into_iter()
        .flatten()
        .map(|one| one.id.to_string())
        .collect();
    taken.sort();
    begun.sort();
    assert!(taken.len() <= 8 && taken.windows(2).all(|pair| pair[0] != pair[1]));
    // Whoever found every row locked by others goes away; who asks after them finds the rest.
    while let Some(one) = take(&data).await {
        taken.push(one.id.to_string());
    }
    taken.sort();
    assert_eq!(taken, begun);
}

async fn somebody_who_lost_the_lease_changes_nothing(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _, begun) = start(&data).await;
    let first = take(&data).await.unwrap();
    data.clock.advance(LEASE);
    let second = take(&data).await.unwrap();
    assert_eq!((second.id, second.attempt, second.claim), (first.id, 2, 2));
    let until = data.now().plus(LEASE);
    let before = format!("{:?}", seen(&data, &begun, user).await);
    let db = data.db();
    let lost = [
        work::enter(db, &first, Stage::Graph, until).await.unwrap(),
        work::hold(db, &first, until).await.unwrap(),
        work::keep(db, &first, 1, clause("x"), until)
            .await
            .unwrap()
            .is_some(),
        complete(&data, &first, &[]).await,
        work::settle(db, &first, Verdict::Over(Failure::Cut), data.now())
            .await
            .unwrap(),
        work::settle(db, &first, Verdict::Again(until, Failure::TimedOut), data.now())
            .await
            .unwrap(),
        work::postpone(db, &first, until).await.unwrap(),
    ];
    assert_eq!(lost, [false; 7]);
    assert_eq!(format!("{:?}", seen(&data, &begun, user).await), before);
    assert!(complete(&data, &second, &[]).await);
    assert!(!complete(&data, &second, &[]).await, "once");
    assert!(take(&data).await.is_none());
}

async fn what_a_dead_worker_left_is_taken_up_after_the_lease(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _, begun) = start(&data).await;
    let dead = take(&data).await.unwrap();
    work::enter(data.db(), &dead, Stage::Embedding, data.now().plus(LEASE))
        .await
        .unwrap();
    data.clock.advance(LEASE / 2);
    // A finding is a sign of life.
    let until = data.now().plus(LEASE);
    work::keep(data.db(), &dead, 1, clause("a"), until)
        .await
        .unwrap()
        .unwrap();
    data.clock.advance(LEASE - Duration::from_micros(1));
    assert!(take(&data).await.is_none());
    assert!(!seen(&data, &begun, user).await.is_overdue);
    data.clock.advance(Duration::from_micros(1));
    assert!(seen(&data, &begun, user).await.is_overdue);
    let next = take(&data).await.unwrap();
    assert_eq!((next.id, next.attempt), (begun.id, 2));
    let known: Vec<_> = next
        .findings
        .iter()
        .map(|one| (one.number, one.finding.clone()))
        .collect();
    assert_eq!(known, [(1, clause("a"))]);
    assert_eq!(seen(&data, &begun, user).await.stage, Stage::Ingestion);
}

async fn a_failed_attempt_waits_and_a_failed_run_is_over(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, begun) = start(&data).await;
    let claimed = take(&data).await.unwrap();
    let next = data.now().plus(Duration::from_secs(5));
    let verdict = Verdict::Again(next, Failure::Unavailable);
    assert!(
        work::settle(data.db(), &claimed, verdict, data.now())
            .await
            .unwrap()
    );
    let waits = seen(&data, &begun, user).await;
    assert_eq!(
        (waits.state, waits.failure.as_deref()),
        (State::Pending, Some("analyst_unavailable"))
    );
    assert!(take(&data).await.is_none());
    data.clock.set(next);
    let claimed = take(&data).await.unwrap();
    assert_eq!(claimed.attempt, 2);
    assert!(
        work::settle(data.db(), &claimed, Verdict::Over(Failure::Cut), data.now())
            .await
            .unwrap()
    );
    let over = seen(&data, &begun, user).await;
    assert_eq!((over.state, over.finished_at), (State::Failed, Some(data.now())));
    data.clock.advance_seconds(1_000_000);
    assert!(take(&data).await.is_none());
    let again = ask(&data, contract, user, |_| ()).await.unwrap();
    assert_ne!(again.id, begun.id, "a failed one is begun anew");
}

async fn waiting_for_our_own_quota_costs_no_attempt(fresh: Fresh) {
    let data = Data::new(&fresh);
    start(&data).await;
    for claim in 1..6 {
        let claimed = take(&data).await.unwrap();
        assert_eq!((claimed.attempt, claimed.claim), (1, claim));
        let next: Timestamp = data.now().plus(Duration::from_secs(1));
        assert!(work::postpone(data.db(), &claimed, next).await.unwrap());
        assert!(take(&data).await.is_none());
        data.clock.set(next);
    }
}
