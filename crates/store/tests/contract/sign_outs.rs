//! Ending many sign-ins and voiding tokens (AUTH-7, AUTH-12, AUTH-13).

use std::sync::Arc;

use domain::Id;
use domain::session::Session;
use domain::user::User;
use store::audit::{Filter, list as events};
use store::session::{Begun, NewSession, create, end, end_every, end_others, ended_since, list, owns};
use store::token_floor::{current, raise, raise_after_restore};
use store::user::token_version;
use testkit::{Fresh, event};

use crate::data::{DAY, Data, at_once, later};

on_each_engine! { Migrated:
    living_sessions_are_listed_newest_first,
    ending_others_keeps_one_and_is_one_event,
    ending_all_voids_the_tokens_and_spares_other_people,
    a_session_is_ones_own_or_nobodys,
    a_sign_in_with_a_stale_version_does_not_begin,
    nobody_signs_in_past_the_end_of_everything,
    the_floor_rises_above_everybody_and_stays,
    parallel_raises_all_count,
    after_a_restore_the_floor_is_above_the_past,
    after_a_restore_newcomers_are_above_the_past_too,
}

async fn ids(data: &Data, user: Id<User>) -> Vec<Id<Session>> {
    let listed = list(data.db(), user, None, 100, data.now()).await.unwrap();
    listed.iter().map(|session| session.id).collect()
}

/// How many events the log has.
async fn logged(data: &Data) -> usize {
    events(data.db(), &Filter::default(), None, 100)
        .await
        .unwrap()
        .len()
}

async fn living_sessions_are_listed_newest_first(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let mut begun = Vec::new();
    for _ in 0..4 {
        data.clock.advance_seconds(1);
        begun.push(data.sign_in(user).await.0);
    }
    data.sign_in(other).await;
    end(data.db(), user, begun[1], "logout", &event(), data.now())
        .await
        .unwrap();
    assert_eq!(ids(&data, user).await, [begun[3], begun[2], begun[0]]);
    let page = list(data.db(), user, Some(begun[3]), 1, data.now())
        .await
        .unwrap();
    assert_eq!(page.len(), 1);
    assert_eq!(page[0].id, begun[2]);
    assert_eq!(page[0].user_agent, "Mozilla/5.0 (테스트)");
    assert_eq!(
        (page[0].client_address.as_str(), page[0].place.as_deref()),
        ("2001:db8::7", None)
    );
    assert_eq!(page[0].created_at, later(testkit::START, 3));
    assert_eq!(page[0].last_used_at, page[0].created_at);
    assert_eq!(page[0].expires_at, later(page[0].created_at, 30 * DAY));
    data.clock.set(later(testkit::START, 30 * DAY + 3));
    assert_eq!(ids(&data, user).await, [begun[3]], "what ran out is not listed");
}

async fn ending_others_keeps_one_and_is_one_event(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let (kept, _) = data.sign_in(user).await;
    let before = data.now();
    data.clock.advance_seconds(1);
    let (first, _) = data.sign_in(user).await;
    let (second, _) = data.sign_in(user).await;
    let (theirs, _) = data.sign_in(other).await;
    let known = logged(&data).await;
    assert!(
        end_others(data.db(), user, kept, &event(), data.now())
            .await
            .unwrap()
    );
    assert_eq!(ids(&data, user).await, [kept]);
    assert_eq!(ids(&data, other).await, [theirs]);
    let mut ended = ended_since(data.db(), user, kept, before).await.unwrap();
    ended.sort_by_key(Id::uuid);
    let mut expected = vec![first, second];
    expected.sort_by_key(Id::uuid);
    assert_eq!(ended, expected);
    assert_eq!(logged(&data).await, known + 1);
    assert_eq!(data.token_version(user).await, 1, "the kept sign-in goes on");
    assert!(
        ended_since(data.db(), user, kept, data.now())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        !end_others(data.db(), data.id(), kept, &event(), data.now())
            .await
            .unwrap()
    );
}

async fn ending_all_voids_the_tokens_and_spares_other_people(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    for _ in 0..3 {
        data.sign_in(user).await;
    }
    let (theirs, _) = data.sign_in(other).await;
    // Ending the others first must not leave an exception behind.
    let kept = ids(&data, user).await[0];
    end_others(data.db(), user, kept, &event(), data.now())
        .await
        .unwrap();
    let version = end_every(data.db(), user, "logout_all", &event(), data.now())
        .await
        .unwrap();
    assert_eq!(version, Some(2));
    assert!(ids(&data, user).await.is_empty());
    assert_eq!(ids(&data, other).await, [theirs]);
    let rows = data
        .run(
            "SELECT COUNT(*) FROM sessions WHERE end_reason = 'logout_all'",
            Vec::new(),
        )
        .await;
    assert_eq!(
        rows[0].get::<i64>(0).unwrap(),
        1,
        "what had ended keeps its reason"
    );
    let nobody = end_every(data.db(), data.id(), "logout_all", &event(), data.now())
        .await
        .unwrap();
    assert_eq!(nobody, None);
}

async fn a_session_is_ones_own_or_nobodys(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let (session, _) = data.sign_in(user).await;
    assert!(
        !end(data.db(), other, session, "ended", &event(), data.now())
            .await
            .unwrap()
    );
    assert!(!owns(data.db(), other, session).await.unwrap());
    assert!(
        end(data.db(), user, session, "ended", &event(), data.now())
            .await
            .unwrap()
    );
    assert!(
        !end(data.db(), user, session, "ended", &event(), data.now())
            .await
            .unwrap()
    );
    assert!(
        owns(data.db(), user, session).await.unwrap(),
        "also when it has ended"
    );
}

