//! Days on which a legal deadline does not end: Saturdays, Sundays and public holidays (Civil Act, article 161).
//!
//! The table reaches from 2024 to 2028. Before and after it only Saturdays and Sundays are known, so a deadline can be shown a day early there,
//! never late. It is extended by a year as soon as the almanac for that year is published.
//!
//! Sources: Public Holidays Act and Regulations on Public Holidays of Government Offices (as amended for 2026: Constitution Day and Labor
//! Day are public holidays); monthly almanacs of the Korea Astronomy and Space Science Institute for the lunar days; checked against the data
//! of the package `holidays` 0.108 (MIT). Days of elections and days that the government proclaimed stand in the table as they were set.
//!
//! Substitute holidays (Regulations, article 3): if Lunar New Year or Chuseok meet a Sunday or another holiday, the first day after them that is
//! none is a holiday too; the same goes for March 1, Labor Day, Children's Day, Buddha's Birthday, Constitution Day, Liberation Day, Foundation
//! Day, Hangul Day and Christmas if they meet a Saturday, a Sunday or another holiday. Not for January 1, Memorial Day and elections. A
//! test computes them anew.

use crate::clock::Date;

/// The last year whose public holidays are known.
pub const KNOWN_UNTIL: i32 = 2028;

/// Year, month and day, in order.
const HOLIDAYS: &[(i32, u8, u8)] = &[
    // 2024
    (2024, 1, 1),
    (2024, 2, 9),
    (2024, 2, 10),
    (2024, 2, 11),
    (2024, 2, 12),
    (2024, 3, 1),
    (2024, 4, 10),
    (2024, 5, 5),
    (2024, 5, 6),
    (2024, 5, 15),
    (2024, 6, 6),
    (2024, 8, 15),
    (2024, 9, 16),
    (2024, 9, 17),
    (2024, 9, 18),
    (2024, 10, 1),
    (2024, 10, 3),
    (2024, 10, 9),
    (2024, 12, 25),
    // 2025
    (2025, 1, 1),
    (2025, 1, 27),
    (2025, 1, 28),
    (2025, 1, 29),
    (2025, 1, 30),
    (2025, 3, 1),
    (2025, 3, 3),
    (2025, 5, 5),
    (2025, 5, 6),
    (2025, 6, 3),
    (2025, 6, 6),
    (2025, 8, 15),
    (2025, 10, 3),
    (2025, 10, 5),
    (2025, 10, 6),
    (2025, 10, 7),
    (2025, 10, 8),
    (2025, 10, 9),
    (2025, 12, 25),
    // 2026
    (2026, 1, 1),
    (2026, 2, 16),
    (2026, 2, 17),
    (2026, 2, 18),
    (2026, 3, 1),
    (2026, 3, 2),
    (2026, 5, 1),
    (2026, 5, 5),
    (2026, 5, 24),
    (2026, 5, 25),
    (2026, 6, 3),
    (2026, 6, 6),
    (2026, 7, 17),
    (2026, 8, 15),
    (2026, 8, 17),
    (2026, 9, 24),
    (2026, 9, 25),
    (2026, 9, 26),
    (2026, 10, 3),
    (2026, 10, 5),
    (2026, 10, 9),
    (2026, 12, 25),
    // 2027
    (2027, 1, 1),
    (2027, 2, 6),
    (2027, 2, 7),
    (2027, 2, 8),
    (2027, 2, 9),
    (2027, 3, 1),
    (2027, 5, 1),
    (2027, 5, 3),
    (2027, 5, 5),
    (2027, 5, 13),
    (2027, 6, 6),
    (2027, 7, 17),
    (2027, 7, 19),
    (2027, 8, 15),
    (2027, 8, 16),
    (2027, 9, 14),
    (2027, 9, 15),
    (2027, 9, 16),
    (2027, 10, 3),
    (2027, 10, 4),
    (2027, 10, 9),
    (2027, 10, 11),
    (2027, 12, 25),
    (2027, 12, 27),
    // 2028
    (2028, 1, 1),
    (2028, 1, 26),
    (2028, 1, 27),
    (2028, 1, 28),
    (2028, 3, 1),
    (2028, 4, 12),
    (2028, 5, 1),
    (2028, 5, 2),
    (2028, 5, 5),
    (2028, 6, 6),
    (2028, 7, 17),
    (2028, 8, 15),
    (2028, 10, 2),
    (2028, 10, 3),
    (2028, 10, 4),
    (2028, 10, 5),
    (2028, 10, 9),
    (2028, 12, 25),
];

