//! T7: baskets put aside, by this agent and by the others of the store.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::{HoldId, SaleId};
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::orders::go;
use super::problem::Refusal;
use super::screen::Mode;
use super::view::HeldView;
use super::words::Preferences;
use crate::error::AgentError;
use crate::till::{HeldList, Recall};

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct HeldPanel {
    pub list: HeldList,
    /// The hub cannot say whether another till has this one: somebody decides.
    pub unsure: Option<HeldView>,
}

impl HeldPanel {
    /// With the basket that somebody is to decide about, as long as it waits.
    pub fn of(list: HeldList, unsure: Option<SaleId>) -> Self {
        let is_it = |view: &&HeldView| unsure.is_some() && view.sale == unsure;
        let unsure = list.baskets.iter().find(is_it).cloned();
        Self { list, unsure }
    }
}

#[derive(Debug, Deserialize)]
pub struct HeldQuery {
    unsure: Option<SaleId>,
}

pub async fn page(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(query): Query<HeldQuery>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    ui.agent.set_unsure(n, query.unsure)?;
    let panel = HeldPanel::of(ui.agent.held_in_store(n).await?, query.unsure);
    ui.page(n, prefs, Mode::Held(panel)).await
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

/// One of them.
#[derive(Debug, Deserialize)]
pub struct RecallForm {
    /// Of this agent.
    basket: Option<SaleId>,
    /// Of another agent.
    hold: Option<HoldId>,
    /// Somebody saw its customer.
    #[serde(default)]
    is_here: bool,
}

pub async fn recall(State(ui): State<Ui>, order: Order<RecallForm>) -> Result<Response, Refusal> {
    let (n, form) = (order.n, &order.fields);
    let recall = match (form.basket, form.hold) {
        (Some(basket), _) => ui.agent.recall(n, basket, form.is_here).await?,
        (None, Some(hold)) => ui.agent.take_up(n, hold).await?,
        (None, None) => return Err(Refusal::Form),
    };
    let path = match (recall, form.basket) {
        (Recall::Done(_), _) => format!("/till/{n}"),
        (Recall::Unsure, Some(basket)) => format!("/till/{n}/held?unsure={basket}"),
        (Recall::Unsure | Recall::Refused(_), _) => format!("/till/{n}/held"),
    };
    Ok(if order.live.is_some() { go(&path) } else { Redirect::to(&path).into_response() })
}
