//! One mail: is it still true, may we call, hand it over, write down what came of it.

use std::time::Duration;

use domain::outbox::{ATTEMPTS, Attempted, Failure, Verdict, judge};
use guard::Context;
use http_kit::log::{Level, event};
use i18n::{Details, Language};
use store::Error;
use store::outbox::{self, Claimed};
use store::provider_bucket::{self, Quota};

use crate::mailer::Message;
use crate::state::Delivery;

/// The name of the provider's token bucket (GUARD-5).
const BUCKET: &str = "mail";

/// Delivers one mail.
///
/// # Errors
/// [`Error`]; then it is tried again when its lease has run out.
pub async fn one(delivery: &Delivery, mail: &Claimed, context: &Context) -> Result<Verdict, Error> {
    let attempted = attempt(delivery, mail).await?;
    let now = delivery.clock.now();
    let verdict = judge(mail.attempt, attempted, now, &*delivery.random);
    let ours = outbox::settle(&delivery.db, mail, &verdict, now).await?;
    log(mail, &verdict, ours, context);
    Ok(verdict)
}

async fn attempt(delivery: &Delivery, mail: &Claimed) -> Result<Attempted, Error> {
    if mail.attempt > ATTEMPTS {
        // Every drain that had it died before it could judge: what kills drains must not do so for ever.
        return Ok(Attempted::Failed(Failure::TimedOut, None));
    }
    let Some(message) = compose(delivery, mail) else {
        return Ok(Attempted::Failed(Failure::UnknownTemplate, None));
    };
    let now = delivery.clock.now();
    let minutes = i18n::mail_lifetime(&mail.template).unwrap_or_default();
    let outdated = mail.created_at.plus(Duration::from_secs(u64::from(minutes) * 60));
    if now >= outdated {
        return Ok(Attempted::Failed(Failure::Outdated, None));
    }
    if !provider_bucket::take(
        &delivery.db,
        BUCKET,
        Quota::steady(delivery.quota.per_minute),
        now,
    )
    .await?
    {
        return Ok(Attempted::Failed(Failure::OverQuota, None));
    }
    Ok(delivery.mailer.send(message).await)
}

fn compose(delivery: &Delivery, mail: &Claimed) -> Option<Message> {
    let details = Details {
        name: &mail.person_name,
        token: mail.token.as_deref().unwrap_or_default(),
        app_url: &delivery.pages.app_url,
    };
    let letter = i18n::mail(Language::from_tag(&mail.language), &mail.template, details)?;
    Some(Message {
        id: mail.id.to_string(),
        to: mail.recipient.clone(),
        subject: letter.subject.to_owned(),
        text: letter.text,
        html: letter.html,
    })
}

/// Names the mail and never whom it is for.
fn log(mail: &Claimed, verdict: &Verdict, ours: bool, context: &Context) {
    let (level, name, reason) = match verdict {
        Verdict::Sent(_) => (Level::Info, "mail_sent", ""),
        Verdict::Kept => (Level::Info, "mail_kept", ""),
        Verdict::Again(_, failure) => (Level::Warn, "mail_delayed", failure.as_str()),
        Verdict::Postponed(_, failure) => (Level::Error, "mail_postponed", failure.as_str()),
        Verdict::GivenUp(failure) => (Level::Error, "mail_failed", failure.as_str()),
    };
    let fields = context.about([
        ("mail_id", mail.id.to_string().into()),
        ("template", mail.template.as_str().into()),
        ("attempt", mail.attempt.into()),
        ("reason", reason.into()),
        ("lease_held", ours.into()),
    ]);
    event(level, name, fields);
}
