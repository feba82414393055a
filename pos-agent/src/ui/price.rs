//! T8: what does this cost? The basket is not touched.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::codes::Sku;
use domain::scan::{Origin, Scan};
use serde::Deserialize;

use super::Ui;
use super::beside::PRICE;
use super::guard::Order;
use super::orders::is_name;
use super::pages::Step;
use super::problem::Refusal;
use super::screen::Screen;
use super::words::Preferences;
use crate::till::{AIM_SECONDS, Aim, PriceCheck, Stock};

#[derive(Template)]
#[template(path = "till/price.html")]
struct PricePage<'a> {
    s: &'a Screen,
    p: Part,
}

#[derive(Template)]
#[template(path = "till/part_price.html")]
struct PricePart<'a> {
    s: &'a Screen,
    p: Part,
}

/// The price is there at once; a page without script waits so long for the stock beside it.
const STOCK_PATIENCE: Duration = Duration::from_millis(300);

struct Part {
    found: Option<PriceCheck>,
    /// The next read of a device comes here.
    is_aimed: bool,
    /// A label of what was found can be printed.
    has_labels: bool,
}

impl Ui {
    fn part(&self, n: i64) -> Result<Part, Refusal> {
        let is_aimed = self.agent.aimed(n)? == Some(Aim::Price);
        let has_labels = self.agent.label_printer().is_some();
        Ok(Part { found: self.agent.price_checked(n)?, is_aimed, has_labels })
    }

    pub(super) async fn price_part(&self, n: i64, prefs: Preferences) -> Result<String, Refusal> {
        let screen = self.screen(n, prefs, PRICE).await?;
        Ok(PricePart { s: &screen, p: self.part(n)? }.render()?)
    }

    /// The page says when reads go to the basket again.
    fn aim_at_price(&self, n: i64) -> Result<(), Refusal> {
        self.agent.aim(n, Aim::Price)?;
        let agent = self.agent.clone();
        let after = Duration::from_secs(AIM_SECONDS.unsigned_abs());
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            if let Ok(desk) = agent.desk(n) {
                desk.touch();
            }
        });
        Ok(())
    }
}

/// Looks at the page: the next read of a device is a question.
pub async fn show(State(ui): State<Ui>, Path(n): Path<i64>, prefs: Preferences) -> Result<Response, Refusal> {
    let screen = ui.screen(n, prefs, PRICE).await?;
    ui.aim_at_price(n)?;
    Ok(Html(PricePage { s: &screen, p: ui.part(n)? }.render()?).into_response())
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    text: String,
    #[serde(default)]
    scan: String,
    /// A product that a page names.
    sku: Option<Sku>,
}

#[derive(Debug, Deserialize)]
pub struct LabelForm {
    sku: String,
}

/// Prints one label for the shelf.
pub async fn label(State(ui): State<Ui>, order: Order<LabelForm>) -> Result<Redirect, Refusal> {
    ui.agent.print_label(order.n, &order.fields.sku).await?;
    Ok(Redirect::to(&format!("/till/{}/price", order.n)))
}

pub async fn ask(State(ui): State<Ui>, order: Order<Asked>) -> Result<Response, Refusal> {
    let (n, Asked { text, scan, sku }) = (order.n, &order.fields);
    if let Some(sku) = sku {
        ui.agent.check_price_of(n, sku).await?;
    } else if !scan.is_empty() {
        ui.agent.check_price(n, Scan::new(Origin::KeyboardWedge, None, scan.as_str())).await?;
    } else if is_name(text) {
        ui.agent.check_price_by_name(n, text).await?;
    } else if !text.trim().is_empty() {
        ui.agent.check_price(n, Scan::new(Origin::Typed, None, text.trim())).await?;
    }
    ui.agent.stock_told(n, STOCK_PATIENCE).await?;
    if order.live.is_some()
        && let Some(Step::Swap(html)) = ui.beside_fragment(n, order.prefs, "price").await?
    {
        return Ok(Html(html).into_response());
    }
    Ok(Redirect::to(&format!("/till/{n}/price")).into_response())
}
