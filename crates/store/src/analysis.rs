//! Analyses of contracts as their people see them (CON-4, CON-5): begun, read, watched. The work on them is in
//! [`crate::analysis_work`].

use domain::analysis::Severity;
use domain::analysis::run::{Analysis, State};
use domain::contract::Contract;
use domain::progress::Stage;
use domain::user::User;
use domain::{Id, Timestamp};
use sql::{Database, Error, Row};

use crate::analysis_finding::{self, Numbered};
use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id, read_optional_at};
use crate::contract;

/// An analysis as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Id<Analysis>,
    /// What is analysed.
    pub contract: Id<Contract>,
    /// In which version.
    pub contract_version: i64,
    /// `en` or `ko`.
    pub language: String,
    /// Where it stands.
    pub state: State,
    /// The stage at which it stands.
    pub stage: Stage,
    /// How often it was taken up.
    pub claim: i64,
    /// Whether nobody works on it although somebody should.
    pub is_overdue: bool,
    /// How many findings there are, whichever of them were asked for.
    pub found: u32,
    /// The findings that were asked for, by number.
    pub findings: Vec<Numbered>,
    /// The numbers of those that stand at the end, worst first; `None` before the end.
    pub ranking: Option<Vec<u32>>,
    /// What came of it; `None` without a result.
    pub result: Option<Result>,
    /// Why it failed, or why its last attempt did.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What stands at the end of an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Result {
    /// How risky it is as a whole.
    pub risk_level: Severity,
    /// From 0, harmless, to 100.
    pub risk_score: u8,
    /// A few sentences.
    pub summary: String,
    /// Who found it.
    pub model: String,
}

/// `$1` is always the present, `$2` the number above which findings are read.
const COLUMNS: &str = "id, contract_id, contract_version, language, state, stage, claim,
    state IN ('pending', 'processing') AND due_at <= $1, found, CASE WHEN found > $2 THEN findings ELSE '' END, ranking,
    risk_level, risk_score, summary, model, failure, utc(created_at), utc(finished_at)";

/// Above every number: no findings are read.
const NO_FINDINGS: i64 = i64::MAX;

fn read(row: &Row, after: i64) -> std::result::Result<Stored, Error> {
    let ranking: Option<String> = row.get(10)?;
    Ok(Stored {
        id: read_id(row, 0)?,
        contract: read_id(row, 1)?,
        contract_version: row.get(2)?,
        language: row.get(3)?,
        state: read_word(row, 4, "state", State::parse)?,
        stage: read_word(row, 5, "stage", Stage::parse)?,
        claim: row.get(6)?,
        is_overdue: row.get(7)?,
        found: count(row, 8)?,
        findings: analysis_finding::read(row, 9, after)?,
        ranking: ranking.map(|text| analysis_finding::numbers(&text)),
        result: read_result(row, 11)?,
        failure: row.get(15)?,
        created_at: read_at(row, 16)?,
        finished_at: read_optional_at(row, 17)?,
    })
}

fn read_result(row: &Row, first: usize) -> std::result::Result<Option<Result>, Error> {
    let level: Option<String> = row.get(first)?;
    if level.is_none() {
        return Ok(None);
    }
    Ok(Some(Result {
        risk_level: read_word(row, first, "risk level", Severity::parse)?,
        risk_score: u8::try_from(row.get::<i64>(first + 1)?).unwrap_or(100),
        summary: row.get(first + 2)?,
        model: row.get(first + 3)?,
    }))
}

/// A word of ours in a column.
pub(crate) fn read_word<T>(
    row: &Row,
    column: usize,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> std::result::Result<T, Error> {
    let text: String = row.get(column)?;
    parse(&text).ok_or(Error::Decode { column, expected })
}

pub(crate) fn count(row: &Row, column: usize) -> std::result::Result<u32, Error> {
    Ok(u32::try_from(row.get::<i64>(column)?).unwrap_or(u32::MAX))
}

/// What somebody wants to have analysed.
pub struct Request<'a> {
    /// The id of the analysis, if it is a new one.
    pub id: Id<Analysis>,
    /// What is to be analysed.
    pub contract: Id<Contract>,
    /// Who asks.
    pub user: Id<User>,
    /// The version whose text was hashed.
    pub contract_version: i64,
    /// Of the text and the terms.
    pub document_hash: &'a [u8; 32],
    /// `en` or `ko`.
    pub language: &'a str,
    /// Which analyst is to answer.
    pub analyst: &'a str,
    /// What the audit log says of it.
    pub audit: &'a Event,
    /// The present.
    pub now: Timestamp,
}

