//! `store::password` and asking for mails with a token (AUTH-2, AUTH-8, AUTH-9).

use domain::outbox::Mail;
use domain::session::Session;
use domain::user::User;
use domain::{Email, Id};
use store::one_time_token::{MailRequest, request_verification, verify_email};
use store::password::{
    Asker, Change, Notice, Reset, change, find_reset, find_voided, rehash, request_reset, reset,
};
use store::session::{Rotation, rotate};
use store::user::{find, find_credentials};
use testkit::{Fresh, event};

use crate::data::{DAY, Data, at_once, later};

on_each_engine! { Migrated:
    a_reset_sets_the_password_once_and_ends_everything,
    of_sixteen_parallel_resets_one_succeeds,
    a_reset_token_ends_after_a_quarter_of_an_hour,
    a_newer_reset_token_voids_the_older,
    of_parallel_requests_one_reset_token_is_good,
    an_unknown_address_leaves_no_mail,
    a_change_keeps_its_own_session_only,
    of_parallel_changes_one_succeeds,
    a_change_needs_the_hash_and_the_session_of_before,
    what_a_change_voided_is_found_for_a_while,
    a_newer_verification_token_voids_the_older,
    of_parallel_verification_requests_one_token_is_good,
    a_verified_address_gets_no_verification_mail,
    rehashing_replaces_only_the_hash_that_was_checked,
}

const ADDRESS: &str = "minji@example.com";

/// Asks by one of the two functions; gives the token's hash.
pub async fn ask(data: &Data, address: &str, purpose: &str) -> [u8; 32] {
    let (email, token_hash) = (Email::parse(address).unwrap(), data.hash());
    let audit = event();
    let request = MailRequest {
        account: &[1; 32],
        email: &email,
        token_hash: &token_hash,
        token: "the token itself",
        mail_id: data.id::<Mail>(),
        language: "ko",
        now: data.now(),
        audit: &audit,
    };
    match purpose {
        "reset" => request_reset(data.db(), &request).await.unwrap(),
        _ => request_verification(data.db(), &request).await.unwrap(),
    }
    token_hash
}

async fn use_token(data: &Data, user: Id<User>, token_hash: [u8; 32], hash: &str) -> Option<i64> {
    let audit = event();
    let using = Reset {
        user,
        token_hash: &token_hash,
        password_hash: hash,
        notice: notice(data),
        now: data.now(),
        audit: &audit,
    };
    reset(data.db(), &using).await.unwrap()
}

async fn set(data: &Data, user: Id<User>, session: Id<Session>, old: &str, new: &str) -> Option<i64> {
    let audit = event();
    let changing = Change {
        user,
        session,
        old_hash: old,
        new_hash: new,
        notice: notice(data),
        now: data.now(),
        audit: &audit,
    };
    change(data.db(), &changing)
        .await
        .unwrap()
        .map(|grants| grants.token_version)
}

fn notice(data: &Data) -> Notice {
    Notice {
        mail_id: data.id(),
        language: "ko",
    }
}

async fn password(data: &Data) -> String {
    let email = Email::parse(ADDRESS).unwrap();
    let found = find_credentials(data.db(), &email).await.unwrap().unwrap();
    found.password_hash.unwrap()
}

async fn templates(data: &Data) -> Vec<String> {
    let mails = store::outbox::newest(data.db(), 100).await.unwrap();
    let mut templates: Vec<_> = mails.into_iter().map(|mail| mail.template).collect();
    templates.sort();
    templates
}

async fn lives(data: &Data, token: &[u8; 32]) -> bool {
    let successor = data.hash();
    let rotation = Rotation {
        presented: token,
        successor: &successor,
        successor_sealed: &successor,
        idle_expires_at: later(data.now(), DAY),
        now: data.now(),
    };
    rotate(data.db(), &rotation).await.unwrap().is_some()
}

