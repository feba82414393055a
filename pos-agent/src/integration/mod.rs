//! Finished sales from a till software that exists already: over HTTP on loopback and as CSV files, both by
//! the same path into the journal and the outbox.

pub mod api;
pub mod finished;
pub mod import;

use std::collections::{BTreeMap, HashMap};

use domain::ids::SaleId;
use domain::sale::Sale;
use domain::sync::{Body, Hash};

use crate::app::Agent;
use crate::error::AgentError;
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
        let keyed = sales.iter().map(|sale| self.keyed(sale)).collect::<Result<Vec<_>, _>>()?;
        let keys: Vec<ReceiptKey> = keyed.iter().flatten().map(|(key, _)| *key).collect();
        let mut tx = self.store().begin().await?;
        let known = journal::find_receipts(&mut tx, &keys).await?;
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
        journal::insert(&mut tx, &rows).await?;
        for (till, events) in &by_till {
            let mut open = self.open_log(&mut tx, *till).await?;
            log::append(&mut tx, &mut open, events).await?;
        }
        self.store().commit(tx).await?;
        for till in by_till.keys() {
            let desk = self.desk(*till)?;
            desk.to_send.notify_one();
            desk.touch();
        }
        Ok(taken)
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
