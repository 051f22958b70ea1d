//! `cargo xtask up --sample`: people and signals to look at, the same every time (fixed seed).

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use domain::audit::{Action, Outcome};
use domain::person::PersonName;
use domain::signal::{Amounts, Draft, NewSignal, State};
use domain::{Date, Email, Id, Random, Timestamp};
use serde_json::{Value, json};
use sql::native::NativeSqlite;
use store::audit::Event;
use store::session::{Begun, NewSession};
use store::signal::Viewer;
use store::user::Registration;
use store::{Database, one_time_token, session, signal, user};

use crate::term;

/// The password of every sample person.
pub const PASSWORD: &str = "Sample-Pass-2026";
/// Its Argon2id hash; `auth` verifies it like any other.
pub const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$CAArdwrgUyRxztTcKSvyWg$DYhYmaZqbp5xBnh14k57gXYIkuIMCeJKyd46S/GjmbI";

/// Signals per person.
const SIGNALS: usize = 120;

/// An ordinary person of the sample.
pub const PERSON: &str = "minji@sample.example";
/// A person of the sample who can be made an admin.
pub const ADMIN: &str = "seoyeon@sample.example";

const PEOPLE: [(&str, &str); 3] = [
    (PERSON, "김민지"),
    ("junho@sample.example", "이준호"),
    (ADMIN, "박서연"),
];

/// Legal-district code, address and price of a square metre in ten thousand won.
const PLACES: [(&str, &str, u64); 10] = [
    ("1168010100", "서울특별시 강남구 테헤란로", 2_600),
    ("1171010100", "서울특별시 송파구 올림픽로", 2_100),
    ("1144012000", "서울특별시 마포구 월드컵북로", 1_700),
    ("1120011400", "서울특별시 성동구 성수이로", 1_900),
    ("4113510900", "경기도 성남시 분당구 판교역로", 1_800),
    ("4111710300", "경기도 수원시 영통구 광교중앙로", 1_200),
    ("2635010500", "부산광역시 해운대구 센텀중앙로", 1_100),
    ("2726010100", "대구광역시 수성구 달구벌대로", 800),
    ("3017010100", "대전광역시 서구 둔산로", 700),
    ("3611010900", "세종특별자치시 한누리대로", 750),
];

const KINDS: [(&str, &str); 4] = [
    ("apartment", "아파트"),
    ("officetel", "오피스텔"),
    ("villa", "빌라"),
    ("house", "단독주택"),
];

/// Part of one of the six remarks.
pub const COMMON: &str = "채광";
/// What one of 5000 descriptions says.
pub const RARE: &str = "복층 다락";

/// Nearby stations.
const STATIONS: [&str; 12] = [
    "강남역",
    "잠실역",
    "합정역",
    "성수역",
    "판교역",
    "광교중앙역",
    "센텀시티역",
    "범어역",
    "정부청사역",
    "홍대입구역",
    "서울숲역",
    "정자역",
];

const REMARKS: [&str; 6] = [
    "남향이라 채광이 좋고 지하철역까지 걸어서 7분입니다.",
    "올수리를 마쳤고 주차 두 대 가능합니다.",
    "초등학교와 공원이 바로 앞에 있어 아이 키우기 좋습니다.",
    "조용한 단지이고 관리비가 저렴합니다.",
    "전망이 트인 고층이며 입주 날짜는 협의할 수 있습니다.",
    "대형 마트와 병원이 가깝고 반려동물도 가능합니다.",
];

/// Fills the database once; a second call changes nothing.
pub fn load(path: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .context("cannot start a runtime")?;
    let db = Database::new(NativeSqlite::new(path));
    let random = Seeded(Mutex::new(20_261_121));
    runtime.block_on(fill(&db, &random, now()))
}

