use super::*;
use crate::money::Money;

mod coupons;
mod order_free;
mod stacking;
mod taxes;

/// A line as tests write it.
#[derive(Debug, Clone)]
struct Item {
    kind: LineKind,
    sku: Sku,
    product_line: String,
    quantity: Quantity,
    unit_price: Money,
    tax_rate: i64,
}

fn item(sku: &str, quantity: i64, unit_price: i64) -> Item {
    Item {
        kind: LineKind::Sale,
        sku: sku.parse().unwrap(),
        product_line: "dairy".to_owned(),
        quantity: Quantity::pieces(quantity).unwrap(),
        unit_price: Money(unit_price),
        tax_rate: 1_900,
    }
}

/// Numbered from 1 in the order given: the order of scanning.
fn ring_up(items: &[Item]) -> Vec<PriceLine<'_>> {
    (1_u32..)
        .zip(items)
        .map(|(number, item)| PriceLine {
            number,
            kind: item.kind,
            sku: &item.sku,
            product_line: &item.product_line,
            category: "food",
            quantity: item.quantity,
            unit_price: item.unit_price,
            gross: item.unit_price.times(item.quantity).unwrap(),
            tax_rate: item.tax_rate,
        })
        .collect()
}

fn rule(id: &str, phase: Phase, scope: Scope, benefit: Benefit) -> Rule {
    Rule {
        id: id.to_owned(),
        priority: 0,
        phase,
        mode: Mode::Cumulative,
        base: Base::Remaining,
        scope,
        benefit,
        source: Source::PriceRule("test".parse().unwrap()),
    }
}

fn with(rules: &[Rule], mode: Mode) -> Vec<Rule> {
    rules.iter().cloned().map(|rule| Rule { mode, ..rule }).collect()
}

fn sku(text: &str) -> Scope {
    Scope::Sku(text.parse().unwrap())
}

fn priced(items: &[Item], rules: &[Rule]) -> Vec<Priced> {
    price(&ring_up(items), rules, TaxMode::Inclusive).unwrap()
}

fn paid(items: &[Item], rules: &[Rule]) -> Vec<i64> {
    priced(items, rules).iter().map(|line| line.paid.0).collect()
}

/// Rule and amount of each discount of a line.
fn steps(line: &Priced) -> Vec<(&str, i64)> {
    line.applied.iter().map(|applied| (applied.rule.as_str(), applied.amount.0)).collect()
}
