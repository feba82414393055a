//! What a receipt says besides its sale: the customer's points as they were known, taxes, and what comes next.

use std::collections::HashMap;

use domain::ids::SaleId;
use domain::money::Points;
use domain::points::{Gift, Pending, Programme, earn};
use domain::sale::{LineKind, Sale, SaleStatus};
use domain::snapshot::MemberRow;

use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::receipt::{TaxRow, printed_lines, taxes};
use crate::till::{Originals, points_of};
use crate::ui::view::{HubState, NextGift, Receipt};

impl Agent {
    /// A closed sale with what its receipt says besides.
    pub async fn receipt(&self, sale: SaleId) -> Result<Receipt, AgentError> {
        let sale = self.store().sale(sale).await?.ok_or(AgentError::NoSuchSale(sale))?;
        // Another software's tickets name no goods, and rules go by product line.
        let sale = self.named(sale).await?;
        let desk = self.desks().find(|d| d.till.store == sale.store && d.till.code == sale.till);
        let member = self.holder(&sale).await?;
        let programmes = self.store().programmes().await?;
        let programme = Programme::on(&programmes, sale.business_date).filter(|_| member.is_some());
        let earned = programme.map(|programme| earn(programme, &sale).map(|earned| programme.shown(&earned)));
        let earned = earned.transpose()?;
        // Where nothing was earned, nothing waits.
        let waits = programme.filter(|_| earned.is_some_and(|earned| !earned.is_zero()));
        let left =
            member.as_ref().map(|row| row.left(&[], sale.business_date)).transpose()?.unwrap_or_default();
        let next_gift = match (programme, &member) {
            (Some(programme), Some(row)) => self.next_gift(&programme.gifts, row, desk).await?,
            _ => None,
        };
        let link = desk.map_or(self.link(), |desk| self.link_of(desk));
        let public = self.store().public_url().await?;
        Ok(Receipt {
            page: public.zip(sale.page.as_ref()).map(|(url, token)| url.receipt(token)),
            taxes: self.taxes(&sale).await?,
            shop: self.printing().shop(),
            offline: matches!(link, HubState::Offline | HubState::Refused),
            chain: self.chain(),
            store_name: desk.map(|d| d.till.store_name.clone()).unwrap_or_default(),
            greeting: member.as_ref().map(|m| m.greeting.clone()),
            balance: member.as_ref().map(|row| (left.available, row.as_of)),
            pending: Pending::of(&left.pending)?,
            earned,
            taken_back: self.taken_back(&sale, programme, member.as_ref()).await?,
            next_gift,
            vests_on: waits.and_then(|programme| programme.vests_on(sale.business_date)),
            card: self.card_of(&sale).await?,
            sale,
        })
    }

    async fn taxes(&self, sale: &Sale) -> Result<Vec<TaxRow>, AgentError> {
        let mut known = HashMap::new();
        for line in printed_lines(sale) {
            if !known.contains_key(&line.sku) {
                let product = self.store().product_by_sku(line.sku.as_str()).await?;
                known.insert(line.sku.clone(), product.map(|product| product.tax_rate));
            }
        }
        Ok(taxes(printed_lines(sale), |line| known.get(&line.sku).copied().flatten()))
    }

    pub(super) async fn holder(&self, sale: &Sale) -> Result<Option<MemberRow>, AgentError> {
        let Some(number) = self.card_of(sale).await? else { return Ok(None) };
        match self.store().card(number.as_str()).await? {
            Some(card) => Ok(self.store().member(card.member).await?),
            None => Ok(None),
        }
    }

    /// What goods that came back took of the points that they had earned: the same share that the hub takes. What
    /// somebody else's card had earned is taken of that one, and said on no slip of this one. `programme` is of a known
    /// member's ticket, for goods that name no receipt.
    async fn taken_back(
        &self,
        sale: &Sale,
        programme: Option<&Programme>,
        member: Option<&MemberRow>,
    ) -> Result<Points, AgentError> {
        let mut points = Points::ZERO;
        if sale.status != SaleStatus::Completed {
            return Ok(points);
        }
        let mut originals = Originals::new();
        let back = || sale.lines.iter().filter(|line| line.kind == LineKind::Return);
        for (of, pieces) in sale.points_back()? {
            // Of another agent's the hub told before it came back here.
            let original = self.original_of(&mut originals, of.sale, Some(sale.id)).await?;
            let Some(original) = original else { continue };
            let owner = self.holder(&original.sale).await?;
            if owner.as_ref().map(|row| row.member) == member.map(|row| row.member) {
                points = points.plus(points_of(Some(original), of)?.share(pieces))?;
            }
        }
        if let Some(programme) = programme {
            let is_loose = |number: u32| back().any(|line| line.number == number && line.origin.is_none());
            let earned = earn(programme, sale)?;
            for line in earned.lines.iter().filter(|line| is_loose(line.line)) {
                points = points.plus(line.points)?;
            }
        }
        Ok(points)
    }

    /// The gift to save for: the cheapest that is dearer than what there is now, less what went at this till's tickets
    /// since the balance was known.
    async fn next_gift(
        &self,
        gifts: &[Gift],
        row: &MemberRow,
        desk: Option<&Desk>,
    ) -> Result<Option<NextGift>, AgentError> {
        let Some(desk) = desk else { return Ok(None) };
        let now = self.now();
        let spoken_for = self.store().spoken_for(row.member, now, row.as_of).await?;
        let available = spoken_for.left_of(row, now, desk.till.zone)?.available;
        let mut beyond: Vec<&Gift> = gifts.iter().filter(|gift| gift.points > available).collect();
        beyond.sort_by_key(|gift| gift.points);
        for gift in beyond {
            if let Some(product) = self.store().product_by_sku(gift.sku.as_str()).await? {
                return Ok(Some(NextGift { name: product.name, points: gift.points }));
            }
        }
        Ok(None)
    }
}
