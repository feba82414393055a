//! What events do: the one place that knows all rooms at once. Sales become rows, points, visits, stock
//! movements and renewed figures, in the transaction that takes custody of them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::codes::{CardNumber, Sku, StoreCode};
use domain::ids::{AccountId, EventId};
use domain::sale::{LineNames, Sale, SaleLine, SaleStatus};
use domain::shift::DrawerOpened;
use domain::sync::{ApprovalAsked, Body, Disposition, LogOpened, OfferAnswer, OpenReason, RefusedApproval};

use crate::access::audit;
use crate::app::App;
use crate::db::{DbError, Turn, Tx};
use crate::ledger::SaleJob;
use crate::live::News;
use crate::sales::{self, Incoming, Written};
use crate::sync::{Accepted, Applied, Apply, readers};
use crate::{catalogue, gift_cards, insights, ledger, redemption, stock};

pub mod adjustments;
pub mod api;
pub mod cards;
mod enrol;
mod explain;
mod import;
mod late;
pub mod merging;
mod store;
mod verify;

pub use explain::explain;
pub use import::{Imported, import_sales};
pub use verify::{Audit, verify};

/// Every room that events concern.
#[derive(Debug, Clone, Copy)]
pub struct Rooms;

impl Apply for Rooms {
    async fn apply(&self, tx: &mut Tx, events: &[Accepted], now: DateTime<Utc>) -> Result<Applied, DbError> {
        let mut incoming = vec![];
        let mut answers = vec![];
        let mut is_about_tills = false;
        for event in events {
            match &event.body {
                Body::Sale(sale) => incoming.push(Incoming { sale, log: event.log, seq: event.seq }),
                Body::OfferAnswer(answer) => answers.push((event.event, answer)),
                Body::LogOpened(opened) => note_opened(tx, event, opened, now).await?,
                // Each in its turn below.
                Body::MemberEnrolled(_) | Body::CardAttached(_) => {}
                Body::Approval(asked) => note_approval(tx, asked, now).await?,
                Body::ShiftOpened(opened) => sales::shifts::note_opened(tx, event.log, opened).await?,
                Body::CashMoved(moved) => sales::shifts::note_moved(tx, moved).await?,
                Body::DrawerOpened(opened) => note_drawer(tx, event, opened, now).await?,
                Body::ShiftClosed(closed) => sales::shifts::note_closed(tx, event.log, closed).await?,
                Body::GiftHoldVoided(_) | Body::RedemptionVoided(_) => {}
                Body::ReadersChecked(checked) => {
                    readers::note(tx, (event.log, event.seq), checked).await?;
                    is_about_tills = true;
                }
            }
        }
        note_answers(tx, &answers, now).await?;
        let mut enrolled = enrol::take(tx, events, now).await?.into_iter();
        let mut late = late::take(tx, events, now).await?.into_iter();
        let written = take_sales(tx, &incoming, now).await?;
        // What sales end of themselves is not to be ended before.
        end_holds(tx, events, now).await?;
        let freed = redemption::take(tx, events, &apart(events, &written), now).await?;
        let mut written = written.into_iter();
        let mut applied = Applied { dispositions: Vec::with_capacity(events.len()), news: vec![] };
        let mut touched = Touched { accounts: freed, ..Touched::default() };
        for event in events {
            let Body::Sale(sale) = &event.body else {
                let outcome = match &event.body {
                    Body::MemberEnrolled(_) => enrolled.next(),
                    Body::CardAttached(_) => late.next(),
                    _ => None,
                };
                let (disposition, account) = outcome.unwrap_or((Disposition::Applied, None));
                applied.dispositions.push(disposition);
                touched.accounts.extend(account);
                continue;
            };
            applied.dispositions.push(match written.next() {
                Some(Written::New(account)) => {
                    touched.add(sale, account);
                    Disposition::Applied
                }
                Some(Written::Duplicate) => Disposition::Duplicate,
                Some(Written::Conflict) | None => {
                    Disposition::Quarantined { code: "receipt_conflict".to_owned() }
                }
            });
        }
        applied.news = touched.news();
        applied.news.extend(is_about_tills.then_some(News::Tills));
        Ok(applied)
    }
}

