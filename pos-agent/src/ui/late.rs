//! Points for a receipt whose customer had forgotten the card: the receipt is found, then its card is read.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::CardNumber;
use domain::cashier::Permission;
use domain::ids::SaleId;
use domain::sale::CardEntry;
use domain::scan::{Origin, Scan, holds_payment_card};
use serde::Deserialize;

use super::Ui;
use super::beside::LATE;
use super::guard::Order;
use super::login::Clearance;
use super::problem::Refusal;
use super::screen::Screen;
use super::view::{LastSaleView, LateCardView};
use super::words::{Preferences, Words};
use crate::error::AgentError;
use crate::sync::PATIENCE;
use crate::till::{Aim, CardProblem, ReceiptNews};

#[derive(Debug, Default)]
struct Panel {
    receipt: Option<LateCardView>,
    latest: Vec<LastSaleView>,
    /// The receipt's code, or the card's number.
    typed: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "till/late.html")]
struct LatePage<'a> {
    s: &'a Screen,
    p: Panel,
}

#[derive(Template)]
#[template(path = "till/part_late.html")]
struct CardPart<'a> {
    s: &'a Screen,
    card: &'a str,
    has_error: bool,
}

#[derive(Debug, Deserialize)]
pub struct FindQuery {
    #[serde(default)]
    code: String,
}

/// Finds a receipt by its code or its number.
pub async fn find(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(query): Query<FindQuery>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    ui.agent.disarm(n)?;
    let typed = query.code.trim().to_owned();
    let latest = ui.agent.latest_without_card(n).await?;
    if typed.is_empty() {
        return ui.late_page(n, prefs, Panel { latest, ..Panel::default() }).await;
    }
    // Also one with a card: its page says so.
    match ui.agent.receipt_named(n, &typed).await? {
        Some(sale) => Ok(Redirect::to(&format!("/till/{n}/late/{sale}")).into_response()),
        None => {
            // A number is looked for here alone.
            let error = Some(ui.words(n, prefs)?.t("refund-no-number"));
            ui.late_page(n, prefs, Panel { receipt: None, latest, typed, error }).await
        }
    }
}

pub async fn page(
    State(ui): State<Ui>,
    Path((n, sale)): Path<(i64, SaleId)>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    // The page that is left is not sent here once more, nor this one to itself where the receipt gets no card.
    ui.agent.disarm(n)?;
    // Another agent's is known to the hub alone.
    ui.agent.ask_of_receipt(n, sale, PATIENCE).await?;
    ui.late_receipt(n, sale, prefs, String::new(), None).await
}

#[derive(Debug, Deserialize)]
pub struct LateForm {
    sale: SaleId,
    #[serde(default)]
    card: String,
}

