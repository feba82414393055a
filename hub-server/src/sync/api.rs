//! The tills' protocol over HTTP, besides the push, which needs the rooms that come later.

use axum::Json;
use axum::extract::State;
use domain::ids::TillId;
use domain::sync::{
    CHANGES_TILLS_MAX, ChangesPage, EnrolReply, EnrolRequest, EnrolledTill, HashesReply, HashesRequest, Head,
    Limits, LogAck, LogStatus, OpenReply, OpenRequest, PROTOCOL,
};
use serde::Deserialize;

use super::{BYTES_MAX, EVENTS_MAX, store};
use crate::access::tills::{self, Till};
use crate::access::{Ask, Sent, SignedTill};
use crate::app::App;
use crate::catalogue::{self, feed::Reader};
use crate::db::Tx;
use crate::error::Error;
use crate::live::News;

/// Logs of one till that an open may list, and places that one question about hashes may name.
const LOGS_MAX: usize = 1_000;
const PLACES_MAX: usize = 1_000;
const CHANGES_DEFAULT: usize = 1_000;
const CHANGES_MAX: usize = 5_000;

/// Trades a one-time code for the right to push. Without keys it only tells which tills the code is for.
pub async fn enrol(
    State(app): State<App>,
    Sent(request): Sent<EnrolRequest>,
) -> Result<Json<EnrolReply>, Error> {
    let tills = if request.keys.is_empty() {
        tills::of_code(&app, &request.code).await?
    } else {
        let tills = tills::enrol(&app, &request.code, &request.keys).await?;
        app.live.tell([News::Tills]);
        tills
    };
    let mut tx = app.db.read().await?;
    let mut enrolled = Vec::with_capacity(tills.len());
    for till in tills {
        enrolled.push(describe(&mut tx, till).await?);
    }
    Ok(Json(EnrolReply {
        hub_id: app.hub.id.clone(),
        chain: app.hub.chain.clone(),
        currency: app.hub.currency.code().to_owned(),
        locale: app.hub.locale.code().to_owned(),
        tills: enrolled,
    }))
}

async fn describe(tx: &mut Tx, till: Till) -> Result<EnrolledTill, Error> {
    let store = catalogue::store(tx, &till.store).await?.ok_or_else(|| {
        Error::conflict("no_such_store", "The till's store is not in the catalogue.").detail(&till.store)
    })?;
    Ok(EnrolledTill {
        till: till.id,
        store: till.store,
        code: till.code,
        store_name: store.name,
        zone: store.zone.name().to_owned(),
    })
}

