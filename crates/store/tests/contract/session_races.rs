//! Refresh tokens under parallel use (AUTH-6).

use std::sync::Arc;

use domain::Id;
use domain::session::Session;
use domain::user::User;
use store::session::{Rotation, end, end_every, end_reused, find_used, rotate};
use testkit::{Fresh, event};

use crate::data::{DAY, Data, at_once, later};

on_each_engine! { Migrated:
    of_fifty_parallel_rotations_one_succeeds,
    the_losers_of_a_race_find_the_winners_successor,
    ending_and_rotating_at_once_leaves_an_ended_session,
    reuse_ends_its_session_and_voids_the_tokens_of_the_account,
    of_parallel_reuses_one_raises_the_version,
    reuse_waits_for_whatever_else_ends_sign_ins,
}

/// One attempt with a successor of its own, on one of two instances.
fn attempts(data: &Data) -> [Data; 2] {
    let mut other = data.clone();
    other.fresh.db = Arc::new(data.fresh.another_instance());
    [data.clone(), other]
}

async fn attempt(data: Data, presented: [u8; 32]) -> Option<[u8; 32]> {
    let successor = data.hash();
    let rotation = Rotation {
        presented: &presented,
        successor: &successor,
        successor_sealed: &successor,
        idle_expires_at: later(data.now(), 30 * DAY),
        now: data.now(),
    };
    rotate(data.db(), &rotation).await.unwrap().map(|_| successor)
}

async fn of_fifty_parallel_rotations_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (_, mut current) = data.sign_in(user).await;
    for generation in 1..=3 {
        let instances = attempts(&data);
        let outcomes = at_once(50, |number| attempt(instances[number % 2].clone(), current)).await;
        let winners: Vec<_> = outcomes.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "round {generation}");
        assert_eq!(data.count("refresh_token_usage").await, generation);
        current = winners[0];
    }
}

async fn the_losers_of_a_race_find_the_winners_successor(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (_, presented) = data.sign_in(user).await;
    let instances = attempts(&data);
    let outcomes = at_once(20, |number| {
        let data = instances[number % 2].clone();
        async move {
            match attempt(data.clone(), presented).await {
                Some(successor) => successor.to_vec(),
                None => {
                    let used = find_used(data.db(), &presented, data.now()).await.unwrap();
                    let used = used.expect("whoever lost sees that the token was used");
                    assert!(used.is_previous && !used.ended);
                    used.successor_sealed
                }
            }
        }
    })
    .await;
    assert!(
        outcomes.iter().all(|successor| *successor == outcomes[0]),
        "all get the same successor"
    );
}

async fn ending_and_rotating_at_once_leaves_an_ended_session(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    for _ in 0..5 {
        let (session, current) = data.sign_in(user).await;
        let outcomes = at_once(8, |number| {
            let data = data.clone();
            async move {
                if number == 4 {
                    end(data.db(), user, session, "logout", &event(), data.now())
                        .await
                        .unwrap();
                    return None;
                }
                attempt(data, current).await
            }
        })
        .await;
        for successor in outcomes.into_iter().flatten() {
            assert!(
                attempt(data.clone(), successor).await.is_none(),
                "nothing lives on after the end"
            );
        }
        assert!(attempt(data.clone(), current).await.is_none());
    }
}

async fn reuse(data: &Data, user: Id<User>, session: Id<Session>) -> Option<i64> {
    end_reused(data.db(), user, session, &event(), data.now())
        .await
        .unwrap()
}

async fn reuse_ends_its_session_and_voids_the_tokens_of_the_account(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let ((session, token), (next, elsewhere)) = (data.sign_in(user).await, data.sign_in(user).await);
    let known = data.count("audit_events").await;
    assert_eq!(reuse(&data, other, session).await, None, "somebody else's");
    assert_eq!(reuse(&data, user, session).await, Some(2));
    assert_eq!(reuse(&data, user, session).await, None, "once");
    assert_eq!(data.count("audit_events").await, known + 1);
    assert!(attempt(data.clone(), token).await.is_none(), "it has ended");
    let successor = attempt(data.clone(), elsewhere).await;
    assert!(successor.is_some(), "other sign-ins go on");
    assert_eq!(data.token_version(user).await, 2);
    assert_eq!(data.token_version(other).await, 1);
    assert_eq!(reuse(&data, user, next).await, Some(3), "each once");
    let row = &data
        .run(
            "SELECT end_reason FROM sessions WHERE id = $1",
            vec![next.uuid().into()],
        )
        .await[0];
    assert_eq!(row.get::<String>(0).unwrap(), "reuse");
}

async fn of_parallel_reuses_one_raises_the_version(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let (session, _) = data.sign_in(user).await;
    let instances = attempts(&data);
    let outcomes = at_once(12, |number| {
        let data = instances[number % 2].clone();
        async move { reuse(&data, user, session).await }
    })
    .await;
    let raised: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(raised, [2]);
    assert_eq!(data.token_version(user).await, 2);
}

/// The account is locked before its sign-ins, whatever ends them: nobody waits for somebody who waits.
async fn reuse_waits_for_whatever_else_ends_sign_ins(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    for _ in 0..5 {
        let mut sessions = Vec::new();
        for _ in 0..4 {
            sessions.push(data.sign_in(user).await);
        }
        let (instances, sessions) = (attempts(&data), Arc::new(sessions));
        at_once(16, |number| {
            let (data, sessions) = (instances[number % 2].clone(), Arc::clone(&sessions));
            async move {
                let (session, token) = sessions[number % 4];
                match number / 4 {
                    0 => drop(reuse(&data, user, session).await),
                    1 => drop(attempt(data, token).await),
                    2 => drop(
                        end(data.db(), user, session, "logout", &event(), data.now())
                            .await
                            .unwrap(),
                    ),
                    _ => drop(
                        end_every(data.db(), user, "logout_all", &event(), data.now())
                            .await
                            .unwrap(),
                    ),
                }
            }
        })
        .await;
        let living = data
            .run("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL", Vec::new())
            .await;
        assert_eq!(living[0].get::<i64>(0).unwrap(), 0);
    }
}
