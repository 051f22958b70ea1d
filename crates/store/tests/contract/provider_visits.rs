//! `store::oauth_state` (AUTH-14): visits, proofs and codes are good once.

use domain::provider::{CODE, PROOF, Provider, VISIT};
use store::identity::{find_known, find_owner};
use store::oauth_state::{come_back, exchange, sign_in};
use testkit::Fresh;

use crate::data::{Data, at_once};
use crate::providers::{CHALLENGE, arrive, asked, back, proves, sealed, subject, visit, visited};

on_each_engine! { Migrated:
    a_visit_comes_back_once_in_its_browser,
    of_parallel_returns_one_succeeds,
    a_proof_makes_an_account_and_is_good_once,
    of_parallel_proofs_one_succeeds,
    a_code_is_exchanged_once_by_its_app,
    of_parallel_exchanges_one_succeeds,
}

async fn a_visit_comes_back_once_in_its_browser(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (state, browser) = visit(&data).await;
    assert!(!back(&data, state, data.hash()).await, "another browser");
    assert!(!back(&data, data.hash(), browser).await, "another state");
    let elsewhere = come_back(data.db(), &state, &browser, Provider::Kakao, data.now()).await;
    assert!(elsewhere.unwrap().is_none(), "another provider");
    let good = come_back(data.db(), &state, &browser, Provider::Google, data.now()).await;
    let good = good.unwrap().expect("none of these used it up");
    assert_eq!(good.verifier_sealed, b"sealed");
    assert_eq!(good.return_to.as_deref(), Some("https://app.example.com/"));
    assert!(!back(&data, state, browser).await, "a second time");
    let (state, browser) = visit(&data).await;
    data.clock.advance(VISIT);
    assert!(!back(&data, state, browser).await, "too late");
}

async fn of_parallel_returns_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (state, browser) = visit(&data).await;
    let outcomes = at_once(24, |_| {
        let data = data.clone();
        async move { back(&data, state, browser).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|good| **good).count(), 1);
}

async fn a_proof_makes_an_account_and_is_good_once(fresh: Fresh) {
    let data = Data::new(&fresh);
    let proof = asked(&data, "new@example.com").await;
    let mails = "SELECT token FROM outbox WHERE template = 'prove_address' AND recipient = 'new@example.com'";
    assert_eq!(data.run(mails, Vec::new()).await.len(), 1);
    assert!(!proves(&data, &data.hash(), CHALLENGE).await, "another token");
    assert!(!proves(&data, &proof, "another app's").await);
    assert_eq!(data.count("users").await, 0);
    assert!(proves(&data, &proof, CHALLENGE).await);
    let owner = find_owner(data.db(), Provider::Google, &subject())
        .await
        .unwrap()
        .unwrap();
    assert!(owner.linked_at.is_none(), "nothing was there before");
    let profile = store::user::find(data.db(), owner.user).await.unwrap().unwrap();
    assert!(profile.verified && profile.email.as_str() == "new@example.com");
    let known = find_known(data.db(), Provider::Google, &subject())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(known.tokens, sealed(1));
    assert!(!proves(&data, &proof, CHALLENGE).await, "a second time");
    let left = "SELECT COUNT(*) FROM oauth_states WHERE arrival IS NOT NULL OR access_sealed IS NOT NULL";
    assert_eq!(data.run(left, Vec::new()).await[0].get::<i64>(0).unwrap(), 0);
    let late = asked(&data, "late@example.com").await;
    data.clock.advance(PROOF);
    assert!(!proves(&data, &late, CHALLENGE).await);
}

async fn of_parallel_proofs_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let proof = asked(&data, "new@example.com").await;
    let outcomes = at_once(24, |_| {
        let data = data.clone();
        async move { proves(&data, &proof, CHALLENGE).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|good| **good).count(), 1);
    assert_eq!(data.count("users").await, 1);
}

async fn a_code_is_exchanged_once_by_its_app(fresh: Fresh) {
    let data = Data::new(&fresh);
    let code = signed_in(&data).await;
    let ask = async |code: &[u8; 32], challenge: &str| {
        let exchanged = exchange(data.db(), code, challenge, data.now()).await;
        exchanged.unwrap().map(|(user, _)| user)
    };
    assert!(ask(&code, "another app's").await.is_none());
    assert!(ask(&data.hash(), CHALLENGE).await.is_none());
    let owner = find_owner(data.db(), Provider::Google, &subject()).await.unwrap();
    assert_eq!(ask(&code, CHALLENGE).await, Some(owner.unwrap().user));
    assert!(ask(&code, CHALLENGE).await.is_none(), "a second time");
}

async fn of_parallel_exchanges_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    let code = signed_in(&data).await;
    let outcomes = at_once(24, |_| {
        let data = data.clone();
        async move {
            let exchanged = exchange(data.db(), &code, CHALLENGE, data.now()).await;
            exchanged.unwrap().is_some()
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|good| **good).count(), 1);
}

/// A visit that led to an account; gives the hash of its code.
pub async fn signed_in(data: &Data) -> [u8; 32] {
    let (state, code) = (visited(data).await, data.hash());
    let end = data.now().plus(CODE);
    let tied = async || {
        sign_in(data.db(), &state, Provider::Google, &subject(), &code, end)
            .await
            .unwrap()
    };
    assert!(!tied().await, "nobody is there yet");
    arrive(data, "minji@example.com").await;
    assert!(tied().await);
    assert!(!tied().await, "one visit has one code");
    code
}
