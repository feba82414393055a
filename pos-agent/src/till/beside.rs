//! What a till does beside its basket: a price that is only asked for, and a card that is read for somebody
//! who enrols. A device does not know which page is open, so the till keeps where its next read goes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::codes::{CardNumber, Sku};
use domain::enrolment::read_temporary;
use domain::ids::SaleId;
use domain::money::{Money, Quantity};
use domain::scan::{Meaning, Scan};
use domain::sync::{OfferResponse, StockLevel};
use tokio::time::timeout;

use super::{Search, article};
use crate::app::{Agent, Desk, open};
use crate::checkout::basket::{self, Article, Basket, Event};
use crate::checkout::complete;
use crate::checkout::price::{Policy, RulePrice, rules_for};
use crate::error::AgentError;
use crate::store::catalogue::ProductRecord;
use crate::ui::view::{GiftCardNotice, HubState, Notice, NoticeKind};
use crate::views::product_view;

/// Seconds after which reads go to the basket again, whatever page is left open.
pub const AIM_SECONDS: i64 = 30;
/// Products that a beginning of a name lists.
const NAMED_MAX: i64 = 12;

/// Where the next read of a device goes instead of the basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Once.
    Price,
    /// A card, as long as the page of a new member or of a forgotten card keeps asking for it.
    Enrol,
}

#[derive(Debug, Default)]
pub(crate) struct Beside {
    aim: Option<(Aim, DateTime<Utc>)>,
    price: Option<PriceCheck>,
    card: Option<CardNumber>,
    /// The receipt that was read: its page is to be opened.
    receipt: Option<SaleId>,
    /// Another agent's that the hub was asked for: once it is told, its page is to be opened, unless another one was
    /// opened since.
    awaited: Option<SaleId>,
    /// Who was looked for by phone or e-mail.
    pub(super) search: Option<Search>,
}

impl Beside {
    fn aim(&mut self, aim: Aim, now: DateTime<Utc>) {
        self.aim = Some((aim, now + TimeDelta::seconds(AIM_SECONDS)));
        self.receipt = None;
    }

    fn aimed(&self, now: DateTime<Utc>) -> Option<Aim> {
        self.aim.filter(|(_, until)| now < *until).map(|(aim, _)| aim)
    }

    /// Where this read goes; a price is asked for once.
    fn take_aim(&mut self, now: DateTime<Utc>) -> Option<Aim> {
        let aim = self.aimed(now);
        if aim != Some(Aim::Enrol) {
            self.aim = None;
        }
        aim
    }
}

/// What a price check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriceCheck {
    Found(Box<Priced>),
    /// Products whose name begins as it was typed.
    Named(Vec<crate::ui::view::ProductView>),
    Unknown(String),
    /// The gift card that was read last, with what is on it.
    GiftCard,
    /// A card, a coupon, a receipt, or nothing readable.
    NoArticle,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub sku: Sku,
    pub name: String,
    pub product_line: String,
    pub price: Money,
    /// It is keyed when it is sold; the one above is only usual.
    pub is_open: bool,
    /// For the customer who stands here, with their offer: its text and what one costs then.
    pub offer: Option<(String, Money)>,
    /// Price rules that hold here today.
    pub rules: Vec<RulePrice>,
    pub stock: Stock,
}

/// How much of a product there is, as far as anybody could say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stock {
    /// The hub has not answered yet.
    Asking,
    /// This store's first.
    Known(Vec<StockLevel>),
    /// No store counts it.
    NotKept,
    /// The hub cannot be asked.
    Away,
}

/// Why a text is no number for a new card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardProblem {
    /// A payment card; nothing of it was kept.
    Payment,
    Article,
    NotACard,
}

impl Agent {
    /// The next read of a device goes there, not into the basket.
    pub fn aim(&self, n: i64, aim: Aim) -> Result<(), AgentError> {
        let now = self.now();
        open(&self.desk(n)?.beside).aim(aim, now);
        Ok(())
    }

    /// The page is still open. Once another one was opened this does nothing, however late it comes.
    pub fn keep_aim(&self, n: i64, aim: Aim) -> Result<(), AgentError> {
        let now = self.now();
        let mut beside = open(&self.desk(n)?.beside);
        if beside.aimed(now) == Some(aim) {
            beside.aim(aim, now);
        }
        Ok(())
    }

    /// Another page is looked at: reads go to the basket, and what was looked at beside it is over.
    pub fn disarm(&self, n: i64) -> Result<(), AgentError> {
        let desk = self.desk(n)?;
        let before = std::mem::take(&mut *open(&desk.beside));
        if before.search.is_some() {
            // Who waits for it hears that nobody looks any more.
            desk.touch();
        }
        Ok(())
    }

    pub fn aimed(&self, n: i64) -> Result<Option<Aim>, AgentError> {
        Ok(open(&self.desk(n)?.beside).aimed(self.now()))
    }

    /// The receipt that was read and whose page nobody has opened yet.
    pub fn receipt_to_open(&self, n: i64) -> Result<Option<SaleId>, AgentError> {
        Ok(open(&self.desk(n)?.beside).receipt)
    }

