//! `store::signal`: searching and paging (SIG-3, CONV-5).

use domain::Id;
use domain::region::RegionPrefix;
use domain::signal::{Amounts, Filter, Intent, NewSignal, Position, PropertyType, Signal, Sort, Visibility};
use domain::user::User;
use store::signal::{Stored, Viewer, delete, list_own};
use store::signal_search::{Search, search};
use testkit::{Fresh, event};

use crate::data::{Data, draft, flat, later, with_visibility};

on_each_engine! { Migrated:
    filters_narrow_the_search,
    a_search_shows_what_the_viewer_may_find,
    pages_join_without_gap_or_double,
    pages_stay_stable_while_signals_come_and_go,
    signals_of_one_millisecond_page_too,
    ones_own_list_holds_every_state_and_nobody_elses,
}

async fn found(data: &Data, filter: &Filter, user: Id<User>) -> Vec<Id<Signal>> {
    page(data, filter, data.viewer(user), None, 100).await
}

async fn page(
    data: &Data,
    filter: &Filter,
    viewer: Viewer,
    after: Option<Id<Signal>>,
    rows: u8,
) -> Vec<Id<Signal>> {
    let asked = Search {
        filter,
        sort: Sort::Newest,
        viewer,
        after: after.map(|id| Position { key: None, id }),
        rows,
    };
    ids(search(data.db(), &asked).await.unwrap())
}

fn ids(signals: Vec<Stored>) -> Vec<Id<Signal>> {
    signals.into_iter().map(|signal| signal.id).collect()
}

fn in_region(prefix: &str) -> Filter {
    Filter {
        region: Some(RegionPrefix::parse(prefix).unwrap()),
        ..Filter::default()
    }
}

async fn filters_narrow_the_search(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let lease = Amounts {
        deposit: Some(500_000_000),
        ..Amounts::default()
    };
    let gangnam = data.publish(owner, &flat()).await.id;
    let mapo = data
        .publish(owner, &draft(|draft| draft.region_code = "1144010100"))
        .await
        .id;
    let busan = draft(|draft| {
        draft.region_code = "2611010100";
        draft.intent = "jeonse";
        draft.property_type = "villa";
        draft.amounts = lease;
    });
    let busan = data.publish(owner, &busan).await.id;
    let all = Filter::default();
    assert_eq!(
        found(&data, &all, owner).await,
        [busan, mapo, gangnam],
        "newest first"
    );
    assert_eq!(found(&data, &in_region("11"), owner).await, [mapo, gangnam]);
    assert_eq!(found(&data, &in_region("11680"), owner).await, [gangnam]);
    assert_eq!(found(&data, &in_region("1168010100"), owner).await, [gangnam]);
    assert_eq!(found(&data, &in_region("1168010101"), owner).await, []);
    assert_eq!(found(&data, &in_region("114"), owner).await, [mapo]);
    let jeonse = Filter {
        intent: Some(Intent::Jeonse),
        ..all.clone()
    };
    assert_eq!(found(&data, &jeonse, owner).await, [busan]);
    let flats = Filter {
        property_type: Some(PropertyType::Apartment),
        ..all
    };
    assert_eq!(found(&data, &flats, owner).await, [mapo, gangnam]);
    let both = Filter {
        intent: Some(Intent::Sale),
        ..in_region("26")
    };
    assert_eq!(found(&data, &both, owner).await, []);
    let every = Filter {
        intent: Some(Intent::Sale),
        property_type: Some(PropertyType::Apartment),
        ..in_region("1144")
    };
    assert_eq!(found(&data, &every, owner).await, [mapo]);
}

async fn a_search_shows_what_the_viewer_may_find(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, other) = (data.person().await, data.person().await);
    let public = data.publish(owner, &flat()).await.id;
    let agents = data
        .publish(owner, &with_visibility(Visibility::AgentsOnly))
        .await
        .id;
    data.publish(owner, &with_visibility(Visibility::Private)).await;
    let deleted = data.publish(owner, &flat()).await.id;
    delete(
        data.db(),
        deleted,
        owner,
        &domain::version::Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    let paused = data.publish(owner, &flat()).await.id;
    data.set_state(paused, "paused").await;
    let end = later(data.now(), 60);
    let ending = data
        .publish(
            owner,
            &NewSignal {
                expires_at: Some(end),
                ..flat()
            },
        )
        .await
        .id;
    let all = Filter::default();
    assert_eq!(found(&data, &all, other).await, [ending, public]);
    data.clock.set(end);
    assert_eq!(found(&data, &all, other).await, [public]);
    let as_agent = page(&data, &all, data.agent(other), None, 100).await;
    assert_eq!(as_agent, [agents, public]);
}

