//! The hub over HTTP: the only file that knows its addresses.
//!
//! An answer counts only if it is the hub's own: a captive portal's friendly page is the same as no
//! network. No redirect is followed.

mod answer;
mod neighbour;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::gift_card::{GiftBalance, GiftBalanceRequest, GiftHold, GiftHoldRequest};
use domain::ids::TillId;
use domain::snapshot::{FeedCursor, LATER_KINDS};
use domain::sync::redemption::{ReserveReply, ReserveRequest};
use domain::sync::{
    ChangesPage, EnrolReply, EnrolRequest, FindMembers, FoundMembers, HELD_SHAPE, HashesReply, HashesRequest,
    HeldBasket, HeldList, HeldReply, OpenReply, OpenRequest, Problem, PushReply, ReceiptReply,
    ReceiptRequest, StockReply, StockRequest, TakeHeld, TakenHeld, TillKey, request_text,
};
use reqwest::{Method, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::ui::view::HubState;
use answer::{answer, unanswered, why};
pub use neighbour::Neighbour;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For what is sent and answered as a whole.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// For news of the hub: what comes slowly comes, as long as something does.
const NEWS_TIMEOUT: Duration = Duration::from_secs(600);

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("the hub does not answer: {0}")]
    Offline(String),
    /// Whoever answers cannot prove to be the hub: nothing is sent to them.
    #[error("who answers at the hub's address cannot prove to be the hub: {0}")]
    Untrusted(String),
    /// Nobody answered in time, or somebody on the way takes no more: less may get through where this did not.
    #[error("what was sent did not get through: {0}")]
    TooMuch(String),
    /// It is there and wants to be left alone for a while.
    #[error("the hub is busy")]
    Busy { retry_after_ms: Option<i64> },
    #[error("the hub refuses: {} ({})", .0.title, .0.code)]
    Refused(Box<Problem>),
    #[error("another hub answers at this address: {0}")]
    AnotherHub(String),
}

impl CallError {
    pub fn code(&self) -> &str {
        match self {
            Self::Offline(_) => "hub_unreachable",
            Self::Untrusted(_) => "hub_certificate",
            Self::TooMuch(_) => "hub_silent",
            Self::Busy { .. } => "hub_busy",
            Self::Refused(problem) => &problem.code,
            Self::AnotherHub(_) => "another_hub",
        }
    }

    /// What the screens say of the hub after this answer. A busy one leaves what they say: it is not away, and if it
    /// was, the other tills are called when it is found back.
    pub(super) fn link(&self) -> Option<HubState> {
        match self {
            Self::Offline(_) | Self::Untrusted(_) | Self::TooMuch(_) => Some(HubState::Offline),
            Self::Busy { .. } => None,
            Self::Refused(_) | Self::AnotherHub(_) => Some(HubState::Refused),
        }
    }
}

/// Who signs a request.
#[derive(Debug, Clone)]
pub struct Signer {
    pub till: TillId,
    pub key: TillKey,
}

#[derive(Debug)]
pub struct HubClient {
    http: reqwest::Client,
    base: String,
    hub_id: String,
    clock: Clock,
    /// The hub's time less ours, once it said that ours is wrong.
    offset_ms: AtomicI64,
    patience: Duration,
}

impl HubClient {
    /// `hub_id` is empty before enrolment, when nothing is signed yet.
    pub fn new(base: &str, hub_id: &str, clock: Clock) -> Result<Self, CallError> {
        let http = http_client()?;
        let base = base.trim_end_matches('/').to_owned();
        let (hub_id, offset_ms) = (hub_id.to_owned(), AtomicI64::new(0));
        Ok(Self { http, base, hub_id, clock, offset_ms, patience: TOTAL_TIMEOUT })
    }

    #[cfg(test)]
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, CallError> {
        self.call(Method::POST, "/sync/v1/enrol", None, encode(request)?).await
    }

    pub async fn open(&self, signer: &Signer, request: &OpenRequest) -> Result<OpenReply, CallError> {
        let reply: OpenReply =
            self.call(Method::POST, "/sync/v1/open", Some(signer), encode(request)?).await?;
        if reply.hub_id == self.hub_id { Ok(reply) } else { Err(CallError::AnotherHub(reply.hub_id)) }
    }

    pub async fn push(&self, signer: &Signer, batch: Vec<u8>) -> Result<PushReply, CallError> {
        self.call(Method::POST, "/sync/v1/push", Some(signer), batch).await
    }

    pub async fn hashes(&self, signer: &Signer, request: &HashesRequest) -> Result<HashesReply, CallError> {
        self.call(Method::POST, "/sync/v1/hashes", Some(signer), encode(request)?).await
    }

