//! A receipt after the sale: looked at, as text, as PDF, and once more on paper.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::ids::SaleId;
use serde::Deserialize;

use super::guard::Order;
use super::orders::Nothing;
use super::problem::Refusal;
use super::screen::Screen;
use super::view::{NoticeKind, PrinterView, ReceiptNotice};
use super::words::{Preferences, Words};
use super::{Ui, assets};
use crate::receipt::pdf::{file_name, pdf};
use crate::receipt::{NARROW, Slip, WIDE, plain};

#[derive(Template)]
#[template(path = "till/receipt.html")]
struct ReceiptPage {
    w: Words,
    css: String,
    back: String,
    token: String,
    slip: Slip,
    /// None at a till without one.
    printer: Option<PrinterView>,
}

impl ReceiptPage {
    fn printer_text(&self, printer: &PrinterView) -> String {
        let text = self.w.printer(&printer.id, &printer.state);
        if printer.waiting == 0 {
            return text;
        }
        format!("{text} · {}", self.w.count("receipt-waiting", printer.waiting))
    }
}

impl Ui {
    /// A sale's slip in the reader's language, with the store's own time.
    pub(super) async fn slip(
        &self,
        n: i64,
        sale: SaleId,
        prefs: Preferences,
        copy: bool,
    ) -> Result<(Words, Slip), Refusal> {
        let zone = self.agent.desk(n)?.till.zone;
        let receipt = self.agent.receipt(sale).await?;
        let w = Words::new(&receipt.chain, zone, prefs.lang);
        let slip = Slip::new(&receipt, &w, copy);
        Ok((w, slip))
    }
}

impl Screen {
    /// The receipt that was just read, with what can be done with it; one of this agent's own journal is printed again or
    /// given its card here too.
    pub fn receipt_read(&self) -> Option<(&str, bool)> {
        let notice = self.v.notice.as_ref()?;
        match notice.kind {
            NoticeKind::Receipt(ReceiptNotice::Read) => Some((&notice.about, true)),
            NoticeKind::Receipt(ReceiptNotice::Elsewhere) => Some((&notice.about, false)),
            _ => None,
        }
    }
}

/// The receipt again: always marked as a copy.
pub async fn page(
    State(ui): State<Ui>,
    Path((n, sale)): Path<(i64, SaleId)>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    let (w, slip) = ui.slip(n, sale, prefs, true).await?;
    let printer = ui.agent.printer_view(n).await?;
    let (css, back, token) = (assets::CSS.url(), format!("/till/{n}"), ui.token(n));
    let page = ReceiptPage { w, css, back, token, slip, printer };
    Ok(Html(page.render()?).into_response())
}

#[derive(Deserialize)]
pub struct Columns {
    pub(super) columns: Option<usize>,
}

/// The copy as text, for a printer of 48 columns or, by `?columns=32`, of 32.
pub async fn text(
    State(ui): State<Ui>,
    Path((n, sale)): Path<(i64, SaleId)>,
    Query(query): Query<Columns>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    let slip = ui.slip(n, sale, prefs, true).await?.1;
    let columns = query.columns.unwrap_or(WIDE).clamp(NARROW, WIDE);
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], plain(&slip, columns)).into_response())
}

/// The copy as a PDF, to send or to print elsewhere.
pub async fn as_pdf(
    State(ui): State<Ui>,
    Path((n, sale)): Path<(i64, SaleId)>,
    prefs: Preferences,
) -> Result<Response, Refusal> {
    let (w, slip) = ui.slip(n, sale, prefs, true).await?;
    let title = w.with("receipt-title", "number", slip.number.to_string());
    let named = format!("inline; filename=\"{}\"", file_name(&slip));
    let headers =
        [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, named)];
    Ok((headers, pdf(&slip, &title, w.lang())).into_response())
}

/// A copy on this till's printer.
pub async fn print(
    State(ui): State<Ui>,
    Path((n, sale)): Path<(i64, SaleId)>,
    _order: Order<Nothing>,
) -> Result<Redirect, Refusal> {
    ui.agent.print_copy(n, sale).await?;
    Ok(Redirect::to(&format!("/till/{n}/receipt/{sale}")))
}
