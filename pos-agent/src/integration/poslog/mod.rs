//! POSLog, the retail standard's file of finished tickets: versions 2.2 and 6 of ARTS/NRF (now OMG's retail
//! domain). A till software leaves a file in a folder, or hands it over the command line or HTTP; its tickets
//! go the way of all finished sales. Half a file would be a wrong day, so a file with one bad ticket is set
//! aside whole with the reason.

pub mod folder;
mod line;
mod ticket;
mod xml;

use std::collections::HashMap;
use std::fmt;

use chrono_tz::Tz;
use domain::codes::{Sku, StoreCode, TillCode};
use domain::money::Quantity;
use domain::sale::{LineKind, Origin, Sale};
use domain::scan::Barcode;
use domain::tickets::{RowKind, TicketKey};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use utoipa::ToSchema;

pub use self::ticket::{OriginLink, PoslogTicket};
use super::Taken;
use super::api::{ApiError, refusal};
use crate::app::Agent;
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::journal::{self, ReceiptKey};
use crate::store::returned;

/// What a file did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoslogReport {
    /// Tickets that went in now.
    pub taken: u64,
    /// Tickets that were there already.
    pub repeated: u64,
    /// What is no ticket of goods: control and tender movements, suspended and empty cancelled tickets.
    pub skipped: u64,
}

/// Why a file is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPoslog {
    /// Stable name.
    pub code: &'static str,
    /// In the file, from 1; 0 where it is about the whole.
    pub line: u64,
    /// Names of the elements from the outermost to the bad one.
    pub path: String,
    pub reason: String,
}

impl BadPoslog {
    fn at(code: &'static str, line: u64, path: &str, reason: String) -> Self {
        Self { code, line, path: path.to_owned(), reason }
    }

    fn file(code: &'static str, reason: String) -> Self {
        Self::at(code, 0, "", reason)
    }

    /// The bytes are no whole XML document: as those of a file that is still being written.
    pub fn is_no_document(&self) -> bool {
        matches!(self.code, "poslog_xml" | "poslog_encoding")
    }

    /// `line 12 /POSLog/Transaction/SequenceNumber`
    pub fn place(&self) -> String {
        match self.line {
            0 => "the file".to_owned(),
            line => format!("line {line} {}", self.path).trim_end().to_owned(),
        }
    }
}

impl fmt::Display for BadPoslog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.place(), self.reason, self.code)
    }
}

/// What the parser must know of the chain: times without a zone are the store's.
pub trait Chain {
    fn zone(&self, store: &StoreCode, till: &TillCode) -> Option<Tz>;
    /// ISO 4217.
    fn currency(&self) -> &str;
}

/// A file's tickets, and how many of its movements are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poslog {
    pub tickets: Vec<PoslogTicket>,
    pub skipped: u64,
}

/// Reads a file. Pure: the same bytes and the same chain, the same tickets.
pub fn read(bytes: &[u8], chain: &impl Chain) -> Result<Poslog, BadPoslog> {
    let root = xml::parse(bytes)?;
    let mut poslog = Poslog { tickets: vec![], skipped: 0 };
    if root.name != "POSLog" {
        return Err(BadPoslog::at(
            "poslog_root",
            root.line,
            &format!("/{}", root.name),
            "the outermost element is not POSLog".to_owned(),
        ));
    }
    if let Some(major) = root.attribute("MajorVersion").filter(|major| !matches!(*major, "2" | "6")) {
        let reason = format!("version {major} is not known here: 2.2 and 6 are");
        return Err(BadPoslog::at("poslog_version", root.line, "/POSLog", reason));
    }
    for transaction in root.named("Transaction") {
        match ticket::read(transaction, chain)? {
            Some(ticket) => poslog.tickets.push(ticket),
            None => poslog.skipped += 1,
        }
    }
    Ok(poslog)
}

struct Enrolled(Agent);

impl Chain for Enrolled {
    fn zone(&self, store: &StoreCode, till: &TillCode) -> Option<Tz> {
        let n = self.0.till_called(store, till)?;
        self.0.desk(n).ok().map(|desk| desk.till.zone)
    }

    fn currency(&self) -> &str {
        &self.0.hub().currency
    }
}

impl Agent {
    /// Takes a file in: all its tickets in one commit, or none with the reason. The same file again changes
    /// nothing.
    pub async fn take_poslog(
        &self,
        bytes: &[u8],
        dry_run: bool,
    ) -> Result<Result<PoslogReport, BadPoslog>, AgentError> {
        // A file of megabytes would hold up the screens of this thread.
        let (chain, bytes) = (Enrolled(self.clone()), bytes.to_vec());
        let Poslog { tickets, skipped } = match spawn_blocking(move || read(&bytes, &chain)).await {
            Ok(Ok(poslog)) => poslog,
            Ok(Err(bad)) => return Ok(Err(bad)),
            // A panic, which has said its own message: the file must not be tried for ever.
            Err(_) => return Ok(Err(BadPoslog::file("poslog_unread", "its reading ended early".to_owned()))),
        };
        let mut tx = self.store().begin().await?;
        let sales = match self.close_all(&mut tx, tickets).await? {
            Ok(sales) => sales,
            Err(bad) => return Ok(Err(bad)),
        };
        let (taken, tills) = self.take_in(&mut tx, &sales).await?;
        let refused = |taken: &Taken| !matches!(taken, Taken::New | Taken::Repeated);
        if let Some((taken, sale)) = taken.iter().zip(&sales).find(|(taken, _)| refused(taken)) {
            let ApiError(problem) = refusal(*taken, sale);
            let code = if *taken == Taken::NoSuchTill { "no_such_till" } else { "receipt_conflict" };
            return Ok(Err(BadPoslog::file(code, problem.detail.unwrap_or(problem.title))));
        }
        if !dry_run {
            self.store().commit(tx).await?;
            self.ring(&tills)?;
        }
        let count = |of: Taken| taken.iter().map(|taken| u64::from(*taken == of)).sum();
        Ok(Ok(PoslogReport { taken: count(Taken::New), repeated: count(Taken::Repeated), skipped }))
    }