async fn fill(db: &Database, random: &Seeded, now: Timestamp) -> Result<()> {
    let (first, _) = PEOPLE[0];
    if user::find_credentials(db, &email(first)?).await?.is_some() {
        term::note("the sample data is there already");
        return Ok(());
    }
    for (address, name) in PEOPLE {
        let person = register(db, random, address, name, now).await?;
        for number in 0..SIGNALS {
            let age = Duration::from_secs(3_600 * (1 + number as u64) + random.below(3_000));
            let at = now.minus(age);
            let new = invent(random, at)?;
            signal::create(
                db,
                Id::new(at, random),
                person,
                (&new, domain::signal::State::Active),
                &event(random, Action::SignalCreated, at),
                at,
            )
            .await?
            .context("the person is there")?;
        }
    }
    let count = PEOPLE.len() * SIGNALS;
    term::note(format_args!(
        "sample data: {count} signals; sign in as {first} with the password {PASSWORD}"
    ));
    Ok(())
}

/// So many signals of one person, a minute apart, for benchmarks; in one transaction.
pub async fn load_many(db: &Database, rows: usize) -> Result<()> {
    // Another seed than the sample's, beside which these may stand.
    let random = Seeded(Mutex::new(20_261_122));
    let start = Timestamp::from_micros(1_700_000_000_000_000);
    let person = register(db, &random, "many@sample.example", "김많음", start).await?;
    // The connection is this function's alone.
    db.query("BEGIN", Vec::new()).await?;
    for number in 0..rows {
        let at = start.plus(Duration::from_secs(60 * number as u64));
        let new = invent(&random, at)?;
        let audit = event(&random, Action::SignalCreated, at);
        signal::create(
            db,
            Id::new(at, &random),
            person,
            (&new, State::Active),
            &audit,
            at,
        )
        .await?
        .context("the person is there")?;
    }
    db.query("COMMIT", Vec::new()).await?;
    Ok(())
}

/// A person's id, the newest signal of theirs, and the newest of somebody else's.
pub fn signals_of(
    path: &Path,
    address: &str,
) -> Result<(
    Id<domain::user::User>,
    Id<domain::signal::Signal>,
    Id<domain::signal::Signal>,
)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .context("cannot start a runtime")?;
    let db = Database::new(NativeSqlite::new(path));
    runtime.block_on(async {
        let person = user::find_credentials(&db, &email(address)?).await?;
        let person = person.context("the sample has no such person")?.id;
        let filter = domain::signal::Filter::default();
        let search = store::signal_search::Search {
            filter: &filter,
            sort: domain::signal::Sort::Newest,
            viewer: viewer(),
            after: None,
            rows: 100,
        };
        let found = store::signal_search::search(&db, &search).await?;
        let first = |own: bool| found.iter().find(|signal| (signal.owner == person) == own);
        let (own, others) = (first(true), first(false));
        Ok((
            person,
            own.context("the sample has no signal of theirs")?.id,
            others.context("the sample has no signal of others")?.id,
        ))
    })
}

/// One signal of a person: its id and that of its event, as they stand in the statement.
pub async fn create_one(db: &Database, owner: Id<domain::user::User>) -> Result<[String; 2]> {
    let random = Seeded(Mutex::new(20_261_125));
    let new = invent(&random, now())?;
    let (id, audit) = (
        Id::new(now(), &random),
        event(&random, Action::SignalCreated, now()),
    );
    signal::create(db, id, owner, (&new, State::Active), &audit, now())
        .await?
        .context("the person is there")?;
    Ok([id.to_string(), audit.id.to_string()])
}

/// Further people with verified addresses `<prefix>-<number>@sample.example` and this hash of a password, for measurements.
pub fn load_people(path: &Path, prefix: &str, count: usize, password_hash: &str) -> Result<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .context("cannot start a runtime")?;
    let db = Database::new(NativeSqlite::new(path));
    let seed = prefix
        .bytes()
        .fold(7, |seed: u64, byte| seed * 257 + u64::from(byte));
    let random = Seeded(Mutex::new(seed));
    runtime.block_on(async {
        // The connection is this function's alone.
        db.query("BEGIN", Vec::new()).await?;
        let mut addresses = Vec::new();
        for number in 0..count {
            let address = format!("{prefix}-{number}@sample.example");
            register_with(&db, &random, (&address, "김하나"), password_hash, now()).await?;
            addresses.push(address);
        }
        db.query("COMMIT", Vec::new()).await?;
        Ok(addresses)
    })
}

