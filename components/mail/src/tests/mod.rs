//! Draining the outbox through the gate (AUTH-17, GUARD-1, GUARD-5).

mod access;
mod drain;

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Method, Request, header};
use config::{Internal, MailQuota, Pages, Secret, Values};
use domain::outbox::Attempted;
use domain::person::PersonName;
use domain::{Clock, Email, random};
use guard::Gate;
use store::user::Registration;
use testkit::{Answer, World, ask, request};

use crate::mailer::{Mailer, Message, Pending};
use crate::state::Delivery;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const DRAIN: &str = "/internal/outbox/drain";

type Behaviour = Box<dyn FnMut(&Message) -> Attempted + Send>;

/// A mailer that does what a test says and remembers what it got.
#[derive(Clone)]
struct Fake {
    behaviour: Arc<Mutex<Behaviour>>,
    got: Arc<Mutex<Vec<Message>>>,
}

impl Fake {
    fn becomes(&self, behaviour: impl FnMut(&Message) -> Attempted + Send + 'static) {
        *self.behaviour.lock().unwrap() = Box::new(behaviour);
    }

    fn got(&self) -> Vec<Message> {
        self.got.lock().unwrap().clone()
    }
}

impl Mailer for Fake {
    fn send(&self, message: Message) -> Pending<'_, Attempted> {
        Box::pin(async move {
            let attempted = (self.behaviour.lock().unwrap())(&message);
            self.got.lock().unwrap().push(message);
            // A provider takes its time, and others get their turn meanwhile.
            tokio::task::yield_now().await;
            attempted
        })
    }
}

/// The component in a world of its own, with a mailer that takes everything.
struct App {
    world: World,
    mailer: Fake,
    per_minute: u32,
    gate: Gate,
}

impl App {
    fn new() -> Self {
        Self::over(World::new(), 6000)
    }

    fn over(world: World, per_minute: u32) -> Self {
        let mailer = Fake {
            behaviour: Arc::new(Mutex::new(Box::new(|message| {
                Attempted::Sent(format!("re-{}", message.id))
            }))),
            got: Arc::default(),
        };
        let gate = gate(&world, &mailer, per_minute);
        Self {
            world,
            mailer,
            per_minute,
            gate,
        }
    }

    /// Another instance over the same database and the same mailer.
    fn another_instance(&self) -> Gate {
        gate(&self.world, &self.mailer, self.per_minute)
    }

    async fn register(&self, address: &str) {
        let (email, name) = (
            Email::parse(address).unwrap(),
            PersonName::parse("김민지").unwrap(),
        );
        let registration = Registration {
            id: self.world.id(),
            email: &email,
            name: &name,
            password_hash: "$argon2id$test",
            token_hash: &random::bytes(&self.world.random),
            token: "the-token-itself",
            mail_id: self.world.id(),
            language: "ko",
            now: self.world.clock.now(),
            audit: &testkit::event(),
        };
        store::user::register(&self.world.database(), &registration)
            .await
            .unwrap();
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        ask(&self.gate, request).await
    }

    async fn drain(&self) -> Answer {
        self.ask(drain_request("")).await.expect(200)
    }
}

fn gate(world: &World, mailer: &Fake, per_minute: u32) -> Gate {
    let guard = world.guard();
    let delivery = Delivery {
        db: world.database(),
        guard: Arc::clone(&guard),
        mailer: Arc::new(mailer.clone()),
        internal: Internal {
            key: Secret::new(KEY.to_owned()),
        },
        pages: Pages::read(&mut Values::default()).unwrap(),
        quota: MailQuota {
            per_minute: NonZeroU32::new(per_minute).unwrap(),
        },
        clock: Arc::new(world.clock.clone()),
        random: Arc::new(world.random.clone()),
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(delivery));
    Gate::new("mail", guard, router)
}

fn drain_request(query: &str) -> Request<Body> {
    let mut request = request(Method::POST, &format!("{DRAIN}{query}"));
    let key = format!("Bearer {KEY}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, key);
    request
}

/// The counters of an answer: sent, kept, delayed, failed.
fn counts(answer: &Answer) -> [u64; 4] {
    ["sent", "kept", "delayed", "failed"].map(|name| answer.json[name].as_u64().unwrap())
}
