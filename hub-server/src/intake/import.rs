//! Finished sales from a file: the hub writes them into logs of its own, one a store and till, and takes
//! custody of them like of any till's.

use std::collections::BTreeMap;

use domain::codes::{StoreCode, TillCode};
use domain::ids::{EventId, LogId, TillId};
use domain::sale::{Sale, SaleDraft};
use domain::sync::{Batch, Body, Disposition, Envelope, Head, Problem, PushHeader, Stamp};
use sha2::{Digest, Sha256};

use super::Rooms;
use crate::app::App;
use crate::error::Error;
use crate::sync::{self, EVENTS_MAX, Source};

/// What became of one sale of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    New,
    /// It was there already.
    Same,
    Rejected {
        code: String,
        reason: String,
    },
}

/// Takes sales in; the answer has one turn a sale, in order. The same sales again change nothing.
pub async fn import_sales(app: &App, drafts: Vec<SaleDraft>) -> Result<Vec<Imported>, Error> {
    let mut turns: Vec<Option<Imported>> = vec![None; drafts.len()];
    let mut by_log: BTreeMap<(StoreCode, TillCode), Vec<(usize, Sale)>> = BTreeMap::new();
    for (place, draft) in drafts.into_iter().enumerate() {
        match Sale::close(draft) {
            Ok(sale) => {
                by_log.entry((sale.store.clone(), sale.till.clone())).or_default().push((place, sale))
            }
            Err(e) => turns[place] = Some(rejected(e.code(), &e)),
        }
    }
    for ((store, till), sales) in by_log {
        for part in sales.chunks(EVENTS_MAX) {
            for (place, turn) in import_part(app, &store, &till, part).await? {
                turns[place] = Some(turn);
            }
        }
    }
    let missing = || rejected("not_imported", &"the hub gave no answer for this sale");
    Ok(turns.into_iter().map(|turn| turn.unwrap_or_else(missing)).collect())
}

fn rejected(code: &str, reason: &impl ToString) -> Imported {
    Imported::Rejected { code: code.to_owned(), reason: reason.to_string() }
}

/// Another import of the same till may have moved the log's end meanwhile: then the part is laid out anew.
async fn import_part(
    app: &App,
    store: &StoreCode,
    code: &TillCode,
    sales: &[(usize, Sale)],
) -> Result<Vec<(usize, Imported)>, Error> {
    let mut tries = 0;
    loop {
        match try_import_part(app, store, log_of(store, code), sales).await {
            Err(Error::Refused(problem)) if tries < TRIES && moved_meanwhile(&problem) => tries += 1,
            other => return other,
        }
    }
}

const TRIES: u32 = 5;

fn moved_meanwhile(problem: &Problem) -> bool {
    matches!(problem.code.as_str(), "gap" | "log_forked")
}

async fn try_import_part(
    app: &App,
    store: &StoreCode,
    log: LogId,
    sales: &[(usize, Sale)],
) -> Result<Vec<(usize, Imported)>, Error> {
    let ids: Vec<EventId> = sales.iter().map(|(_, sale)| sale.id.into()).collect();
    let mut tx = app.db.read().await?;
    let mut head = sync::log_head(&mut tx, log).await?.map_or(Head::EMPTY, |record| record.ack);
    let known = sync::answered(&mut tx, &ids).await?;
    drop(tx);
    let first = head.seq + 1;
    let (mut turns, mut events, mut sent) = (vec![], vec![], vec![]);
    for (place, sale) in sales {
        let event = EventId::from(sale.id);
        let stamp = stamp(store, app.clock.now().timestamp_millis());
        let body = Body::Sale(Box::new(sale.clone()));
        let written = Envelope::append(log, head, event, stamp, &body).map_err(anyhow::Error::from)?;
        match known.get(&event) {
            // What was refused the first time is refused again: it has not been applied meanwhile.
            Some((digest, answer)) if *digest == written.digest => turns.push((*place, again(answer))),
            Some(_) => turns.push((*place, of_disposition(&Disposition::Conflict))),
            None => {
                head = Head { seq: head.seq + 1, hash: written.hash };
                events.push(written.bytes);
                sent.push((*place, event));
            }
        }
    }
    if events.is_empty() {
        return Ok(turns);
    }
    let header = PushHeader { session: 0, log, first, last: head.seq, last_hash: head.hash };
    let source = Source::Import { till: import_till() };
    let reply = sync::receive(app, &source, Batch { header, events }, &Rooms).await?;
    for (place, event) in sent {
        let found = reply.dispositions.iter().find(|(id, _)| *id == event);
        turns.extend(found.map(|(_, disposition)| (place, of_disposition(disposition))));
    }
    Ok(turns)
}

fn again(answer: &Disposition) -> Imported {
    match answer {
        Disposition::Applied => Imported::Same,
        other => of_disposition(other),
    }
}

fn of_disposition(disposition: &Disposition) -> Imported {
    match disposition {
        Disposition::Applied => Imported::New,
        Disposition::Duplicate => Imported::Same,
        Disposition::Held => rejected("held", &"this kind of event is not known yet"),
        Disposition::Quarantined { code } => {
            rejected(code, &"the sale is kept in quarantine; see the quarantine page")
        }
        Disposition::Conflict => {
            rejected("receipt_conflict", &"the hub has this receipt with another content")
        }
    }
}

/// The hub's own till, for which no key exists: nobody can push as it from outside.
fn import_till() -> TillId {
    TillId::new(0, entropy("yapa-import-till"))
}

/// Made from store and till, so that every import goes on where the last one ended.
fn log_of(store: &StoreCode, code: &TillCode) -> LogId {
    LogId::new(0, entropy(&format!("yapa-import-log\n{store}\n{code}")))
}

fn entropy(text: &str) -> [u8; 10] {
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&Sha256::digest(text)[..10]);
    entropy
}

fn stamp(store: &StoreCode, at_utc_ms: i64) -> Stamp {
    Stamp {
        store: store.clone(),
        till: import_till(),
        at_utc_ms,
        boot_id: "import".to_owned(),
        mono_ms: 0,
        cashier: None,
        hub_epoch_seen: 0,
    }
}
