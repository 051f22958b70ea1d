//! Risk analyses of contracts: begun, worked on after the answer, shown, and finished whatever happens.

use std::thread;
use std::time::{Duration, Instant};

use realcare_blackbox::{
    Answer, App, EventStream, Gemini, GeminiStandIn, Person, contract, refusal, success,
};
use serde_json::{Value, json};

/// A lease with what tenants must not sign, long enough to be read as one.
pub const TEXT: &str = "주택 임대차계약서\n임대인과 임차인은 아래 부동산에 관하여 다음과 같이 임대차계약을 체결한다.\n\
    소재지: 서울특별시 강남구 역삼로 123, 101동 1203호\n\
    제1조(보증금) 보증금은 금 팔억오천만원정(₩850,000,000)으로 하고 계약금은 계약 시에, 잔금은 2030년 3월 1일에 지급한다.\n\
    제2조(존속기간) 임대인은 목적물을 2030년 3월 1일까지 인도하고, 기간은 그날부터 24개월로 한다.\n\
    제3조(반환) 임대인은 새로운 임차인이 구해져 보증금을 받은 때에 임차인에게 보증금을 반환한다.\n\
    제4조(수선) 임차인은 목적물의 모든 수선을 자기 비용으로 한다.\n\
    특약사항: 임대인은 잔금일 이후 근저당권을 설정할 수 있다.";

/// Words of it.
pub const QUOTES: [&str; 3] = [
    "임대인은 새로운 임차인이 구해져 보증금을 받은 때에",
    "임차인은 목적물의 모든 수선을 자기 비용으로 한다",
    "임대인은 잔금일 이후 근저당권을 설정할 수 있다",
];

/// Time for an analysis that nobody holds up.
pub const SOON: Duration = Duration::from_secs(20);

/// Somebody with a contract whose text can be analysed.
#[derive(Clone)]
pub struct Case {
    pub person: Person,
    pub contract: String,
}

impl Case {
    pub fn new(app: &App) -> Self {
        Self::of(app, Person::signed_in(app))
    }

    /// Another contract of somebody.
    pub fn of(app: &App, person: Person) -> Self {
        let mut body = contract();
        body["document_text"] = json!(TEXT);
        // As the text says.
        body["move_in_date"] = json!("2030-03-01");
        let create = app
            .client()
            .post("/api/v1/contracts")
            .bearer(&person.access)
            .json(&body)
            .send();
        success(&create, 201);
        let contract = format!("/api/v1/contracts/{}", create.string("/id"));
        Self { person, contract }
    }

    pub fn start(&self, app: &App) -> Answer {
        let path = format!("{}/analysis", self.contract);
        app.client().post(&path).bearer(&self.person.access).send()
    }

    /// Starts, and gives the id.
    pub fn started(&self, app: &App) -> String {
        let begun = self.start(app);
        success(&begun, 202);
        begun.string("/id")
    }

    pub fn get(&self, app: &App, below: &str) -> Answer {
        let path = format!("{}/{below}", self.contract);
        app.client().get(&path).bearer(&self.person.access).send()
    }

