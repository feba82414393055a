//! A price for what waits without one: a code that no catalogue has, or an article whose price is open.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::cashier::Right;
use domain::{Money, Quantity};
use serde::Deserialize;

use super::Ui;
use super::guard::Order;
use super::orders::go;
use super::problem::Refusal;
use super::screen::Mode;
use super::view::{GiftCardNotice, Notice, NoticeKind};
use super::words::{Preferences, Words};
use crate::checkout::basket::UnknownCode;
use crate::checkout::open_price::NoPrice;
use crate::error::AgentError;
use crate::till::Keyed;

/// What waits, what was typed for it, and what is wrong with that.
#[derive(Debug, Clone, Default)]
pub struct OpenPricePanel {
    pub number: u32,
    pub code: String,
    /// None: nobody knows what the code is, so its name may be typed too.
    pub article: Option<String>,
    pub form: OpenPriceForm,
    /// In 1/100 of a per cent.
    pub tax_rate: i64,
    pub most: Money,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct OpenPriceForm {
    number: u32,
    pub price: String,
    #[serde(default)]
    pub quantity: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub department: String,
}

impl OpenPriceForm {
    fn fields(&self) -> Vec<(String, String)> {
        let number = self.number.to_string();
        let fields = [
            ("number", number.as_str()),
            ("price", &self.price),
            ("quantity", &self.quantity),
            ("name", &self.name),
            ("department", &self.department),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// What it says, or what is wrong with it.
    fn read(&self, w: &Words, most: Money) -> Result<Keyed, String> {
        let price = kit::format::read_money(w.locale, self.price.trim());
        let price = price.ok_or_else(|| refused(w, NoPrice::Range { most }))?;
        let quantity = match self.quantity.trim() {
            "" => Some(Quantity::ONE),
            typed => typed.replace(',', ".").parse::<Quantity>().ok().filter(|quantity| quantity.0 > 0),
        };
        let quantity = quantity.ok_or_else(|| w.t("notice-quantity-refused"))?;
        let (name, product_line) = (self.name.clone(), self.department.clone());
        Ok(Keyed { number: self.number, price, quantity, name, product_line })
    }
}

fn refused(w: &Words, why: NoPrice) -> String {
    match why {
        NoPrice::Range { most } => w.with("error-open-price", "most", w.money(&most)),
        NoPrice::Code => w.t("error-open-price-code"),
        NoPrice::Name => w.t("error-open-price-name"),
        NoPrice::NothingWaits => w.t("error-open-price-gone"),
    }
}

pub async fn page(
    State(ui): State<Ui>,
    Path((n, number)): Path<(i64, u32)>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    let Some(waits) = ui.agent.waiting(n, number).await? else {
        // Decided meanwhile, here or at another screen of this till.
        return Ok(Redirect::to(&format!("/till/{n}")).into_response());
    };
    if waits.gift.is_some() {
        return Ok(Redirect::to(&format!("/till/{n}/gift-card/{number}")).into_response());
    }
    let w = ui.words(n, prefs)?;
    let quantity = w.quantity(&waits.quantity.unwrap_or(Quantity::ONE));
    let form = OpenPriceForm { number, quantity, ..OpenPriceForm::default() };
    let panel = ui.panel(waits, form, None);
    ui.page(n, prefs, Mode::OpenPrice(Box::new(panel))).await
}

/// Sells it at the price that was keyed, if whoever stands here may, or somebody agrees.
pub async fn price(State(ui): State<Ui>, order: Order<OpenPriceForm>) -> Result<Response, Refusal> {
    let n = order.n;
    let w = ui.words(n, order.prefs)?;
    let keyed = match order.fields.read(&w, ui.agent.open_price_most()) {
        Ok(keyed) => keyed,
        Err(why) => return ui.price_again(&order, why).await,
    };
    if let Err(AgentError::OpenPrice(why)) = ui.agent.check_open_price(n, &keyed).await {
        return ui.price_again(&order, refused(&w, why)).await;
    }
    let fields = order.fields.fields();
    if let Some(page) = ui.may(&order, Right::PriceOverride, "open-price", fields).await? {
        return Ok(page);
    }
    match ui.agent.open_price(order.at(), keyed).await {
        Ok(_) => Ok(Redirect::to(&format!("/till/{n}")).into_response()),
        Err(AgentError::OpenPrice(why)) => ui.price_again(&order, refused(&w, why)).await,
        Err(other) => Err(other.into()),
    }
}

impl Ui {
    fn panel(&self, waits: UnknownCode, form: OpenPriceForm, error: Option<String>) -> OpenPricePanel {
        let tax_rate = i64::from(self.agent.house().open_price.tax_rate);
        OpenPricePanel {
            number: waits.number,
            code: waits.code,
            tax_rate: waits.article.as_ref().map_or(tax_rate, |article| article.tax_rate),
            article: waits.article.map(|article| article.name),
            form,
            most: self.agent.open_price_most(),
            error,
        }
    }

    /// The page again, with what was typed; the sale where nothing waits any more.
    async fn price_again(&self, order: &Order<OpenPriceForm>, error: String) -> Result<Response, Refusal> {
        let n = order.n;
        let Some(waits) = self.agent.waiting(n, order.fields.number).await? else {
            return Ok(Redirect::to(&format!("/till/{n}")).into_response());
        };
        let panel = self.panel(waits, order.fields.clone(), Some(error));
        let page = self.page(n, order.prefs, Mode::OpenPrice(Box::new(panel))).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    }

    /// After something that a person typed: where that has an open price, on to its page. A reader's next read may
    /// be on its way, so it is never sent away from the page it reads into.
    pub(super) async fn answer_typed<T>(&self, order: &Order<T>, said: &Notice) -> Result<Response, Refusal> {
        let page = match said.kind {
            NoticeKind::PriceNeeded => "open-price",
            NoticeKind::GiftCard(GiftCardNotice::Needed | GiftCardNotice::ForSale) => "gift-card",
            _ => "",
        };
        if page.is_empty() {
            return self.answer(order).await;
        }
        // A card that is read is for the first that waits without one, so it is the last that has one.
        let is_read = said.kind == NoticeKind::GiftCard(GiftCardNotice::ForSale);
        let waiting = self.agent.till(order.n).await?.unknown;
        let last = waiting.iter().rfind(|waits| !is_read || waits.has_card);
        let Some(last) = last else { return self.answer(order).await };
        let path = format!("/till/{}/{page}/{}", order.n, last.number);
        Ok(if order.live.is_some() { go(&path) } else { Redirect::to(&path).into_response() })
    }
}
