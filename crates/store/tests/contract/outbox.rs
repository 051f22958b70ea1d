//! `store::outbox` (AUTH-17).

use store::outbox::newest;
use testkit::Fresh;

use crate::data::Data;

on_each_engine! { Migrated: the_newest_mails_come_first, a_mail_reads_back }

async fn the_newest_mails_come_first(fresh: Fresh) {
    let data = Data::new(&fresh);
    assert!(newest(data.db(), 10).await.unwrap().is_empty());
    for number in 0..5 {
        data.clock.advance_seconds(1);
        data.register(&format!("p{number}@example.com")).await;
    }
    let to = |mails: Vec<store::outbox::Waiting>| -> Vec<String> {
        mails.into_iter().map(|mail| mail.recipient).collect()
    };
    let three = to(newest(data.db(), 3).await.unwrap());
    assert_eq!(three, ["p4@example.com", "p3@example.com", "p2@example.com"]);
    assert_eq!(newest(data.db(), 100).await.unwrap().len(), 5);
}

async fn a_mail_reads_back(fresh: Fresh) {
    let data = Data::new(&fresh);
    data.register("minji@example.com").await;
    let mails = newest(data.db(), 1).await.unwrap();
    let mail = &mails[0];
    assert_eq!(
        (mail.language.as_str(), mail.person_name.as_str()),
        ("ko", "김민지")
    );
    assert_eq!(mail.created_at, data.now());
    assert_eq!(mail.id.uuid().get_version_num(), 7);
}
