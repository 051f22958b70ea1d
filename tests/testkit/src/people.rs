//! People with accounts.

use domain::agent::{Agent, LicenceNumber};
use domain::person::PersonName;
use domain::user::{Role, Tier};
use domain::version::Expected;
use domain::{Clock, Email, Id, random};
use store::user::Registration;
use store::{agent, user};

use crate::audit::event;
use crate::world::{Person, World};

impl World {
    /// Somebody with an account, and a token that says these. The account itself is an ordinary one.
    pub async fn person(&self, role: Role, tier: Tier) -> Person {
        let person = self.mint(self.id(), role, tier);
        let address = format!("p{}@example.com", person.user.uuid().simple());
        let email = Email::parse(&address).expect("an address");
        let registration = Registration {
            id: person.user,
            email: &email,
            name: &PersonName::parse("A").expect("a name"),
            password_hash: "",
            token_hash: &random::bytes(&self.random),
            token: "",
            mail_id: self.id(),
            language: "en",
            now: self.clock.now(),
            audit: &event(),
        };
        user::register(&self.fresh.db, &registration)
            .await
            .expect("an account can be made");
        person
    }

    /// A verified agent with a token that says so (AUTH-19), and the registration as an agent.
    pub async fn verified_agent(&self) -> (Person, Id<Agent>) {
        let person = self.person(Role::Agent, Tier::Free).await;
        let serial = u16::from_le_bytes(random::bytes(&self.random)).max(1);
        let licence = LicenceNumber::parse(&format!("11680-2023-{serial:05}")).expect("a licence number");
        let (id, now) = (self.id(), self.clock.now());
        agent::create(&self.fresh.db, id, person.user, &licence, &event(), now)
            .await
            .expect("the database answers")
            .expect("a licence that nobody has");
        agent::verify(&self.fresh.db, id, &Expected::Whatever, &event(), now)
            .await
            .expect("the database answers")
            .expect("an agent who waits");
        (person, id)
    }
}
