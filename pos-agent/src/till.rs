//! What a person or a device does at a till. Each action is one turn: read, decide, commit, tell the screen.

mod asked;
mod at;
mod beside;
mod card;
mod close;
mod coupon;
mod enrol;
mod find;
mod gift;
mod gift_card;
mod given;
mod hold;
mod late;
mod open_price;
mod others;
mod receipt;
mod redeem;
mod refund;
mod reserve;
mod said;
mod unreceipted;
mod weigh;

use chrono::NaiveTime;
use domain::codes::CardNumber;
use domain::enrolment::read_temporary;
use domain::ids::{EventId, SaleId};
use domain::money::{Money, Quantity};
use domain::sale::CardEntry;
use domain::scan::{Barcode, Label, Meaning, Measure, Origin, Scan};
use domain::sync::{Body, OfferAnswer, OfferResponse};
use domain::time::{business_date, with_offset};

use crate::app::{Agent, Desk};
use crate::checkout::basket::{self, Article, Basket, Card, Cut, Event};
use crate::checkout::complete::Heading;
use crate::checkout::entry::{self, Entry};
use crate::error::AgentError;
use crate::store::catalogue::ProductRecord;
use crate::store::log::NewEvent;
use crate::store::{Tx, basket as baskets, log};
use crate::ui::view::{Notice, NoticeKind};
pub(crate) use asked::OfHub;
pub use at::At;
pub(crate) use beside::Beside;
pub use beside::{AIM_SECONDS, Aim, CardProblem, PriceCheck, Priced, Stock};
pub use close::{Paid, Payment, Seen};
pub use enrol::{Enrolment, NewMember};
pub use find::{Found, Meant, Search};
pub(crate) use gift_card::GiftAnswer;
pub use gift_card::{GiftInHand, GiftNews};
pub use given::Target;
pub use hold::Recall;
pub use open_price::Keyed;
pub use others::HeldList;
pub(crate) use others::{AskHeld, HeldAnswer};
pub use receipt::ReceiptNews;
pub(crate) use redeem::{BY_CONTACT, REPLACED, REPORTED};
pub use refund::bought;
pub(crate) use refund::{Originals, points_of};
pub(crate) use reserve::{ReserveAnswer, request as reserve_request};
use said::{happened, refusal};
pub use unreceipted::{Asked, Unreceipted};
use weigh::taken;

impl Agent {
    /// What was typed into the entry line; see [`entry::read`].
    pub async fn enter(&self, at: impl Into<At>, text: &str) -> Result<Notice, AgentError> {
        let at = at.into();
        match entry::read(text) {
            Entry::Nothing => Ok(self.say(self.desk(at.till)?, NoticeKind::NothingToChange, "")),
            Entry::NextQuantity(quantity) => self.change(at, Event::NextQuantity(quantity)).await,
            Entry::LastQuantity(quantity) => self.change(at, Event::LastQuantity(quantity)).await,
            Entry::Many(quantity, code) => {
                let said = self.change(at.first_step(), Event::NextQuantity(quantity)).await?;
                if said.kind == NoticeKind::QuantityRefused {
                    return Ok(said);
                }
                self.scan(at, Scan::new(Origin::Typed, None, code)).await
            }
            Entry::Discount(cut) => self.change(at, Event::Discount { line: None, cut: Some(cut) }).await,
            Entry::ResetPrice => self.change(at, Event::Price { line: None, price: None }).await,
            Entry::Code(code) => self.scan(at, Scan::new(Origin::Typed, None, code)).await,
        }
    }

