//! The agent as a companion of a till software that exists already: finished sales over HTTP on loopback, as
//! CSV and as POSLog files, all by the same path into the journal and the outbox; members, points and holds
//! for its screens; and its scanner, read here first and passed through.

pub mod api;
mod field;
pub mod finished;
pub mod holds;
pub mod import;
pub mod passthrough;
pub mod poslog;
mod reserving;
pub mod returns;
pub mod setting;

use std::collections::{BTreeMap, HashMap};

use domain::ids::SaleId;
use domain::sale::Sale;
use domain::sync::{Body, Hash};
use uuid::Uuid;

use self::holds::Capture;
use crate::app::Agent;
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::journal::{self, Journalled, ReceiptKey};
use crate::store::log::{self, NewEvent};

/// What became of a finished sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    New,
    /// The journal had this very sale: the first answer holds.
    Repeated,
    /// The journal has another sale under this number.
    Conflict(SaleId),
    /// This agent is not enrolled for the sale's store and till.
    NoSuchTill,
}

impl Agent {
    /// Takes finished sales in, all in one commit, and answers for each in order. Taking the same sale in
    /// again changes nothing.
    pub async fn take_sales(&self, sales: &[Sale]) -> Result<Vec<Taken>, AgentError> {
        let mut tx = self.store().begin().await?;
        let (taken, tills) = self.take_in(&mut tx, sales).await?;
        self.store().commit(tx).await?;
        self.ring(&tills)?;
        Ok(taken)
    }

    /// Takes finished sales in, and captures the holds that they name in the same commit. Whatever a hold
    /// says, a sale that was paid is taken.
    pub async fn take_with_holds(
        &self,
        sales: &[Sale],
        holds: &[Option<Uuid>],
    ) -> Result<Vec<(Taken, Option<Capture>)>, AgentError> {
        let mut tx = self.store().begin().await?;
        let (taken, tills) = self.take_in(&mut tx, sales).await?;
        let mut answers = Vec::with_capacity(sales.len());
        for ((sale, hold), taken) in sales.iter().zip(holds).zip(taken) {
            let capture = match hold {
                Some(hold) if matches!(taken, Taken::New | Taken::Repeated) => {
                    Some(self.capture_hold(&mut tx, *hold, sale).await?)
                }
                _ => None,
            };
            answers.push((taken, capture));
        }
        self.store().commit(tx).await?;
        self.ring(&tills)?;
        Ok(answers)
    }

    /// Takes the card of a sale that the till software closed off this till's screen, where nothing else was
    /// entered: the next customer is not greeted by the name of the last.
    async fn clear_card(&self, sale: &Sale) -> Result<(), AgentError> {
        let Some(n) = self.till_called(&sale.store, &sale.till) else { return Ok(()) };
        let view = self.till(n).await?;
        let shown = view.card.map(|card| card.number);
        if view.lines.is_empty() && view.unknown.is_empty() && shown.is_some() && shown == sale.card {
            self.remove_card(n).await?;
        }
        Ok(())
    }

    /// Writes finished sales into journal and outbox; the answer names the tills that have something new to
    /// send once this is committed.
    async fn take_in(&self, tx: &mut Tx, sales: &[Sale]) -> Result<(Vec<Taken>, Vec<i64>), AgentError> {
        let keyed = sales.iter().map(|sale| self.keyed(sale)).collect::<Result<Vec<_>, _>>()?;
        let keys: Vec<ReceiptKey> = keyed.iter().flatten().map(|(key, _)| *key).collect();
        let known = journal::find_receipts(tx, &keys).await?;
        let taken = decide(&keyed, known);
        let mut by_till: BTreeMap<i64, Vec<NewEvent>> = BTreeMap::new();
        let mut rows: Vec<(i64, &Sale, Hash)> = Vec::new();
        for ((sale, keyed), taken) in sales.iter().zip(&keyed).zip(&taken) {
            if let (Some((key, Journalled { digest, .. })), Taken::New) = (keyed, taken) {
                let stamp = self.stamp(&self.desk(key.till)?.till);
                let body = Body::Sale(Box::new(sale.clone()));
                by_till.entry(key.till).or_default().push(NewEvent { event: sale.id.into(), stamp, body });
                rows.push((key.till, sale, *digest));
            }
        }
        journal::insert(tx, &rows).await?;
        for (till, events) in &by_till {
            let mut open = self.open_log(tx, *till).await?;
            log::append(tx, &mut open, events).await?;
        }
        Ok((taken, by_till.into_keys().collect()))
    }

    /// Tells that these tills have something new to send.
    fn ring(&self, tills: &[i64]) -> Result<(), AgentError> {
        for till in tills {
            let desk = self.desk(*till)?;
            desk.to_send.notify_one();
            desk.touch();
        }
        Ok(())
    }

    fn keyed(&self, sale: &Sale) -> Result<Keyed, AgentError> {
        let Some(till) = self.till_called(&sale.store, &sale.till) else { return Ok(None) };
        let key = ReceiptKey { till, business_date: sale.business_date, receipt_no: sale.receipt_no };
        Ok(Some((key, Journalled { sale: sale.id, digest: journal::digest(sale)? })))
    }
}

/// A sale's number and content; `None` where its till is not this agent's.
type Keyed = Option<(ReceiptKey, Journalled)>;

/// Tells new sales from repeated ones and from others that claim their number, also within one batch.
fn decide(sales: &[Keyed], mut known: HashMap<ReceiptKey, Journalled>) -> Vec<Taken> {
    let answer = |keyed: &Keyed| {
        let Some((key, sale)) = keyed else { return Taken::NoSuchTill };
        match known.get(key) {
            Some(first) if first.digest == sale.digest => Taken::Repeated,
            Some(first) => Taken::Conflict(first.sale),
            None => {
                known.insert(*key, sale.clone());
                Taken::New
            }
        }
    };
    sales.iter().map(answer).collect()
}

#[cfg(test)]
mod tests;
