//! A hub in this process, served on loopback, and one till that pushes to it as an agent does: signed
//! requests over HTTP.

use std::net::SocketAddr;

use domain::ids::{LogId, TillId};
use domain::sale::Sale;
use domain::sync::{
    Body, Disposition, Envelope, Head, OpenReply, OpenRequest, OpenedLog, PROTOCOL, PushReply, Stamp,
    TillKey, TillKeyOffer, request_text, write_batch,
};
use hub_server::access::tills;
use hub_server::{App, Clock, Settings};
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;
use yapa::chain::{Chain, Random};

pub struct Hub {
    app: App,
    address: SocketAddr,
    hub_id: String,
    http: reqwest::Client,
    key: TillKey,
    till: TillId,
    session: i64,
    log: LogId,
    head: Head,
}

/// A till's request as an agent makes it.
pub fn signed(
    http: &reqwest::Client,
    hub: &str,
    hub_id: &str,
    (till, key): (TillId, &TillKey),
    path: &str,
    body: Vec<u8>,
) -> reqwest::RequestBuilder {
    let at = kit::clock::now().timestamp_millis();
    let text = request_text(hub_id, "POST", path, at, &body);
    http.post(format!("{hub}{path}"))
        .header("content-type", "application/json")
        .header("yapa-till", till.to_string())
        .header("yapa-at", at)
        .header("yapa-signature", key.sign(&text))
        .body(body)
}

/// The events of these sales, behind a log's head, which moves on.
pub fn events_of(till: TillId, log: LogId, head: &mut Head, sales: &[Sale]) -> Vec<Vec<u8>> {
    let event = |sale: &Sale| {
        let stamp = Stamp {
            store: sale.store.clone(),
            till,
            at_utc_ms: sale.occurred_at.timestamp_millis(),
            boot_id: "benchmark".to_owned(),
            mono_ms: 0,
            cashier: None,
            hub_epoch_seen: 0,
        };
        let body = Body::Sale(Box::new(sale.clone()));
        let event = Envelope::append(log, *head, sale.id.into(), stamp, &body).unwrap();
        *head = Head { seq: head.seq + 1, hash: event.hash };
        event.bytes
    };
    sales.iter().map(event).collect()
}

impl Hub {
    /// Opens a new database at `url`, fills the catalogue, enrols the chain's first till, opens a log.
    pub async fn start(url: &str, chain: &Chain) -> Self {
        let settings = Settings { database: Some(url.to_owned()), ..Settings::default() };
        let app = App::open(settings, Clock::System).await.unwrap();
        let mut tx = app.db.begin().await.unwrap();
        let registered = yapa::demo::load::master_rows(&mut tx, chain, app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let till = registered[&(chain.stores[0].code.clone(), chain.stores[0].tills[0].clone())];
        let mut random = Random::new(11);
        let key = TillKey::from_seed(std::array::from_fn(|_| random.ten_bytes()[0]));
        let code = tills::make_code(&app, "benchmark", &[till]).await.unwrap();
        let offer = TillKeyOffer { till, public_key: key.public().to_string() };
        tills::enrol(&app, &code, &[offer]).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hub_id = app.hub.id.clone();
        let served = hub_server::run(app.clone(), listener, std::future::pending());
        tokio::spawn(async move { served.await.unwrap() });
        let log = LogId::new(1, random.ten_bytes());
        // Fails only if a provider is installed already, and then there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::new();
        let mut hub = Self { app, address, hub_id, http, key, till, session: 0, log, head: Head::EMPTY };
        hub.session = hub.open().await;
        hub
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A code by which an agent can enrol for the same till in our place.
    pub async fn code(&self) -> String {
        tills::make_code(&self.app, "benchmark", &[self.till]).await.unwrap()
    }

    async fn open(&self) -> i64 {
        let at_utc_ms = kit::clock::now().timestamp_millis();
        let logs = vec![OpenedLog { log: self.log, head: Head::EMPTY, acked: Head::EMPTY }];
        let version = "benchmark".to_owned();
        let request =
            OpenRequest { till: self.till, protocol: PROTOCOL, version, logs, at_utc_ms, unsent: 0 };
        let reply: OpenReply = self.call("/sync/v1/open", serde_json::to_vec(&request).unwrap()).await;
        reply.session
    }

    /// The body of a push of these sales; laid out beforehand, because a till does that when it sells.
    pub fn batch(&mut self, sales: &[Sale]) -> Vec<u8> {
        let first = self.head.seq + 1;
        let events = events_of(self.till, self.log, &mut self.head, sales);
        write_batch(self.session, self.log, first, &events, self.head).unwrap()
    }

    /// Pushes and returns how many of the events were applied.
    pub async fn push(&self, batch: Vec<u8>) -> usize {
        let reply: PushReply = self.call("/sync/v1/push", batch).await;
        reply.dispositions.iter().filter(|(_, is)| *is == Disposition::Applied).count()
    }

    async fn call<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> T {
        let to = format!("http://{}", self.address);
        let request = signed(&self.http, &to, &self.hub_id, (self.till, &self.key), path, body);
        let response = request.send().await.unwrap();
        let status = response.status();
        let bytes = response.bytes().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }
}
