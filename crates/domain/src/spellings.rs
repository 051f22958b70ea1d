//! Words that rows and clients hold: each is the name of its value in lower case with underscores, and reads back as that value and nothing
//! else does. Whoever gives a value another name needs a migration first.

use std::fmt::Debug;

use crate::affordability::{PlanFailure, RegionClass, Verdict};
use crate::analysis::{Severity, Topic, Unfit, concern::Kind, run, score::Rejected};
use crate::field::FieldCode;
use crate::one_time_token::Purpose;
use crate::provider::Provider;
use crate::signal::{Intent, PropertyType, Visibility};
use crate::user::{Role, Standing, Tier};
use crate::{audit, contract, interest, outbox};

/// `TooLong` as `too_long`.
fn word(value: impl Debug) -> String {
    let name = format!("{value:?}");
    let mut word = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

fn written<T: Copy + Debug>(values: &[T], write: impl Fn(T) -> &'static str) {
    assert!(!values.is_empty());
    for value in values {
        assert_eq!(write(*value), word(value));
    }
}

fn read<T: Copy + Debug + PartialEq>(values: &[T], read: impl Fn(&str) -> Option<T>) {
    for value in values {
        let word = word(value);
        assert_eq!(read(&word), Some(*value), "{word}");
        for other in [word.to_uppercase(), format!("{word} "), word[1..].to_owned()] {
            assert_eq!(read(&other), None, "{other:?}");
        }
    }
    assert_eq!(read(""), None);
}

#[test]
fn of_accounts() {
    let tiers = [Tier::Free, Tier::Premium];
    written(&tiers, Tier::as_str);
    read(&tiers, |raw| Tier::parse(raw).ok());
    let roles = [Role::User, Role::Agent, Role::Admin];
    written(&roles, Role::as_str);
    read(&roles, |raw| Role::parse(raw).ok());
    read(&[Standing::Active, Standing::Unverified], Standing::parse);
    written(&[Purpose::VerifyEmail, Purpose::ResetPassword], Purpose::as_str);
    written(&Provider::ALL, Provider::as_str);
    read(&Provider::ALL, Provider::parse);
    for provider in Provider::ALL {
        assert_eq!(provider.title().to_lowercase(), provider.as_str());
    }
}

#[test]
fn of_signals_and_interests() {
    let intents = [Intent::Sale, Intent::Jeonse, Intent::MonthlyRent];
    written(&intents, Intent::as_str);
    read(&intents, |raw| Intent::parse(raw).ok());
    let types = [
        PropertyType::Apartment,
        PropertyType::Officetel,
        PropertyType::Villa,
        PropertyType::House,
        PropertyType::Commercial,
        PropertyType::Land,
    ];
    written(&types, PropertyType::as_str);
    read(&types, |raw| PropertyType::parse(raw).ok());
    let visibilities = [Visibility::Public, Visibility::AgentsOnly, Visibility::Private];
    written(&visibilities, Visibility::as_str);
    read(&visibilities, |raw| Visibility::parse(raw).ok());
    written(&interest::State::ALL, interest::State::as_str);
    read(&interest::State::ALL, |raw| interest::State::parse(raw).ok());
}

#[test]
fn of_roles_in_contracts_which_fit_their_kind() {
    let (of_a_sale, of_a_lease) = (
        [contract::Role::Seller, contract::Role::Buyer],
        [contract::Role::Landlord, contract::Role::Tenant],
    );
    written(&of_a_sale, contract::Role::as_str);
    written(&of_a_lease, contract::Role::as_str);
    let reads = |kind| move |raw: &str| contract::Role::parse(raw, kind).ok();
    read(&of_a_sale, reads(Intent::Sale));
    for kind in [Intent::Jeonse, Intent::MonthlyRent] {
        read(&of_a_lease, reads(kind));
        assert_eq!(reads(kind)("buyer"), None);
    }
    assert_eq!(reads(Intent::Sale)("tenant"), None);
}

#[test]
fn of_plans_and_analyses() {
    written(&Verdict::ALL, Verdict::as_str);
    read(&Verdict::ALL, |raw| Verdict::parse(raw).ok());
    written(&PlanFailure::ALL, PlanFailure::as_str);
    written(&RegionClass::ALL, RegionClass::as_str);
    written(&Severity::ALL, Severity::as_str);
    read(&Severity::ALL, Severity::parse);
    written(&Unfit::ALL, Unfit::as_str);
    read(&Unfit::ALL, Unfit::parse);
    written(Topic::ALL, Topic::as_str);
    use run::State;
    let states = [State::Pending, State::Processing, State::Completed, State::Failed];
    written(&states, State::as_str);
    read(&states, State::parse);
    written(
        &[Rejected::QuoteNotFound, Rejected::Empty, Rejected::TooLong],
        Rejected::as_str,
    );
    written(Kind::ALL, Kind::as_str);
    read(Kind::ALL, Kind::parse);
    // What is missing says so in its name, and nothing else does: there is nothing to quote.
    for kind in Kind::ALL {
        assert_eq!(kind.is_missing(), kind.as_str().starts_with("no_"), "{kind:?}");
    }
}

#[test]
fn of_mistakes_in_fields() {
    written(&FieldCode::ALL, FieldCode::as_str);
}

#[test]
fn of_events_and_mails() {
    written(audit::Action::ALL, audit::Action::as_str);
    read(audit::Action::ALL, audit::Action::parse);
    let outcomes = [audit::Outcome::Success, audit::Outcome::Failure];
    written(&outcomes, audit::Outcome::as_str);
    read(&outcomes, audit::Outcome::parse);
    use outbox::Failure;
    let failures = [
        Failure::Throttled,
        Failure::Unavailable,
        Failure::TimedOut,
        Failure::Rejected,
        Failure::NotConfigured,
        Failure::Outdated,
        Failure::UnknownTemplate,
        Failure::OverQuota,
    ];
    written(&failures, Failure::as_str);
}
