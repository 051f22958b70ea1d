//! Every request that carries text, in order as it stands here; and the test that none is forgotten.

use guard::route::{Access, Route};
use realcare_blackbox::{contract, signal};
use serde_json::{Value, json};

use super::cleaned::Kind;
use super::world::Who;
use crate::tables::tables;

/// A request whose texts are hunted.
pub struct Hunted {
    /// The method.
    pub method: &'static str,
    /// The route as the tables write it.
    pub route: &'static str,
    /// Who sends it.
    pub who: Who,
    /// The body, in order but for the field that is hunted.
    pub body: Value,
    /// Fields that are stored as text and shown again.
    pub kept: &'static [(&'static str, Kind)],
    /// Whether the body is a form.
    pub form: bool,
}

/// Requests with a body that hold no text of anybody's.
const WITHOUT_TEXT: &[&str] = &[
    "POST /api/v1/admin/agents/{id}/revoke",
    "POST /api/v1/admin/agents/{id}/verify",
    "POST /api/v1/admin/revoke-all-tokens",
    "POST /api/v1/admin/users/{id}/revoke-tokens",
    "POST /api/v1/auth/identities/{id}/refresh",
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/logout-all",
    "POST /api/v1/contracts/{id}/analysis",
    "POST /api/v1/contracts/{id}/tasks/{task}/complete",
    "POST /api/v1/contracts/{id}/tasks/{task}/reopen",
    "POST /api/v1/signals/{id}/interests/{interest}/accept",
    "POST /api/v1/signals/{id}/interests/{interest}/decline",
];

const SIGNAL: &[(&str, Kind)] = &[("address", Kind::Line(300)), ("description", Kind::Lines(10_000))];
const CONTRACT: &[(&str, Kind)] = &[
    ("address", Kind::Line(300)),
    ("counterparty_name", Kind::Line(100)),
];
const TASK: &[(&str, Kind)] = &[("title", Kind::Line(200)), ("description", Kind::Lines(10_000))];

const fn plain(method: &'static str, route: &'static str, who: Who, body: Value) -> Hunted {
    Hunted {
        method,
        route,
        who,
        body,
        kept: &[],
        form: false,
    }
}

/// A contract in which every text stands.
fn whole_contract() -> Value {
    let mut contract = contract();
    contract["signal_id"] = json!("01890000-0000-7000-8000-000000000000");
    contract["agent_id"] = json!("01890000-0000-7000-8000-000000000000");
    contract["lease_end_date"] = json!("2032-03-01");
    contract
}

