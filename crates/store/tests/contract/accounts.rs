//! One's own account changes and ends (AUTH-11).

use domain::person::PersonName;
use domain::user::User;
use domain::version::Expected;
use domain::{Email, Id};
use store::session::list;
use store::user::{Leaving, delete, find, find_credentials, rename, token_version};
use testkit::{Fresh, event};

use crate::data::{Data, at_once, flat, later};

on_each_engine! { Migrated:
    a_name_changes_for_the_version_that_was_read,
    of_parallel_changes_of_one_version_one_succeeds,
    deleting_wants_a_fresh_sign_in,
    deleting_takes_everything_along_and_frees_the_address,
    of_parallel_deletions_one_succeeds,
}

pub fn name(raw: &str) -> PersonName {
    PersonName::parse(raw).unwrap()
}

async fn a_name_changes_for_the_version_that_was_read(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    data.clock.advance_seconds(5);
    let change = async |user: Id<User>, to: &str, expected: Expected| {
        rename(data.db(), user, &name(to), &expected, &event(), data.now())
            .await
            .unwrap()
            .map(|profile| (profile.name.as_str().to_owned(), profile.version))
    };
    let changed = change(user, "이서연", Expected::OneOf(vec![9, 1])).await;
    assert_eq!(changed, Some(("이서연".to_owned(), 2)));
    assert_eq!(change(user, "A", Expected::OneOf(vec![1])).await, None);
    assert_eq!(change(user, "A", Expected::OneOf(Vec::new())).await, None);
    assert_eq!(change(data.id(), "A", Expected::Whatever).await, None);
    assert_eq!(
        change(user, "B", Expected::Whatever).await,
        Some(("B".to_owned(), 3))
    );
    assert_eq!(
        find(data.db(), other).await.unwrap().unwrap().name.as_str(),
        "김민지"
    );
    // Two registrations and two changes.
    assert_eq!(data.count("audit_events").await, 4);
}

async fn of_parallel_changes_of_one_version_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let outcomes = at_once(12, |number| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            let to = name(&format!("N{number}"));
            rename(&db, user, &to, &Expected::OneOf(vec![1]), &event(), data.now())
                .await
                .unwrap()
                .is_some()
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|changed| **changed).count(), 1);
    assert_eq!(find(data.db(), user).await.unwrap().unwrap().version, 2);
}

async fn deleting_wants_a_fresh_sign_in(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let (session, _) = data.sign_in(user).await;
    let (theirs, _) = data.sign_in(other).await;
    let (ended, _) = data.sign_in(user).await;
    store::session::end(data.db(), user, ended, "logout", &event(), data.now())
        .await
        .unwrap();
    let signed_in = data.now();
    let leave = async |session, signed_in_after, expected: Expected| {
        let leaving = Leaving {
            user,
            session,
            signed_in_after,
            now: data.now(),
        };
        delete(data.db(), &leaving, &expected, &event()).await.unwrap()
    };
    let before = signed_in.minus(std::time::Duration::from_secs(1));
    assert_eq!(
        leave(session, signed_in, Expected::Whatever).await,
        None,
        "too old"
    );
    assert_eq!(
        leave(theirs, before, Expected::Whatever).await,
        None,
        "somebody else's"
    );
    assert_eq!(leave(ended, before, Expected::Whatever).await, None, "ended");
    assert_eq!(
        leave(session, before, Expected::OneOf(vec![2])).await,
        None,
        "another version"
    );
    assert!(find(data.db(), user).await.unwrap().is_some());
    assert_eq!(leave(session, before, Expected::OneOf(vec![1])).await, Some(2));
    assert!(find(data.db(), user).await.unwrap().is_none());
}

pub fn leaving(data: &Data, user: Id<User>, session: Id<domain::session::Session>) -> Leaving {
    Leaving {
        user,
        session,
        signed_in_after: testkit::START.minus(std::time::Duration::from_secs(1)),
        now: data.now(),
    }
}

