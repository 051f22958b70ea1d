//! `store::identity` and `store::oauth_state` (AUTH-14, AUTH-15).

use std::sync::Arc;

use domain::person::PersonName;
use domain::provider::{CODE, Known, PROOF, Provider, Subject, VISIT};
use domain::user::User;
use domain::{Email, Id};
use store::identity::{
    Arrival, Identity, Sealed, enter, find, find_known, find_owner, find_standing, list, replace_tokens,
    reseal,
};
use store::oauth_state::{NewVisit, Question, ask_for_proof, begin, come_back, exchange, prove};
use store::one_time_token::MailRequest;
use store::password::{find_reset, request_reset};
use testkit::{Fresh, event};

use crate::data::{Data, at_once};

on_each_engine! { Migrated:
    somebody_new_gets_a_verified_account,
    parallel_arrivals_of_one_person_make_one_account,
    a_verified_account_is_tied_and_everything_of_before_ends,
    tying_voids_a_reset_that_was_asked_for_before,
    a_password_out_of_the_mailbox_survives,
    an_unverified_account_is_not_tied_without_a_proof,
    a_proof_takes_an_unverified_account_over,
    of_parallel_renewals_one_succeeds,
    tokens_move_to_another_key_only_as_they_are,
    an_account_that_ends_gives_its_identities_free,
}

pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub fn subject() -> Subject {
    Subject::parse("1234567890").unwrap()
}

pub fn sealed(byte: u8) -> Sealed {
    Sealed {
        access: vec![byte; 30],
        refresh: Some(vec![byte; 31]),
        key_id: "k1".to_owned(),
        access_expires_at: Some(testkit::START),
    }
}

/// Somebody who comes from Google with this address.
pub async fn arrive(data: &Data, address: &str) -> Id<User> {
    let user = data.id();
    with_arrival(data, address, user, async |arrival| {
        enter(data.db(), arrival).await.unwrap();
    })
    .await;
    user
}

async fn with_arrival(data: &Data, address: &str, user: Id<User>, write: impl AsyncFnOnce(&Arrival<'_>)) {
    let (email, name) = (Email::parse(address).unwrap(), PersonName::parse("민지").unwrap());
    write(&Arrival {
        identity: data.id(),
        user,
        provider: Provider::Google,
        subject: &subject(),
        email: &email,
        name: &name,
        tokens: &sealed(1),
        mail_id: data.id(),
        language: "ko",
        audit: &event(),
        now: data.now(),
    })
    .await;
}

async fn standing(data: &Data, address: &str) -> Known {
    let email = Email::parse(address).unwrap();
    find_standing(data.db(), Provider::Google, &subject(), Some(&email))
        .await
        .unwrap()
}

/// A visit that began; gives the hashes of its state and of its browser.
pub async fn visit(data: &Data) -> ([u8; 32], [u8; 32]) {
    let (state, browser) = (data.hash(), data.hash());
    let new = NewVisit {
        state_hash: &state,
        provider: Provider::Google,
        browser_hash: &browser,
        app_challenge: CHALLENGE,
        verifier_sealed: b"sealed",
        return_to: Some("https://app.example.com/"),
        expires_at: data.now().plus(VISIT),
        now: data.now(),
    };
    begin(data.db(), &new).await.unwrap();
    (state, browser)
}

pub async fn back(data: &Data, state: [u8; 32], browser: [u8; 32]) -> bool {
    let visit = come_back(data.db(), &state, &browser, Provider::Google, data.now()).await;
    visit.unwrap().is_some()
}

/// A visit that came back.
pub async fn visited(data: &Data) -> [u8; 32] {
    let (state, browser) = visit(data).await;
    assert!(back(data, state, browser).await);
    state
}

async fn somebody_new_gets_a_verified_account(fresh: Fresh) {
    let data = Data::new(&fresh);
    assert_eq!(standing(&data, "new@example.com").await, Known::Nothing);
    let user = arrive(&data, "new@example.com").await;
    assert_eq!(standing(&data, "new@example.com").await, Known::Identity);
    let profile = store::user::find(data.db(), user).await.unwrap().unwrap();
    assert!(profile.verified && profile.name.as_str() == "민지");
    let owner = find_owner(data.db(), Provider::Google, &subject()).await.unwrap();
    let owner = owner.unwrap();
    assert!(owner.user == user && owner.linked_at.is_none());
    assert_eq!(data.count("outbox").await, 0, "nobody has to be told");
    assert_eq!(data.count("audit_events").await, 1);
    let all = list(data.db(), user).await.unwrap();
    assert_eq!((all.len(), &all[0].tokens), (1, &sealed(1)));
    let stranger = data.person().await;
    assert!(find(data.db(), all[0].id, stranger).await.unwrap().is_none());
}

async fn parallel_arrivals_of_one_person_make_one_account(fresh: Fresh) {
    let data = Data::new(&fresh);
    let mut other = data.clone();
    other.fresh.db = Arc::new(data.fresh.another_instance());
    let instances = [data.clone(), other];
    at_once(16, |number| {
        let data = instances[number % 2].clone();
        // Half of them with another address: the person changed it at the provider meanwhile.
        let address = ["one@example.com", "two@example.com"][number / 2 % 2];
        async move { arrive(&data, address).await }
    })
    .await;
    assert_eq!(data.count("users").await, 1);
    assert_eq!(data.count("provider_identities").await, 1);
    assert_eq!(data.count("audit_events").await, 1);
}

async fn verified_person(data: &Data, address: &str) -> Id<User> {
    let (user, token) = data.register(address).await;
    let verified = store::one_time_token::verify_email(data.db(), &token, &event(), data.now()).await;
    assert!(verified.unwrap());
    user
}

async fn living_sessions(data: &Data, user: Id<User>) -> i64 {
    let parameters = vec![user.uuid().into()];
    let statement = "SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended_at IS NULL";
    data.run(statement, parameters).await[0].get(0).unwrap()
}

async fn password(data: &Data, address: &str) -> Option<String> {
    let email = Email::parse(address).unwrap();
    let found = store::user::find_credentials(data.db(), &email).await.unwrap();
    found.unwrap().password_hash
}

async fn a_verified_account_is_tied_and_everything_of_before_ends(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = verified_person(&data, "minji@example.com").await;
    let bystander = verified_person(&data, "other@example.com").await;
    for person in [user, user, bystander] {
        data.sign_in(person).await;
    }
    let later = data.register("third@example.com").await;
    assert_eq!(standing(&data, "minji@example.com").await, Known::Verified);
    arrive(&data, "minji@example.com").await;
    let owner = find_owner(data.db(), Provider::Google, &subject())
        .await
        .unwrap()
        .unwrap();
    assert!(owner.user == user && owner.linked_at.is_some());
    assert_eq!(owner.grants.token_version, 2, "access tokens of before are void");
    assert_eq!(living_sessions(&data, user).await, 0);
    assert_eq!(living_sessions(&data, bystander).await, 1);
    assert_eq!(password(&data, "minji@example.com").await, None);
    assert!(password(&data, "other@example.com").await.is_some());
    let told = "SELECT recipient FROM outbox WHERE template = 'provider_linked'";
    let told = data.run(told, Vec::new()).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].get::<String>(0).unwrap(), "minji@example.com");
    let still = store::one_time_token::verify_email(data.db(), &later.1, &event(), data.now()).await;
    assert!(still.unwrap(), "another person's token lives on");
    // A second time nothing happens: the identity is known.
    data.sign_in(user).await;
    arrive(&data, "minji@example.com").await;
    assert_eq!(living_sessions(&data, user).await, 1);
}

