//! Analyses of contracts (CON-4, CON-5): begun once, seen by their person, gone with their contract.

use std::time::Duration;

use domain::Id;
use domain::analysis::Severity;
use domain::analysis::run::{Analysis, LEASE};
use domain::contract::{Contract, Draft, NewContract};
use domain::user::User;
use store::analysis::{self, Request, Stored};
use store::analysis_work::{self as work, Claimed, Completion};
use store::contract_document;
use store::timeline::Plan;
use testkit::{Fresh, event};

use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    of_50_starts_one_begins,
    a_completed_analysis_is_not_begun_again,
    another_text_another_language_another_analyst_is_another_analysis,
    a_contract_that_changed_meanwhile_is_not_analysed,
    only_its_person_sees_an_analysis,
    analyses_go_with_their_contract_and_with_the_account,
    pages_of_analyses_follow_each_other,
    every_part_of_a_document_changes_its_hash,
    starting_is_audited_once,
}

pub fn lease() -> Draft<'static> {
    Draft {
        kind: "jeonse",
        role: "tenant",
        address: "서울특별시 강남구 역삼로 123",
        deposit: Some(850_000_000),
        contract_date: "2030-01-10",
        balance_date: "2030-03-01",
        document_text: Some("전세 계약서\n제1조 보증금은 금 팔억오천만원으로 한다."),
        ..Draft::default()
    }
}

pub async fn note(data: &Data, user: Id<User>, draft: &Draft<'_>) -> Id<Contract> {
    let new = NewContract::parse(draft).unwrap();
    let plan = Plan::new(&new.basis().plan(), || data.id());
    let new = (&new, &plan);
    let stored = store::contract::create(data.db(), data.id(), data.viewer(user), new, &event()).await;
    stored.unwrap().unwrap().id
}

/// Asks for an analysis as the component does.
pub async fn ask(
    data: &Data,
    contract: Id<Contract>,
    user: Id<User>,
    change: impl FnOnce(&mut Request<'_>),
) -> Option<Stored> {
    let db = data.fresh.another_instance();
    let document = contract_document::find(&db, contract, user).await.unwrap()?;
    let (hash, audit) = (document.hash(), event());
    let mut request = Request {
        id: data.id(),
        contract,
        user,
        contract_version: document.version,
        document_hash: &hash,
        language: "ko",
        analyst: "rules",
        audit: &audit,
        now: data.now(),
    };
    change(&mut request);
    analysis::start(&db, &request).await.unwrap()
}

pub async fn start(data: &Data) -> (Id<User>, Id<Contract>, Stored) {
    let user = data.person().await;
    let contract = note(data, user, &lease()).await;
    let begun = ask(data, contract, user, |_| ()).await.unwrap();
    (user, contract, begun)
}

pub async fn take(data: &Data) -> Option<Claimed> {
    let db = data.fresh.another_instance();
    work::claim(&db, data.now().plus(LEASE), data.now())
        .await
        .unwrap()
}

pub fn result() -> analysis::Result {
    analysis::Result {
        risk_level: Severity::High,
        risk_score: 71,
        summary: "요약".to_owned(),
        model: "rules-1".to_owned(),
    }
}

pub async fn complete(data: &Data, claimed: &Claimed, ranking: &[u32]) -> bool {
    let completion = Completion {
        ranking: ranking.to_vec(),
        result: result(),
        input_tokens: 10,
        output_tokens: 20,
        now: data.now(),
    };
    work::complete(data.db(), claimed, &completion).await.unwrap()
}

pub async fn seen(data: &Data, begun: &Stored, user: Id<User>) -> Stored {
    let watched = analysis::watch(data.db(), begun.id, user, 0, data.now()).await;
    watched.unwrap().unwrap()
}

async fn of_50_starts_one_begins(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = note(&data, user, &lease()).await;
    let begun = at_once(50, |_| {
        let data = data.clone();
        async move { ask(&data, contract, user, |_| ()).await.unwrap().id }
    })
    .await;
    assert_eq!(begun.len(), 50);
    assert!(begun.iter().all(|id| *id == begun[0]), "all get the same");
    assert_eq!(data.count("analyses").await, 1);
    // The same while somebody works on it.
    take(&data).await.unwrap();
    assert_eq!(ask(&data, contract, user, |_| ()).await.unwrap().id, begun[0]);
    assert_eq!(data.count("analyses").await, 1);
}

async fn a_completed_analysis_is_not_begun_again(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, begun) = start(&data).await;
    let claimed = take(&data).await.unwrap();
    assert!(complete(&data, &claimed, &[]).await);
    assert!(ask(&data, contract, user, |_| ()).await.is_none());
    assert_eq!(data.count("analyses").await, 1);
    let document = contract_document::find(data.db(), contract, user)
        .await
        .unwrap()
        .unwrap();
    let (hash, audit) = (document.hash(), event());
    let request = |user, language| Request {
        id: data.id(),
        contract,
        user,
        contract_version: 1,
        document_hash: &hash,
        language,
        analyst: "rules",
        audit: &audit,
        now: data.now(),
    };
    let found = analysis::find_known(data.db(), &request(user, "ko"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.id, found.result), (begun.id, Some(result())));
    for (user, language) in [(data.person().await, "ko"), (user, "en")] {
        let found = analysis::find_known(data.db(), &request(user, language)).await;
        assert!(found.unwrap().is_none());
    }
}

