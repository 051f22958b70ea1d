//! People, sign-ins and signals for the tests.

use std::future::Future;

use domain::interest::Interest;
use domain::person::PersonName;
use domain::session::Session;
use domain::signal::{Amounts, Draft, NewSignal, Signal, Visibility};
use domain::user::User;
use domain::version::Expected;
use domain::{Clock, Email, Id, Timestamp};
use sql::{Row, Value};
use store::session::NewSession;
use store::signal::{Stored, Viewer};
use store::user::Registration;
use testkit::{Fresh, MovableClock, Seeded, event};

use crate::accounts::leaving;

/// What a test works with.
#[derive(Clone)]
pub struct Data {
    pub fresh: Fresh,
    pub clock: MovableClock,
    pub random: Seeded,
}

impl Data {
    pub fn new(fresh: &Fresh) -> Self {
        Self {
            fresh: fresh.clone(),
            clock: MovableClock::default(),
            random: Seeded::new(9),
        }
    }

    pub fn db(&self) -> &sql::Database {
        &self.fresh.db
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn id<E>(&self) -> Id<E> {
        Id::new(self.now(), &self.random)
    }

    pub fn hash(&self) -> [u8; 32] {
        domain::random::bytes(&self.random)
    }

    /// A statement of the test's own.
    pub async fn run(&self, statement: &str, parameters: Vec<Value>) -> Vec<Row> {
        self.db().query(statement, parameters).await.unwrap()
    }

    pub async fn count(&self, table: &str) -> i64 {
        self.run(&format!("SELECT COUNT(*) FROM {table}"), Vec::new())
            .await[0]
            .get(0)
            .unwrap()
    }

    /// Registers an address; the id is the account's if the address was new.
    pub async fn register(&self, address: &str) -> (Id<User>, [u8; 32]) {
        let (user, token_hash) = (self.id(), self.hash());
        let (email, name) = (
            Email::parse(address).unwrap(),
            PersonName::parse("김민지").unwrap(),
        );
        let registration = Registration {
            id: user,
            email: &email,
            name: &name,
            password_hash: "$argon2id$test",
            token_hash: &token_hash,
            token: "the token itself",
            mail_id: self.id(),
            language: "ko",
            now: self.now(),
            audit: &event(),
        };
        store::user::register(self.db(), &registration).await.unwrap();
        (user, token_hash)
    }

    /// Somebody with an account.
    pub async fn person(&self) -> Id<User> {
        let address = format!("p{}@example.com", self.id::<User>().uuid().simple());
        self.register(&address).await.0
    }

    /// Ends an account.
    pub async fn end_account(&self, user: Id<User>) {
        let (session, _) = self.sign_in(user).await;
        let leaving = leaving(self, user, session);
        let gone = store::user::delete(self.db(), &leaving, &Expected::Whatever, &event()).await;
        assert!(gone.unwrap().is_some());
    }

    /// A sign-in; its idle end is 30 days, its absolute end 90 days ahead.
    pub async fn sign_in(&self, user: Id<User>) -> (Id<Session>, [u8; 32]) {
        let (session, hash) = (self.id(), self.hash());
        let new = NewSession {
            id: session,
            user,
            refresh_hash: &hash,
            idle_expires_at: later(self.now(), 30 * DAY),
            absolute_expires_at: later(self.now(), 90 * DAY),
            user_agent: "Mozilla/5.0 (테스트)",
            client_address: "2001:db8::7",
            token_version: self.token_version(user).await,
            now: self.now(),
            audit: &event(),
        };
        let begun = store::session::create(self.db(), &new).await.unwrap();
        assert_eq!(begun, store::session::Begun::Yes);
        (session, hash)
    }

    pub async fn token_version(&self, user: Id<User>) -> i64 {
        let version = store::user::token_version(self.db(), user).await.unwrap();
        version.unwrap()
    }

    pub async fn publish(&self, owner: Id<User>, new: &NewSignal) -> Stored {
        self.clock.advance(std::time::Duration::from_millis(1));
        store::signal::create(
            self.db(),
            self.id(),
            owner,
            (new, domain::signal::State::Active),
            &event(),
            self.now(),
        )
        .await
        .unwrap()
        .unwrap()
    }

    pub fn viewer(&self, user: Id<User>) -> Viewer {
        Viewer {
            user,
            sees_agents_only: false,
            now: self.now(),
        }
    }

    pub fn agent(&self, user: Id<User>) -> Viewer {
        Viewer {
            sees_agents_only: true,
            ..self.viewer(user)
        }
    }

    pub async fn sees(&self, signal: Id<Signal>, viewer: Viewer) -> bool {
        store::signal::find(self.db(), signal, viewer)
            .await
            .unwrap()
            .is_some()
    }

    /// An interest in this state, without the way that leads to it.
    pub async fn interest(&self, signal: Id<Signal>, author: Id<User>, state: &str) {
        let now = Value::Instant(sql::Instant(self.now().micros()));
        self.run(
            "INSERT INTO signal_interests (id, signal_id, user_id, message, language, state, created_at, updated_at)
             VALUES ($1, $2, $3, 'Hello', 'en', $4, $5, $5)",
            vec![
                self.id::<Interest>().uuid().into(),
                signal.uuid().into(),
                author.uuid().into(),
                state.into(),
                now,
            ],
        )
        .await;
    }

    pub async fn set_state(&self, signal: Id<Signal>, state: &str) {
        let parameters = vec![state.into(), signal.uuid().into()];
        self.run("UPDATE signals SET state = $1 WHERE id = $2", parameters)
            .await;
    }
}

pub const DAY: u64 = 24 * 3600;

pub fn later(at: Timestamp, seconds: u64) -> Timestamp {
    at.plus(std::time::Duration::from_secs(seconds))
}

/// An ordinary flat for sale.
pub fn flat() -> NewSignal {
    draft(|_| ())
}

pub fn with_visibility(visibility: Visibility) -> NewSignal {
    NewSignal { visibility, ..flat() }
}

/// The flat with some fields changed.
pub fn draft<'a>(change: impl FnOnce(&mut Draft<'a>)) -> NewSignal {
    let mut draft = Draft {
        intent: "sale",
        property_type: "apartment",
        region_code: "1168010100",
        address: "서울특별시 강남구 테헤란로 1",
        area_m2: "84.99",
        amounts: Amounts {
            asking_price: Some(1_200_000_000),
            ..Amounts::default()
        },
        description: "남향,\n역세권\t급매",
        visibility: "public",
        ..Draft::default()
    };
    change(&mut draft);
    NewSignal::parse(&draft, testkit::START).unwrap()
}

/// Runs `attempts` at once, each on a thread that is free, and gives what each came to.
pub async fn at_once<T, F>(attempts: usize, start: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = (0..attempts).map(|number| tokio::spawn(start(number))).collect();
    let mut outcomes = Vec::new();
    for one in running {
        outcomes.push(one.await.unwrap());
    }
    outcomes
}
