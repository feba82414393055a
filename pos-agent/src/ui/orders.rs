//! What is done: every form of the till's pages. Each is a plain POST that ends in a redirect; the script
//! sends the same forms and gets the changed parts instead.

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::ids::SaleId;
use domain::open_page::OpenPage;
use domain::scan::{Origin, Scan};
use domain::sync::OfferResponse;
use domain::{CardNumber, Quantity};
use serde::Deserialize;

use super::Ui;
use super::guard::{CAPTURE_COOKIE, LANG_COOKIE, NUMPAD_COOKIE, Order, THEME_COOKIE, VOLUME_COOKIE};
use super::pages::{Step, gives_way};
use super::problem::Refusal;
use crate::checkout::{self, complete::PayError};
use crate::error::AgentError;
use crate::till::{Meant, Target};

/// Where the script must go instead of swapping parts.
const GO: HeaderName = HeaderName::from_static("yapa-go");

/// Seconds for which a choice is kept.
const YEAR: u32 = 31_536_000;

impl Ui {
    /// After an order: the changed parts for the script; for everybody else the sale page, or that of a receipt that
    /// was read.
    pub(super) async fn answer<T>(&self, order: &Order<T>) -> Result<Response, Refusal> {
        let Order { n, prefs, live, .. } = order;
        let receipt = self.agent.receipt_to_open(*n)?;
        let next = match &receipt {
            Some(sale) => format!("/till/{n}/refund/{sale}"),
            None => format!("/till/{n}"),
        };
        match live.as_deref() {
            None => Ok(Redirect::to(&next).into_response()),
            Some("status" | "find") => Ok(go(&next)),
            // The change stays on the screen while a receipt is read.
            Some("done") if receipt.is_none() => Ok(go(&next)),
            Some(mode) => {
                let step = self.fragment(*n, *prefs, mode).await?;
                if receipt.is_some() && !gives_way(mode) {
                    self.agent.leave_receipt(*n)?;
                }
                match step {
                    Step::Swap(html) => Ok(Html(html).into_response()),
                    Step::Go(path) => Ok(go(&path)),
                }
            }
        }
    }
}

pub(super) fn go(path: &str) -> Response {
    ([(GO, path.to_owned())], StatusCode::NO_CONTENT).into_response()
}

#[derive(Debug, Deserialize)]
pub struct Entry {
    #[serde(default)]
    text: String,
    /// Filled in by the script when keys came faster than fingers.
    #[serde(default)]
    scan: String,
}

pub async fn entry(State(ui): State<Ui>, order: Order<Entry>) -> Result<Response, Refusal> {
    let Order { n, fields: Entry { text, scan }, .. } = &order;
    let at = order.at();
    if let checkout::entry::Entry::Discount(cut) = checkout::entry::read(text) {
        // Also before a scan: what was typed is carried out all the same.
        let fields = [("text", text), ("scan", scan)].into_iter().filter(|(_, value)| !value.is_empty());
        let fields = fields.map(|(name, value)| (name.to_owned(), value.clone())).collect();
        if let Some(page) = ui.may_discount(&order, Target::Line(None), cut, "entry", fields).await? {
            return Ok(page);
        }
    }
    if !scan.is_empty() {
        if !text.is_empty() {
            ui.agent.enter(at.step_of_its_own(), text).await?;
        }
        ui.agent.scan(at, Scan::new(Origin::KeyboardWedge, None, scan.as_str())).await?;
        return ui.answer(&order).await;
    }
    if is_name(text) && !ui.agent.search(text).await?.is_empty() {
        let path = format!("/till/{n}/search?text={}", encoded(text.trim()));
        return Ok(if order.live.is_some() { go(&path) } else { Redirect::to(&path).into_response() });
    }
    let said = ui.agent.enter(at, text).await?;
    ui.answer_typed(&order, &said).await
}

/// Letters and no digit: the beginning of a name, not a code.
pub(super) fn is_name(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && !text.contains(|c: char| c.is_ascii_digit() || c == '*')
}

