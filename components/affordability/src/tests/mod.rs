//! The endpoints of this component, driven through its gate (CON-6, GUARD).

mod access;
mod create;
mod history;
mod plan;

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use domain::affordability::{PlanFailure, RawPlan, RawStep};
use domain::user::{Role, Tier};
use guard::Gate;
use serde_json::{Value, json};
use store::provider_bucket::Quota;
use testkit::{Answer, MovableClock, Person, World, ask, get, post};

use crate::planner::{Commission, Pending, Planner};
use crate::state::Checks;

const PATH: &str = "/api/v1/reality-checks";

/// What a planner of a test does.
#[derive(Clone)]
enum Act {
    Writes(Box<RawPlan>),
    Fails(PlanFailure),
    /// Never answers.
    Sleeps,
}

/// A planner that does what a test says and remembers what it was told. Its time passes at once.
#[derive(Clone)]
struct Fake {
    act: Arc<Mutex<Act>>,
    told: Arc<Mutex<Vec<Commission>>>,
    ended: Arc<Mutex<u32>>,
    clock: MovableClock,
}

impl Fake {
    fn becomes(&self, act: Act) {
        *self.act.lock().unwrap() = act;
    }

    fn told(&self) -> Vec<Commission> {
        self.told.lock().unwrap().clone()
    }
}

/// Notes that a call ended, however it did.
struct End(Arc<Mutex<u32>>);

impl Drop for End {
    fn drop(&mut self) {
        *self.0.lock().unwrap() += 1;
    }
}

impl Planner for Fake {
    fn write(&self, commission: Commission) -> Pending<'_, Result<RawPlan, PlanFailure>> {
        self.told.lock().unwrap().push(commission);
        let (act, end) = (self.act.lock().unwrap().clone(), End(Arc::clone(&self.ended)));
        Box::pin(async move {
            let _end = end;
            match act {
                Act::Writes(plan) => Ok(*plan),
                Act::Fails(failure) => Err(failure),
                Act::Sleeps => std::future::pending().await,
            }
        })
    }

    fn sleep(&self, duration: Duration) -> Pending<'_, ()> {
        Box::pin(async move { self.clock.advance(duration) })
    }
}

/// The component in a world of its own, with a planner that is not configured.
struct App {
    world: World,
    planner: Fake,
    gate: Gate,
}

impl App {
    fn new() -> Self {
        Self::with(World::new(), 100_000)
    }

    fn with(world: World, per_minute: u32) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap();
        Self::of(world, Some(Quota::steady(per_minute)))
    }

    fn of(world: World, quota: Option<Quota>) -> Self {
        let planner = Fake {
            act: Arc::new(Mutex::new(Act::Fails(PlanFailure::NotConfigured))),
            told: Arc::default(),
            ended: Arc::default(),
            clock: world.clock.clone(),
        };
        let guard = world.guard();
        let checks = Checks {
            db: world.database(),
            guard: Arc::clone(&guard),
            planner: Arc::new(planner.clone()),
            quota,
            cursor_key: [3; 32],
            clock: Arc::new(world.clock.clone()),
            random: Arc::new(world.random.clone()),
        };
        let router = guard::route::router(crate::routes::entries(), Arc::new(checks));
        Self {
            gate: Gate::new("affordability", guard, router),
            planner,
            world,
        }
    }

    async fn person(&self) -> Person {
        self.world.person(Role::User, Tier::Premium).await
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

    async fn post_with(&self, person: &Person, header: (&'static str, &str), body: &Value) -> Answer {
        let mut request = post(PATH, &person.token, body);
        request.headers_mut().insert(header.0, header.1.parse().unwrap());
        self.ask(request).await
    }

    async fn delete(&self, path: &str, person: &Person) -> Answer {
        let mut delete = get(path, &person.token);
        *delete.method_mut() = Method::DELETE;
        self.ask(delete).await
    }

    /// Makes a check and gives its path; every check is a millisecond younger than the one before, and ten in a minute are no limit.
    async fn check(&self, person: &Person) -> String {
        self.world.wait(Duration::from_secs(7));
        let person = self.world.mint(person.user, Role::User, Tier::Premium);
        let created = self.post(&person, &flat()).await.expect(201);
        created.header("location").to_owned()
    }

    async fn count(&self, table: &str) -> i64 {
        let rows = self
            .world
            .fresh
            .db
            .query(&format!("SELECT COUNT(*) FROM {table}"), Vec::new())
            .await;
        rows.unwrap()[0].get(0).unwrap()
    }
}

/// Somebody who wants to buy an ordinary flat.
fn flat() -> Value {
    json!({
        "monthly_income": 8_333_334,
        "assets": 500_000_000,
        "debts": 0,
        "target_price": 1_000_000_000,
        "intent": "sale",
        "region_code": "1168010100",
        "interest_rate_bp": 400,
        "rate_type": "variable",
        "term_years": 30,
        "homes_owned": 0,
    })
}

fn a_plan() -> RawPlan {
    let step = |number: u16| RawStep {
        title: format!("{number}단계"),
        detail: "대출을 갈아타세요".to_owned(),
        within_months: Some(number),
    };
    RawPlan {
        summary: "먼저 1억 3850만 원을 모으세요.".to_owned(),
        steps: vec![step(1), step(2)],
        model: "model-1".to_owned(),
        input_tokens: 300,
        output_tokens: 200,
    }
}
