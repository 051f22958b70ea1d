//! `store::signal_search`: walking all pages while others write (CONV-5): what stayed is seen once, in order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::signal::{Amounts, Filter, NewSignal, Signal, Sort, State};
use domain::user::User;
use domain::version::Expected;
use domain::{Id, random};
use store::signal::{Stored, create, delete};
use store::signal_search::{Search, position, search};
use testkit::{Fresh, Seeded, event};

use crate::data::{Data, draft};

on_each_engine! { Migrated:
    a_walk_sees_what_stays_once_while_others_write,
}

struct Die(Seeded);

impl Die {
    fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(random::bytes(&self.0)) % bound
    }
}

/// Few prices and areas, so that the id decides often.
fn offer(die: &Die) -> NewSignal {
    let area = (50 + die.below(5)).to_string();
    let price = i64::try_from(100 + die.below(6)).unwrap();
    draft(|draft| {
        draft.area_m2 = &area;
        draft.amounts = Amounts {
            asking_price: Some(price),
            ..Amounts::default()
        };
    })
}

async fn a_walk_sees_what_stays_once_while_others_write(fresh: Fresh) {
    let data = Data::new(&fresh);
    let owner = data.person().await;
    let die = Die(Seeded::new(5));
    let (mut stay, mut go) = (Vec::new(), Vec::new());
    for number in 0..120 {
        let signal = data.publish(owner, &offer(&die)).await;
        if number % 3 == 0 {
            go.push(signal.id)
        } else {
            stay.push(signal.id)
        }
    }
    let ended = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = [go[..20].to_vec(), go[20..].to_vec()]
        .into_iter()
        .enumerate()
        .map(|(number, victims)| {
            let (data, ended, stay) = (data.clone(), Arc::clone(&ended), stay.clone());
            tokio::spawn(async move { write(&data, owner, number, victims, &stay, &ended).await })
        })
        .collect();
    // Each walk is a case: 5 orders, 8 page sizes, more than once while the writers write.
    for round in 0..3 {
        for sort in Sort::ALL {
            for rows in [1, 2, 3, 5, 7, 19, 40, 100] {
                walk(&data, sort, rows, &stay, round).await;
            }
        }
    }
    ended.store(true, Ordering::SeqCst);
    let mut written = 0;
    for writer in writers {
        written += writer.await.unwrap();
    }
    assert!(written > 40, "the writers wrote {written} times meanwhile");
}

async fn walk(data: &Data, sort: Sort, rows: u8, stay: &[Id<Signal>], round: usize) {
    let viewer = data.viewer(data.id());
    let (mut seen, mut after): (Vec<Stored>, _) = (Vec::new(), None);
    loop {
        let asked = Search {
            filter: &Filter::default(),
            sort,
            viewer,
            after,
            rows,
        };
        let page = search(data.db(), &asked).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(position(last, sort));
        seen.extend(page);
        assert!(seen.len() < 5_000, "the walk does not end");
    }
    let name = format!("{sort:?} by {rows}, round {round}");
    let ids: Vec<_> = seen.iter().map(|signal| signal.id.uuid()).collect();
    let once: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(once.len(), ids.len(), "{name}: something came twice");
    for id in stay {
        assert!(once.contains(&id.uuid()), "{name}: {id} is missing");
    }
    let places: Vec<_> = seen
        .iter()
        .map(|signal| (position(signal, sort).key, signal.id.uuid()))
        .collect();
    let mut sorted = places.clone();
    sorted.sort_unstable();
    if matches!(sort, Sort::Newest | Sort::PriceDescending | Sort::AreaDescending) {
        sorted.reverse();
    }
    assert_eq!(places, sorted, "{name}: out of order");
}

/// Publishes, deletes and changes until told to end; says how often.
async fn write(
    data: &Data,
    owner: Id<User>,
    number: usize,
    mut victims: Vec<Id<Signal>>,
    stay: &[Id<Signal>],
    ended: &AtomicBool,
) -> usize {
    let db = data.fresh.another_instance();
    let die = Die(Seeded::new(100 + number as u64));
    let ids = Seeded::new(200 + number as u64);
    let mut written = 0;
    while !ended.load(Ordering::SeqCst) {
        match die.below(3) {
            0 => {
                if victims.len() < 200 {
                    let id = Id::new(data.now(), &ids);
                    create(
                        &db,
                        id,
                        owner,
                        (&offer(&die), State::Active),
                        &event(),
                        data.now(),
                    )
                    .await
                    .unwrap();
                    victims.push(id);
                }
            }
            1 => {
                if let Some(id) = victims.pop() {
                    assert!(
                        delete(&db, id, owner, &Expected::Whatever, &event(), data.now())
                            .await
                            .unwrap()
                    );
                }
            }
            _ => {
                // What does not move a signal in any list.
                let one = stay[usize::try_from(die.below(stay.len() as u64)).unwrap()];
                let statement =
                    "UPDATE signals SET rooms = $1, version = version + 1 WHERE id = $2 AND owner_id = $3";
                let rooms = i64::try_from(die.below(9)).unwrap();
                db.query(
                    statement,
                    vec![rooms.into(), one.uuid().into(), owner.uuid().into()],
                )
                .await
                .unwrap();
            }
        }
        written += 1;
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    written
}
