//! Money, points and quantities: whole numbers of a fixed smallest unit, checked at every step.
//!
//! One rounding rule serves the whole product: half away from zero, as on a till receipt. Points are
//! the one exception in words, not in kind: what a member earns is *floored* by the rule that grants it
//! (see [`crate::points`]).

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("the amount is too large")]
    Overflow,
    #[error("is not a decimal number such as 12.50")]
    NotANumber,
    #[error("has more than {0} decimals")]
    TooFine(u32),
}

/// Reads a plain decimal (`-12.50`) into whole units of `10^-decimals`; surplus zeros are allowed.
fn parse_decimal(text: &str, decimals: u32) -> Result<i64, AmountError> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return Err(AmountError::NotANumber);
    }
    let kept = fraction.trim_end_matches('0');
    if kept.len() > decimals as usize {
        return Err(AmountError::TooFine(decimals));
    }
    let padding = "0".repeat(decimals as usize - kept.len());
    let sign = if negative { "-" } else { "" };
    format!("{sign}0{whole}{kept}{padding}").parse().map_err(|_| AmountError::Overflow)
}

fn write_decimal(f: &mut fmt::Formatter<'_>, units: i64, decimals: u32) -> fmt::Result {
    let scale = 10_u64.pow(decimals);
    let sign = if units < 0 { "-" } else { "" };
    let (whole, fraction) = (units.unsigned_abs() / scale, units.unsigned_abs() % scale);
    f.pad(&format!("{sign}{whole}.{fraction:0width$}", width = decimals as usize))
}

/// `value × numerator / denominator`, rounded half away from zero.
pub fn scale_half_up(value: i64, numerator: i64, denominator: i64) -> Result<i64, AmountError> {
    if denominator == 0 {
        return Err(AmountError::Overflow);
    }
    let product = i128::from(value) * i128::from(numerator);
    let divisor = i128::from(denominator);
    let half = divisor.abs() / 2;
    let nudged = if (product < 0) == (divisor < 0) { product.abs() + half } else { -(product.abs() + half) };
    i64::try_from(nudged / divisor.abs()).map_err(|_| AmountError::Overflow)
}

/// Splits `total` in proportion to `weights` so that the parts add up exactly. Remainders go to the
/// largest fractions first, ties to the earlier line. Weights must not be negative; if all are zero the
/// first part takes everything.
pub fn split_by_largest_remainder(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum <= 0 {
        return weights.iter().enumerate().map(|(i, _)| if i == 0 { total } else { 0 }).collect();
    }
    let whole = i128::from(total);
    let mut parts: Vec<i128> = weights.iter().map(|w| (whole * i128::from(*w)).div_euclid(sum)).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|&i| (std::cmp::Reverse((whole * i128::from(weights[i])).rem_euclid(sum)), i));
    let missing = whole - parts.iter().sum::<i128>();
    // Each part lost less than one unit, so `missing` is below the number of parts.
    for &i in by_remainder.iter().take(usize::try_from(missing).unwrap_or(0)) {
        parts[i] += 1;
    }
    parts.into_iter().map(|p| i64::try_from(p).unwrap_or(i64::MAX)).collect()
}

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident, $decimals:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            pub const ZERO: Self = Self(0);
            /// Digits after the point of one whole.
            pub const DECIMALS: u32 = $decimals;
            pub const ONE: Self = Self(10_i64.pow($decimals));

            pub fn plus(self, other: Self) -> Result<Self, AmountError> {
                self.0.checked_add(other.0).map(Self).ok_or(AmountError::Overflow)
            }

            pub fn minus(self, other: Self) -> Result<Self, AmountError> {
                self.0.checked_sub(other.0).map(Self).ok_or(AmountError::Overflow)
            }

            pub fn negated(self) -> Result<Self, AmountError> {
                self.0.checked_neg().map(Self).ok_or(AmountError::Overflow)
            }

            /// `self × numerator / denominator`, rounded half away from zero.
            pub fn scaled(self, numerator: i64, denominator: i64) -> Result<Self, AmountError> {
                scale_half_up(self.0, numerator, denominator).map(Self)
            }

            /// The sum, or `Overflow`: use this, not `.sum()`, on figures that come from outside.
            pub fn total(amounts: impl IntoIterator<Item = Self>) -> Result<Self, AmountError> {
                amounts.into_iter().try_fold(Self::ZERO, Self::plus)
            }

            pub fn is_negative(self) -> bool {
                self.0 < 0
            }

            pub fn is_zero(self) -> bool {
                self.0 == 0
            }
        }

        impl FromStr for $name {
            type Err = AmountError;

            fn from_str(text: &str) -> Result<Self, AmountError> {
                parse_decimal(text, $decimals).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_decimal(f, self.0, $decimals)
            }
        }
    };
}

