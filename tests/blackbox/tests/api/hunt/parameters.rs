//! Naughty texts in every parameter of every address (QUAL-2): queries, cursors and segments of paths.

use guard::route::{Access, Route};

use super::corpus::{Naughty, corpus};
use super::findings::Findings;
use super::size::Size;
use super::world::{Who, World};
use crate::tables::tables;

/// Every parameter that some query takes, and one that none does.
const NAMES: &[&str] = &[
    "limit",
    "cursor",
    "q",
    "region_code",
    "intent",
    "property_type",
    "price_min",
    "price_max",
    "rent_min",
    "rent_max",
    "area_min",
    "area_max",
    "available_from",
    "sort",
    "parent",
    "state",
    "kind",
    "days",
    "overdue",
    "verified",
    "actor_id",
    "object_id",
    "action",
    "outcome",
    "from",
    "until",
    "role",
    "tier",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "code",
    "error",
    "iss",
    "access_token",
    "nobody_takes_this",
];

/// Whoever gets furthest on a route.
fn best(route: &Route) -> Who {
    match route.access {
        Access::Public => Who::Anonymous,
        Access::Admin => Who::Admin,
        _ => Who::Owner,
    }
}

/// Each byte escaped, or as far as an address allows it as it is.
fn escaped(naughty: &Naughty, whole: bool) -> String {
    let safe = |byte: u8| !whole && (byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte));
    let bytes = naughty.text().bytes().take(2_000);
    bytes
        .map(|byte| {
            if safe(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn ask(world: &World, route: &Route, path: &str, naughty: &Naughty, findings: &mut Findings) {
    let mut request = world.client().get(path);
    if let Some(token) = world.token(best(route)) {
        request = request.bearer(token);
    }
    let answer = request.header("connection", "keep-alive").send();
    let shown: String = path.chars().take(200).collect();
    findings.look(&format!("GET {shown} ({})", naughty.category), &answer);
}

fn routes() -> Vec<Route> {
    let asked = |route: &Route| {
        route.method == "GET" && route.access != Access::Internal && !route.path.ends_with("/stream")
    };
    tables()
        .into_iter()
        .flat_map(|(_, table)| table)
        .filter(asked)
        .collect()
}

// QUAL-2, CONV-4, CONV-5
#[test]
fn naughty_parameters_do_no_harm() {
    let (world, mut size, corpus) = (World::start(), Size::read(), corpus());
    let mut findings = Findings::of("parameters");
    let routes = routes();
    for (number, route) in routes.iter().enumerate() {
        let path = world.path(route.path);
        for (index, name) in NAMES.iter().enumerate() {
            let chosen = size.choose(&corpus, number * NAMES.len() + index);
            // The whole of it would be hundreds of thousands, most of them the same refusal.
            for naughty in chosen.into_iter().step_by(6) {
                ask(
                    &world,
                    route,
                    &format!("{path}?{name}={}", escaped(naughty, true)),
                    naughty,
                    &mut findings,
                );
            }
        }
        for naughty in size.choose(&corpus, number).into_iter().step_by(2) {
            ask(
                &world,
                route,
                &format!("{path}?{}", escaped(naughty, false)),
                naughty,
                &mut findings,
            );
            if route.path.contains('{') {
                let own = route.path.split('/').map(|segment| {
                    if segment.starts_with('{') {
                        escaped(naughty, true)
                    } else {
                        segment.to_owned()
                    }
                });
                ask(
                    &world,
                    route,
                    &own.collect::<Vec<_>>().join("/"),
                    naughty,
                    &mut findings,
                );
            }
        }
    }
    while size.goes_on() {
        let (route, name) = (&routes[size.below(routes.len())], NAMES[size.below(NAMES.len())]);
        let naughty = size.mix(&corpus);
        let path = format!("{}?{name}={}", world.path(route.path), escaped(&naughty, true));
        ask(&world, route, &path, &naughty, &mut findings);
    }
    findings.finish();
}
