//! Refresh tokens under parallel use (AUTH-6).

use std::sync::Arc;

use store::session::{Rotation, end, find_used, rotate};
use testkit::{Fresh, event};

use crate::data::{DAY, Data, at_once, later};

on_each_engine! { Migrated:
    of_fifty_parallel_rotations_one_succeeds,
    the_losers_of_a_race_find_the_winners_successor,
    ending_and_rotating_at_once_leaves_an_ended_session,
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
