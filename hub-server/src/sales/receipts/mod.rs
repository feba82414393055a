//! What a till is told of a receipt that another agent's till wrote; and the lines of which more came back than was sold,
//! because tills took them back that could not know of each other.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use domain::ids::SaleId;
use domain::money::{AmountError, Money, Quantity};
use domain::sale::Origin;
use domain::sync::{FoundReceipt, ReceiptReply, ReceiptRequest, without_references};
use sqlx::FromRow;

use super::store::{kept, late};
use crate::access::{Sent, SignedTill};
use crate::app::App;
use crate::catalogue;
use crate::db::{DbError, Tx};
use crate::error::Error;

pub mod pages;
mod store;
#[cfg(test)]
mod tests;

/// `POST /sync/v1/receipt`, of any store: goods come back in the whole chain. Who asks has read the receipt's code, which
/// nobody guesses, as most of a sale's id is drawn at random.
pub async fn asked(
    State(app): State<App>,
    _signed: SignedTill,
    Sent(request): Sent<ReceiptRequest>,
) -> Result<Json<ReceiptReply>, Error> {
    let mut tx = app.db.read().await?;
    let found = found(&mut tx, request.sale).await?.map(Box::new);
    Ok(Json(ReceiptReply { found }))
}

/// A sale as others may see it: who asks has its code or its page's address.
pub async fn found(tx: &mut Tx, id: SaleId) -> Result<Option<FoundReceipt>, DbError> {
    let Some(sale) = kept(tx, id).await?.and_then(|kept| kept.sale) else { return Ok(None) };
    let stores = catalogue::stores(tx).await?;
    let name = stores.into_iter().find(|store| store.code == sale.store).map(|store| store.name);
    Ok(Some(FoundReceipt {
        store_name: name.unwrap_or_else(|| sale.store.to_string()),
        late_card: late::card_of(tx, id).await?,
        returned: store::returned_of(tx, id).await?,
        sale: without_references(sale)
            .map_err(|error| DbError::BadRow { what: "a sale", why: error.to_string() })?,
    }))
}

/// A line of which more came back than was sold.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OverReturned {
    pub sale: SaleId,
    pub line: i64,
    pub store: String,
    pub till: String,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
    pub sku: String,
    pub name: String,
    pub sold: Quantity,
    pub returned: Quantity,
    /// What was paid for the line.
    pub paid: Money,
    /// What was paid out for all that came back of it.
    pub paid_back: Money,
    /// No more goods came back than were sold, but more with the points of a first purchase than the line keeps, so that as
    /// many of its own stay.
    #[sqlx(default)]
    pub kept_twice: bool,
}

/// A ticket that took such goods back.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ReturnTicket {
    pub origin_sale: SaleId,
    pub origin_line: i64,
    pub store: String,
    pub till: String,
    pub cashier: Option<String>,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
}

/// Each such line with the tickets that took it back, the latest sale first. It is computed of all tickets that the hub
/// has, so that no order of arrival matters.
pub async fn over_returned(tx: &mut Tx) -> Result<Vec<(OverReturned, Vec<ReturnTicket>)>, DbError> {
    let mut lines = store::over_returned(tx).await?;
    for line in store::exchanged_often(tx).await? {
        if is_kept_twice(tx, &line).await? {
            lines.push(OverReturned { kept_twice: true, ..line });
        }
    }
    lines.sort_by(|a, b| b.business_date.cmp(&a.business_date).then((a.sale, a.line).cmp(&(b.sale, b.line))));
    let mut sales: Vec<SaleId> = lines.iter().map(|line| line.sale).collect();
    sales.dedup();
    let mut tickets: HashMap<(SaleId, i64), Vec<ReturnTicket>> = HashMap::new();
    for ticket in store::tickets(tx, &sales).await? {
        tickets.entry((ticket.origin_sale, ticket.origin_line)).or_default().push(ticket);
    }
    let of = |line: OverReturned| {
        let by = tickets.remove(&(line.sale, line.line)).unwrap_or_default();
        (line, by)
    };
    Ok(lines.into_iter().map(of).collect())
}

/// Whether tickets that did not hear of each other took more pieces with the points of first purchases than a line of an
/// even exchange has.
async fn is_kept_twice(tx: &mut Tx, line: &OverReturned) -> Result<bool, DbError> {
    let bad = |error: AmountError| DbError::BadRow { what: "a sale", why: error.to_string() };
    let sold = kept(tx, line.sale).await?.and_then(|kept| kept.sale);
    let sold = sold.as_ref().and_then(|sale| sale.lines.iter().find(|l| i64::from(l.number) == line.line));
    let Some(sold) = sold else { return Ok(false) };
    let of = Some(Origin { sale: line.sale, line: sold.number });
    let mut taken = Quantity::ZERO;
    for by in store::takers(tx, line.sale, line.line).await? {
        let Some(sale) = kept(tx, by).await?.and_then(|kept| kept.sale) else { continue };
        for back in sale.counted_lines().filter(|back| back.origin == of) {
            taken = back.kept().and_then(|kept| taken.plus(kept)).map_err(bad)?;
        }
    }
    Ok(taken > sold.kept().map_err(bad)?)
}
