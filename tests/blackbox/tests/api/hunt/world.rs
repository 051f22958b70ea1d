//! An app with people and one of each thing, so that every path leads somewhere.

use realcare_blackbox::{App, Client, Person, contract, signal, success};
use serde_json::{Value, json};

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody that is known.
    Anonymous,
    /// The owner of the things.
    Owner,
    /// Somebody else.
    Visitor,
    /// Who runs the service.
    Admin,
}

/// The app and what is in it.
pub struct World {
    app: App,
    owner: Person,
    visitor: Person,
    admin: Person,
    signal: String,
    contract: String,
    task: String,
    check: String,
}

impl World {
    /// Starts it and fills it.
    pub fn start() -> Self {
        let app = App::start();
        let [owner, visitor] = [(), ()].map(|()| Person::signed_in(&app));
        let admin = Person::admin(&app);
        let client = app.client();
        let make = |path: &str, body: &Value| {
            let answer = client.post(path).bearer(&owner.access).json(body).send();
            success(&answer, 201);
            answer.string("/id")
        };
        let signal = make("/api/v1/signals", &signal());
        let contract = make("/api/v1/contracts", &contract());
        let task = make(
            &format!("/api/v1/contracts/{contract}/tasks"),
            &json!({"title": "x"}),
        );
        let check = json!({"monthly_income": 5_000_000, "assets": 1, "debts": 1, "target_price": 500_000_000, "intent": "sale", "region_code": "1168010100"});
        let check = make("/api/v1/reality-checks", &check);
        Self {
            owner,
            visitor,
            admin,
            signal,
            contract,
            task,
            check,
            app,
        }
    }

    /// The app.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Talks to it.
    pub fn client(&self) -> &Client {
        self.app.client()
    }

    /// The access token of somebody; nothing for nobody.
    pub fn token(&self, who: Who) -> Option<&str> {
        match who {
            Who::Anonymous => None,
            Who::Owner => Some(&self.owner.access),
            Who::Visitor => Some(&self.visitor.access),
            Who::Admin => Some(&self.admin.access),
        }
    }

    /// The path of a route with ids of things that are there.
    pub fn path(&self, route: &str) -> String {
        let thing = match route {
            route if route.contains("/signals/") => &self.signal,
            route if route.contains("/contracts/") => &self.contract,
            route if route.contains("/reality-checks/") => &self.check,
            _ => "01890000-0000-7000-8000-000000000000",
        };
        let segments = route.split('/').map(|segment| match segment {
            "{id}" => thing,
            "{task}" => self.task.as_str(),
            segment if segment.starts_with('{') => "01890000-0000-7000-8000-000000000000",
            segment => segment,
        });
        segments.collect::<Vec<_>>().join("/")
    }
}