/// Somebody who writes again and again, for measurements.
pub struct Writer {
    random: Seeded,
    person: Id<domain::user::User>,
    token_version: i64,
}

impl Writer {
    /// Registers that person.
    pub async fn register(db: &Database) -> Result<Self> {
        let random = Seeded(Mutex::new(20_261_125));
        let address = "writer@sample.example";
        let person = register(db, &random, address, "김하나", now()).await?;
        let credentials = user::find_credentials(db, &email(address)?).await?;
        let token_version = credentials.context("nobody was registered")?.grants.token_version;
        Ok(Self {
            random,
            person,
            token_version,
        })
    }

    /// Publishes a signal: one statement.
    pub async fn publish(&self, db: &Database) -> Result<()> {
        let at = now();
        let new = invent(&self.random, at)?;
        let audit = event(&self.random, Action::SignalCreated, at);
        let id = Id::new(at, &self.random);
        signal::create(db, id, self.person, (&new, State::Active), &audit, at).await?;
        Ok(())
    }

    /// Begins a session, as a sign-in does when the password was right: one statement.
    pub async fn begin_session(&self, db: &Database) -> Result<()> {
        let at = now();
        let mut refresh_hash = [0; 32];
        self.random.fill(&mut refresh_hash);
        let new = NewSession {
            id: Id::new(at, &self.random),
            user: self.person,
            refresh_hash: &refresh_hash,
            idle_expires_at: at.plus(Duration::from_secs(86_400)),
            absolute_expires_at: at.plus(Duration::from_secs(86_400)),
            user_agent: "bench",
            client_address: "127.0.0.1",
            token_version: self.token_version,
            now: at,
            audit: &event(&self.random, Action::SessionStarted, at),
        };
        match session::create(db, &new).await? {
            Begun::Yes => Ok(()),
            Begun::Stale => anyhow::bail!("the session did not begin"),
        }
    }
}

/// A signal as a client sends it.
pub fn signal() -> Value {
    json!({
        "intent": "jeonse", "property_type": "apartment", "region_code": "1168010100", "address": "Teheran-ro 1, Gangnam-gu",
        "area_m2": 84.95, "deposit": 500_000_000_i64, "description": "Bright, three rooms", "visibility": "public",
    })
}

/// A contract as a client sends it, with a text that can be analysed.
pub fn contract() -> Value {
    let text = "Lease contract\n\nArticle 1 (Deposit) The tenant pays a deposit of 500,000,000 won to the landlord.\n\n\
        Article 2 (Term) The lease runs from 2026-03-01 to 2028-02-29.\n\n\
        Article 3 (Termination) The landlord returns the deposit when the tenant moves out.\n\n\
        Special terms: the landlord takes no new mortgage before the tenant has moved in.";
    json!({
        "kind": "jeonse", "role": "tenant", "address": "Teheran-ro 1, Gangnam-gu", "deposit": 500_000_000_i64,
        "contract_date": "2026-01-15", "balance_date": "2026-03-01", "document_text": text,
    })
}

/// Somebody who looks at them.
pub fn viewer() -> Viewer {
    let random = Seeded(Mutex::new(1));
    Viewer {
        user: Id::new(now(), &random),
        sees_agents_only: false,
        now: now(),
    }
}

fn email(address: &str) -> Result<Email> {
    Email::parse(address).map_err(|code| anyhow::anyhow!("sample address {address}: {}", code.as_str()))
}

/// Registers and verifies a person, as the API would.
async fn register(
    db: &Database,
    random: &Seeded,
    address: &str,
    name: &str,
    now: Timestamp,
) -> Result<Id<domain::user::User>> {
    register_with(db, random, (address, name), PASSWORD_HASH, now).await
}

