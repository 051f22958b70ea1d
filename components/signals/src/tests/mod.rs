//! The endpoints of this component, driven through its gate (SIG-1 to SIG-3, GUARD).

mod access;
mod change;
mod create;
mod delete;
mod interests;
mod lists;
mod once;
mod read;
mod regions;
mod search;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use domain::user::{Role, Tier};
use guard::Gate;
use kv::Store;
use serde_json::{Value, json};
use testkit::{Answer, Fresh, Person, Rings, World, ask, get, post, request};

use crate::state::Signals;
use crate::views::Views;

const PATH: &str = "/api/v1/signals";

/// The component in a world of its own.
struct App {
    world: World,
    gate: Gate,
    bell: Rings,
}

impl App {
    fn new() -> Self {
        Self::over(World::new())
    }

    fn over(world: World) -> Self {
        let guard = world.guard();
        let bell = Rings::default();
        let signals = Signals {
            db: world.database(),
            guard: Arc::clone(&guard),
            cursor_key: [3; 32],
            regions: crate::region::Names::default(),
            views: Views::new(Store::new("views", world.counters.clone())),
            bell: Arc::new(bell.clone()),
            clock: Arc::new(world.clock.clone()),
            random: Arc::new(world.random.clone()),
        };
        let router = guard::route::router(crate::routes::entries(), Arc::new(signals));
        Self {
            gate: Gate::new("signals", guard, router).with_brotli(),
            world,
            bell,
        }
    }

    /// Over a database without a single table.
    fn without_tables() -> Self {
        Self::over(World::over(Fresh::empty_sqlite()))
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        ask(&self.gate, request).await
    }

    async fn get(&self, path: &str, person: &Person) -> Answer {
        self.ask(get(path, &person.token)).await
    }

    async fn post(&self, person: &Person, body: &Value) -> Answer {
        self.ask(post(PATH, &person.token, body)).await
    }

    async fn delete(&self, path: &str, person: &Person) -> Answer {
        let mut delete = get(path, &person.token);
        *delete.method_mut() = Method::DELETE;
        self.ask(delete).await
    }

    async fn patch(&self, path: &str, person: &Person, body: &Value) -> Answer {
        let mut patch = post(path, &person.token, body);
        *patch.method_mut() = Method::PATCH;
        self.ask(patch).await
    }

    /// `POST` to a path below a signal.
    async fn post_to(&self, path: &str, person: &Person, body: &Value) -> Answer {
        self.ask(post(path, &person.token, body)).await
    }

    /// Somebody with an account and a token.
    async fn person(&self, role: Role) -> Person {
        self.world.person(role, Tier::Premium).await
    }

    /// Publishes and gives the path; every signal is a millisecond younger than the one before.
    async fn publish(&self, person: &Person, change: impl FnOnce(&mut Value)) -> String {
        self.world.wait(std::time::Duration::from_millis(1));
        let mut body = flat();
        change(&mut body);
        self.post(person, &body)
            .await
            .expect(201)
            .header("location")
            .to_owned()
    }
}

/// An ordinary flat for sale.
fn flat() -> Value {
    json!({
        "intent": "sale",
        "property_type": "apartment",
        "region_code": "1168010100",
        "address": "서울특별시 강남구 테헤란로 1",
        "area_m2": 84.99,
        "asking_price": 1_200_000_000_i64,
        "description": "남향",
        "visibility": "public",
    })
}

/// The ids of a list.
fn items(answer: &Answer) -> Vec<String> {
    let items = answer.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| format!("{PATH}/{}", item["id"].as_str().unwrap()))
        .collect()
}

fn bare(method: Method, path: &str) -> Request<Body> {
    request(method, path)
}
