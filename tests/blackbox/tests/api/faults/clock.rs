//! What only time brings about, with the clock moved instead of waited for (QUAL-3).

use std::time::Duration;

use realcare_blackbox::{Answer, App, NO_LIMITS, Person, refusal, signal, success};
use serde_json::json;

use super::cheap;
use crate::analyses::Case;
use crate::maintenance::{done, run};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// An app and how far its clock is ahead.
struct Moved(App);

impl Moved {
    fn start() -> Option<Self> {
        cheap().start_breakable().map(Self)
    }

    /// So many seconds after the present.
    fn at(&self, seconds: i64) -> &App {
        self.0.faults().clock(seconds * 1000);
        &self.0
    }
}

fn refresh(app: &App, token: &str) -> Answer {
    let body = json!({"refresh_token": token});
    app.client().post("/api/v1/auth/refresh").json(&body).send()
}

// AUTH-4, AUTH-5, QUAL-3
#[test]
fn access_tokens_end_after_half_an_hour_and_sign_ins_after_their_days() {
    let Some(moved) = Moved::start() else { return };
    let mut person = Person::signed_in(&moved.0);
    success(&person.me(moved.at(29 * MINUTE).client()), 200);
    refusal(&person.me(moved.at(31 * MINUTE).client()), 401, "invalid_token");
    // Whoever comes back within 30 days each time stays signed in, for 90 days.
    for day in [29, 58, 87] {
        let refreshed = refresh(moved.at(day * DAY), &person.refresh);
        success(&refreshed, 200);
        person.keep(&refreshed);
        success(&person.me(moved.0.client()), 200);
    }
    let left = refresh(moved.at(87 * DAY), &person.refresh).json()["refresh_expires_in"].as_i64();
    assert!(left.is_some_and(|left| left <= 3 * DAY), "{left:?}");
    refusal(
        &refresh(moved.at(91 * DAY), &person.refresh),
        401,
        "invalid_refresh_token",
    );
    person.sign_in(moved.0.client());
    refusal(
        &refresh(moved.at((91 + 31) * DAY), &person.refresh),
        401,
        "invalid_refresh_token",
    );
    moved.0.check_data();
}

// AUTH-6
#[test]
fn a_rotated_token_is_graced_for_ten_seconds_and_then_ends_its_sign_in() {
    let Some(moved) = Moved::start() else { return };
    let person = Person::signed_in(&moved.0);
    let next = refresh(&moved.0, &person.refresh);
    success(&next, 200);
    // The clock stands a little behind, so that a slow machine does not use the ten seconds up.
    let again = refresh(moved.at(-20), &person.refresh);
    assert_eq!(again.string("/refresh_token"), next.string("/refresh_token"));
    refusal(
        &refresh(moved.at(11), &person.refresh),
        401,
        "invalid_refresh_token",
    );
    refusal(
        &refresh(&moved.0, &next.string("/refresh_token")),
        401,
        "invalid_refresh_token",
    );
    moved.0.check_data();
}

// AUTH-1, AUTH-8
#[test]
fn tokens_in_mails_end() {
    let Some(moved) = Moved::start() else { return };
    let person = Person::registered(&moved.0);
    let verify = |app: &App| {
        let verify = app.client().post("/api/v1/auth/verify-email");
        verify.json(&json!({"token": person.one_time_token})).send()
    };
    let late = verify(moved.at(25 * HOUR));
    assert!((400..500).contains(&late.status), "{late:?}");
    success(&verify(moved.at(23 * HOUR)), 204);

    let ask = moved.0.client().post("/api/v1/auth/request-password-reset");
    success(&ask.json(&json!({"email": person.email})).send(), 202);
    let mails = person.mails(moved.0.client());
    let reset = mails
        .iter()
        .find(|mail| mail["template"] == "reset_password")
        .expect("a mail");
    let body = json!({"token": reset["token"], "password": "Correct-Horse-7-Battery"});
    let reset = |app: &App| {
        app.client()
            .post("/api/v1/auth/reset-password")
            .json(&body)
            .send()
    };
    let late = reset(moved.at(23 * HOUR + 16 * MINUTE));
    assert!((400..500).contains(&late.status), "{late:?}");
    success(&reset(moved.at(23 * HOUR + 14 * MINUTE)), 204);
    moved.0.check_data();
}

