//! Every number that somebody else sets: laws, decrees, announcements of the Financial Services Commission (FSC). The page
//! `docs/affordability.md` shows this table, and a test compares the two.
//!
//! When a rule changes, change it here, raise [`AS_OF`], and the test says which lines of the page follow.

use serde::Serialize;
use utoipa::ToSchema;

use crate::region::RegionCode;
use crate::signal::Intent;

/// The rules are those that were in force, or announced to come into force, on this day.
pub const AS_OF: &str = "2026-01-01";

/// How strictly lending is regulated where a home stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionClass {
    /// A regulated area (speculation-overheated and adjustment-target area).
    Regulated,
    /// The rest of the capital area: Incheon and Gyeonggi.
    Capital,
    /// The rest of the country.
    Elsewhere,
}

/// The digits with which the codes of regulated areas begin, and their names: Housing Act, articles 63 and 63-2; announcement of the
/// Ministry of Land of 2025-10-15, in force since 2025-10-16.
pub const REGULATED: &[(&str, &str)] = &[
    ("11", "Seoul"),
    ("41111", "Jangan-gu"),
    ("41115", "Paldal-gu"),
    ("41117", "Yeongtong-gu"),
    ("41131", "Sujeong-gu"),
    ("41133", "Jungwon-gu"),
    ("41135", "Bundang-gu"),
    ("41173", "Dongan-gu"),
    ("41210", "Gwangmyeong-si"),
    ("41290", "Gwacheon-si"),
    ("41430", "Uiwang-si"),
    ("41450", "Hanam-si"),
    ("41465", "Suji-gu"),
];

/// The provinces of the capital area: Seoul, Incheon, Gyeonggi (Seoul Metropolitan Area Readjustment Planning Act, article 2).
pub const CAPITAL: &[&str] = &["11", "28", "41"];

impl RegionClass {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Regulated, Self::Capital, Self::Elsewhere];

    /// The spelling in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regulated => "regulated",
            Self::Capital => "capital",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// The class of a place, by the first digits of its code. A city that has districts (four digits and zeroes) may be any of them, so it is
    /// the strictest.
    pub fn of(region: &RegionCode) -> Self {
        let code = region.as_str();
        let city = code.strip_suffix("000000").unwrap_or(code);
        let regulated = |prefix: &str| code.starts_with(prefix) || prefix.starts_with(city);
        if REGULATED.iter().any(|(prefix, _)| regulated(prefix)) {
            Self::Regulated
        } else if CAPITAL.iter().any(|prefix| code.starts_with(prefix)) {
            Self::Capital
        } else {
            Self::Elsewhere
        }
    }
}

/// How the rate of a mortgage behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RateType {
    /// It follows the market.
    Variable,
    /// It stays for the whole term.
    Fixed,
}

/// The largest loan against a price, in basis points of the price (loan to value).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoanToValue {
    /// Where.
    pub class: RegionClass,
    /// For somebody who never owned a home.
    pub first_time: i64,
    /// For somebody who owns none, or sells the only one.
    pub without_home: i64,
    /// For somebody who keeps one or more.
    pub with_home: i64,
}

/// Regulation on Supervision of Banking Business, annex 6, as changed by the FSC's announcements of 2025-06-27 (owners, first-time buyers in the
/// capital area) and 2025-09-07 (40 % in regulated areas). Elsewhere an owner gets 60 % while a mortgage runs, which is assumed.
pub const LOAN_TO_VALUE: [LoanToValue; 3] = [
    LoanToValue {
        class: RegionClass::Regulated,
        first_time: 7_000,
        without_home: 4_000,
        with_home: 0,
    },
    LoanToValue {
        class: RegionClass::Capital,
        first_time: 7_000,
        without_home: 7_000,
        with_home: 0,
    },
    LoanToValue {
        class: RegionClass::Elsewhere,
        first_time: 8_000,
        without_home: 7_000,
        with_home: 6_000,
    },
];

/// The largest mortgage in the capital area and in regulated areas, by the price up to which it holds (inclusive): FSC, 2025-10-15, in force
/// since 2025-10-16. There is none elsewhere.
pub const MORTGAGE_CAPS: [(i64, i64); 3] = [
    (1_500_000_000, 600_000_000),
    (2_500_000_000, 400_000_000),
    (i64::MAX, 200_000_000),
];

/// The share of yearly income that may go into all debts (debt service ratio) of a bank's customer, in basis points: FSC, since 2022-07-01.
pub const DEBT_SERVICE_LIMIT: i64 = 4_000;

/// What is added to the rate of a mortgage when its debt service is judged, in basis points: FSC, third stage since 2025-07-01; 300 in the
/// capital area and in regulated areas since 2025-10-16. Elsewhere half of it was announced to last until 2026-06-30; the whole is used.
pub const fn stress_rate(class: RegionClass, rate: RateType) -> i64 {
    match (rate, class) {
        (RateType::Fixed, _) => 0,
        (RateType::Variable, RegionClass::Regulated | RegionClass::Capital) => 300,
        (RateType::Variable, RegionClass::Elsewhere) => 150,
    }
}

/// The longest term of a mortgage in years: FSC, 2025-06-27, for the capital area and regulated areas; elsewhere what banks offer.
pub const fn longest_term(class: RegionClass) -> i64 {
    match class {
        RegionClass::Regulated | RegionClass::Capital => 30,
        RegionClass::Elsewhere => 40,
    }
}