async fn tying_voids_a_reset_that_was_asked_for_before(fresh: Fresh) {
    let data = Data::new(&fresh);
    verified_person(&data, "minji@example.com").await;
    verified_person(&data, "other@example.com").await;
    let mut tokens = Vec::new();
    for address in ["minji@example.com", "other@example.com"] {
        let (email, token_hash) = (Email::parse(address).unwrap(), data.hash());
        let request = MailRequest {
            account: &data.hash(),
            email: &email,
            token_hash: &token_hash,
            token: "the token itself",
            mail_id: data.id(),
            language: "ko",
            now: data.now(),
            audit: &event(),
        };
        request_reset(data.db(), &request).await.unwrap();
        tokens.push(token_hash);
    }
    arrive(&data, "minji@example.com").await;
    let found = async |token| find_reset(data.db(), token, data.now()).await.unwrap();
    assert!(found(&tokens[0]).await.is_none());
    assert!(found(&tokens[1]).await.is_some(), "another person's lives on");
}

async fn a_password_out_of_the_mailbox_survives(fresh: Fresh) {
    let data = Data::new(&fresh);
    let user = verified_person(&data, "minji@example.com").await;
    let token = data.hash();
    data.run(
        "INSERT INTO one_time_tokens (token_hash, user_id, purpose, created_at, expires_at)
         SELECT $1, user_id, 'reset_password', created_at, expires_at FROM one_time_tokens WHERE user_id = $2",
        vec![(&token).into(), user.uuid().into()],
    )
    .await;
    data.run(
        "UPDATE one_time_tokens SET used_at = created_at WHERE token_hash = $1",
        vec![(&token).into()],
    )
    .await;
    data.sign_in(user).await;
    arrive(&data, "minji@example.com").await;
    assert!(password(&data, "minji@example.com").await.is_some());
    assert_eq!(living_sessions(&data, user).await, 0, "sign-ins end in any case");
}

async fn an_unverified_account_is_not_tied_without_a_proof(fresh: Fresh) {
    let data = Data::new(&fresh);
    let (user, _) = data.register("minji@example.com").await;
    assert_eq!(standing(&data, "minji@example.com").await, Known::Unverified);
    arrive(&data, "minji@example.com").await;
    assert_eq!(data.count("provider_identities").await, 0);
    assert!(password(&data, "minji@example.com").await.is_some());
    assert!(
        !store::user::find(data.db(), user)
            .await
            .unwrap()
            .unwrap()
            .verified
    );
}

