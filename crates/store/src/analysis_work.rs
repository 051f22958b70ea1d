//! The work on analyses (CON-4, PROG-1): taken up by a lease, noted step by step, ended once.
//!
//! Every write names the claim that it belongs to. Whoever lost the lease to somebody else finds that nothing is changed any more, and
//! stops. Taking up crosses persons; everything after it names the person.

use domain::analysis::Finding;
use domain::analysis::run::{Analysis, Failure, State, Verdict};
use domain::contract::Contract;
use domain::progress::Stage;
use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Database, Engine, Error, Value};

use crate::analysis::{Result as Outcome, count};
use crate::analysis_finding::{self, Numbered};
use crate::codec::{at, id, read_id};

/// An analysis that somebody has for themselves until the lease ends.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The analysis.
    pub id: Id<Analysis>,
    /// What is analysed.
    pub contract: Id<Contract>,
    /// Whose it is.
    pub user: Id<User>,
    /// What was hashed when it was asked for.
    pub document_hash: Vec<u8>,
    /// `en` or `ko`.
    pub language: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Which claim this is, from 1: what later writes are recognised by.
    pub claim: i64,
    /// What earlier attempts found.
    pub findings: Vec<Numbered>,
}

/// Takes up the analysis that is due for longest; nobody else takes it before `leased_until`. One statement, so two that ask
/// at once get different ones.
///
/// # Errors
/// [`Error`]; then nothing was taken.
pub async fn claim(db: &Database, leased_until: Timestamp, now: Timestamp) -> Result<Option<Claimed>, Error> {
    // SQLite has one writer at a time; on Postgres nobody must wait for the row of another.
    let lock = match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let statement = format!(
        "UPDATE analyses SET state = 'processing', stage = 'ingestion', attempts = attempts + 1, claim = claim + 1,
             due_at = $1
         WHERE id = (
             SELECT id FROM analyses WHERE state IN ('pending', 'processing') AND due_at <= $2
             ORDER BY due_at LIMIT 1 {lock})
         RETURNING id, contract_id, user_id, document_hash, language, attempts, claim, findings"
    );
    let row = db
        .query_optional(&statement, vec![at(leased_until), at(now)])
        .await?;
    row.map(|row| {
        Ok(Claimed {
            id: read_id(&row, 0)?,
            contract: read_id(&row, 1)?,
            user: read_id(&row, 2)?,
            document_hash: row.get(3)?,
            language: row.get(4)?,
            attempt: count(&row, 5)?,
            claim: row.get(6)?,
            findings: analysis_finding::read(&row, 7, 0)?,
        })
    })
    .transpose()
}

/// Notes that a stage begins, and makes the lease longer. `false` when the lease is lost.
///
/// # Errors
/// [`Error`].
pub async fn enter(
    db: &Database,
    claimed: &Claimed,
    stage: Stage,
    leased_until: Timestamp,
) -> Result<bool, Error> {
    change(
        db,
        "stage = $1, due_at = $2",
        vec![stage.as_str().into(), at(leased_until)],
        claimed,
    )
    .await
}

/// Makes the lease longer. `false` when it is lost.
///
/// # Errors
/// [`Error`].
pub async fn hold(db: &Database, claimed: &Claimed, leased_until: Timestamp) -> Result<bool, Error> {
    change(db, "due_at = $1", vec![at(leased_until)], claimed).await
}

/// Keeps a finding under the next number, and makes the lease longer. `None` when the lease is lost. `number` must be one above those
/// that are there, which nobody but the holder of the lease changes.
///
/// # Errors
/// [`Error`].
pub async fn keep(
    db: &Database,
    claimed: &Claimed,
    number: u32,
    finding: Finding,
    leased_until: Timestamp,
) -> Result<Option<Numbered>, Error> {
    let numbered = Numbered { number, finding };
    let parameters = vec![
        i64::from(number).into(),
        analysis_finding::line(&numbered).into(),
        at(leased_until),
    ];
    let kept = change(
        db,
        "found = $1, findings = findings || $2, due_at = $3",
        parameters,
        claimed,
    )
    .await?;
    Ok(kept.then_some(numbered))
}

/// What an analysis ends with.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The numbers of the findings that stand, worst first.
    pub ranking: Vec<u32>,
    /// What came of it.
    pub result: Outcome,
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// The present.
    pub now: Timestamp,
}

/// Completes an analysis. `false` when the lease is lost.
///
/// # Errors
/// [`Error`]; then the lease runs out and it is taken up again.
pub async fn complete(db: &Database, claimed: &Claimed, completion: &Completion) -> Result<bool, Error> {
    let tokens = |count: u64| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let result = &completion.result;
    let parameters = vec![
        analysis_finding::ranking(&completion.ranking).into(),
        result.risk_level.as_str().into(),
        i64::from(result.risk_score).into(),
        result.summary.as_str().into(),
        result.model.as_str().into(),
        tokens(completion.input_tokens),
        tokens(completion.output_tokens),
        at(completion.now),
    ];
    let set = "ranking = $1, risk_level = $2, risk_score = $3, summary = $4, model = $5, input_tokens = $6,
        output_tokens = $7, finished_at = $8, state = 'completed', failure = NULL";
    change(db, set, parameters, claimed).await
}

/// Notes what becomes of an analysis that failed. `false` when the lease is lost.
///
/// # Errors
/// [`Error`]; then the lease runs out and it is taken up again.
pub async fn settle(
    db: &Database,
    claimed: &Claimed,
    verdict: Verdict,
    now: Timestamp,
) -> Result<bool, Error> {
    let (set, state, instant, failure) = match verdict {
        Verdict::Again(next, failure) => ("due_at", State::Pending, next, failure),
        Verdict::Over(failure) => ("finished_at", State::Failed, now, failure),
    };
    let set = format!("state = $1, failure = $2, {set} = $3");
    let parameters = vec![state.as_str().into(), failure.as_str().into(), at(instant)];
    change(db, &set, parameters, claimed).await
}

/// Lets an analysis wait for our own quota without losing an attempt. `false` when the lease is lost.
///
/// # Errors
/// [`Error`]; then the lease runs out and it is taken up again.
pub async fn postpone(db: &Database, claimed: &Claimed, next: Timestamp) -> Result<bool, Error> {
    let parameters = vec![at(next), Failure::Throttled.as_str().into()];
    let set = "due_at = $1, failure = $2, state = 'pending', attempts = attempts - 1";
    change(db, set, parameters, claimed).await
}

/// Changes the row while it is this claim's.
async fn change(
    db: &Database,
    set: &str,
    mut parameters: Vec<Value>,
    claimed: &Claimed,
) -> Result<bool, Error> {
    let next = parameters.len() + 1;
    let statement = format!(
        "UPDATE analyses SET {set} WHERE id = ${next} AND user_id = ${} AND claim = ${} AND state = 'processing'
         RETURNING id",
        next + 1,
        next + 2
    );
    parameters.extend([id(claimed.id), id(claimed.user), claimed.claim.into()]);
    Ok(db.query_optional(&statement, parameters).await?.is_some())
}
