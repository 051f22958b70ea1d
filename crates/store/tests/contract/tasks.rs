//! `store::task` (CON-3).

use domain::contract::{Contract, NewContract};
use domain::text::{Message, Title};
use domain::timeline::{MOST_TASKS, Task};
use domain::user::User;
use domain::version::Expected;
use domain::{Date, Id};
use store::task::{Place, Stored, Turn, Words, arrange, create, delete, find, list, turn, update};
use testkit::{Fresh, event};

use crate::contracts::{note, sale};
use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    a_task_reads_back_as_it_was_written,
    only_its_person_reaches_a_task,
    a_task_without_a_day_is_a_task,
    a_task_changes_for_the_version_that_was_read,
    of_parallel_completions_one_counts,
    of_parallel_reopenings_one_counts,
    completing_and_reopening_take_turns,
    a_deleted_task_is_gone,
    a_contract_has_only_so_many_tasks,
    an_order_names_each_task_once,
    tasks_come_in_pages,
}

async fn contract(data: &Data, user: Id<User>) -> Id<Contract> {
    note(data, user, &NewContract::parse(&sale()).unwrap())
        .await
        .unwrap()
        .id
}

fn words(title: &str) -> Words {
    Words {
        title: Title::parse(title).ok(),
        description: Message::parse("이삿짐센터\n견적").ok(),
        chosen: Date::parse("2028-02-01").ok(),
    }
}

async fn add(data: &Data, contract: Id<Contract>, user: Id<User>, title: &str) -> Option<Stored> {
    data.clock.advance_seconds(1);
    let place = Place {
        contract,
        task: data.id(),
        user,
    };
    create(data.db(), place, &words(title), &event(), data.now())
        .await
        .unwrap()
}

fn place(task: &Stored, user: Id<User>) -> Place {
    Place {
        contract: task.contract,
        task: task.id,
        user,
    }
}

async fn a_task_reads_back_as_it_was_written(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = contract(&data, user).await;
    let events = data.count("audit_events").await;
    let created = add(&data, contract, user, "이사 예약").await.unwrap();
    let found = find(data.db(), place(&created, user)).await.unwrap().unwrap();
    assert_eq!(format!("{created:?}"), format!("{found:?}"));
    assert_eq!(found.title.unwrap().as_str(), "이사 예약");
    assert_eq!(found.description.unwrap().as_str(), "이삿짐센터\n견적");
    assert_eq!(found.due, Date::parse("2028-02-01").ok());
    assert_eq!((found.template, found.done_at, found.version), (None, None, 1));
    assert_eq!((found.created_at, found.updated_at), (data.now(), data.now()));
    assert_eq!(data.count("audit_events").await, events + 1);
    // Asked for again, it is the same.
    let again = create(
        data.db(),
        place(&created, user),
        &words("x"),
        &event(),
        data.now(),
    )
    .await;
    assert_eq!(format!("{:?}", again.unwrap().unwrap()), format!("{created:?}"));
    let last = list(data.db(), contract, user, None, 100).await.unwrap();
    assert_eq!(last.last().unwrap().id, created.id, "at the end");
}

async fn only_its_person_reaches_a_task(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let (mine, theirs) = (contract(&data, user).await, contract(&data, other).await);
    let second = contract(&data, user).await;
    let task = add(&data, mine, user, "a").await.unwrap();
    assert!(add(&data, mine, other, "b").await.is_none());
    assert!(add(&data, data.id(), user, "c").await.is_none());
    let before = format!("{task:?}");
    let whatever = Expected::Whatever;
    // Another person, and the own one by the way of another contract.
    for (contract, user) in [(mine, other), (theirs, other), (theirs, user), (second, user)] {
        let place = Place {
            contract,
            user,
            task: task.id,
        };
        let db = data.db();
        let (now, event) = (data.now(), event());
        assert!(find(db, place).await.unwrap().is_none());
        assert!(
            update(db, place, (&words("x"), 1), &event, now)
                .await
                .unwrap()
                .is_none()
        );
        let done = turn(db, place, (Turn::Complete, &whatever), &event, now).await;
        assert!(done.unwrap().is_none());
        assert!(!delete(db, place, &whatever, &event, now).await.unwrap());
    }
    assert!(list(data.db(), mine, other, None, 100).await.unwrap().is_empty());
    let found = find(data.db(), place(&task, user)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), before);
}

