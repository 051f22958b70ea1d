//! Who somebody is at a provider, and the provider's tokens (AUTH-14, AUTH-15).

use domain::outbox::Mail;
use domain::person::PersonName;
use domain::provider::{Known, Provider, ProviderIdentity, Subject};
use domain::user::User;
use domain::{Email, Id, Timestamp};
use sql::{Database, Engine, Error, Row, Value};

use crate::audit::Event;
use crate::codec::{at, id, read_at, read_id, read_optional_at, read_optional_id, read_text};
use crate::user::{Grants, read_grants};

/// A provider's tokens, encrypted (AUTH-15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The access token.
    pub access: Vec<u8>,
    /// The refresh token, if the provider gave one.
    pub refresh: Option<Vec<u8>>,
    /// Which key opens both.
    pub key_id: String,
    /// When the access token ends, if the provider says.
    pub access_expires_at: Option<Timestamp>,
}

/// Somebody who comes from a provider and is not known yet.
pub struct Arrival<'a> {
    /// The id of the identity, if it is new.
    pub identity: Id<ProviderIdentity>,
    /// The id of the account, if it is new.
    pub user: Id<User>,
    /// The provider.
    pub provider: Provider,
    /// Who it is there.
    pub subject: &'a Subject,
    /// The address.
    pub email: &'a Email,
    /// The name to show.
    pub name: &'a PersonName,
    /// The tokens, sealed for `identity`.
    pub tokens: &'a Sealed,
    /// The id of the mail that tells the owner of an account that was tied.
    pub mail_id: Id<Mail>,
    /// Its language, `en` or `ko`.
    pub language: &'static str,
    /// For the audit log.
    pub audit: &'a Event,
    /// Now.
    pub now: Timestamp,
}

/// What we know of a subject and of an address. One read.
///
/// # Errors
/// [`Error`].
pub async fn find_standing(
    db: &Database,
    provider: Provider,
    subject: &Subject,
    email: Option<&Email>,
) -> Result<Known, Error> {
    let row = db
        .query_optional(
            "SELECT
                 (SELECT i.id FROM provider_identities i WHERE i.provider = $1 AND i.subject = $2),
                 (SELECT CASE WHEN u.email_verified_at IS NULL THEN 'unverified' ELSE 'verified' END
                  FROM users u WHERE u.email = $3 AND u.deleted_at IS NULL)",
            vec![
                provider.as_str().into(),
                subject.as_str().into(),
                email.map_or("", Email::as_str).into(),
            ],
        )
        .await?;
    let (identity, account) = match &row {
        Some(row) => (
            read_optional_id::<ProviderIdentity>(row, 0)?,
            row.get::<Option<String>>(1)?,
        ),
        None => (None, None),
    };
    Ok(match (identity, account.as_deref()) {
        (Some(_), _) => Known::Identity,
        (None, Some("verified")) => Known::Verified,
        (None, Some(_)) => Known::Unverified,
        (None, None) => Known::Nothing,
    })
}

/// Makes an account for an address that its provider vouches for, or ties the identity to the verified account of that address; in
/// the latter case everything of before ends (`docs/decisions.md`). Does nothing if the identity is known or the account is not
/// verified: read again what happened. One statement, by the trigger of the view `provider_arrivals`.
///
/// # Errors
/// [`Error`]; then nothing was written.
pub async fn enter(db: &Database, arrival: &Arrival<'_>) -> Result<(), Error> {
    db.query(
        "INSERT INTO provider_arrivals (identity_id, user_id, provider, subject, email, name, proof, access_sealed,
             refresh_sealed, key_id, access_expires_at, arrived_at, mail_id, language, audit)
         VALUES ($1, $2, $3, $4, $5, $6, 'provider', $7, $8, $9, $10, $11, $12, $13, $14)",
        vec![
            id(arrival.identity),
            id(arrival.user),
            arrival.provider.as_str().into(),
            arrival.subject.as_str().into(),
            arrival.email.as_str().into(),
            arrival.name.as_str().into(),
            arrival.tokens.access.clone().into(),
            arrival.tokens.refresh.clone().into(),
            arrival.tokens.key_id.as_str().into(),
            optional_at(arrival.tokens.access_expires_at),
            at(arrival.now),
            id(arrival.mail_id),
            arrival.language.into(),
            arrival.audit.value(),
        ],
    )
    .await
    .map(|_| ())
}

/// An instant that may be missing; Postgres is told the type of `NULL` by the column.
fn optional_at(instant: Option<Timestamp>) -> Value {
    instant.map_or(Value::Null, at)
}

/// An identity with its tokens.
pub struct Identity {
    /// Its id.
    pub id: Id<ProviderIdentity>,
    /// The person.
    pub user: Id<User>,
    /// The provider.
    pub provider: Provider,
    /// The tokens.
    pub tokens: Sealed,
    /// Counts changes of the tokens.
    pub version: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When the person last came by it.
    pub last_used_at: Timestamp,
}

const COLUMNS: &str = "id, user_id, provider, access_sealed, refresh_sealed, key_id, utc(access_expires_at), version, \
                       utc(created_at), utc(last_used_at)";

fn read(row: &Row) -> Result<Identity, Error> {
    Ok(Identity {
        id: read_id(row, 0)?,
        user: read_id(row, 1)?,
        provider: read_text(row, 2, "provider", |raw| Provider::parse(raw).ok_or(()))?,
        tokens: Sealed {
            access: row.get(3)?,
            refresh: row.get(4)?,
            key_id: row.get(5)?,
            access_expires_at: read_optional_at(row, 6)?,
        },
        version: row.get(7)?,
        created_at: read_at(row, 8)?,
        last_used_at: read_at(row, 9)?,
    })
}

