//! Pure rules: what a sale comes to, and when two are the same.

use std::collections::BTreeMap;

use domain::codes::{Sku, StoreCode};
use domain::money::{AmountError, Money, Quantity};
use domain::sale::{LineKind, Sale, SaleLine, SaleStatus};

/// Sums of one sale, over the lines that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Sale lines less return lines, without tax.
    pub net: Money,
    /// Given on sale lines.
    pub discount: Money,
}

/// As tables say it.
pub fn status_text(status: SaleStatus) -> &'static str {
    match status {
        SaleStatus::Completed => "completed",
        SaleStatus::Voided => "voided",
        SaleStatus::Training => "training",
    }
}

/// As tables say it.
pub fn kind_text(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Sale => "sale",
        LineKind::Return => "return",
        LineKind::Void => "void",
    }
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
/// card was read and how it was paid depend on the way a report came; the rest is what happened. A file
/// cannot say which line a return undoes, nor what the lines of a cancelled ticket were.
pub fn same_content(a: &Sale, b: &Sale) -> bool {
    (a.store == b.store && a.till == b.till)
        && (a.business_date == b.business_date && a.receipt_no == b.receipt_no)
        && (a.occurred_at == b.occurred_at && a.status == b.status)
        && (a.cashier == b.cashier && a.card == b.card)
        && a.lines.len() == b.lines.len()
        && a.lines.iter().zip(&b.lines).all(|(x, y)| same_line(x, y, a.status))
}

fn same_line(a: &SaleLine, b: &SaleLine, status: SaleStatus) -> bool {
    let said = |line: &SaleLine| {
        let SaleLine { number, quantity, unit_price, gross, discount, net, tax, .. } = *line;
        (number, quantity, unit_price, gross, discount, net, tax)
    };
    let same_origin = a.origin.is_none() || b.origin.is_none() || a.origin == b.origin;
    let same_kind = status == SaleStatus::Voided || a.kind == b.kind;
    a.sku == b.sku && said(a) == said(b) && same_origin && same_kind
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

#[cfg(test)]
mod tests {
    use domain::sale::SaleDraft;

    use super::*;
    use crate::testing::Ticket;

    #[test]
    fn what_a_file_cannot_say_makes_no_other_sale() {
        let returned = |origin| Ticket::returned(2, None, 500, origin).sale();
        let changed = |change: fn(&mut SaleDraft)| {
            let mut draft = SaleDraft::from(Ticket::sold(1, None, 500).sale());
            change(&mut draft);
            Sale::close(draft).unwrap()
        };
        let sold = || changed(|_| ());
        let voided = |kind: fn(&mut SaleDraft)| {
            let mut draft = SaleDraft::from(sold());
            draft.status = SaleStatus::Voided;
            draft.tenders.clear();
            kind(&mut draft);
            Sale::close(draft).unwrap()
        };
        for (a, b, same) in [
            (sold(), sold(), true),
            (returned(Some(7)), returned(None), true),
            (returned(Some(7)), returned(Some(8)), false),
            (voided(|_| ()), voided(|draft| draft.lines[0].kind = LineKind::Void), true),
            (sold(), changed(|draft| draft.lines[0].sku = "other".parse().unwrap()), false),
            (sold(), changed(|draft| draft.lines[0].quantity = Quantity(7)), false),
        ] {
            assert_eq!((same_content(&a, &b), same_content(&b, &a)), (same, same), "{a:?}\n{b:?}");
        }
    }
}
