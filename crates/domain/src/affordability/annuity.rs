//! Loans that are paid back in equal monthly payments.
//!
//! The factor of an annuity is the sum of `v^k` for `k = 1..n` months, `v = 1 / (1 + rate / 12)`. It is kept as an integer in units of
//! 10⁻¹⁸, each power rounded down, so it is never too large: a payment is never too small. The error of the factor is below `n²` units, less
//! than 3·10⁻¹³ of it, and the same integers come out everywhere.

/// Units in one.
const SCALE: i128 = 1_000_000_000_000_000_000;

/// Basis points of a month in a whole: 10 000 times 12.
const MONTHLY_WHOLE: i128 = 120_000;

/// The present value of one won a month, in units of 10⁻¹⁸ won; at most the number of months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Annuity {
    factor: i128,
    rate: i128,
}

impl Annuity {
    /// For a yearly rate in basis points, at least 0, and a number of months, at least 1.
    pub fn new(rate: i64, months: i64) -> Self {
        let rate = i128::from(rate.max(0));
        let mut power = SCALE;
        let mut factor = 0;
        for _ in 0..months.max(1) {
            power = power * MONTHLY_WHOLE / (MONTHLY_WHOLE + rate);
            factor += power;
        }
        Self {
            // Hundreds of percent over decades would round to nothing; one unit keeps the division whole.
            factor: factor.max(1),
            rate,
        }
    }

    /// The monthly payment for a loan, rounded up to the whole won, so that the loan is paid back in time.
    pub fn payment(&self, loan: i64) -> i64 {
        let scaled = i128::from(loan.max(0)) * SCALE;
        saturate((scaled + self.factor - 1) / self.factor)
    }

    /// The largest loan whose payment is at most this: exactly the other way round.
    pub fn loan(&self, payment: i64) -> i64 {
        saturate(i128::from(payment.max(0)) * self.factor / SCALE)
    }

    /// The schedule of a loan. Interest is rounded down to the whole won, as it is charged; the last payment is what is left.
    pub fn schedule(&self, loan: i64) -> Schedule {
        Schedule {
            left: loan.max(0),
            payment: self.payment(loan),
            rate: self.rate,
        }
    }
}

/// One month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// What is paid.
    pub payment: i64,
    /// The part that is interest.
    pub interest: i64,
    /// The part that pays back.
    pub principal: i64,
}

/// The months of a loan, until nothing is left.
#[derive(Clone, Debug)]
pub struct Schedule {
    left: i64,
    payment: i64,
    rate: i128,
}

impl Iterator for Schedule {
    type Item = Month;

    fn next(&mut self) -> Option<Month> {
        if self.left == 0 {
            return None;
        }
        let interest = saturate(i128::from(self.left) * self.rate / MONTHLY_WHOLE);
        let payment = self.payment.min(self.left.saturating_add(interest));
        let principal = payment - interest;
        self.left -= principal;
        Some(Month {
            payment,
            interest,
            principal,
        })
    }
}

fn saturate(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
