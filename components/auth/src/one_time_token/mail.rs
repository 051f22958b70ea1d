//! Asking for a mail with a one-time token: the same work and the same answer for every address (AUTH-2, AUTH-8).

use config::Class;
use domain::audit::Action;
use domain::outbox::Mail;
use domain::{Email, Fields, Id, Timestamp};
use guard::Context;
use http_kit::Problem;
use serde::{Deserialize, Serialize};
use store::audit::Event;
use store::one_time_token::MailRequest;
use utoipa::ToSchema;

use crate::account;
use crate::secret::Token;
use crate::state::Auth;

/// To whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailTo)]
pub struct MailTo {
    #[schema(value_type = domain::Email)]
    email: String,
}

/// The same for everybody.
#[derive(Serialize, ToSchema)]
#[schema(as = MailAccepted)]
pub struct Accepted {
    status: &'static str,
}

impl Accepted {
    /// The answer that says this.
    pub const fn new(status: &'static str) -> Self {
        Self { status }
    }
}

/// What the statement needs, made whether or not it will be used.
pub struct Prepared {
    account: [u8; 32],
    email: Email,
    token: Token,
    token_hash: [u8; 32],
    mail_id: Id<Mail>,
    now: Timestamp,
    audit: Event,
}

impl Prepared {
    /// Checks the address, charges the account and makes a token.
    pub async fn new(
        auth: &Auth,
        context: &Context,
        request: &MailTo,
        action: Action,
    ) -> Result<Self, Problem> {
        let mut fields = Fields::new();
        let email = fields.take("/email", Email::parse(&request.email));
        let email = fields.finish(email)?;
        auth.guard
            .charge(Class::SignIn, &account::subject(&email), context)
            .await?;
        let (random, now) = (&*auth.random, auth.clock.now());
        let token = Token::generate(random);
        Ok(Self {
            account: account::digest(&email),
            token_hash: token.hash(),
            token,
            email,
            mail_id: Id::new(now, random),
            now,
            audit: context.audit(action, random),
        })
    }

    /// The parameters of the statement.
    pub fn request<'a>(&'a self, context: &Context) -> MailRequest<'a> {
        MailRequest {
            account: &self.account,
            email: &self.email,
            token_hash: &self.token_hash,
            token: self.token.expose(),
            mail_id: self.mail_id,
            language: context.language().tag(),
            now: self.now,
            audit: &self.audit,
        }
    }
}