async fn register_with(
    db: &Database,
    random: &Seeded,
    (address, name): (&str, &str),
    password_hash: &str,
    now: Timestamp,
) -> Result<Id<domain::user::User>> {
    let name = PersonName::parse(name).map_err(|code| anyhow::anyhow!("sample name: {}", code.as_str()))?;
    let mut token_hash = [0; 32];
    random.fill(&mut token_hash);
    let registration = Registration {
        id: Id::new(now, random),
        email: &email(address)?,
        name: &name,
        password_hash,
        token_hash: &token_hash,
        token: "used",
        mail_id: Id::new(now, random),
        language: "ko",
        now,
        audit: &event(random, Action::AccountRegistered, now),
    };
    user::register(db, &registration).await?;
    one_time_token::verify_email(db, &token_hash, &event(random, Action::EmailVerified, now), now).await?;
    Ok(registration.id)
}

/// What the audit log says of sample data.
fn event(random: &Seeded, action: Action, at: Timestamp) -> Event {
    Event {
        id: Id::new(at, random),
        at,
        request_id: "sample-data".to_owned(),
        actor: None,
        session: None,
        action,
        outcome: Outcome::Success,
        method: String::new(),
        endpoint: "",
        fingerprint: String::new(),
    }
}

fn invent(random: &Seeded, now: Timestamp) -> Result<NewSignal> {
    let (region_code, street, price) = PLACES[random.index(PLACES.len())];
    let (property_type, kind) = KINDS[random.index(KINDS.len())];
    let area = 24 + random.below(110);
    let area_m2 = format!("{area}.{:02}", random.below(100));
    let address = format!("{street} {}", 1 + random.below(400));
    // Whole ten millions, as people quote them.
    let worth = area * price * (80 + random.below(40)) / 100 / 1_000 * 10_000_000;
    let (intent, amounts) = match random.below(3) {
        0 => (
            "sale",
            Amounts {
                asking_price: Some(won(worth)),
                ..Amounts::default()
            },
        ),
        1 => (
            "jeonse",
            Amounts {
                deposit: Some(won(worth * 6 / 10)),
                ..Amounts::default()
            },
        ),
        _ => {
            let rent = (worth / 400 / 50_000 + 1) * 50_000;
            let amounts = Amounts {
                asking_price: None,
                deposit: Some(50_000_000),
                monthly_rent: Some(won(rent)),
            };
            ("monthly_rent", amounts)
        }
    };
    let station = STATIONS[random.index(STATIONS.len())];
    let rare = if random.below(5_000) == 0 { RARE } else { "" };
    let remark = REMARKS[random.index(REMARKS.len())];
    let description = format!(
        "{kind} {area}㎡, {station} 도보 {}분. {remark} {rare}",
        2 + random.below(14)
    );
    let available_from = match random.below(3) {
        0 => None,
        // The first day of a month within the next ten.
        months => Some(first_of_month(now, months * random.below(6))),
    };
    let available_from = available_from.map(|day: Date| day.to_string());
    let draft = Draft {
        intent,
        property_type,
        region_code,
        address: &address,
        area_m2: &area_m2,
        floor: Some(won(1 + random.below(25))),
        rooms: Some(won(1 + area / 35)),
        amounts,
        available_from: available_from.as_deref(),
        description: &description,
        visibility: "public",
        ..Draft::default()
    };
    NewSignal::parse(&draft, now).map_err(|errors| anyhow::anyhow!("the sample is not a signal: {errors:?}"))
}

/// The first day of a month that comes some thirties of days after `now`.
fn first_of_month(now: Timestamp, months: u64) -> Date {
    let day = now.plus(Duration::from_secs(months * 30 * 86_400)).date();
    let (year, month, _) = day.calendar();
    Date::from_calendar(year, month, 1).unwrap_or(day)
}

fn won(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

fn now() -> Timestamp {
    let elapsed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(won(u64::try_from(elapsed.as_micros()).unwrap_or(0)))
}

/// A generator with a fixed seed (SplitMix64, Steele et al. 2014): for data to look at, never for secrets.
struct Seeded(Mutex<u64>);

impl Seeded {
    fn next(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn index(&self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }
}

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.next().to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invented_signal_is_one() {
        let random = Seeded(Mutex::new(7));
        for _ in 0..500 {
            invent(&random, Timestamp::from_micros(0)).unwrap();
        }
    }
}