/// Percent-encodes all but letters and digits.
fn encoded(text: &str) -> String {
    let encode = |b: u8| match b {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[derive(Debug, Deserialize)]
pub struct LineNumber {
    line: u32,
}

pub async fn void(State(ui): State<Ui>, order: Order<LineNumber>) -> Result<Response, Refusal> {
    ui.agent.void_line(order.at(), order.fields.line).await?;
    ui.answer(&order).await
}

pub async fn restore(State(ui): State<Ui>, order: Order<LineNumber>) -> Result<Response, Refusal> {
    ui.agent.restore_line(order.at(), order.fields.line).await?;
    ui.answer(&order).await
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuantityStep {
    Less,
    More,
}

#[derive(Debug, Deserialize)]
pub struct LineQuantity {
    line: u32,
    step: QuantityStep,
}

/// One more or one less; less than something takes the line out.
pub async fn quantity(State(ui): State<Ui>, order: Order<LineQuantity>) -> Result<Response, Refusal> {
    let by = match order.fields.step {
        QuantityStep::More => Quantity::ONE,
        QuantityStep::Less => Quantity(-Quantity::ONE.0),
    };
    ui.agent.step_quantity(order.at(), order.fields.line, by).await?;
    ui.answer(&order).await
}

#[derive(Debug, Deserialize)]
pub struct Article {
    sku: String,
}

pub async fn add(State(ui): State<Ui>, order: Order<Article>) -> Result<Response, Refusal> {
    let said = ui.agent.add_product(order.at(), &order.fields.sku).await?;
    ui.answer_typed(&order, &said).await
}

#[derive(Debug, Deserialize)]
pub struct CardForm {
    card: String,
    /// Somebody looked at it: it is a card's number, whatever else it may be.
    #[serde(default)]
    as_number: String,
}

pub async fn card(State(ui): State<Ui>, order: Order<CardForm>) -> Result<Response, Refusal> {
    if order.fields.as_number.is_empty() {
        let typed = order.fields.card.trim();
        match ui.agent.meant(typed).await? {
            Meant::Contacts(contacts) => return ui.look_for(&order, contacts).await,
            Meant::Neither => return ui.no_contact(&order, typed).await,
            Meant::Card => {}
        }
    }
    // What cannot be a card number at all is a code like any other, and never an order.
    let is_page = OpenPage::read(order.fields.card.trim()).is_some();
    match order.fields.card.parse::<CardNumber>() {
        Ok(number) if !is_page => ui.agent.attach_card(order.at(), &number).await?,
        Ok(_) | Err(_) => {
            let code = Scan::new(Origin::Typed, None, order.fields.card.trim());
            ui.agent.scan(order.at(), code).await?
        }
    };
    ui.answer(&order).await
}

#[derive(Debug, Deserialize)]
pub struct Nothing {}

pub async fn remove_card(State(ui): State<Ui>, order: Order<Nothing>) -> Result<Response, Refusal> {
    ui.agent.remove_card(order.at()).await?;
    ui.answer(&order).await
}

#[derive(Debug, Deserialize)]
pub struct OfferForm {
    answer: OfferResponse,
}

pub async fn offer(State(ui): State<Ui>, order: Order<OfferForm>) -> Result<Response, Refusal> {
    ui.agent.answer_offer(order.at(), order.fields.answer).await?;
    ui.answer(&order).await
}

#[derive(Debug, Deserialize)]
pub struct UnknownNumber {
    number: u32,
}

pub async fn discard(State(ui): State<Ui>, order: Order<UnknownNumber>) -> Result<Response, Refusal> {
    ui.agent.discard_unknown(order.at(), order.fields.number).await?;
    ui.answer(&order).await
}

#[derive(Debug, Deserialize)]
pub struct CancelForm {
    basket: SaleId,
}

pub async fn cancel(State(ui): State<Ui>, order: Order<CancelForm>) -> Result<Response, Refusal> {
    match ui.agent.cancel(order.n, order.fields.basket).await {
        // An empty or newer basket: there is nothing of that sale left to cancel.
        Ok(_) | Err(AgentError::Pay(PayError::Empty) | AgentError::BasketChanged) => ui.answer(&order).await,
        Err(other) => Err(other.into()),
    }
}

#[derive(Debug, Deserialize)]
pub struct PreferencesForm {
    lang: Option<String>,
    theme: Option<String>,
    numpad: Option<String>,
    volume: Option<String>,
    capture: Option<String>,
    #[serde(default)]
    back: String,
}

/// Keeps a choice in the cookies of this till's browser and goes back to the page.
pub async fn preferences(order: Order<PreferencesForm>) -> Response {
    let PreferencesForm { lang, theme, numpad, volume, capture, back } = order.fields;
    let path = format!("/till/{}", order.n);
    let target = match back.as_str() {
        "pay" | "search" | "cancel" | "keys" | "discount" | "held" | "refund" | "redeem" | "price"
        | "enrol" | "find" | "late" | "status" | "login" | "shift" | "approve" => format!("{path}/{back}"),
        _ => path.clone(),
    };
    let mut response = Redirect::to(&target).into_response();
    let chosen = [
        (LANG_COOKIE, lang),
        (THEME_COOKIE, theme),
        (NUMPAD_COOKIE, numpad),
        (VOLUME_COOKIE, volume),
        (CAPTURE_COOKIE, capture),
    ];
    for (name, value) in chosen {
        let Some(value) = value.filter(|v| v.bytes().all(|b| b.is_ascii_alphanumeric())) else { continue };
        let cookie = format!("{name}={value}; Path={path}; Max-Age={YEAR}; HttpOnly; SameSite=Lax");
        if let Ok(value) = cookie.parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}