    /// Its page is not opened: the notice that it was read leads there.
    pub fn leave_receipt(&self, n: i64) -> Result<(), AgentError> {
        open(&self.desk(n)?.beside).receipt = None;
        Ok(())
    }

    pub fn price_checked(&self, n: i64) -> Result<Option<PriceCheck>, AgentError> {
        Ok(open(&self.desk(n)?.beside).price.clone())
    }

    /// The card that a device read for the member who enrols.
    pub fn card_read(&self, n: i64) -> Result<Option<CardNumber>, AgentError> {
        Ok(open(&self.desk(n)?.beside).card.clone())
    }

    /// The page has it in its own field now.
    pub fn forget_card(&self, n: i64) -> Result<(), AgentError> {
        open(&self.desk(n)?.beside).card = None;
        Ok(())
    }

    /// A read of a device.
    pub async fn device_scan(&self, n: i64, scan: Scan) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let aim = open(&desk.beside).take_aim(self.now());
        match aim {
            None => self.scan(n, scan).await,
            Some(Aim::Price) => self.check_price(n, scan).await,
            Some(Aim::Enrol) => match self.card_number(scan).await? {
                Ok(number) => {
                    open(&desk.beside).card = Some(number);
                    Ok(self.say(desk, NoticeKind::CardRead, ""))
                }
                Err(problem) => Ok(self.say(desk, problem.notice(), "")),
            },
        }
    }

    /// Looks a price up; the basket is not touched.
    pub async fn check_price(&self, n: i64, scan: Scan) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let (found, kind, about) = match self.rules().classify(scan) {
            Err(card) => (PriceCheck::NoArticle, NoticeKind::PaymentCardIgnored, card.brand.to_string()),
            Ok(Meaning::Product(code) | Meaning::Code(code)) => {
                match self.store().product_by_code(&code).await? {
                    Some(product) => {
                        let name = product.name.clone();
                        (self.priced(desk, product).await?, NoticeKind::PriceShown, name)
                    }
                    None => {
                        (PriceCheck::Unknown(code.to_string()), NoticeKind::CodeUnknown, code.to_string())
                    }
                }
            }
            Ok(Meaning::GiftCard(card)) if self.keeps_gift_cards() => {
                let shown = card.shown();
                self.take_in_hand(desk, card);
                (PriceCheck::GiftCard, NoticeKind::GiftCard(GiftCardNotice::Read), shown)
            }
            Ok(_) => (PriceCheck::NoArticle, NoticeKind::NoArticle, String::new()),
        };
        open(&desk.beside).price = Some(found);
        desk.stock_asked.notify_one();
        Ok(self.say(desk, kind, about))
    }

    /// Lists what begins so, with prices.
    pub async fn check_price_by_name(&self, n: i64, beginning: &str) -> Result<(), AgentError> {
        let desk = self.desk(n)?;
        let found = self.store().products_named(beginning.trim(), NAMED_MAX).await?;
        let found = match found.len() {
            0 => PriceCheck::Unknown(beginning.trim().to_owned()),
            1 => match found.into_iter().next() {
                Some(product) => self.priced(desk, product).await?,
                None => PriceCheck::NoArticle,
            },
            _ => PriceCheck::Named(found.into_iter().map(product_view).collect()),
        };
        open(&desk.beside).price = Some(found);
        desk.stock_asked.notify_one();
        desk.touch();
        Ok(())
    }

    /// The same for a product that a page names.
    pub async fn check_price_of(&self, n: i64, sku: &Sku) -> Result<(), AgentError> {
        let desk = self.desk(n)?;
        let found = match self.store().product_by_sku(sku.as_str()).await? {
            Some(product) => self.priced(desk, product).await?,
            None => PriceCheck::Unknown(sku.to_string()),
        };
        open(&desk.beside).price = Some(found);
        desk.stock_asked.notify_one();
        desk.touch();
        Ok(())
    }

    async fn priced(&self, desk: &Desk, product: ProductRecord) -> Result<PriceCheck, AgentError> {
        let (sku, name, price) = (product.sku.clone(), product.name.clone(), product.price);
        let (product_line, is_open) = (product.product_line.clone(), product.open_price);
        let basket = self.basket(desk).await?;
        let policy = self.policy(desk);
        let article = article(product);
        let rules = if is_open { vec![] } else { rules_for(&article, &policy)? };
        let offer = offer_price(&basket, self.clock().sale_id(), self.now(), &policy, article)?;
        let stock = if self.link() == HubState::Online { Stock::Asking } else { Stock::Away };
        let priced = Priced { sku, name, product_line, price, is_open, offer, rules, stock };
        Ok(PriceCheck::Found(Box::new(priced)))
    }

    /// Waits for the stock of what was asked for, but not for long: a page without script shows it at once.
    pub async fn stock_told(&self, n: i64, most: Duration) -> Result<(), AgentError> {
        self.wait_while(n, most, |desk| desk.asks_stock_of().is_some() || desk.asks_gift_balance().is_some())
            .await
    }

    /// Waits as long as a till asks the hub something, but no longer than `most`: then the page says that it is being
    /// asked.
    pub(super) async fn wait_while(
        &self,
        n: i64,
        most: Duration,
        asks: impl Fn(&Desk) -> bool,
    ) -> Result<(), AgentError> {
        let (desk, mut changed) = (self.desk(n)?, self.watch(n)?);
        let told = async { while asks(desk) && changed.changed().await.is_ok() {} };
        let _ = timeout(most, told).await;
        Ok(())
    }

    /// The number that a new card has, from a read or from what was typed.
    pub async fn card_number(&self, scan: Scan) -> Result<Result<CardNumber, CardProblem>, AgentError> {
        let code = match self.rules().classify(scan) {
            Err(_) => return Ok(Err(CardProblem::Payment)),
            Ok(Meaning::MemberCard(number)) => return Ok(Ok(number)),
            Ok(Meaning::Product(code) | Meaning::Code(code)) => code,
            Ok(_) => return Ok(Err(CardProblem::NotACard)),
        };
        if self.store().product_by_code(&code).await?.is_some() {
            return Ok(Err(CardProblem::Article));
        }
        let number = read_temporary(code.as_str()).map_or_else(|| code.as_str().parse(), Ok);
        Ok(number.map_err(|_| CardProblem::NotACard))
    }
}

