//! A hub in this process over a real database, and tills that hand it pushes past HTTP: for what depends on which of
//! them are under way at the same moment.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Waker};

use chrono::{DateTime, Utc};
use domain::ids::{EventId, LogId, SaleId, TillId};
use domain::sale::Sale;
use domain::sync::{Batch, Body, Disposition, Envelope, Head, PushHeader, PushReply, Stamp};
use hub_server::access::tills;
use hub_server::db::{DbError, Tx};
use hub_server::intake::Rooms;
use hub_server::sync::{Accepted, Applied, Apply, Gatherer, Push, Source};
use hub_server::{App, Clock, Error, Settings};
use serde_json::json;
use tokio::sync::Semaphore;

use super::databases::Kind;
use super::hub::Hub;

/// The small chain of `files`, its program stopped, opened here instead.
pub struct Desk {
    pub hub: Hub,
    pub app: App,
    pub rooms: Planted,
    pub gatherer: Gatherer<Planted>,
}

impl Desk {
    pub async fn open(kind: Kind, rooms: Planted) -> Self {
        let mut hub = Hub::with_chain(kind).await;
        hub.stop();
        let app = open(&hub).await;
        Self { hub, app, gatherer: Gatherer::new(rooms.clone()), rooms }
    }

    /// Another hub of the chain.
    pub async fn beside(&self) -> (App, Gatherer<Rooms>) {
        (open(&self.hub).await, Gatherer::new(Rooms))
    }

    pub async fn till(&self, code: &str) -> Pusher {
        let mut tx = self.app.db.begin().await.unwrap();
        let (store, now) = ("001".parse().unwrap(), self.app.clock.now());
        let till = tills::add(&mut tx, "test", &store, &code.parse().unwrap(), now).await.unwrap();
        tx.commit().await.unwrap();
        let seed = code.parse().unwrap();
        Pusher { till, code: code.to_owned(), log: LogId::new(1, [seed; 10]), head: Head::EMPTY, seed }
    }

    pub async fn take(&self, push: Push) -> Result<PushReply, Error> {
        self.gatherer.take(&self.app, push).await
    }

    /// Begins each and waits until it is held: two that wait at the same moment would go in one commit, and leave a hand
    /// free.
    pub async fn all_held<T>(&self, takes: &mut [impl Future<Output = T> + Unpin]) {
        for take in takes {
            begin(take);
            self.rooms.entered().await;
        }
    }

    /// How many commits pushes went in.
    pub fn commits(&self) -> u64 {
        counted(&self.app, "yapa_push_commits_total")
    }
}

async fn open(hub: &Hub) -> App {
    let settings = Settings { database: Some(hub.database.url.clone()), ..Settings::default() };
    App::open(settings, Clock::System).await.unwrap()
}

pub fn counted(app: &App, name: &str) -> u64 {
    let text = app.metrics.text();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse().unwrap())
}

pub struct Pusher {
    pub till: TillId,
    code: String,
    pub log: LogId,
    pub head: Head,
    seed: u8,
}

impl Pusher {
    pub fn sale_id(&self, n: u8) -> SaleId {
        SaleId::new(i64::from(n), [self.seed; 10])
    }

    /// The next event of the log: a sale of milk.
    pub fn sale(&mut self, n: u8) -> Vec<u8> {
        let sale: Sale = serde_json::from_value(json!({
            "id": self.sale_id(n), "store": "001", "till": self.code, "business_date": "2026-03-01",
            "receipt_no": n, "occurred_at": "2026-03-01T10:00:00-05:00", "card": super::files::ANA,
            "card_entry": "scanned", "status": "completed", "change": 0,
            "lines": [{ "number": 1, "kind": "sale", "sku": "100", "name": "Leche", "quantity": 1000,
                "unit_price": 4200, "gross": 4200, "net": 4200, "tax": 0 }],
            "tenders": [{ "kind": "cash", "amount": 4200 }],
        }))
        .unwrap();
        self.event(sale.id.into(), &Body::Sale(Box::new(sale.clone())))
    }

    /// The next event of the log, whatever it says.
    pub fn event(&mut self, event: EventId, body: &Body) -> Vec<u8> {
        let stamp = Stamp {
            store: "001".parse().unwrap(),
            till: self.till,
            at_utc_ms: 1_772_377_200_000,
            boot_id: "b".to_owned(),
            mono_ms: 1,
            cashier: None,
            hub_epoch_seen: 1,
        };
        let written = Envelope::append(self.log, self.head, event, stamp, body).unwrap();
        self.advance(written.bytes)
    }

    /// Takes bytes of whatever kind as the log's next event.
    pub fn advance(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        self.head = Head { seq: self.head.seq + 1, hash: domain::sync::hash_event(&bytes) };
        bytes
    }

    /// Events that end at the log's head.
    pub fn push(&self, events: Vec<Vec<u8>>) -> Push {
        let (last, last_hash) = (self.head.seq, self.head.hash);
        let first = last + 1 - i64::try_from(events.len()).unwrap();
        let header = PushHeader { session: 0, log: self.log, first, last, last_hash };
        let store = "001".parse().unwrap();
        let source = Source::Till { till: self.till, store, code: self.code.parse().unwrap() };
        Push { source, batch: Batch { header, events } }
    }
}

/// What became of each event, or the code of the refusal.
pub fn said(answer: Result<PushReply, Error>) -> Result<Vec<Disposition>, String> {
    answer
        .map(|reply| reply.dispositions.into_iter().map(|(_, disposition)| disposition).collect())
        .map_err(|error| error.code().to_owned())
}

/// Begins what a future does, without waiting for it.
pub fn begin(future: &mut (impl Future + Unpin)) {
    let polled = std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending(), "it waits for somebody");
}

/// The rooms of the hub, and faults of ours on the way through them.
#[derive(Debug, Clone)]
pub struct Planted {
    pub poison: Vec<EventId>,
    pub panics: Vec<EventId>,
    /// These stand still once they are in the rooms, until the gate lets them on.
    pub held: Vec<EventId>,
    pub entered: Arc<Semaphore>,
    pub gate: Arc<Semaphore>,
}

impl Planted {
    pub fn nothing() -> Self {
        let closed = || Arc::new(Semaphore::new(0));
        Self { poison: vec![], panics: vec![], held: vec![], entered: closed(), gate: closed() }
    }

    /// Waits until one more is held.
    pub async fn entered(&self) {
        self.entered.acquire().await.unwrap().forget();
    }

    pub fn let_on(&self) {
        self.gate.close();
    }
}

impl Apply for Planted {
    async fn apply(&self, tx: &mut Tx, events: &[Accepted], now: DateTime<Utc>) -> Result<Applied, DbError> {
        let any = |planted: &[EventId]| events.iter().any(|event| planted.contains(&event.event));
        if any(&self.held) {
            self.entered.add_permits(1);
            // It is closed once and stays so.
            let _ = self.gate.acquire().await;
        }
        assert!(!any(&self.panics), "planted");
        let applied = Rooms.apply(tx, events, now).await?;
        if any(&self.poison) {
            return Err(DbError::BadRow { what: "a test", why: "planted".to_owned() });
        }
        Ok(applied)
    }
}