// AUTH-10
#[test]
fn a_lock_ends_after_an_hour() {
    let Some(moved) = Moved::start() else { return };
    let person = Person::signed_in(&moved.0);
    for _ in 0..10 {
        let wrong = realcare_blackbox::login(moved.0.client(), &person.email, "Wrong-Horse-7-Battery");
        refusal(&wrong, 401, "invalid_credentials");
    }
    refusal(
        &person.login(moved.at(59 * MINUTE).client()),
        401,
        "invalid_credentials",
    );
    success(&person.login(moved.at(61 * MINUTE).client()), 200);
    moved.0.check_data();
}

// SIG-2, SIG-3
#[test]
fn signals_end_when_their_end_comes() {
    let Some(moved) = Moved::start() else { return };
    let (owner, other) = (Person::signed_in(&moved.0), Person::signed_in(&moved.0));
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    let mut body = signal();
    body["expires_at"] = json!(instant(now + Duration::from_secs(20 * 60)));
    let id = owner.publish(moved.0.client(), &body);
    let path = format!("/api/v1/signals/{id}");
    let seen = |app: &App, person: &Person| app.client().get(&path).bearer(&person.access).send();
    success(&seen(moved.at(19 * MINUTE), &other), 200);
    refusal(&seen(moved.at(21 * MINUTE), &other), 404, "not_found");
    let own = seen(&moved.0, &owner);
    assert_eq!(own.string("/state"), "expired");
    // Noting it is maintenance's; what others see does not wait for that.
    moved.0.maintain();
    assert_eq!(moved.0.value("SELECT state FROM signals"), "expired");
    moved.0.check_data();
}

/// RFC 3339 in UTC.
fn instant(since_1970: Duration) -> String {
    let seconds = i64::try_from(since_1970.as_secs()).expect("this era");
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = date(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        second / HOUR,
        second / MINUTE % 60,
        second % 60
    )
}

/// Year, month and day of a number of days since 1970, counted off.
fn date(mut days: i64) -> (i64, i64, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while days >= 365 + i64::from(is_leap(year)) {
        days -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

// PROG-1, OPS-7
#[test]
fn a_record_of_progress_is_swept_after_its_day() {
    let Some(moved) = Moved::start() else { return };
    let mut case = Case::new(&moved.0);
    let id = case.started(&moved.0);
    case.over(&moved.0);
    assert_eq!(done(&run(moved.at(23 * HOUR)), "progress"), 0);
    case.person.sign_in(moved.0.client());
    success(&case.progress(&moved.0, &id), 200);
    assert_eq!(done(&run(moved.at(25 * HOUR)), "progress"), 1);
    assert_eq!(done(&run(&moved.0), "progress"), 0);
    case.person.sign_in(moved.0.client());
    refusal(&case.progress(&moved.0, &id), 404, "not_found");
    success(&case.get(&moved.0, "analysis"), 200);
    moved.0.check_data();
}

// GUARD-3
#[test]
fn a_limit_is_whole_again_when_its_minute_has_slid() {
    let limits = NO_LIMITS.replace("free=100000", "free=5");
    let Some(app) = cheap().variable("rate_limits", &limits).start_breakable() else {
        return;
    };
    let moved = Moved(app);
    let person = Person::signed_in(&moved.0);
    let client = moved.0.client();
    let passed = |count: usize| (0..count).filter(|_| person.me(client).status == 200).count();
    // The minute may turn once on the way.
    assert!((5..=10).contains(&passed(20)));
    moved.at(2 * MINUTE);
    assert!(passed(20) >= 5);
    // A clock that is set back counts in a window that is over: it neither lets everybody through nor fails.
    moved.at(0);
    assert_eq!(passed(1), 0);
    assert_eq!(person.me(moved.at(4 * MINUTE).client()).status, 200);
}

// QUAL-3: a clock that was wrong and is set right
#[test]
fn a_clock_that_is_set_back_signs_nobody_out_for_good() {
    let Some(moved) = Moved::start() else { return };
    moved.at(10 * MINUTE);
    let mut person = Person::signed_in(&moved.0);
    // Tokens of the future are not believed; the refresh token is a matter of the database.
    refusal(&person.me(moved.at(0).client()), 401, "invalid_token");
    let refreshed = refresh(&moved.0, &person.refresh);
    success(&refreshed, 200);
    person.keep(&refreshed);
    success(&person.me(moved.0.client()), 200);
    success(&person.login(moved.0.client()), 200);
    moved.0.check_data();
}
