//! Pure rules: what a sale comes to, and when two are the same.

use std::collections::BTreeMap;

use domain::codes::{Sku, StoreCode};
use domain::money::{AmountError, Money, Quantity};
use domain::sale::{LineKind, Sale, SaleLine};

/// Sums of one sale, over the lines that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Sale lines less return lines, without tax.
    pub net: Money,
    /// Given on sale lines.
    pub discount: Money,
}

/// The figures of a sale, or `Overflow` where net amounts alone do not fit.
pub fn figures(sale: &Sale) -> Result<Figures, AmountError> {
    let mut sums = Figures { net: Money::ZERO, discount: Money::ZERO };
    for line in sale.counted_lines() {
        if line.kind == LineKind::Return {
            sums.net = sums.net.minus(line.net)?;
        } else {
            sums.net = sums.net.plus(line.net)?;
            sums.discount = sums.discount.plus(line.discount)?;
        }
    }
    Ok(sums)
}

/// Whether two reports of one receipt say the same. Ids, names as the till's catalogue had them, how the
/// card was read and how it was paid depend on the way a report came; the rest is what happened.
pub fn same_content(a: &Sale, b: &Sale) -> bool {
    let line = |line: &SaleLine| {
        let SaleLine { number, kind, sku, quantity, unit_price, gross, discount, net, tax, origin, .. } =
            line;
        (*number, *kind, sku.clone(), *quantity, *unit_price, *gross, *discount, *net, *tax, *origin)
    };
    (a.store == b.store && a.till == b.till)
        && (a.business_date == b.business_date && a.receipt_no == b.receipt_no)
        && (a.occurred_at == b.occurred_at && a.status == b.status)
        && (a.cashier == b.cashier && a.card == b.card)
        && (a.total() == b.total() && a.lines.len() == b.lines.len())
        && a.lines.iter().map(line).eq(b.lines.iter().map(line))
}

/// What sales move in stock, added up: below zero where goods left. A sum that does not fit is an error
/// of its sale.
pub fn moves<'a>(
    sales: impl IntoIterator<Item = &'a Sale>,
) -> Result<BTreeMap<(StoreCode, Sku), Quantity>, AmountError> {
    let mut sums: BTreeMap<(StoreCode, Sku), Quantity> = BTreeMap::new();
    for sale in sales {
        for line in sale.counted_lines().filter(|line| !line.quantity.is_zero()) {
            let sum = sums.entry((sale.store.clone(), line.sku.clone())).or_default();
            *sum = match line.kind {
                LineKind::Return => sum.plus(line.quantity)?,
                LineKind::Sale | LineKind::Void => sum.minus(line.quantity)?,
            };
        }
    }
    Ok(sums)
}