/// Begins an analysis, or gives back the one that runs for the same document. `None` if there is a completed one, for
/// [`find_known`], or if the contract is not there in this version any more. One statement: of many at once, all get the same row.
///
/// # Errors
/// [`Error`].
pub async fn start(db: &Database, request: &Request<'_>) -> std::result::Result<Option<Stored>, Error> {
    let statement = format!(
        "INSERT INTO analyses (created_at, due_at, found, id, document_hash, language, analyst, audit, state,
             contract_id, user_id, contract_version)
         SELECT $1, $1, $2, $3, $4, $5, $6, $7, 'pending', c.id, c.user_id, c.version
         FROM contracts c
         WHERE c.id = $8 AND c.user_id = $9 AND c.version = $10 AND c.deleted_at IS NULL
             AND NOT EXISTS (
                 SELECT 1 FROM analyses a WHERE a.contract_id = c.id AND a.document_hash = $4 AND a.language = $5
                     AND a.analyst = $6 AND a.state = 'completed')
         {}
         ON CONFLICT (contract_id, document_hash) WHERE state IN ('pending', 'processing')
             DO UPDATE SET id = analyses.id
         RETURNING {COLUMNS}",
        contract::lock(db)
    );
    let row = db
        .query_optional(
            &statement,
            vec![
                at(request.now),
                0.into(),
                id(request.id),
                request.document_hash.into(),
                request.language.into(),
                request.analyst.into(),
                request.audit.value(),
                id(request.contract),
                id(request.user),
                request.contract_version.into(),
            ],
        )
        .await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// The analysis that answers the request already: the one that runs for the same document, else the newest completed one by the same
/// analyst in the same language.
///
/// # Errors
/// [`Error`].
pub async fn find_known(db: &Database, request: &Request<'_>) -> std::result::Result<Option<Stored>, Error> {
    let statement = format!(
        "SELECT {COLUMNS} FROM analyses
         WHERE contract_id = $3 AND user_id = $4 AND document_hash = $5
             AND (state IN ('pending', 'processing') OR (state = 'completed' AND language = $6 AND analyst = $7))
         ORDER BY CASE WHEN state = 'completed' THEN 1 ELSE 0 END, id DESC LIMIT 1"
    );
    let row = db
        .query_optional(
            &statement,
            vec![
                at(request.now),
                0.into(),
                id(request.contract),
                id(request.user),
                request.document_hash.into(),
                request.language.into(),
                request.analyst.into(),
            ],
        )
        .await?;
    row.map(|row| read(&row, 0)).transpose()
}

/// The newest analysis of a person's own contract, with all its findings.
///
/// # Errors
/// [`Error`].
pub async fn latest(
    db: &Database,
    contract: Id<Contract>,
    user: Id<User>,
    after: u32,
    now: Timestamp,
) -> std::result::Result<Option<Stored>, Error> {
    let after = i64::from(after);
    let statement = format!(
        "SELECT {COLUMNS} FROM analyses WHERE contract_id = $3 AND user_id = $4 ORDER BY id DESC LIMIT 1"
    );
    let parameters = vec![at(now), after.into(), id(contract), id(user)];
    let row = db.query_optional(&statement, parameters).await?;
    row.map(|row| read(&row, after)).transpose()
}

/// How an analysis stands, with the findings that came after number `after`. One read by the primary key: it is asked often.
///
/// # Errors
/// [`Error`].
pub async fn watch(
    db: &Database,
    analysis: Id<Analysis>,
    user: Id<User>,
    after: u32,
    now: Timestamp,
) -> std::result::Result<Option<Stored>, Error> {
    let after = i64::from(after);
    let statement = format!("SELECT {COLUMNS} FROM analyses WHERE id = $3 AND user_id = $4");
    let parameters = vec![at(now), after.into(), id(analysis), id(user)];
    let row = db.query_optional(&statement, parameters).await?;
    row.map(|row| read(&row, after)).transpose()
}

/// The analyses of a person's own contract, newest first, without their findings.
///
/// # Errors
/// [`Error`].
pub async fn list(
    db: &Database,
    contract: Id<Contract>,
    user: Id<User>,
    before: Option<Id<Analysis>>,
    limit: u8,
    now: Timestamp,
) -> std::result::Result<Vec<Stored>, Error> {
    let mut parameters = vec![at(now), NO_FINDINGS.into(), id(contract), id(user)];
    let beyond = match before {
        Some(before) => {
            parameters.push(id(before));
            "AND id < $5"
        }
        None => "",
    };
    let statement = format!(
        "SELECT {COLUMNS} FROM analyses WHERE contract_id = $3 AND user_id = $4 {beyond}
         ORDER BY id DESC LIMIT {limit}"
    );
    let rows = db.query(&statement, parameters).await?;
    rows.iter().map(|row| read(row, NO_FINDINGS)).collect()
}
