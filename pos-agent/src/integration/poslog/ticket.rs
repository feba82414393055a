//! One `Transaction` of the file.

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use domain::codes::{CardNumber, CashierCode};
use domain::sale::{Sale, Tender};
use domain::tickets::{RowKind, TicketKey, TicketRow, draft};

use super::line::{self, PoslogLine};
use super::xml::Element;
use super::{BadPoslog, Chain};

/// A ticket that was read, not yet proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoslogTicket {
    pub lines: Vec<PoslogLine>,
    pub tenders: Vec<Tender>,
    /// Where it stands in the file.
    pub line: u64,
    key: TicketKey,
}

/// What a return says of the ticket that it undoes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginLink {
    pub key: TicketKey,
    pub line: Option<u32>,
}

/// Element and path, so that whatever is wrong says where.
#[derive(Debug, Clone)]
pub(super) struct At<'e> {
    pub element: &'e Element,
    pub path: String,
}

impl<'e> At<'e> {
    pub fn new(element: &'e Element, parent: &str) -> Self {
        Self { element, path: format!("{parent}/{}", element.name) }
    }

    pub fn bad(&self, code: &'static str, reason: impl Into<String>) -> BadPoslog {
        BadPoslog::at(code, self.element.line, &self.path, reason.into())
    }

    pub fn child(&self, name: &str) -> Option<At<'e>> {
        self.element.child(name).map(|child| At::new(child, &self.path))
    }

    pub fn children<'s>(&'s self, name: &'s str) -> impl Iterator<Item = At<'e>> + 's {
        self.element.children.iter().filter(move |c| c.name == name).map(|child| At::new(child, &self.path))
    }

    /// A field that must be there, as text.
    pub fn wanted(&self, names: &[&str]) -> Result<At<'e>, BadPoslog> {
        let found = names.iter().find_map(|name| self.child(name)).filter(|at| !at.element.text().is_empty());
        found.ok_or_else(|| self.bad("poslog_missing", format!("{} is missing", names.join(" or "))))
    }

    pub fn read<T: std::str::FromStr>(&self) -> Result<T, BadPoslog>
    where
        T::Err: std::fmt::Display,
    {
        self.element.text().parse().map_err(|e: T::Err| self.bad("poslog_field", format!("the value {e}")))
    }

    /// Whatever is there and not empty.
    pub fn maybe<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, BadPoslog>
    where
        T::Err: std::fmt::Display,
    {
        self.child(name).filter(|at| !at.element.text().is_empty()).map(|at| at.read()).transpose()
    }
}

/// The ticket; `None` for what is no ticket of goods.
pub(super) fn read(element: &Element, chain: &impl Chain) -> Result<Option<PoslogTicket>, BadPoslog> {
    let at = At::new(element, "/POSLog");
    let Some(retail) = at.child("RetailTransaction") else { return Ok(None) };
    let status = retail.element.attribute("TransactionStatus").unwrap_or_default();
    if matches!(status, "Suspended" | "SuspendedRetrieved") {
        return Ok(None);
    }
    if status == "PostVoided" {
        return Err(retail.bad("poslog_status", "a ticket voided after its end is not read: post its return"));
    }
    let key = key(&at)?;
    let zone = chain.zone(&key.store, &key.till).ok_or_else(|| {
        let (store, till) = (&key.store, &key.till);
        at.bad("no_such_till", format!("store {store}, till {till}: enrol it with pos-agent enrol"))
    })?;
    currency(&at, chain)?;
    let training = element.flag("TrainingModeFlag");
    let cancelled = element.flag("CancelFlag") || status == "Cancelled" || status == "Voided";
    let head = line::Head {
        key: key.clone(),
        occurred_at: occurred_at(&at, zone)?,
        cashier: at.maybe::<CashierCode>("OperatorID")?,
        card: card(&retail)?,
        all: if training {
            Some(RowKind::Training)
        } else if cancelled {
            Some(RowKind::Void)
        } else {
            None
        },
    };
    let mut lines = vec![];
    let mut tenders = vec![];
    for item in retail.children("LineItem") {
        match line::read(&item, &head, chain)? {
            line::Item::Goods(goods) => lines.push(*goods),
            line::Item::Tender(tender) => tenders.push(tender),
            line::Item::Other => {}
        }
    }
    if lines.is_empty() {
        return if training || cancelled {
            Ok(None)
        } else {
            Err(retail.bad("sale_no_lines", "the ticket has no line of goods"))
        };
    }
    if training || cancelled {
        tenders.clear();
    }
    Ok(Some(PoslogTicket { lines, tenders, line: element.line, key }))
}

