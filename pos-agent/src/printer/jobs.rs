//! What the till does with paper: a job for every sale and Z report, copies when asked for, the drawer, and how the
//! printers are.

use domain::ids::{SaleId, ShiftId};
use domain::sale::{Sale, SaleStatus, TenderKind};

use super::{Known, Printer};
use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::print::{self, Matter};
use crate::ui::view::{NoticeKind, PrinterState, PrinterView};

impl Agent {
    /// In the commit of the sale: whatever happens from then on, its receipt is not forgotten. A cancelled
    /// basket prints nothing by itself.
    pub(crate) async fn queue_receipt(&self, tx: &mut Tx, n: i64, sale: &Sale) -> Result<(), AgentError> {
        if self.printing().printer_of(n).is_none() || sale.status == SaleStatus::Voided {
            return Ok(());
        }
        print::queue(tx, n, Matter::Receipt(sale.id), opens_drawer(sale), self.now()).await?;
        Ok(())
    }

    /// Prints a sale once more, marked as a copy.
    pub async fn print_copy(&self, n: i64, sale: SaleId) -> Result<(), AgentError> {
        let desk = self.printing_desk(n)?;
        let found = self.store().sale(sale).await?.ok_or(AgentError::NoSuchSale(sale))?;
        self.print(n, Matter::Copy(sale)).await?;
        self.say(desk, NoticeKind::ReceiptQueued, found.receipt_no.to_string());
        Ok(())
    }

    /// Prints the open shift as it stands.
    pub async fn print_x(&self, n: i64) -> Result<(), AgentError> {
        self.printing_desk(n)?;
        let opened = self.store().open_shift(n).await?.ok_or(AgentError::NoSuchShift)?;
        self.print(n, Matter::X(opened.shift)).await
    }

    /// Prints a Z report once more, marked as a copy.
    pub async fn print_z(&self, n: i64, number: i64) -> Result<(), AgentError> {
        self.printing_desk(n)?;
        let closed = self.closed_shift(n, number).await?;
        self.print(n, Matter::ZCopy(closed.shift)).await
    }

    /// Prints the strip by which a person sees that the printer is well.
    pub async fn print_test(&self, n: i64) -> Result<(), AgentError> {
        self.printing_desk(n)?;
        self.print(n, Matter::Test).await
    }

    async fn print(&self, n: i64, matter: Matter) -> Result<(), AgentError> {
        let mut tx = self.store().begin().await?;
        print::queue(&mut tx, n, matter, false, self.now()).await?;
        self.store().commit(tx).await?;
        self.printing().wake();
        Ok(())
    }

    /// The desk, if it has a printer.
    fn printing_desk(&self, n: i64) -> Result<&Desk, AgentError> {
        let desk = self.desk(n)?;
        if self.printing().printer_of(n).is_none() {
            return Err(AgentError::NoPrinter(n));
        }
        Ok(desk)
    }

    /// In the commit of the closing: the paper that says it, and the drawer whose cash goes to the safe.
    pub(crate) async fn queue_z(&self, tx: &mut Tx, desk: &Desk, shift: ShiftId) -> Result<(), AgentError> {
        if self.printing().printer_of(desk.till.n).is_some() {
            let opens_drawer = !desk.is_training();
            print::queue(tx, desk.till.n, Matter::Z(shift), opens_drawer, self.now()).await?;
        }
        Ok(())
    }

    /// In the commit of what it opens for. A till in training opens nothing, and one without drawer cannot.
    pub(crate) async fn queue_drawer(&self, tx: &mut Tx, desk: &Desk) -> Result<(), AgentError> {
        if self.has_drawer(desk.till.n) && !desk.is_training() {
            print::queue(tx, desk.till.n, Matter::Drawer, true, self.now()).await?;
        }
        Ok(())
    }

    /// Whether the till's printer has a drawer on its cable.
    pub fn has_drawer(&self, n: i64) -> bool {
        self.printing().printer_of(n).is_some_and(|printer| printer.profile.drawer_pin.is_some())
    }

    /// Tries the till's printer at once instead of when the pause is over.
    pub fn print_now(&self, n: i64) -> Result<(), AgentError> {
        self.printing_desk(n)?;
        self.printing().wake();
        Ok(())
    }

    /// Every printer, for the screen of queues and devices.
    pub async fn printers(&self) -> Result<Vec<PrinterView>, AgentError> {
        let mut views = vec![];
        for printer in self.printing().printers() {
            let mut waiting = 0;
            for till in &printer.tills {
                waiting += self.store().print_jobs_waiting(*till).await?;
            }
            let known = self.printing().state(&printer.id);
            let never = Known { state: PrinterState::Unknown, since: self.now(), last_good: None };
            let Known { state, since, last_good } = known.unwrap_or(never);
            let (id, tills) = (printer.id.clone(), printer.tills.clone());
            let connection = printer.address.to_string();
            views.push(PrinterView { id, tills, connection, state, since, last_good, waiting });
        }
        Ok(views)
    }

    /// The one that prints a till's receipts.
    pub async fn printer_view(&self, n: i64) -> Result<Option<PrinterView>, AgentError> {
        Ok(self.printers().await?.into_iter().find(|printer| printer.tills.contains(&n)))
    }

    /// The till's printer, while it is known not to print.
    pub(crate) fn printer_down(&self, n: i64) -> Option<(String, PrinterState)> {
        let printer = self.printing().printer_of(n)?;
        let state = self.printing().state(&printer.id)?.state;
        let is_down = !state.prints() && state != PrinterState::Unknown;
        is_down.then(|| (printer.id.clone(), state))
    }

    /// Keeps how a printer is, and tells its tills when it stops or begins to print.
    pub(super) fn set_printer(&self, printer: &Printer, state: PrinterState) {
        let Some(before) = self.printing().set_state(&printer.id, state, self.now()) else { return };
        let kind = match state {
            PrinterState::NoPaper => NoticeKind::PrinterNoPaper,
            PrinterState::CoverOpen => NoticeKind::PrinterCoverOpen,
            PrinterState::Offline => NoticeKind::PrinterOffline,
            PrinterState::Missing => NoticeKind::PrinterMissing,
            // A printer that was well, or not known yet, has nothing to say.
            _ if before.prints() || before == PrinterState::Unknown => return,
            PrinterState::Ok | PrinterState::PaperLow | PrinterState::Unknown => NoticeKind::PrinterReady,
        };
        for desk in printer.tills.iter().filter_map(|till| self.desk(*till).ok()) {
            self.say(desk, kind, printer.id.as_str());
        }
    }
}

/// Money changes hands: the drawer is needed. A training ticket opens nothing.
fn opens_drawer(sale: &Sale) -> bool {
    let cash = sale.tenders.iter().any(|tender| tender.kind == TenderKind::Cash && !tender.amount.is_zero());
    sale.status == SaleStatus::Completed && cash
}
