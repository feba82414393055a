//! The points of the hub of the tests: the domain's own account.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use domain::Points;
use domain::ids::{RedemptionId, TillId};
use domain::sale::Sale;
use domain::sync::redemption::{Account, Answer, Ask, Place, ReserveReply, ReserveRequest, Spend};

use super::{Hub, gate, problem};

pub(super) async fn reserve(State(state): Hub, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut guard = state.lock().unwrap();
    let state = &mut *guard;
    let till = match gate(state, "POST", &uri, &headers, &body) {
        Ok(till) => till,
        Err(answer) => return answer,
    };
    let Some(account) = &mut state.points else { return problem(404, "not_found") };
    let request: ReserveRequest = serde_json::from_slice(&body).unwrap();
    state.asked.push(request.clone());
    if state.stranger == Some(request.member) {
        return Json(ReserveReply::Unknown).into_response();
    }
    for voided in &request.voided {
        void(Some(account), till, *voided);
    }
    let ReserveRequest { redemption, points, log, seq, intent, .. } = request;
    let ask = Ask { id: redemption, till, points, intent: Place { log, seq, moment: intent } };
    let reply = match account.reserve(&ask, 0).unwrap() {
        Answer::Held => ReserveReply::Held { left: account.available() },
        Answer::NotEnough { available } => ReserveReply::NotEnough { available },
        Answer::Ended | Answer::Differs => ReserveReply::Ended,
    };
    if state.loses_reserves > 0 {
        state.loses_reserves -= 1;
        return (StatusCode::BAD_GATEWAY, "the proxy lost it").into_response();
    }
    Json(reply).into_response()
}

pub(super) fn void(account: Option<&mut Account>, till: TillId, redemption: RedemptionId) {
    if let Some(account) = account {
        account.void(redemption, till, 0).unwrap();
    }
}

pub(super) fn commit(account: Option<&mut Account>, till: TillId, sale: &Sale) {
    let Some(account) = account else { return };
    let spent = sale.tenders.iter().filter(|tender| tender.points.is_some_and(|p| p > Points::ZERO));
    let points: Points = spent.clone().filter_map(|tender| tender.points).sum();
    match spent.clone().find_map(|tender| tender.redemption) {
        Some(id) => {
            assert!(spent.clone().all(|tender| tender.redemption == Some(id)), "one of a ticket: {sale:?}");
            account.commit(Spend { id, till, points, lease: None }, 0).unwrap();
        }
        None => account.add(Points(-points.0)).unwrap(),
    }
}
