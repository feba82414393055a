//! What a person or a device does at a till. Each action is one turn: read the basket, decide, commit,
//! tell the screen.

use chrono::NaiveTime;
use domain::codes::CardNumber;
use domain::ids::{EventId, SaleId};
use domain::money::{Money, Quantity};
use domain::sale::{CardEntry, Sale, SaleStatus};
use domain::scan::{Barcode, Meaning, Origin, Scan};
use domain::sync::{Body, OfferAnswer, OfferResponse};
use domain::time::{business_date, with_offset};

use crate::app::{Agent, Desk};
use crate::checkout::basket::{self, Article, Basket, BasketError, Card, Event, Holder, OfferState};
use crate::checkout::complete::{self, Heading};
use crate::checkout::entry::{self, Entry};
use crate::error::AgentError;
use crate::store::catalogue::ProductRecord;
use crate::store::log::NewEvent;
use crate::store::{Tx, basket as baskets, journal, log, tills};
use crate::ui::view::{Notice, NoticeKind, Receipt};

impl Agent {
    /// What was typed into the entry line: `3*`, `3*CODE`, `*5` or a code.
    pub async fn enter(&self, n: i64, text: &str) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        match entry::read(text) {
            Entry::Nothing => Ok(self.say(desk, NoticeKind::NothingToChange, "")),
            Entry::NextQuantity(quantity) => self.change(desk, Event::NextQuantity(quantity)).await,
            Entry::LastQuantity(quantity) => self.change(desk, Event::LastQuantity(quantity)).await,
            Entry::Many(quantity, code) => {
                let said = self.change(desk, Event::NextQuantity(quantity)).await?;
                if said.kind == NoticeKind::QuantityRefused {
                    return Ok(said);
                }
                self.scan(n, Scan::new(Origin::Typed, None, code)).await
            }
            Entry::Code(code) => self.scan(n, Scan::new(Origin::Typed, None, code)).await,
        }
    }

    /// A read of any device, or a typed code.
    pub async fn scan(&self, n: i64, scan: Scan) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let entry = if scan.origin() == Origin::Typed { CardEntry::Keyed } else { CardEntry::Scanned };
        match self.rules().classify(scan) {
            Err(payment_card) => {
                Ok(self.say(desk, NoticeKind::PaymentCardIgnored, payment_card.brand.to_string()))
            }
            Ok(Meaning::Product(code)) => self.product(desk, &code).await,
            Ok(Meaning::MemberCard(number)) => self.card(desk, number, entry).await,
            Ok(Meaning::Code(code)) => self.code(desk, &code, entry).await,
            Ok(Meaning::Coupon(code)) => Ok(self.say(desk, NoticeKind::CouponIgnored, code.as_str())),
            Ok(Meaning::Receipt(code)) => Ok(self.say(desk, NoticeKind::ReceiptIgnored, code.as_str())),
            Ok(Meaning::Unknown(why)) => Ok(self.say(desk, NoticeKind::Unreadable, why.code())),
        }
    }

    /// Adds a product by its number: a touch on a usual product or on a search result.
    pub async fn add_product(&self, n: i64, sku: &str) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        match self.store().product_by_sku(sku).await? {
            Some(product) => self.change(desk, take(product)).await,
            None => self.change(desk, Event::Unknown { code: sku.to_owned() }).await,
        }
    }

    /// Puts a card on the ticket, whatever a rule says of its number.
    pub async fn attach_card(&self, n: i64, number: &CardNumber) -> Result<Notice, AgentError> {
        self.card(self.desk(n)?, number.clone(), CardEntry::Keyed).await
    }

    pub async fn remove_card(&self, n: i64) -> Result<Notice, AgentError> {
        self.change(self.desk(n)?, Event::RemoveCard).await
    }

    pub async fn set_quantity(&self, n: i64, line: u32, quantity: Quantity) -> Result<Notice, AgentError> {
        self.change(self.desk(n)?, Event::SetQuantity { line, quantity }).await
    }

    pub async fn void_line(&self, n: i64, line: u32) -> Result<Notice, AgentError> {
        self.change(self.desk(n)?, Event::Void { line }).await
    }

    pub async fn restore_line(&self, n: i64, line: u32) -> Result<Notice, AgentError> {
        self.change(self.desk(n)?, Event::Restore { line }).await
    }

    /// Decides that an unknown code is not sold.
    pub async fn discard_unknown(&self, n: i64, number: u32) -> Result<Notice, AgentError> {
        self.change(self.desk(n)?, Event::Discard { number }).await
    }

    pub async fn answer_offer(&self, n: i64, response: OfferResponse) -> Result<Notice, AgentError> {
        self.change(self.desk(n)?, Event::Answer(response)).await
    }

    /// Closes the basket against cash. `basket` is the id the screen was shown: if that sale is closed
    /// already, its receipt is answered again and nothing is charged twice.
    pub async fn pay_cash(&self, n: i64, basket: SaleId, tendered: Money) -> Result<Receipt, AgentError> {
        self.close(n, basket, |open, heading| complete::pay_cash(open, heading, tendered)).await
    }

    /// Cancels the basket: it stays on record as voided.
    pub async fn cancel(&self, n: i64, basket: SaleId) -> Result<Receipt, AgentError> {
        self.close(n, basket, complete::cancel).await
    }

    async fn close(
        &self,
        n: i64,
        id: SaleId,
        closing: impl FnOnce(&Basket, Heading) -> Result<Sale, complete::PayError>,
    ) -> Result<Receipt, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if journal::find_sale(&mut tx, id).await? {
            drop(tx);
            return self.receipt(id).await;
        }
        let open = self.store().basket(n).await?.ok_or(complete::PayError::Empty)?;
        if open.sale != id {
            return Err(AgentError::BasketChanged);
        }
        let mut heading = self.heading(desk);
        heading.receipt_no = tills::next_receipt(&mut tx, n, heading.business_date).await?;
        let sale = closing(&open, heading)?;
        self.record(&mut tx, desk, &sale).await?;
        baskets::delete(&mut tx, n).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        if sale.status == SaleStatus::Completed {
            self.say(desk, NoticeKind::SaleClosed, sale.receipt_no.to_string());
        } else {
            self.say(desk, NoticeKind::SaleCancelled, sale.receipt_no.to_string());
        }
        self.receipt(id).await
    }

    /// Journal, event and log head of one sale, in the caller's commit.
    async fn record(&self, tx: &mut Tx, desk: &Desk, sale: &Sale) -> Result<(), AgentError> {
        journal::insert(tx, &[(desk.till.n, sale, journal::digest(sale)?)]).await?;
        let body = Body::Sale(Box::new(sale.clone()));
        self.append(tx, desk, sale.id.into(), body).await
    }

    async fn append(&self, tx: &mut Tx, desk: &Desk, event: EventId, body: Body) -> Result<(), AgentError> {
        let stamp = self.stamp(&desk.till);
        let mut open = self.open_log(tx, desk.till.n).await?;
        log::append(tx, &mut open, &[NewEvent { event, stamp, body }]).await?;
        Ok(())
    }

    async fn product(&self, desk: &Desk, code: &Barcode) -> Result<Notice, AgentError> {
        match self.store().product_by_code(code).await? {
            Some(product) => self.change(desk, take(product)).await,
            None => self.change(desk, Event::Unknown { code: code.to_string() }).await,
        }
    }

    /// A text that no rule claims: an article, else a card, else unknown.
    async fn code(&self, desk: &Desk, code: &Barcode, entry: CardEntry) -> Result<Notice, AgentError> {
        if let Some(product) = self.store().product_by_code(code).await? {
            return self.change(desk, take(product)).await;
        }
        match self.store().card(code.as_str()).await? {
            Some(card) => self.card(desk, card.number, entry).await,
            None => self.change(desk, Event::Unknown { code: code.to_string() }).await,
        }
    }

    async fn card(&self, desk: &Desk, number: CardNumber, entry: CardEntry) -> Result<Notice, AgentError> {
        let card = self.recognised(desk, number, entry).await?;
        self.change(desk, Event::Card(card)).await
    }

    /// The card with whoever it belongs to, as far as this till knows.
    async fn recognised(
        &self,
        desk: &Desk,
        number: CardNumber,
        entry: CardEntry,
    ) -> Result<Card, AgentError> {
        let known = self.store().card(number.as_str()).await?;
        let blocked = known.as_ref().is_some_and(|card| !card.active);
        let member = match &known {
            Some(card) if !blocked => self.store().member(card.member).await?,
            _ => None,
        };
        let mut holder = None;
        if let Some(member) = member {
            let offer = self.fresh_offer(desk, member.member, member.offer).await?;
            holder = Some(Holder { member: member.member, account: member.account, offer });
        }
        Ok(Card { number, entry, blocked, holder })
    }

    /// The member's offer, unless it has run out, was used here or was declined today.
    async fn fresh_offer(
        &self,
        desk: &Desk,
        member: domain::ids::MemberId,
        offer: Option<domain::snapshot::Offer>,
    ) -> Result<Option<OfferState>, AgentError> {
        let Some(offer) = offer else { return Ok(None) };
        let today = self.heading(desk).business_date;
        if offer.valid_until < today || self.store().offer_is_settled(offer.promotion, member, today).await? {
            return Ok(None);
        }
        Ok(Some(OfferState { offer, response: OfferResponse::Shown }))
    }

    /// One turn: the basket after the event is kept, with what it says about an offer, or the screen says
    /// why not.
    async fn change(&self, desk: &Desk, event: Event) -> Result<Notice, AgentError> {
        let _turn = desk.turn.lock().await;
        let before = self.basket(desk).await?;
        let after = match basket::apply(&before, event.clone()) {
            Ok(after) => after,
            Err(error) => return Ok(self.say(desk, refusal(error), "")),
        };
        let mut tx = self.store().begin().await?;
        baskets::save(&mut tx, desk.till.n, &after, self.now()).await?;
        if matches!(event, Event::Card(_) | Event::Answer(_)) {
            self.log_offer(&mut tx, desk, &after).await?;
        }
        self.store().commit(tx).await?;
        let (kind, about) = happened(&event, &after);
        Ok(self.say(desk, kind, about))
    }

    /// An offer's showing and its answer are events of their own: they measure whether it worked.
    async fn log_offer(&self, tx: &mut Tx, desk: &Desk, basket: &Basket) -> Result<(), AgentError> {
        let holder = basket.card.as_ref().and_then(|card| card.holder.as_ref());
        let Some((holder, state)) = holder.and_then(|h| h.offer.as_ref().map(|state| (h, state))) else {
            return Ok(());
        };
        let (promotion, member, sale) = (state.offer.promotion, holder.member, basket.sale);
        let today = self.heading(desk).business_date;
        baskets::save_answer(tx, promotion, member, sale, state.response, today).await?;
        let answer = OfferAnswer { promotion, member, sale: Some(sale), response: state.response };
        self.append(tx, desk, self.clock().event_id(), Body::OfferAnswer(answer)).await?;
        desk.to_send.notify_one();
        Ok(())
    }

    /// The open basket, or a new one that is not kept before something is in it.
    pub(crate) async fn basket(&self, desk: &Desk) -> Result<Basket, AgentError> {
        let Some(mut open) = self.store().basket(desk.till.n).await? else {
            return Ok(Basket::new(self.clock().sale_id(), self.now()));
        };
        // A card may become known while its customer stands here: the next look at the basket greets them.
        if let Some(card) = open.card.take_if(|card| card.holder.is_none()) {
            open.card = Some(self.recognised(desk, card.number, card.entry).await?);
        }
        Ok(open)
    }

    /// What a sale closed now would say; the receipt number is given out at the commit.
    pub(crate) fn heading(&self, desk: &Desk) -> Heading {
        let now = self.now();
        let till = &desk.till;
        Heading {
            store: till.store.clone(),
            till: till.code.clone(),
            business_date: business_date(now, till.zone, NaiveTime::MIN),
            receipt_no: 0,
            occurred_at: with_offset(now, till.zone),
            cashier: till.cashier.clone(),
        }
    }
}

