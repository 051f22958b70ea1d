//! Rows, read by position.

use uuid::Uuid;

use crate::error::Error;
use crate::value::{Instant, Value};

/// One row of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(Vec<Value>);

impl Row {
    /// Wraps the values of a row, in the order of the statement's columns.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The value of column `column` (from 0).
    ///
    /// # Errors
    /// [`Error::Decode`] when the column is missing or of another type.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, Error> {
        let wrong = || Error::Decode {
            column,
            expected: T::NAME,
        };
        let value = self.0.get(column).ok_or_else(wrong)?;
        T::from_value(value).ok_or_else(wrong)
    }
}

impl Row {
    /// The text of column `column` where it stands, for those who make something else of it.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn text(&self, column: usize) -> Result<&str, Error> {
        self.optional_text(column)?.ok_or(Error::Decode {
            column,
            expected: String::NAME,
        })
    }

    /// The same for a column that may be `NULL`.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(text) | Value::Day(text)) => Ok(Some(text)),
            _ => Err(Error::Decode {
                column,
                expected: String::NAME,
            }),
        }
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// What the type is called in an error.
    const NAME: &'static str;
    /// The value, if it is of this type.
    fn from_value(value: &Value) -> Option<Self>;
}

impl<T: FromValue> FromValue for Option<T> {
    const NAME: &'static str = T::NAME;
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl FromValue for bool {
    const NAME: &'static str = "boolean";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            Value::Int(value) => Some(*value != 0),
            _ => None,
        }
    }
}

impl FromValue for i64 {
    const NAME: &'static str = "integer";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(value) = value {
            Some(*value)
        } else {
            None
        }
    }
}

impl FromValue for String {
    const NAME: &'static str = "text";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) | Value::Day(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    const NAME: &'static str = "bytes";
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value {
            Some(bytes.clone())
        } else {
            None
        }
    }
}

impl FromValue for Uuid {
    const NAME: &'static str = "uuid";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Uuid(uuid) => Some(*uuid),
            Value::Text(text) => Self::try_parse(text).ok(),
            _ => None,
        }
    }
}

impl FromValue for Instant {
    const NAME: &'static str = "instant";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Instant(instant) => Some(*instant),
            Value::Text(text) => Self::from_text(text),
            _ => None,
        }
    }
}
