//! T3: what is due and how it is paid, in one kind or in several.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Money;
use domain::codes::{CodeError, TenderReference};
use domain::gift_card::{GiftCard, GiftPayment};
use domain::ids::SaleId;
use domain::points::WhyNoGift;
use domain::sale::{Tender, TenderKind};
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::problem::Refusal;
use super::screen::{Mode, most_tendered};
use super::words::{Preferences, Words};
use crate::checkout::complete::PayError;
use crate::checkout::gift_card::NoGiftCard;
use crate::error::AgentError;
use crate::till::{Paid, Payment, REPORTED, Seen};

/// What stands in the payment form besides the figures of the sale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayPanel {
    pub kind: Kind,
    pub typed: String,
    pub reference: String,
    pub error: Option<String>,
}

/// What the cashier may take here; points have a page of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Cash,
    Card,
    GiftCard,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Cash, Self::Card, Self::GiftCard];

    pub fn code(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Card => "card",
            Self::GiftCard => "gift_card",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Self::Cash => "tender-cash",
            Self::Card => "tender-card",
            Self::GiftCard => "tender-gift-card",
        }
    }

    fn tender(self) -> TenderKind {
        match self {
            Self::Cash => TenderKind::Cash,
            Self::Card => TenderKind::Card,
            Self::GiftCard => TenderKind::GiftCard,
        }
    }
}

pub async fn page(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    ui.page(n, prefs, Mode::Pay(PayPanel::default())).await
}

#[derive(Debug, Deserialize)]
pub struct PayForm {
    basket: SaleId,
    /// What the page said is to be paid, in minor units.
    due: Money,
    #[serde(default)]
    kind: Kind,
    /// An amount as typed, or `exact`.
    tendered: String,
    #[serde(default)]
    reference: String,
    /// The gift card that the page showed, and not one that is typed: another may have been read since.
    #[serde(default)]
    in_hand: Option<String>,
    /// Pressed where the amount is meant to be a part.
    #[serde(default)]
    part: Option<String>,
}

/// What the form means.
enum Meant {
    Payment(Payment),
    /// As much of the amount as is on the card.
    GiftCard(GiftCard, Money),
}

/// Takes a payment. What the cashier saw must still hold; the same Pay again answers the first receipt.
pub async fn pay(State(ui): State<Ui>, order: Order<PayForm>) -> Result<Response, Refusal> {
    let (n, form) = (order.n, &order.fields);
    let w = ui.words(n, order.prefs)?;
    let payment = match ui.read_payment(n, form, &w).await? {
        Ok(payment) => payment,
        Err(why) => return ui.pay_again(&order, why).await,
    };
    let seen = Seen { basket: form.basket, due: Some(form.due) };
    let paid = match payment {
        Meant::Payment(payment) => ui.agent.pay(n, seen, payment).await,
        Meant::GiftCard(card, amount) => ui.agent.pay_by_gift_card(n, seen, card, Some(amount)).await,
    };
    match paid {
        Ok(Paid::Closed(receipt)) => {
            Ok(Redirect::to(&format!("/till/{n}/t4?sale={}", receipt.sale.id)).into_response())
        }
        Ok(Paid::Partly) => Ok(Redirect::to(&format!("/till/{n}/pay")).into_response()),
        Err(AgentError::BasketChanged) => ui.pay_again(&order, w.t("error-changed")).await,
        Err(AgentError::Redeem { code, .. })
            if code == REPORTED || WhyNoGift::LIMIT_CODES.contains(&code) =>
        {
            ui.pay_again(&order, w.t(code)).await
        }
        // Taken before, and spent at another till meanwhile: this payment has to be given back first.
        Err(AgentError::Redeem { most, .. }) => {
            ui.pay_again(&order, w.with("error-points-spent", "n", w.points(&most))).await
        }
        Err(AgentError::GiftCard(why)) => ui.pay_again(&order, w.t(why.text())).await,
        Err(AgentError::Unreceipted(why)) => ui.pay_again(&order, super::refund::refused(&w, why)).await,
        Err(AgentError::ReturnedMeanwhile) => ui.pay_again(&order, w.t("error-returned-meanwhile")).await,
        Err(AgentError::CouponUsed) => ui.pay_again(&order, w.t("error-coupon-used")).await,
        // The sale page says what is missing: lines, or a decision about a code.
        Err(AgentError::Pay(PayError::Empty | PayError::UnknownCodes)) => {
            Ok(Redirect::to(&format!("/till/{n}")).into_response())
        }
        Err(AgentError::Pay(error)) => match refused(&error, &w) {
            Some(why) => ui.pay_again(&order, why).await,
            None => Err(AgentError::Pay(error).into()),
        },
        Err(other) => Err(other.into()),
    }
}

fn refused(error: &PayError, w: &Words) -> Option<String> {
    match error {
        PayError::TooLittle { missing } => Some(w.with("error-too-little", "amount", w.money(missing))),
        PayError::TooMuch { most } => Some(w.with("error-too-much", "amount", w.money(most))),
        PayError::Overpaid { amount } => Some(w.with("error-overpaid", "amount", w.money(amount))),
        PayError::Credit { amount } => Some(w.with("error-credit", "amount", w.money(amount))),
        PayError::Empty | PayError::UnknownCodes | PayError::Sale(_) | PayError::Amount(_) => None,
    }
}