/// Of the sales among events, those that were set aside; `written` is what became of each sale, in order.
fn apart(events: &[Accepted], written: &[Written]) -> BTreeSet<EventId> {
    let sales = events.iter().filter(|event| matches!(event.body, Body::Sale(_))).zip(written);
    sales.filter(|(_, written)| **written == Written::Conflict).map(|(event, _)| event.event).collect()
}

/// Whose figures changed.
#[derive(Debug, Default)]
struct Touched {
    stores: BTreeSet<StoreCode>,
    accounts: BTreeSet<AccountId>,
}

impl Touched {
    fn add(&mut self, sale: &Sale, account: Option<AccountId>) {
        self.stores.insert(sale.store.clone());
        self.accounts.extend(account);
    }

    fn news(self) -> Vec<News> {
        let stores = self.stores.into_iter().map(News::Store);
        stores.chain(self.accounts.into_iter().map(News::Account)).collect()
    }
}

/// Sales through every room that they concern.
async fn take_sales(
    tx: &mut Tx,
    incoming: &[Incoming<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<Written>, DbError> {
    // Another card or return under way must be seen or must wait: see [`Tx::order`].
    let turn = if incoming.iter().any(|row| undoes(row.sale)) { Turn::Alone } else { Turn::Beside };
    tx.order(turn).await?;
    let named = named(tx, incoming).await?;
    let incoming: Vec<Incoming<'_>> = incoming
        .iter()
        .zip(&named)
        .map(|(row, named)| Incoming { sale: named.as_ref().unwrap_or(row.sale), ..*row })
        .collect();
    let written = sales::write(tx, &incoming, now).await?;
    let new = || {
        incoming.iter().zip(&written).filter_map(|(row, turn)| match turn {
            Written::New(account) => Some((row.sale, *account)),
            Written::Duplicate | Written::Conflict => None,
        })
    };
    post(tx, new(), now).await?;
    gift_cards::post(tx, &new().map(|(sale, _)| sale).collect::<Vec<_>>(), now).await?;
    let moves = sales::rules::moves(new().map(|(sale, _)| sale))
        .map_err(|e| DbError::BadRow { what: "a stock movement", why: e.to_string() })?;
    let moves: Vec<_> = moves.into_iter().map(|((store, sku), quantity)| (store, sku, quantity)).collect();
    stock::move_sold(tx, &moves).await?;
    Ok(written)
}

/// What tills say of amounts of gift cards that they hold no more.
async fn end_holds(tx: &mut Tx, events: &[Accepted], now: DateTime<Utc>) -> Result<(), DbError> {
    for event in events {
        match &event.body {
            Body::GiftHoldVoided(voided) => gift_cards::note_voided(tx, voided, now).await?,
            Body::ShiftClosed(_) => gift_cards::note_shift_closed(tx, event.log, event.seq, now).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether points of another sale are taken back by this one.
fn undoes(sale: &Sale) -> bool {
    sale.lines.iter().any(|line| line.origin.is_some())
}

/// Sales from files do not say what their goods are called: the catalogue does, because a programme's rules
/// go by product line. None for a sale that needs no names.
async fn named(tx: &mut Tx, incoming: &[Incoming<'_>]) -> Result<Vec<Option<Sale>>, DbError> {
    let nameless = |row: &Incoming<'_>| row.sale.lines.iter().any(SaleLine::is_nameless);
    let of_files = incoming.iter().filter(|row| nameless(row));
    let skus: BTreeSet<Sku> =
        of_files.flat_map(|row| row.sale.lines.iter().map(|line| line.sku.clone())).collect();
    if skus.is_empty() {
        return Ok(vec![None; incoming.len()]);
    }
    let names = catalogue::names(tx, &skus.into_iter().collect::<Vec<_>>()).await?;
    let of = |line: &SaleLine| {
        let naming = names.get(&line.sku)?;
        Some(LineNames { name: &naming.name, product_line: &naming.line, category: &naming.category })
    };
    Ok(incoming.iter().map(|row| nameless(row).then(|| row.sale.clone().named(of))).collect())
}

/// Points of completed sales, and the marks that renew what tills know of their members.
async fn post(
    tx: &mut Tx,
    sales: impl Iterator<Item = (&Sale, Option<AccountId>)>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let jobs: Vec<SaleJob<'_>> = sales
        .filter(|(sale, _)| sale.status == SaleStatus::Completed)
        .map(|(sale, account)| SaleJob { sale, account })
        .collect();
    let mut accounts = ledger::post_sales(tx, &jobs, now).await?;
    accounts.extend(jobs.iter().filter_map(|job| job.account));
    insights::mark_stale(tx, &accounts.into_iter().collect::<Vec<_>>()).await
}

/// Sales of one round of [`attribute_cards`].
const ATTRIBUTE_AT_ONCE: i64 = 500;

/// Gives sales that came before their cards were known to the cards' accounts: visits and points become
/// what they would be had the cards come first. Answers how many sales there were.
pub async fn attribute_cards(
    tx: &mut Tx,
    cards: &[CardNumber],
    now: DateTime<Utc>,
) -> Result<usize, DbError> {
    tx.order(Turn::Alone).await?;
    let mut total = 0;
    loop {
        let attributed = sales::attribute(tx, cards, ATTRIBUTE_AT_ONCE).await?;
        if attributed.is_empty() {
            return Ok(total);
        }
        total += attributed.len();
        post(tx, attributed.iter().map(|(sale, account)| (sale, Some(*account))), now).await?;
    }
}

async fn note_opened(
    tx: &mut Tx,
    event: &Accepted,
    opened: &LogOpened,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let why = match opened.reason {
        OpenReason::Enrolled => return Ok(()),
        OpenReason::Regressed => "the till's file was restored from a copy",
        OpenReason::Moved => "the till's file was moved to another machine",
        OpenReason::Forked => "two machines wrote the log before",
        OpenReason::Salvaged => {
            &format!("the till's file was damaged; {} events are lost there", opened.lost)
        }
    };
    audit::note(tx, now, "till", "log.opened", &event.log.to_string(), why).await
}

/// Who let a cashier do what, or did not, is for the audit.
async fn note_approval(tx: &mut Tx, asked: &ApprovalAsked, now: DateTime<Utc>) -> Result<(), DbError> {
    let asker = asked.asked_by.as_ref().map_or("nobody", |code| code.as_str());
    let (action, why) = match asked.refused {
        None => ("approval.granted", ""),
        Some(RefusedApproval::WrongPin) => ("approval.refused", ": wrong PIN"),
        Some(RefusedApproval::NotPermitted) => ("approval.refused", ": not permitted"),
    };
    let (subject, detail) = (asked.permission.to_string(), format!("asked by {asker}{why}"));
    audit::note(tx, now, asked.by.as_str(), action, &subject, &detail).await
}

/// Also in the audit: a shop without shifts has no other place where somebody sees it.
async fn note_drawer(
    tx: &mut Tx,
    event: &Accepted,
    opened: &DrawerOpened,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sales::shifts::note_drawer(tx, event.log, opened).await?;
    let who = opened.cashier.as_ref().map_or("nobody", |code| code.as_str());
    let approved =
        opened.approved_by.as_ref().map_or_else(String::new, |code| format!(", approved by {code}"));
    let detail = format!("log {}{approved}", event.log);
    audit::note(tx, now, who, "drawer.opened", opened.purpose.code(), &detail).await
}

async fn note_answers(
    tx: &mut Tx,
    answers: &[(EventId, &OfferAnswer)],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    for (event, answer) in answers {
        store::insert_answer(tx, *event, answer, now).await?;
    }
    Ok(())
}

/// Attributes in a transaction of its own and tells the listeners.
pub async fn attribute_all(app: &App, cards: &[CardNumber]) -> Result<usize, DbError> {
    let mut tx = app.db.begin().await?;
    let count = attribute_cards(&mut tx, cards, app.clock.now()).await?;
    tx.commit().await?;
    Ok(count)
}

#[cfg(test)]
mod tests;
