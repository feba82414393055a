//! A hub in a temporary folder and tills that speak to it, for tests of several rooms.

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::http::{Request, StatusCode};
use chrono::{DateTime, Utc};
use domain::ids::{LogId, SaleId, TillId};
use domain::money::{Money, Quantity};
use domain::sale::{
    LineKind, Origin, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind, lines_total,
};
use domain::sync::{
    Body, Disposition, EnrolReply, EnrolRequest, Envelope, Head, OpenReply, OpenRequest, OpenedLog, PROTOCOL,
    Problem, PushReply, Stamp, TillKey, TillKeyOffer, request_text, write_batch,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt;

use crate::access::tills;
use crate::app::{App, Clock, routes};
use crate::catalogue::{self, Store};
use crate::members::{self, Profile};
use crate::settings::Settings;

pub const NOW: &str = "2026-03-02T15:00:00Z";

pub struct TestHub {
    pub app: App,
    pub router: Router,
    _folder: tempfile::TempDir,
}

impl TestHub {
    /// With the stores `centro` and `norte` and till 1 in each.
    pub async fn new() -> Self {
        Self::of(Settings::default()).await
    }

    /// The same with these settings, in a folder of its own.
    pub async fn of(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data: folder.path().to_owned(), ..settings };
        let app = App::open(settings, Clock::fixed(NOW.parse().unwrap())).await.unwrap();
        let mut tx = app.db.begin().await.unwrap();
        let store = |code: &str| Store {
            code: code.parse().unwrap(),
            name: code.to_owned(),
            area: String::new(),
            zone: chrono_tz::America::Bogota,
        };
        let stores = [store("centro"), store("norte")];
        catalogue::upsert_stores(&mut tx, &stores, app.clock.now()).await.unwrap();
        for store in &stores {
            tills::add(&mut tx, "test", &store.code, &"1".parse().unwrap(), app.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (router, _, _) = routes(app.clone());
        Self { app, router, _folder: folder }
    }

    /// A member with one card.
    pub async fn member(&self, code: &str, card: &str) {
        let profile = Profile {
            code: code.parse().unwrap(),
            first_name: "Ana".to_owned(),
            last_name: "Ruiz".to_owned(),
            email: String::new(),
            phone: String::new(),
            birthday: None,
            consent: members::Consent::default(),
        };
        let now = self.app.clock.now();
        let mut tx = self.app.db.begin().await.unwrap();
        members::upsert_members(&mut tx, &[profile], now).await.unwrap();
        let cards = [(card.parse().unwrap(), code.parse().unwrap())];
        members::add_cards(&mut tx, &cards, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn send(&self, request: Request<HttpBody>) -> (StatusCode, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        (status, to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Problem> {
        let body = serde_json::to_vec(body).unwrap();
        let request =
            Request::post(path).header("content-type", "application/json").body(body.into()).unwrap();
        answer(self.send(request).await)
    }

    /// Enrols the till of a store; its key is made from `seed`.
    pub async fn enrol(&self, store: &str, seed: u8) -> TestTill<'_> {
        self.enrol_till(store, "1", seed).await
    }

    /// The same for a till of another code, which must be there.
    pub async fn enrol_till(&self, store: &str, till: &str, seed: u8) -> TestTill<'_> {
        let mut tx = self.app.db.read().await.unwrap();
        let till =
            tills::by_code(&mut tx, &store.parse().unwrap(), &till.parse().unwrap()).await.unwrap().unwrap();
        drop(tx);
        let code = tills::make_code(&self.app, "test", &[till.id]).await.unwrap();
        let key = TillKey::from_seed([seed; 32]);
        let offer = TillKeyOffer { till: till.id, public_key: key.public().to_string() };
        let reply: EnrolReply =
            self.post("/sync/v1/enrol", &EnrolRequest { code, keys: vec![offer] }).await.unwrap();
        assert_eq!(reply.tills.len(), 1);
        TestTill {
            hub: self,
            id: till.id,
            store: store.to_owned(),
            key,
            session: 0,
            log: LogId::new(1, [seed; 10]),
            head: Head::EMPTY,
            at: self.app.clock.now(),
        }
    }
}

fn answer<T: DeserializeOwned>((status, body): (StatusCode, Vec<u8>)) -> Result<T, Problem> {
    if status.is_success() {
        return Ok(serde_json::from_slice(&body).unwrap());
    }
    Err(serde_json::from_slice(&body)
        .unwrap_or_else(|e| panic!("{status} {e}: {}", String::from_utf8_lossy(&body))))
}

pub struct TestTill<'h> {
    hub: &'h TestHub,
    pub id: TillId,
    pub store: String,
    pub key: TillKey,
    pub session: i64,
    pub log: LogId,
    pub head: Head,
    /// The till's clock.
    pub at: DateTime<Utc>,
}

impl TestTill<'_> {
    pub async fn call<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T, Problem> {
        let at = self.at.timestamp_millis();
        let text = request_text(&self.hub.app.hub.id, "POST", path, at, &body);
        let request = Request::post(path)
            .header("yapa-till", self.id.to_string())
            .header("yapa-at", at)
            .header("yapa-signature", self.key.sign(&text))
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        answer(self.hub.send(request).await)
    }

    pub async fn open(&mut self) -> Result<OpenReply, Problem> {
        let request = OpenRequest {
            till: self.id,
            protocol: PROTOCOL,
            version: "test".to_owned(),
            logs: vec![OpenedLog { log: self.log, head: self.head, acked: Head::EMPTY }],
            at_utc_ms: self.at.timestamp_millis(),
            unsent: 0,
        };
        let reply: OpenReply = self.call("/sync/v1/open", serde_json::to_vec(&request).unwrap()).await?;
        self.session = reply.session;
        Ok(reply)
    }

    /// Appends a body to the log and answers its bytes.
    pub fn event(&mut self, event: domain::ids::EventId, body: &Body) -> Vec<u8> {
        let written = Envelope::append(self.log, self.head, event, self.stamp(), body).unwrap();
        self.advance(written.bytes)
    }

    pub fn sale(&mut self, sale: &Sale) -> Vec<u8> {
        self.event(sale.id.into(), &Body::Sale(Box::new(sale.clone())))
    }

    /// Takes bytes of whatever kind as the log's next event.
    pub fn advance(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        self.head = Head { seq: self.head.seq + 1, hash: domain::sync::hash_event(&bytes) };
        bytes
    }

    pub fn stamp(&self) -> Stamp {
        Stamp {
            store: self.store.parse().unwrap(),
            till: self.id,
            at_utc_ms: self.at.timestamp_millis(),
            boot_id: "b".to_owned(),
            mono_ms: 1,
            cashier: None,
            hub_epoch_seen: 1,
        }
    }

    /// Pushes events that end at the log's head.
    pub async fn push(&self, events: &[Vec<u8>]) -> Result<PushReply, Problem> {
        let first = self.head.seq + 1 - i64::try_from(events.len()).unwrap();
        self.push_from(first, events).await
    }

    /// The same; each of them takes effect.
    pub async fn applies(&self, events: &[Vec<u8>]) {
        let reply = self.push(events).await.unwrap();
        let applied = reply.dispositions.iter().all(|(_, how)| *how == Disposition::Applied);
        assert!(applied && reply.dispositions.len() == events.len(), "{:?}", reply.dispositions);
    }

    /// A ticket as one of this till's own store.
    pub fn own(&self, sale: Sale) -> Sale {
        let store = self.store.parse().unwrap();
        Sale::close(SaleDraft { store, ..sale.into() }).unwrap()
    }

    pub async fn push_from(&self, first: i64, events: &[Vec<u8>]) -> Result<PushReply, Problem> {
        let last = first + i64::try_from(events.len()).unwrap() - 1;
        let hash = domain::sync::hash_event(events.last().unwrap());
        let body = write_batch(self.session, self.log, first, events, Head { seq: last, hash }).unwrap();
        self.call("/sync/v1/push", body).await
    }
}

/// A sale of one line at till 1: `n` is its receipt number and the entropy of its id.
#[derive(Clone)]
pub struct Ticket {
    pub n: u8,
    pub store: &'static str,
    pub date: &'static str,
    pub card: Option<&'static str>,
    pub kind: LineKind,
    pub net: i64,
    pub origin: Option<u8>,
}

impl Ticket {
    pub fn sold(n: u8, card: Option<&'static str>, net: i64) -> Self {
        Self { n, store: "centro", date: "2026-03-01", card, kind: LineKind::Sale, net, origin: None }
    }

    pub fn returned(n: u8, card: Option<&'static str>, net: i64, origin: Option<u8>) -> Self {
        Self { kind: LineKind::Return, origin, ..Self::sold(n, card, net) }
    }

    pub fn draft(&self) -> SaleDraft {
        let line = SaleLine {
            number: 1,
            kind: self.kind,
            sku: "leche".parse().unwrap(),
            name: String::new(),
            product_line: String::new(),
            category: String::new(),
            quantity: Quantity::ONE,
            unit_price: Money(self.net),
            gross: Money(self.net),
            discount: Money::ZERO,
            net: Money(self.net),
            tax: Money::ZERO,
            promotion: None,
            origin: self.origin.map(|n| Origin { sale: SaleId::new(i64::from(n), [n; 10]), line: 1 }),
            without_receipt: false,
            read_code: None,
            gift_card: None,
            keeps: vec![],
        };
        let mut draft = SaleDraft {
            id: SaleId::new(i64::from(self.n), [self.n; 10]),
            store: self.store.parse().unwrap(),
            till: "1".parse().unwrap(),
            business_date: self.date.parse().unwrap(),
            receipt_no: i64::from(self.n),
            occurred_at: format!("{}T10:00:00-05:00", self.date).parse().unwrap(),
            cashier: None,
            card: self.card.map(|card| card.parse().unwrap()),
            card_entry: None,
            status: SaleStatus::Completed,
            lines: vec![line],
            tenders: vec![],
            change: Money::ZERO,
            rounding: Money::ZERO,
            approved_by: None,
            coupons: vec![],
            price_rules: vec![],
            page: None,
        };
        draft.tenders.push(Tender::new(TenderKind::Cash, lines_total(&draft).unwrap()));
        draft
    }

    pub fn sale(&self) -> Sale {
        Sale::close(self.draft()).unwrap()
    }
}