/// Gives the receipt its card; where it is long ago, somebody has to agree first.
pub async fn attach(State(ui): State<Ui>, order: Order<LateForm>) -> Result<Response, Refusal> {
    let (n, form) = (order.n, &order.fields);
    let w = ui.words(n, order.prefs)?;
    // What looks like a payment card is shown nowhere, and is in no order that waits.
    let typed = if holds_payment_card(&form.card) { "" } else { form.card.trim() };
    let again =
        |typed: &str, key: &str| ui.late_receipt(n, form.sale, order.prefs, typed.to_owned(), Some(w.t(key)));
    let card = match ui.agent.card_number(Scan::new(Origin::KeyboardWedge, None, form.card.as_str())).await? {
        Ok(card) => card,
        Err(CardProblem::Payment) => return again("", "enrol-error-payment-card").await,
        Err(CardProblem::Article) => return again(typed, "enrol-error-article").await,
        Err(CardProblem::NotACard) => return again(typed, "enrol-error-not-a-card").await,
    };
    if ui.is_unsure(n, form.sale).await? {
        return again(typed, "late-hub-away").await;
    }
    let approved_by = match ui.agent.without_card(form.sale).await {
        Ok(receipt) if receipt.needs_agreement => {
            let fields = [("sale", form.sale.to_string()), ("card", card.to_string())];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
            match ui.clear(&order, Permission::LateCard, "late", fields).await? {
                Clearance::Ask(page) => return Ok(page),
                Clearance::Go(approval) => approval.map(|approval| approval.by),
            }
        }
        // Said again below, or done already for this very card.
        Ok(_) | Err(AgentError::LateCard(_) | AgentError::NoSuchSale(_)) => None,
        Err(other) => return Err(other.into()),
    };
    let was_read = ui.agent.card_read(n)?.is_some_and(|read: CardNumber| read == card);
    let entry = if was_read { CardEntry::Scanned } else { CardEntry::Keyed };
    match ui.agent.attach_late(n, form.sale, card, entry, approved_by).await {
        Ok(_) => {
            ui.agent.disarm(n)?;
            Ok(Redirect::to(&format!("/till/{n}")).into_response())
        }
        Err(AgentError::LateCard(why)) => again(typed, why.code()).await,
        Err(AgentError::NoSuchSale(_)) => {
            ui.agent.ask_of_receipt(n, form.sale, PATIENCE).await?;
            again(typed, "late-not-here").await
        }
        Err(other) => Err(other.into()),
    }
}

impl Ui {
    async fn late_page(&self, n: i64, prefs: Preferences, p: Panel) -> Result<Response, Refusal> {
        let screen = self.screen(n, prefs, LATE).await?;
        let status = if p.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok((status, Html(LatePage { s: &screen, p }.render()?)).into_response())
    }

    /// The page of one receipt, whose card is asked for; what can get none is said above the latest ones.
    async fn late_receipt(
        &self,
        n: i64,
        sale: SaleId,
        prefs: Preferences,
        typed: String,
        error: Option<String>,
    ) -> Result<Response, Refusal> {
        let w: Words = self.words(n, prefs)?;
        let is_away = self.is_hub_away(n, sale)?;
        let is_unsure = self.is_unsure(n, sale).await?;
        let why = match self.agent.without_card(sale).await {
            Ok(_) if is_unsure => w.t("late-hub-away"),
            Ok(receipt) => {
                self.agent.disarm(n)?;
                self.agent.aim(n, Aim::Enrol)?;
                let panel = Panel { receipt: Some(receipt), typed, error, ..Panel::default() };
                return self.late_page(n, prefs, panel).await;
            }
            Err(AgentError::NoSuchSale(_)) => w.t(if is_away { "late-hub-away" } else { "late-not-here" }),
            Err(AgentError::LateCard(why)) => w.t(why.code()),
            Err(other) => return Err(other.into()),
        };
        let latest = self.agent.latest_without_card(n).await?;
        self.late_page(n, prefs, Panel { latest, error: Some(why), ..Panel::default() }).await
    }

    /// By what it was asked of this receipt last; one that has not answered yet is away as well.
    fn is_hub_away(&self, n: i64, sale: SaleId) -> Result<bool, Refusal> {
        let news = self.agent.news_of_receipt(n, sale)?;
        Ok(matches!(news, Some(ReceiptNews::Away | ReceiptNews::Asking)))
    }

    /// Another agent's receipt that is remembered here may have got a card meanwhile.
    async fn is_unsure(&self, n: i64, sale: SaleId) -> Result<bool, Refusal> {
        Ok(self.is_hub_away(n, sale)? && !self.agent.sold_here(sale).await?)
    }

    /// The card that a device read since the page was made.
    pub(super) async fn late_part(&self, n: i64, prefs: Preferences) -> Result<String, Refusal> {
        self.agent.keep_aim(n, Aim::Enrol)?;
        let Some(card) = self.agent.card_read(n)? else { return Ok(String::new()) };
        let screen = self.screen(n, prefs, LATE).await?;
        Ok(CardPart { s: &screen, card: card.as_str(), has_error: false }.render()?)
    }
}
