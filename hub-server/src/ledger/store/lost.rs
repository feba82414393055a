//! With which cards points were spent, and what stores are charged with.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::card::card_at;
use domain::codes::CardNumber;
use domain::ids::{AccountId, SaleId};
use domain::money::{Money, Points};
use sqlx::{FromRow, query_as};

use crate::db::{DbError, Tx, rows_of};
use crate::ledger::lost::{CardThen, CardsThen};
use crate::members::cards;
use crate::on;

/// What the cards of these sales were when they were rung up.
pub(in crate::ledger) async fn cards_then(tx: &mut Tx, sales: &[SaleId]) -> Result<CardsThen, DbError> {
    let text = |sales: &str| {
        format!(
            "select id, card, occurred_at from sale
             where card in (select card from card_report) and id in {sales}"
        )
    };
    let rows: Vec<(SaleId, CardNumber, DateTime<Utc>)> = rows_of(tx, sales, text).await?;
    let numbers: Vec<CardNumber> = rows.iter().map(|(_, card, _)| card.clone()).collect();
    let said = cards::said_of(tx, &numbers).await?;
    let then = |(sale, card, at): (SaleId, CardNumber, DateTime<Utc>)| {
        let was = card_at(said.get(&card).map_or(&[][..], Vec::as_slice), at);
        (sale, CardThen { card, was })
    };
    Ok(rows.into_iter().map(then).collect())
}

/// What a card ever paid with points, and for whom.
pub(in crate::ledger) async fn redeemed_with(
    tx: &mut Tx,
    card: &CardNumber,
) -> Result<HashMap<SaleId, AccountId>, DbError> {
    const SQL: &str = "select e.sale, e.account from sale s join ledger_entry e on e.sale = s.id
        where s.card = $1 and e.kind = 'burn' and e.points < 0";
    let rows: Vec<(SaleId, AccountId)> = on!(tx, c => query_as(SQL).bind(card.as_str()).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// A redemption that a store answers for, and no member.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Charged {
    pub sale: SaleId,
    pub account: AccountId,
    pub card: CardNumber,
    pub store: String,
    pub till: String,
    pub cashier: Option<String>,
    pub receipt_no: i64,
    pub business_date: NaiveDate,
    pub occurred_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    pub points: Points,
    /// What points paid of the ticket; where goods came back, not all of it is charged.
    pub paid: Money,
}

/// What stores are charged with, the latest first.
pub async fn charged(tx: &mut Tx) -> Result<Vec<Charged>, DbError> {
    const SQL: &str = "
        select s.id as sale, t.account, s.card, s.store, s.till, s.cashier, s.receipt_no, s.business_date,
            s.occurred_at, s.received_at, t.points,
            (select cast(coalesce(sum(p.amount), 0) as bigint) from tender p
                where p.sale = s.id and p.points is not null and p.origin_sale is null) as paid
        from (select sale, account, cast(sum(points) as bigint) as points from ledger_entry
                where kind = 'transfer' group by sale, account) t
        join sale s on s.id = t.sale
        where t.points <> 0 and s.card is not null
        order by s.occurred_at desc, s.id";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}
