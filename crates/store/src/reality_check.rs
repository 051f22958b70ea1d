//! Reality checks (CON-6, CONV-9). A check never changes; deleting one removes it.

use domain::affordability::{Assessment, Plan, PlanFailure, RealityCheck, Situation, Verdict};
use domain::region::RegionCode;
use domain::signal::Intent;
use domain::user::User;
use domain::{Id, Timestamp};
use serde::Serialize;
use sql::{Database, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id, read_text};
use crate::user;

/// A check on its way in.
pub struct NewCheck<'a> {
    /// Its id.
    pub id: Id<RealityCheck>,
    /// Whose.
    pub user: Id<User>,
    /// What was told.
    pub situation: &'a Situation,
    /// What it comes to.
    pub assessment: &'a Assessment,
    /// The plan, or why there is none.
    pub plan: Result<&'a Plan, PlanFailure>,
    /// Tokens that the plan cost: read and written.
    pub tokens: (u64, u64),
    /// For the audit log.
    pub audit: &'a Event,
    /// Now.
    pub now: Timestamp,
}

/// A check as it was answered. The parts are the JSON that was stored, so that an old check stays what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: Id<RealityCheck>,
    /// What was told.
    pub situation: String,
    /// What it comes to.
    pub assessment: String,
    /// The plan.
    pub plan: Option<String>,
    /// Why there is none.
    pub plan_unavailable: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// What a list shows of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: Id<RealityCheck>,
    /// Buy or rent.
    pub intent: Intent,
    /// Where.
    pub region: RegionCode,
    /// Price or deposit.
    pub target_price: i64,
    /// For a monthly rent.
    pub monthly_rent: Option<i64>,
    /// In one word.
    pub verdict: Verdict,
    /// The highest price or deposit that can be paid.
    pub largest_affordable_price: Option<i64>,
    /// Whether there is a plan.
    pub has_plan: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, situation, assessment, plan, plan_unavailable, utc(created_at)";

fn read(row: &Row) -> Result<Stored, Error> {
    Ok(Stored {
        id: read_id(row, 0)?,
        situation: row.get(1)?,
        assessment: row.get(2)?,
        plan: row.get(3)?,
        plan_unavailable: row.get(4)?,
        created_at: read_at(row, 5)?,
    })
}

/// Writes a check; `None` when the account has ended meanwhile: a plan takes its time, and nothing may be left behind. One statement. If the
/// person has a check of this id already, it is given back as it is (CONV-7).
///
/// # Errors
/// [`Error`].
pub async fn create(db: &Database, new: &NewCheck<'_>) -> Result<Option<Stored>, Error> {
    let lock = user::lock(db);
    let statement = format!(
        "INSERT INTO reality_checks (id, user_id, intent, region_code, target_price, monthly_rent, verdict,
             largest_affordable_price, situation, assessment, plan, plan_unavailable, plan_input_tokens,
             plan_output_tokens, created_at, audit)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
         FROM users u WHERE u.id = $2 AND u.deleted_at IS NULL {lock}
         ON CONFLICT (id) DO UPDATE SET id = excluded.id WHERE reality_checks.user_id = excluded.user_id
         RETURNING {COLUMNS}"
    );
    let (situation, assessment) = (new.situation, new.assessment);
    let plan = new.plan.ok().map(json).transpose()?;
    let tokens = |count: u64| Value::from(i64::try_from(count).unwrap_or(i64::MAX));
    let parameters = vec![
        id(new.id),
        id(new.user),
        situation.intent.as_str().into(),
        situation.region_code.as_str().into(),
        situation.target_price.amount().into(),
        situation.monthly_rent.map(domain::Won::amount).into(),
        assessment.verdict.as_str().into(),
        assessment.largest_affordable_price.into(),
        json(situation)?.as_str().into(),
        json(assessment)?.as_str().into(),
        plan.as_deref().into(),
        new.plan.err().map(PlanFailure::as_str).into(),
        tokens(new.tokens.0),
        tokens(new.tokens.1),
        at(new.now),
        new.audit.value(),
    ];
    let row = db.query_optional(&statement, parameters).await?;
    row.map(|row| read(&row)).transpose()
}

fn json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Failed(error.to_string()))
}

/// A person's own check.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, check: Id<RealityCheck>, user: Id<User>) -> Result<Option<Stored>, Error> {
    let statement = format!("SELECT {COLUMNS} FROM reality_checks WHERE id = $1 AND user_id = $2");
    let row = db.query_optional(&statement, vec![id(check), id(user)]).await?;
    row.map(|row| read(&row)).transpose()
}

/// One page of a person's own checks, newest first, older than `before`.
///
/// # Errors
/// [`Error`].
pub async fn list(
    db: &Database,
    user: Id<User>,
    before: Option<Id<RealityCheck>>,
    limit: u8,
) -> Result<Vec<Summary>, Error> {
    let mut parameters = vec![id(user)];
    let older = match before {
        None => "",
        Some(before) => {
            parameters.push(id(before));
            "AND id < $2"
        }
    };
    let statement = format!(
        "SELECT id, intent, region_code, target_price, monthly_rent, verdict, largest_affordable_price,
             plan IS NOT NULL, utc(created_at)
         FROM reality_checks WHERE user_id = $1 {older} ORDER BY id DESC LIMIT {limit}"
    );
    let rows = db.query(&statement, parameters).await?;
    rows.iter().map(read_summary).collect()
}

fn read_summary(row: &Row) -> Result<Summary, Error> {
    Ok(Summary {
        id: read_id(row, 0)?,
        intent: read_text(row, 1, "intent", Intent::parse)?,
        region: read_text(row, 2, "region code", RegionCode::parse)?,
        target_price: row.get(3)?,
        monthly_rent: row.get(4)?,
        verdict: read_text(row, 5, "verdict", Verdict::parse)?,
        largest_affordable_price: row.get(6)?,
        has_plan: row.get(7)?,
        created_at: read_at(row, 8)?,
    })
}

/// Removes a person's own check; `false` when there is none. The event stays, the row goes, by a trigger. One statement.
///
/// # Errors
/// [`Error`].
pub async fn delete(
    db: &Database,
    check: Id<RealityCheck>,
    user: Id<User>,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    let row = db
        .query_optional(
            "UPDATE reality_checks SET deleted_at = $1, audit = $2 WHERE id = $3 AND user_id = $4 RETURNING id",
            vec![at(now), audit.value(), id(check), id(user)],
        )
        .await?;
    Ok(row.is_some())
}