impl Ui {
    /// The payment that the form means, or what is wrong with it.
    async fn read_payment(
        &self,
        n: i64,
        form: &PayForm,
        w: &Words,
    ) -> Result<Result<Meant, String>, Refusal> {
        let amount = if form.tendered == "exact" {
            let totals = self.agent.till(n).await?.totals;
            // The sum that was shown is checked with the basket; here only the coins are chosen.
            Some(if form.kind == Kind::Cash && totals.due == form.due { totals.cash_due } else { form.due })
        } else {
            kit::format::read_money(w.locale, &form.tendered)
                .filter(|amount| amount.0.signum() * form.due.0.signum() >= 0)
                .filter(|amount| form.due.is_negative() || *amount <= most_tendered(form.due, &w.currency))
        };
        let Some(amount) = amount else {
            return Ok(Err(w.with("error-amount", "example", w.amount(&form.due))));
        };
        if form.kind == Kind::GiftCard && self.agent.keeps_gift_cards() {
            return self.read_gift_card(n, form, amount, w).await;
        }
        // A gift card pays what the hub holds of it and nothing else, and its number is kept nowhere.
        if self.agent.gift_card_of(&form.reference).is_ok() {
            let is_ours = self.agent.keeps_gift_cards();
            let why = if is_ours { "error-reference-gift-card" } else { NoGiftCard::Elsewhere.text() };
            return Ok(Err(w.t(why)));
        }
        let reference = form.reference.trim();
        let reference = match (reference.is_empty(), reference.parse::<TenderReference>()) {
            (true, _) if form.kind == Kind::GiftCard => return Ok(Err(w.t("error-gift-card-number"))),
            (true, _) => None,
            (false, Ok(reference)) => Some(reference),
            (false, Err(CodeError::PaymentCard)) => return Ok(Err(w.t("error-reference-card"))),
            (false, Err(_)) => return Ok(Err(w.t("error-reference"))),
        };
        let tender = Tender { reference, ..Tender::new(form.kind.tender(), amount) };
        Ok(Ok(Meant::Payment(Payment { tender, is_part: form.part.is_some() })))
    }

    /// A card whose balance the hub keeps: it pays, or money goes back onto it. Credit goes back before the rest.
    async fn read_gift_card(
        &self,
        n: i64,
        form: &PayForm,
        amount: Money,
        w: &Words,
    ) -> Result<Result<Meant, String>, Refusal> {
        let is_shown = |card: &GiftCard| form.in_hand.as_ref().is_some_and(|shown| *shown == card.shown());
        let in_hand = self.agent.gift_in_hand(n)?.filter(|hand| is_shown(&hand.card));
        let card = match in_hand {
            Some(hand) => Ok(hand.card),
            None => self.agent.gift_card_of(&form.reference),
        };
        let card = match card {
            Ok(card) => card,
            Err(why) => return Ok(Err(w.t(why.text()))),
        };
        if !form.due.is_negative() {
            return Ok(Ok(Meant::GiftCard(card, amount)));
        }
        let credit = self.agent.till(n).await?.totals.credit;
        let is_credit = form.tendered == "exact" && !credit.is_zero();
        let amount = if is_credit { Money(credit.0.saturating_neg()) } else { amount };
        let of_card = Box::new(GiftPayment { card, hold: None, left: None });
        let tender = Tender { gift_card: Some(of_card), ..Tender::new(TenderKind::GiftCard, amount) };
        Ok(Ok(Meant::Payment(Payment { tender, is_part: false })))
    }

    async fn pay_again(&self, order: &Order<PayForm>, error: String) -> Result<Response, Refusal> {
        let form = &order.fields;
        let typed = Some(&form.tendered).filter(|t| *t != "exact").cloned().unwrap_or_default();
        // Neither a payment card's number that was typed by mistake nor a gift card's is shown again.
        let is_secret = form.kind == Kind::GiftCard && self.agent.keeps_gift_cards()
            || self.agent.gift_card_of(&form.reference).is_ok();
        let reference = form.reference.trim();
        let reference = reference.parse::<TenderReference>().ok().filter(|_| !is_secret);
        let reference = reference.map(String::from).unwrap_or_default();
        let panel = PayPanel { kind: form.kind, typed, reference, error: Some(error) };
        let page = self.page(order.n, order.prefs, Mode::Pay(panel)).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }
}

#[derive(Debug, Deserialize)]
pub struct GiveBackForm {
    basket: SaleId,
    /// What was still due on the page that shows the payment, in minor units: pressed twice, it is not the
    /// next payment that goes.
    due: Money,
    tender: usize,
}

/// Gives back a payment of a sale that is not closed yet.
pub async fn give_back(State(ui): State<Ui>, order: Order<GiveBackForm>) -> Result<Response, Refusal> {
    let GiveBackForm { basket, due, tender } = order.fields;
    match ui.agent.give_back(order.n, Seen { basket, due: Some(due) }, tender).await {
        // Given back already, or the basket is another: the page shows what is left.
        Ok(()) | Err(AgentError::BasketChanged) => {}
        Err(other) => return Err(other.into()),
    }
    Ok(Redirect::to(&format!("/till/{}/pay", order.n)).into_response())
}