async fn pages_join_without_gap_or_double(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let mut published = Vec::new();
    for _ in 0..23 {
        published.push(data.publish(owner, &flat()).await.id);
    }
    published.reverse();
    for size in [1, 5, 22, 23, 24, 101] {
        assert_eq!(walk(&data, owner, size, &[]).await, published, "pages of {size}");
        let own = list_own(data.db(), owner, Some(published[2]), size)
            .await
            .unwrap();
        let rest = &published[3..];
        assert_eq!(ids(own), rest[..rest.len().min(usize::from(size))]);
    }
    let all = Filter::default();
    let none = page(&data, &all, data.viewer(owner), Some(published[22]), 5).await;
    assert!(none.is_empty());
}

/// Every page in turn; after each one of `steps` is done.
async fn walk(data: &Data, viewer: Id<User>, size: u8, steps: &[Step]) -> Vec<Id<Signal>> {
    let mut seen: Vec<Id<Signal>> = Vec::new();
    let mut steps = steps.iter();
    loop {
        let before = seen.last().copied();
        let found = page(data, &Filter::default(), data.viewer(viewer), before, size).await;
        if found.is_empty() {
            return seen;
        }
        seen.extend(found);
        match steps.next() {
            Some(Step::Publish(owner)) => drop(data.publish(*owner, &flat()).await),
            Some(Step::Delete(owner, id)) => {
                assert!(
                    delete(
                        data.db(),
                        *id,
                        *owner,
                        &domain::version::Expected::Whatever,
                        &event(),
                        data.now()
                    )
                    .await
                    .unwrap()
                )
            }
            None => (),
        }
    }
}

enum Step {
    Publish(Id<User>),
    Delete(Id<User>, Id<Signal>),
}

async fn pages_stay_stable_while_signals_come_and_go(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let mut published = Vec::new();
    for _ in 0..12 {
        published.push(data.publish(owner, &flat()).await.id);
    }
    published.reverse();
    let steps = [
        Step::Publish(owner),
        // The very signal after which the next page begins, one that is still to come, one that is long past.
        Step::Delete(owner, published[5]),
        Step::Delete(owner, published[11]),
        Step::Delete(owner, published[0]),
    ];
    let seen = walk(&data, owner, 3, &steps).await;
    let expected: Vec<_> = published[..11].to_vec();
    assert_eq!(
        seen, expected,
        "each once, in order; what was gone before its page is not shown"
    );
}

async fn signals_of_one_millisecond_page_too(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let mut published = Vec::new();
    for _ in 0..9 {
        let id = data.id();
        store::signal::create(
            data.db(),
            id,
            owner,
            (&flat(), domain::signal::State::Active),
            &event(),
            data.now(),
        )
        .await
        .unwrap();
        published.push(id);
    }
    published.sort_by_key(|id| std::cmp::Reverse(id.uuid()));
    assert_eq!(walk(&data, owner, 2, &[]).await, published);
}

async fn ones_own_list_holds_every_state_and_nobody_elses(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (owner, other) = (data.person().await, data.person().await);
    let mut own = Vec::new();
    for state in ["active", "draft", "paused", "matched", "closed", "expired"] {
        let signal = data
            .publish(owner, &with_visibility(Visibility::Private))
            .await
            .id;
        data.set_state(signal, state).await;
        own.push(signal);
        data.publish(other, &flat()).await;
    }
    let ended = NewSignal {
        expires_at: Some(later(data.now(), 1)),
        ..flat()
    };
    own.push(data.publish(owner, &ended).await.id);
    data.clock.advance_seconds(100);
    let deleted = data.publish(owner, &flat()).await.id;
    delete(
        data.db(),
        deleted,
        owner,
        &domain::version::Expected::Whatever,
        &event(),
        data.now(),
    )
    .await
    .unwrap();
    own.reverse();
    assert_eq!(ids(list_own(data.db(), owner, None, 100).await.unwrap()), own);
    assert_eq!(
        ids(list_own(data.db(), owner, Some(own[3]), 2).await.unwrap()),
        own[4..6]
    );
    assert!(
        list_own(data.db(), data.id(), None, 100)
            .await
            .unwrap()
            .is_empty()
    );
}