    async fn close_all(
        &self,
        tx: &mut Tx,
        tickets: Vec<PoslogTicket>,
    ) -> Result<Result<Vec<Sale>, BadPoslog>, AgentError> {
        let mut sales: Vec<Sale> = Vec::with_capacity(tickets.len());
        for mut ticket in tickets {
            self.name_barcodes(&mut ticket).await?;
            self.find_origins(tx, &mut ticket, &sales).await?;
            match ticket.close() {
                Ok(sale) => sales.push(sale),
                Err(bad) => return Ok(Err(bad)),
            }
        }
        Ok(Ok(sales))
    }

    /// Lines that name a barcode only get the article's number, where the catalogue has it.
    async fn name_barcodes(&self, ticket: &mut PoslogTicket) -> Result<(), AgentError> {
        for line in ticket.lines.iter_mut().filter(|line| line.is_barcode) {
            if let Ok(code) = line.row.sku.as_str().parse::<Barcode>()
                && let Some(product) = self.store().product_by_code(&code).await?
            {
                line.row.sku = product.sku;
            }
        }
        Ok(())
    }

    /// Ties returned lines to the lines that they undo: in the journal, or earlier in the same file. A ticket
    /// that the journal has keeps the ties that it was first taken with.
    async fn find_origins(
        &self,
        tx: &mut Tx,
        ticket: &mut PoslogTicket,
        before: &[Sale],
    ) -> Result<(), AgentError> {
        if ticket.lines.iter().all(|line| line.origin.is_none()) {
            return Ok(());
        }
        if let Some(known) = self.journalled(tx, &ticket.key()).await? {
            for line in &mut ticket.lines {
                let first = known.lines.iter().find(|first| first.number == line.row.line);
                line.found = first.and_then(|first| first.origin);
                line.keeps = first.map(|first| first.keeps.clone()).unwrap_or_default();
            }
            return Ok(());
        }
        let mut originals: HashMap<TicketKey, Option<Sale>> = HashMap::new();
        let mut came_back: HashMap<Origin, Quantity> = HashMap::new();
        for line in &mut ticket.lines {
            let Some(link) = &line.origin else { continue };
            if !originals.contains_key(&link.key) {
                let in_file = before.iter().find(|sale| key_of(sale) == link.key).cloned();
                let found = match in_file {
                    Some(sale) => Some(sale),
                    None => self.journalled(tx, &link.key).await?,
                };
                originals.insert(link.key.clone(), found);
            }
            if let Some(Some(original)) = originals.get(&link.key) {
                line.found = undone(original, link, &line.row.sku);
                let Some(of) = line.found.filter(|_| line.row.kind == RowKind::Return) else { continue };
                let earlier = match came_back.get(&of) {
                    Some(earlier) => *earlier,
                    None => self.came_back(tx, of, before).await?,
                };
                came_back.insert(of, earlier.plus(line.row.quantity)?);
                if let Some(sold) = original.lines.iter().find(|sold| sold.number == of.line) {
                    line.keeps = sold.kept_among(earlier, line.row.quantity)?;
                }
            }
        }
        Ok(())
    }

    /// How much of a line came back before: by the journal, and by tickets of the same file that it does not have.
    async fn came_back(&self, tx: &mut Tx, of: Origin, before: &[Sale]) -> Result<Quantity, AgentError> {
        let rows = returned::of_sale(tx, of.sale).await?;
        let mut sum = rows.iter().find(|row| row.line == of.line).map(|row| row.quantity).unwrap_or_default();
        for sale in before {
            let lines = sale.counted_lines().filter(|line| line.origin == Some(of));
            let back = Quantity::total(lines.map(|line| line.quantity))?;
            if back > Quantity::ZERO && self.journalled(tx, &key_of(sale)).await?.is_none() {
                sum = sum.plus(back)?;
            }
        }
        Ok(sum)
    }

    async fn journalled(&self, tx: &mut Tx, key: &TicketKey) -> Result<Option<Sale>, AgentError> {
        let Some(till) = self.till_called(&key.store, &key.till) else { return Ok(None) };
        let key = ReceiptKey { till, business_date: key.business_date, receipt_no: key.receipt_no };
        match journal::find_receipts(tx, &[key]).await?.remove(&key) {
            Some(known) => Ok(self.store().sale(known.sale).await?),
            None => Ok(None),
        }
    }
}

fn key_of(sale: &Sale) -> TicketKey {
    TicketKey {
        store: sale.store.clone(),
        till: sale.till.clone(),
        business_date: sale.business_date,
        receipt_no: sale.receipt_no,
    }
}

/// The line that a link means: the one it numbers, else the only one with that article.
fn undone(original: &Sale, link: &OriginLink, sku: &Sku) -> Option<Origin> {
    let mut candidates = original.lines.iter().filter(|line| {
        line.kind == LineKind::Sale
            && line.sku == *sku
            && link.line.is_none_or(|number| number == line.number)
    });
    let line = candidates.next()?;
    candidates.next().is_none().then_some(Origin { sale: original.id, line: line.number })
}

#[cfg(test)]
mod tests;
