//! What a shift took, from its tickets and cash movements. Pure: the same tickets give the same report.

use std::collections::{BTreeMap, HashMap};

use domain::codes::Sku;
use domain::money::{AmountError, Money, Points};
use domain::points::{Programme, earn};
use domain::pricing::TaxMode;
use domain::sale::{LineKind, Sale, SaleLine, SaleStatus, TenderKind, coupons_total};
use domain::shift::{CashDirection, CashMoved, ShiftTotals, TaxTotal, TenderTotal};

/// What the till knows besides the tickets.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Tax rates of the catalogue, in 1/100 of a per cent.
    pub rates: HashMap<Sku, i64>,
    pub programmes: Vec<Programme>,
}

const KINDS: [TenderKind; 5] =
    [TenderKind::Cash, TenderKind::Card, TenderKind::Points, TenderKind::GiftCard, TenderKind::External];

pub fn totals(
    float: Money,
    sales: &[Sale],
    moves: &[CashMoved],
    known: &Known,
) -> Result<ShiftTotals, AmountError> {
    let mut totals = ShiftTotals { float, ..ShiftTotals::default() };
    let mut taxes: BTreeMap<Option<i64>, (Money, Money)> = BTreeMap::new();
    let mut tenders: HashMap<TenderKind, (i64, Money)> = HashMap::new();
    for sale in sales {
        match sale.status {
            SaleStatus::Completed => add(&mut totals, &mut taxes, &mut tenders, sale, known)?,
            SaleStatus::Voided => totals.voids += 1,
            SaleStatus::Training => {}
        }
    }
    for moved in moves {
        match moved.direction {
            CashDirection::In => totals.cash_in = totals.cash_in.plus(moved.amount)?,
            CashDirection::Out => totals.cash_out = totals.cash_out.plus(moved.amount)?,
        }
    }
    totals.taxes = taxes.into_iter().map(|(rate, (net, tax))| TaxTotal { rate, net, tax }).collect();
    let of_kind =
        |kind| tenders.get(&kind).map(|(count, amount)| TenderTotal { kind, count: *count, amount: *amount });
    totals.tenders = KINDS.into_iter().filter_map(of_kind).collect();
    let cash = tenders.get(&TenderKind::Cash).map_or(Money::ZERO, |(_, amount)| *amount);
    totals.cash_expected =
        float.plus(cash)?.minus(totals.change)?.plus(totals.cash_in)?.minus(totals.cash_out)?;
    Ok(totals)
}

fn add(
    totals: &mut ShiftTotals,
    taxes: &mut BTreeMap<Option<i64>, (Money, Money)>,
    tenders: &mut HashMap<TenderKind, (i64, Money)>,
    sale: &Sale,
    known: &Known,
) -> Result<(), AmountError> {
    totals.tickets += 1;
    totals.returns += i64::from(sale.counted_lines().any(|line| line.kind == LineKind::Return));
    for line in sale.counted_lines() {
        let (net, tax) = taxes.entry(rate(line, known)?).or_default();
        let paid = line.paid()?;
        if line.kind == LineKind::Return {
            totals.returned = totals.returned.plus(paid)?;
            totals.discount = totals.discount.minus(line.discount)?;
            (*net, *tax) = (net.minus(line.net)?, tax.minus(line.tax)?);
        } else {
            totals.sold = totals.sold.plus(paid)?;
            totals.discount = totals.discount.plus(line.discount)?;
            (*net, *tax) = (net.plus(line.net)?, tax.plus(line.tax)?);
        }
    }
    totals.coupons += i64::try_from(sale.coupons.len()).map_err(|_| AmountError::Overflow)?;
    totals.coupon_discount = totals.coupon_discount.plus(coupons_total(&sale.coupons)?)?;
    for tender in &sale.tenders {
        let (count, amount) = tenders.entry(tender.kind).or_default();
        *count += 1;
        *amount = amount.plus(tender.amount)?;
    }
    totals.change = totals.change.plus(sale.change)?;
    totals.rounding = totals.rounding.plus(sale.rounding)?;
    totals.points_redeemed = totals.points_redeemed.plus(sale.points_spent()?)?;
    totals.points_given = totals.points_given.plus(given(sale, known)?)?;
    Ok(())
}

/// A line states its tax, not its rate: the product's rate is named where it gives this very tax. Another
/// one means that the catalogue changed since.
fn rate(line: &SaleLine, known: &Known) -> Result<Option<i64>, AmountError> {
    let Some(rate) = known.rates.get(&line.sku) else { return Ok(None) };
    let agrees = TaxMode::Inclusive.split(line.paid()?, *rate)? == (line.net, line.tax);
    Ok(agrees.then_some(*rate))
}

fn given(sale: &Sale, known: &Known) -> Result<Points, AmountError> {
    match Programme::on(&known.programmes, sale.business_date) {
        Some(programme) if sale.card.is_some() => Ok(programme.shown(&earn(programme, sale)?)),
        _ => Ok(Points::ZERO),
    }
}

#[cfg(test)]
mod tests;
