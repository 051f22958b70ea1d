//! A plan of action (CON-6): one answer, read as a whole.

use config::Gemini;
use domain::Random;
use domain::analysis::Usage;
use http_kit::client::Client;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::answer::{Answer, Finish};
use crate::fault::Fault;
use crate::request::{self, Language};

/// The most steps.
const STEPS: usize = 12;
/// The longest title and the longest detail or summary, in characters.
const LONGEST: (usize, usize) = (200, 2_000);
/// Nobody plans further, in months.
const FURTHEST: u16 = 600;

/// A fact that was computed.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value, with a unit.
    pub value: String,
}

/// What the plan is to be about.
#[derive(Clone, Debug)]
pub struct Situation {
    /// What is known.
    pub facts: Vec<Fact>,
    /// In which language.
    pub language: Language,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// A few words.
    pub title: String,
    /// A few sentences.
    pub detail: String,
    /// Months from now until it should be done.
    pub within_months: Option<u16>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// A few sentences.
    pub summary: String,
    /// At least one.
    pub steps: Vec<Step>,
    /// What it cost.
    pub usage: Usage,
}

#[derive(Deserialize)]
struct Written {
    summary: String,
    steps: Vec<Value>,
}

#[derive(Deserialize)]
struct WrittenStep {
    title: String,
    detail: String,
    #[serde(default)]
    within_months: Option<i64>,
}

/// Has a plan written.
///
/// # Errors
/// [`Fault`].
pub async fn write(
    client: &Client,
    api: &Gemini,
    situation: &Situation,
    random: &dyn Random,
) -> Result<Plan, Fault> {
    let facts: Map<String, Value> = situation
        .facts
        .iter()
        .map(|fact| (fact.name.clone(), Value::from(fact.value.as_str())))
        .collect();
    let call =
        request::plan(api, &Value::Object(facts), situation.language, random).ok_or(Fault::NotConfigured)?;
    let reply = client.send(&call).await?;
    if !reply.status.is_success() {
        return Err(Fault::of(&reply));
    }
    let answer: Answer = serde_json::from_slice(&reply.body).map_err(|_| Fault::Malformed)?;
    match answer.finish() {
        Some(Finish::Blocked) => return Err(Fault::Refused),
        Some(Finish::Long) => return Err(Fault::Cut),
        Some(Finish::Stopped | Finish::Other) | None => {}
    }
    let mut usage = Usage {
        model: api.model.clone(),
        ..Usage::default()
    };
    answer.note(&mut usage);
    let written: Written = serde_json::from_str(&answer.text()).map_err(|_| Fault::Malformed)?;
    let summary = fit(&written.summary, LONGEST.1).ok_or(Fault::Malformed)?;
    let steps: Vec<Step> = written.steps.into_iter().filter_map(step).take(STEPS).collect();
    if steps.is_empty() {
        return Err(Fault::Malformed);
    }
    Ok(Plan {
        summary,
        steps,
        usage,
    })
}

/// A step in good form; any other is left out.
fn step(written: Value) -> Option<Step> {
    let written: WrittenStep = serde_json::from_value(written).ok()?;
    let months = written
        .within_months
        .and_then(|months| u16::try_from(months).ok());
    Some(Step {
        title: fit(&written.title, LONGEST.0)?,
        detail: fit(&written.detail, LONGEST.1)?,
        within_months: months.filter(|months| *months <= FURTHEST),
    })
}

fn fit(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    (1..=longest)
        .contains(&text.chars().count())
        .then(|| text.to_owned())
}