    /// A read of any device, or a typed code.
    pub async fn scan(&self, at: impl Into<At>, scan: Scan) -> Result<Notice, AgentError> {
        let at = at.into();
        let desk = self.desk(at.till)?;
        if let Some(said) = self.of_staff(desk, &scan).await? {
            return Ok(said);
        }
        let entry = if scan.origin() == Origin::Typed { CardEntry::Keyed } else { CardEntry::Scanned };
        match self.rules().classify(scan) {
            Err(payment_card) => {
                Ok(self.say(desk, NoticeKind::PaymentCardIgnored, payment_card.brand.to_string()))
            }
            Ok(Meaning::Product(code)) => self.product(at, &code).await,
            Ok(Meaning::Labelled(label)) => self.labelled(at, &label).await,
            Ok(Meaning::EightDigits { read, upc_a }) => self.eight_digits(at, &read, &upc_a, entry).await,
            Ok(Meaning::MemberCard(number)) => self.card(at, number, entry).await,
            Ok(Meaning::GiftCard(card)) => self.gift_card(at, card).await,
            Ok(Meaning::Code(code)) => self.code(at, &code, entry).await,
            Ok(Meaning::Coupon(code)) => self.own_coupon(at, &code).await,
            Ok(Meaning::ValuedCoupon(coupon)) => self.valued_coupon(at, &coupon).await,
            Ok(Meaning::Receipt(code)) => self.receipt_read(desk, &code).await,
            Ok(Meaning::Page(page)) => self.page_read(desk, page).await,
            Ok(Meaning::Unknown(why)) => Ok(self.say(desk, NoticeKind::Unreadable, why.code())),
        }
    }

    /// Adds a product by its number: a touch on a usual product or on a search result.
    pub async fn add_product(&self, at: impl Into<At>, sku: &str) -> Result<Notice, AgentError> {
        match self.store().product_by_sku(sku).await? {
            Some(product) => self.take_article(at.into(), product).await,
            None => self.change(at, Event::Unknown { code: sku.to_owned() }).await,
        }
    }

    /// Puts a card on the ticket, whatever a rule says of its number.
    pub async fn attach_card(&self, at: impl Into<At>, number: &CardNumber) -> Result<Notice, AgentError> {
        self.card(at.into(), number.clone(), CardEntry::Keyed).await
    }

    pub async fn remove_card(&self, at: impl Into<At>) -> Result<Notice, AgentError> {
        self.change(at, Event::RemoveCard).await
    }

    /// So many more or, below zero, less of a line, whatever is there when its turn comes; with nothing left
    /// the line is taken out.
    pub async fn step_quantity(
        &self,
        at: impl Into<At>,
        line: u32,
        by: Quantity,
    ) -> Result<Notice, AgentError> {
        self.change(at, Event::StepQuantity { line, by }).await
    }

    pub async fn void_line(&self, at: impl Into<At>, line: u32) -> Result<Notice, AgentError> {
        self.change(at, Event::Void { line }).await
    }

    pub async fn restore_line(&self, at: impl Into<At>, line: u32) -> Result<Notice, AgentError> {
        let at = at.into();
        match self.gift_kept_off(at, line).await? {
            Some(said) => Ok(said),
            None => self.change(at, Event::Restore { line }).await,
        }
    }

    /// Takes something off one line; `None` takes the discount back.
    pub async fn discount_line(
        &self,
        at: impl Into<At>,
        line: Option<u32>,
        cut: Option<Cut>,
    ) -> Result<Notice, AgentError> {
        self.change(at, Event::Discount { line, cut }).await
    }

    /// Takes something off the whole ticket.
    pub async fn discount_ticket(&self, at: impl Into<At>, cut: Option<Cut>) -> Result<Notice, AgentError> {
        self.change(at, Event::TicketDiscount(cut)).await
    }

    /// Another price than the catalogue's; `None` puts that one back.
    pub async fn set_price(
        &self,
        at: impl Into<At>,
        line: u32,
        price: Option<Money>,
    ) -> Result<Notice, AgentError> {
        self.change(at, Event::Price { line: Some(line), price }).await
    }

    /// Decides that an unknown code is not sold.
    pub async fn discard_unknown(&self, at: impl Into<At>, number: u32) -> Result<Notice, AgentError> {
        self.change(at, Event::Discard { number }).await
    }

    pub async fn answer_offer(
        &self,
        at: impl Into<At>,
        response: OfferResponse,
    ) -> Result<Notice, AgentError> {
        self.change(at, Event::Answer(response)).await
    }