/// 2.2 names the store in an element of its own; 6 as a business unit.
fn key(at: &At<'_>) -> Result<TicketKey, BadPoslog> {
    let store = match at.child("BusinessUnit").and_then(|unit| unit.child("UnitID")) {
        Some(unit) => unit,
        None => at.wanted(&["RetailStoreID", "BusinessUnit"])?,
    };
    let date = at.wanted(&["BusinessDayDate"])?;
    Ok(TicketKey {
        store: store.read()?,
        till: at.wanted(&["WorkstationID"])?.read()?,
        business_date: day(&date)?,
        receipt_no: at.wanted(&["SequenceNumber"])?.read()?,
    })
}

/// A date may carry a zone, which says nothing here.
fn day(at: &At<'_>) -> Result<NaiveDate, BadPoslog> {
    let text = at.element.text().get(..10).unwrap_or(at.element.text());
    text.parse().map_err(|_| at.bad("poslog_date", "the date is not like 2026-03-01"))
}

/// The end of the ticket, else its beginning.
fn occurred_at(at: &At<'_>, zone: Tz) -> Result<DateTime<FixedOffset>, BadPoslog> {
    let time = at.wanted(&["EndDateTime", "BeginDateTime", "POSLogDateTime", "ReceiptDateTime"])?;
    let text = time.element.text();
    if let Ok(with_offset) = DateTime::parse_from_rfc3339(text) {
        return Ok(with_offset);
    }
    let local: NaiveDateTime =
        text.parse().map_err(|_| time.bad("poslog_time", "the time is not like 2026-03-01T10:00:00"))?;
    match zone.from_local_datetime(&local) {
        // Twice in the year an hour comes twice or never; the earlier instant keeps the order of the day.
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.fixed_offset()),
        LocalResult::None => Err(time.bad("poslog_time", "the store's clock skipped this hour")),
    }
}

fn currency(at: &At<'_>, chain: &impl Chain) -> Result<(), BadPoslog> {
    match at.child("CurrencyCode") {
        Some(code) if code.element.text() != chain.currency() => {
            Err(code.bad("poslog_currency", format!("the chain's currency is {}", chain.currency())))
        }
        _ => Ok(()),
    }
}

/// Where the versions and their vendors put the card's number. A ticket has one card.
fn card(retail: &At<'_>) -> Result<Option<CardNumber>, BadPoslog> {
    let mut found: Option<CardNumber> = None;
    let accounts = retail.children("LoyaltyAccount").chain(
        retail.children("LineItem").filter(|item| !item.element.flag("VoidFlag")).flat_map(|item| {
            let inner: Vec<At<'_>> = item
                .children("LoyaltyReward")
                .filter_map(|reward| reward.child("LoyaltyAccount"))
                .chain(item.child("LoyaltyAccount"))
                .collect();
            inner
        }),
    );
    for account in accounts {
        let names = ["LoyaltyCardID", "CardNumber", "LoyaltyAccountID", "AccountNumber", "CustomerID"];
        let Some(number) = names.iter().find_map(|name| account.child(name)) else { continue };
        if number.element.text().is_empty() {
            continue;
        }
        let read: CardNumber = number.read()?;
        if found.as_ref().is_some_and(|first| *first != read) {
            return Err(number.bad("ticket_cards_differ", "the ticket names two cards"));
        }
        found = Some(read);
    }
    Ok(found)
}

impl PoslogTicket {
    pub fn key(&self) -> TicketKey {
        self.key.clone()
    }

    /// Proves the sums and closes the sale.
    pub fn close(&self) -> Result<Sale, BadPoslog> {
        let path = "/POSLog/Transaction";
        let rows: Vec<TicketRow> = self.lines.iter().map(|line| line.row.clone()).collect();
        let bad = |code, reason: String| BadPoslog::at(code, self.line, path, reason);
        let draft = draft(&rows).map_err(|e| bad(e.code(), e.to_string()))?;
        let mut draft = draft.ok_or_else(|| bad("sale_no_lines", "the ticket has no lines".to_owned()))?;
        for (closed, read) in draft.lines.iter_mut().zip(&self.lines) {
            closed.origin = read.found;
            closed.keeps.clone_from(&read.keeps);
        }
        if !self.tenders.is_empty() {
            draft.tenders.clone_from(&self.tenders);
        }
        Sale::close(draft).map_err(|e| bad(e.code(), e.to_string()))
    }
}
