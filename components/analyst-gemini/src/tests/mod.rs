//! The API's real shapes (<https://ai.google.dev/api/generate-content>), good and bad, in any chunking (CON-4, CON-5, CON-7).

mod faults;
mod plans;
mod runs;

use config::{Gemini, Secret};
use serde_json::{Value, json};
use testkit::{MovableClock, Scripted, Seeded, Step};

use super::*;
use domain::analysis::{Conclusion, Finding, Severity};

const TEXT: &str = "임대차계약서\n제1조(보증금) 보증금은 금 3억원으로 한다.\n제2조(수선) 모든 수리는 임차인이 부담한다.\n\
    제3조(해지) 임대인은 언제든지 계약을 해지할 수 있다.";

fn api() -> Gemini {
    Gemini {
        endpoint: "https://gemini.example".to_owned(),
        model: "gemini-2.5-flash".to_owned(),
        key: Secret::new("AIzaSecret".to_owned()),
    }
}

fn asked(text: &str) -> Asked {
    Asked {
        text: text.to_owned(),
        noted: Noted {
            kind: "jeonse",
            role: "tenant",
            address: "서울시 마포구".to_owned(),
            ..Noted::default()
        },
        language: Language::Korean,
    }
}

fn clause(quote: &str) -> Value {
    json!({"quote": quote, "risk": "수리비 부담", "severity": "medium", "explanation": "모든 수리를 임차인이 합니다.",
        "recommendation": "주요 설비는 임대인이 수리한다고 적으세요.", "confidence": 0.9})
}

/// What a model writes, findings first.
fn written(clauses: &[Value]) -> String {
    let clauses: Vec<String> = clauses.iter().map(Value::to_string).collect();
    format!(
        r#"{{"clauses": [{}], "missing_clauses": ["보증금 반환 시기가 없습니다."], "summary": "위험이 있습니다.", "risk_score": 60, "mood": "calm"}}"#,
        clauses.join(", ")
    )
}

/// One event of a stream.
fn event(text: &str, finish: Option<&str>) -> String {
    let mut candidate = json!({"content": {"parts": [{"text": text}], "role": "model"}, "index": 0});
    if let Some(finish) = finish {
        candidate["finishReason"] = finish.into();
    }
    let answer = json!({"candidates": [candidate], "modelVersion": "gemini-2.5-flash-001", "responseId": "x",
        "usageMetadata": {"promptTokenCount": 812, "candidatesTokenCount": text.chars().count(), "totalTokenCount": 900}});
    format!("data: {answer}\r\n\r\n")
}

/// A stream of this text in events of so many characters.
fn stream(text: &str, size: usize, finish: Option<&str>) -> String {
    let chars: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = chars.chunks(size).map(|piece| piece.iter().collect()).collect();
    let last = pieces.len() - 1;
    let events = pieces.iter().enumerate();
    events
        .map(|(at, piece)| event(piece, finish.filter(|_| at == last)))
        .collect()
}

struct Outcome {
    events: Vec<Event>,
    fault: Option<Fault>,
    script: Scripted,
}

impl Outcome {
    fn findings(&self) -> Vec<&Finding> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Finding(finding) => Some(finding),
                Event::Conclusion(_) => None,
            })
            .collect()
    }

    fn conclusion(&self) -> Option<&Conclusion> {
        self.events.iter().find_map(|event| match event {
            Event::Conclusion(conclusion) => Some(conclusion),
            Event::Finding(_) => None,
        })
    }
}

async fn analysed(steps: Vec<Step>) -> Outcome {
    let clock = MovableClock::default();
    let script = Scripted::steps(&clock, steps);
    let run = Run::start(&script.client(), &api(), &asked(TEXT), &Seeded::new(1)).await;
    let mut outcome = Outcome {
        events: Vec::new(),
        fault: None,
        script,
    };
    let mut run = match run {
        Ok(run) => run,
        Err(fault) => {
            outcome.fault = Some(fault);
            return outcome;
        }
    };
    loop {
        match run.next().await {
            Ok(Some(event)) => outcome.events.push(event),
            Ok(None) => return outcome,
            Err(fault) => {
                outcome.fault = Some(fault);
                assert_eq!(run.next().await, Ok(None), "nothing comes after a fault");
                return outcome;
            }
        }
    }
}

/// The body of a refusal, as Google writes it.
fn refusal(code: u16, status: &str, details: Value) -> Step {
    Step::json(
        code,
        &json!({"error": {"code": code, "message": "보증금 3억원", "status": status, "details": details}}),
    )
}
