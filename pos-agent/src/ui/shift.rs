//! T9: the till's own page. Opening and closing a shift, cash in and out, X and Z reports, training, leaving.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::Money;
use domain::cashier::Right;
use domain::ids::{EventId, ShiftId};
use domain::shift::{CashDirection, DrawerPurpose, ShiftClosed};
use kit::format;
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::login::{Clearance, Frame};
use super::orders::Nothing;
use super::problem::Refusal;
use super::receipts::Columns;
use super::words::{Preferences, Words};
use crate::error::AgentError;
use crate::receipt::report::{Place, x_report, z_report};
use crate::receipt::{NARROW, Part, WIDE, plain_parts};
use crate::shifts::{CashMove, OpenShift};

/// The parts of a report, under the name that the paper's template knows.
#[derive(Debug)]
pub struct Paper {
    pub parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "till/shift.html")]
struct ShiftPage {
    f: Frame,
    shift: Option<OpenShift>,
    slip: Paper,
    closed: Vec<ShiftClosed>,
    /// For the next cash movement, and the next opening of the drawer.
    movement: EventId,
    opening: EventId,
    prints: bool,
    has_drawer: bool,
    denominations: Vec<Money>,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "till/report.html")]
struct ReportPage {
    f: Frame,
    title: String,
    slip: Paper,
    /// The order that puts it on paper, where there is a printer.
    print: Option<String>,
}

impl Ui {
    async fn shift_page(
        &self,
        n: i64,
        prefs: Preferences,
        error: Option<String>,
    ) -> Result<Response, Refusal> {
        let f = self.frame(n, prefs)?;
        let shift = self.agent.open_shift(n).await?;
        let chain = self.agent.chain();
        let place = Place { chain: &chain, till: &f.till };
        let parts = shift.as_ref().map(|shift| x_report(shift, place, &f.w)).unwrap_or_default();
        let page = ShiftPage {
            closed: self.agent.closed_shifts(n).await?,
            movement: self.agent.clock().event_id(),
            opening: self.agent.clock().event_id(),
            prints: self.agent.printing().printer_of(n).is_some(),
            has_drawer: self.agent.has_drawer(n),
            denominations: f.w.currency.round_steps().iter().rev().map(|step| Money(*step)).collect(),
            slip: Paper { parts },
            shift,
            error,
            f,
        };
        Ok(Html(page.render()?).into_response())
    }

    /// The page again, with what was wrong.
    async fn shift_again<T>(&self, order: &Order<T>, key: &str) -> Result<Response, Refusal> {
        let error = self.frame(order.n, order.prefs)?.w.t(key);
        let page = self.shift_page(order.n, order.prefs, Some(error)).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }

    /// Mistakes that the page can say; the rest is a problem.
    async fn shift_refused<T>(&self, order: &Order<T>, error: AgentError) -> Result<Response, Refusal> {
        let key = match error {
            AgentError::ShiftOpen => "shift-error-open",
            AgentError::ShiftNeeded | AgentError::NoSuchShift => "shift-error-none",
            AgentError::BasketOpen => "shift-error-basket",
            AgentError::BadCashMove => "shift-error-move",
            other => return Err(other.into()),
        };
        self.shift_again(order, key).await
    }
}

fn back(n: i64) -> Response {
    Redirect::to(&format!("/till/{n}/shift")).into_response()
}

fn read_amount(w: &Words, text: &str) -> Option<Money> {
    format::read_money(w.locale, text).filter(|money| !money.is_negative())
}

pub async fn show(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    ui.shift_page(n, prefs, None).await
}

#[derive(Debug, Clone, Deserialize)]
pub struct OpenForm {
    float: String,
}