impl Desk {
    /// A receipt was read: a page on which nothing is typed gives way to its own.
    pub(super) fn opens_receipt(&self, sale: SaleId) {
        open(&self.beside).receipt = Some(sale);
    }

    /// The hub was asked for a receipt: its page is opened when it is told.
    pub(super) fn awaits_receipt(&self, sale: SaleId) {
        open(&self.beside).awaited = Some(sale);
    }

    /// Whether a receipt that was told of now may take the screen; asked once.
    pub(super) fn awaited_receipt(&self, sale: SaleId) -> bool {
        open(&self.beside).awaited.take() == Some(sale)
    }

    /// The product whose stock somebody waits for.
    pub(crate) fn asks_stock_of(&self) -> Option<Sku> {
        match &open(&self.beside).price {
            Some(PriceCheck::Found(priced)) if priced.stock == Stock::Asking => Some(priced.sku.clone()),
            _ => None,
        }
    }

    /// Keeps what the hub said, if it is still this product that is looked at.
    pub(crate) fn tell_stock(&self, sku: &Sku, found: Stock) {
        if let Some(PriceCheck::Found(priced)) = &mut open(&self.beside).price
            && priced.sku == *sku
        {
            priced.stock = found;
            self.touch();
        }
    }
}

impl CardProblem {
    fn notice(self) -> NoticeKind {
        match self {
            Self::Payment => NoticeKind::PaymentCardIgnored,
            Self::Article => NoticeKind::ArticleNoCard,
            Self::NotACard => NoticeKind::NoCard,
        }
    }
}

/// What one would cost this customer with their offer, by the same rules as in the basket; `None` where the
/// offer is not for it.
fn offer_price(
    basket: &Basket,
    sale: SaleId,
    now: DateTime<Utc>,
    policy: &Policy,
    article: Article,
) -> Result<Option<(String, Money)>, AgentError> {
    let Some(state) = basket.offer() else { return Ok(None) };
    let text = state.offer.text.clone();
    let one = Event::Product { article, quantity: Some(Quantity::ONE) };
    let mut probe = basket::apply(&Basket::new(sale, now), one)?;
    let pays = |probe: &Basket| -> Result<Money, AgentError> {
        Ok(complete::totals(&complete::lines(probe, policy)?)?.total)
    };
    // Without the offer a member's prices hold all the same.
    probe.card.clone_from(&basket.card);
    let plain = pays(&basket::apply(&probe, Event::Answer(OfferResponse::Declined))?)?;
    probe = basket::apply(&probe, Event::Answer(OfferResponse::Accepted))?;
    let with_offer = pays(&probe)?;
    Ok((with_offer < plain).then_some((text, with_offer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_asked_for_once_and_not_for_ever() {
        let now: DateTime<Utc> = "2025-11-24T15:42:00Z".parse().unwrap();
        let after = |seconds| now + TimeDelta::seconds(seconds);
        for (aim, reads, wanted) in [
            (Aim::Price, vec![0, 1], vec![Some(Aim::Price), None]),
            (Aim::Price, vec![29], vec![Some(Aim::Price)]),
            (Aim::Price, vec![30], vec![None]),
            (Aim::Enrol, vec![0, 29, 30], vec![Some(Aim::Enrol), Some(Aim::Enrol), None]),
        ] {
            let mut beside = Beside::default();
            assert_eq!(beside.take_aim(now), None);
            beside.aim(aim, now);
            let found: Vec<_> = reads.iter().map(|at| beside.take_aim(after(*at))).collect();
            assert_eq!(found, wanted, "{aim:?} {reads:?}");
        }
    }
}
