//! T6: goods come back, by their receipt or without one.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::cashier::Right;
use domain::ids::SaleId;
use domain::sale::Origin;
use domain::{Money, Quantity};
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::problem::Refusal;
use super::screen::{LINES_OF, Mode};
use super::view::{LastSaleView, RefundView};
use super::words::{Preferences, TEXTS, Words};
use crate::checkout::basket::ReturnReason;
use crate::checkout::unreceipted::NoReturn;
use crate::error::AgentError;
use crate::sync::PATIENCE;
use crate::till::{Asked, ReceiptNews};

/// What the page shows: a receipt, or the latest ones to choose from.
#[derive(Debug, Clone, Default)]
pub struct RefundPanel {
    pub receipt: Option<RefundView>,
    pub latest: Vec<LastSaleView>,
    pub typed: String,
    pub error: Option<String>,
    /// What was said of goods without a receipt, where something is wrong with it.
    pub unreceipted: Option<UnreceiptedForm>,
    /// Nothing comes back here without its receipt.
    pub receipt_only: bool,
    /// What came back of the receipt at other agents' tills is not known.
    pub hub_away: bool,
    /// Whose lines stand on the page, where only its live parts are made.
    pub shown: Option<SaleId>,
}

impl RefundPanel {
    /// For the live parts of the page that has this name.
    pub(super) fn of_lines(live: &str) -> Self {
        let shown = live.strip_prefix(LINES_OF).and_then(|sale| sale.parse().ok());
        Self { shown, ..Self::default() }
    }

    /// The receipt whose lines are on the page.
    pub fn lines_of(&self) -> Option<SaleId> {
        self.receipt.as_ref().map(|receipt| receipt.sale).or(self.shown)
    }

    /// What the fields for goods without a receipt say: product, quantity, price.
    pub fn said(&self) -> [&str; 3] {
        self.unreceipted.as_ref().map_or(["", "1", ""], |form| [&form.sku, &form.quantity, &form.price])
    }
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
    let typed = query.code.trim().to_owned();
    let latest = ui.agent.latest_sales(n).await?;
    if typed.is_empty() {
        return ui.refund_page(n, prefs, RefundPanel { latest, ..RefundPanel::default() }).await;
    }
    if let Some(sale) = ui.agent.receipt_named(n, &typed).await? {
        return Ok(Redirect::to(&format!("/till/{n}/refund/{sale}")).into_response());
    }
    let error = Some(ui.words(n, prefs)?.t("refund-no-number"));
    ui.refund_page(n, prefs, RefundPanel { latest, typed, error, ..RefundPanel::default() }).await
}

pub async fn page(
    State(ui): State<Ui>,
    Path((n, sale)): Path<(i64, SaleId)>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    // The page that is left is not sent here once more while the hub is asked.
    ui.agent.disarm(n)?;
    ui.agent.ask_of_receipt(n, sale, PATIENCE).await?;
    ui.receipt_to_refund(n, sale, prefs, None).await
}

impl Ui {
    /// What to do about a receipt that nobody has.
    fn not_found(&self, w: &Words, hub_away: bool) -> String {
        w.t(match (hub_away, self.agent.house().returns.without_receipt) {
            (true, true) => "refund-not-here",
            (true, false) => "notice-receipt-away",
            (false, true) => "refund-not-found",
            (false, false) => "notice-receipt-unknown",
        })
    }

    async fn refund_page(&self, n: i64, prefs: Preferences, panel: RefundPanel) -> Result<Response, Refusal> {
        let status = if panel.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let receipt_only = !self.agent.house().returns.without_receipt;
        let panel = RefundPanel { receipt_only, ..panel };
        let page = self.page(n, prefs, Mode::Refund(Box::new(panel))).await?;
        Ok((status, page).into_response())
    }

