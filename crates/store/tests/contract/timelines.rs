//! `store::timeline` (CON-2, CON-3): plans that follow the dates, and what is to be done when.

use std::collections::BTreeMap;

use domain::contract::{Draft, NewContract, State};
use domain::text::Title;
use domain::timeline::{Base, Basis, base_of};
use domain::user::User;
use domain::version::Expected;
use domain::{Date, Id};
use sql::Value;
use store::contract::{Change, Stored, update};
use store::task::{Place, Turn, Words};
use store::timeline::{Plan, Window, explain_upcoming, find, upcoming};
use testkit::{Fresh, event};

use crate::contracts::{crowd, note, sale};
use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    a_contract_brings_its_tasks,
    a_creation_that_is_repeated_brings_them_once,
    moving_a_date_moves_the_open_tasks_that_follow_it,
    a_date_that_comes_and_goes_takes_its_tasks_along,
    another_role_has_other_tasks,
    parallel_moves_leave_one_plan,
    orders_and_moves_at_once_all_get_through,
    upcoming_is_what_is_open_within_the_days,
    upcoming_comes_in_pages,
    upcoming_walks_an_index,
    an_account_that_ends_leaves_no_words,
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn lease() -> Draft<'static> {
    Draft {
        kind: "jeonse",
        role: "tenant",
        price: None,
        deposit: Some(500_000_000),
        move_in_date: Some("2028-03-01"),
        ..sale()
    }
}

async fn noted(data: &Data, user: Id<User>, draft: &Draft<'_>) -> Stored {
    note(data, user, &NewContract::parse(draft).unwrap())
        .await
        .unwrap()
}

/// Due dates and versions by template.
async fn tasks(data: &Data, contract: &Stored, user: Id<User>) -> BTreeMap<String, (Option<Date>, i64)> {
    let found = find(data.db(), contract.id, user).await.unwrap().unwrap();
    let tasks = found.tasks.into_iter();
    tasks
        .map(|task| (task.template.unwrap_or_default(), (task.due, task.version)))
        .collect()
}

/// Changes what the contract says, and its plan.
async fn change(data: &Data, stored: &Stored, user: Id<User>, draft: &Draft<'_>) -> Option<Stored> {
    let new = NewContract::parse(draft).unwrap();
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
    update(data.db(), data.viewer(user), &change).await.unwrap()
}

async fn place(data: &Data, contract: &Stored, user: Id<User>, template: &str) -> Place {
    let found = find(data.db(), contract.id, user).await.unwrap().unwrap();
    let task = found
        .tasks
        .iter()
        .find(|task| task.template.as_deref() == Some(template));
    Place {
        contract: contract.id,
        task: task.unwrap().id,
        user,
    }
}

async fn a_contract_brings_its_tasks(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    for (kind, role) in [
        ("sale", "seller"),
        ("sale", "buyer"),
        ("jeonse", "landlord"),
        ("jeonse", "tenant"),
        ("monthly_rent", "landlord"),
        ("monthly_rent", "tenant"),
    ] {
        let draft = Draft {
            kind,
            role,
            price: (kind == "sale").then_some(1),
            deposit: (kind != "sale").then_some(1),
            monthly_rent: (kind == "monthly_rent").then_some(1),
            interim_date: Some("2028-01-10"),
            ..lease()
        };
        let before = data.count("audit_events").await;
        let contract = noted(&data, user, &draft).await;
        let stored = tasks(&data, &contract, user).await;
        let planned: BTreeMap<_, _> = contract
            .basis
            .plan()
            .iter()
            .map(|one| (one.template.to_owned(), (Some(one.due), 1)))
            .collect();
        assert_eq!(stored, planned, "{kind} {role}");
        assert_eq!(
            data.count("audit_events").await,
            before + 1,
            "one event for one contract"
        );
        assert!(find(data.db(), contract.id, other).await.unwrap().is_none());
        // In the templates' order.
        let listed = store::task::list(data.db(), contract.id, user, None, 100)
            .await
            .unwrap();
        let keys: Vec<_> = listed.iter().map(|task| task.template.clone().unwrap()).collect();
        let order: Vec<_> = contract.basis.plan().iter().map(|one| one.template).collect();
        assert_eq!(keys, order, "{kind} {role}");
    }
}

async fn a_creation_that_is_repeated_brings_them_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let new = NewContract::parse(&lease()).unwrap();
    let id = data.id();
    for _ in 0..2 {
        let plan = Plan::new(&new.basis().plan(), || data.id());
        let stored = store::contract::create(data.db(), id, data.viewer(user), (&new, &plan), &event()).await;
        assert_eq!(stored.unwrap().unwrap().id, id);
    }
    let expected = i64::try_from(new.basis().plan().len()).unwrap();
    assert_eq!(data.count("contract_tasks").await, expected);
}

