//! The endpoints of this component, driven through its gate (CON-1 to CON-3, GUARD).

mod access;
mod analyses;
mod analysis_stream;
mod calendar;
mod change;
mod create;
mod list;
mod read;
mod tasks;
mod timeline;
mod worker;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, header};
use config::Analyst;
use domain::Id;
use domain::signal::{Amounts, Draft, NewSignal, Signal};
use domain::user::{Role, Tier};
use guard::Gate;
use kv::{Memory, Store};
use serde_json::{Value, json};
use testkit::{Answer, Fresh, Person, Rings, World, ask, get, post, request, send};

use crate::analysis::Desk;
use crate::state::Contracts;

const PATH: &str = "/api/v1/contracts";

/// The component in a world of its own.
struct App {
    world: World,
    bell: Rings,
    records: Memory,
    gate: Gate,
}

impl App {
    fn new() -> Self {
        Self::over(World::new())
    }

    fn over(world: World) -> Self {
        let (guard, bell, records) = (world.guard(), Rings::default(), Memory::default());
        let contracts = Contracts {
            db: world.database(),
            guard: Arc::clone(&guard),
            cursor_key: [7; 32],
            desk: Desk {
                bell: Arc::new(bell.clone()),
                progress: Store::new("progress", records.clone()),
                analyst: Analyst::Rules,
                timer: Arc::new(world.clock.clone()),
            },
            clock: Arc::new(world.clock.clone()),
            random: Arc::new(world.random.clone()),
        };
        let router = guard::route::router(crate::routes::entries(), Arc::new(contracts));
        Self {
            gate: Gate::new("contracts", guard, router).with_brotli(),
            bell,
            records,
            world,
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

    async fn send(&self, method: Method, path: &str, person: &Person, body: &Value) -> Answer {
        self.ask(send(method, path, &person.token, body)).await
    }

    async fn patch(&self, path: &str, person: &Person, body: &Value) -> Answer {
        self.send(Method::PATCH, path, person, body).await
    }

    /// A request without a body.
    async fn go(&self, method: Method, path: &str, person: &Person) -> Answer {
        self.ask(bare(method, path, person)).await
    }

    /// Notes a contract; gives its path.
    async fn noted(&self, person: &Person, body: &Value) -> String {
        let created = self.post(person, body).await.expect(201);
        created.header("location").to_owned()
    }

    /// The path of the task that came from a template.
    async fn task(&self, contract: &str, person: &Person, template: &str) -> String {
        let timeline = self
            .get(&format!("{contract}/timeline"), person)
            .await
            .expect(200);
        let tasks = timeline.json["tasks"].as_array().unwrap();
        let task = tasks.iter().find(|task| task["template"] == template).unwrap();
        format!("{contract}/tasks/{}", task["id"].as_str().unwrap())
    }

    /// Somebody with an account and a token.
    async fn person(&self) -> Person {
        self.world.person(Role::User, Tier::Premium).await
    }

    /// Somebody whose limit no test reaches.
    async fn mint_admin(&self) -> Person {
        let person = self.person().await;
        self.world.mint(person.user, Role::Admin, Tier::Free)
    }

    async fn signal(&self, owner: &Person, visibility: &str) -> Id<Signal> {
        let draft = Draft {
            intent: "sale",
            property_type: "apartment",
            region_code: "1168010100",
            address: "Teheran-ro 1",
            area_m2: "84.99",
            amounts: Amounts {
                asking_price: Some(1),
                ..Amounts::default()
            },
            description: "A flat",
            visibility,
            ..Draft::default()
        };
        let new = NewSignal::parse(&draft, testkit::START).unwrap();
        let id = self.world.id();
        store::signal::create(
            &self.world.fresh.db,
            id,
            owner.user,
            (&new, domain::signal::State::Active),
            &testkit::event(),
            testkit::START,
        )
        .await
        .unwrap()
        .unwrap();
        id
    }
}

fn sale() -> Value {
    json!({
        "kind": "sale",
        "role": "buyer",
        "address": "부산광역시 중구 영주동 1-1",
        "price": 1_200_000_000_i64,
        "contract_date": "2027-12-01",
        "balance_date": "2028-02-29",
    })
}

/// A lease whose dates lie before and after the day on which tests begin.
fn lease() -> Value {
    json!({
        "kind": "jeonse",
        "role": "tenant",
        "address": "서울특별시 강남구 역삼로 123",
        "deposit": 500_000_000_i64,
        "contract_date": "2027-01-15",
        "balance_date": "2027-02-27",
        "move_in_date": "2027-02-28",
    })
}

/// A request with a token and without a body.
fn bare(method: Method, path: &str, person: &Person) -> Request<Body> {
    with(
        request(method, path),
        header::AUTHORIZATION,
        &format!("Bearer {}", person.token),
    )
}

/// A request with another header.
fn with(mut request: Request<Body>, name: header::HeaderName, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}