amount!(/** Money in minor units (two decimals) of the chain's currency. */ Money, 2);
amount!(/** Points in hundredths of a point. */ Points, 2);
amount!(/** A quantity in thousandths: pieces, kilograms or litres. */ Quantity, 3);

impl Money {
    /// The price of `quantity` at this unit price.
    pub fn times(self, quantity: Quantity) -> Result<Self, AmountError> {
        self.scaled(quantity.0, Quantity::ONE.0)
    }
}

impl Quantity {
    pub fn pieces(count: i64) -> Result<Self, AmountError> {
        count.checked_mul(Self::ONE.0).map(Self).ok_or(AmountError::Overflow)
    }

    /// `3`, `1.5`, `0.125`: no zeros that say nothing.
    pub fn plain(self) -> String {
        let text = self.to_string();
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// For sums of figures that already passed a check (a closed sale, ledger rows read back).
impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|p| p.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_read_and_written() {
        for (text, wanted) in [
            ("12.50", Ok(1250)),
            ("12.5", Ok(1250)),
            ("12", Ok(1200)),
            (".5", Ok(50)),
            ("-0.05", Ok(-5)),
            ("+3.100", Ok(310)),
            ("12.505", Err(AmountError::TooFine(2))),
            ("1e3", Err(AmountError::NotANumber)),
            ("", Err(AmountError::NotANumber)),
            ("-", Err(AmountError::NotANumber)),
            ("1,5", Err(AmountError::NotANumber)),
            ("٣", Err(AmountError::NotANumber)),
            ("92233720368547758.07", Ok(i64::MAX)),
            ("-92233720368547758.08", Ok(i64::MIN)),
            ("92233720368547758.08", Err(AmountError::Overflow)),
        ] {
            assert_eq!(text.parse::<Money>().map(|m| m.0), wanted, "{text:?}");
        }
        assert_eq!(Money(-5).to_string(), "-0.05");
        assert_eq!(Money(i64::MIN).to_string(), "-92233720368547758.08");
        assert_eq!(Quantity(1500).plain(), "1.5");
        assert_eq!(Quantity(10_000).plain(), "10");
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (value, numerator, denominator, wanted) in
            [(5, 1, 2, 3), (-5, 1, 2, -3), (5, -1, 2, -3), (4, 1, 3, 1), (5, 1, 3, 2), (-1, 1, 3, 0)]
        {
            assert_eq!(
                scale_half_up(value, numerator, denominator),
                Ok(wanted),
                "{value}×{numerator}/{denominator}"
            );
        }
        assert_eq!(scale_half_up(i64::MAX, 2, 1), Err(AmountError::Overflow));
        assert_eq!(Money(333).times(Quantity(1500)), Ok(Money(500)));
    }

    #[test]
    fn remainders_go_to_the_largest_fraction_then_to_the_first_line() {
        assert_eq!(split_by_largest_remainder(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(split_by_largest_remainder(10, &[1, 2, 4]), [1, 3, 6]);
        assert_eq!(split_by_largest_remainder(7, &[0, 0]), [7, 0]);
        assert_eq!(split_by_largest_remainder(7, &[]), Vec::<i64>::new());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(units in any::<i64>()) {
            prop_assert_eq!(Money(units).to_string().parse(), Ok(Money(units)));
            prop_assert_eq!(Quantity(units).to_string().parse(), Ok(Quantity(units)));
        }

        #[test]
        fn a_split_adds_up_and_stays_within_one_unit(total in 0_i64..1_000_000_000, weights in prop::collection::vec(0_i64..1_000_000, 1..20)) {
            let parts = split_by_largest_remainder(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            let sum: i64 = weights.iter().sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = i128::from(total) * i128::from(*weight);
                    prop_assert!((i128::from(*part) * i128::from(sum) - exact).abs() < i128::from(sum));
                }
            }
        }
    }
}