async fn another_text_another_language_another_analyst_is_another_analysis(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, begun) = start(&data).await;
    let running = ask(&data, contract, user, |request| request.language = "en")
        .await
        .unwrap();
    assert_eq!(running.id, begun.id, "never two runs of one document at once");
    let claimed = take(&data).await.unwrap();
    complete(&data, &claimed, &[]).await;
    let mut ids = vec![begun.id];
    for change in [
        |request: &mut Request<'_>| request.language = "en",
        |request: &mut Request<'_>| request.analyst = "gemini",
        |request: &mut Request<'_>| request.document_hash = &[7; 32],
    ] {
        let other = ask(&data, contract, user, change).await.unwrap();
        assert!(!ids.contains(&other.id));
        ids.push(other.id);
        let claimed = take(&data).await.unwrap();
        assert_eq!(claimed.id, other.id);
        assert!(complete(&data, &claimed, &[]).await);
    }
}

async fn a_contract_that_changed_meanwhile_is_not_analysed(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let contract = note(&data, user, &lease()).await;
    assert!(
        ask(&data, contract, user, |request| request.contract_version = 2)
            .await
            .is_none()
    );
    let other = data.person().await;
    assert!(ask(&data, contract, other, |_| ()).await.is_none());
    data.run("UPDATE contracts SET deleted_at = created_at", Vec::new())
        .await;
    assert!(ask(&data, contract, user, |_| ()).await.is_none());
    assert_eq!(data.count("analyses").await, 0);
}

async fn only_its_person_sees_an_analysis(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, begun) = start(&data).await;
    let other = data.person().await;
    let (db, now) = (data.db(), data.now());
    for (who, expected) in [(user, true), (other, false)] {
        assert_eq!(
            analysis::latest(db, contract, who, 0, now)
                .await
                .unwrap()
                .is_some(),
            expected
        );
        assert_eq!(
            analysis::watch(db, begun.id, who, 0, now)
                .await
                .unwrap()
                .is_some(),
            expected
        );
        let list = analysis::list(db, contract, who, None, 10, now).await.unwrap();
        assert_eq!(list.len(), usize::from(expected));
    }
}

async fn analyses_go_with_their_contract_and_with_the_account(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, begun) = start(&data).await;
    let (other, ..) = start(&data).await;
    let claimed = take(&data).await.unwrap();
    assert_eq!(claimed.id, begun.id);
    let deleted = vec![contract.uuid().into()];
    data.run(
        "UPDATE contracts SET deleted_at = created_at WHERE id = $1",
        deleted,
    )
    .await;
    assert_eq!(data.count("analyses").await, 1);
    assert!(
        analysis::watch(data.db(), begun.id, user, 0, data.now())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        !complete(&data, &claimed, &[]).await,
        "whoever works on it is told"
    );
    let ended = vec![other.uuid().into()];
    data.run("UPDATE users SET deleted_at = created_at WHERE id = $1", ended)
        .await;
    assert_eq!(data.count("analyses").await, 0);
}

/// Six texts.
const HASHES: [&[u8; 32]; 6] = [&[1; 32], &[2; 32], &[3; 32], &[4; 32], &[5; 32], &[6; 32]];

async fn pages_of_analyses_follow_each_other(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, _) = start(&data).await;
    for hash in HASHES {
        data.clock.advance(Duration::from_millis(1));
        ask(&data, contract, user, |request| request.document_hash = hash)
            .await
            .unwrap();
    }
    let (mut pages, mut before) = (Vec::new(), None);
    loop {
        let page = analysis::list(data.db(), contract, user, before, 3, data.now())
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        pages.extend(page.iter().map(|one| one.id));
    }
    assert_eq!(pages.len(), 7);
    let texts: Vec<String> = pages.iter().map(|id: &Id<Analysis>| id.to_string()).collect();
    assert!(texts.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
}

async fn every_part_of_a_document_changes_its_hash(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = data.person().await;
    let drafts = [
        lease(),
        Draft {
            document_text: Some("전세 계약서"),
            ..lease()
        },
        Draft {
            document_text: None,
            ..lease()
        },
        Draft {
            role: "landlord",
            ..lease()
        },
        Draft {
            kind: "monthly_rent",
            monthly_rent: Some(1),
            ..lease()
        },
        Draft {
            address: "부산광역시",
            ..lease()
        },
        Draft {
            deposit: Some(850_000_001),
            ..lease()
        },
        Draft {
            contract_date: "2030-01-11",
            ..lease()
        },
        Draft {
            interim_date: Some("2030-02-01"),
            ..lease()
        },
        Draft {
            move_in_date: Some("2030-02-01"),
            ..lease()
        },
        Draft {
            balance_date: "2030-03-02",
            ..lease()
        },
        Draft {
            counterparty_name: Some("김임대"),
            ..lease()
        },
    ];
    let mut hashes = Vec::new();
    for draft in &drafts {
        let contract = note(&data, user, draft).await;
        let document = contract_document::find(data.db(), contract, user)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(document.text.as_deref(), draft.document_text);
        hashes.push(document.hash());
    }
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), drafts.len());
    let (one, two) = (
        note(&data, user, &lease()).await,
        note(&data, user, &lease()).await,
    );
    let hash = async |contract| {
        contract_document::find(data.db(), contract, user)
            .await
            .unwrap()
            .unwrap()
            .hash()
    };
    assert_eq!(hash(one).await, hash(two).await);
    let stranger = data.person().await;
    assert!(
        contract_document::find(data.db(), one, stranger)
            .await
            .unwrap()
            .is_none()
    );
}

async fn starting_is_audited_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, contract, _) = start(&data).await;
    for _ in 0..3 {
        ask(&data, contract, user, |_| ()).await.unwrap();
    }
    let rows = data
        .run(
            "SELECT COUNT(*) FROM audit_events WHERE object_kind = 'analysis'",
            Vec::new(),
        )
        .await;
    assert_eq!(rows[0].get::<i64>(0).unwrap(), 1);
}
