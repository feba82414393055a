//! One machine with a till on it: its disk, its note beside the disk, and what its process remembers.

use std::collections::{BTreeMap, BTreeSet};

use domain::codes::CardNumber;
use domain::ids::{EventId, LogId, SaleId, TillId};
use domain::money::{Money, Quantity};
use domain::sale::{LineKind, Origin, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind};
use domain::sync::{
    Anchor, Body, CommonSearch, Envelope, EventBytes, Hash, Head, LogOpened, OpenReason, OpenedLog, Reopened,
    Stamp, TillSync, hash_event,
};

#[derive(Debug, Clone)]
pub struct Stored {
    pub hash: Hash,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct LogRow {
    pub id: LogId,
    pub head: Head,
    pub acked: Head,
    pub sealed_at: Option<i64>,
    /// By place; none where an event was taken away.
    pub events: BTreeMap<i64, Stored>,
}

impl LogRow {
    pub fn end(&self) -> i64 {
        self.sealed_at.unwrap_or(self.head.seq)
    }

    pub fn unsent(&self) -> i64 {
        (self.end() - self.acked.seq).max(0)
    }

    pub fn hash_at(&self, seq: i64) -> Option<Hash> {
        self.events.get(&seq).map(|stored| stored.hash)
    }

    pub fn opened(&self) -> OpenedLog {
        OpenedLog { log: self.id, head: self.head, acked: self.acked }
    }

    /// A log as it was planned.
    pub fn of(reopened: Reopened) -> Self {
        let (head, acked) = (Head::EMPTY, Head::EMPTY);
        let mut log = Self { id: reopened.log, head, acked, sealed_at: None, events: BTreeMap::new() };
        reopened.events.into_iter().for_each(|(_, bytes)| log.append(bytes));
        log
    }

    pub fn append(&mut self, bytes: EventBytes) {
        self.head = Head { seq: self.head.seq + 1, hash: bytes.hash };
        self.events.insert(self.head.seq, Stored { hash: bytes.hash, bytes: bytes.bytes });
    }
}

/// What a commit makes last.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    pub logs: Vec<LogRow>,
    pub epoch: i64,
    pub receipt: i64,
    /// The last sale of a card that was not given back yet.
    pub returnable: Option<(SaleId, CardNumber, i64)>,
}

/// Where a process can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    SaleBeforeCommit,
    SaleAfterCommit,
    AckBeforeKept,
    AckAfterKept,
    ReopenBeforeCommit,
    ReopenAfterCommit,
}

impl Point {
    pub const ALL: [Self; 6] = [
        Self::SaleBeforeCommit,
        Self::SaleAfterCommit,
        Self::AckBeforeKept,
        Self::AckAfterKept,
        Self::ReopenBeforeCommit,
        Self::ReopenAfterCommit,
    ];
}

/// What the process knows and a restart forgets.
#[derive(Debug, Default)]
pub struct Memory {
    pub logs: BTreeMap<LogId, TillSync>,
    pub epoch: i64,
    /// The request under way.
    pub waiting: Option<u64>,
    /// Where histories part, for a log that must be opened anew or carried on.
    pub search: Option<(LogId, CommonSearch)>,
    /// The logs that the hub's last answer to an open found to differ though they are sealed.
    pub differing: Vec<LogId>,
    pub online: bool,
    pub refused: bool,
    /// Nothing to send: the next wake is the heartbeat, which opens again.
    pub is_idle: bool,
    /// Sleeps until the wake of this number.
    pub wake: u64,
}

#[derive(Debug, Clone)]
pub struct Image {
    pub disk: Disk,
    pub anchor: Option<Anchor>,
    pub must: BTreeSet<EventId>,
}

#[derive(Debug)]
pub struct Device {
    pub till: TillId,
    pub code: String,
    pub machine: String,
    pub disk: Disk,
    pub anchor: Option<Anchor>,
    /// Not the till's own: every event that its disk was told to keep.
    pub must: BTreeSet<EventId>,
    pub memory: Option<Memory>,
    pub image: Option<Image>,
    /// The disk before its last commits, for a till that does not wait for its disk.
    pub before: Vec<Disk>,
    pub kill_at: Option<Point>,
    pub to_hub: bool,
    pub from_hub: bool,
    pub refused_until: i64,
    pub clock_ms: i64,
    pub is_gone: bool,
}