    pub(crate) async fn append(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        event: EventId,
        body: Body,
    ) -> Result<(), AgentError> {
        let stamp = self.stamp(&desk.till);
        self.append_at(tx, desk, NewEvent { event, stamp, body }).await
    }

    /// The same with a stamp that something was decided by already.
    async fn append_at(&self, tx: &mut Tx, desk: &Desk, event: NewEvent) -> Result<(), AgentError> {
        let mut open = self.open_log(tx, desk.till.n).await?;
        log::append(tx, &mut open, &[event]).await?;
        Ok(())
    }

    async fn product(&self, at: At, code: &Barcode) -> Result<Notice, AgentError> {
        match self.store().product_by_code(code).await? {
            Some(product) => self.take_article(at, product).await,
            None => self.change(at, Event::Unknown { code: code.to_string() }).await,
        }
    }

    /// A package with a label. An article that nobody knows is pinned like any other.
    async fn labelled(&self, at: At, label: &Label) -> Result<Notice, AgentError> {
        match self.store().product_by_code(&label.barcode).await? {
            // No label says what is on a gift card, nor which one it is.
            Some(product) if product.gift_card => self.take_article(at, product).await,
            Some(product) => self.change(at, take_labelled(product, label.measure)).await,
            None => self.change(at, Event::Unknown { code: label.barcode.to_string() }).await,
        }
    }

    /// An EAN-8 or a UPC-E: whichever the catalogue has. If it has both, a person decides.
    async fn eight_digits(
        &self,
        at: At,
        read: &Barcode,
        upc_a: &Barcode,
        entry: CardEntry,
    ) -> Result<Notice, AgentError> {
        let as_read = self.store().product_by_code(read).await?;
        match (as_read, self.store().product_by_code(upc_a).await?) {
            (Some(one), Some(other)) if one.sku != other.sku => {
                self.change(at, Event::Unknown { code: read.to_string() }).await
            }
            (Some(product), _) | (None, Some(product)) => self.take_article(at, product).await,
            (None, None) => self.code(at, read, entry).await,
        }
    }

    /// A text that no rule claims: an article, else a card, else a coupon of the chain, else unknown.
    async fn code(&self, at: At, code: &Barcode, entry: CardEntry) -> Result<Notice, AgentError> {
        if let Some(product) = self.store().product_by_code(code).await? {
            return self.take_article(at, product).await;
        }
        match self.store().card(code.as_str()).await? {
            Some(card) => self.card(at, card.number, entry).await,
            None if self.house().coupons.has_own(code.as_str()) => {
                self.own_coupon(at, &code.as_str().parse()?).await
            }
            // Of another till, which made it while nobody could tell this one.
            None => match read_temporary(code.as_str()) {
                Some(number) => self.card(at, number, entry).await,
                None => self.change(at, Event::Unknown { code: code.to_string() }).await,
            },
        }
    }

    async fn card(&self, at: At, number: CardNumber, entry: CardEntry) -> Result<Notice, AgentError> {
        let card = self.recognised(self.desk(at.till)?, number, entry).await?;
        self.change(at, Event::Card(card)).await
    }

    /// One turn: the basket after the event is kept, with what it says about an offer, or the screen says
    /// why not.
    async fn change(&self, at: impl Into<At>, event: Event) -> Result<Notice, AgentError> {
        let At { till, order, is_first_step } = at.into();
        let desk = self.desk(till)?;
        let _turn = desk.turn.lock().await;
        let before = self.basket(desk).await?;
        if order.is_some_and(|order| before.has_done(order)) {
            // Said already, unless the agent was started anew in between.
            let (kind, about) = happened(&event, &before);
            return Ok(desk.notice().unwrap_or_else(|| self.say(desk, kind, about)));
        }
        let mut after = match basket::apply(&before, event.clone()) {
            Ok(after) => after,
            Err(error) => return Ok(self.say(desk, refusal(error), "")),
        };
        if let Some(order) = order.filter(|_| !is_first_step) {
            after.note_done(order);
        }
        let answered = matches!(event, Event::Answer(_));
        // The same card that was found by phone and is read now shows nothing new.
        let is_same = match (&after.card, &before.card) {
            (Some(now), Some(then)) => now.is_same(then),
            (now, then) => now == then,
        };
        let shown = matches!(event, Event::Card(_)) && !is_same;
        let lets_go = reserve::lets_go(&before, &after);
        if answered || shown || lets_go {
            let mut tx = self.store().begin().await?;
            baskets::save(&mut tx, desk.till.n, &after, self.now()).await?;
            if answered || shown {
                self.log_offer(&mut tx, desk, &after, None).await?;
            }
            if lets_go {
                self.end_reservations(&mut tx, desk, None).await?;
            }
            self.store().commit(tx).await?;
            desk.to_send.notify_one();
        } else {
            self.store().save_basket(desk.till.n, &after, self.now()).await?;
        }
        let (kind, about) = happened(&event, &after);
        Ok(self.say(desk, kind, about))
    }

