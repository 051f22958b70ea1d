//! Accounts as those see them who look after them. For admins only: everything here crosses persons.

use domain::user::{Role, Standing, Tier, User};
use domain::version::Expected;
use domain::{Email, Id, Timestamp};
use sql::{Database, Error, Row, Value};

use super::{PROFILE, Profile, read_profile};
use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id};
use crate::conditions::Conditions;

/// An account with what only admins see.
pub struct Managed {
    /// What its owner sees.
    pub profile: Profile,
    /// See AUTH-13.
    pub token_version: i64,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Behind the columns of [`PROFILE`].
const OWN: &str = "token_version, utc(updated_at)";

fn read(row: &Row) -> Result<Managed, Error> {
    Ok(Managed {
        profile: read_profile(row)?,
        token_version: row.get(8)?,
        updated_at: read_at(row, 9)?,
    })
}

/// Which accounts are looked for; `None` leaves a field open.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The beginning of the address, or a part of the name.
    pub text: Option<String>,
    /// What the person may do.
    pub role: Option<Role>,
    /// What the person pays for.
    pub tier: Option<Tier>,
    /// Where the account stands.
    pub standing: Option<Standing>,
}

/// One page of accounts, newest first, older than `before`.
///
/// # Errors
/// [`Error`].
pub async fn search(
    db: &Database,
    filter: &Filter,
    before: Option<Id<User>>,
    limit: u8,
) -> Result<Vec<Managed>, Error> {
    let mut query = Conditions::default();
    query.and("deleted_at IS NULL");
    if let Some(text) = &filter.text {
        let literal = escape(&text.to_lowercase());
        let address = query.mark(format!("{literal}%").into());
        let name = query.mark(format!("%{literal}%").into());
        // Behind a bare parameter SQLite looks for a prefix, and plans the statement again for each.
        query.and(&format!(
            "(email LIKE CAST({address} AS TEXT) ESCAPE '!' OR LOWER(name) LIKE CAST({name} AS TEXT) ESCAPE '!')"
        ));
    }
    query.when(filter.role, "role = $", |role| role.as_str().into());
    query.when(filter.tier, "tier = $", |tier| tier.as_str().into());
    match filter.standing {
        Some(Standing::Active) => query.and("email_verified_at IS NOT NULL"),
        Some(Standing::Unverified) => query.and("email_verified_at IS NULL"),
        None => {}
    }
    let select = format!("SELECT {PROFILE}, {OWN} FROM users");
    query.newest(db, &select, before, limit, read).await
}

/// Takes the special meaning from what `LIKE` would read as a pattern.
fn escape(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            literal.push('!');
        }
        literal.push(character);
    }
    literal
}

/// Any account.
///
/// # Errors
/// [`Error`].
pub async fn find_managed(db: &Database, user: Id<User>) -> Result<Option<Managed>, Error> {
    let statement = format!("SELECT {PROFILE}, {OWN} FROM users WHERE id = $1 AND deleted_at IS NULL");
    one(db, &statement, vec![id(user)]).await
}

async fn one(db: &Database, statement: &str, parameters: Vec<Value>) -> Result<Option<Managed>, Error> {
    let row = db.query_optional(statement, parameters).await?;
    row.map(|row| read(&row)).transpose()
}

/// Sets what an account has paid for; `None` when there is no such account of one of the expected versions. One statement. Access tokens
/// carry the tier that they were issued with until they are refreshed.
///
/// # Errors
/// [`Error`].
pub async fn set_tier(
    db: &Database,
    user: Id<User>,
    tier: Tier,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Managed>, Error> {
    let mut query = Conditions::after(vec![tier.as_str().into(), at(now), audit.value()]);
    query.with("id = $", id(user));
    query.and("deleted_at IS NULL");
    query.expect(expected);
    let statement = format!(
        "UPDATE users SET tier = $1, updated_at = $2, version = version + 1, audit = $3
         WHERE {} RETURNING {PROFILE}, {OWN}",
        query.text()
    );
    one(db, &statement, query.parameters()).await
}

/// Sets what an account may do and raises the version of its tokens, so that none says otherwise; `None` when there is no such account of
/// one of the expected versions. One statement: whoever becomes an ordinary user is no verified agent any more, by a trigger.
///
/// # Errors
/// [`Error`].
pub async fn set_role(
    db: &Database,
    user: Id<User>,
    role: Role,
    expected: &Expected,
    audit: &Event,
    now: Timestamp,
) -> Result<Option<Managed>, Error> {
    let mut query = Conditions::after(vec![role.as_str().into(), at(now), audit.value()]);
    query.with("id = $", id(user));
    query.and("deleted_at IS NULL");
    query.expect(expected);
    let statement = format!(
        "UPDATE users SET role = $1, token_version = token_version + 1, updated_at = $2, version = version + 1, audit = $3
         WHERE {} RETURNING {PROFILE}, {OWN}",
        query.text()
    );
    one(db, &statement, query.parameters()).await
}

/// The account behind an address.
///
/// # Errors
/// [`Error`].
pub async fn find_by_email(db: &Database, email: &Email) -> Result<Option<Id<User>>, Error> {
    let row = db
        .query_optional(
            "SELECT id FROM users WHERE email = $1 AND deleted_at IS NULL",
            vec![email.as_str().into()],
        )
        .await?;
    row.map(|row| read_id(&row, 0)).transpose()
}