impl Device {
    pub fn new(till: TillId, code: String, machine: String) -> Self {
        Self {
            till,
            code,
            machine,
            disk: Disk::default(),
            anchor: None,
            must: BTreeSet::new(),
            memory: None,
            image: None,
            before: vec![],
            kill_at: None,
            to_hub: true,
            from_hub: true,
            refused_until: 0,
            clock_ms: 0,
            is_gone: false,
        }
    }

    pub fn stamp(&self, now_ms: i64) -> Stamp {
        Stamp {
            store: code("centro"),
            till: self.till,
            at_utc_ms: now_ms + self.clock_ms,
            boot_id: "boot".to_owned(),
            mono_ms: now_ms,
            cashier: None,
            hub_epoch_seen: self.disk.epoch,
        }
    }

    /// The note beside the disk, as the agent writes it after every push.
    pub fn note(&mut self) {
        if let Some(log) = self.disk.logs.iter().find(|log| log.sealed_at.is_none()) {
            let (machine, boot_id) = (self.machine.clone(), "boot".to_owned());
            self.anchor = Some(Anchor { log: log.id, head: log.head, machine, boot_id });
        }
    }

    pub fn unsent(&self) -> i64 {
        self.disk.logs.iter().map(LogRow::unsent).sum()
    }
}

/// A new log with its opening event.
pub fn begin_log(
    id: LogId,
    event: EventId,
    stamp: Stamp,
    reason: OpenReason,
    previous: Option<(LogId, Head)>,
) -> LogRow {
    let (head, acked) = (Head::EMPTY, Head::EMPTY);
    let mut log = LogRow { id, head, acked, sealed_at: None, events: BTreeMap::new() };
    let body = Body::LogOpened(LogOpened { reason, previous, lost: 0 });
    log.append(encode(id, Head::EMPTY, event, stamp, &body));
    log
}

pub fn code<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("the simulator's codes are well formed")
}

pub fn encode(log: LogId, head: Head, event: EventId, stamp: Stamp, body: &Body) -> EventBytes {
    Envelope::append(log, head, event, stamp, body).expect("our bodies are JSON")
}

/// An event that the hub cannot apply: of a kind that it does not know, or with a body that is none.
pub fn spoil(bytes: EventBytes, is_unknown: bool) -> EventBytes {
    let mut envelope = Envelope::parse(&bytes.bytes).expect("it was just written");
    if is_unknown {
        "from_tomorrow".clone_into(&mut envelope.kind);
    } else {
        envelope.body = serde_json::value::to_raw_value("nothing").expect("a text is JSON");
    }
    let text = serde_json::to_vec(&envelope).expect("an envelope is JSON");
    EventBytes { hash: hash_event(&text), digest: envelope.digest(), bytes: text }
}

/// A sale of one line; `name` says which sale of the world it is.
pub fn sale(
    id: SaleId,
    till: &str,
    receipt_no: i64,
    name: String,
    amount: i64,
    card: Option<CardNumber>,
    origin: Option<SaleId>,
) -> Sale {
    let kind = if origin.is_some() { LineKind::Return } else { LineKind::Sale };
    let line = SaleLine {
        number: 1,
        kind,
        sku: code("1001"),
        name,
        product_line: String::new(),
        category: String::new(),
        quantity: Quantity::ONE,
        unit_price: Money(amount),
        gross: Money(amount),
        discount: Money::ZERO,
        net: Money(amount),
        tax: Money::ZERO,
        promotion: None,
        origin: origin.map(|sale| Origin { sale, line: 1 }),
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    };
    let paid = if origin.is_some() { -amount } else { amount };
    let draft = SaleDraft {
        id,
        store: code("centro"),
        till: code(till),
        business_date: code("2026-03-01"),
        receipt_no,
        occurred_at: code("2026-03-01T10:00:00-05:00"),
        cashier: None,
        card,
        card_entry: None,
        status: SaleStatus::Completed,
        lines: vec![line],
        tenders: vec![Tender::new(TenderKind::Cash, Money(paid))],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    };
    Sale::close(draft).expect("one line and one tender agree")
}