async fn a_reset_sets_the_password_once_and_ends_everything(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let other = data.person().await;
    let ((_, here), (_, there), (_, others)) = (
        data.sign_in(user).await,
        data.sign_in(user).await,
        data.sign_in(other).await,
    );
    let token = ask(&data, ADDRESS, "reset").await;
    let found = find_reset(data.db(), &token, data.now()).await.unwrap().unwrap();
    assert_eq!((found.user, found.email.as_str()), (user, ADDRESS));
    assert!(found.used_at.is_none() && found.token_version == 1);
    assert_eq!(
        use_token(&data, other, token, "stolen").await,
        None,
        "not one's own"
    );

    assert_eq!(use_token(&data, user, token, "new").await, Some(2));
    assert_eq!(password(&data).await, "new");
    assert!(
        find(data.db(), user).await.unwrap().unwrap().verified,
        "the mail reached its address"
    );
    assert!(!lives(&data, &here).await && !lives(&data, &there).await);
    assert!(lives(&data, &others).await, "somebody else's");
    assert_eq!(use_token(&data, user, token, "again").await, None);
    assert_eq!(password(&data).await, "new");
    let found = find_reset(data.db(), &token, data.now()).await.unwrap().unwrap();
    assert_eq!((found.used_at, found.token_version), (Some(data.now()), 2));
    let expected = [
        "password_changed",
        "reset_password",
        "verify_email",
        "verify_email",
    ];
    assert_eq!(templates(&data).await, expected);
    let kept = data
        .run(
            "SELECT COUNT(*) FROM users WHERE reset_token_hash IS NOT NULL",
            Vec::new(),
        )
        .await;
    assert_eq!(kept[0].get::<i64>(0).unwrap(), 1);
}

async fn of_sixteen_parallel_resets_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let token = ask(&data, ADDRESS, "reset").await;
    let mut other = data.clone();
    other.fresh.db = std::sync::Arc::new(fresh.another_instance());
    let outcomes = at_once(16, |number| {
        let data = if number % 2 == 0 {
            data.clone()
        } else {
            other.clone()
        };
        async move {
            let hash = format!("hash {number}");
            use_token(&data, user, token, &hash).await.map(|_| hash)
        }
    })
    .await;
    let winners: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(password(&data).await, winners[0]);
    let credentials = find_credentials(data.db(), &Email::parse(ADDRESS).unwrap()).await;
    assert_eq!(credentials.unwrap().unwrap().grants.token_version, 2);
    assert_eq!(
        templates(&data)
            .await
            .iter()
            .filter(|template| *template == "password_changed")
            .count(),
        1
    );
}

async fn a_reset_token_ends_after_a_quarter_of_an_hour(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let token = ask(&data, ADDRESS, "reset").await;
    data.clock.advance_seconds(15 * 60);
    assert!(find_reset(data.db(), &token, data.now()).await.unwrap().is_none());
    assert_eq!(use_token(&data, user, token, "late").await, None);
    let end = domain::Timestamp::from_micros(data.now().micros() - 1);
    data.clock.set(end);
    assert_eq!(use_token(&data, user, token, "new").await, Some(2));
}

async fn a_newer_reset_token_voids_the_older(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let (older, newer) = (
        ask(&data, ADDRESS, "reset").await,
        ask(&data, ADDRESS, "reset").await,
    );
    assert!(find_reset(data.db(), &older, data.now()).await.unwrap().is_none());
    assert_eq!(use_token(&data, user, older, "old").await, None);
    assert_eq!(use_token(&data, user, newer, "new").await, Some(2));
    assert_eq!(use_token(&data, user, data.hash(), "never asked for").await, None);
}

async fn of_parallel_requests_one_reset_token_is_good(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let tokens = at_once(12, |_| {
        let data = data.clone();
        async move { ask(&data, ADDRESS, "reset").await }
    })
    .await;
    let mut good = 0;
    for token in tokens {
        good += usize::from(use_token(&data, user, token, "new").await.is_some());
    }
    assert_eq!(good, 1);
}

async fn an_unknown_address_leaves_no_mail(fresh: Fresh) {
    let data = Data::new(&fresh);
    for purpose in ["reset", "verify"] {
        let token = ask(&data, "nobody@example.com", purpose).await;
        assert!(find_reset(data.db(), &token, data.now()).await.unwrap().is_none());
    }
    assert_eq!(data.count("outbox").await, 0);
    assert_eq!(data.count("one_time_tokens").await, 0);
    assert_eq!(data.count("audit_events").await, 0);
    assert_eq!(
        data.count("mail_requests").await,
        2,
        "a write as for those who are known"
    );
}