fn take(product: ProductRecord) -> Event {
    let ProductRecord { sku, name, product_line, category, price, tax_rate } = product;
    let article = Article { sku, name, product_line, category, price, tax_rate };
    Event::Product { article, quantity: None }
}

fn refusal(error: BasketError) -> NoticeKind {
    match error {
        BasketError::Full => NoticeKind::BasketFull,
        BasketError::Quantity => NoticeKind::QuantityRefused,
        BasketError::TooManyUnknown => NoticeKind::TooManyUnknown,
        BasketError::NoSuchLine | BasketError::NoLine | BasketError::NoSuchCode | BasketError::NoOffer => {
            NoticeKind::NothingToChange
        }
    }
}

fn happened(event: &Event, after: &Basket) -> (NoticeKind, String) {
    let line = |number: &u32| {
        after.lines.iter().find(|l| l.number == *number).map(|l| l.article.name.clone()).unwrap_or_default()
    };
    match event {
        Event::Product { article, .. } => (NoticeKind::ProductAdded, article.name.clone()),
        Event::NextQuantity(quantity) => (NoticeKind::QuantityNext, quantity.plain()),
        Event::LastQuantity(quantity) => (NoticeKind::QuantitySet, quantity.plain()),
        Event::SetQuantity { line: number, .. } => (NoticeKind::QuantitySet, line(number)),
        Event::Void { line: number } => (NoticeKind::LineVoided, line(number)),
        Event::Restore { line: number } => (NoticeKind::LineRestored, line(number)),
        Event::Unknown { code } => (NoticeKind::CodeUnknown, code.clone()),
        Event::Discard { .. } => (NoticeKind::CodeDiscarded, String::new()),
        Event::Card(card) if card.blocked => (NoticeKind::CardBlocked, card.number.to_string()),
        Event::Card(card) if card.holder.is_none() => (NoticeKind::CardUnknown, card.number.to_string()),
        Event::Card(card) => (NoticeKind::CardAttached, card.number.to_string()),
        Event::RemoveCard => (NoticeKind::CardRemoved, String::new()),
        Event::Answer(OfferResponse::Accepted) => (NoticeKind::OfferAccepted, String::new()),
        Event::Answer(OfferResponse::Declined | OfferResponse::Shown) => {
            (NoticeKind::OfferDeclined, String::new())
        }
    }
}