async fn a_task_without_a_day_is_a_task(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let place = Place {
        contract: contract(&data, user).await,
        task: data.id(),
        user,
    };
    let bare = Words {
        title: Title::parse("a").ok(),
        ..Words::default()
    };
    let task = create(data.db(), place, &bare, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((task.due, task.description.is_none()), (None, true));
    let whatever = Expected::Whatever;
    let done = turn(
        data.db(),
        place,
        (Turn::Complete, &whatever),
        &event(),
        data.now(),
    )
    .await;
    assert_eq!(done.unwrap().unwrap().due, None);
}

async fn a_task_changes_for_the_version_that_was_read(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let task = add(&data, contract(&data, user).await, user, "a").await.unwrap();
    let at = place(&task, user);
    data.clock.advance_seconds(1);
    let change = async |to: &str, version| {
        update(data.db(), at, (&words(to), version), &event(), data.now())
            .await
            .unwrap()
    };
    assert!(change("b", 2).await.is_none());
    let changed = change("b", 1).await.unwrap();
    assert_eq!((changed.title.unwrap().as_str(), changed.version), ("b", 2));
    assert_eq!(changed.updated_at, data.now());
    assert!(change("c", 1).await.is_none());
    let whatever = Expected::Whatever;
    turn(data.db(), at, (Turn::Complete, &whatever), &event(), data.now())
        .await
        .unwrap();
    assert!(change("c", 3).await.is_none(), "what is done is not changed");
}

async fn turns(data: &Data, at: Place, what: Turn) -> usize {
    let outcomes = at_once(20, |_| {
        let data = data.clone();
        async move {
            let db = data.fresh.another_instance();
            let whatever = Expected::Whatever;
            let turned = turn(&db, at, (what, &whatever), &event(), data.now()).await;
            turned.unwrap().is_some()
        }
    })
    .await;
    outcomes.into_iter().filter(|turned| *turned).count()
}

async fn of_parallel_completions_one_counts(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let task = add(&data, contract(&data, user).await, user, "a").await.unwrap();
    let events = data.count("audit_events").await;
    assert_eq!(turns(&data, place(&task, user), Turn::Complete).await, 1);
    assert_eq!(data.count("audit_events").await, events + 1);
    let found = find(data.db(), place(&task, user)).await.unwrap().unwrap();
    assert_eq!((found.version, found.done_at), (2, Some(data.now())));
}

async fn of_parallel_reopenings_one_counts(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let task = add(&data, contract(&data, user).await, user, "a").await.unwrap();
    assert_eq!(turns(&data, place(&task, user), Turn::Reopen).await, 0);
    turns(&data, place(&task, user), Turn::Complete).await;
    assert_eq!(turns(&data, place(&task, user), Turn::Reopen).await, 1);
}

async fn completing_and_reopening_take_turns(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let task = add(&data, contract(&data, user).await, user, "a").await.unwrap();
    let go = async |what, expected: &[i64]| {
        let expected = Expected::OneOf(expected.to_vec());
        turn(
            data.db(),
            place(&task, user),
            (what, &expected),
            &event(),
            data.now(),
        )
        .await
        .unwrap()
        .map(|task| (task.version, task.done_at.is_some(), task.due))
    };
    assert_eq!(go(Turn::Complete, &[2]).await, None);
    assert_eq!(go(Turn::Complete, &[1]).await, Some((2, true, task.due)));
    assert_eq!(go(Turn::Complete, &[2]).await, None);
    assert_eq!(go(Turn::Reopen, &[1]).await, None);
    assert_eq!(go(Turn::Reopen, &[2]).await, Some((3, false, task.due)));
}

async fn a_deleted_task_is_gone(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = contract(&data, user).await;
    let task = add(&data, contract, user, "a").await.unwrap();
    let at = place(&task, user);
    let before = list(data.db(), contract, user, None, 100).await.unwrap().len();
    let go = async |expected: Expected| {
        delete(data.db(), at, &expected, &event(), data.now())
            .await
            .unwrap()
    };
    assert!(!go(Expected::OneOf(vec![2])).await);
    assert!(go(Expected::Whatever).await);
    assert!(!go(Expected::Whatever).await);
    assert!(find(data.db(), at).await.unwrap().is_none());
    let whatever = Expected::Whatever;
    let done = turn(data.db(), at, (Turn::Complete, &whatever), &event(), data.now()).await;
    assert!(done.unwrap().is_none());
    assert_eq!(
        list(data.db(), contract, user, None, 100).await.unwrap().len(),
        before - 1
    );
}

async fn a_contract_has_only_so_many_tasks(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = contract(&data, user).await;
    let there = usize::try_from(data.count("contract_tasks").await).unwrap();
    let mut last = None;
    for _ in there..usize::from(MOST_TASKS) {
        last = add(&data, contract, user, "a").await;
        assert!(last.is_some());
    }
    assert!(add(&data, contract, user, "one more").await.is_none());
    let last = last.unwrap();
    let again = create(data.db(), place(&last, user), &words("a"), &event(), data.now()).await;
    assert_eq!(again.unwrap().unwrap().id, last.id, "it was there already");
    delete(
        data.db(),
        place(&last, user),
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    assert!(add(&data, contract, user, "in its place").await.is_some());
}

async fn an_order_names_each_task_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let (contract, second) = (contract(&data, user).await, contract(&data, user).await);
    let ids = async |contract| -> Vec<Id<Task>> {
        let found = list(data.db(), contract, user, None, 100).await.unwrap();
        found.iter().map(|task| task.id).collect()
    };
    let first = ids(contract).await;
    let elsewhere = ids(second).await;
    let mut turned = first.clone();
    turned.reverse();
    for wrong in [
        Vec::new(),
        first[1..].to_vec(),
        [&first[..], &elsewhere[..1]].concat(),
        [&first[1..], &elsewhere[..1]].concat(),
        [&first[1..], &first[1..2]].concat(),
    ] {
        assert!(!arrange(data.db(), contract, user, &wrong).await.unwrap());
    }
    assert!(!arrange(data.db(), contract, other, &turned).await.unwrap());
    assert_eq!(ids(contract).await, first);
    assert!(arrange(data.db(), contract, user, &turned).await.unwrap());
    assert_eq!(ids(contract).await, turned);
    assert!(
        arrange(data.db(), contract, user, &turned).await.unwrap(),
        "twice is once"
    );
    assert_eq!(ids(second).await, elsewhere);
    let versions = list(data.db(), contract, user, None, 100).await.unwrap();
    assert!(
        versions.iter().all(|task| task.version == 1),
        "an order changes no task"
    );
    // What comes later stands last, and what was deleted need not be named.
    let added = add(&data, contract, user, "a").await.unwrap();
    assert_eq!(ids(contract).await.last(), Some(&added.id));
    assert!(
        !arrange(data.db(), contract, user, &first).await.unwrap(),
        "an older list"
    );
    delete(
        data.db(),
        place(&added, user),
        &Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    assert!(arrange(data.db(), contract, user, &first).await.unwrap());
}

async fn tasks_come_in_pages(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = contract(&data, user).await;
    let all = list(data.db(), contract, user, None, 100).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = list(data.db(), contract, user, after, 4).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.position, last.id));
        seen.extend(page.iter().map(|task| task.id));
    }
    assert_eq!(seen, all.iter().map(|task| task.id).collect::<Vec<_>>());
}