/// An interest of the person, and an answer that is kept to be given again.
async fn answer_and_keep(data: &Data, signal: Id<domain::signal::Signal>, user: Id<User>) {
    let new = store::interest::NewInterest {
        id: data.id(),
        signal,
        message: &domain::text::Message::parse("김민지입니다.").unwrap(),
        language: "ko",
        audit: &event(),
    };
    let made = store::interest::create(data.db(), &new, data.viewer(user)).await;
    assert!(made.unwrap().is_some());
    let end = sql::Value::Instant(sql::Instant(later(data.now(), 60).micros()));
    let hash = || sql::Value::Bytes(data.hash().to_vec());
    data.run(
        "INSERT INTO idempotency_keys (user_id, key_hash, request_hash, object_id, claimed_until, expires_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        vec![
            user.uuid().into(),
            hash(),
            hash(),
            data.id::<()>().uuid().into(),
            end,
        ],
    )
    .await;
}

async fn deleting_takes_everything_along_and_frees_the_address(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, token) = data.register("minji@example.com").await;
    let (bystander, _) = data.register("other@example.com").await;
    let (session, refresh) = data.sign_in(user).await;
    data.sign_in(user).await;
    data.sign_in(bystander).await;
    let signal = data.publish(user, &flat()).await;
    let theirs = data.publish(bystander, &flat()).await;
    answer_and_keep(&data, theirs.id, user).await;
    let events = data.count("audit_events").await;
    let gone = delete(
        data.db(),
        &leaving(&data, user, session),
        &Expected::Whatever,
        &event(),
    )
    .await;
    assert!(gone.unwrap().is_some());
    assert_eq!(data.count("audit_events").await, events + 1);

    assert!(
        list(data.db(), user, None, 9, data.now())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        list(data.db(), bystander, None, 9, data.now())
            .await
            .unwrap()
            .len(),
        1
    );
    let used = store::session::find_used(data.db(), &refresh, data.now())
        .await
        .unwrap();
    assert!(used.is_none());
    assert!(
        !data.sees(signal.id, data.viewer(bystander)).await,
        "signals go with their owner"
    );
    assert!(data.sees(theirs.id, data.viewer(bystander)).await);
    let verified = store::one_time_token::verify_email(data.db(), &token, &event(), data.now()).await;
    assert!(!verified.unwrap(), "tokens in mails are void");
    let mails = store::outbox::newest(data.db(), 9).await.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].recipient, "other@example.com");

    assert_eq!(data.count("signal_interests").await, 0);
    assert_eq!(data.count("idempotency_keys").await, 0);

    // Nothing that names the person is left, in any table.
    for (table, columns) in [
        (
            "users",
            "email || ' ' || name || ' ' || COALESCE(password_hash, '')",
        ),
        ("sessions", "user_agent || client_address || COALESCE(place, '')"),
        ("signals", "address || description"),
    ] {
        let key = match table {
            "users" => "id",
            "sessions" => "user_id",
            _ => "owner_id",
        };
        let text = format!("SELECT {columns} FROM {table} WHERE {key} = $1");
        for row in data.run(&text, vec![user.uuid().into()]).await {
            let left: String = row.get(0).unwrap();
            for personal in ["minji", "김민지", "argon2", "Mozilla", "2001", "테헤란로", "남향"] {
                assert!(!left.contains(personal), "{table}: {left}");
            }
        }
    }

    let words = "SELECT 1 FROM signals WHERE owner_id = $1 AND grams IS NOT NULL";
    let words = data.run(words, vec![user.uuid().into()]).await;
    assert_eq!(words.len(), 0, "in order they are the description");

    let address = Email::parse("minji@example.com").unwrap();
    assert!(find_credentials(data.db(), &address).await.unwrap().is_none());
    let (again, _) = data.register("minji@example.com").await;
    assert_eq!(
        find_credentials(data.db(), &address).await.unwrap().unwrap().id,
        again
    );
    assert!(
        token_version(data.db(), user).await.unwrap().is_some(),
        "the row stays for what refers to it"
    );
}

async fn of_parallel_deletions_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (session, _) = data.sign_in(user).await;
    let events = data.count("audit_events").await;
    let outcomes = at_once(8, |_| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            let leaving = leaving(&data, user, session);
            delete(&db, &leaving, &Expected::Whatever, &event())
                .await
                .unwrap()
        }
    })
    .await;
    assert_eq!(outcomes.iter().flatten().count(), 1);
    assert_eq!(data.count("audit_events").await, events + 1);
}
