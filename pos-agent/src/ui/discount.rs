//! Discounts off a line or the ticket, and prices that somebody keys.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Money;
use domain::cashier::{Permission, Right};
use domain::pricing::WHOLE;
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::login::Clearance;
use super::problem::Refusal;
use super::screen::Mode;
use super::words::{Preferences, Words};
use crate::checkout::basket::Cut;
use crate::till::Target;

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
    let target = form.target.parse().map_or(Target::Ticket, |line| Target::Line(Some(line)));
    if let Some(cut) = cut
        && let Some(page) = ui.may_discount(&order, target, cut, "discount", form.fields()).await?
    {
        return Ok(page);
    }
    match target {
        Target::Line(line) => ui.agent.discount_line(order.at(), line, cut).await?,
        Target::Ticket => ui.agent.discount_ticket(order.at(), cut).await?,
    };
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}

impl DiscountForm {
    fn fields(&self) -> Vec<(String, String)> {
        let unit = match self.unit {
            Unit::Percent => "percent",
            Unit::Amount => "amount",
            Unit::None => "none",
        };
        let fields = [("target", self.target.as_str()), ("unit", unit), ("value", &self.value)];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }
}

impl Ui {
    /// Notes who agreed to a discount; answers the page that asks where somebody has to.
    pub(super) async fn may_discount<T>(
        &self,
        order: &Order<T>,
        target: Target,
        cut: Cut,
        action: &str,
        fields: Vec<(String, String)>,
    ) -> Result<Option<Response>, Refusal> {
        let permission = self.agent.discount_permission(order.n, target, cut).await?;
        self.may(order, permission, action, fields).await
    }

    /// The same for any permission.
    pub(super) async fn may<T>(
        &self,
        order: &Order<T>,
        permission: impl Into<Permission>,
        action: &str,
        fields: Vec<(String, String)>,
    ) -> Result<Option<Response>, Refusal> {
        match self.clear(order, permission, action, fields).await? {
            Clearance::Ask(page) => Ok(Some(page)),
            Clearance::Go(None) => Ok(None),
            Clearance::Go(Some(approval)) => {
                self.agent.note_approval(order.at(), approval.by).await?;
                Ok(None)
            }
        }
    }
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
    let fields = vec![("line".to_owned(), line.to_string()), ("price".to_owned(), typed.to_owned())];
    if price.is_some()
        && let Some(page) = ui.may(&order, Right::PriceOverride, "line/price", fields).await?
    {
        return Ok(page);
    }
    ui.agent.set_price(order.at(), *line, price).await?;
    Ok(Redirect::to(&format!("/till/{}", order.n)).into_response())
}
