//! `cargo xtask admin`: makes the first admin, and takes the role back. Admins make further ones over HTTP.

use std::path::Path;

use anyhow::{Result, anyhow, ensure};
use domain::Email;
use domain::audit::Action;
use domain::user::Role;
use domain::version::Expected;
use store::{Database, user};

use crate::workspace::Workspace;
use crate::{migrate, operator, term};

/// What `cargo xtask admin` understands.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    change: Change,
    /// Database: `sqlite:PATH` (relative to the project) or `postgres://user:password@host/name`
    #[arg(long, global = true, default_value = migrate::DEFAULT_URL)]
    url: String,
}

#[derive(clap::Subcommand)]
enum Change {
    /// Make the person with this address an admin
    Grant {
        /// A verified address
        address: String,
    },
    /// Make the person with this address an ordinary user
    Revoke {
        /// The address
        address: String,
    },
}

/// Runs `cargo xtask admin`.
pub fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let (address, role) = match &args.change {
        Change::Grant { address } => (address, Role::Admin),
        Change::Revoke { address } => (address, Role::User),
    };
    let email =
        Email::parse(address).map_err(|code| anyhow!("{address} is no mail address: {}", code.as_str()))?;
    operator::on(workspace, &args.url, async |db| set(db, &email, role).await)?;
    match role {
        Role::Admin => term::note("granted; the next refresh or sign-in gives a token that says so"),
        _ => term::note(
            "revoked; access tokens that were issued before say otherwise until they end, 30 minutes at most \
             (PUT /api/v1/admin/users/{id}/role voids them at once)",
        ),
    }
    Ok(())
}

/// Makes the person with this address an admin, in a database file.
pub fn grant(workspace: &Workspace, database: &Path, address: &str) -> Result<()> {
    let url = format!("sqlite:{}", database.display());
    let address = address.to_owned();
    run(
        workspace,
        &Args {
            change: Change::Grant { address },
            url,
        },
    )
}

async fn set(db: &Database, email: &Email, role: Role) -> Result<()> {
    let nobody = || anyhow!("nobody has this address");
    let id = user::find_by_email(db, email).await?.ok_or_else(nobody)?;
    let managed = user::find_managed(db, id).await?.ok_or_else(nobody)?;
    ensure!(
        role != Role::Admin || managed.profile.verified,
        "the address is not verified yet: whoever registered it may not own it"
    );
    let now = operator::now();
    let audit = operator::event(Action::RoleChanged, "cargo xtask admin", now);
    // Only the account that was looked at.
    let expected = Expected::OneOf(vec![managed.profile.version]);
    let changed = user::set_role(db, id, role, &expected, &audit, now).await?;
    ensure!(changed.is_some(), "the account has just been changed; try again");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Id, Timestamp};
    use sql::native::NativeSqlite;
    use store::audit::{Filter, list};

    fn email() -> Email {
        Email::parse("kim@example.com").unwrap()
    }

    async fn account(db: &Database) -> [u8; 32] {
        let now = Timestamp::from_micros(0);
        let registration = user::Registration {
            id: Id::from_uuid(operator::event(Action::RoleChanged, "test", now).id.uuid()),
            email: &email(),
            name: &domain::person::PersonName::parse("Kim").unwrap(),
            password_hash: "",
            token_hash: &[7; 32],
            token: "",
            mail_id: Id::from_uuid(operator::event(Action::RoleChanged, "test", now).id.uuid()),
            language: "en",
            now,
            audit: &operator::event(Action::AccountRegistered, "test", now),
        };
        user::register(db, &registration).await.unwrap();
        [7; 32]
    }

    #[test]
    fn the_role_is_granted_to_a_verified_address_and_taken_back() {
        let workspace = Workspace::load().unwrap();
        let folder = std::env::temp_dir().join(format!("realcare-admin-{}", std::process::id()));
        let path = folder.join("test.db");
        let url = format!("sqlite:{}", path.display());
        migrate::apply(&workspace, &url).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let db = Database::new(NativeSqlite::new(path));
            assert!(set(&db, &email(), Role::Admin).await.is_err(), "nobody");
            let token = account(&db).await;
            assert!(set(&db, &email(), Role::Admin).await.is_err(), "not verified");
            let now = Timestamp::from_micros(1);
            let audit = operator::event(Action::EmailVerified, "test", now);
            assert!(
                store::one_time_token::verify_email(&db, &token, &audit, now)
                    .await
                    .unwrap()
            );
            for (role, version) in [(Role::Admin, 2), (Role::User, 3)] {
                set(&db, &email(), role).await.unwrap();
                let credentials = user::find_credentials(&db, &email()).await.unwrap().unwrap();
                assert_eq!(
                    (credentials.grants.role, credentials.grants.token_version),
                    (role, version)
                );
            }
            let filter = Filter {
                action: Some(Action::RoleChanged),
                ..Filter::default()
            };
            let events = list(&db, &filter, None, 9).await.unwrap();
            assert_eq!(events.len(), 2);
            assert_eq!(events[0].endpoint, "cargo xtask admin");
        });
        std::fs::remove_dir_all(folder).unwrap();
    }
}
