//! Payments against what is due: whether one more closes the sale, and with how much change.

use domain::ids::SaleId;
use domain::money::{AmountError, Money, Points};
use domain::sale::{Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind};

use super::{Heading, PayError, draft, exchanged_evenly, lines, payable, ticket, totals};
use crate::checkout::basket::{Basket, Paid};
use crate::checkout::price::Policy;

/// How a basket stands before the next payment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub total: Money,
    /// Points that go by themselves: for gifts, and because they paid for what comes back. What was taken so
    /// far stands in the basket.
    pub by_itself: Vec<Tender>,
    /// Still to be paid; below zero: still to be given back.
    pub due: Money,
    /// The same in coins that exist.
    pub cash_due: Money,
    /// Of what is to be given back, the part that goes onto a gift card: goods without a receipt, as far as
    /// nothing was taken for them. Never below zero.
    pub credit: Money,
}

/// What a payment leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    Closed(Box<Sale>),
    /// More has to be paid.
    Partly(Tender),
}

pub fn standing(basket: &Basket, policy: &Policy) -> Result<Standing, AmountError> {
    let lines = lines(basket, policy)?;
    let total = totals(&lines)?.total;
    let mut by_itself = gifts(basket, &lines)?;
    by_itself.extend(points_back(basket, &lines)?);
    let due = total.minus(amount_of(by_itself.iter().chain(&basket.taken))?)?;
    let credit = credit(basket, &lines, due)?;
    Ok(Standing { total, cash_due: due.plus(policy.rounding(due)?)?, due, by_itself, credit })
}

/// What is bought on the same ticket uses credit up first: it never left the shop.
fn credit(basket: &Basket, lines: &[SaleLine], due: Money) -> Result<Money, AmountError> {
    let on_terms = basket.unreceipted_lines().filter(|(_, terms)| terms.credit);
    let of_terms = on_terms.map(|(line, _)| paid_of(lines, line.number));
    let worth = Money::total(of_terms.collect::<Result<Vec<_>, _>>()?)?;
    let bought = basket.live_lines().filter(|line| line.returned.is_none() && line.gift.is_none());
    let bought = bought.map(|line| paid_of(lines, line.number)).collect::<Result<Vec<_>, _>>()?;
    let onto_cards = basket.taken.iter().filter(|t| t.kind == TenderKind::GiftCard && t.amount.is_negative());
    let left = worth.minus(Money::total(bought)?)?.plus(amount_of(onto_cards)?)?;
    Ok(left.min(due.negated()?).max(Money::ZERO))
}

fn amount_of<'a>(tenders: impl Iterator<Item = &'a Tender>) -> Result<Money, AmountError> {
    Money::total(tenders.map(|tender| tender.amount))
}

/// Takes one more payment. Cash closes the sale with change; everything else is for what is due or less.
pub fn settle(
    basket: &Basket,
    heading: Heading,
    policy: &Policy,
    payment: &Tender,
    is_part: bool,
) -> Result<Settled, PayError> {
    payable(basket)?;
    let standing = standing(basket, policy)?;
    if takes_too_much(basket, &standing)? {
        return Err(PayError::Overpaid { amount: standing.due.negated()? });
    }
    check_credit(&standing, payment)?;
    let is_cash = payment.kind == TenderKind::Cash;
    let comes_back = basket.live_lines().any(|line| line.returned.is_some());
    if is_cash {
        let left = standing.cash_due.minus(payment.amount)?;
        if left > Money::ZERO && !standing.due.is_negative() {
            return if is_part && payment.amount > Money::ZERO {
                Ok(Settled::Partly(payment.clone()))
            } else {
                Err(PayError::TooLittle { missing: left })
            };
        }
        if comes_back && standing.due.is_negative() && !left.is_zero() {
            return Err(PayError::TooMuch { most: standing.cash_due });
        }
        return close(basket, heading, policy, standing, payment);
    }
    fits(payment.amount, standing.due)?;
    if payment.amount == standing.due {
        return close(basket, heading, policy, standing, payment);
    }
    Ok(Settled::Partly(payment.clone()))
}

/// Credit is not paid out in money; what is to be given back besides is.
fn check_credit(standing: &Standing, payment: &Tender) -> Result<(), PayError> {
    if standing.credit.is_zero() || payment.kind == TenderKind::GiftCard {
        return Ok(());
    }
    let in_money = standing.due.plus(standing.credit)?;
    let is_credit = payment.kind == TenderKind::Cash || payment.amount < in_money;
    if is_credit { Err(PayError::Credit { amount: standing.credit }) } else { Ok(()) }
}

/// Whether more was taken than is due now, in a way that gives no change.
pub fn is_overpaid(basket: &Basket, policy: &Policy) -> Result<bool, AmountError> {
    takes_too_much(basket, &standing(basket, policy)?)
}

/// Cash that was taken too much is change, and goods that come back are paid out. What other payments brought
/// beyond that is theirs: it does not leave the drawer as cash.
fn takes_too_much(basket: &Basket, standing: &Standing) -> Result<bool, AmountError> {
    if !standing.due.is_negative() {
        return Ok(false);
    }
    let is_paid = |tender: &&Tender| tender.kind != TenderKind::Cash && !tender.amount.is_negative();
    let not_cash = amount_of(basket.taken.iter().filter(is_paid))?;
    let payable = standing.total.minus(amount_of(standing.by_itself.iter())?)?;
    Ok(not_cash > payable.max(Money::ZERO))
}