async fn a_change_keeps_its_own_session_only(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let token = ask(&data, ADDRESS, "reset").await;
    let ((here, own), (_, elsewhere)) = (data.sign_in(user).await, data.sign_in(user).await);
    let version = set(&data, user, here, "$argon2id$test", "new").await;
    assert_eq!(version, Some(2));
    assert_eq!(password(&data).await, "new");
    assert!(lives(&data, &own).await);
    assert!(!lives(&data, &elsewhere).await);
    assert_eq!(
        use_token(&data, user, token, "by an older mail").await,
        None,
        "void"
    );
    let ended = data
        .run(
            "SELECT end_reason FROM sessions WHERE ended_at IS NOT NULL",
            Vec::new(),
        )
        .await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].get::<String>(0).unwrap(), "password_changed");
}

async fn of_parallel_changes_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let (session, _) = data.sign_in(user).await;
    let outcomes = at_once(16, |number| {
        let data = data.clone();
        async move { set(&data, user, session, "$argon2id$test", &format!("hash {number}")).await }
    })
    .await;
    assert_eq!(outcomes.into_iter().flatten().collect::<Vec<_>>(), [2]);
}

async fn a_change_needs_the_hash_and_the_session_of_before(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let other = data.person().await;
    let ((own, _), (others, _)) = (data.sign_in(user).await, data.sign_in(other).await);
    assert_eq!(set(&data, user, own, "another hash", "new").await, None);
    assert_eq!(set(&data, user, others, "$argon2id$test", "new").await, None);
    store::session::end(data.db(), user, own, "logout", &event(), data.now())
        .await
        .unwrap();
    assert_eq!(set(&data, user, own, "$argon2id$test", "new").await, None);
    assert_eq!(password(&data).await, "$argon2id$test");
}

async fn what_a_change_voided_is_found_for_a_while(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let (here, there) = (data.sign_in(user).await.0, data.sign_in(user).await.0);
    let found = async |session, token_version, since| {
        let asker = Asker {
            user,
            session,
            token_version,
        };
        find_voided(data.db(), asker, since).await.unwrap()
    };
    let before = data.now();
    assert_eq!(found(here, 1, before).await, None, "nothing was changed");
    data.clock.advance_seconds(1);
    let old = password(&data).await;
    assert_eq!(set(&data, user, here, &old, "$new$").await, Some(2));
    assert_eq!(found(here, 2, before).await, Some(2));
    assert_eq!(found(here, 2, data.now()).await, None, "too long ago");
    assert_eq!(found(there, 2, before).await, None, "not in this sign-in");
    assert_eq!(found(there, 1, data.now()).await, Some(2), "a void token");
}

async fn a_newer_verification_token_voids_the_older(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, first) = data.register(ADDRESS).await;
    let second = ask(&data, ADDRESS, "verify").await;
    let verify = async |token| {
        verify_email(data.db(), &token, &event(), data.now())
            .await
            .unwrap()
    };
    assert!(!verify(first).await);
    assert!(
        !find(data.db(), user).await.unwrap().unwrap().verified,
        "voiding is not using"
    );
    assert!(verify(second).await);
    assert_eq!(templates(&data).await, ["verify_email", "verify_email"]);
}

async fn of_parallel_verification_requests_one_token_is_good(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (_, first) = data.register(ADDRESS).await;
    let mut tokens = at_once(12, |_| {
        let data = data.clone();
        async move { ask(&data, ADDRESS, "verify").await }
    })
    .await;
    tokens.push(first);
    let mut good = 0;
    for token in tokens {
        good += usize::from(
            verify_email(data.db(), &token, &event(), data.now())
                .await
                .unwrap(),
        );
    }
    assert_eq!(good, 1);
}

async fn a_verified_address_gets_no_verification_mail(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (_, token) = data.register(ADDRESS).await;
    assert!(
        verify_email(data.db(), &token, &event(), data.now())
            .await
            .unwrap()
    );
    ask(&data, ADDRESS, "verify").await;
    assert_eq!(templates(&data).await, ["verify_email"]);
    assert_eq!(data.count("one_time_tokens").await, 1);
}

async fn rehashing_replaces_only_the_hash_that_was_checked(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register(ADDRESS).await;
    let (_, session) = data.sign_in(user).await;
    rehash(data.db(), user, "another hash", "new").await.unwrap();
    assert_eq!(password(&data).await, "$argon2id$test");
    rehash(data.db(), user, "$argon2id$test", "new").await.unwrap();
    assert_eq!(password(&data).await, "new");
    assert!(lives(&data, &session).await, "nobody is signed out");
    assert_eq!(find(data.db(), user).await.unwrap().unwrap().version, 1);
}