/// Whether nothing is due on that day by law.
pub fn is_day_off(day: Date) -> bool {
    day.is_weekend() || HOLIDAYS.binary_search(&day.calendar()).is_ok()
}

/// The day itself, or the next one that is no day off.
pub(super) fn business_day_from(day: Date) -> Date {
    let mut day = day;
    // No row of days off is longer than this; at the end of time nothing comes after.
    for _ in 0..16 {
        if !is_day_off(day) {
            break;
        }
        day = day.plus_days(1);
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lunar New Year, Buddha's Birthday and Chuseok of each year.
    const LUNAR: [[&str; 3]; 5] = [
        ["2024-02-10", "2024-05-15", "2024-09-17"],
        ["2025-01-29", "2025-05-05", "2025-10-06"],
        ["2026-02-17", "2026-05-24", "2026-09-25"],
        ["2027-02-07", "2027-05-13", "2027-09-15"],
        ["2028-01-27", "2028-05-02", "2028-10-03"],
    ];
    /// Elections, and days that the government proclaimed.
    const SINGLE: [&str; 6] = [
        "2024-04-10",
        "2024-10-01",
        "2025-01-27",
        "2025-06-03",
        "2026-06-03",
        "2028-04-12",
    ];

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn is_sunday(day: Date) -> bool {
        day.is_weekend() && day.plus_days(-1).is_weekend()
    }

    /// By the rules at the head of this file.
    fn computed(year: i32) -> Vec<Date> {
        let [new_year, buddha, chuseok] = LUNAR[usize::try_from(year - 2024).unwrap()].map(day);
        let on = |month, day| Date::from_calendar(year, month, day).unwrap();
        let mut moving = vec![
            on(3, 1),
            on(5, 5),
            buddha,
            on(8, 15),
            on(10, 3),
            on(10, 9),
            on(12, 25),
        ];
        if year >= 2026 {
            moving.extend([on(5, 1), on(7, 17)]);
        }
        let around = |day: Date| [day.plus_days(-1), day, day.plus_days(1)];
        let mut all: Vec<Date> = [on(1, 1), on(6, 6)].to_vec();
        all.extend(&moving);
        all.extend(around(new_year).into_iter().chain(around(chuseok)));
        all.extend(SINGLE.into_iter().map(day).filter(|day| day.calendar().0 == year));
        let meets = |day: Date, all: &[Date]| all.iter().filter(|other| **other == day).count() > 1;
        let mut substituted: Vec<(Date, Date)> = Vec::new();
        for feast in [new_year, chuseok] {
            for one in around(feast) {
                if is_sunday(one) || meets(one, &all) {
                    substituted.push((one, feast.plus_days(1)));
                }
            }
        }
        for one in moving {
            let of_feast = [new_year, chuseok]
                .into_iter()
                .any(|feast| around(feast).contains(&one));
            let first = substituted.iter().all(|(known, _)| *known != one);
            if !of_feast && first && (one.is_weekend() || meets(one, &all)) {
                substituted.push((one, one));
            }
        }
        substituted.sort();
        for (_, after) in substituted {
            let mut next = after.plus_days(1);
            while next.is_weekend() || all.contains(&next) {
                next = next.plus_days(1);
            }
            all.push(next);
        }
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn the_table_is_what_the_rules_give() {
        for year in 2024..=KNOWN_UNTIL {
            let table: Vec<Date> = HOLIDAYS
                .iter()
                .filter(|(of, ..)| *of == year)
                .map(|(year, month, day)| Date::from_calendar(*year, *month, *day).unwrap())
                .collect();
            assert_eq!(table, computed(year), "{year}");
        }
        assert!(HOLIDAYS.is_sorted());
    }

    #[test]
    fn beyond_the_table_there_are_only_weekends() {
        assert!(is_day_off(day("2028-12-25")));
        assert!(!is_day_off(day("2029-12-25")), "a Tuesday");
        assert!(is_day_off(day("2029-12-29")) && !is_day_off(day("2023-12-25")));
    }

    #[test]
    fn a_deadline_passes_a_whole_row_of_days_off() {
        // Friday, Chuseok from Sunday to Tuesday, its substitute, Hangul Day.
        assert_eq!(business_day_from(day("2025-10-03")), day("2025-10-10"));
        assert_eq!(business_day_from(day("2025-10-10")), day("2025-10-10"));
        assert_eq!(business_day_from(day("9999-12-31")), day("9999-12-31"));
    }
}
