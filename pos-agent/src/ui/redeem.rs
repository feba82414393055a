//! T5: points pay a part of the sale, or all of it.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::codes::Sku;
use domain::ids::SaleId;
use domain::points::WhyNoGift;
use domain::{Money, Points};
use serde::{Deserialize, Serialize};

use super::Ui;
use super::guard::Order;
use super::problem::Refusal;
use super::screen::Mode;
use super::view::{GiftView, RedeemView};
use super::words::{Preferences, Words};
use crate::error::AgentError;
use crate::till::{BY_CONTACT, Paid, Payment, REPLACED, REPORTED, Seen};

/// What the page shows; without a member's card there is nothing to spend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedeemPanel {
    pub points: Option<RedeemView>,
    pub gifts: Vec<GiftView>,
    pub typed: String,
    pub error: Option<String>,
}

pub async fn page(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    let panel = ui.redeem_panel(n).await?;
    ui.page(n, prefs, Mode::Redeem(Box::new(panel))).await
}

#[derive(Debug, Deserialize)]
pub struct RedeemForm {
    basket: SaleId,
    due: Money,
    /// Points as typed, or `most`.
    points: String,
}

#[derive(Debug, Deserialize)]
pub struct WorthQuery {
    points: String,
}

/// What the figure on the page comes to, while it is typed.
#[derive(Debug, Serialize)]
pub struct Worth {
    /// In hundredths, for the slider; none where no figure is read.
    points: Option<Points>,
    /// The money, or why not.
    text: String,
}

/// Nothing is taken.
pub async fn worth(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(query): Query<WorthQuery>,
    prefs: Preferences,
) -> Result<Json<Worth>, Refusal> {
    let w = ui.words(n, prefs)?;
    let Some(points) = typed_points(&w, &query.points) else {
        return Ok(Json(Worth { points: None, text: w.t("error-points") }));
    };
    let text = match ui.agent.points_pay(n, points).await {
        Ok(money) => format!("= {}", w.money(&money)),
        Err(AgentError::Redeem { code: code @ (BY_CONTACT | REPLACED | REPORTED), .. }) => w.t(code),
        Err(AgentError::Redeem { most, .. }) => w.with("error-points-most", "n", w.points(&most)),
        Err(other) => return Err(other.into()),
    };
    Ok(Json(Worth { points: Some(points), text }))
}

fn typed_points(w: &Words, typed: &str) -> Option<Points> {
    let figure = kit::format::read_money(w.locale, typed)?;
    Some(Points(figure.0)).filter(|points| *points > Points::ZERO)
}

/// Takes points. The rest is paid as any sale; when they pay all of it, the sale is closed.
pub async fn redeem(State(ui): State<Ui>, order: Order<RedeemForm>) -> Result<Response, Refusal> {
    let (n, form) = (order.n, &order.fields);
    let w = ui.words(n, order.prefs)?;
    let shown = ui.agent.redeemable(n).await?;
    let points = match form.points.as_str() {
        "most" => shown.as_ref().map(|shown| shown.max_points).filter(|most| *most > Points::ZERO),
        typed => typed_points(&w, typed),
    };
    let again = |error: String| ui.redeem_again(n, order.prefs, form.points.clone(), error);
    let Some(points) = points else {
        return again(w.t("error-points")).await;
    };
    let seen = Seen { basket: form.basket, due: Some(form.due) };
    match ui.agent.pay(n, seen, Payment::points(points)).await {
        Ok(Paid::Closed(receipt)) => {
            Ok(Redirect::to(&format!("/till/{n}/t4?sale={}", receipt.sale.id)).into_response())
        }
        Ok(Paid::Partly) => Ok(Redirect::to(&format!("/till/{n}/pay")).into_response()),
        Err(AgentError::Redeem { code: code @ (BY_CONTACT | REPLACED | REPORTED), .. }) => {
            again(w.t(code)).await
        }
        Err(AgentError::Redeem { code, .. }) if WhyNoGift::LIMIT_CODES.contains(&code) => {
            again(w.t(code)).await
        }
        Err(AgentError::Redeem { most, .. }) => {
            again(w.with("error-points-most", "n", w.points(&most))).await
        }
        Err(AgentError::BasketChanged) => again(w.t("error-changed")).await,
        Err(other) => Err(other.into()),
    }
}

#[derive(Debug, Deserialize)]
pub struct GiftForm {
    sku: Sku,
}

/// Puts a gift on the ticket.
pub async fn gift(State(ui): State<Ui>, order: Order<GiftForm>) -> Result<Response, Refusal> {
    let w = ui.words(order.n, order.prefs)?;
    let again = |error: String| ui.redeem_again(order.n, order.prefs, String::new(), error);
    match ui.agent.take_gift(order.at(), &order.fields.sku).await {
        Ok(_) => Ok(Redirect::to(&format!("/till/{}", order.n)).into_response()),
        Err(AgentError::Redeem { code, .. }) => again(w.t(code)).await,
        Err(other) => Err(other.into()),
    }
}

impl Ui {
    async fn redeem_panel(&self, n: i64) -> Result<RedeemPanel, Refusal> {
        let (points, gifts) = (self.agent.redeemable(n).await?, self.agent.gifts(n).await?);
        Ok(RedeemPanel { points, gifts, ..RedeemPanel::default() })
    }

    async fn redeem_again(
        &self,
        n: i64,
        prefs: Preferences,
        typed: String,
        error: String,
    ) -> Result<Response, Refusal> {
        let panel = RedeemPanel { typed, error: Some(error), ..self.redeem_panel(n).await? };
        let page = self.page(n, prefs, Mode::Redeem(Box::new(panel))).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }
}