async fn begin(data: &Data, user: Id<User>, token_version: i64) -> Begun {
    let (session, hash) = (data.id(), data.hash());
    let new = NewSession {
        id: session,
        user,
        refresh_hash: &hash,
        idle_expires_at: later(data.now(), DAY),
        absolute_expires_at: later(data.now(), DAY),
        user_agent: "",
        client_address: "unknown",
        token_version,
        now: data.now(),
        audit: &event(),
    };
    create(data.db(), &new).await.unwrap()
}

async fn a_sign_in_with_a_stale_version_does_not_begin(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let known = logged(&data).await;
    assert_eq!(begin(&data, user, 2).await, Begun::Stale);
    assert_eq!(begin(&data, data.id(), 1).await, Begun::Stale);
    assert_eq!(logged(&data).await, known, "what did not happen is not recorded");
    assert_eq!(begin(&data, user, 1).await, Begun::Yes);
}

/// Whoever proved who they are before everything was ended has no living session afterwards, however the two race.
async fn nobody_signs_in_past_the_end_of_everything(fresh: Fresh) {
    let data = Data::new(&fresh);
    for round in 0..6 {
        let user = data.person().await;
        let instances = [data.clone(), {
            let mut other = data.clone();
            other.fresh.db = Arc::new(data.fresh.another_instance());
            other
        }];
        let version = data.token_version(user).await;
        at_once(12, |number| {
            let data = instances[number % 2].clone();
            async move {
                match (number, round % 2) {
                    (5, 0) => {
                        end_every(data.db(), user, "reset", &event(), data.now())
                            .await
                            .unwrap();
                    }
                    (5, _) => {
                        raise(data.db(), &event(), data.now()).await.unwrap();
                    }
                    _ => {
                        let _ = begin(&data, user, version).await;
                    }
                }
            }
        })
        .await;
        assert!(ids(&data, user).await.is_empty(), "round {round}");
        assert_eq!(begin(&data, user, version).await, Begun::Stale);
    }
}

async fn the_floor_rises_above_everybody_and_stays(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    for _ in 0..3 {
        end_every(data.db(), user, "logout_all", &event(), data.now())
            .await
            .unwrap();
    }
    let (session, _) = data.sign_in(other).await;
    let known = logged(&data).await;
    let floor = raise(data.db(), &event(), data.now()).await.unwrap();
    assert!(floor > 4);
    assert_eq!(current(data.db()).await.unwrap(), floor);
    assert_eq!(data.token_version(user).await, floor);
    assert_eq!(data.token_version(other).await, floor);
    assert!(ids(&data, other).await.is_empty());
    assert_eq!(
        ended_since(
            data.db(),
            other,
            data.id(),
            later(testkit::START, 0).minus(std::time::Duration::from_secs(1))
        )
        .await
        .unwrap(),
        [session]
    );
    assert_eq!(logged(&data).await, known + 1);
    let newcomer = data.person().await;
    assert_eq!(
        data.token_version(newcomer).await,
        floor,
        "nobody begins below the floor"
    );
    let raised = end_every(data.db(), newcomer, "logout_all", &event(), data.now())
        .await
        .unwrap();
    assert_eq!(raised, Some(floor + 1));
    assert_eq!(token_version(data.db(), data.id()).await.unwrap(), None);
}

async fn parallel_raises_all_count(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let mut floors = at_once(8, |_| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            raise(&db, &event(), data.now()).await.unwrap()
        }
    })
    .await;
    floors.sort_unstable();
    assert!(floors.windows(2).all(|pair| pair[0] < pair[1]), "{floors:?}");
    assert_eq!(data.token_version(user).await, floors[7]);
}

/// A backup does not know how far versions rose after it was taken: the store of revocations may demand, and tokens may carry, more.
async fn after_a_restore_the_floor_is_above_the_past(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    data.sign_in(user).await;
    let known = logged(&data).await;
    let restored = raise_after_restore(data.db(), &event(), data.now())
        .await
        .unwrap();
    // A version rises by two at most in one transaction, and no two of those fit into a microsecond.
    assert!(restored > data.now().micros(), "{restored}");
    assert!(restored < 1 << 53, "a JSON number in every language");
    assert_eq!(data.token_version(user).await, restored);
    assert!(ids(&data, user).await.is_empty());
    assert_eq!(logged(&data).await, known + 1);

    let raised = raise(data.db(), &event(), data.now()).await.unwrap();
    assert_eq!(raised, restored + 2, "later ones go on from there");
    let own = end_every(data.db(), user, "logout_all", &event(), data.now())
        .await
        .unwrap();
    assert_eq!(own, Some(raised + 1));
    // A clock that goes back does not take the floor along.
    let before = data.now().minus(std::time::Duration::from_secs(60));
    let again = raise_after_restore(data.db(), &event(), before).await.unwrap();
    assert_eq!(again, raised + 3);
    assert_eq!(data.token_version(user).await, again);
}

async fn after_a_restore_newcomers_are_above_the_past_too(fresh: Fresh) {
    let data = Data::new(&fresh);
    let restored = raise_after_restore(data.db(), &event(), data.now())
        .await
        .unwrap();
    assert!(
        restored > data.now().micros(),
        "also when nobody is in the backup"
    );
    let newcomer = data.person().await;
    assert_eq!(data.token_version(newcomer).await, restored);
}
