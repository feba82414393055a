//! SQL of members' tickets in the order of their days.

use chrono::NaiveDate;
use domain::ids::{AccountId, SaleId};
use domain::sale::Sale;
use sqlx::query_as;

use super::kept::lines_of;
use super::of_event;
use crate::db::{DbError, Tx};
use crate::on;
use crate::sales::kept::named;

/// A ticket that counts for a member.
#[derive(Debug, Clone)]
pub struct OfMember {
    pub id: SaleId,
    pub account: AccountId,
    pub business_date: NaiveDate,
    /// None where its event is not kept here, or cannot be read.
    pub sale: Option<Sale>,
}

/// Completed tickets of members after a place, up to and with a date, in the order of their days.
pub async fn of_members(
    tx: &mut Tx,
    (date, id): (NaiveDate, SaleId),
    until: NaiveDate,
    limit: i64,
) -> Result<Vec<OfMember>, DbError> {
    const SQL: &str = "select s.id, s.account, s.business_date, e.raw
        from sale s left join event e on e.id = s.id
        where s.business_date >= $1 and s.business_date <= $3 and (s.business_date > $1 or s.id > $2)
            and s.account is not null and s.status = 'completed'
        order by s.business_date, s.id limit $4";
    type Row = (SaleId, AccountId, NaiveDate, Option<Vec<u8>>);
    let rows: Vec<Row> =
        on!(tx, c => query_as(SQL).bind(date).bind(id).bind(until).bind(limit).fetch_all(c).await)?;
    let read = |(id, account, business_date, raw): Row| {
        let sale = raw.and_then(|raw| of_event(&raw).ok()).filter(|sale| sale.id == id);
        OfMember { id, account, business_date, sale }
    };
    let mut found: Vec<OfMember> = rows.into_iter().map(read).collect();
    name_lines(tx, &mut found).await?;
    Ok(found)
}

/// Goods that a till did not name are called as they were when the ticket was applied.
async fn name_lines(tx: &mut Tx, found: &mut [OfMember]) -> Result<(), DbError> {
    let is_nameless = |row: &&mut OfMember| {
        row.sale.as_ref().is_some_and(|sale| sale.lines.iter().any(domain::sale::SaleLine::is_nameless))
    };
    let mut nameless: Vec<&mut OfMember> = found.iter_mut().filter(is_nameless).collect();
    if nameless.is_empty() {
        return Ok(());
    }
    let lines = lines_of(tx, &nameless.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    for row in &mut nameless {
        let lines = lines.get(&row.id).map_or(&[][..], Vec::as_slice);
        row.sale = row.sale.take().map(|sale| named(sale, lines));
    }
    Ok(())
}
