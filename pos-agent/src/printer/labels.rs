//! Labels for shelves and cards. They are sent at once and never wait: whoever wants one stands there, and one
//! that came late would be a second one.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use kit::{Currency, Locale};

use super::link::{Patience, PrintError, Session};
use super::{Address, Printing};
use crate::app::{Agent, open};
use crate::error::AgentError;
use crate::receipt::zpl::{self, ShelfLabel};
use crate::settings::LabelSetting;
use crate::store::labels::LabelRow;
use crate::ui::view::{LabelNotice, LabelPrinterView, Notice, NoticeKind};

/// How the last label went, and when.
#[derive(Debug, Default)]
pub(super) struct LastLabel(Mutex<Option<(DateTime<Utc>, bool)>>);

/// What a product's label says, as the chain's country writes it.
pub fn shelf_label(row: LabelRow, locale: &str, currency: &str) -> ShelfLabel {
    let locale: Locale = locale.parse().unwrap_or_default();
    let currency: Currency = currency.parse().unwrap_or_else(|_| Currency::none());
    let price = kit::format::money(locale, &currency, row.price);
    let code = row.barcode.unwrap_or_else(|| row.sku.clone());
    ShelfLabel { name: row.name, price, sku: row.sku, code }
}

/// Sends labels and waits until they are taken. Label printers are not asked how they are.
pub fn send(address: &Address, labels: &[u8]) -> Result<(), PrintError> {
    Session::open(address, false, Patience::default())?.print(labels).map(|_| ())
}

impl Printing {
    fn labels(&self) -> Option<(&Address, &LabelSetting)> {
        let setting = &self.setup.get()?.labels;
        setting.connection.as_ref().map(|address| (address, setting))
    }
}

impl Agent {
    /// The label printer of this agent, and how the last label went.
    pub fn label_printer(&self) -> Option<LabelPrinterView> {
        let (address, _) = self.printing().labels()?;
        let last = *open(&self.printing().last_label.0);
        Some(LabelPrinterView { connection: address.to_string(), last })
    }

    /// Prints one label of a product, by its number or a barcode.
    pub async fn print_label(&self, n: i64, sku: &str) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let Some(row) = self.store().label(sku).await? else {
            return Ok(self.say(desk, NoticeKind::CodeUnknown, sku));
        };
        let chain = self.chain();
        let label = shelf_label(row, &chain.locale, &chain.currency);
        self.label(n, label).await
    }

    /// Prints a label that shows whether the printer is well. Its code names no product.
    pub async fn print_test_label(&self, n: i64, name: &str) -> Result<Notice, AgentError> {
        let code = "0".to_owned();
        let price = "¿ñ á $ €?".to_owned();
        self.label(n, ShelfLabel { name: name.to_owned(), price, sku: code.clone(), code }).await
    }

    async fn label(&self, n: i64, label: ShelfLabel) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let Some((address, setting)) = self.printing().labels() else {
            return Err(AgentError::NoLabelPrinter);
        };
        let (address, zpl) = (address.clone(), zpl::shelf(&label, setting.size).zpl);
        let sent = tokio::task::spawn_blocking(move || send(&address, zpl.as_bytes())).await;
        let sent = sent.map_err(AgentError::Stopped)?;
        *open(&self.printing().last_label.0) = Some((self.now(), sent.is_ok()));
        let end = match sent {
            Ok(()) => LabelNotice::Printed,
            Err(error) => {
                tracing::warn!(code = "label_printer", %error, "a label was not printed");
                if error.is_unsure() { LabelNotice::Unsure } else { LabelNotice::NotPrinted }
            }
        };
        Ok(self.say(desk, NoticeKind::Label(end), label.name))
    }
}
