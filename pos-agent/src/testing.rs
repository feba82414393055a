//! A hub of a few lines for the tests of this crate: the protocol's own decisions over two maps.

mod points;
mod rows;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use domain::ids::{EventId, LogId, MemberId, RedemptionId, TillId};
use domain::scan::RuleTable;
use domain::snapshot::Change;
use domain::sync::redemption::{Account, Moment, Place, ReserveRequest};
use domain::sync::{
    Body, ChangesPage, Disposition, EnrolReply, EnrolRequest, FoundReceipt, HashesReply, HashesRequest, Head,
    Limits, LogAck, LogRecord, LogStatus, OpenReply, OpenRequest, Problem, PushReply, ReceiptReply,
    ReceiptRequest, TillPublicKey, Verdict, admit, judge, read_batch, request_text,
};

use crate::app::Agent;
use crate::clock::Clock;
use crate::store::Store;
use crate::sync::{HubClient, enrol};
use rows::{catalogue, till};
pub use rows::{member, product};

pub const HUB_ID: &str = "hub-of-the-tests";

/// What the hub knows, and how it is to behave.
#[derive(Default)]
pub struct HubState {
    pub keys: HashMap<TillId, String>,
    pub logs: HashMap<LogId, (LogRecord, Vec<Head>)>,
    pub events: HashMap<EventId, domain::sync::Hash>,
    pub sales: Vec<domain::sale::Sale>,
    pub openings: Vec<domain::sync::LogOpened>,
    pub members: Vec<domain::enrolment::MemberEnrolled>,
    pub readers: Vec<domain::readers::ReadersChecked>,
    pub session: i64,
    pub epoch: i64,
    pub changes: Vec<Change>,
    pub public_url: Option<String>,
    /// Receipts that other agents' tills sent.
    pub receipts: Vec<FoundReceipt>,
    pub events_max: usize,
    /// Answers everything like a captive portal.
    pub is_portal: bool,
    /// Answers everything with 503, and that one may come again in a minute.
    pub is_busy: bool,
    /// Takes pushes in and then loses the answer.
    pub loses_answers: bool,
    /// Behind a line so slow that a push of more events than this is not answered.
    pub hangs_above: Option<usize>,
    /// Behind a proxy that takes no more events than this in a push, and says so in words of its own.
    pub too_large_above: Option<usize>,
    /// What it keeps of the member's points; without it the hub is of the release before, and knows no reservations.
    pub points: Option<Account>,
    /// What it was asked to reserve.
    pub asked: Vec<ReserveRequest>,
    pub voided: Vec<RedemptionId>,
    /// Of whom it has not heard.
    pub stranger: Option<MemberId>,
    /// Of so many requests it loses the answer.
    pub loses_reserves: usize,
    /// Minutes that the hub's clock is off the till's; above 10 it complains.
    pub clock_minutes: i64,
}

#[derive(Clone)]
pub struct TestHub {
    pub state: Arc<Mutex<HubState>>,
    pub address: SocketAddr,
}

