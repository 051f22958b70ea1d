//! Dates that move and tasks that are ordered at the same moment (CON-2, CON-3).

use std::collections::BTreeMap;

use domain::contract::{Draft, NewContract};
use store::contract::{Change, update};
use store::timeline::{Plan, find};
use testkit::{Fresh, event};

use crate::data::{Data, at_once};
use crate::timelines::{change, lease, noted, tasks};

on_each_engine! { Migrated:
    parallel_moves_leave_one_plan,
    orders_and_moves_at_once_all_get_through,
}

/// However many move the dates at once, the tasks are those of the plan that the contract has in the end.
async fn parallel_moves_leave_one_plan(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = noted(&data, user, &lease()).await;
    at_once(12, |number| {
        let (data, contract) = (data.clone(), contract.clone());
        async move {
            let balance = format!("2028-03-{:02}", number + 2);
            let mut stored = contract;
            // As a handler does: decided anew while somebody was faster.
            for _ in 0..40 {
                let draft = Draft {
                    balance_date: &balance,
                    interim_date: Some("2028-01-10"),
                    ..lease()
                };
                if change(&data, &stored, user, &draft).await.is_some() {
                    return;
                }
                stored = store::contract::find(data.db(), stored.id, user)
                    .await
                    .unwrap()
                    .unwrap();
            }
            panic!("never the faster one");
        }
    })
    .await;
    let stored = store::contract::find(data.db(), contract.id, user)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.version, 13);
    let due: BTreeMap<_, _> = tasks(&data, &stored, user)
        .await
        .into_iter()
        .map(|(key, (due, _))| (key, due))
        .collect();
    let planned: BTreeMap<_, _> = stored
        .basis
        .plan()
        .iter()
        .map(|one| (one.template.to_owned(), Some(one.due)))
        .collect();
    assert_eq!(due, planned);
}

/// Both change many rows: whoever waits for whom, nobody waits forever.
async fn orders_and_moves_at_once_all_get_through(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = noted(&data, user, &lease()).await;
    let tasks = find(data.db(), contract.id, user).await.unwrap().unwrap().tasks;
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    for round in 0..10 {
        let stored = store::contract::find(data.db(), contract.id, user)
            .await
            .unwrap()
            .unwrap();
        at_once(16, |number| {
            let (data, stored, mut ids) = (data.clone(), stored.clone(), ids.clone());
            async move {
                let db = data.fresh.another_instance();
                ids.rotate_left(number);
                if number % 3 == 0 {
                    let balance = format!("2028-03-{:02}", round + 2);
                    let draft = Draft {
                        balance_date: &balance,
                        move_in_date: None,
                        ..lease()
                    };
                    let new = NewContract::parse(&draft).unwrap();
                    let plan = Plan::new(&new.basis().plan(), || data.id());
                    let change = Change {
                        contract: stored.id,
                        version: stored.version,
                        new: &new,
                        document: None,
                        state: stored.state,
                        plan: Some(&plan),
                        audit: &event(),
                    };
                    update(&db, data.viewer(user), &change).await.unwrap();
                } else {
                    assert!(store::task::arrange(&db, stored.id, user, &ids).await.unwrap());
                }
            }
        })
        .await;
    }
}