/// A person's identities, oldest first.
///
/// # Errors
/// [`Error`].
pub async fn list(db: &Database, user: Id<User>) -> Result<Vec<Identity>, Error> {
    let statement = format!("SELECT {COLUMNS} FROM provider_identities WHERE user_id = $1 ORDER BY id");
    let rows = db.query(&statement, vec![id(user)]).await?;
    rows.iter().map(read).collect()
}

/// One of a person's identities.
///
/// # Errors
/// [`Error`].
pub async fn find(
    db: &Database,
    identity: Id<ProviderIdentity>,
    user: Id<User>,
) -> Result<Option<Identity>, Error> {
    let statement = format!("SELECT {COLUMNS} FROM provider_identities WHERE id = $1 AND user_id = $2");
    let row = db
        .query_optional(&statement, vec![id(identity), id(user)])
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Gives one of a person's identities up, tokens and all, unless it is the only way in: another identity or a password must be left.
/// One statement: of two that are left and given up at once, one stays. Nothing else ends. Whether it was done.
///
/// # Errors
/// [`Error`].
pub async fn unlink(
    db: &Database,
    identity: Id<ProviderIdentity>,
    user: Id<User>,
    audit: &Event,
    now: Timestamp,
) -> Result<bool, Error> {
    // Postgres counts what was there when the statement began, unless it locks the rows; SQLite has one writer at a time.
    let lock = match db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE",
    };
    let statement = format!(
        "WITH ways AS (SELECT i.id FROM provider_identities i WHERE i.user_id = $1 ORDER BY i.id {lock})
         UPDATE provider_identities SET unlinked_at = $2, audit = $3
         WHERE id = $4 AND user_id = $1
             AND ((SELECT COUNT(*) FROM ways) > 1
                 OR EXISTS (SELECT 1 FROM users u WHERE u.id = $1 AND u.password_hash IS NOT NULL))
         RETURNING id"
    );
    let parameters = vec![id(user), at(now), audit.value(), id(identity)];
    Ok(db.query_optional(&statement, parameters).await?.is_some())
}

/// The identity of a subject of a provider, whoever it is: for the provider's own answer, which names nobody else.
///
/// # Errors
/// [`Error`].
pub async fn find_known(
    db: &Database,
    provider: Provider,
    subject: &Subject,
) -> Result<Option<Identity>, Error> {
    let statement = format!("SELECT {COLUMNS} FROM provider_identities WHERE provider = $1 AND subject = $2");
    let parameters = vec![provider.as_str().into(), subject.as_str().into()];
    let row = db.query_optional(&statement, parameters).await?;
    row.map(|row| read(&row)).transpose()
}

/// Who signs in with an identity.
pub struct Owner {
    /// The person.
    pub user: Id<User>,
    /// For the access token.
    pub grants: Grants,
    /// When the identity was tied to an account that was there before.
    pub linked_at: Option<Timestamp>,
}

/// The account behind a subject of a provider.
///
/// # Errors
/// [`Error`].
pub async fn find_owner(
    db: &Database,
    provider: Provider,
    subject: &Subject,
) -> Result<Option<Owner>, Error> {
    let row = db
        .query_optional(
            "SELECT u.id, u.tier, u.role, u.token_version, utc(i.linked_at)
             FROM provider_identities i JOIN users u ON u.id = i.user_id AND u.deleted_at IS NULL
             WHERE i.provider = $1 AND i.subject = $2",
            vec![provider.as_str().into(), subject.as_str().into()],
        )
        .await?;
    row.map(|row| {
        Ok(Owner {
            user: read_id(&row, 0)?,
            grants: read_grants(&row, 1)?,
            linked_at: read_optional_at(&row, 4)?,
        })
    })
    .transpose()
}

/// Puts tokens in the place of those that are known; `false` when somebody else was faster. `used_at` is when the person came by
/// it, `None` when nobody did. One statement: of N parallel attempts one succeeds.
///
/// # Errors
/// [`Error`].
pub async fn replace_tokens(
    db: &Database,
    known: &Identity,
    tokens: &Sealed,
    used_at: Option<Timestamp>,
) -> Result<bool, Error> {
    let replaced = db
        .query_optional(
            "UPDATE provider_identities SET access_sealed = $1, refresh_sealed = $2, key_id = $3, access_expires_at = $4,
                 last_used_at = COALESCE($5, last_used_at), version = version + 1
             WHERE id = $6 AND user_id = $7 AND version = $8
             RETURNING version",
            vec![
                tokens.access.clone().into(),
                tokens.refresh.clone().into(),
                tokens.key_id.as_str().into(),
                optional_at(tokens.access_expires_at),
                optional_at(used_at),
                id(known.id),
                id(known.user),
                known.version.into(),
            ],
        )
        .await?;
    Ok(replaced.is_some())
}

/// Puts the same tokens under another key, unless they have changed in between. One statement.
///
/// # Errors
/// [`Error`].
pub async fn reseal(db: &Database, known: &Identity, tokens: &Sealed) -> Result<(), Error> {
    db.query(
        "UPDATE provider_identities SET access_sealed = $1, refresh_sealed = $2, key_id = $3
         WHERE id = $4 AND user_id = $5 AND version = $6 AND key_id = $7",
        vec![
            tokens.access.clone().into(),
            tokens.refresh.clone().into(),
            tokens.key_id.as_str().into(),
            id(known.id),
            id(known.user),
            known.version.into(),
            known.tokens.key_id.as_str().into(),
        ],
    )
    .await
    .map(|_| ())
}
