//! T7: baskets put aside.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::SaleId;
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::problem::Refusal;
use super::screen::Mode;
use super::words::Preferences;
use crate::error::AgentError;

pub async fn page(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    ui.page(n, prefs, Mode::Held(ui.agent.held(n).await?)).await
}

#[derive(Debug, Deserialize)]
pub struct BasketForm {
    basket: SaleId,
}

/// Puts the basket aside. One that was closed or put aside meanwhile is not on the screen any more.
pub async fn hold(State(ui): State<Ui>, order: Order<BasketForm>) -> Result<Response, Refusal> {
    match ui.agent.hold(order.n, order.fields.basket).await {
        Ok(_) | Err(AgentError::BasketChanged) => ui.answer(&order).await,
        Err(other) => Err(other.into()),
    }
}

pub async fn recall(State(ui): State<Ui>, order: Order<BasketForm>) -> Result<Response, Refusal> {
    ui.agent.recall(order.n, order.fields.basket).await?;
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}
