//! What was sold of what: how goods that come back without a receipt are found again.

use chrono::NaiveDate;
use domain::codes::{CardNumber, CashierCode, Sku};
use domain::ids::SaleId;
use domain::money::{Money, Quantity};
use domain::sale::{LineKind, Sale, SaleLine};
use sqlx::{QueryBuilder, Sqlite, SqliteExecutor};

use super::{Store, StoreError, Tx, bad_row};

/// A line that was sold, with what came back of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SoldRow {
    pub sale: SaleId,
    pub line: u32,
    pub quantity: Quantity,
    pub returned: Quantity,
}

/// Purchases that are looked through: goods of a household, bought again and again.
const BOUGHT_MAX: i64 = 50;

/// The card itself and the other cards of its member, as far as this till knows them.
macro_rules! cards_of {
    () => {
        "select $1 union select number from card where member = (select member from card where number = $1)"
    };
}

const BOUGHT: &str = concat!(
    "select sale, line, quantity, returned from (
         select s.sale, s.line, s.quantity, s.business_date,
             coalesce((select sum(r.quantity) from returned_line r where r.sale = s.sale and r.line = s.line), 0)
                 as returned
         from sold_line s where s.card in (",
    cards_of!(),
    ") and s.sku = $2 and s.business_date >= $3)
     where quantity > returned order by business_date desc, sale desc, line desc limit $4"
);

/// Money is for one, rounded down. What was given away has no price.
const LOWEST: &str = "select min(paid * 1000 / quantity) from sold_line
    where sku = $1 and business_date >= $2 and paid > 0 and quantity > 0";

const OF_CARD: &str =
    concat!("select count(*) from unreceipted where card in (", cards_of!(), ") and business_date >= $2");

const OF_CASHIER: &str = "select count(*) from unreceipted where cashier = $1 and business_date >= $2";

impl Store {
    /// What the member of this card bought of a product since a date and still has, newest first.
    pub async fn bought(
        &self,
        card: &CardNumber,
        sku: &Sku,
        since: NaiveDate,
    ) -> Result<Vec<SoldRow>, StoreError> {
        let query = sqlx::query_as(BOUGHT).bind(card).bind(sku).bind(since).bind(BOUGHT_MAX);
        Ok(query.fetch_all(self.reader()).await?)
    }

    /// The lowest price for which one of it was sold since a date.
    pub async fn lowest_price(&self, sku: &Sku, since: NaiveDate) -> Result<Option<Money>, StoreError> {
        Ok(sqlx::query_scalar(LOWEST).bind(sku).bind(since).fetch_one(self.reader()).await?)
    }

    /// Tickets since a date with goods without a receipt, of the card's member and of the cashier.
    pub async fn unreceipted(
        &self,
        card: Option<&CardNumber>,
        cashier: Option<&CashierCode>,
        since: NaiveDate,
    ) -> Result<(i64, i64), StoreError> {
        let of_card = count(self.reader(), OF_CARD, card.map(CardNumber::as_str), since).await?;
        Ok((of_card, count(self.reader(), OF_CASHIER, cashier.map(CashierCode::as_str), since).await?))
    }
}

/// The same inside the commit that takes goods back: two tills may have a member's goods at once.
pub async fn unreceipted(
    tx: &mut Tx,
    card: Option<&CardNumber>,
    cashier: Option<&CashierCode>,
    since: NaiveDate,
) -> Result<(i64, i64), StoreError> {
    let of_card = count(&mut **tx, OF_CARD, card.map(CardNumber::as_str), since).await?;
    Ok((of_card, count(&mut **tx, OF_CASHIER, cashier.map(CashierCode::as_str), since).await?))
}

async fn count(
    on: impl SqliteExecutor<'_>,
    sql: &'static str,
    of: Option<&str>,
    since: NaiveDate,
) -> Result<i64, StoreError> {
    let Some(of) = of else { return Ok(0) };
    Ok(sqlx::query_scalar(sql).bind(of).bind(since).fetch_one(on).await?)
}

/// Rows a statement; seven values each.
const ROWS: usize = 400;

/// Notes what sales sold, and which of them took goods back without a receipt.
pub async fn note(tx: &mut Tx, sales: &[&Sale]) -> Result<(), StoreError> {
    let is_sold = |line: &&SaleLine| line.kind == LineKind::Sale;
    let sold =
        sales.iter().flat_map(|sale| sale.counted_lines().filter(is_sold).map(move |line| (*sale, line)));
    let mut rows = vec![];
    for (sale, line) in sold {
        rows.push((sale, line, line.paid().map_err(|e| bad_row("sold line")(&e))?));
    }
    for some in rows.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "insert or ignore into sold_line (sku, business_date, sale, line, card, quantity, paid) ",
        );
        sql.push_values(some, |mut row, (sale, line, paid)| {
            row.push_bind(&line.sku)
                .push_bind(sale.business_date)
                .push_bind(sale.id)
                .push_bind(line.number)
                .push_bind(sale.card.as_ref())
                .push_bind(line.quantity)
                .push_bind(paid);
        });
        sql.build().execute(&mut **tx).await?;
    }
    for sale in sales.iter().filter(|sale| sale.counted_lines().any(|line| line.without_receipt)) {
        sqlx::query(
            "insert or ignore into unreceipted (sale, business_date, card, cashier) values ($1, $2, $3, $4)",
        )
        .bind(sale.id)
        .bind(sale.business_date)
        .bind(sale.card.as_ref())
        .bind(sale.cashier.as_ref())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Gives what a sale sold the card that came later: its member may bring it back without the receipt.
pub async fn set_card(tx: &mut Tx, sale: &Sale, card: &CardNumber) -> Result<(), StoreError> {
    for line in sale.counted_lines().filter(|line| line.kind == LineKind::Sale) {
        sqlx::query(
            "update sold_line set card = $1 where sku = $2 and business_date = $3 and sale = $4 and line = $5",
        )
        .bind(card)
        .bind(&line.sku)
        .bind(sale.business_date)
        .bind(sale.id)
        .bind(line.number)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
