//! `POST /api/v1/auth/register` (AUTH-1): ask for an account. The answer never tells whether the address is known.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use config::Class;
use domain::audit::Action;
use domain::password::{NewPassword, Rules};
use domain::person::PersonName;
use domain::{Email, FieldError, Fields, Id};
use guard::{Anonymous, Context, problem};
use http_kit::Code;
use http_kit::doc::{Answer, Operation};
use http_kit::{Json, Problem, reply};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::user::{self, Registration};
use utoipa::ToSchema;

use crate::account;
use crate::pace;
use crate::secret::Token;
use crate::state::Auth;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Registration)]
pub struct Request {
    #[schema(value_type = domain::Email)]
    email: String,
    #[schema(value_type = domain::password::NewPassword)]
    password: String,
    #[schema(value_type = domain::person::PersonName)]
    name: String,
}

/// The same for everybody.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistrationAccepted)]
struct Accepted {
    status: &'static str,
}

struct Account {
    email: Email,
    name: PersonName,
    password: NewPassword,
}

impl Account {
    fn parse(request: &Request, rules: Rules<'_>) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::new();
        let email = fields.take("/email", Email::parse(&request.email));
        let name = fields.take("/name", PersonName::parse(&request.name));
        let account = email.zip(name).and_then(|(email, name)| {
            let password = NewPassword::parse(&request.password, rules, &email, &name);
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

/// What the document says of it (OPS-6).
pub fn doc(operation: &mut Operation) {
    operation
        .named("Accounts", "register", "Ask for an account")
        .says("The answer is the same whether or not the address is known. A mail goes out either way: with a token for `verifyEmail` to whoever is \
             new, and to the owner of a known address that somebody asked.")
        .example(json!({"email": "minji@example.com", "password": "Correct-Horse-7-Battery", "name": "Minji"}))
        .refuses(&[Code::Busy])
        .answers(Answer::json::<Accepted>(
            StatusCode::ACCEPTED,
            "A mail is on its way.",
            json!({"status": "verification_mail_sent"}),
        ));
}

pub async fn handle(
    _: Anonymous,
    context: Context,
    State(auth): State<Arc<Auth>>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let account = Account::parse(&request, auth.rules())?;
    pace::even(&auth, write(&auth, &context, &account)).await?;
    // Whether the address was known or not: there is a mail either way, and the same work.
    auth.bell.ring(&context.trace().traceparent());
    reply::json(
        StatusCode::ACCEPTED,
        &Accepted {
            status: "verification_mail_sent",
        },
    )
}

async fn write(auth: &Auth, context: &Context, account: &Account) -> Result<(), Problem> {
    // An address that is known gets a mail each time.
    auth.guard
        .charge(Class::SignIn, &account::subject(&account.email), context)
        .await?;
    let random = &*auth.random;
    let password_hash = auth.hasher.enter()?.hash(&account.password, random).await?;
    let token = Token::generate(random);
    let now = auth.clock.now();
    let id = Id::new(now, random);
    let registration = Registration {
        id,
        email: &account.email,
        name: &account.name,
        password_hash: &password_hash,
        token_hash: &token.hash(),
        token: token.expose(),
        mail_id: Id::new(now, random),
        language: context.language().tag(),
        now,
        audit: &context.audit(Action::AccountRegistered, random).by(id, None),
    };
    user::register(&auth.db, &registration)
        .await
        .map_err(problem::database)
}
