//! Sales as they were closed at the tills: applied once, never changed. Only whose they are may be
//! learned later, when a card becomes known.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::CardNumber;
use domain::ids::{AccountId, LogId, SaleId};
use domain::sale::{Sale, SaleStatus};

use crate::db::{DbError, Tx};
use crate::members;

pub mod gifts;
pub mod held;
pub mod history;
mod kept;
pub mod receipts;
pub mod rules;
pub mod shifts;
mod store;

pub use history::{History, history};
pub use kept::Kept;
pub use store::{
    Attributed, OfMember, by_key, count, give_to_owners, given_by_rules, kept, late, of_members, page,
    unattributed,
};

/// A sale with its place of custody.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    pub sale: &'a Sale,
    pub log: LogId,
    pub seq: i64,
}

/// What became of one sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Its rows are there; none is the account of an unknown or missing card.
    New(Option<AccountId>),
    /// The same receipt with the same content came by another way.
    Duplicate,
    /// Another sale has the same store, till, business date and receipt number.
    Conflict,
}

/// Writes sales with their lines, tenders, coupons, price rules, pages and visits; the answer has one turn a sale, in
/// order.
pub async fn write(tx: &mut Tx, sales: &[Incoming<'_>], now: DateTime<Utc>) -> Result<Vec<Written>, DbError> {
    let late = late_cards(tx, sales).await?;
    let own = sales.iter().filter_map(|incoming| incoming.sale.card.clone());
    let cards: Vec<CardNumber> = own.chain(late.values().cloned()).collect();
    let accounts = members::accounts_of_cards(tx, &cards).await?;
    let account_of = |sale: &Sale| {
        let card = sale.card.as_ref().or_else(|| late.get(&sale.id));
        card.and_then(|card| accounts.get(card)).copied()
    };
    let rows: Vec<(Incoming<'_>, Option<AccountId>)> =
        sales.iter().map(|incoming| (*incoming, account_of(incoming.sale))).collect();
    let inserted = store::insert_sales(tx, &rows, now).await?;
    let new: Vec<(&Sale, Option<AccountId>)> = rows
        .iter()
        .filter(|(incoming, _)| inserted.contains(&incoming.sale.id))
        .map(|(incoming, account)| (incoming.sale, *account))
        .collect();
    store::insert_lines(tx, &new).await?;
    store::insert_kept_points(tx, &new).await?;
    store::insert_tenders(tx, &new).await?;
    store::insert_coupons(tx, &new).await?;
    store::insert_price_rules(tx, &new).await?;
    store::by_key::insert(tx, &new).await?;
    store::insert_visits(tx, &new).await?;
    let mut turns = Vec::with_capacity(sales.len());
    for (incoming, account) in rows {
        turns.push(if inserted.contains(&incoming.sale.id) {
            Written::New(account)
        } else {
            same_or_other(tx, incoming.sale).await?
        });
    }
    Ok(turns)
}

/// Cards that were forgotten, and heard of before their sales.
async fn late_cards(tx: &mut Tx, sales: &[Incoming<'_>]) -> Result<HashMap<SaleId, CardNumber>, DbError> {
    let may = |sale: &Sale| sale.card.is_none() && sale.status == SaleStatus::Completed;
    let sales: Vec<SaleId> =
        sales.iter().filter(|incoming| may(incoming.sale)).map(|incoming| incoming.sale.id).collect();
    store::late::cards_of(tx, &sales).await
}

async fn same_or_other(tx: &mut Tx, sale: &Sale) -> Result<Written, DbError> {
    let before = store::by_receipt(tx, sale).await?;
    let same = before.is_some_and(|before| rules::same_content(&before, sale));
    Ok(if same { Written::Duplicate } else { Written::Conflict })
}

/// Gives sales of cards that were unknown when they came to the cards' accounts, up to `limit` of them.
/// Their visits are written; points are the caller's next step, and the call is repeated until it
/// answers with nothing.
pub async fn attribute(
    tx: &mut Tx,
    cards: &[CardNumber],
    limit: i64,
) -> Result<Vec<(Sale, AccountId)>, DbError> {
    let accounts: HashMap<CardNumber, AccountId> = members::accounts_of_cards(tx, cards).await?;
    let cards: Vec<CardNumber> = accounts.keys().cloned().collect();
    let waiting = store::waiting(tx, &cards, limit).await?;
    let mut attributed = Vec::with_capacity(waiting.len());
    for (sale, card) in waiting {
        if let Some(account) = accounts.get(&card) {
            attributed.push(Attributed { sale, account: *account });
        }
    }
    store::set_accounts(tx, &attributed).await?;
    let sales = store::read_sales(tx, &attributed).await?;
    let rows: Vec<(&Sale, Option<AccountId>)> =
        sales.iter().map(|(sale, account)| (sale, Some(*account))).collect();
    store::insert_visits(tx, &rows).await?;
    Ok(sales)
}