/// Somebody with this address is asked for a proof; gives the hash of the token in the mail.
pub async fn asked(data: &Data, address: &str) -> [u8; 32] {
    let (state, proof) = (visited(data).await, data.hash());
    with_arrival(data, address, data.id(), async |arrival| {
        let question = Question {
            proof_hash: &proof,
            token: "the token itself",
            expires_at: data.now().plus(PROOF),
            mail_id: data.id(),
        };
        ask_for_proof(data.db(), &state, arrival, &question)
            .await
            .unwrap();
        // A second question of the same visit asks nothing.
        let again = Question {
            proof_hash: &data.hash(),
            mail_id: data.id(),
            ..question
        };
        ask_for_proof(data.db(), &state, arrival, &again).await.unwrap();
    })
    .await;
    proof
}

pub async fn proves(data: &Data, proof: &[u8; 32], challenge: &str) -> bool {
    let proven = prove(data.db(), proof, challenge, &event(), data.now())
        .await
        .unwrap();
    proven.is_some_and(|found| found == (Provider::Google, subject()))
}

async fn a_proof_takes_an_unverified_account_over(fresh: Fresh) {
    let data = Data::new(&fresh);
    // Somebody else registered the address with a password of their own and waits.
    let (user, planted) = data.register("minji@example.com").await;
    let proof = asked(&data, "minji@example.com").await;
    assert!(proves(&data, &proof, CHALLENGE).await);
    let owner = find_owner(data.db(), Provider::Google, &subject())
        .await
        .unwrap()
        .unwrap();
    assert!(owner.user == user && owner.linked_at.is_some() && owner.grants.token_version == 2);
    assert_eq!(password(&data, "minji@example.com").await, None);
    assert!(
        store::user::find(data.db(), user)
            .await
            .unwrap()
            .unwrap()
            .verified
    );
    data.clock.advance_seconds(1);
    let used = store::one_time_token::verify_email(data.db(), &planted, &event(), data.now()).await;
    assert!(!used.unwrap(), "tokens of before are void");
}

async fn known(data: &Data) -> Identity {
    let known = find_known(data.db(), Provider::Google, &subject()).await;
    known.unwrap().unwrap()
}

async fn of_parallel_renewals_one_succeeds(fresh: Fresh) {
    let data = Data::new(&fresh);
    arrive(&data, "minji@example.com").await;
    let outcomes = at_once(16, |number| {
        let data = data.clone();
        async move {
            let before = Identity {
                version: 1,
                ..known(&data).await
            };
            let tokens = sealed(u8::try_from(number).unwrap() + 10);
            let replaced = replace_tokens(data.db(), &before, &tokens, None).await.unwrap();
            replaced.then_some(tokens)
        }
    })
    .await;
    let winners: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(known(&data).await.tokens, winners[0]);
}

async fn tokens_move_to_another_key_only_as_they_are(fresh: Fresh) {
    let data = Data::new(&fresh);
    arrive(&data, "minji@example.com").await;
    let before = known(&data).await;
    let other_key = Sealed {
        key_id: "k2".to_owned(),
        ..sealed(2)
    };
    reseal(data.db(), &before, &other_key).await.unwrap();
    let after = known(&data).await;
    assert_eq!(
        (&after.tokens.access, after.tokens.key_id.as_str(), after.version),
        (&other_key.access, "k2", 1)
    );
    reseal(data.db(), &before, &sealed(3)).await.unwrap();
    assert_eq!(known(&data).await.tokens, after.tokens, "it was done already");
    let used_at = data.now().plus(CODE);
    let replaced = replace_tokens(data.db(), &after, &sealed(4), Some(used_at)).await;
    assert!(replaced.unwrap());
    reseal(data.db(), &after, &other_key).await.unwrap();
    let newest = known(&data).await;
    assert_eq!(newest.tokens, sealed(4), "newer tokens are not overwritten");
    assert_eq!(newest.last_used_at, used_at);
}

async fn an_account_that_ends_gives_its_identities_free(fresh: Fresh) {
    let data = Data::new(&fresh);
    let code = crate::provider_visits::signed_in(&data).await;
    let owner = find_owner(data.db(), Provider::Google, &subject())
        .await
        .unwrap()
        .unwrap();
    data.run(
        "UPDATE users SET deleted_at = created_at WHERE id = $1",
        vec![owner.user.uuid().into()],
    )
    .await;
    assert_eq!(data.count("provider_identities").await, 0);
    assert!(
        exchange(data.db(), &code, CHALLENGE, data.now())
            .await
            .unwrap()
            .is_none()
    );
    let next = arrive(&data, "minji@example.com").await;
    let owner = find_owner(data.db(), Provider::Google, &subject())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(owner.user, next);
}
