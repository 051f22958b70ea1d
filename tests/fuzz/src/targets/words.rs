//! What fields hold.

use domain::agent::{LicenceNumber, Rating};
use domain::progress::Progress;
use domain::region::RegionPrefix;
use domain::signal::{Area, SearchText};
use domain::text::{Line, Message};
use domain::{Date, Email, Id, Timestamp};
use unicode_normalization::is_nfc;

/// Text that is taken is clean, composed, and taken again as it is (CONV-8).
pub fn text(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    if let Ok(line) = Line::<200>::parse(&raw) {
        let text = line.as_str();
        assert!(
            is_nfc(text) && text.trim() == text && !text.chars().any(char::is_control),
            "{text:?}"
        );
        assert_eq!(Line::<200>::parse(text).as_ref(), Ok(&line));
    }
    if let Ok(message) = Message::parse(&raw) {
        let text = message.as_str();
        let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(
            is_nfc(text) && text.trim() == text && !text.chars().any(odd),
            "{text:?}"
        );
        assert_eq!(Message::parse(text).as_ref(), Ok(&message));
    }
    if let Ok(email) = Email::parse(&raw) {
        assert!(
            is_nfc(email.as_str()) && email.as_str().contains('@'),
            "{:?}",
            email.as_str()
        );
        assert_eq!(Email::parse(email.as_str()).as_ref(), Ok(&email));
    }
    if let Ok(search) = SearchText::parse(&raw) {
        assert!((2..=100).contains(&search.as_str().chars().count()));
        let again = SearchText::parse(search.as_str());
        assert_eq!(again.as_ref().map(SearchText::as_str), Ok(search.as_str()));
    }
}

/// A time that is taken has one spelling and four digits of a year (CONV-2).
pub fn time(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    if let Ok(day) = Date::parse(&raw) {
        assert_eq!(day.to_string(), raw);
        for days in [-1, 1, i32::MIN, i32::MAX] {
            assert_eq!(day.plus_days(days).to_string().len(), 10);
            assert_eq!(day.plus_months(days).to_string().len(), 10);
        }
    }
    for at in [Timestamp::parse_rfc3339(&raw), Timestamp::parse_http_date(&raw)]
        .into_iter()
        .flatten()
    {
        assert_eq!(at.to_string().len(), 27, "{raw}");
        assert_eq!(Timestamp::parse(&at.to_string()), Ok(at));
    }
    if let Ok(at) = Timestamp::parse(&raw) {
        assert_eq!(at.to_string(), raw);
    }
}

/// Small words: each that is taken is written as it was read.
pub fn word(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    if let Ok(id) = Id::<()>::parse(&raw) {
        assert_eq!(id.to_string(), raw);
    }
    if let Ok(area) = Area::parse(&raw) {
        assert_eq!(Area::parse(&area.to_string()), Ok(area));
    }
    if let Ok(rating) = Rating::parse(&raw) {
        assert_eq!(rating.to_string(), raw);
    }
    if let Ok(licence) = LicenceNumber::parse(&raw) {
        assert_eq!(licence.as_str(), raw.trim());
    }
    if let Ok(prefix) = RegionPrefix::parse(&raw) {
        let (low, high) = prefix.bounds();
        assert!(low <= high && low.starts_with(prefix.as_str()) && high.starts_with(prefix.as_str()));
    }
    if let Some(progress) = Progress::decode(&raw) {
        assert_eq!(Progress::decode(&progress.encode()), Some(progress));
    }
}
