//! Goods that come back by their receipt: one of this agent's own journal, which needs no network, or one of another
//! agent's that the hub told of.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::codes::CardNumber;
use domain::ids::SaleId;
use domain::money::{AmountError, Money, Points, Quantity};
use domain::points::{Programme, earn};
use domain::sale::{CardEntry, LineKind, Origin, Sale, SaleLine, SaleStatus, Tender, TenderKind};

use super::At;
use crate::app::Agent;
use crate::checkout::basket::{
    Article, Basket, Bought, Event, Paid, PointsOf, ReturnPart, ReturnReason, Returned,
};
use crate::checkout::gift_card::NoGiftCard;
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::returned::{self, ReturnedRow};
use crate::ui::view::{Notice, RefundLine, RefundView};

/// A sale that goods came back of.
pub(crate) struct Original {
    pub sale: Sale,
    earned: Vec<(u32, Points)>,
    back: Vec<ReturnedRow>,
}

/// What was read of them for one look; also that one is not known.
pub(crate) type Originals = HashMap<SaleId, Option<Original>>;

impl Agent {
    /// A receipt with what of it may still come back.
    pub async fn refundable(&self, sale: SaleId) -> Result<RefundView, AgentError> {
        let sale = self.closed_sale(sale).await?;
        let back = self.store().returned_of(sale.id).await?;
        let earned = self.earned_by_line(&sale).await?;
        let (mut originals, mut lines) = (Originals::new(), vec![]);
        for line in sale.counted_lines().filter(|line| may_come_back(line)) {
            let bought = bought(&sale, line, &back, &earned);
            let mut points = bought.earned;
            for (kept, of) in line.keeps.iter().zip(self.points_kept(&mut originals, line).await?) {
                points = points.plus(PointsOf { before: Quantity::ZERO, ..of }.share(kept.quantity))?;
            }
            let returned = Returned::of(bought, ReturnReason::Unwanted);
            lines.push(RefundLine {
                number: line.number,
                name: if line.name.is_empty() { line.sku.to_string() } else { line.name.clone() },
                sold: line.quantity,
                left: returned.left(),
                paid: line.paid().unwrap_or_default(),
                points,
            });
        }
        let card = self.card_of(&sale).await?;
        let of = self.store().other_receipt(sale.id).await?;
        Ok(RefundView {
            of: of.map(|(sale, store_name)| (store_name, sale.till.clone())),
            sale: sale.id,
            receipt_no: sale.receipt_no,
            occurred_at: sale.occurred_at,
            card_earns: self.earning(card.as_ref()).await?,
            card,
            lines,
        })
    }

    async fn earning(&self, card: Option<&CardNumber>) -> Result<bool, AgentError> {
        let Some(card) = card else { return Ok(false) };
        Ok(self.store().card(card.as_str()).await?.is_some_and(|known| known.state.earns()))
    }

    /// The card of a receipt on the ticket that its goods come back on. Whoever has the receipt need not have the
    /// card: it earns and spends nothing.
    pub async fn take_card_of(&self, at: impl Into<At>, sale: SaleId) -> Result<(), AgentError> {
        let at = at.into();
        let desk = self.desk(at.till)?;
        let card = self.card_of(&self.closed_sale(sale).await?).await?;
        let Some(number) = card else { return Ok(()) };
        let card = self.recognised(desk, number, CardEntry::Keyed).await?;
        if self.basket(desk).await?.card.is_some() || card.is_void() || card.holder.is_none() {
            return Ok(());
        }
        self.put_unread(at, card).await.map(drop)
    }

    /// Puts a line of a receipt into the basket, to come back.
    pub async fn take_back(
        &self,
        at: impl Into<At>,
        origin: Origin,
        quantity: Quantity,
        reason: ReturnReason,
    ) -> Result<Notice, AgentError> {
        let part = self.part_of(origin, quantity, reason).await?;
        self.change(at, Event::Return(vec![part])).await
    }

    /// A line of a receipt, as it goes into the basket to come back.
    pub(super) async fn part_of(
        &self,
        origin: Origin,
        quantity: Quantity,
        reason: ReturnReason,
    ) -> Result<ReturnPart, AgentError> {
        let sale = self.closed_sale(origin.sale).await?;
        let sold = |line: &&SaleLine| line.number == origin.line && line.kind == LineKind::Sale;
        let line = sale.counted_lines().find(sold).ok_or(AgentError::NotReturnable)?;
        if line.sells_gift_card() {
            return Err(NoGiftCard::Sold.into());
        }
        let back = self.store().returned_of(sale.id).await?;
        let earned = self.earned_by_line(&sale).await?;
        let kept = self.points_kept(&mut Originals::new(), line).await?;
        let bought = Bought { kept, ..bought(&sale, line, &back, &earned) };
        let returned = Box::new(Returned::of(bought, reason));
        let article = Article {
            discreet: self.store().is_discreet(&line.sku).await?,
            sku: line.sku.clone(),
            name: if line.name.is_empty() { line.sku.to_string() } else { line.name.clone() },
            product_line: line.product_line.clone(),
            category: line.category.clone(),
            price: line.unit_price,
            tax_rate: 0,
        };
        Ok(ReturnPart { article, quantity, returned })
    }

    async fn closed_sale(&self, sale: SaleId) -> Result<Sale, AgentError> {
        let found = self.store().sale_anywhere(sale).await?.ok_or(AgentError::NoSuchSale(sale))?;
        if found.status == SaleStatus::Completed { Ok(found) } else { Err(AgentError::NotReturnable) }
    }

