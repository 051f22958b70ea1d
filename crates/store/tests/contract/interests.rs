//! Interests in signals (SIG-4, SIG-5) and how a signal is received (SIG-6).

use domain::Id;
use domain::interest::{Decision, Interest, State};
use domain::signal::{Signal, Visibility};
use domain::text::Message;
use domain::user::User;
use store::interest::{
    Judgement, NewInterest, Stored, create, decide, exists, find as find_interest, list_of_signal, list_own,
    withdraw,
};
use store::signal::find;
use store::signal_stats::{self, add_views};
use testkit::{Fresh, event};

use crate::data::{Data, at_once, flat, with_visibility};

async fn answer(data: &Data, signal: Id<Signal>, author: Id<User>) -> Option<Stored> {
    let message = Message::parse("보고 싶습니다.\n주말 가능합니다.").unwrap();
    let audit = event();
    let new = NewInterest {
        id: data.id(),
        signal,
        message: &message,
        language: "ko",
        audit: &audit,
    };
    create(&data.fresh.another_instance(), &new, data.viewer(author))
        .await
        .unwrap()
}

async fn judge(
    data: &Data,
    (signal, interest): (Id<Signal>, Id<Interest>),
    owner: Id<User>,
    decision: Decision,
) -> Option<Stored> {
    let audit = event();
    let judgement = Judgement {
        interest,
        signal,
        owner,
        decision,
        mails: (data.id(), data.id()),
        language: "en",
        audit: &audit,
        now: data.now(),
    };
    decide(&data.fresh.another_instance(), &judgement).await.unwrap()
}

async fn of_50_answers_of_one_person_one_counts(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, author) = (data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    let answers = at_once(50, |_| {
        let data = data.clone();
        async move { answer(&data, signal, author).await }
    })
    .await;
    assert_eq!(answers.iter().flatten().count(), 1);
    assert_eq!(data.count("signal_interests").await, 1);
    let first = answers.into_iter().flatten().next().unwrap();
    assert_eq!(
        (first.signal, first.state, first.contact),
        (signal, State::Pending, None)
    );
    // The same id is the same creation; another person is another interest.
    let message = Message::parse("again").unwrap();
    let audit = event();
    let again = NewInterest {
        id: first.id,
        signal,
        message: &message,
        language: "ko",
        audit: &audit,
    };
    let again = create(data.db(), &again, data.viewer(author))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.message.as_str(), first.message.as_str());
    let other = data.person().await;
    assert!(answer(&data, signal, other).await.is_some());
}

async fn only_what_can_be_found_can_be_answered(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, author) = (data.person().await, data.person().await);
    let open = data.publish(owner, &flat()).await.id;
    assert!(answer(&data, open, owner).await.is_none(), "not one's own");
    assert!(answer(&data, data.id(), author).await.is_none());
    for visibility in [Visibility::Private, Visibility::AgentsOnly] {
        let hidden = data.publish(owner, &with_visibility(visibility)).await.id;
        assert!(answer(&data, hidden, author).await.is_none(), "{visibility:?}");
    }
    for state in ["paused", "draft", "matched", "closed", "expired"] {
        let signal = data.publish(owner, &flat()).await.id;
        let parameters = vec![state.into(), sql::Value::Uuid(signal.uuid())];
        data.run("UPDATE signals SET state = $1 WHERE id = $2", parameters)
            .await;
        assert!(answer(&data, signal, author).await.is_none(), "{state}");
    }
    assert!(answer(&data, open, author).await.is_some());
    let gone = data.person().await;
    data.end_account(gone).await;
    assert!(answer(&data, open, gone).await.is_none(), "an account that ended");
}

