use super::*;
use config::Values;
use domain::Email;
use domain::password::{Rules, Strength};
use domain::person::PersonName;
use http_kit::platform::SystemRandom;

use crate::password::common::Embedded;

const PASSWORD: &str = "Correct-horse-7";

fn hasher(variables: &[(&str, &str)]) -> Hasher {
    let mut values = Values::new(variables.iter().copied());
    Hasher::new(&Passwords::read(&mut values).unwrap())
}

fn new(raw: &str) -> NewPassword {
    let email = Email::parse("kim@example.com").unwrap();
    let name = PersonName::parse("Kim").unwrap();
    let rules = Rules {
        strength: Strength::LengthOnly,
        common: &Embedded,
    };
    NewPassword::parse(raw, rules, &email, &name).unwrap()
}

async fn make(hasher: &Hasher, raw: &str) -> String {
    let turn = hasher.enter().unwrap();
    turn.hash(&new(raw), &SystemRandom).await.unwrap()
}

async fn check(hasher: &Hasher, raw: &str, stored: Option<&str>) -> Verdict {
    let presented = PresentedPassword::parse(raw).unwrap();
    hasher.enter().unwrap().verify(&presented, stored).await
}

#[tokio::test]
async fn a_hash_verifies_its_own_password_only() {
    let hasher = hasher(&[]);
    let stored = make(&hasher, PASSWORD).await;
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(check(&hasher, PASSWORD, Some(&stored)).await, Verdict::Right);
    let wrong = check(&hasher, "correct-horse-7", Some(&stored)).await;
    assert_eq!(wrong, Verdict::Wrong);
    for stored in [
        None,
        Some("nonsense"),
        Some(""),
        Some("$2x$12$Jf1xq8v0QeWm3Zk7bYtH4uRz5NcVgDsA2LpXo9iMhTyEwKj6UrPCa"),
    ] {
        assert_eq!(
            check(&hasher, PASSWORD, stored).await,
            Verdict::Wrong,
            "{stored:?}"
        );
    }
}

#[tokio::test]
async fn hashes_of_the_earlier_system_verify_and_are_outdated() {
    let hasher = hasher(&[]);
    // Made by the Python package bcrypt 5.0.0, cost 12, for the password above; the prefixes name the same algorithm.
    let earlier = "$2b$12$V10xHPM5bDZanbSnbgprgePrb1fVmq01nt14LPiugmodlm4nTy25G";
    for prefix in ["$2a$", "$2b$", "$2y$"] {
        let stored = earlier.replacen("$2b$", prefix, 1);
        assert_eq!(check(&hasher, PASSWORD, Some(&stored)).await, Verdict::Outdated);
        assert_eq!(
            check(&hasher, "Correct-horse-8", Some(&stored)).await,
            Verdict::Wrong
        );
    }
}

fn earlier(password: &[u8], cost: u32) -> String {
    bcrypt::hash_with_salt(password, cost, [7; 16])
        .unwrap()
        .format_for_version(bcrypt::Version::TwoB)
}

#[tokio::test]
async fn a_truncated_hash_is_replaced_by_one_of_the_whole_password() {
    let hasher = hasher(&[]);
    let prefix = "0123456789ab".repeat(6);
    let (own, other) = (format!("{prefix}-and its end"), format!("{prefix}-another end"));
    let earlier = earlier(own.as_bytes(), 4);
    // The earlier system never saw the end.
    assert_eq!(check(&hasher, &own, Some(&earlier)).await, Verdict::Outdated);
    assert_eq!(check(&hasher, &other, Some(&earlier)).await, Verdict::Outdated);
    let turn = hasher.enter().unwrap();
    let presented = PresentedPassword::parse(&own).unwrap();
    let anew = turn.hash_again(&presented, &SystemRandom).await.unwrap();
    drop(turn);
    assert_eq!(check(&hasher, &own, Some(&anew)).await, Verdict::Right);
    for guess in [other.as_str(), prefix.as_str()] {
        assert_eq!(
            check(&hasher, guess, Some(&anew)).await,
            Verdict::Wrong,
            "{guess}"
        );
    }
}

#[tokio::test]
async fn bcrypt_is_written_where_it_sees_the_whole_password() {
    let hasher = hasher(&[("password_scheme", "bcrypt")]);
    let longest = "\u{ac00}".repeat(23) + "12";
    assert_eq!(longest.len(), BCRYPT_LONGEST);
    for raw in [PASSWORD, longest.as_str()] {
        let stored = make(&hasher, raw).await;
        assert!(stored.starts_with("$2b$12$"), "{stored}");
        assert_eq!(check(&hasher, raw, Some(&stored)).await, Verdict::Right);
    }
    let (long, nul) = ("\u{ac00}".repeat(24), "secret\0secret\0secret");
    for raw in [long.as_str(), nul] {
        let stored = make(&hasher, raw).await;
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert_eq!(check(&hasher, raw, Some(&stored)).await, Verdict::Right);
    }
    let longer = format!("{}!", "\u{ac00}".repeat(42));
    let stored = make(&hasher, &longer).await;
    let almost = format!("{}?", "\u{ac00}".repeat(42));
    assert_eq!(check(&hasher, &almost, Some(&stored)).await, Verdict::Wrong);
}

#[tokio::test]
async fn another_cost_or_scheme_is_outdated() {
    let (usual, cheap) = (hasher(&[]), hasher(&[("password_argon2", "m=7168,t=1,p=1")]));
    let stored = make(&cheap, PASSWORD).await;
    assert_eq!(check(&cheap, PASSWORD, Some(&stored)).await, Verdict::Right);
    assert_eq!(check(&usual, PASSWORD, Some(&stored)).await, Verdict::Outdated);
    let bcrypt = hasher(&[("password_scheme", "bcrypt")]);
    assert_eq!(check(&bcrypt, PASSWORD, Some(&stored)).await, Verdict::Outdated);
    let weak = earlier(PASSWORD.as_bytes(), 4);
    assert_eq!(check(&bcrypt, PASSWORD, Some(&weak)).await, Verdict::Outdated);
}

#[test]
fn the_hash_of_nobody_costs_as_much_as_any_other() {
    for (variables, stored) in [
        (
            vec![("password_argon2", "m=8192,t=3,p=2")],
            "$argon2id$v=19$m=8192,t=3,p=2$",
        ),
        (vec![("password_scheme", "bcrypt")], "$2b$12$"),
    ] {
        let hasher = hasher(&variables);
        assert!(hasher.nobody.starts_with(stored), "{}", hasher.nobody);
        assert!(is_usable(&hasher.nobody));
    }
    // A hash that cannot be read would be refused without work.
    assert!(bcrypt::verify("x", NOBODY_BCRYPT).is_ok());
    assert_eq!(bcrypt_cost(NOBODY_BCRYPT), Some(BCRYPT_COST));
}

#[test]
fn a_cost_that_would_stop_the_instance_is_no_hash() {
    let stored = NOBODY_BCRYPT.replacen("$12$", "$31$", 1);
    assert!(!is_usable(&stored));
}
