//! What becomes of mails.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::Clock;
use domain::outbox::{ATTEMPTS, Attempted, Failure, LEASE};
use testkit::{World, ask};

use super::{App, counts, drain_request};
use crate::outbox::drain::BATCH;

#[tokio::test]
async fn a_mail_is_sent_once_whole_and_in_the_persons_language() {
    let app = App::new();
    app.register("minji@example.com").await;
    assert_eq!(counts(&app.drain().await), [1, 0, 0, 0]);
    let got = app.mailer.got();
    assert_eq!(got[0].to, "minji@example.com");
    assert!(got[0].text.contains("김민지") && got[0].html.contains("김민지"));
    let link = "http://127.0.0.1:3000/verify-email#token=the-token-itself";
    assert!(got[0].text.contains(link) && got[0].html.contains(link));
    assert_eq!(uuid_version(&got[0].id), Some('7'));
    app.world.wait(Duration::from_secs(365 * 24 * 3600));
    assert_eq!(counts(&app.drain().await), [0; 4]);
    assert_eq!(app.mailer.got().len(), 1);
}

fn uuid_version(id: &str) -> Option<char> {
    id.chars().nth(14)
}

#[tokio::test]
async fn the_same_mail_has_the_same_key_at_every_attempt() {
    let app = App::new();
    app.register("minji@example.com").await;
    app.mailer.becomes(|_| Attempted::Failed(Failure::TimedOut, None));
    for _ in 0..3 {
        assert_eq!(counts(&app.drain().await), [0, 0, 1, 0]);
        assert_eq!(counts(&app.drain().await), [0; 4], "it waits");
        app.world.wait(Duration::from_secs(3600));
    }
    let got = app.mailer.got();
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|message| *message == got[0]));
}

#[tokio::test]
async fn what_a_provider_asks_to_wait_is_waited() {
    let app = App::new();
    app.register("minji@example.com").await;
    app.mailer
        .becomes(|_| Attempted::Failed(Failure::Throttled, Some(Duration::from_secs(600))));
    app.drain().await;
    app.world.wait(Duration::from_secs(599));
    assert_eq!(counts(&app.drain().await), [0; 4]);
    app.world.wait(Duration::from_secs(1));
    assert_eq!(counts(&app.drain().await), [0, 0, 1, 0]);
}

/// A provider that takes no more is left alone by the mails that would be next.
#[tokio::test]
async fn a_throttled_provider_ends_the_drain() {
    let app = App::new();
    let most = usize::try_from(BATCH).unwrap();
    for number in 0..=most {
        app.register(&format!("p{number}@example.com")).await;
    }
    app.mailer
        .becomes(|_| Attempted::Failed(Failure::Throttled, None));
    app.drain().await;
    assert_eq!(app.mailer.got().len(), most);
}

#[tokio::test]
async fn after_so_many_attempts_it_is_given_up() {
    let app = App::new();
    app.register("minji@example.com").await;
    app.mailer
        .becomes(|_| Attempted::Failed(Failure::Unavailable, None));
    let mut outcomes = Vec::new();
    for _ in 0..ATTEMPTS + 2 {
        outcomes.push(counts(&app.drain().await));
        app.world.wait(Duration::from_secs(3600));
    }
    let attempts = usize::try_from(ATTEMPTS).unwrap();
    assert!(
        outcomes[..attempts - 1]
            .iter()
            .all(|counts| *counts == [0, 0, 1, 0])
    );
    assert_eq!(outcomes[attempts - 1], [0, 0, 0, 1]);
    assert!(outcomes[attempts..].iter().all(|counts| *counts == [0; 4]));
    assert_eq!(app.mailer.got().len(), attempts);
}

#[tokio::test]
async fn a_mail_that_is_refused_or_outdated_is_given_up_at_once() {
    let app = App::new();
    app.register("refused@example.com").await;
    app.mailer.becomes(|_| Attempted::Failed(Failure::Rejected, None));
    assert_eq!(counts(&app.drain().await), [0, 0, 0, 1]);
    app.register("late@example.com").await;
    app.world.wait(Duration::from_secs(24 * 3600));
    assert_eq!(counts(&app.drain().await), [0, 0, 0, 1]);
    assert_eq!(app.mailer.got().len(), 1, "a link that has run out is not sent");
}

