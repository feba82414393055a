//! A gift card that is sold: which card it is, and what is to be on it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Money;
use domain::gift_card::GiftCard;
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::problem::Refusal;
use super::screen::Mode;
use super::view::NoticeKind;
use super::words::{Preferences, Words};
use crate::checkout::basket::PendingGift;
use crate::error::AgentError;

/// What waits, what was typed for it, and what is wrong with that.
#[derive(Debug, Clone, Default)]
pub struct GiftCardPanel {
    pub number: u32,
    pub article: String,
    /// The last four digits of a card that was read already.
    pub card: Option<String>,
    /// What the catalogue says is on it.
    pub fixed: Option<Money>,
    pub amount: String,
    pub most: Money,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct GiftCardForm {
    number: u32,
    #[serde(default)]
    amount: String,
    /// Empty where the card was read already.
    #[serde(default)]
    card: String,
}

pub async fn page(
    State(ui): State<Ui>,
    Path((n, number)): Path<(i64, u32)>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    match ui.gift_panel(n, number, "", None).await? {
        Some(panel) => ui.page(n, prefs, Mode::GiftCard(Box::new(panel))).await,
        // Sold or given up meanwhile.
        None => Ok(Redirect::to(&format!("/till/{n}")).into_response()),
    }
}

/// Puts it into the sale. What was typed for the card is not shown again.
pub async fn sell(State(ui): State<Ui>, order: Order<GiftCardForm>) -> Result<Response, Refusal> {
    let n = order.n;
    let w = ui.words(n, order.prefs)?;
    let base = format!("/till/{n}");
    let GiftCardForm { number, amount, card } = &order.fields;
    let Some(waits) = ui.agent.waiting(n, *number).await?.and_then(|waits| waits.gift) else {
        return Ok(Redirect::to(&base).into_response());
    };
    let why = match ui.read_gift(&w, &waits, amount, card) {
        Ok((card, amount)) => {
            match ui.agent.sell_gift_card(order.at(), *number, card, amount).await.map(|said| said.kind) {
                Ok(NoticeKind::ProductAdded | NoticeKind::NothingToChange) => {
                    return Ok(Redirect::to(&base).into_response());
                }
                Ok(NoticeKind::GiftCard(notice)) => w.with(notice.key(), "about", ""),
                Ok(_) => w.with("error-open-price", "most", w.money(&ui.agent.open_price_most())),
                Err(AgentError::GiftCard(why)) => w.t(why.text()),
                Err(other) => return Err(other.into()),
            }
        }
        Err(why) => why,
    };
    let Some(panel) = ui.gift_panel(n, *number, amount, Some(why)).await? else {
        return Ok(Redirect::to(&base).into_response());
    };
    let page = ui.page(n, order.prefs, Mode::GiftCard(Box::new(panel))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

impl Ui {
    fn read_gift(
        &self,
        w: &Words,
        waits: &PendingGift,
        amount: &str,
        card: &str,
    ) -> Result<(GiftCard, Money), String> {
        let typed = || self.agent.gift_card_of(card).map_err(|why| w.t(why.text()));
        let card = waits.card.clone().map_or_else(typed, Ok)?;
        let most = self.agent.open_price_most();
        let amount = waits.fixed.or_else(|| kit::format::read_money(w.locale, amount.trim()));
        let amount = amount.filter(|amount| Money::ZERO < *amount && *amount <= most);
        Ok((card, amount.ok_or_else(|| w.with("error-open-price", "most", w.money(&most)))?))
    }

    async fn gift_panel(
        &self,
        n: i64,
        number: u32,
        amount: &str,
        error: Option<String>,
    ) -> Result<Option<GiftCardPanel>, Refusal> {
        let Some(waits) = self.agent.waiting(n, number).await? else { return Ok(None) };
        let Some((article, gift)) = waits.article.zip(waits.gift) else { return Ok(None) };
        Ok(Some(GiftCardPanel {
            number,
            article: article.name,
            card: gift.card.map(|card| card.shown()),
            fixed: gift.fixed,
            amount: amount.to_owned(),
            most: self.agent.open_price_most(),
            error,
        }))
    }
}
