//! `POST /api/v1/auth/register` (AUTH-1): ask for an account. The answer never tells whether the address is known.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use config::Passwords;
use domain::password::{NewPassword, Strength};
use domain::person::PersonName;
use domain::{Email, FieldError, Fields, Id};
use guard::{Anonymous, Context, problem};
use http_kit::{Code, Json, Problem, reply};
use serde::{Deserialize, Serialize};
use store::user::{self, Registration};

use crate::password;
use crate::secret::Token;
use crate::state::Auth;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    email: String,
    password: String,
    name: String,
}

/// The same for everybody.
#[derive(Serialize)]
struct Accepted {
    status: &'static str,
}

struct Account {
    email: Email,
    name: PersonName,
    password: NewPassword,
}

impl Account {
    fn parse(request: &Request, strength: Strength) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::new();
        let email = fields.take("/email", Email::parse(&request.email));
        let name = fields.take("/name", PersonName::parse(&request.name));
        let account = email.zip(name).and_then(|(email, name)| {
            let password = NewPassword::parse(&request.password, strength, &email, &name);
            let password = fields.take("/password", password)?;
            Some(Self {
                email,
                name,
                password,
            })
        });
        fields.finish(account)
    }
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let strength = match auth.passwords {
        Passwords::Mixed => Strength::Mixed,
        Passwords::LengthOnly => Strength::LengthOnly,
    };
    let account = Account::parse(&request, strength)?;
    let random = &*auth.random;
    let password_hash = password::hash(&account.password, random)
        .map_err(|error| Problem::new(Code::InternalError).because(error.0))?;
    let token = Token::generate(random);
    let now = auth.clock.now();
    let registration = Registration {
        id: Id::new(now, random),
        email: &account.email,
        name: &account.name,
        password_hash: &password_hash,
        token_hash: &token.hash(),
        token: token.expose(),
        mail_id: Id::new(now, random),
        language: context.language().tag(),
        now,
    };
    user::register(&auth.db, &registration)
        .await
        .map_err(problem::database)?;
    // Whether the address was known or not: there is a mail either way, and the same work.
    auth.bell.ring(&context.trace().traceparent());
    reply::json(
        StatusCode::ACCEPTED,
        &Accepted {
            status: "verification_mail_sent",
        },
    )
}