/// The largest loan against a deposit, in basis points of the deposit: what guarantors of deposit loans cover; 80 % in the capital area since
/// 2025-07-21 (FSC, 2025-06-27), used everywhere.
pub const DEPOSIT_LOAN_SHARE: i64 = 8_000;

/// The largest loan for a deposit by homes that somebody keeps: guarantee limits of SGI Seoul Guarantee; FSC, 2025-09-07, for owners of one
/// home in the capital area and in regulated areas. Whoever keeps more than one gets none (FSC, 2020-07-10).
pub const fn deposit_loan_cap(class: RegionClass, homes: i64) -> i64 {
    match (homes, class) {
        (0, _) => 500_000_000,
        (1, RegionClass::Regulated | RegionClass::Capital) => 200_000_000,
        (1, RegionClass::Elsewhere) => 300_000_000,
        _ => 0,
    }
}

/// One row of a table of fees: for amounts below `below`, a share of the amount, and at most so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fee {
    /// Amounts from this one on belong to the next row.
    pub below: i64,
    /// In basis points of the amount.
    pub rate: i64,
    /// In won; `i64::MAX` where there is no limit.
    pub most: i64,
}

const fn fee(below: i64, rate: i64, most: i64) -> Fee {
    Fee { below, rate, most }
}

/// The highest broker's fee for a sale: Enforcement Rule of the Licensed Real Estate Agents Act, annex 1, since 2021-10-19.
pub const SALE_FEES: [Fee; 6] = [
    fee(50_000_000, 60, 250_000),
    fee(200_000_000, 50, 800_000),
    fee(900_000_000, 40, i64::MAX),
    fee(1_200_000_000, 50, i64::MAX),
    fee(1_500_000_000, 60, i64::MAX),
    fee(i64::MAX, 70, i64::MAX),
];

/// The highest broker's fee for a lease; the same annex.
pub const LEASE_FEES: [Fee; 6] = [
    fee(50_000_000, 50, 200_000),
    fee(100_000_000, 40, 300_000),
    fee(600_000_000, 30, i64::MAX),
    fee(1_200_000_000, 40, i64::MAX),
    fee(1_500_000_000, 50, i64::MAX),
    fee(i64::MAX, 60, i64::MAX),
];

/// A rent counts as so many times itself in the amount that a fee is a share of, and as fewer if the amount would be below the threshold
/// (the same rule, article 20 (5)).
pub const RENT_TIMES: (i64, i64, i64) = (100, 70, 50_000_000);

/// Value-added tax on a broker's fee, in basis points (Value-Added Tax Act, article 30); brokers who do not charge it are cheaper.
pub const VALUE_ADDED_TAX: i64 = 1_000;

/// Acquisition tax of a home (Local Tax Act, article 11 (1) 8): 1 % up to the first price, 3 % above the second, between them
/// `price × 2 / 300 million − 3` percent, rounded to hundredths of a percent.
pub const ACQUISITION_STEPS: (i64, i64) = (600_000_000, 900_000_000);

/// The heavier acquisition tax (Local Tax Act, article 13-2), in basis points; the third number is the fewest homes that somebody keeps for it to
/// hold, so that the new one is one more.
pub const HEAVY_ACQUISITION: [(RegionClass, i64, i64); 6] = [
    (RegionClass::Regulated, 800, 1),
    (RegionClass::Regulated, 1_200, 2),
    (RegionClass::Capital, 800, 2),
    (RegionClass::Capital, 1_200, 3),
    (RegionClass::Elsewhere, 800, 2),
    (RegionClass::Elsewhere, 1_200, 3),
];

/// Local education tax on the ordinary acquisition tax, in basis points of that tax (Local Tax Act, article 151: 20 % of half of it).
pub const EDUCATION_TAX_SHARE: i64 = 1_000;

/// Local education tax where the heavier acquisition tax holds, in basis points of the price (the same article).
pub const EDUCATION_TAX_HEAVY: i64 = 40;

/// Special tax for rural development on homes of more than 85 m², in basis points of the price, by the rate of the acquisition tax: ordinary,
/// 8 %, 12 % (Act on Special Tax for Rural Development, articles 4 and 5).
pub const RURAL_TAX: (i64, i64, i64) = (20, 60, 100);

/// What somebody who never owned a home is let off of the acquisition tax, and up to which price (Restriction of Special Local Taxation Act,
/// article 36-3, until 2028-12-31). Regions that lose people give more; that is not counted.
pub const FIRST_TIME_RELIEF: (i64, i64) = (2_000_000, 1_200_000_000);

/// Debts whose yearly service is not told count as loans without collateral: paid back in so many equal years (FSC, how the debt service of
/// credit loans is counted), at a rate that is assumed, in basis points.
pub const OTHER_DEBTS: (i64, i64) = (5, 600);

/// The rate that is assumed when none is told, in basis points: near the average of new loans at the end of 2025 (Bank of Korea).
pub const fn default_rate(intent: Intent) -> i64 {
    match intent {
        Intent::Sale => 425,
        Intent::Jeonse | Intent::MonthlyRent => 400,
    }
}

/// The term that is assumed, in years.
pub const DEFAULT_TERM: i64 = 30;

/// Up to this share of income, in basis points, housing and debts count as comfortable: a rule of thumb, no law.
pub const COMFORTABLE: i64 = 3_000;