/// All of them.
pub fn requests() -> Vec<Hunted> {
    use Who::{Admin, Anonymous, Owner, Visitor};
    let code = json!({"code": "x", "code_verifier": "x".repeat(43)});
    let mut signal = signal();
    signal["expires_at"] = json!("2035-01-01T00:00:00Z");
    signal["state"] = json!("active");
    let check = json!({"monthly_income": 5_000_000, "assets": 1, "debts": 1, "target_price": 500_000_000, "intent": "sale",
        "region_code": "1168010100", "rate_type": "variable"});
    let mut all = vec![
        plain(
            "POST",
            "/api/v1/auth/register",
            Anonymous,
            json!({"email": "a@example.com", "password": "Correct-Horse-7", "name": "Minji"}),
        ),
        plain(
            "POST",
            "/api/v1/auth/verify-email",
            Anonymous,
            json!({"token": "x"}),
        ),
        plain(
            "POST",
            "/api/v1/auth/resend-verification",
            Anonymous,
            json!({"email": "a@example.com"}),
        ),
        plain(
            "POST",
            "/api/v1/auth/request-password-reset",
            Anonymous,
            json!({"email": "a@example.com"}),
        ),
        plain(
            "POST",
            "/api/v1/auth/reset-password",
            Anonymous,
            json!({"token": "x", "password": "Correct-Horse-7"}),
        ),
        plain(
            "POST",
            "/api/v1/auth/change-password",
            Visitor,
            json!({"current_password": "wrong", "new_password": "Correct-Horse-7"}),
        ),
        plain(
            "POST",
            "/api/v1/auth/login",
            Anonymous,
            json!({"email": "a@example.com", "password": "Correct-Horse-7"}),
        ),
        plain(
            "POST",
            "/api/v1/auth/refresh",
            Anonymous,
            json!({"refresh_token": "x"}),
        ),
        plain("POST", "/api/v1/auth/social/exchange", Anonymous, code),
        plain(
            "POST",
            "/api/v1/auth/link",
            Anonymous,
            json!({"token": "x", "code_verifier": "x".repeat(43)}),
        ),
        plain("PATCH", "/api/v1/auth/me", Visitor, json!({"name": "Minji"})),
        plain(
            "PUT",
            "/api/v1/admin/users/{id}/tier",
            Admin,
            json!({"tier": "free"}),
        ),
        plain(
            "PUT",
            "/api/v1/admin/users/{id}/role",
            Admin,
            json!({"role": "user"}),
        ),
        plain(
            "POST",
            "/api/v1/agents",
            Visitor,
            json!({"licence_number": "11680-2023-00078"}),
        ),
        plain("POST", "/api/v1/signals", Owner, signal.clone()),
        plain(
            "PATCH",
            "/api/v1/signals/{id}",
            Owner,
            json!({"intent": "jeonse", "property_type": "apartment", "region_code": "1168010100",
            "address": "x", "available_from": "2030-03-01", "description": "x", "visibility": "public", "expires_at": "2035-01-01T00:00:00Z", "state": "active"}),
        ),
        plain(
            "POST",
            "/api/v1/signals/{id}/interests",
            Visitor,
            json!({"message": "x"}),
        ),
        plain("POST", "/api/v1/contracts", Owner, contract()),
        plain(
            "PATCH",
            "/api/v1/contracts/{id}",
            Owner,
            json!({"address": "x", "counterparty_name": "x", "document_text": "x", "contract_date": "2030-01-10",
            "interim_date": "2030-02-01", "balance_date": "2030-03-01", "move_in_date": "2030-03-02", "lease_end_date": "2032-03-01"}),
        ),
        plain("PATCH", "/api/v1/contracts/{id}", Owner, whole_contract()),
        plain(
            "POST",
            "/api/v1/contracts/{id}/tasks",
            Owner,
            json!({"title": "x", "description": "x", "due_date": "2030-01-10"}),
        ),
        plain(
            "PATCH",
            "/api/v1/contracts/{id}/tasks/{task}",
            Owner,
            json!({"title": "x", "description": "x", "due_date": "2030-01-10"}),
        ),
        plain(
            "PUT",
            "/api/v1/contracts/{id}/tasks/order",
            Owner,
            json!({"tasks": ["01890000-0000-7000-8000-000000000000"]}),
        ),
        plain("POST", "/api/v1/reality-checks", Owner, check),
    ];
    for request in &mut all {
        // A contract that names a signal which is not there is refused, whatever else it says.
        let refused = request.body.get("signal_id").is_some();
        request.kept = match request.route {
            _ if refused => &[],
            "/api/v1/auth/me" => &[("name", Kind::Line(100))],
            "/api/v1/signals" | "/api/v1/signals/{id}" => SIGNAL,
            "/api/v1/signals/{id}/interests" => &[("message", Kind::Lines(10_000))],
            "/api/v1/contracts" | "/api/v1/contracts/{id}" => CONTRACT,
            "/api/v1/contracts/{id}/tasks" | "/api/v1/contracts/{id}/tasks/{task}" => TASK,
            _ => &[],
        };
    }
    let forms = [
        (
            "/api/v1/auth/login",
            Anonymous,
            json!({"grant_type": "password", "username": "a@example.com", "password": "Correct-Horse-7", "scope": "x"}),
        ),
        (
            "/api/v1/auth/token",
            Anonymous,
            json!({"grant_type": "refresh_token", "refresh_token": "x"}),
        ),
        (
            "/api/v1/auth/revoke",
            Anonymous,
            json!({"token": "x", "token_type_hint": "refresh_token"}),
        ),
        (
            "/api/v1/auth/introspect",
            Admin,
            json!({"token": "x", "token_type_hint": "access_token"}),
        ),
    ];
    all.extend(forms.map(|(route, who, body)| Hunted {
        form: true,
        ..plain("POST", route, who, body)
    }));
    all
}

// QUAL-2
#[test]
fn no_request_with_text_is_forgotten() {
    let hunted: Vec<String> = requests()
        .iter()
        .map(|one| format!("{} {}", one.method, one.route))
        .collect();
    let carries = |route: &&Route| {
        ["POST", "PUT", "PATCH"].contains(&route.method.as_str()) && route.access != Access::Internal
    };
    let tables = tables();
    let routes = tables.iter().flat_map(|(_, table)| table).filter(carries);
    for name in routes.map(|route| format!("{} {}", route.method, route.path)) {
        let known = hunted.contains(&name) || WITHOUT_TEXT.contains(&name.as_str());
        assert!(
            known,
            "{name}: put it into requests(), or into WITHOUT_TEXT if its body holds none"
        );
    }
}