/// What is done, what the person moved and what the person deleted stays; what only has other words moves; what follows other dates stays.
async fn moving_a_date_moves_the_open_tasks_that_follow_it(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = noted(&data, user, &lease()).await;
    let other = noted(&data, user, &lease()).await;
    let at = async |template| place(&data, &contract, user, template).await;
    let db = data.db();
    let whatever = Expected::Whatever;
    let done = (Turn::Complete, &whatever);
    store::task::turn(db, at("brokerage_fee").await, done, &event(), data.now())
        .await
        .unwrap()
        .unwrap();
    let moved = Words {
        chosen: Some(day("2028-02-20")),
        ..Words::default()
    };
    let changed =
        store::task::update(db, at("balance_payment").await, (&moved, 1), &event(), data.now()).await;
    assert_eq!(changed.unwrap().unwrap().due, Some(day("2028-02-20")));
    let renamed = Words {
        title: Title::parse("등기부 확인").ok(),
        ..Words::default()
    };
    let at_register = at("register_before_balance").await;
    let changed = store::task::update(db, at_register, (&renamed, 1), &event(), data.now()).await;
    assert_eq!(changed.unwrap().unwrap().due, Some(day("2028-02-28")));
    let gone = at("fixed_date").await;
    assert!(
        store::task::delete(db, gone, &whatever, &event(), data.now())
            .await
            .unwrap()
    );

    let before = tasks(&data, &contract, user).await;
    let later = Draft {
        balance_date: "2028-03-10",
        move_in_date: Some("2028-03-11"),
        ..lease()
    };
    data.clock.advance_seconds(60);
    let changed = change(&data, &contract, user, &later).await.unwrap();
    let after = tasks(&data, &contract, user).await;
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    let planned = changed.basis.plan();
    for (template, (due, version)) in &after {
        let (old, old_version) = before[template];
        let base = base_of(changed.basis.kind, template).unwrap();
        let stays =
            ["brokerage_fee", "balance_payment"].contains(&template.as_str()) || base == Base::Contract;
        let expected = planned
            .iter()
            .find(|one| one.template == template.as_str())
            .unwrap()
            .due;
        if stays {
            assert_eq!((*due, *version), (old, old_version), "{template}");
        } else {
            assert_eq!((*due, *version), (Some(expected), old_version + 1), "{template}");
        }
    }
    assert_eq!(after["register_before_balance"].0, Some(day("2028-03-09")));

    // Open again and not moved any more, they are where the contract says now.
    let again = (Turn::Reopen, &whatever);
    let reopened = store::task::turn(db, at("brokerage_fee").await, again, &event(), data.now()).await;
    assert_eq!(reopened.unwrap().unwrap().due, Some(day("2028-03-10")));
    let back = Words::default();
    let back = store::task::update(db, at("balance_payment").await, (&back, 2), &event(), data.now()).await;
    assert_eq!(back.unwrap().unwrap().due, Some(day("2028-03-10")));
    assert_eq!(
        tasks(&data, &other, user).await["balance_payment"].0,
        Some(day("2028-02-29")),
        "another contract"
    );
}