/// A payment that gives no change has the sign of what is due and is not larger.
fn fits(amount: Money, due: Money) -> Result<(), PayError> {
    let same_side = amount.0.signum() == due.0.signum();
    if amount.is_zero() && !due.is_zero() {
        return Err(PayError::TooLittle { missing: due });
    }
    if same_side && amount.0.unsigned_abs() <= due.0.unsigned_abs() {
        Ok(())
    } else {
        Err(PayError::TooMuch { most: due })
    }
}

fn close(
    basket: &Basket,
    heading: Heading,
    policy: &Policy,
    standing: Standing,
    payment: &Tender,
) -> Result<Settled, PayError> {
    let mut tenders = standing.by_itself;
    tenders.extend(basket.taken.iter().cloned());
    let is_cash = payment.kind == TenderKind::Cash;
    // No cash at all is a payment where it is the whole one, or where the rest is less than a coin.
    let rounds_off = is_cash && standing.cash_due.is_zero() && !standing.due.is_zero();
    if !payment.amount.is_zero() || (is_cash && tenders.is_empty()) || rounds_off {
        tenders.push(payment.clone());
    }
    let has_cash = tenders.iter().any(|tender| tender.kind == TenderKind::Cash);
    let rounding = if is_cash && has_cash { policy.rounding(standing.due)? } else { Money::ZERO };
    let given = amount_of(tenders.iter())?;
    let change = given.minus(standing.total.plus(rounding)?)?;
    let draft = draft(basket, heading, SaleStatus::Completed, ticket(basket, policy)?);
    let draft = if policy.even_exchange { exchanged_evenly(basket, draft)? } else { draft };
    let sale = Sale::close(SaleDraft { tenders, change, rounding, ..draft })?;
    Ok(Settled::Closed(Box::new(sale)))
}

/// Points that gifts cost, each worth what its line is.
fn gifts(basket: &Basket, lines: &[SaleLine]) -> Result<Vec<Tender>, AmountError> {
    let gifts = basket.live_lines().filter_map(|line| Some((line.number, line.gift?)));
    let tender = |(number, points)| {
        Ok(Tender { gift: Some(number), ..Tender::of_points(points, paid_of(lines, number)?) })
    };
    gifts.map(tender).collect()
}

fn paid_of(lines: &[SaleLine], number: u32) -> Result<Money, AmountError> {
    lines.iter().find(|line| line.number == number).map_or(Ok(Money::ZERO), SaleLine::paid)
}

/// Points that paid for goods which come back: a gift's own, and of the rest their share of the sale's worth,
/// taken from the running sum, so that any series of partial returns gives all of them back.
fn points_back(basket: &Basket, lines: &[SaleLine]) -> Result<Vec<Tender>, AmountError> {
    let mut worth: Vec<(SaleId, Paid, Money)> = vec![];
    let mut back = vec![];
    for (line, bought) in basket.bought_lines() {
        let paid = paid_of(lines, line.number)?;
        let sale = bought.origin.sale;
        if let Some(points) = bought.gift {
            let tender = Tender::of_points(points.negated()?, paid.negated()?);
            back.push(Tender { gift: Some(line.number), origin: Some(sale), ..tender });
            continue;
        }
        match worth.iter_mut().find(|(of, ..)| *of == sale) {
            Some((_, _, sum)) => *sum = sum.plus(paid)?,
            None => worth.push((sale, bought.paid, paid)),
        }
    }
    for (sale, paid, worth) in worth {
        let amount = paid.amount_back(worth)?;
        let points = paid.points_back(worth)?;
        if !amount.is_zero() && !points.is_zero() {
            let tender = Tender::of_points(points.negated()?, amount.negated()?);
            back.push(Tender { origin: Some(sale), ..tender });
        }
    }
    Ok(back)
}

impl Paid {
    /// What of the points' worth goes back when goods of this worth come back.
    fn amount_back(&self, worth: Money) -> Result<Money, AmountError> {
        let after = self.returned.plus(worth)?;
        self.share(after)?.minus(self.share(self.returned)?)
    }

    fn points_back(&self, worth: Money) -> Result<Points, AmountError> {
        let upto = |worth: Money| -> Result<i64, AmountError> {
            part(self.points.0, self.share(worth)?.0, self.in_points.0)
        };
        Ok(Points(upto(self.returned.plus(worth)?)? - upto(self.returned)?))
    }

    fn share(&self, worth: Money) -> Result<Money, AmountError> {
        part(self.in_points.0, worth.0.clamp(0, self.total.0.max(0)), self.total.0).map(Money)
    }
}

fn part(of: i64, numerator: i64, denominator: i64) -> Result<i64, AmountError> {
    if denominator <= 0 {
        return Ok(0);
    }
    let share = i128::from(of) * i128::from(numerator) / i128::from(denominator);
    i64::try_from(share).map_err(|_| AmountError::Overflow)
}