async fn of_many_decisions_one_counts_and_writes_both_mails(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, author) = (data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    let interest = answer(&data, signal, author).await.unwrap().id;
    let before = data.count("outbox").await;
    let stranger = data.person().await;
    assert!(
        judge(&data, (signal, interest), stranger, Decision::Accept)
            .await
            .is_none()
    );
    assert!(!exists(data.db(), interest, signal, stranger).await.unwrap());
    let mails_of_stranger = 1;

    let decisions = at_once(16, |number| {
        let data = data.clone();
        let decision = [Decision::Accept, Decision::Decline][usize::from(number % 2 == 1)];
        async move { judge(&data, (signal, interest), owner, decision).await }
    })
    .await;
    let counted: Vec<_> = decisions.into_iter().flatten().collect();
    let [decided] = counted.as_slice() else {
        panic!("{counted:?}")
    };
    let mails = data.count("outbox").await - before - mails_of_stranger;
    match decided.state {
        State::Accepted => {
            assert!(decided.contact.is_some());
            assert_eq!(mails, 2);
        }
        other => {
            assert_eq!((other, &decided.contact), (State::Declined, &None));
            assert_eq!(mails, 0);
        }
    }
    assert!(exists(data.db(), interest, signal, owner).await.unwrap());
}

async fn accepting_reveals_both_to_each_other_and_to_nobody_else(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, author, stranger) = (data.person().await, data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    let interest = answer(&data, signal, author).await.unwrap().id;
    let seen = find(data.db(), signal, data.viewer(author))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (seen.interest, &seen.contact),
        (Some((interest, State::Pending)), &None)
    );

    let decided = judge(&data, (signal, interest), owner, Decision::Accept)
        .await
        .unwrap();
    let author_contact = decided.contact.unwrap();
    assert!(author_contact.email.ends_with("@example.com"));
    let seen = find(data.db(), signal, data.viewer(author))
        .await
        .unwrap()
        .unwrap();
    let owner_contact = seen.contact.unwrap();
    assert_ne!(owner_contact, author_contact);
    let listed = list_of_signal(data.db(), signal, owner, None, 10).await.unwrap();
    assert_eq!(listed[0].contact.as_ref(), Some(&author_contact));
    let own = list_own(data.db(), author, None, 10).await.unwrap();
    assert_eq!(own[0].contact.as_ref(), Some(&owner_contact));
    for (person, contact) in [(owner, &author_contact), (author, &owner_contact)] {
        let read = find_interest(data.db(), interest, signal, person)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((read.id, read.contact.as_ref()), (interest, Some(contact)));
    }
    let seen = find(data.db(), signal, data.viewer(stranger))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((seen.interest, seen.contact), (None, None));

    // The accepted party still sees it when nobody else finds it any more.
    data.run("UPDATE signals SET state = 'matched'", Vec::new()).await;
    assert!(
        find(data.db(), signal, data.viewer(author))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        find(data.db(), signal, data.viewer(stranger))
            .await
            .unwrap()
            .is_none()
    );
}

async fn an_interest_is_read_by_its_two_sides_and_in_its_signal(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, author, other) = (data.person().await, data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    let elsewhere = data.publish(owner, &flat()).await.id;
    let interest = answer(&data, signal, author).await.unwrap().id;
    answer(&data, signal, other).await.unwrap();
    let read = async |signal, person| find_interest(data.db(), interest, signal, person).await.unwrap();
    for person in [owner, author] {
        let found = read(signal, person).await.unwrap();
        assert_eq!(
            (found.id, found.signal, found.state, found.contact),
            (interest, signal, State::Pending, None)
        );
        assert!(read(elsewhere, person).await.is_none());
    }
    assert!(read(signal, other).await.is_none());
    data.run("UPDATE signals SET deleted_at = created_at", Vec::new())
        .await;
    assert!(read(signal, author).await.is_none());
}

async fn a_withdrawn_interest_is_gone_and_its_event_stays(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, author) = (data.person().await, data.person().await);
    let signal = data.publish(owner, &flat()).await.id;
    let interest = answer(&data, signal, author).await.unwrap().id;
    assert!(
        !withdraw(data.db(), interest, signal, owner, &event())
            .await
            .unwrap()
    );
    let events = data.count("audit_events").await;
    assert!(
        withdraw(data.db(), interest, signal, author, &event())
            .await
            .unwrap()
    );
    assert!(
        !withdraw(data.db(), interest, signal, author, &event())
            .await
            .unwrap()
    );
    assert_eq!(data.count("audit_events").await, events + 1);
    assert_eq!(data.count("signal_interests").await, 0);
    assert!(
        answer(&data, signal, author).await.is_some(),
        "one may think again"
    );
}

