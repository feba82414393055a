//! What an accepted offer takes off a line.

use crate::money::{AmountError, Money};
use crate::pricing::{Base, Benefit, Mode, Phase, PriceLine, Rule, Scope, Source, TaxMode, price};
use crate::sale::SaleLine;
use crate::snapshot::Offer;

/// Offers come after prices and discounts of smaller priority: they take their part of what is left.
pub const PRIORITY: i64 = 100;

/// An accepted offer as a pricing rule; none where it names no product.
pub fn rule(offer: &Offer) -> Option<Rule> {
    Some(Rule {
        id: format!("offer:{}", offer.promotion),
        priority: PRIORITY,
        phase: Phase::Item,
        mode: Mode::Cumulative,
        base: Base::Remaining,
        scope: Scope::Sku(offer.sku.clone()?),
        benefit: Benefit::Percent(offer.percent_off),
        source: Source::Offer(offer.promotion),
    })
}

/// The discount that an accepted offer gives on one line: nothing on other products, on returns and
/// voids, and never more than what is left to pay.
pub fn discount(offer: &Offer, line: &SaleLine) -> Result<Money, AmountError> {
    let left = PriceLine { gross: line.gross.minus(line.discount)?, ..PriceLine::of(line, 0) };
    let rules: Vec<Rule> = rule(offer).into_iter().collect();
    Money::total(price(&[left], &rules, TaxMode::Inclusive)?.into_iter().map(|line| line.discount))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PromotionId;
    use crate::money::Quantity;
    use crate::sale::LineKind;
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
            without_receipt: false,
            read_code: None,
            gift_card: None,
            keeps: vec![],
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
