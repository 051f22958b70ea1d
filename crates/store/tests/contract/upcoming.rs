//! What is to be done in the next days, in all contracts of a person (CON-3).

use domain::Id;
use domain::contract::{NewContract, State};
use domain::timeline::Basis;
use domain::user::User;
use domain::version::Expected;
use store::task::Turn;
use store::timeline::{Window, explain_upcoming, upcoming};
use testkit::{Fresh, event};

use crate::contract_changes::crowd;
use crate::data::Data;
use crate::timelines::{day, lease, noted, place};

on_each_engine! { Migrated:
    upcoming_is_what_is_open_within_the_days,
    upcoming_comes_in_pages,
    upcoming_walks_an_index,
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
