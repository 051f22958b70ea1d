//! `docs/affordability.md` shows the rules that the code uses.

use super::super::regulation::{
    AS_OF, CAPITAL, DEBT_SERVICE_LIMIT, DEPOSIT_LOAN_SHARE, FIRST_TIME_RELIEF, Fee, HEAVY_ACQUISITION,
    LEASE_FEES, LOAN_TO_VALUE, MORTGAGE_CAPS, OTHER_DEBTS, REGULATED, RateType, RegionClass, SALE_FEES,
    default_rate, deposit_loan_cap, longest_term, stress_rate,
};
use crate::signal::Intent;

const PAGE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/affordability.md"
));

fn points(rate: i64) -> String {
    format!("{}.{:02}", rate / 100, rate % 100)
}

fn places() -> Vec<String> {
    let regulated: Vec<&str> = REGULATED.iter().map(|(prefix, _)| *prefix).collect();
    vec![
        format!("- regulated: {}", regulated.join(", ")),
        format!("- capital: {}", CAPITAL.join(", ")),
    ]
}

fn loans() -> Vec<String> {
    let mut lines: Vec<String> = MORTGAGE_CAPS
        .iter()
        .map(|(up_to, cap)| match *up_to {
            i64::MAX => format!("- any higher price: at most {cap} won"),
            up_to => format!("- price up to {up_to} won: at most {cap} won"),
        })
        .collect();
    for class in RegionClass::ALL {
        let name = class.as_str();
        let stress = points(stress_rate(class, RateType::Variable));
        lines.push(format!("- stress rate {name}: {stress} points"));
        lines.push(format!("- term {name}: at most {} years", longest_term(class)));
        let cap = deposit_loan_cap(class, 1);
        lines.push(format!("- deposit loan, one home, {name}: at most {cap} won"));
        let fixed = points(stress_rate(class, RateType::Fixed));
        lines.push(format!(
            "- stress rate of a rate fixed for the whole term: {fixed} points"
        ));
        let none = deposit_loan_cap(class, 0);
        lines.push(format!("- deposit loan, no home: at most {none} won"));
    }
    lines.push(format!(
        "- debt service at most {} % of income",
        DEBT_SERVICE_LIMIT / 100
    ));
    lines.push(format!(
        "- deposit loan: at most {} % of the deposit",
        DEPOSIT_LOAN_SHARE / 100
    ));
    lines
}

fn taxes_and_assumptions() -> Vec<String> {
    let mut lines: Vec<String> = HEAVY_ACQUISITION
        .iter()
        .map(|(class, rate, kept)| {
            format!(
                "- acquisition tax {}, {kept} or more kept: {} %",
                class.as_str(),
                rate / 100
            )
        })
        .collect();
    let (relief, up_to) = FIRST_TIME_RELIEF;
    lines.push(format!(
        "- first-time buyer: up to {relief} won, for a price up to {up_to} won"
    ));
    lines.push(format!(
        "- rate of a mortgage {} %, of a loan for a deposit {} %",
        points(default_rate(Intent::Sale)),
        points(default_rate(Intent::Jeonse))
    ));
    let (years, rate) = OTHER_DEBTS;
    lines.push(format!(
        "- other debts: paid back in {years} years at {} %",
        points(rate)
    ));
    lines
}

fn rows() -> Vec<String> {
    let cell = |amount: i64| match amount {
        i64::MAX => " ".to_owned(),
        amount => format!(" {amount} "),
    };
    let fee = |row: &Fee| {
        let (below, rate, most) = (cell(row.below), points(row.rate), cell(row.most));
        format!("|{below}| {rate} % |{most}|")
    };
    let percent = |share: i64| share / 100;
    let value = LOAN_TO_VALUE.iter().map(|row| {
        format!(
            "| {} | {} % | {} % | {} % |",
            row.class.as_str(),
            percent(row.first_time),
            percent(row.without_home),
            percent(row.with_home)
        )
    });
    let fees = SALE_FEES.iter().chain(&LEASE_FEES).map(fee);
    value.chain(fees).collect()
}

#[test]
fn the_page_shows_the_rules_of_the_code() {
    let shown: Vec<&str> = PAGE.lines().collect();
    let lists = [places(), loans(), taxes_and_assumptions()].concat();
    for line in lists.iter().chain(&rows()) {
        assert!(
            shown.contains(&line.as_str()),
            "docs/affordability.md lacks: {line}"
        );
    }
    // And no other.
    for line in shown.iter().filter(|line| line.starts_with("- ")) {
        assert!(lists.contains(&(*line).to_owned()), "no rule of the code: {line}");
    }
    assert!(PAGE.contains(&format!("**{AS_OF}**")), "as of {AS_OF}");
}

/// The examples name their figures; `examples` computes them.
#[test]
fn the_page_shows_the_figures_of_the_examples() {
    let words: String = PAGE.split_whitespace().collect();
    for figure in [
        "38500000",
        "538500000",
        "501025176",
        "138500000",
        "794167636",
        "300615135",
        "22024000",
        "251320000",
        "837734",
        "24.70%",
        "31.67%",
        "950000",
    ] {
        assert!(words.contains(figure), "{figure}");
    }
}
