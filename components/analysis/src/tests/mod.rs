//! Work on analyses through the gate (CON-4, CON-5, CON-7, PROG-1, PROG-2, GUARD-5).

mod access;
mod deaths;
mod fake;
mod outcomes;
mod troubles;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, header};
use config::{Internal, Secret};
use domain::analysis::run::Analysis;
use domain::contract::{Contract, Draft, NewContract};
use domain::progress::Progress;
use domain::user::{Role, Tier};
use domain::{Clock, Id};
use guard::Gate;
use kv::{Memory, Store};
use store::analysis::{self, Stored};
use store::provider_bucket::Quota;
use store::signal::Viewer;
use store::timeline::Plan;
use store::{Database, contract_document};
use testkit::{Answer, Person, World, ask, event, request};

use crate::analysis::Board;
use crate::state::Workshop;
use fake::Fake;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const RUN: &str = "/internal/analyses/run";

/// Long enough, and with the words of a lease.
const LEASE_TEXT: &str = "임대차계약서\n제1조(목적) 임대인과 임차인은 아래 부동산에 관하여 다음과 같이 임대차계약을 체결한다.\n소재지: 서울시 \
    마포구 월드컵로 10, 101동 202호\n제2조(보증금) 보증금은 금 삼억원정으로 하고 계약금은 계약 시에, 잔금은 입주일에 지급한다.\n\
    제3조(존속기간) 임대인은 목적물을 2026년 3월 1일까지 인도하고, 기간은 그날부터 24개월로 한다. 기간이 끝나면 보증금을 반환한다.";

/// Words of it.
const QUOTES: [&str; 3] = [
    "보증금은 금 삼억원정으로",
    "잔금은 입주일에 지급한다",
    "기간은 그날부터 24개월로",
];

/// The component in a world of its own.
struct App {
    world: World,
    records: Memory,
    analyst: Fake,
    quota: Option<Quota>,
    gate: Gate,
}

impl App {
    fn new() -> Self {
        Self::with(None)
    }

    fn with(quota: Option<Quota>) -> Self {
        let (world, records, analyst) = (World::new(), Memory::default(), Fake::default());
        let database = world.database();
        let gate = gate(&world, &records, &analyst, quota, database);
        Self {
            world,
            records,
            analyst,
            quota,
            gate,
        }
    }

    /// Another instance over the same everything, or over a database of a test's own.
    fn another_instance(&self, database: Database) -> Gate {
        gate(&self.world, &self.records, &self.analyst, self.quota, database)
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        ask(&self.gate, request).await
    }

    /// Works on what is due; gives completed, failed, delayed, lost.
    async fn run(&self) -> [u64; 4] {
        counts(&self.ask(run_request()).await.expect(200))
    }

    /// Somebody whose contract waits to be analysed.
    async fn waiting(&self) -> Waiting {
        self.waiting_with(LEASE_TEXT).await
    }

    async fn waiting_with(&self, text: &str) -> Waiting {
        let person = self.world.person(Role::User, Tier::Free).await;
        let draft = Draft {
            kind: "jeonse",
            role: "tenant",
            address: "서울시 마포구 월드컵로 10, 101동 202호",
            deposit: Some(300_000_000),
            contract_date: "2026-01-10",
            balance_date: "2026-03-01",
            document_text: Some(text),
            ..Draft::default()
        };
        let new = NewContract::parse(&draft).unwrap();
        let viewer = Viewer {
            user: person.user,
            sees_agents_only: false,
            now: self.world.clock.now(),
        };
        let db = &self.world.fresh.db;
        let plan = Plan::new(&new.basis().plan(), || self.world.id());
        let created = store::contract::create(db, self.world.id(), viewer, (&new, &plan), &event()).await;
        let contract = created.unwrap().unwrap().id;
        let analysis = self.start(&person, contract).await;
        Waiting {
            person,
            contract,
            analysis,
        }
    }

    /// What the component `contracts` does.
    async fn start(&self, person: &Person, contract: Id<Contract>) -> Id<Analysis> {
        let db = &self.world.fresh.db;
        let document = contract_document::find(db, contract, person.user)
            .await
            .unwrap()
            .unwrap();
        let request = analysis::Request {
            id: self.world.id(),
            contract,
            user: person.user,
            contract_version: document.version,
            document_hash: &document.hash(),
            language: "ko",
            analyst: "fake",
            audit: &event(),
            now: self.world.clock.now(),
        };
        analysis::start(db, &request).await.unwrap().unwrap().id
    }

    async fn stored(&self, waiting: &Waiting) -> Stored {
        let db = &self.world.fresh.db;
        let now = self.world.clock.now();
        let stored = analysis::watch(db, waiting.analysis, waiting.person.user, 0, now).await;
        stored.unwrap().unwrap()
    }

    /// What the board shows, if anything.
    async fn shown(&self, waiting: &Waiting) -> Option<Progress> {
        let store = Store::new("progress", self.records.clone());
        let now = self.world.clock.now().seconds();
        let bytes = store.get(&waiting.analysis.to_string(), now).await.unwrap()?;
        let record = Progress::decode(&String::from_utf8(bytes).unwrap()).unwrap();
        assert_eq!(record.owner, waiting.person.user);
        Some(record)
    }
}

/// An analysis that waits.
struct Waiting {
    person: Person,
    contract: Id<Contract>,
    analysis: Id<Analysis>,
}

fn gate(world: &World, records: &Memory, analyst: &Fake, quota: Option<Quota>, database: Database) -> Gate {
    let guard = world.guard();
    let workshop = Workshop {
        db: database,
        guard: Arc::clone(&guard),
        analyst: Arc::new(analyst.clone()),
        board: Board::new(Store::new("progress", records.clone())),
        internal: Internal {
            key: Secret::new(KEY.to_owned()),
        },
        quota,
        timer: Arc::new(analyst.patience()),
        clock: Arc::new(world.clock.clone()),
        random: Arc::new(world.random.clone()),
    };
    let router = guard::route::router(crate::routes::entries(), Arc::new(workshop));
    Gate::new("analysis", guard, router)
}

fn run_request() -> Request<Body> {
    let mut request = request(Method::POST, RUN);
    let key = format!("Bearer {KEY}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, key);
    request
}

/// The counters of an answer: completed, failed, delayed, lost.
fn counts(answer: &Answer) -> [u64; 4] {
    ["completed", "failed", "delayed", "lost"].map(|name| answer.json[name].as_u64().unwrap())
}