    /// The lines whose points pieces of this one keep, as far as their sales are known here.
    async fn points_kept(
        &self,
        originals: &mut Originals,
        line: &SaleLine,
    ) -> Result<Vec<PointsOf>, AgentError> {
        let mut found = vec![];
        for kept in &line.keeps {
            found.push(points_of(self.original_of(originals, kept.of.sale, None).await?, kept.of)?);
        }
        Ok(found)
    }

    /// A sale that goods came back of, with what came back before one of its returns, or by now; none that is not known
    /// here. Each is read once for all its lines.
    pub(crate) async fn original_of<'a>(
        &self,
        originals: &'a mut Originals,
        sale: SaleId,
        by: Option<SaleId>,
    ) -> Result<Option<&'a Original>, AgentError> {
        if let Entry::Vacant(place) = originals.entry(sale) {
            place.insert(self.read_original(sale, by).await?);
        }
        Ok(originals.get(&sale).and_then(Option::as_ref))
    }

    async fn read_original(&self, sale: SaleId, by: Option<SaleId>) -> Result<Option<Original>, AgentError> {
        let Some(sale) = self.store().sale_anywhere(sale).await? else { return Ok(None) };
        let back = match by {
            Some(by) => self.store().returned_before(sale.id, by).await?,
            None => self.store().returned_of(sale.id).await?,
        };
        let earned = self.earned_by_line(&sale).await?;
        Ok(Some(Original { sale, earned, back }))
    }

    /// What each line earned, under the programme of its day; nothing where no card was on the ticket.
    async fn earned_by_line(&self, sale: &Sale) -> Result<Vec<(u32, Points)>, AgentError> {
        let programmes = self.store().programmes().await?;
        let Some(programme) = Programme::on(&programmes, sale.business_date) else { return Ok(vec![]) };
        if self.card_of(sale).await?.is_none() {
            return Ok(vec![]);
        }
        // Another software's tickets name no goods, and rules go by product line.
        let earned = earn(programme, &self.named(sale.clone()).await?)?;
        let sold = earned.lines.into_iter().filter(|line| line.kind == LineKind::Sale);
        Ok(sold.map(|line| (line.line, line.points)).collect())
    }
}

/// Money on a gift card is spent, or given back by whoever can see what is left of it.
fn may_come_back(line: &SaleLine) -> bool {
    line.kind == LineKind::Sale && !line.sells_gift_card()
}

/// What a line earned, and how much of that was taken before. Nothing of a sale that is not known here.
pub(crate) fn points_of(original: Option<&Original>, of: Origin) -> Result<PointsOf, AmountError> {
    let unknown = PointsOf { of, sold: Quantity::ONE, earned: Points::ZERO, before: Quantity::ZERO };
    let Some(Original { sale, earned, back }) = original else { return Ok(unknown) };
    let Some(line) = sale.counted_lines().find(|line| line.number == of.line) else { return Ok(unknown) };
    let before = back.iter().find(|row| row.line == of.line).map(ReturnedRow::took_points);
    let earned = earned_by(earned, of.line);
    Ok(PointsOf { of, sold: line.own_quantity()?, earned, before: before.unwrap_or_default() })
}

fn earned_by(earned: &[(u32, Points)], line: u32) -> Points {
    earned.iter().find(|(number, _)| *number == line).map(|(_, points)| *points).unwrap_or_default()
}

/// What a sale says of a line that comes back, after what came back of it before.
pub fn bought(sale: &Sale, line: &SaleLine, back: &[ReturnedRow], earned: &[(u32, Points)]) -> Bought {
    let gift_of = |number: u32| sale.tenders.iter().find(|tender| tender.gift == Some(number));
    // Points that went back in an exchange paid nothing of what was sold in it.
    let paid = |tender: &&Tender| {
        tender.kind == TenderKind::Points && tender.gift.is_none() && tender.amount > Money::ZERO
    };
    let of_points = || sale.tenders.iter().filter(paid);
    let sum = |amounts: &mut dyn Iterator<Item = i64>| amounts.fold(0_i64, i64::saturating_add);
    let sold = sale.counted_lines().filter(|l| l.kind == LineKind::Sale && gift_of(l.number).is_none());
    let of_line = back.iter().find(|row| row.line == line.number);
    Bought {
        origin: Origin { sale: sale.id, line: line.number },
        line: line.clone(),
        before: of_line.map(|row| row.quantity).unwrap_or_default(),
        moved: of_line.map(|row| row.moved).unwrap_or_default(),
        kept: vec![],
        earned: earned_by(earned, line.number),
        paid: Paid {
            total: Money(sum(&mut sold.filter_map(|line| Some(line.paid().ok()?.0)))),
            in_points: Money(sum(&mut of_points().map(|tender| tender.amount.0))),
            points: Points(sum(&mut of_points().filter_map(|tender| Some(tender.points?.0)))),
            returned: Money(sum(&mut back
                .iter()
                .filter(|row| gift_of(row.line).is_none())
                .map(|row| row.paid.0))),
        },
        gift: gift_of(line.number).and_then(|tender| tender.points),
        worth_before: Money(sum(&mut back.iter().map(|row| row.paid.0))),
    }
}

/// In the commit: nothing of it came back on another till since the basket was filled.
pub(super) async fn check_bought(tx: &mut Tx, basket: &Basket) -> Result<(), AgentError> {
    for (_, bought) in basket.bought_lines() {
        let back = returned::of_sale(tx, bought.origin.sale).await?;
        let of_line = back.iter().find(|row| row.line == bought.origin.line);
        let before = of_line.map(|row| row.quantity).unwrap_or_default();
        let worth = back.iter().fold(0_i64, |sum, row| sum.saturating_add(row.paid.0));
        if before != bought.before || worth != bought.worth_before.0 {
            return Err(AgentError::ReturnedMeanwhile);
        }
    }
    Ok(())
}