pub async fn begin(State(ui): State<Ui>, order: Order<OpenForm>) -> Result<Response, Refusal> {
    let fields = vec![("float".to_owned(), order.fields.float.clone())];
    if let Clearance::Ask(page) = ui.clear(&order, Right::OpenShift, "shift/open", fields).await? {
        return Ok(page);
    }
    let Some(float) = read_amount(&ui.frame(order.n, order.prefs)?.w, &order.fields.float) else {
        return ui.shift_again(&order, "shift-error-amount").await;
    };
    match ui.agent.begin_shift(order.n, float).await {
        Ok(_) => Ok(back(order.n)),
        Err(error) => ui.shift_refused(&order, error).await,
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct MoveForm {
    id: EventId,
    direction: CashDirection,
    amount: String,
    reason: String,
}

pub async fn move_cash(State(ui): State<Ui>, order: Order<MoveForm>) -> Result<Response, Refusal> {
    let MoveForm { id, direction, amount, reason } = order.fields.clone();
    let Some(money) = read_amount(&ui.frame(order.n, order.prefs)?.w, &amount) else {
        return ui.shift_again(&order, "shift-error-amount").await;
    };
    let name = match direction {
        CashDirection::In => "in",
        CashDirection::Out => "out",
    };
    let fields = [
        ("id", id.to_string()),
        ("direction", name.to_owned()),
        ("amount", amount),
        ("reason", reason.clone()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let approval = match ui.clear(&order, Right::Drawer, "shift/move", fields).await? {
        Clearance::Go(approval) => approval,
        Clearance::Ask(page) => return Ok(page),
    };
    let approved_by = approval.map(|approval| approval.by);
    match ui.agent.move_cash(order.n, CashMove { id, direction, amount: money, reason, approved_by }).await {
        Ok(()) => Ok(back(order.n)),
        Err(error) => ui.shift_refused(&order, error).await,
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct DrawerForm {
    id: EventId,
    purpose: DrawerPurpose,
}

pub async fn open_drawer(State(ui): State<Ui>, order: Order<DrawerForm>) -> Result<Response, Refusal> {
    let DrawerForm { id, purpose } = order.fields;
    let right = match purpose {
        DrawerPurpose::Change => Right::Drawer,
        DrawerPurpose::Count if ui.agent.open_shift(order.n).await?.is_some() => Right::CloseShift,
        DrawerPurpose::Count => Right::OpenShift,
    };
    let fields = vec![("id".to_owned(), id.to_string()), ("purpose".to_owned(), purpose.code().to_owned())];
    let approval = match ui.clear(&order, right, "drawer", fields).await? {
        Clearance::Go(approval) => approval,
        Clearance::Ask(page) => return Ok(page),
    };
    match ui.agent.open_drawer(order.n, id, purpose, approval.map(|approval| approval.by)).await {
        Ok(()) => Ok(back(order.n)),
        Err(error) => ui.shift_refused(&order, error).await,
    }
}

/// The cash as one sum, or by how many of each coin and note: `n_5000=3` in minor units.
fn counted(w: &Words, fields: &[(String, String)]) -> Option<Money> {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let total = field("total");
    if !total.is_empty() {
        return read_amount(w, total);
    }
    let mut sum = Money::ZERO;
    let mut any = false;
    for (key, value) in fields {
        let Some(worth) = key.strip_prefix("n_") else { continue };
        if value.trim().is_empty() {
            continue;
        }
        let (worth, many) = (worth.parse::<i64>().ok()?, value.trim().parse::<u32>().ok()?);
        sum = sum.plus(Money(worth.checked_mul(i64::from(many))?)).ok()?;
        any = true;
    }
    any.then_some(sum)
}

pub async fn close(State(ui): State<Ui>, order: Order<Vec<(String, String)>>) -> Result<Response, Refusal> {
    let fields: Vec<(String, String)> = order.fields.clone();
    let fields: Vec<_> = fields
        .into_iter()
        .filter(|(key, _)| !matches!(key.as_str(), "token" | "approval" | "order"))
        .collect();
    let Some(counted) = counted(&ui.frame(order.n, order.prefs)?.w, &fields) else {
        return ui.shift_again(&order, "shift-error-amount").await;
    };
    let shift = fields.iter().find(|(key, _)| key == "shift").and_then(|(_, id)| id.parse::<ShiftId>().ok());
    let Some(shift) = shift else { return Err(Refusal::Form) };
    if let Clearance::Ask(page) = ui.clear(&order, Right::CloseShift, "shift/close", fields).await? {
        return Ok(page);
    }
    match ui.agent.close_shift(order.n, shift, counted).await {
        Ok(z) => Ok(Redirect::to(&format!("/till/{}/shift/z/{}", order.n, z.number)).into_response()),
        Err(error) => ui.shift_refused(&order, error).await,
    }
}

#[derive(Debug, Deserialize)]
pub struct TrainingForm {
    on: u8,
}

pub async fn training(State(ui): State<Ui>, order: Order<TrainingForm>) -> Result<Response, Refusal> {
    let on = order.fields.on == 1;
    let fields = vec![("on".to_owned(), order.fields.on.to_string())];
    if let Clearance::Ask(page) = ui.clear(&order, Right::Training, "training", fields).await? {
        return Ok(page);
    }
    match ui.agent.set_training(order.n, on).await {
        Ok(()) => Ok(back(order.n)),
        Err(error) => ui.shift_refused(&order, error).await,
    }
}

impl Ui {
    async fn report(&self, n: i64, number: Option<i64>, prefs: Preferences) -> Result<ReportPage, Refusal> {
        let f = self.frame(n, prefs)?;
        let chain = self.agent.chain();
        let place = Place { chain: &chain, till: &f.till };
        let (title, parts, order) = match number {
            Some(number) => {
                let z = self.agent.closed_shift(n, number).await?;
                let title = f.w.with("z-report", "number", number.to_string());
                (title, z_report(&z, place, &f.w, false), format!("shift/z/{number}/print"))
            }
            None => {
                let x = self.agent.open_shift(n).await?.ok_or(AgentError::NoSuchShift)?;
                (f.w.t("x-report"), x_report(&x, place, &f.w), "shift/x/print".to_owned())
            }
        };
        let print = self.agent.printing().printer_of(n).map(|_| order);
        Ok(ReportPage { f, title, slip: Paper { parts }, print })
    }
}

fn text(page: &ReportPage, query: &Columns) -> Response {
    let columns = query.columns.unwrap_or(WIDE).clamp(NARROW, WIDE);
    let text = plain_parts(&page.slip.parts, columns);
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

pub async fn x(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    Ok(Html(ui.report(n, None, prefs).await?.render()?).into_response())
}

pub async fn x_text(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(query): Query<Columns>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    Ok(text(&ui.report(n, None, prefs).await?, &query))
}

pub async fn z(
    State(ui): State<Ui>,
    Path((n, number)): Path<(i64, i64)>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    Ok(Html(ui.report(n, Some(number), prefs).await?.render()?).into_response())
}

pub async fn z_text(
    State(ui): State<Ui>,
    Path((n, number)): Path<(i64, i64)>,
    Query(query): Query<Columns>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    Ok(text(&ui.report(n, Some(number), prefs).await?, &query))
}

pub async fn print_x(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Response, Refusal> {
    ui.agent.print_x(order.n).await?;
    Ok(back(order.n))
}

pub async fn print_z(
    State(ui): State<Ui>,
    Path((n, number)): Path<(i64, i64)>,
    _order: Order<Nothing>,
) -> Result<Redirect, Refusal> {
    ui.agent.print_z(n, number).await?;
    Ok(Redirect::to(&format!("/till/{n}/shift/z/{number}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::ChainView;

    #[test]
    fn cash_is_counted_as_a_sum_or_piece_by_piece() {
        let chain = ChainView { name: String::new(), currency: "COP".to_owned(), locale: "es-CO".to_owned() };
        let w = Words::new(&chain, chrono_tz::America::Bogota, None);
        let cases: [(&[(&str, &str)], Option<i64>); 8] = [
            (&[("total", "52.300")], Some(5_230_000)),
            (&[("total", "0")], Some(0)),
            (&[("total", ""), ("n_5000000", "2"), ("n_100000", " 3 ")], Some(10_300_000)),
            (&[("total", ""), ("n_5000000", "")], None),
            (&[], None),
            (&[("total", "-5")], None),
            (&[("n_5000000", "x")], None),
            (&[("n_x", "1")], None),
        ];
        for (fields, wanted) in cases {
            let fields: Vec<_> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            assert_eq!(counted(&w, &fields).map(|money| money.0), wanted, "{fields:?}");
        }
    }
}
