//! The basket's lines as a receipt has them: the chain's price rules, what the cashier took off, tax.

use std::sync::Arc;

use domain::money::{AmountError, Money, Quantity};
use domain::price_rules::PriceRule;
use domain::pricing::{
    self, Applied, Base, Benefit, Coupon, Idle, Mode, Phase, PriceLine, Priced, Rounding, Rule, SaleAmounts,
    Scope, Source, TaxMode,
};
use domain::promotion;
use domain::sale::{DiscountShare, LineKind, SaleCoupon, SaleLine, SaleRule, returned_part};
use serde::{Deserialize, Serialize};

use super::basket::{Article, Basket, Bought, CouponRow, Cut, Line};

/// How this chain prices and rounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Whether shelf prices include tax.
    pub tax: TaxMode,
    /// The smallest coin, where it is larger than the smallest amount; 0 for none.
    pub cash_step: Money,
    /// Not of the settings: what the hub says, as far as it holds here and today.
    #[serde(skip)]
    pub rules: Vec<Arc<PriceRule>>,
    /// Not of the settings: what the points programme of the day says.
    #[serde(skip)]
    pub even_exchange: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { tax: TaxMode::Inclusive, cash_step: Money::ZERO, rules: vec![], even_exchange: false }
    }
}

impl Policy {
    /// What cash rounding adds to the sum that is due.
    pub fn rounding(&self, due: Money) -> Result<Money, AmountError> {
        pricing::cash_rounding(due, Rounding { step: self.cash_step })
    }
}

/// What a cashier takes off a line comes after its offers.
const BY_HAND: i64 = promotion::PRIORITY + 100;

/// The chain's rules, those for members where one is known by a card that works, the accepted offer, what the
/// cashier took off lines, and off the ticket: phases and priorities put them in this order, whatever was done
/// first.
fn rules(basket: &Basket, policy: &Policy) -> Vec<Rule> {
    let is_member = basket.member().is_some();
    let chains = policy.rules.iter().filter(|rule| is_member || !rule.members_only);
    let mut rules: Vec<Rule> = chains.map(|rule| rule.rule()).collect();
    rules.extend(basket.accepted_offer().and_then(promotion::rule));
    for line in basket.live_lines() {
        let Some(cut) = line.cut() else { continue };
        let id = format!("line-{:05}", line.number);
        rules.push(cashier_rule(id, Phase::Item, Scope::Line(line.number), cut));
    }
    if let Some(cut) = basket.ticket_cut() {
        rules.push(cashier_rule("ticket".to_owned(), Phase::Order, Scope::All, cut));
    }
    rules
}

fn cashier_rule(id: String, phase: Phase, scope: Scope, cut: Cut) -> Rule {
    let benefit = match cut {
        Cut::Percent(percent) => Benefit::Percent(percent),
        Cut::Amount(amount) => Benefit::Amount(amount),
    };
    let source = Source::Cashier { cashier: None, approved_by: None, reason: None };
    let (mode, base) = (Mode::Cumulative, Base::Remaining);
    Rule { id, priority: BY_HAND, phase, mode, base, scope, benefit, source }
}

/// A price rule as somebody hears of it who asks for a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePrice {
    pub name: String,
    /// What one costs by it; none where it takes more than one, or the rest of the ticket.
    pub price: Option<Money>,
    pub members_only: bool,
}

/// The rules that reach an article, each by itself.
pub fn rules_for(article: &Article, policy: &Policy) -> Result<Vec<RulePrice>, AmountError> {
    let line = PriceLine {
        number: 1,
        kind: LineKind::Sale,
        sku: &article.sku,
        product_line: &article.product_line,
        category: &article.category,
        quantity: Quantity::ONE,
        unit_price: article.price,
        gross: article.price,
        tax_rate: article.tax_rate,
    };
    let reach = policy.rules.iter().filter(|rule| rule.scope.holds(&line));
    reach
        .map(|rule| {
            let of_one = rule.phase() == Phase::Item && !matches!(rule.benefit, Benefit::Amount(_));
            let by_itself = if of_one { vec![rule.rule()] } else { vec![] };
            let priced = pricing::price(&[line], &by_itself, policy.tax)?;
            let cheaper = priced.into_iter().find(|line| !line.discount.is_zero());
            let (name, members_only) = (rule.name.clone(), rule.members_only);
            // As the shelf says prices, with tax or without.
            let price = cheaper.map(|line| line.gross.minus(line.discount)).transpose()?;
            Ok(RulePrice { name, price, members_only })
        })
        .collect()
}

/// A basket with its prices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticket {
    /// In the order of their entry; what coupons took is in their discounts.
    pub lines: Vec<SaleLine>,
    /// Coupons that give something, by their numbers in the basket.
    pub coupons: Vec<(u32, SaleCoupon)>,
    /// Price rules that give something.
    pub rules: Vec<SaleRule>,
    /// Those that give nothing as it stands, and why.
    pub idle: Vec<(u32, Idle)>,
}

/// The basket's lines in the order of their entry.
pub fn lines(basket: &Basket, policy: &Policy) -> Result<Vec<SaleLine>, AmountError> {
    Ok(ticket(basket, policy)?.lines)
}

