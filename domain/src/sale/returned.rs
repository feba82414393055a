//! What a part of a sold line is worth when it comes back.

use crate::money::{AmountError, Money, Quantity};
use crate::sale::SaleLine;

/// The amounts of a returned part: `gross - discount = net + tax`, as on every line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReturnedPart {
    pub gross: Money,
    pub discount: Money,
    pub net: Money,
    pub tax: Money,
}

impl ReturnedPart {
    /// What the customer gets back for it.
    pub fn paid(&self) -> Result<Money, AmountError> {
        self.net.plus(self.tax)
    }
}

/// The worth of `returning` out of the line's quantity, after `before` of it came back earlier. Each share is
/// taken from the running sum, so that any series of partial returns adds up to the line to the last unit.
/// Quantities beyond what was sold count as what was sold.
pub fn returned_part(
    sold: &SaleLine,
    before: Quantity,
    returning: Quantity,
) -> Result<ReturnedPart, AmountError> {
    let (now, then) = (upto(sold, before.plus(returning)?)?, upto(sold, before)?);
    Ok(ReturnedPart {
        gross: now.gross.minus(then.gross)?,
        discount: now.discount.minus(then.discount)?,
        net: now.net.minus(then.net)?,
        tax: now.tax.minus(then.tax)?,
    })
}

/// The worth of the first so many of a line. What was paid follows from the gross and the net from what was
/// paid, so that a piece of a round price comes back at that price, and no part is ever below zero.
fn upto(sold: &SaleLine, quantity: Quantity) -> Result<ReturnedPart, AmountError> {
    let whole = sold.paid()?;
    let quantity = quantity.0.clamp(0, sold.quantity.0);
    let gross = share(sold.gross, quantity, sold.quantity.0)?;
    let paid = share(whole, gross.0, sold.gross.0)?;
    let net = share(sold.net, paid.0, whole.0)?;
    Ok(ReturnedPart { gross, discount: gross.minus(paid)?, net, tax: paid.minus(net)? })
}

/// Rounded like all money, so that partial returns are as even as they can be.
fn share(of: Money, part: i64, whole: i64) -> Result<Money, AmountError> {
    if whole == 0 { Ok(of) } else { of.scaled(part, whole) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sale::LineKind;
    use crate::sale::tests::line;

    fn sold(quantity: i64, discount: i64, net: i64, tax: i64) -> SaleLine {
        SaleLine {
            quantity: Quantity(quantity),
            gross: Money(net + tax + discount),
            discount: Money(discount),
            net: Money(net),
            tax: Money(tax),
            ..line(1, LineKind::Sale, 0)
        }
    }

    #[test]
    fn a_third_three_times_is_the_whole() {
        let sold = sold(3_000, 0, 10_000, 0);
        let worth = |before| returned_part(&sold, Quantity(before), Quantity::ONE).unwrap().net.0;
        assert_eq!([worth(0), worth(1_000), worth(2_000)], [3_333, 3_334, 3_333]);
    }

    #[test]
    fn a_piece_comes_back_at_its_price() {
        // Three pieces of 10.00 with 19 % inside.
        let sold = sold(3_000, 0, 2_521, 479);
        for before in [0, 1_000, 2_000] {
            let part = returned_part(&sold, Quantity(before), Quantity::ONE).unwrap();
            assert_eq!(part.paid(), Ok(Money(1_000)), "after {before}");
        }
    }

    #[test]
    fn more_than_was_sold_is_what_was_sold() {
        let sold = sold(1_000, 0, 500, 95);
        let all = returned_part(&sold, Quantity::ZERO, Quantity(9_000)).unwrap();
        assert_eq!(all.paid(), Ok(Money(595)));
        assert_eq!(returned_part(&sold, Quantity(1_000), Quantity(1_000)), Ok(ReturnedPart::default()));
    }

    proptest! {
        #[test]
        fn partial_returns_add_up(
            parts in prop::collection::vec(1_i64..5_000, 1..8),
            discount in 0_i64..100_000, net in 0_i64..1_000_000, tax in 0_i64..200_000,
        ) {
            let sold = sold(parts.iter().sum(), discount, net, tax);
            let mut before = Quantity::ZERO;
            let mut sum = ReturnedPart::default();
            for part in parts {
                let worth = returned_part(&sold, before, Quantity(part)).unwrap();
                prop_assert!([worth.net, worth.tax, worth.discount].iter().all(|part| !part.is_negative()));
                prop_assert_eq!(worth.gross.0 - worth.discount.0, worth.net.0 + worth.tax.0);
                before = Quantity(before.0 + part);
                sum = ReturnedPart {
                    gross: Money(sum.gross.0 + worth.gross.0),
                    discount: Money(sum.discount.0 + worth.discount.0),
                    net: Money(sum.net.0 + worth.net.0),
                    tax: Money(sum.tax.0 + worth.tax.0),
                };
            }
            prop_assert_eq!(sum, ReturnedPart { gross: sold.gross, discount: sold.discount, net: sold.net, tax: sold.tax });
        }
    }
}