    /// An offer's showing and its answer are events of their own: they measure whether it worked.
    async fn log_offer(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        basket: &Basket,
        taken_over: Option<SaleId>,
    ) -> Result<(), AgentError> {
        if desk.is_training() {
            return Ok(());
        }
        let holder = basket.card.as_ref().and_then(|card| card.holder.as_ref());
        let Some((holder, state)) = holder.and_then(|h| h.offer.as_ref().map(|state| (h, state))) else {
            return Ok(());
        };
        let (promotion, member, sale) = (state.offer.promotion, holder.member, basket.sale);
        let today = self.heading(desk).business_date;
        baskets::save_answer(tx, promotion, member, sale, state.response, today).await?;
        let response = state.response;
        let answer = OfferAnswer { promotion, member, sale: Some(sale), response, taken_over };
        self.append(tx, desk, self.clock().event_id(), Body::OfferAnswer(answer)).await?;
        desk.to_send.notify_one();
        Ok(())
    }

    /// The open basket, or a new one that is not kept before something is in it.
    pub(crate) async fn basket(&self, desk: &Desk) -> Result<Basket, AgentError> {
        let kept = self.store().basket(desk.till.n).await?;
        self.opened(desk, kept).await
    }

    /// The basket that was kept, as it is today.
    pub(crate) async fn opened(&self, desk: &Desk, kept: Option<Basket>) -> Result<Basket, AgentError> {
        let Some(mut open) = kept else {
            return Ok(Basket::new(self.clock().sale_id(), self.now()));
        };
        // A card may become known while its customer stands here: the next look at the basket greets them.
        if let Some(card) = open.card.take_if(|card| card.holder.is_none()) {
            let by_contact = card.by_contact;
            open.card = Some(Card { by_contact, ..self.recognised(desk, card.number, card.entry).await? });
        }
        Ok(open)
    }

    /// What a sale closed now would say; number and page of the receipt are given out at the commit.
    pub(crate) fn heading(&self, desk: &Desk) -> Heading {
        let now = self.now();
        let till = &desk.till;
        Heading {
            store: till.store.clone(),
            till: till.code.clone(),
            business_date: business_date(now, till.zone, NaiveTime::MIN),
            receipt_no: 0,
            occurred_at: with_offset(now, till.zone),
            cashier: desk.cashier(),
            page: None,
        }
    }
}

fn article(product: ProductRecord) -> Article {
    let ProductRecord { sku, name, product_line, category, price, tax_rate, discreet, .. } = product;
    Article { sku, name, product_line, category, price, tax_rate, discreet }
}

/// The price on a label takes the place of the catalogue's.
fn take_labelled(product: ProductRecord, measure: Option<Measure>) -> Event {
    match measure {
        None => taken(product, None),
        Some(Measure::Count(pieces)) => taken(product, Some(pieces)),
        Some(Measure::Quantity(quantity)) if product.open_price => taken(product, Some(quantity)),
        Some(Measure::Quantity(quantity)) => Event::Labelled { article: article(product), quantity },
        Some(Measure::Price(price)) => {
            Event::Labelled { article: Article { price, ..article(product) }, quantity: Quantity::ONE }
        }
    }
}

#[cfg(test)]
mod tests;