async fn pages_of_interests_follow_each_other(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let signal = data.publish(owner, &flat()).await.id;
    let mut written = Vec::new();
    for _ in 0..7 {
        let author = data.person().await;
        // Some in the same instant: the id decides.
        if written.len() % 2 == 0 {
            data.clock.advance_seconds(1);
        }
        written.push(answer(&data, signal, author).await.unwrap().id);
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = list_of_signal(data.db(), signal, owner, before, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some((last.created_at, last.id));
        seen.extend(page.iter().map(|interest| (interest.created_at, interest.id)));
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|a, b| (a.0, a.1.uuid()) > (b.0, b.1.uuid())));
    assert!(
        list_of_signal(data.db(), signal, data.person().await, None, 3)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn lists_of_interests_use_their_index(fresh: Fresh) {
    let data = Data::new(&fresh);
    if data.db().engine() == sql::Engine::Sqlite {
        for (column, index) in [
            ("signal_id", "signal_interests_signal"),
            ("user_id", "signal_interests_user"),
        ] {
            let plan = data
                .run(
                    &format!(
                        "EXPLAIN QUERY PLAN SELECT id FROM signal_interests i WHERE {column} = $1
                         ORDER BY i.created_at DESC, i.id DESC LIMIT 20"
                    ),
                    vec![sql::Value::Uuid(data.id::<()>().uuid())],
                )
                .await;
            let steps: Vec<String> = plan.iter().map(|row| row.get(3).unwrap()).collect();
            assert!(steps[0].contains(index) && steps.len() == 1, "{steps:?}");
        }
        return;
    }
    let owner = data.person().await;
    let signal = data.publish(owner, &flat()).await.id;
    data.run(
        "INSERT INTO users (id, email, name, created_at, updated_at)
             SELECT gen_random_uuid(), n || '@example.org', 'n', now(), now() FROM generate_series(1, 3000) n",
        Vec::new(),
    )
    .await;
    data.run(
        "INSERT INTO signal_interests (id, signal_id, user_id, message, state, language, created_at, updated_at)
         SELECT gen_random_uuid(), (SELECT id FROM signals LIMIT 1), id, 'm', 'pending', 'en', now(), now() FROM users
         WHERE email LIKE '%@example.org'",
        Vec::new(),
    )
    .await;
    data.run("ANALYZE signal_interests", Vec::new()).await;
    let plan = data
        .run(
            &format!(
                "EXPLAIN SELECT id FROM signal_interests i WHERE signal_id = '{signal}' ORDER BY i.created_at DESC, i.id DESC LIMIT 20"
            ),
            Vec::new(),
        )
        .await;
    let steps: Vec<String> = plan.iter().map(|row| row.get(0).unwrap()).collect();
    assert!(
        steps.iter().any(|step| step.contains("signal_interests_signal")),
        "{steps:?}"
    );
}

async fn views_and_interests_are_counted(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let signal = data.publish(owner, &flat()).await.id;
    let stats = async || {
        signal_stats::find(data.db(), signal, owner)
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!(stats().await, signal_stats::Stats::default());
    at_once(8, |_| {
        let data = data.clone();
        async move {
            add_views(&data.fresh.another_instance(), signal, 16)
                .await
                .unwrap()
        }
    })
    .await;
    let mut interests = Vec::new();
    for _ in 0..4 {
        let author = data.person().await;
        interests.push(answer(&data, signal, author).await.unwrap().id);
    }
    judge(&data, (signal, interests[0]), owner, Decision::Accept)
        .await
        .unwrap();
    judge(&data, (signal, interests[1]), owner, Decision::Decline)
        .await
        .unwrap();
    let stats = stats().await;
    assert_eq!(
        (stats.views, stats.pending, stats.accepted, stats.declined),
        (128, 2, 1, 1)
    );
    assert!(
        signal_stats::find(data.db(), signal, data.person().await)
            .await
            .unwrap()
            .is_none()
    );
}

on_each_engine!(Migrated:
    of_50_answers_of_one_person_one_counts,
    only_what_can_be_found_can_be_answered,
    of_many_decisions_one_counts_and_writes_both_mails,
    accepting_reveals_both_to_each_other_and_to_nobody_else,
    an_interest_is_read_by_its_two_sides_and_in_its_signal,
    a_withdrawn_interest_is_gone_and_its_event_stays,
    pages_of_interests_follow_each_other,
    lists_of_interests_use_their_index,
    views_and_interests_are_counted,
);
