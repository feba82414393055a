//! What an accepted offer takes off a line.

use crate::money::{AmountError, Money};
use crate::sale::{LineKind, SaleLine};
use crate::snapshot::Offer;

/// One whole in the unit of [`Offer::percent_off`].
const WHOLE: i64 = 10_000;

/// The discount that an accepted offer gives on one line: nothing on other products, on returns and
/// voids, and never more than what is left to pay.
pub fn discount(offer: &Offer, line: &SaleLine) -> Result<Money, AmountError> {
    let named = offer.sku.as_ref() == Some(&line.sku);
    if !named || line.kind != LineKind::Sale {
        return Ok(Money::ZERO);
    }
    let left = line.gross.minus(line.discount)?;
    Ok(left.scaled(offer.percent_off.clamp(0, WHOLE), WHOLE)?.min(left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PromotionId;
    use crate::money::Quantity;
    use LineKind::{Return, Sale, Void};

    #[test]
    fn an_offer_takes_its_part_off_its_own_product() {
        let line = |sku: &str, kind: LineKind, gross: i64, discount: i64| SaleLine {
            number: 1,
            kind,
            sku: sku.parse().unwrap(),
            name: String::new(),
            product_line: String::new(),
            category: String::new(),
            quantity: Quantity::ONE,
            unit_price: Money(gross),
            gross: Money(gross),
            discount: Money(discount),
            net: Money(gross - discount),
            tax: Money::ZERO,
            promotion: None,
            origin: None,
        };
        let offer = |percent_off: i64| Offer {
            promotion: PromotionId::new(1, [1; 10]),
            text: "milk".to_owned(),
            sku: Some("milk".parse().unwrap()),
            percent_off,
            valid_until: "2026-03-31".parse().unwrap(),
        };
        for (offer, line, wanted) in [
            (offer(1_000), line("milk", Sale, 1_000, 0), 100),
            (offer(1_000), line("milk", Sale, 1_005, 0), 101),
            (offer(2_000), line("milk", Sale, 1_000, 100), 180),
            (offer(10_000), line("milk", Sale, 1_000, 100), 900),
            (offer(20_000), line("milk", Sale, 1_000, 0), 1_000),
            (offer(-500), line("milk", Sale, 1_000, 0), 0),
            (offer(1_000), line("bread", Sale, 1_000, 0), 0),
            (offer(1_000), line("milk", Return, 1_000, 0), 0),
            (offer(1_000), line("milk", Void, 1_000, 0), 0),
            (Offer { sku: None, ..offer(1_000) }, line("milk", Sale, 1_000, 0), 0),
        ] {
            assert_eq!(discount(&offer, &line), Ok(Money(wanted)), "{offer:?} {line:?}");
        }
    }
}
