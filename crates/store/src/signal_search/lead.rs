//! What leads to the rows of a search in SQLite, which knows no frequencies: it would read and sort a million signals for a range that
//! nearly all of them are in. So the frequency is asked first, and asking ends early.

use domain::Won;
use domain::signal::{Area, Sort};
use sql::{Database, Error, Value};

use super::{Ends, Search, range};
use crate::conditions::Conditions;

/// At most so many rows are read to be sorted. Where there are more, the list is walked in its order, and on the average one row of
/// (signals / this) fits.
const FEW: i64 = 1000;

/// Which condition leads; the others only check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// The words of the text.
    Text,
    /// The range of prices.
    Price,
    /// The range of areas.
    Area,
    /// The range of rents.
    Rent,
    /// None of these: the order of the list, or what is equal to a value.
    Order,
}

impl Lead {
    /// The conditions that a search could be led by, besides its order.
    pub fn of(search: &Search<'_>) -> Vec<Self> {
        let filter = search.filter;
        let by_price = matches!(search.sort, Sort::PriceAscending | Sort::PriceDescending);
        let by_area = matches!(search.sort, Sort::AreaAscending | Sort::AreaDescending);
        let is_set = |ends: Ends| ends.0.is_some() || ends.1.is_some();
        let candidates = [
            (Self::Text, filter.text.is_some()),
            (Self::Price, !by_price && is_set(search.prices())),
            (Self::Area, !by_area && is_set(search.areas())),
            (Self::Rent, is_set(search.rents())),
        ];
        let there = candidates.into_iter().filter(|(_, is_there)| *is_there);
        there.map(|(lead, _)| lead).collect()
    }

    /// The first condition that few signals meet; each is asked with one statement that reads no more than that.
    pub(super) async fn choose(db: &Database, search: &Search<'_>) -> Result<Self, Error> {
        for lead in Self::of(search) {
            let (statement, parameters) = lead.probe(search);
            let rows = db.query(&statement, parameters).await?;
            let met: i64 = rows.first().map_or(Ok(0), |row| row.get(0))?;
            if met <= FEW {
                return Ok(lead);
            }
        }
        Ok(Self::Order)
    }

    fn probe(self, search: &Search<'_>) -> (String, Vec<Value>) {
        let mut conditions = Conditions::default();
        let mut table = "signals";
        match self {
            Self::Text => {
                table = "signal_words";
                let words = search.filter.text.as_ref().map(|text| text.words());
                conditions.when(words, "signal_words MATCH $", Value::from);
            }
            Self::Price => range(&mut conditions, "price", search.prices()),
            Self::Area => range(&mut conditions, "area", search.areas()),
            Self::Rent => range(&mut conditions, "monthly_rent", search.rents()),
            Self::Order => {}
        }
        if table == "signals" {
            conditions.and("deleted_at IS NULL AND state = 'active'");
        }
        let limit = FEW + 1;
        let statement = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {} LIMIT {limit})",
            conditions.text()
        );
        (statement, conditions.parameters())
    }
}

impl Search<'_> {
    pub(super) fn prices(&self) -> Ends {
        let price = self.filter.price;
        (price.lowest().map(Won::amount), price.highest().map(Won::amount))
    }

    pub(super) fn areas(&self) -> Ends {
        let area = self.filter.area;
        (
            area.lowest().map(Area::hundredths),
            area.highest().map(Area::hundredths),
        )
    }

    pub(super) fn rents(&self) -> Ends {
        let rent = self.filter.rent;
        (rent.lowest().map(Won::amount), rent.highest().map(Won::amount))
    }
}
