//! What whoever writes the plan is told: computed numbers and words of ours, nothing that a person typed as text.

use super::assess::Assessment;
use super::situation::Situation;
use crate::signal::Intent;

/// A name and a value with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: String,
}

/// The facts of an assessment.
pub fn facts(situation: &Situation, assessment: &Assessment) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.word("intent", situation.intent.as_str());
    facts.word("region_class", assessment.region_class.as_str());
    facts.word("verdict", assessment.verdict.as_str());
    facts.won("monthly_income", Some(situation.monthly_income.amount()));
    facts.won("assets", Some(situation.assets.amount()));
    facts.won("debts", Some(situation.debts.amount()));
    facts.won("annual_debt_service", Some(situation.annual_debt_service));
    let price = match situation.intent {
        Intent::Sale => "price",
        Intent::Jeonse | Intent::MonthlyRent => "deposit",
    };
    facts.won(price, Some(situation.target_price.amount()));
    facts.won("monthly_rent", situation.monthly_rent.map(crate::Won::amount));
    facts.number("homes_owned", situation.homes_owned);
    facts.word("first_time_buyer", yes_or_no(situation.first_time_buyer));
    facts.word("sells_home", yes_or_no(situation.sells_home));
    facts.percent("interest_rate", Some(situation.interest_rate_bp));
    facts.of_assessment(assessment);
    facts.0
}

#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn of_assessment(&mut self, assessment: &Assessment) {
        self.won("closing_costs", Some(assessment.closing_costs.total));
        self.won("loan_needed", Some(assessment.loan.needed));
        self.won("loan_limit", Some(assessment.loan.limit));
        self.won("cash_needed", Some(assessment.cash_needed));
        self.won("missing_cash", assessment.shortfall.cash);
        self.won("missing_monthly_income", assessment.shortfall.monthly_income);
        self.won("largest_affordable_price", assessment.largest_affordable_price);
        self.won("largest_affordable_rent", assessment.largest_affordable_rent);
        self.won("monthly_housing_cost", Some(assessment.monthly.housing));
        self.percent("share_of_income", assessment.monthly.share_of_income_bp);
        self.percent("debt_service_ratio", assessment.debt_service_ratio_bp);
    }

    fn word(&mut self, name: &'static str, value: &str) {
        let value = value.to_owned();
        self.0.push(Fact { name, value });
    }

    fn won(&mut self, name: &'static str, amount: Option<i64>) {
        if let Some(amount) = amount {
            self.word(name, &format!("{amount} won"));
        }
    }

    fn number(&mut self, name: &'static str, number: i64) {
        self.word(name, &number.to_string());
    }

    fn percent(&mut self, name: &'static str, points: Option<i64>) {
        if let Some(points) = points {
            self.word(name, &format!("{}.{:02} %", points / 100, points % 100));
        }
    }
}

const fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
