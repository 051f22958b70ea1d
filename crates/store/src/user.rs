//! Accounts.

mod managed;
mod own;

pub use managed::{Filter, Managed, find_by_email, find_managed, search, set_role, set_tier};
pub use own::{Leaving, delete, rename, token_version};

use domain::one_time_token::Purpose;
use domain::outbox::Mail;
use domain::person::PersonName;
use domain::user::{Role, Tier, User};
use domain::{Email, Id, Timestamp};
use sql::{Database, Engine, Error, Row};

use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id, read_text};

/// What a statement ends with that inserts something of the account `u`. Postgres decides by the account as it was when the statement began,
/// unless it locks the row; SQLite has one writer at a time.
pub(crate) fn lock(db: &Database) -> &'static str {
    match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR SHARE OF u",
    }
}

/// An account that somebody asks for (AUTH-1).
pub struct Registration<'a> {
    /// The id, if the address is new.
    pub id: Id<User>,
    /// The address.
    pub email: &'a Email,
    /// The name.
    pub name: &'a PersonName,
    /// The password's hash as a PHC string.
    pub password_hash: &'a str,
    /// SHA-256 of the verification token.
    pub token_hash: &'a [u8; 32],
    /// The verification token itself, for the mail.
    pub token: &'a str,
    /// The id of the mail.
    pub mail_id: Id<Mail>,
    /// The language of the mail, `en` or `ko`.
    pub language: &'static str,
    /// Now.
    pub now: Timestamp,
    /// For the audit log, if the address is new.
    pub audit: &'a Event,
}

/// Creates an account with its verification token and mail; an address that is known gets another mail instead, and the
/// caller cannot tell the two apart (AUTH-1). One statement, by the trigger of the view `registrations`.
///
/// # Errors
/// [`Error`]; then nothing was written.
pub async fn register(db: &Database, new: &Registration<'_>) -> Result<(), Error> {
    let token_expires_at = new.now.plus(Purpose::VerifyEmail.lifetime());
    db.query(
        "INSERT INTO registrations (id, email, name, password_hash, token_hash, token, token_expires_at, mail_id,
             language, registered_at, audit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            id(new.id),
            new.email.as_str().into(),
            new.name.as_str().into(),
            new.password_hash.into(),
            new.token_hash.into(),
            new.token.into(),
            at(token_expires_at),
            id(new.mail_id),
            new.language.into(),
            at(new.now),
            new.audit.value(),
        ],
    )
    .await
    .map(|_| ())
}

/// What signing in needs to know of an account.
pub struct Credentials {
    /// The account.
    pub id: Id<User>,
    /// The password's hash; `None` for an account without a password.
    pub password_hash: Option<String>,
    /// Whether the address was shown to be the person's.
    pub verified: bool,
    /// For the access token.
    pub grants: Grants,
}

/// What an access token says about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grants {
    /// What the person pays for.
    pub tier: Tier,
    /// What the person may do.
    pub role: Role,
    /// See AUTH-13.
    pub token_version: i64,
}

pub(crate) fn read_grants(row: &Row, first: usize) -> Result<Grants, Error> {
    Ok(Grants {
        tier: read_text(row, first, "tier", Tier::parse)?,
        role: read_text(row, first + 1, "role", Role::parse)?,
        token_version: row.get(first + 2)?,
    })
}

/// The account behind an address, for signing in.
///
/// # Errors
/// [`Error`].
pub async fn find_credentials(db: &Database, email: &Email) -> Result<Option<Credentials>, Error> {
    let row = db
        .query_optional(
            "SELECT id, password_hash, email_verified_at IS NOT NULL, tier, role, token_version
             FROM users WHERE email = $1 AND deleted_at IS NULL",
            vec![email.as_str().into()],
        )
        .await?;
    row.map(|row| {
        Ok(Credentials {
            id: read_id(&row, 0)?,
            password_hash: row.get(1)?,
            verified: row.get(2)?,
            grants: read_grants(&row, 3)?,
        })
    })
    .transpose()
}

/// An account as its owner sees it.
pub struct Profile {
    /// The account.
    pub id: Id<User>,
    /// The address.
    pub email: Email,
    /// The name.
    pub name: PersonName,
    /// What the person pays for.
    pub tier: Tier,
    /// What the person may do.
    pub role: Role,
    /// Whether the address was shown to be the person's.
    pub verified: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts changes (CONV-6).
    pub version: i64,
}

/// The columns that [`read_profile`] reads.
const PROFILE: &str = "id, email, name, tier, role, email_verified_at IS NOT NULL, utc(created_at), version";

fn read_profile(row: &Row) -> Result<Profile, Error> {
    Ok(Profile {
        id: read_id(row, 0)?,
        email: read_text(row, 1, "address", Email::parse)?,
        name: read_text(row, 2, "name", PersonName::parse)?,
        tier: read_text(row, 3, "tier", Tier::parse)?,
        role: read_text(row, 4, "role", Role::parse)?,
        verified: row.get(5)?,
        created_at: read_at(row, 6)?,
        version: row.get(7)?,
    })
}

/// A person's own account.
///
/// # Errors
/// [`Error`].
pub async fn find(db: &Database, user: Id<User>) -> Result<Option<Profile>, Error> {
    let statement = format!("SELECT {PROFILE} FROM users WHERE id = $1 AND deleted_at IS NULL");
    let row = db.query_optional(&statement, vec![id(user)]).await?;
    row.map(|row| read_profile(&row)).transpose()
}
