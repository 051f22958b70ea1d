use proptest::prelude::*;

use super::*;
use crate::contract::State;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn lease(role: Role) -> Basis {
    Basis {
        kind: Intent::Jeonse,
        role,
        contract_date: day("2027-01-15"),
        interim_date: None,
        balance_date: day("2027-02-27"),
        move_in_date: Some(day("2027-02-28")),
        lease_end_date: None,
    }
}

fn sale(role: Role) -> Basis {
    Basis {
        kind: Intent::Sale,
        role,
        interim_date: Some(day("2027-02-01")),
        ..lease(role)
    }
}

fn due(basis: &Basis, key: &str) -> Option<String> {
    let plan = basis.plan();
    let found = plan.iter().find(|planned| planned.template == key);
    found.map(|planned| planned.due.to_string())
}

const SIDES: [(Intent, Role); 6] = [
    (Intent::Sale, Role::Seller),
    (Intent::Sale, Role::Buyer),
    (Intent::Jeonse, Role::Landlord),
    (Intent::Jeonse, Role::Tenant),
    (Intent::MonthlyRent, Role::Landlord),
    (Intent::MonthlyRent, Role::Tenant),
];

/// What CON-2 names, on the days that the law says.
#[test]
fn a_tenants_deadlines_are_those_of_the_law() {
    let tenant = lease(Role::Tenant);
    for (key, expected) in [
        ("register_before_contract", "2027-01-14"),
        // 30 days are a Sunday.
        ("lease_report", "2027-02-15"),
        ("register_before_balance", "2027-02-26"),
        ("balance_payment", "2027-02-27"),
        // A Sunday, and not moved.
        ("move_in_report", "2027-02-28"),
        ("fixed_date", "2027-02-28"),
        ("register_on_move_in", "2027-02-28"),
        // Half of 2027-02-28 to 2029-02-27.
        ("deposit_guarantee", "2028-02-28"),
        ("renewal_window", "2028-08-27"),
        ("renewal_notice", "2028-12-26"),
        ("deposit_return", "2029-02-27"),
        ("repair_reserve", "2029-02-27"),
    ] {
        assert_eq!(due(&tenant, key).as_deref(), Some(expected), "{key}");
    }
    assert_eq!(due(&tenant, "interim_payment"), None);
    assert_eq!(due(&lease(Role::Landlord), "move_in_report"), None);
}

/// Civil Act, article 160(3).
#[test]
fn a_lease_from_a_leap_day_ends_with_the_february_that_has_none() {
    let basis = Basis {
        move_in_date: Some(day("2028-02-29")),
        ..lease(Role::Tenant)
    };
    assert_eq!(due(&basis, "deposit_return").as_deref(), Some("2030-02-28"));
    let next = Basis {
        move_in_date: Some(day("2028-03-01")),
        ..lease(Role::Tenant)
    };
    assert_eq!(due(&next, "deposit_return").as_deref(), Some("2030-02-28"));
}

/// The Ministry of Land's own example, with the two months that hold since December 2020.
#[test]
fn a_notice_arrives_before_the_day_two_months_earlier_begins() {
    let basis = Basis {
        lease_end_date: Some(day("2027-09-30")),
        ..lease(Role::Tenant)
    };
    assert_eq!(due(&basis, "renewal_notice").as_deref(), Some("2027-07-29"));
}

#[test]
fn a_sales_deadlines_are_those_of_the_law() {
    for (role, key, expected) in [
        (Role::Buyer, "transaction_report", "2027-02-15"),
        (Role::Buyer, "interim_payment", "2027-02-01"),
        (Role::Buyer, "acquisition_tax", "2027-04-28"),
        (Role::Buyer, "ownership_transfer", "2027-04-28"),
        // 14 days are a Sunday.
        (Role::Buyer, "resident_registration", "2027-03-15"),
        (Role::Seller, "transaction_report", "2027-02-15"),
        (Role::Seller, "capital_gains_tax", "2027-04-30"),
        (Role::Seller, "transfer_documents", "2027-02-20"),
        (Role::Seller, "mortgage_release", "2027-02-20"),
        (Role::Buyer, "register_before_contract", "2027-01-14"),
        (Role::Buyer, "register_before_balance", "2027-02-26"),
        (Role::Buyer, "handover", "2027-02-28"),
        (Role::Buyer, "register_after_transfer", "2027-05-08"),
    ] {
        assert_eq!(due(&sale(role), key).as_deref(), Some(expected), "{key}");
    }
    assert_eq!(due(&sale(Role::Buyer), "capital_gains_tax"), None);
    assert_eq!(due(&sale(Role::Seller), "acquisition_tax"), None);
    let owner_who_lets = Basis {
        move_in_date: None,
        ..sale(Role::Buyer)
    };
    assert_eq!(due(&owner_who_lets, "resident_registration"), None);
}

#[test]
fn a_rent_is_first_paid_after_a_month_and_a_deposit_is_put_by_before_the_end() {
    let rent = |role| Basis {
        kind: Intent::MonthlyRent,
        ..lease(role)
    };
    for role in [Role::Landlord, Role::Tenant] {
        assert_eq!(due(&rent(role), "first_rent").as_deref(), Some("2027-03-30"));
    }
    assert_eq!(
        due(&rent(Role::Tenant), "deposit_guarantee").as_deref(),
        Some("2028-02-28")
    );
    assert_eq!(due(&rent(Role::Landlord), "rent_records"), None);
    let funds = due(&lease(Role::Landlord), "deposit_funds");
    assert_eq!(funds.as_deref(), Some("2028-12-27"));
    assert_eq!(due(&rent(Role::Landlord), "deposit_funds"), None);
}