    /// The page of one receipt; what cannot come back is said above the latest ones.
    async fn receipt_to_refund(
        &self,
        n: i64,
        sale: SaleId,
        prefs: Preferences,
        error: Option<String>,
    ) -> Result<Response, Refusal> {
        let w = self.words(n, prefs)?;
        // A hub that has not answered yet is away as well.
        let news = self.agent.news_of_receipt(n, sale)?;
        let hub_away = !matches!(news, Some(ReceiptNews::Known | ReceiptNews::Nobodys));
        let why = match self.agent.refundable(sale).await {
            Ok(receipt) => {
                let panel = RefundPanel { receipt: Some(receipt), error, hub_away, ..RefundPanel::default() };
                return self.refund_page(n, prefs, panel).await;
            }
            Err(AgentError::NoSuchSale(_)) => self.not_found(&w, hub_away),
            Err(AgentError::NotReturnable) => w.t("refund-not-returnable"),
            Err(other) => return Err(other.into()),
        };
        let latest = self.agent.latest_sales(n).await?;
        self.refund_page(n, prefs, RefundPanel { latest, error: Some(why), ..RefundPanel::default() }).await
    }
}

#[derive(Debug, Deserialize)]
pub struct ReturnForm {
    sale: SaleId,
    /// One quantity for each line, in the same order.
    #[serde(default)]
    line: Vec<u32>,
    #[serde(default)]
    quantity: Vec<String>,
    reason: ReturnReason,
    /// The card of the receipt goes on the ticket.
    #[serde(default)]
    card: bool,
}

impl ReturnForm {
    fn fields(&self) -> Vec<(String, String)> {
        let own = |name: &str, value: String| (name.to_owned(), value);
        let lines = self.line.iter().map(|line| own("line", line.to_string()));
        let quantities = self.quantity.iter().map(|quantity| own("quantity", quantity.clone()));
        let rest = [own("sale", self.sale.to_string()), own("reason", self.reason.code().to_owned())];
        let card = self.card.then(|| own("card", "true".to_owned()));
        lines.chain(quantities).chain(rest).chain(card).collect()
    }
}

/// Puts what comes back into the basket. Nothing is given back before it is paid.
pub async fn take_back(State(ui): State<Ui>, order: Order<ReturnForm>) -> Result<Response, Refusal> {
    let (n, form) = (order.n, &order.fields);
    let w = ui.words(n, order.prefs)?;
    let Some(wanted) = wanted(&form.line, &form.quantity) else {
        return ui.receipt_to_refund(n, form.sale, order.prefs, Some(w.t("refund-quantity"))).await;
    };
    let receipt = ui.agent.refundable(form.sale).await?;
    let left = |line: u32| receipt.lines.iter().find(|l| l.number == line).map_or(Quantity::ZERO, |l| l.left);
    if wanted.is_empty() || wanted.iter().any(|(line, quantity)| *quantity > left(*line)) {
        return ui.receipt_to_refund(n, form.sale, order.prefs, Some(w.t("refund-quantity"))).await;
    }
    if let Some(page) = ui.may(&order, Right::Refund, "return", form.fields()).await? {
        return Ok(page);
    }
    if form.card {
        ui.agent.take_card_of(order.at().first_step(), form.sale).await?;
    }
    let last = wanted.len() - 1;
    for (at, (line, quantity)) in wanted.into_iter().enumerate() {
        let step = if at == last { order.at() } else { order.at().first_step() };
        let origin = Origin { sale: form.sale, line };
        ui.agent.take_back(step, origin, quantity, form.reason).await?;
    }
    Ok(Redirect::to(&format!("/till/{n}")).into_response())
}

/// Lines with what comes back of them; `None` if a figure is not one.
fn wanted(lines: &[u32], quantities: &[String]) -> Option<Vec<(u32, Quantity)>> {
    if lines.len() != quantities.len() {
        return None;
    }
    let read = |text: &String| match text.trim() {
        "" => Some(Quantity::ZERO),
        text => text.replace(',', ".").parse::<Quantity>().ok().filter(|quantity| quantity.0 >= 0),
    };
    let read: Option<Vec<Quantity>> = quantities.iter().map(read).collect();
    Some(lines.iter().copied().zip(read?).filter(|(_, quantity)| !quantity.is_zero()).collect())
}