    pub async fn changes(
        &self,
        signer: &Signer,
        tills: &[TillId],
        cursor: FeedCursor,
        limit: usize,
    ) -> Result<ChangesPage, CallError> {
        let kinds = LATER_KINDS.join(",");
        let tills: Vec<String> = tills.iter().map(TillId::to_string).collect();
        let tills = tills.join(",");
        let path = format!("/sync/v1/changes?cursor={cursor}&limit={limit}&kinds={kinds}&tills={tills}");
        self.call(Method::GET, &path, Some(signer), vec![]).await
    }

    pub async fn stock(&self, signer: &Signer, request: &StockRequest) -> Result<StockReply, CallError> {
        self.call(Method::POST, "/sync/v1/stock", Some(signer), encode(request)?).await
    }

    pub async fn find_members(
        &self,
        signer: &Signer,
        request: &FindMembers,
    ) -> Result<FoundMembers, CallError> {
        self.call(Method::POST, "/sync/v1/members/find", Some(signer), encode(request)?).await
    }

    pub async fn receipt(
        &self,
        signer: &Signer,
        request: &ReceiptRequest,
    ) -> Result<ReceiptReply, CallError> {
        self.call(Method::POST, "/sync/v1/receipt", Some(signer), encode(request)?).await
    }

    pub async fn put_held(&self, signer: &Signer, basket: &HeldBasket) -> Result<HeldReply, CallError> {
        self.call(Method::PUT, "/sync/v1/held", Some(signer), encode(basket)?).await
    }

    /// What waits in the till's store, and what became of the baskets named.
    pub async fn held(&self, signer: &Signer, mine: &[String]) -> Result<HeldList, CallError> {
        let path = format!("/sync/v1/held?shape={HELD_SHAPE}&mine={}", mine.join(","));
        self.call(Method::GET, &path, Some(signer), vec![]).await
    }

    pub async fn take_held(&self, signer: &Signer, request: &TakeHeld) -> Result<TakenHeld, CallError> {
        self.call(Method::POST, "/sync/v1/held/take", Some(signer), encode(request)?).await
    }

    pub async fn gift_balance(
        &self,
        signer: &Signer,
        request: &GiftBalanceRequest,
    ) -> Result<GiftBalance, CallError> {
        self.call(Method::POST, "/sync/v1/gift-cards/balance", Some(signer), encode(request)?).await
    }

    pub async fn hold_gift_card(
        &self,
        signer: &Signer,
        request: &GiftHoldRequest,
    ) -> Result<GiftHold, CallError> {
        self.call(Method::POST, "/sync/v1/gift-cards/hold", Some(signer), encode(request)?).await
    }

    pub async fn reserve_points(
        &self,
        signer: &Signer,
        request: &ReserveRequest,
    ) -> Result<ReserveReply, CallError> {
        self.call(Method::POST, "/sync/v1/points/reserve", Some(signer), encode(request)?).await
    }

    /// How far this machine's clock is from the hub's, if the hub complained.
    pub fn clock_offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::Relaxed)
    }

    /// Sends, and once more with the hub's time if the hub says that ours is wrong.
    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        signer: Option<&Signer>,
        body: Vec<u8>,
    ) -> Result<T, CallError> {
        let first = self.send(&method, path, signer, body.clone()).await;
        if let Err(CallError::Refused(problem)) = &first
            && problem.code == "clock_skew"
            && let Some(hub_utc_ms) = problem.hub_utc_ms
        {
            self.offset_ms.store(hub_utc_ms - self.clock.now().timestamp_millis(), Ordering::Relaxed);
            return self.send(&method, path, signer, body).await;
        }
        first
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        signer: Option<&Signer>,
        body: Vec<u8>,
    ) -> Result<T, CallError> {
        let patience = if *method == Method::GET { NEWS_TIMEOUT } else { self.patience };
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base)).timeout(patience);
        if let Some(Signer { till, key }) = signer {
            let at = self.clock.now().timestamp_millis() + self.clock_offset_ms();
            let text = request_text(&self.hub_id, method.as_str(), path, at, &body);
            request = request
                .header("yapa-till", till.to_string())
                .header("yapa-at", at)
                .header("yapa-signature", key.sign(&text));
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        answer(request.send().await.map_err(|e| unanswered(&e))?).await
    }
}

fn encode<T: Serialize>(request: &T) -> Result<Vec<u8>, CallError> {
    serde_json::to_vec(request).map_err(|e| CallError::Offline(e.to_string()))
}

fn http_client() -> Result<reqwest::Client, CallError> {
    // Fails only if a provider is installed already, and then there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(TOTAL_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("pos-agent/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| CallError::Offline(why(&e)))
}