#[tokio::test]
async fn without_a_provider_mails_wait_and_lose_no_attempt() {
    let app = App::new();
    for number in 0..20 {
        app.register(&format!("p{number}@example.com")).await;
    }
    app.mailer
        .becomes(|_| Attempted::Failed(Failure::NotConfigured, None));
    for _ in 0..ATTEMPTS + 5 {
        // One batch shows that it is in vain.
        assert_eq!(counts(&app.drain().await), [0, 0, 8, 0]);
        app.world.wait(Duration::from_secs(120));
    }
    app.mailer.becomes(|_| Attempted::Sent(String::new()));
    assert_eq!(counts(&app.drain().await), [20, 0, 0, 0]);
}

#[tokio::test]
async fn what_is_kept_is_not_handed_over_again() {
    let app = App::new();
    app.register("minji@example.com").await;
    app.mailer.becomes(|_| Attempted::Kept);
    assert_eq!(counts(&app.drain().await), [0, 1, 0, 0]);
    app.world.wait(Duration::from_secs(3600));
    assert_eq!(counts(&app.drain().await), [0; 4]);
}

/// GUARD-5.
#[tokio::test]
async fn a_provider_is_not_called_more_often_than_it_takes() {
    let app = App::over(World::new(), 20);
    for number in 0..12 {
        app.register(&format!("p{number}@example.com")).await;
    }
    let first = counts(&app.drain().await);
    assert_eq!((first[0], first[3]), (5, 0), "a quarter of a minute's");
    assert_eq!(app.mailer.got().len(), 5);
    let mut sent = 5;
    for _ in 0..10 {
        app.world.wait(Duration::from_secs(30));
        sent += counts(&app.drain().await)[0];
    }
    assert_eq!(sent, 12);
}

#[tokio::test]
async fn a_run_is_bounded() {
    let app = App::new();
    for number in 0..12 {
        app.register(&format!("p{number}@example.com")).await;
    }
    let three = app.ask(drain_request("?limit=3")).await.expect(200);
    assert_eq!(counts(&three), [3, 0, 0, 0]);
    let clock = app.world.clock.clone();
    app.mailer.becomes(move |_| {
        clock.advance_seconds(3);
        Attempted::Sent(String::new())
    });
    // Eight mails of three seconds are longer than a run may begin a batch.
    assert_eq!(counts(&app.drain().await), [8, 0, 0, 0]);
    assert_eq!(counts(&app.drain().await), [1, 0, 0, 0]);
}

#[tokio::test]
async fn a_drain_that_died_leaves_its_mails_to_the_next() {
    let app = App::new();
    app.register("minji@example.com").await;
    // What a killed process leaves: a claim and nothing after it.
    let now = app.world.clock.now();
    let dead = store::outbox::claim(&app.world.database(), 10, now.plus(LEASE), now)
        .await
        .unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(counts(&app.drain().await), [0; 4]);
    app.world.wait(LEASE);
    assert_eq!(counts(&app.drain().await), [1, 0, 0, 0]);
    assert_eq!(app.mailer.got()[0].id, dead[0].id.to_string());
}

#[tokio::test]
async fn a_mail_that_kills_every_drain_is_given_up() {
    let app = App::new();
    app.register("minji@example.com").await;
    for _ in 0..ATTEMPTS {
        let now = app.world.clock.now();
        let dead = store::outbox::claim(&app.world.database(), 10, now.plus(LEASE), now)
            .await
            .unwrap();
        assert_eq!(dead.len(), 1);
        app.world.wait(LEASE);
    }
    assert_eq!(counts(&app.drain().await), [0, 0, 0, 1]);
    assert!(app.mailer.got().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn drains_at_once_send_every_mail_once() {
    let app = App::new();
    for number in 0..60 {
        app.register(&format!("p{number}@example.com")).await;
    }
    let running: Vec<_> = (0..6)
        .map(|_| {
            let gate = app.another_instance();
            tokio::spawn(async move { ask(&gate, drain_request("")).await.expect(200) })
        })
        .collect();
    let mut sent = 0;
    for one in running {
        sent += counts(&one.await.unwrap())[0];
    }
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for message in app.mailer.got() {
        *times.entry(message.id).or_default() += 1;
    }
    assert_eq!((sent, times.len()), (60, 60));
    assert!(times.values().all(|times| *times == 1));
}