async fn a_date_that_comes_and_goes_takes_its_tasks_along(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = noted(&data, user, &lease()).await;
    let has = async || {
        tasks(&data, &contract, user)
            .await
            .get("interim_payment")
            .copied()
    };
    assert_eq!(has().await, None);
    let with = Draft {
        interim_date: Some("2028-01-10"),
        ..lease()
    };
    let contract = change(&data, &contract, user, &with).await.unwrap();
    assert_eq!(has().await, Some((Some(day("2028-01-10")), 1)));
    let contract = change(&data, &contract, user, &lease()).await.unwrap();
    assert_eq!(has().await, None);
    // What the person has touched is theirs.
    let contract = change(&data, &contract, user, &with).await.unwrap();
    let interim = place(&data, &contract, user, "interim_payment").await;
    let whatever = Expected::Whatever;
    store::task::turn(
        data.db(),
        interim,
        (Turn::Complete, &whatever),
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    let contract = change(&data, &contract, user, &lease()).await.unwrap();
    assert_eq!(has().await, Some((Some(day("2028-01-10")), 2)));
    // What the person has deleted does not come back.
    assert!(
        store::task::delete(data.db(), interim, &whatever, &event(), data.now())
            .await
            .unwrap()
    );
    change(&data, &contract, user, &with).await.unwrap();
    assert_eq!(has().await, None);
}

async fn another_role_has_other_tasks(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = noted(&data, user, &lease()).await;
    let landlord = Draft {
        role: "landlord",
        ..lease()
    };
    let changed = change(&data, &contract, user, &landlord).await.unwrap();
    let keys: Vec<_> = tasks(&data, &changed, user).await.into_keys().collect();
    let mut planned: Vec<_> = changed
        .basis
        .plan()
        .iter()
        .map(|one| one.template.to_owned())
        .collect();
    planned.sort();
    assert_eq!(keys, planned);
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

/// What is upcoming within a window, by template.
async fn within(data: &Data, user: Id<User>, from: Option<&str>, until: &str) -> Vec<String> {
    let window = Window {
        from: from.map(day),
        until: day(until),
    };
    let found = upcoming(data.db(), user, window, None, 100).await.unwrap();
    assert!(found.is_sorted_by_key(|one| (one.task.due, one.task.id.uuid())));
    let keys = found.into_iter().map(|one| one.task.template.unwrap_or_default());
    keys.collect()
}

async fn upcoming_is_what_is_open_within_the_days(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    let contract = noted(&data, user, &lease()).await;
    noted(&data, other, &lease()).await;
    // The contract is of 2027-12-01, the balance of 2028-02-29; 30 days after the contract is New Year's Eve, a Friday.
    assert_eq!(
        within(&data, user, Some("2027-12-02"), "2027-12-30").await,
        [""; 0]
    );
    assert_eq!(
        within(&data, user, Some("2027-12-02"), "2027-12-31").await,
        ["lease_report"]
    );
    let early = within(&data, user, None, "2027-12-01").await;
    assert!(
        early.contains(&"register_before_contract".to_owned()) && early.len() == 4,
        "{early:?}"
    );
    let report = place(&data, &contract, user, "lease_report").await;
    let whatever = Expected::Whatever;
    let done = (Turn::Complete, &whatever);
    store::task::turn(data.db(), report, done, &event(), data.now())
        .await
        .unwrap();
    assert_eq!(
        within(&data, user, Some("2027-12-02"), "2027-12-31").await,
        [""; 0]
    );
    let again = (Turn::Reopen, &whatever);
    store::task::turn(data.db(), report, again, &event(), data.now())
        .await
        .unwrap();
    assert_eq!(
        within(&data, user, Some("2027-12-31"), "2027-12-31").await.len(),
        1
    );
    data.run(
        "UPDATE contracts SET state = $1 WHERE id = $2",
        vec![State::Terminated.as_str().into(), contract.id.uuid().into()],
    )
    .await;
    assert!(
        within(&data, user, None, "2040-01-01").await.is_empty(),
        "terminated"
    );
    assert!(!within(&data, other, None, "2040-01-01").await.is_empty());
}

async fn upcoming_comes_in_pages(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    for _ in 0..2 {
        noted(&data, user, &lease()).await;
    }
    let window = Window {
        from: None,
        until: day("2040-01-01"),
    };
    let all = upcoming(data.db(), user, window, None, 100).await.unwrap();
    assert_eq!(all.len(), 2 * lease_basis().plan().len());
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = upcoming(data.db(), user, window, after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.task.due.unwrap(), last.task.id));
        seen.extend(page.iter().map(|one| one.task.id));
    }
    assert_eq!(seen, all.iter().map(|one| one.task.id).collect::<Vec<_>>());
}

fn lease_basis() -> Basis {
    NewContract::parse(&lease()).unwrap().basis()
}

async fn upcoming_walks_an_index(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract) = crowd(&data).await;
    let from = Some(day("2028-01-01"));
    let until = day("2028-01-31");
    let plan = explain_upcoming(data.db(), user, Window { from, until })
        .await
        .unwrap()
        .join("\n");
    assert!(plan.contains("contract_tasks_due"), "{plan}");
    assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN"), "{plan}");
    let plan = store::task::explain_list(data.db(), contract, user)
        .await
        .unwrap()
        .join("\n");
    assert!(plan.contains("contract_tasks_order"), "{plan}");
    assert!(
        !plan.contains("Seq Scan on contract_tasks") && !plan.contains("SCAN"),
        "{plan}"
    );
}

/// AUTH-11
async fn an_account_that_ends_leaves_no_words(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, other) = (data.person().await, data.person().await);
    for person in [user, other] {
        let contract = noted(&data, person, &lease()).await;
        let words = Words {
            title: Title::parse("김민지에게 전화").ok(),
            description: domain::text::Message::parse("010-1234-5678").ok(),
            chosen: None,
        };
        let own = Place {
            contract: contract.id,
            task: data.id(),
            user: person,
        };
        store::task::create(data.db(), own, &words, &event(), data.now())
            .await
            .unwrap()
            .unwrap();
        let of_template = place(&data, &contract, person, "handover").await;
        let changed = store::task::update(data.db(), of_template, (&words, 1), &event(), data.now()).await;
        assert!(changed.unwrap().is_some());
    }
    let now = Value::Instant(sql::Instant(data.now().micros()));
    data.run(
        "UPDATE users SET deleted_at = $1 WHERE id = $2",
        vec![now, user.uuid().into()],
    )
    .await;
    let words = async |person: Id<User>| -> Vec<String> {
        let rows = data
            .run(
                "SELECT COALESCE(title, '') || COALESCE(description, '') FROM contract_tasks WHERE user_id = $1",
                vec![person.uuid().into()],
            )
            .await;
        let texts = rows.iter().map(|row| row.get::<String>(0).unwrap());
        texts.filter(|text| !text.is_empty()).collect()
    };
    assert_eq!(words(user).await, ["-"]);
    assert_eq!(words(other).await.len(), 2);
    let alive = data
        .run(
            "SELECT COUNT(*) FROM contract_tasks WHERE user_id = $1 AND deleted_at IS NULL",
            vec![user.uuid().into()],
        )
        .await;
    assert_eq!(alive[0].get::<i64>(0).unwrap(), 0);
}