    /// Asks until it is over.
    pub fn over(&self, app: &App) -> Value {
        let end = Instant::now() + SOON;
        loop {
            let shown = self.get(app, "analysis");
            success(&shown, 200);
            let json = shown.json();
            if json["state"] == "completed" || json["state"] == "failed" {
                return json;
            }
            assert!(Instant::now() < end, "{json}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn progress(&self, app: &App, id: &str) -> Answer {
        let path = format!("/api/v1/progress/{id}");
        app.client().get(&path).bearer(&self.person.access).send()
    }

    pub fn stream(&self, app: &App, last_event_id: &str) -> EventStream {
        let path = format!("{}/analysis/stream", self.contract);
        EventStream::open(app.address(), &path, &self.person.access, last_event_id)
    }
}

// CON-4, CON-7, PROG-1
#[test]
fn an_analysis_goes_on_after_the_answer_and_its_result_is_kept() {
    let app = App::start();
    let case = Case::new(&app);
    let begun = case.start(&app);
    success(&begun, 202);
    let id = begun.string("/id");
    assert_eq!(
        begun.header("location"),
        Some(format!("/api/v1/progress/{id}").as_str())
    );
    assert_eq!(
        begun.string("/links/stream"),
        format!("{}/analysis/stream", case.contract)
    );
    success(&case.progress(&app, &id), 200);

    let result = case.over(&app);
    assert_eq!(result["state"], "completed", "{result}");
    let clauses = result["clauses"].as_array().unwrap();
    assert!(
        clauses
            .iter()
            .any(|clause| clause["quote"].as_str().unwrap().contains("새로운 임차인")),
        "{result}"
    );
    for clause in clauses {
        assert!(TEXT.contains(clause["quote"].as_str().unwrap()), "{clause}");
        for field in ["risk", "severity", "explanation", "recommendation"] {
            assert!(!clause[field].as_str().unwrap().is_empty(), "{field} of {clause}");
        }
    }
    assert!(
        ["high", "critical"].contains(&result["risk_level"].as_str().unwrap()),
        "{result}"
    );
    assert!(result["risk_score"].as_u64().unwrap() > 0 && !result["model"].as_str().unwrap().is_empty());

    let progress = case.progress(&app, &id).json();
    assert_eq!(progress["status"], "completed", "{progress}");
    let stages: Vec<&str> = progress["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["stage"].as_str().unwrap())
        .collect();
    assert_eq!(stages, ["ingestion", "quality", "taxonomy", "graph", "embedding"]);

    let again = case.start(&app);
    success(&again, 200);
    let path = again.header("content-location").map(str::to_owned);
    assert_eq!(
        (again.json(), &path),
        (result.clone(), &Some(format!("{}/analyses/{id}", case.contract)))
    );
    assert_eq!(case.get(&app, &format!("analyses/{id}")).json(), result);
    let list = case.get(&app, "analyses").json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(
        app.log()
            .await_events("analysis_completed", "analysis_id", &id)
            .len(),
        1
    );
    let log = app.log().text();
    assert!(
        !log.contains("임차인") && !log.contains("구해져"),
        "no document in the log"
    );
}

// CON-4, CONV-9, PROG-1
#[test]
fn an_analysis_is_its_persons_own_and_needs_a_text() {
    let app = App::start();
    let (case, other) = (Case::new(&app), Person::signed_in(&app));
    let id = case.started(&app);
    let stranger = Case {
        person: other,
        contract: case.contract.clone(),
    };
    refusal(&stranger.start(&app), 404, "not_found");
    for below in ["analysis", "analyses", "analysis/stream"] {
        refusal(&stranger.get(&app, below), 404, "not_found");
    }
    refusal(&stranger.progress(&app, &id), 404, "not_found");
    let mut bare = contract();
    bare["document_text"] = Value::Null;
    let create = app
        .client()
        .post("/api/v1/contracts")
        .bearer(&case.person.access)
        .json(&bare)
        .send();
    success(&create, 201);
    let bare = Case {
        contract: format!("/api/v1/contracts/{}", create.string("/id")),
        person: case.person,
    };
    refusal(&bare.start(&app), 409, "document_missing");
    refusal(&bare.get(&app, "analysis"), 404, "not_found");
}

// CON-4, PROG-1
#[test]
fn what_is_no_contract_is_refused_with_the_reason() {
    let app = App::start();
    let person = Person::signed_in(&app);
    let create = app
        .client()
        .post("/api/v1/contracts")
        .bearer(&person.access)
        .json(&contract())
        .send();
    success(&create, 201);
    let case = Case {
        contract: format!("/api/v1/contracts/{}", create.string("/id")),
        person,
    };
    let id = case.started(&app);
    let result = case.over(&app);
    assert_eq!(
        (result["state"].as_str(), result["failure"]["code"].as_str()),
        (Some("failed"), Some("too_short"))
    );
    let progress = case.progress(&app, &id).json();
    assert_eq!(
        (
            progress["status"].as_str(),
            progress["stages"][1]["status"].as_str()
        ),
        (Some("failed"), Some("failed"))
    );
}

// CON-4, QUAL-2
#[test]
fn of_many_starts_at_once_one_begins() {
    let app = App::start();
    let case = Case::new(&app);
    let answers: Vec<Answer> = thread::scope(|scope| {
        let running: Vec<_> = (0..16).map(|_| scope.spawn(|| case.start(&app))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut ids: Vec<String> = answers.iter().map(|answer| answer.string("/id")).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    case.over(&app);
    assert_eq!(app.value("SELECT COUNT(*) FROM analyses"), "1");
    assert_eq!(app.value("SELECT claim FROM analyses"), "1", "worked on once");
}

/// Makes every statement of the work that enters `stage` last for many seconds, so that the process is killed in the stage before.
fn hold_before(app: &App, stage: &str) {
    app.rows(&format!(
        "CREATE TRIGGER held BEFORE UPDATE OF stage ON analyses WHEN NEW.stage = '{stage}' AND OLD.stage <> '{stage}'
         BEGIN
             SELECT COUNT(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000000) SELECT i FROM n);
         END"
    ));
}

/// What stands at the end, without what differs from run to run.
pub fn essence(result: &Value) -> Value {
    let mut result = result.clone();
    for field in ["id", "contract_id", "created_at", "finished_at"] {
        result[field] = Value::Null;
    }
    result
}

// QUAL-3, PROG-1, CON-4
#[test]
fn a_process_that_is_killed_in_any_stage_leaves_what_the_next_one_finishes() {
    let app = App::start();
    if !app.place().is_files() {
        // Holding a stage is done by a trigger of SQLite's; that Postgres keeps the same promises is shown by the contract tests.
        return;
    }
    let undisturbed = Case::new(&app);
    undisturbed.started(&app);
    let expected = essence(&undisturbed.over(&app));
    assert_eq!(expected["state"], "completed");
    drop(app);
    for (stage, next) in [
        ("ingestion", "quality"),
        ("quality", "taxonomy"),
        ("taxonomy", "graph"),
        ("graph", "embedding"),
    ] {
        let mut app = App::start();
        let case = Case::new(&app);
        hold_before(&app, next);
        let id = case.started(&app);
        let end = Instant::now() + SOON;
        while app.value("SELECT claim FROM analyses") != "1" {
            assert!(Instant::now() < end, "nobody took it up");
            thread::sleep(Duration::from_millis(20));
        }
        thread::sleep(Duration::from_millis(200));
        app.kill();
        assert_eq!(
            app.value("SELECT state || ' ' || stage FROM analyses"),
            format!("processing {stage}")
        );
        app.rows("DROP TRIGGER held");
        // The lease is over.
        app.rows("UPDATE analyses SET due_at = created_at");
        app.start_again();
        // Whoever looks wakes somebody.
        let result = case.over(&app);
        assert_eq!(essence(&result), expected, "killed in {stage}");
        assert_eq!(result["id"], id.as_str());
        assert_eq!(app.value("SELECT claim || ' ' || attempts FROM analyses"), "2 2");
        assert_eq!(case.progress(&app, &id).json()["status"], "completed");
    }
}

// CON-7
#[test]
fn another_analyst_is_another_line_of_the_manifest() {
    let app = App::start();
    let case = Case::new(&app);
    case.started(&app);
    let by_rules = case.over(&app);
    let api = GeminiStandIn::start();
    api.becomes(|_| Gemini::findings(&QUOTES[..1]));
    let app = App::with().gemini(&api).variable("analyst", "gemini").start();
    let case = Case::new(&app);
    case.started(&app);
    let by_gemini = case.over(&app);
    assert_eq!(
        (by_rules["state"].as_str(), by_gemini["state"].as_str()),
        (Some("completed"), Some("completed"))
    );
    assert_ne!(by_rules["model"], by_gemini["model"]);
}

// AUTH-11, CON-4
#[test]
fn analyses_go_with_the_account() {
    let app = App::start();
    let case = Case::new(&app);
    case.started(&app);
    case.over(&app);
    assert_eq!(app.value("SELECT COUNT(*) FROM analyses"), "1");
    let gone = app
        .client()
        .delete("/api/v1/auth/me")
        .bearer(&case.person.access)
        .send();
    success(&gone, 204);
    assert_eq!(app.value("SELECT COUNT(*) FROM analyses"), "0");
}