/// The basket priced, with what each of its coupons gives.
pub fn ticket(basket: &Basket, policy: &Policy) -> Result<Ticket, AmountError> {
    let (gifts, bought): (Vec<&Line>, Vec<&Line>) =
        basket.lines.iter().partition(|line| line.gift.is_some() || line.gift_card.is_some());
    let coupons: Vec<Coupon<'_>> = basket.live_coupons().map(CouponRow::priced).collect();
    let shown = price_lines(&bought)?;
    let (priced, outcomes) =
        pricing::price_with_coupons(&shown, &rules(basket, policy), &coupons, policy.tax)?;
    let mut ticket = Ticket {
        idle: outcomes.iter().filter_map(|o| Some((o.number, o.taken.err()?))).collect(),
        ..Ticket::default()
    };
    let mut applied: Vec<(u32, Applied)> = vec![];
    for (line, priced) in bought.iter().zip(priced) {
        let (sold, reasons) = sale_line(line, priced)?;
        applied.extend(reasons.into_iter().map(|reason| (sold.number, reason)));
        ticket.lines.push(sold);
    }
    // What is taken for points is not sold at a price that could be lowered, and a gift card is worth its price.
    for (line, priced) in gifts.iter().zip(pricing::price(&price_lines(&gifts)?, &[], policy.tax)?) {
        ticket.lines.push(sale_line(line, priced)?.0);
    }
    ticket.lines.sort_by_key(|line| line.number);
    for rule in &policy.rules {
        let (amount, lines) = shares(&rule.rule_id(), &applied)?;
        if !lines.is_empty() {
            let (code, name) = (rule.code.clone(), rule.name.clone());
            ticket.rules.push(SaleRule { code, name, amount, lines });
        }
    }
    for row in basket.live_coupons() {
        ticket.coupons.extend(sale_coupon(row, &applied)?.map(|coupon| (row.number, coupon)));
    }
    Ok(ticket)
}

fn price_lines<'l>(lines: &[&'l Line]) -> Result<Vec<PriceLine<'l>>, AmountError> {
    lines.iter().map(|line| price_line(line)).collect()
}

/// What a coupon gave, line by line; none where that is nothing.
fn sale_coupon(row: &CouponRow, applied: &[(u32, Applied)]) -> Result<Option<SaleCoupon>, AmountError> {
    let (amount, lines) = shares(&pricing::coupon_rule_id(row.number), applied)?;
    let (code, name) = (row.coupon.code.clone(), row.coupon.name.clone());
    Ok((!lines.is_empty()).then_some(SaleCoupon { code, name, amount, lines }))
}

/// What a rule took in all, and off which lines.
fn shares(rule: &str, applied: &[(u32, Applied)]) -> Result<(Money, Vec<DiscountShare>), AmountError> {
    let own = applied.iter().filter(|(_, reason)| reason.rule == rule && !reason.amount.is_zero());
    let lines: Vec<DiscountShare> =
        own.map(|(line, reason)| DiscountShare { line: *line, amount: reason.amount }).collect();
    Ok((Money::total(lines.iter().map(|share| share.amount))?, lines))
}

fn kind(line: &Line) -> LineKind {
    match (line.voided, &line.returned) {
        (true, _) => LineKind::Void,
        (false, Some(_)) => LineKind::Return,
        (false, None) => LineKind::Sale,
    }
}

fn price_line(line: &Line) -> Result<PriceLine<'_>, AmountError> {
    let article = &line.article;
    Ok(PriceLine {
        number: line.number,
        kind: kind(line),
        sku: &article.sku,
        product_line: &article.product_line,
        category: &article.category,
        quantity: line.quantity,
        unit_price: article.price,
        gross: article.price.times(line.quantity)?,
        tax_rate: article.tax_rate,
    })
}

/// With every reason of its discount.
fn sale_line(line: &Line, priced: Priced) -> Result<(SaleLine, Vec<Applied>), AmountError> {
    let article = line.article.clone();
    let SaleAmounts { gross, discount, applied, net, tax } = priced.sale_amounts()?;
    let promotion = applied.iter().find_map(|applied| match applied.source {
        Source::Offer(promotion) if !applied.amount.is_zero() => Some(promotion),
        _ => None,
    });
    let sold = SaleLine {
        number: line.number,
        kind: kind(line),
        sku: article.sku,
        name: article.name,
        product_line: article.product_line,
        category: article.category,
        quantity: line.quantity,
        unit_price: article.price,
        gross,
        discount,
        net,
        tax,
        promotion,
        origin: line.origin(),
        without_receipt: kind(line) == LineKind::Return && line.origin().is_none(),
        read_code: line.read_code.clone(),
        gift_card: line.gift_card.clone(),
        keeps: vec![],
    };
    match line.bought() {
        Some(bought) => Ok((as_bought(sold, line, bought)?, applied)),
        None => Ok((sold, applied)),
    }
}

/// What comes back with a receipt is worth what was paid for it, whatever it costs today.
fn as_bought(returned: SaleLine, line: &Line, bought: &Bought) -> Result<SaleLine, AmountError> {
    let part = returned_part(&bought.line, bought.before, line.quantity)?;
    let kind = returned.kind;
    let origin = (kind == LineKind::Return).then_some(bought.origin);
    let (gross, discount, net, tax) = (part.gross, part.discount, part.net, part.tax);
    let read_code = bought.line.read_code.clone();
    let keeps = match kind {
        LineKind::Return => bought.line.kept_among(bought.before, line.quantity)?,
        LineKind::Sale | LineKind::Void => vec![],
    };
    Ok(SaleLine {
        unit_price: bought.line.unit_price,
        gross,
        discount,
        net,
        tax,
        origin,
        read_code,
        keeps,
        ..returned
    })
}
