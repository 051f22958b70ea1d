//! What a search of signals asks for (SIG-3).

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use std::fmt;

use super::{Area, Intent, PropertyType, SearchText, Signal};
use crate::clock::Date;
use crate::field::FieldCode;
use crate::id::{Id, InvalidId};
use crate::money::Won;
use crate::region::RegionPrefix;
use crate::schema;

/// In which order signals are listed. Among equals the order of creation decides, so that every signal has one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// The cheapest first: by the asking price of a sale, the deposit of both leases.
    PriceAscending,
    /// The most expensive first.
    PriceDescending,
    /// The smallest first.
    AreaAscending,
    /// The largest first.
    AreaDescending,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 5] = [
        Self::Newest,
        Self::PriceAscending,
        Self::PriceDescending,
        Self::AreaAscending,
        Self::AreaDescending,
    ];

    /// The spelling of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::PriceAscending => "price_asc",
            Self::PriceDescending => "price_desc",
            Self::AreaAscending => "area_asc",
            Self::AreaDescending => "area_desc",
        }
    }

    /// Reads the spelling of the API.
    ///
    /// # Errors
    /// [`FieldCode::UnknownValue`].
    pub fn parse(raw: &str) -> Result<Self, FieldCode> {
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == raw)
            .ok_or(FieldCode::UnknownValue)
    }
}

/// The lowest and the highest value that are wanted, both included; either may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<T> {
    lowest: Option<T>,
    highest: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self {
            lowest: None,
            highest: None,
        }
    }
}

impl<T: PartialOrd + Copy> Range<T> {
    /// Joins two ends.
    ///
    /// # Errors
    /// [`FieldCode::OutOfRange`] when the lowest lies above the highest: nothing can be both.
    pub fn new(lowest: Option<T>, highest: Option<T>) -> Result<Self, FieldCode> {
        match (lowest, highest) {
            (Some(low), Some(high)) if low > high => Err(FieldCode::OutOfRange),
            _ => Ok(Self { lowest, highest }),
        }
    }

    /// The lowest value that is wanted.
    pub const fn lowest(&self) -> Option<T> {
        self.lowest
    }

    /// The highest value that is wanted.
    pub const fn highest(&self) -> Option<T> {
        self.highest
    }
}

/// Which signals a list shows; all conditions hold at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Everything inside this region.
    pub region: Option<RegionPrefix>,
    /// Only this intent.
    pub intent: Option<Intent>,
    /// Only this kind of property.
    pub property_type: Option<PropertyType>,
    /// The asking price of a sale, the deposit of both leases.
    pub price: Range<Won>,
    /// The monthly rent; what has none is left out.
    pub rent: Range<Won>,
    /// The floor area.
    pub area: Range<Area>,
    /// Free by this day; without a date the owner leaves it to agreement, which any day can be.
    pub available_from: Option<Date>,
    /// In the description. Never in the address: a search must not be able to guess it.
    pub text: Option<SearchText>,
}

/// Every condition in one fixed order, so that equal filters have equal texts; it names a list to the cursors.
impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let won = |won: Option<Won>| won.map(Won::amount);
        let area = |area: Option<Area>| area.map(Area::hundredths);
        write!(
            out,
            "region {:?} intent {:?} type {:?} price {:?} {:?} rent {:?} {:?} area {:?} {:?} from {:?} text {:?}",
            self.region.as_ref().map(RegionPrefix::as_str),
            self.intent,
            self.property_type,
            won(self.price.lowest),
            won(self.price.highest),
            won(self.rent.lowest),
            won(self.rent.highest),
            area(self.area.lowest),
            area(self.area.highest),
            self.available_from.map(|day| day.to_string()),
            self.text.as_ref().map(SearchText::as_str),
        )
    }
}

/// Where in a list a signal stands: what the list is sorted by, and the id. The next page begins behind it, whether or not the
/// signal is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The price or the area; `None` where the id alone gives the order.
    pub key: Option<i64>,
    /// Which signal.
    pub id: Id<Signal>,
}

impl Position {
    /// Reads what [`Display`](fmt::Display) wrote for a list of this order.
    ///
    /// # Errors
    /// [`InvalidId`] for anything else.
    pub fn parse(text: &str, sort: Sort) -> Result<Self, InvalidId> {
        if sort == Sort::Newest {
            return Ok(Self {
                key: None,
                id: Id::parse(text)?,
            });
        }
        let (key, id) = text.split_once(' ').ok_or(InvalidId)?;
        Ok(Self {
            key: Some(key.parse().map_err(|_| InvalidId)?),
            id: Id::parse(id)?,
        })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(key) = self.key {
            write!(out, "{key} ")?;
        }
        self.id.fmt(out)
    }
}

impl PartialSchema for Sort {
    fn schema() -> RefOr<Schema> {
        let orders =
            schema::one_of(Self::ALL.map(Self::as_str)).default(Some(Self::default().as_str().into()));
        schema::described(orders, "In which order.")
    }
}

impl ToSchema for Sort {
    fn name() -> std::borrow::Cow<'static, str> {
        "SignalSort".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_position_reads_back(key in any::<i64>(), id in any::<u128>(), noise in ".{0,60}") {
            let id = Id::from_uuid(uuid::Uuid::from_u128(id));
            for sort in Sort::ALL {
                let position = Position { key: (sort != Sort::Newest).then_some(key), id };
                prop_assert_eq!(Position::parse(&position.to_string(), sort), Ok(position));
                let _ = Position::parse(&noise, sort);
            }
        }
    }

    #[test]
    fn a_range_has_its_ends_in_order() {
        let range = Range::new(Some(1), Some(1)).unwrap();
        assert_eq!((range.lowest(), range.highest()), (Some(1), Some(1)));
        let open = Range::new(Some(7), None).unwrap();
        assert_eq!((open.lowest(), open.highest()), (Some(7), None));
        assert!(Range::new(Some(2), None).is_ok() && Range::new(None, Some(2)).is_ok());
        assert_eq!(Range::new(Some(2), Some(1)), Err(FieldCode::OutOfRange));
    }

    #[test]
    fn every_order_is_read_as_it_is_written() {
        for sort in Sort::ALL {
            assert_eq!(Sort::parse(sort.as_str()), Ok(sort));
        }
        assert_eq!(Sort::parse("oldest"), Err(FieldCode::UnknownValue));
    }

    #[test]
    fn different_filters_have_different_texts() {
        let all = Filter::default();
        let price = |low, high| Filter {
            price: Range::new(low, high).unwrap(),
            ..Filter::default()
        };
        let won = Won::parse(1).ok();
        let texts = [
            all.to_string(),
            price(won, None).to_string(),
            price(None, won).to_string(),
            Filter {
                rent: price(won, None).price,
                ..all.clone()
            }
            .to_string(),
            Filter {
                text: SearchText::parse("\" text").ok(),
                ..all.clone()
            }
            .to_string(),
            Filter {
                region: RegionPrefix::parse("11").ok(),
                ..all
            }
            .to_string(),
        ];
        for (number, text) in texts.iter().enumerate() {
            assert!(
                !texts.iter().skip(number + 1).any(|other| other == text),
                "{text}"
            );
        }
    }
}