#[derive(Debug, Clone, Deserialize)]
pub struct UnreceiptedForm {
    pub sku: String,
    pub quantity: String,
    #[serde(default)]
    pub price: String,
    reason: ReturnReason,
}

impl UnreceiptedForm {
    fn fields(&self) -> Vec<(String, String)> {
        let fields = [
            ("sku", self.sku.as_str()),
            ("quantity", &self.quantity),
            ("price", &self.price),
            ("reason", self.reason.code()),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// What it says, or the key of what is wrong with it.
    fn read(&self, w: &Words) -> Result<Asked, &'static str> {
        let code = self.sku.parse().map_err(|_| "return-no-product")?;
        let quantity = self.quantity.trim().replace(',', ".").parse::<Quantity>().ok();
        let quantity = quantity.filter(|quantity| quantity.0 > 0).ok_or("return-quantity")?;
        let price = match self.price.trim() {
            "" => None,
            typed => {
                let price = kit::format::read_money(w.locale, typed).filter(|price| *price > Money::ZERO);
                Some(price.ok_or("error-price")?)
            }
        };
        Ok(Asked { code, quantity, price, reason: self.reason })
    }
}

/// Takes goods back without a receipt: as the member bought them, or by the shop's rules.
pub async fn unreceipted(State(ui): State<Ui>, order: Order<UnreceiptedForm>) -> Result<Response, Refusal> {
    let n = order.n;
    let w = ui.words(n, order.prefs)?;
    let asked = match order.fields.read(&w) {
        Ok(asked) => asked,
        Err(key) => return ui.unreceipted_again(&order, w.t(key)).await,
    };
    let goods = match ui.agent.unreceipted(n, &asked).await {
        Ok(goods) => goods,
        Err(AgentError::Unreceipted(why)) => return ui.unreceipted_again(&order, refused(&w, why)).await,
        Err(AgentError::GiftCard(why)) => return ui.unreceipted_again(&order, w.t(why.text())).await,
        Err(other) => return Err(other.into()),
    };
    let fields = order.fields.fields();
    if let Some(page) = ui.may(&order, goods.right(), "refund/unreceipted", fields).await? {
        return Ok(page);
    }
    ui.agent.take_back_unreceipted(order.at(), goods).await?;
    Ok(Redirect::to(&format!("/till/{n}")).into_response())
}

/// Why goods do not come back without a receipt, and what to do.
pub(super) fn refused(w: &Words, why: NoReturn) -> String {
    let limit = |key: &str, limit: u32, days: u32| {
        TEXTS.say(w.locale, key, &[("limit", i64::from(limit).into()), ("days", i64::from(days).into())])
    };
    match why {
        NoReturn::Forbidden => w.t("return-forbidden"),
        NoReturn::MemberLimit { limit: most, days } => limit("return-limit-member", most, days),
        NoReturn::CashierLimit { limit: most, days } => limit("return-limit-cashier", most, days),
        NoReturn::NoProduct => w.t("return-no-product"),
        NoReturn::CardChanged => w.t("return-card-changed"),
        NoReturn::Amount(_) => w.t("return-quantity"),
    }
}

impl Ui {
    /// The page again, with what was typed and what is wrong with it.
    async fn unreceipted_again(
        &self,
        order: &Order<UnreceiptedForm>,
        error: String,
    ) -> Result<Response, Refusal> {
        let latest = self.agent.latest_sales(order.n).await?;
        let unreceipted = Some(order.fields.clone());
        let panel = RefundPanel { latest, unreceipted, error: Some(error), ..RefundPanel::default() };
        self.refund_page(order.n, order.prefs, panel).await
    }
}