/// A till says what it has; the hub begins a session and says what it has of it.
pub async fn open(
    State(app): State<App>,
    signed: SignedTill,
    Sent(request): Sent<OpenRequest>,
) -> Result<Json<OpenReply>, Error> {
    if request.till != signed.till {
        return Err(Error::forbidden("foreign_till", "The request names another till than its signature."));
    }
    if request.protocol < PROTOCOL || request.logs.len() > LOGS_MAX {
        return Err(Error::bad_request(
            "unsupported_protocol",
            "This hub speaks protocol 1, with up to 1000 logs.",
        ));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = tills::next_session(&mut tx, signed.till).await?;
    let version: String = request.version.chars().filter(|sign| !sign.is_control()).take(64).collect();
    // Its own clock: the signature's time is set right once this hub has complained of it.
    let clock_offset_ms = now.timestamp_millis().saturating_sub(request.at_utc_ms);
    tills::note_seen(&mut tx, signed.till, &version, request.unsent, clock_offset_ms, now).await?;
    let mut logs = Vec::with_capacity(request.logs.len());
    for opened in &request.logs {
        let record = store::log_head(&mut tx, opened.log).await?.filter(|record| record.till == signed.till);
        let (ack, status) =
            record.map_or((Head::EMPTY, LogStatus::Open), |record| (record.ack, record.status));
        logs.push(LogAck { log: opened.log, ack, status });
    }
    tx.commit().await?;
    app.live.tell([News::Tills]);
    Ok(Json(OpenReply {
        hub_id: app.hub.id.clone(),
        hub_epoch: app.hub.epoch,
        protocol: PROTOCOL,
        session,
        limits: Limits { events_max: EVENTS_MAX, bytes_max: BYTES_MAX },
        at_utc_ms: now.timestamp_millis(),
        logs,
    }))
}

/// The hub's hashes at some places of a till's own log.
pub async fn hashes(
    State(app): State<App>,
    signed: SignedTill,
    Sent(request): Sent<HashesRequest>,
) -> Result<Json<HashesReply>, Error> {
    if request.seqs.len() > PLACES_MAX {
        return Err(Error::bad_request("too_many_places", "Ask for at most 1000 places at once."));
    }
    let mut tx = app.db.read().await?;
    let own = store::log_head(&mut tx, request.log).await?.is_some_and(|log| log.till == signed.till);
    if !own || request.till != signed.till {
        return Err(Error::forbidden("foreign_log", "This log belongs to another till, or to none."));
    }
    Ok(Json(HashesReply { hashes: store::hashes_at(&mut tx, request.log, &request.seqs).await? }))
}

#[derive(Debug, Deserialize)]
pub struct ChangesQuery {
    #[serde(default)]
    cursor: i64,
    #[serde(default)]
    limit: Option<usize>,
    /// Of the kinds that came later, those that this till can read, with commas between.
    #[serde(default)]
    kinds: String,
    /// The tills of the agent that asks, with commas between: of stock it is told what concerns their stores, as long as
    /// they are enrolled. Without it the till that signed.
    #[serde(default)]
    tills: String,
}

/// What changed since a till last asked: catalogue, cards, members, programme.
pub async fn changes(
    State(app): State<App>,
    signed: SignedTill,
    Ask(query): Ask<ChangesQuery>,
) -> Result<Json<ChangesPage>, Error> {
    let limit = query.limit.unwrap_or(CHANGES_DEFAULT).clamp(1, CHANGES_MAX);
    let mut tx = app.db.read().await?;
    let kinds: Vec<&str> = query.kinds.split(',').collect();
    let tills = asking_tills(&query.tills, signed.till)?;
    let reader = Reader { kinds: &kinds, tills: &tills };
    let part = catalogue::feed::feed(&mut tx, query.cursor, limit, reader).await?;
    Ok(Json(ChangesPage {
        hub_epoch: app.hub.epoch,
        changes: part.changes,
        cursor: part.cursor,
        more: part.more,
        public_url: app.settings.public_url.as_ref().map(ToString::to_string),
    }))
}

/// The till that signed and those that it names beside itself. Of more than one agent has the first are heard: a till that
/// were refused for them would hear nothing at all.
fn asking_tills(named: &str, signed: TillId) -> Result<Vec<TillId>, Error> {
    let bad = || Error::bad_request("bad_tills", "Name tills by their ids, with commas between.");
    let mut tills = vec![signed];
    for till in named.split(',').filter(|_| !named.is_empty()) {
        let till: TillId = till.parse().map_err(|_| bad())?;
        if tills.len() < CHANGES_TILLS_MAX && !tills.contains(&till) {
            tills.push(till);
        }
    }
    Ok(tills)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_is_heard_with_the_tills_beside_it() {
        let till = |n: u8| TillId::new(1, [n; 10]);
        let named = |tills: &[TillId]| tills.iter().map(TillId::to_string).collect::<Vec<_>>().join(",");
        let asking = |named: &str| asking_tills(named, till(1)).map_err(|_| "refused");
        assert_eq!(asking(""), Ok(vec![till(1)]));
        assert_eq!(asking(&named(&[till(2), till(1), till(2)])), Ok(vec![till(1), till(2)]));
        let many: Vec<TillId> = (2..=200).map(till).collect();
        let heard = asking(&named(&many)).unwrap();
        assert_eq!((heard.len(), heard[0], heard[99]), (CHANGES_TILLS_MAX, till(1), till(100)));
        for text in [",", "x", "1,2"] {
            assert_eq!(asking(text), Err("refused"), "{text}");
        }
    }
}
