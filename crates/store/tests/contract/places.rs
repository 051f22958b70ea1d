//! `store::place` (AUTH-12).

use domain::place::address_key;
use store::place::{Range, replace};
use store::session::{Begun, NewSession, create, list};
use testkit::{Fresh, event};

use crate::data::{DAY, Data, later};

on_each_engine! { Migrated:
    a_session_keeps_the_place_in_which_it_began,
    many_ranges_are_replaced_at_once,
}

fn range(low: &str, high: &str, place: &str) -> Range {
    Range {
        low: address_key(low).unwrap(),
        high: address_key(high).unwrap(),
        place: place.to_owned(),
    }
}

async fn place_of(data: &Data, client_address: &str) -> Option<String> {
    let user = data.person().await;
    let hash = data.hash();
    let new = NewSession {
        id: data.id(),
        user,
        refresh_hash: &hash,
        idle_expires_at: later(data.now(), DAY),
        absolute_expires_at: later(data.now(), DAY),
        user_agent: "",
        client_address,
        token_version: 1,
        now: data.now(),
        audit: &event(),
    };
    assert_eq!(create(data.db(), &new).await.unwrap(), Begun::Yes);
    list(data.db(), user, None, 1, data.now()).await.unwrap()[0]
        .place
        .clone()
}

async fn a_session_keeps_the_place_in_which_it_began(fresh: Fresh) {
    let data = Data::new(&fresh);
    assert_eq!(
        place_of(&data, "192.0.2.7").await,
        None,
        "without places there is none"
    );
    let ranges = [
        range("192.0.2.0", "192.0.2.127", "Seoul, KR"),
        range("198.51.100.0", "198.51.100.255", "Busan, KR"),
        range("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "Jeju, KR"),
    ];
    replace(data.db(), &ranges).await.unwrap();
    for (address, place) in [
        ("192.0.2.0", Some("Seoul, KR")),
        ("192.0.2.127", Some("Seoul, KR")),
        ("192.0.2.128", None),
        ("192.0.1.255", None),
        ("::ffff:198.51.100.9", Some("Busan, KR")),
        ("2001:db8::7", Some("Jeju, KR")),
        ("2001:db9::", None),
        ("unknown", None),
    ] {
        assert_eq!(place_of(&data, address).await.as_deref(), place, "{address}");
    }
}

async fn many_ranges_are_replaced_at_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let many: Vec<Range> = (0..2_500_u32)
        .map(|number| {
            let address = std::net::Ipv4Addr::from(number * 256).to_string();
            range(&address, &address, "KR")
        })
        .collect();
    for _ in 0..2 {
        replace(data.db(), &many).await.unwrap();
        assert_eq!(data.count("places").await, 2_500);
    }
    let twice = [
        range("192.0.2.1", "192.0.2.1", "A"),
        range("192.0.2.1", "192.0.2.1", "B"),
    ];
    assert!(replace(data.db(), &twice).await.is_err());
    assert_eq!(data.count("places").await, 2_500, "the old ones are still there");
}