#[test]
fn every_side_has_a_timeline_and_no_key_stands_twice() {
    for (kind, role) in SIDES {
        let plan = Basis {
            kind,
            role,
            ..sale(role)
        }
        .plan();
        assert!(plan.len() >= 8, "{kind:?} {role:?}: {}", plan.len());
        let mut keys: Vec<_> = plan.iter().map(|planned| planned.template).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), plan.len(), "{kind:?} {role:?}");
    }
}

#[test]
fn overdue_is_what_is_open_and_behind_today() {
    let today = day("2027-02-15");
    let before = Some(today.plus_days(-1));
    assert!(is_overdue(before, false, State::Signed, today));
    assert!(
        is_overdue(before, false, State::Completed, today),
        "taxes come after the last payment"
    );
    for (due, done, state) in [
        (Some(today), false, State::Signed),
        (None, false, State::Signed),
        (before, true, State::Signed),
        (before, false, State::Terminated),
    ] {
        assert!(!is_overdue(due, done, state, today));
    }
}

/// Three in the afternoon in Greenwich is the next day in Seoul.
#[test]
fn today_is_that_of_seoul() {
    let at = |text| crate::Timestamp::parse_rfc3339(text).unwrap().seoul_date();
    assert_eq!(at("2027-02-14T14:59:59Z"), day("2027-02-14"));
    assert_eq!(at("2027-02-14T15:00:00Z"), day("2027-02-15"));
}

fn any_basis() -> impl Strategy<Value = Basis> {
    let first = day("2023-12-20");
    let days = (
        0i32..2_200,
        0i32..400,
        0i32..400,
        prop::option::of(0i32..120),
        prop::option::of(0i32..1_500),
    );
    (prop::sample::select(SIDES.to_vec()), days, any::<bool>()).prop_map(
        move |((kind, role), (signed, to_interim, to_balance, to_move, lasts), has_interim)| {
            let contract_date = first.plus_days(signed);
            let interim = contract_date.plus_days(to_interim);
            let balance_date = interim.plus_days(to_balance);
            let move_in_date = to_move.map(|days| balance_date.plus_days(days));
            Basis {
                kind,
                role,
                contract_date,
                interim_date: has_interim.then_some(interim),
                balance_date,
                move_in_date,
                lease_end_date: lasts
                    .filter(|_| kind != Intent::Sale)
                    .map(|days| move_in_date.unwrap_or(balance_date).plus_days(days)),
            }
        },
    )
}

proptest! {
    #[test]
    fn nothing_is_due_before_its_date_unless_it_says_so(basis in any_basis()) {
        for template in templates(basis.kind) {
            let (Some(due), Some(base)) = (template.due(&basis), basis.date(template.base)) else { continue };
            if template.comes_before() {
                prop_assert!(due < base, "{}: {due} for {base}", template.key);
            } else {
                prop_assert!(due >= base, "{}: {due} for {base}", template.key);
            }
        }
    }

    #[test]
    fn a_legal_deadline_ends_on_the_first_business_day(basis in any_basis()) {
        for template in templates(basis.kind) {
            let Some(due) = template.due(&basis) else { continue };
            let plain = Template { day_off: DayOff::Stays, ..*template }.due(&basis).unwrap();
            match template.day_off {
                DayOff::Stays => prop_assert_eq!(due, plain),
                DayOff::NextBusinessDay => {
                    prop_assert!(!is_day_off(due) && due >= plain);
                    let mut between = plain;
                    while between < due {
                        prop_assert!(is_day_off(between));
                        between = between.plus_days(1);
                    }
                }
            }
        }
    }

    /// Moving one date moves tasks that follow it and no others.
    #[test]
    fn moving_a_date_moves_what_follows_it(basis in any_basis(), days in 1i32..60, which in 0usize..3) {
        let mut moved = basis;
        let touched: &[Base] = match which {
            0 => {
                moved.contract_date = basis.contract_date.plus_days(-days);
                &[Base::Contract]
            }
            1 => {
                moved.interim_date = basis.interim_date.map(|date| date.plus_days(days));
                &[Base::Interim]
            }
            _ => {
                moved.move_in_date = basis.move_in_date.map(|date| date.plus_days(days));
                &[Base::MoveIn, Base::LeaseStart, Base::LeaseEnd]
            }
        };
        let (before, after) = (basis.plan(), moved.plan());
        prop_assert_eq!(before.len(), after.len());
        for (old, new) in before.iter().zip(&after) {
            prop_assert_eq!(old.template, new.template);
            let base = base_of(basis.kind, old.template).unwrap();
            if !touched.contains(&base) {
                prop_assert_eq!(old.due, new.due, "{} follows {:?}", old.template, base);
            }
        }
        let by_itself = |plan: &[Planned]| plan.iter().find(|one| one.template == "register_before_contract").map(|one| one.due);
        if let (0, Some(old), Some(new)) = (which, by_itself(&before), by_itself(&after)) {
            prop_assert_eq!(new, old.plus_days(-days));
        }
    }
}
