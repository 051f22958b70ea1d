//! Estate agents (AUTH-19).

use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::FieldCode;
use crate::ratio::Ratio;
use crate::schema;

/// The row of an agent.
pub struct Agent;

/// What clients think of an agent: 0.00 to 5.00.
pub type Rating = Ratio<500>;

/// The share of an agent's contracts that were carried out: 0.00 to 1.00.
pub type SuccessRate = Ratio<100>;

/// The first year of which a number is taken: the law that brought brokers' registration in is of 1984.
const FIRST_YEAR: u16 = 1984;
/// The last one: beyond it is a slip of the pen.
const LAST_YEAR: u16 = 2099;

/// The registration number of a brokerage office as its district issues it: the district's five digits, the year and a serial of five
/// digits, `11680-2023-00078`. Source: the registers that Seoul (`landBizInfo`) and the Ministry of Land publish as open data.
///
/// Offices that were registered before districts used this form have numbers of other forms; they are not taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct LicenceNumber(String);

impl LicenceNumber {
    /// Checks the form; blanks around it are dropped.
    ///
    /// # Errors
    /// [`FieldCode::Required`] or [`FieldCode::InvalidFormat`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(FieldCode::Required);
        }
        let mut groups = raw.split('-');
        let (district, year, serial) = (groups.next(), groups.next(), groups.next());
        let well_formed = district.is_some_and(is_district)
            && year.is_some_and(|year| {
                is_digits(year, 4)
                    && year
                        .parse()
                        .is_ok_and(|year: u16| (FIRST_YEAR..=LAST_YEAR).contains(&year))
            })
            && serial.is_some_and(|serial| is_digits(serial, 5) && serial != "00000")
            && groups.next().is_none();
        if well_formed {
            Ok(Self(raw.to_owned()))
        } else {
            Err(FieldCode::InvalidFormat)
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Five digits that begin with a province, as legal-district codes do.
fn is_district(raw: &str) -> bool {
    is_digits(raw, 5) && crate::region::RegionPrefix::parse(raw).is_ok()
}

fn is_digits(raw: &str, length: usize) -> bool {
    raw.len() == length && raw.bytes().all(|byte| byte.is_ascii_digit())
}

impl PartialSchema for LicenceNumber {
    fn schema() -> RefOr<Schema> {
        schema::described(
            schema::pattern("^[1-5][0-9]{4}-(198[4-9]|199[0-9]|20[0-9]{2})-[0-9]{5}$"),
            "The registration number of a brokerage office: district, year, serial.",
        )
    }
}

impl ToSchema for LicenceNumber {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_has_one_form() {
        assert_eq!(
            LicenceNumber::parse(" 11680-2023-00078 ").unwrap().as_str(),
            "11680-2023-00078"
        );
        assert_eq!(LicenceNumber::parse(" "), Err(FieldCode::Required));
        for raw in [
            "11680-2023-0078",
            "1168-2023-00078",
            "11680-23-00078",
            "11680-1983-00078",
            "11680-2100-00078",
            "11680-9999-00078",
            "99680-2023-00078",
            "11680-2023-00000",
            "11680-2023-00078-1",
            "11680202300078",
            "11680 2023 00078",
            "\u{ff11}1680-2023-00078",
            "9250-3720",
        ] {
            assert_eq!(LicenceNumber::parse(raw), Err(FieldCode::InvalidFormat), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn every_number_of_the_form_is_taken(district in 11000u32..11999, year in 1984u16..2100, serial in 1u32..99999) {
            let raw = format!("{district}-{year}-{serial:05}");
            let number = LicenceNumber::parse(&raw).unwrap();
            prop_assert_eq!(number.as_str(), raw);
        }

        #[test]
        fn nonsense_breaks_nothing(raw in any::<String>()) {
            if let Ok(number) = LicenceNumber::parse(&raw) {
                prop_assert_eq!(number.as_str().len(), 16);
            }
        }
    }
}
