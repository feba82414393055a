//! Discounts off a line or the ticket, and prices that somebody keys.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Money;
use domain::pricing::WHOLE;
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::problem::Refusal;
use super::screen::Mode;
use super::words::{Preferences, Words};
use crate::checkout::basket::Cut;

pub async fn page(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    ui.page(n, prefs, Mode::Discount(None)).await
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Percent,
    Amount,
    /// Takes the discount back.
    None,
}

#[derive(Debug, Deserialize)]
pub struct DiscountForm {
    /// A line's number, or `ticket`.
    target: String,
    unit: Unit,
    #[serde(default)]
    value: String,
}

pub async fn give(State(ui): State<Ui>, order: Order<DiscountForm>) -> Result<Response, Refusal> {
    let form = &order.fields;
    let w = ui.words(order.n, order.prefs)?;
    let cut = match form.unit {
        Unit::None => None,
        Unit::Percent | Unit::Amount => match read_cut(&w, form) {
            Some(cut) => Some(cut),
            None => {
                let page = ui.page(order.n, order.prefs, Mode::Discount(Some(w.t("error-discount")))).await?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        },
    };
    match form.target.parse::<u32>() {
        Ok(line) => ui.agent.discount_line(order.at(), Some(line), cut).await?,
        Err(_) => ui.agent.discount_ticket(order.at(), cut).await?,
    };
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}

fn read_cut(w: &Words, form: &DiscountForm) -> Option<Cut> {
    let value = kit::format::read_money(w.locale, form.value.trim_end_matches('%'))?;
    let cut = match form.unit {
        Unit::Percent => Cut::Percent(value.0),
        Unit::Amount => Cut::Amount(value),
        Unit::None => return None,
    };
    let fits = match cut {
        Cut::Percent(percent) => (1..=WHOLE).contains(&percent),
        Cut::Amount(amount) => amount > Money::ZERO,
    };
    fits.then_some(cut)
}

#[derive(Debug, Deserialize)]
pub struct PriceForm {
    line: u32,
    /// As typed; empty puts the catalogue's price back.
    price: String,
}

pub async fn price(State(ui): State<Ui>, order: Order<PriceForm>) -> Result<Response, Refusal> {
    let PriceForm { line, price } = &order.fields;
    let w = ui.words(order.n, order.prefs)?;
    let typed = price.trim();
    let price = if typed.is_empty() { None } else { kit::format::read_money(w.locale, typed) };
    if price.is_none() && !typed.is_empty() {
        let page = ui.page(order.n, order.prefs, Mode::Discount(Some(w.t("error-price")))).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    ui.agent.set_price(order.at(), *line, price).await?;
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}