impl TestHub {
    pub async fn start() -> Self {
        let state = HubState { epoch: 1, events_max: 500, changes: catalogue(), ..HubState::default() };
        let state = Arc::new(Mutex::new(state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/sync/v1/enrol", post(enrol_till))
            .route("/sync/v1/open", post(open))
            .route("/sync/v1/push", post(push))
            .route("/sync/v1/hashes", post(hashes))
            .route("/sync/v1/changes", get(changes))
            .route("/sync/v1/receipt", post(receipt))
            .route("/sync/v1/points/reserve", post(points::reserve))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { state, address }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn set<T>(&self, change: impl FnOnce(&mut HubState) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    /// An enrolled agent with two tills and everything the hub has for it.
    pub async fn agent(&self, folder: &std::path::Path) -> Agent {
        let store = Store::open(folder).await.unwrap();
        enrol::enrol(&store, &clock(), &self.url(), "code").await.unwrap();
        let agent = open_agent(store).await;
        crate::sync::fetch(&agent, &self.client(&agent)).await.unwrap();
        agent
    }

    pub fn client(&self, agent: &Agent) -> Arc<HubClient> {
        Arc::new(HubClient::new(&self.url(), &agent.hub().hub_id, agent.clock().clone()).unwrap())
    }
}

pub async fn open_agent(store: Store) -> Agent {
    let agent = Agent::open(store, clock(), RuleTable::default()).await.unwrap();
    agent.check_anchors().await.unwrap();
    agent
}

/// An afternoon that goes on: pauses between attempts must end.
pub fn clock() -> Clock {
    let began = std::time::Instant::now();
    Clock::from_fn(move || "2026-03-02T15:00:00Z".parse::<DateTime<Utc>>().unwrap() + began.elapsed())
}

type Hub = State<Arc<Mutex<HubState>>>;

fn problem(status: u16, code: &str) -> Response {
    answer_problem(Problem::new(status, code, code))
}

fn answer_problem(problem: Problem) -> Response {
    (StatusCode::from_u16(problem.status).unwrap(), Json(problem)).into_response()
}

/// Every request but the enrolment is signed by a known till; the first thing that is wrong is answered.
fn gate(
    state: &HubState,
    method: &str,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<TillId, Response> {
    if state.is_portal {
        return Err((StatusCode::OK, "<html>Welcome to the hotel</html>").into_response());
    }
    if state.is_busy {
        return Err((StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "60")]).into_response());
    }
    let text = |name| headers.get(name).unwrap().to_str().unwrap();
    let till: TillId = text("yapa-till").parse().unwrap();
    let at: i64 = text("yapa-at").parse().unwrap();
    let now = clock().now().timestamp_millis() + state.clock_minutes * 60_000;
    if (at - now).abs() > 600_000 {
        let mut skew = Problem::new(401, "clock_skew", "clock_skew");
        skew.hub_utc_ms = Some(now);
        return Err(answer_problem(skew));
    }
    let Some(key) = state.keys.get(&till) else { return Err(problem(401, "unknown_till")) };
    let path = uri.path_and_query().unwrap().as_str();
    let signed = request_text(HUB_ID, method, path, at, body);
    match TillPublicKey::read(key).unwrap().verify(&signed, text("yapa-signature")) {
        Ok(()) => Ok(till),
        Err(_) => Err(problem(401, "bad_signature")),
    }
}

async fn enrol_till(State(state): Hub, Json(request): Json<EnrolRequest>) -> Response {
    let mut state = state.lock().unwrap();
    if request.code != "code" {
        return problem(401, "unknown_code");
    }
    for offer in request.keys {
        if state.keys.get(&offer.till).is_some_and(|key| *key != offer.public_key) {
            return problem(409, "code_used");
        }
        state.keys.insert(offer.till, offer.public_key);
    }
    Json(EnrolReply {
        hub_id: HUB_ID.to_owned(),
        chain: "The chain".to_owned(),
        currency: "COP".to_owned(),
        locale: "es-CO".to_owned(),
        tills: vec![till(1), till(2)],
    })
    .into_response()
}

async fn open(State(state): Hub, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut state = state.lock().unwrap();
    if let Err(answer) = gate(&state, "POST", &uri, &headers, &body) {
        return answer;
    }
    let request: OpenRequest = serde_json::from_slice(&body).unwrap();
    state.session += 1;
    let logs = request.logs.iter().filter_map(|log| {
        state.logs.get(&log.log).map(|(r, _)| LogAck { log: r.log, ack: r.ack, status: r.status })
    });
    let logs = logs.collect();
    Json(OpenReply {
        hub_id: HUB_ID.to_owned(),
        hub_epoch: state.epoch,
        protocol: 1,
        session: state.session,
        limits: Limits { events_max: state.events_max, bytes_max: 1 << 20 },
        at_utc_ms: clock().now().timestamp_millis(),
        logs,
    })
    .into_response()
}

async fn push(State(state): Hub, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let (hangs_above, too_large_above) = {
        let state = state.lock().unwrap();
        (state.hangs_above, state.too_large_above)
    };
    let is_above =
        |most: Option<usize>| most.is_some_and(|most| read_batch(&body).unwrap().events.len() > most);
    if is_above(hangs_above) {
        std::future::pending::<()>().await;
    }
    if is_above(too_large_above) {
        return (StatusCode::PAYLOAD_TOO_LARGE, "<h1>Too large</h1>").into_response();
    }
    let mut guard = state.lock().unwrap();
    let state = &mut *guard;
    let till = match gate(state, "POST", &uri, &headers, &body) {
        Ok(till) => till,
        Err(answer) => return answer,
    };
    let batch = read_batch(&body).unwrap();
    if batch.events.len() > state.events_max {
        return problem(413, "too_many_events");
    }
    let log = batch.header.log;
    let empty = LogRecord { log, till, status: LogStatus::Open, ack: Head::EMPTY };
    let (record, heads) = state.logs.entry(log).or_insert((empty, vec![]));
    let stored: HashMap<i64, domain::sync::Hash> = heads.iter().map(|head| (head.seq, head.hash)).collect();
    // Sessions are per hub here; the stale one is what a test wants to see.
    let session = state.session;
    let admitted = match admit(record, till, session, batch, &stored) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            let mut refused = Problem::new(409, refusal.code(), &refusal.to_string());
            if let domain::sync::Refusal::Gap { expected } = refusal {
                refused.expected_seq = Some(expected);
            }
            return answer_problem(refused);
        }
    };
    let mut dispositions = Vec::new();
    for fresh in &admitted.fresh {
        heads.push(Head { seq: fresh.seq, hash: fresh.hash });
        let envelope = fresh.envelope.as_ref().unwrap();
        let known = state.events.get(&envelope.event).copied();
        let at = Place { log, seq: fresh.seq, moment: Moment::of(&envelope.stamp) };
        let disposition = match judge(&fresh.envelope, known) {
            Verdict::Settled(disposition) => disposition,
            Verdict::Apply(body) => {
                match body {
                    Body::Sale(sale) => {
                        points::commit(state.points.as_mut(), till, &sale);
                        state.sales.push(*sale);
                    }
                    Body::RedemptionVoided(voided) => {
                        points::void(state.points.as_mut(), till, voided.redemption);
                        state.voided.push(voided.redemption);
                    }
                    Body::LogOpened(opened) => state.openings.push(opened),
                    Body::MemberEnrolled(member) => state.members.push(*member),
                    Body::OfferAnswer(_)
                    | Body::CardAttached(_)
                    | Body::Approval(_)
                    | Body::ShiftOpened(_)
                    | Body::CashMoved(_)
                    | Body::DrawerOpened(_)
                    | Body::ShiftClosed(_)
                    | Body::GiftHoldVoided(_) => {}
                    Body::ReadersChecked(checked) => state.readers.push(checked),
                }
                Disposition::Applied
            }
        };
        if let Some(account) = &mut state.points {
            account.passed(&at).unwrap();
        }
        state.events.insert(envelope.event, envelope.digest());
        dispositions.push((envelope.event, disposition));
    }
    record.ack = admitted.ack;
    if state.loses_answers {
        return (StatusCode::BAD_GATEWAY, "the proxy lost it").into_response();
    }
    Json(PushReply { hub_epoch: state.epoch, log, ack: admitted.ack, dispositions }).into_response()
}

async fn hashes(State(state): Hub, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let state = state.lock().unwrap();
    if let Err(answer) = gate(&state, "POST", &uri, &headers, &body) {
        return answer;
    }
    let request: HashesRequest = serde_json::from_slice(&body).unwrap();
    let heads = state.logs.get(&request.log).map(|(_, heads)| heads.clone()).unwrap_or_default();
    let hashes = heads.into_iter().filter(|head| request.seqs.contains(&head.seq)).collect();
    Json(HashesReply { hashes }).into_response()
}

async fn changes(
    State(state): Hub,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let state = state.lock().unwrap();
    if let Err(answer) = gate(&state, "GET", &uri, &headers, b"") {
        return answer;
    }
    let cursor = query["cursor"].parse::<usize>().unwrap();
    // Small pages, so that the till has to ask again.
    let page: Vec<Change> = state.changes.iter().skip(cursor).take(4).cloned().collect();
    let end = cursor + page.len();
    Json(ChangesPage {
        hub_epoch: state.epoch,
        changes: page,
        cursor: i64::try_from(end).unwrap(),
        more: end < state.changes.len(),
        public_url: state.public_url.clone(),
    })
    .into_response()
}

async fn receipt(State(state): Hub, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let state = state.lock().unwrap();
    if let Err(answer) = gate(&state, "POST", &uri, &headers, &body) {
        return answer;
    }
    let request: ReceiptRequest = serde_json::from_slice(&body).unwrap();
    let found = state.receipts.iter().find(|found| found.sale.id == request.sale).cloned();
    Json(ReceiptReply { found: found.map(Box::new) }).into_response()
}
