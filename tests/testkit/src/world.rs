//! Everything that a component's state is made of, with nothing real about it but the database.

use std::sync::Arc;
use std::time::Duration;

use config::{Edge, Secret, Service, SigningKey, Tokens, Values, VerifyingKey};
use domain::session::{Lifetimes, Session};
use domain::user::{Role, Tier, User};
use domain::{Clock, Id};
use guard::token::{AccessToken, Signer};
use guard::{Guard, Stores};
use kv::{Memory, Store};
use sql::Database;

use crate::clock::MovableClock;
use crate::database::Fresh;
use crate::random::Seeded;
use crate::statements::Statements;

const KEY: &str = "test-1";
const SEED: [u8; 32] = [7; 32];

/// A world for one test. A gate that is built from it sees every change of the clock and of the stores.
pub struct World {
    /// The database.
    pub fresh: Fresh,
    /// The present.
    pub clock: MovableClock,
    /// Randomness.
    pub random: Seeded,
    /// Who is revoked; can be told to fail.
    pub revocations: Memory,
    /// What was counted; can be told to fail.
    pub counters: Memory,
    /// What the component asked its database.
    pub statements: Statements,
    /// Where and as what the service runs.
    pub service: Service,
    /// How tokens are verified.
    pub tokens: Tokens,
}

/// Somebody with an access token.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person.
    pub user: Id<User>,
    /// The sign-in.
    pub session: Id<Session>,
    /// The access token.
    pub token: String,
}

impl World {
    /// A migrated database, two empty stores, the clock at its start, the default configuration.
    pub fn new() -> Self {
        Self::over(Fresh::sqlite())
    }

    /// The same over a given database.
    pub fn over(fresh: Fresh) -> Self {
        let mut values = Values::new([("environment", "development")]);
        let service = Service::read(&mut values).expect("the defaults hold");
        let pair = ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(SEED));
        let key = VerifyingKey {
            id: KEY.to_owned(),
            public: *pair.pk,
        };
        Self {
            fresh,
            clock: MovableClock::default(),
            random: Seeded::new(1),
            revocations: Memory::default(),
            counters: Memory::default(),
            statements: Statements::default(),
            service,
            tokens: Tokens {
                audience: "realcare".to_owned(),
                keys: vec![key],
            },
        }
    }

    /// A handle to the database for a component, with a connection of its own.
    pub fn database(&self) -> Database {
        self.statements.of(self.fresh.another_instance())
    }

    /// A guard over the stores of this world, as a new instance would build it.
    pub fn guard(&self) -> Arc<Guard> {
        let edge = Edge::read(&mut Values::default()).expect("the defaults hold");
        let stores = Stores {
            revocations: Store::new("revocations", self.revocations.clone()),
            counters: Store::new("counters", self.counters.clone()),
        };
        let (clock, random) = (Arc::new(self.clock.clone()), Arc::new(self.random.clone()));
        Arc::new(Guard::new(
            &self.service,
            &self.tokens,
            &edge,
            stores,
            clock,
            random,
        ))
    }

    /// The signer whose tokens [`World::guard`] accepts.
    pub fn signer(&self) -> Signer {
        let key = SigningKey {
            id: KEY.to_owned(),
            seed: Secret::new(SEED),
        };
        Signer::new(key, self.service.public_url.clone(), self.tokens.audience.clone())
    }

    /// A new id for something that is created now.
    pub fn id<Entity>(&self) -> Id<Entity> {
        Id::new(self.clock.now(), &self.random)
    }

    /// An access token as `auth` would issue it now, for a person who needs no row.
    pub fn mint(&self, user: Id<User>, role: Role, tier: Tier) -> Person {
        let now = self.clock.now();
        let session = self.id();
        let expires_at = now.plus(Lifetimes::DEFAULT.access);
        let token = AccessToken {
            user,
            session,
            tier,
            role,
            version: 1,
            expires_at,
        };
        let token = self
            .signer()
            .sign(&token, now, &self.random)
            .expect("the key signs");
        Person { user, session, token }
    }

    /// An ordinary person without a row.
    pub fn stranger(&self) -> Person {
        self.mint(self.id(), Role::User, Tier::Free)
    }

    /// Goes on by this much.
    pub fn wait(&self, duration: Duration) {
        self.clock.advance(duration);
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
