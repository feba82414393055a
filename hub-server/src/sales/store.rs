//! SQL of sales, their lines, tenders and visits.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{CardNumber, PriceRuleCode};
use domain::ids::{AccountId, SaleId};
use domain::money::Money;
use domain::sale::{Sale, SaleLine, TenderKind};
use domain::sync::{Body, Envelope, ParsedBody};
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use super::Incoming;
use super::kept::named;
use super::rules::{figures, kind_text, status_text};
use crate::db::{Cells, DbError, Insert, KEYS, Tx, bulk, padded, rows_of};
use crate::on;

pub mod by_key;
mod dated;
mod kept;
pub mod late;

pub use dated::{OfMember, of_members};
use kept::lines_of;
pub use kept::{kept, page};

fn bad(why: impl ToString) -> DbError {
    DbError::BadRow { what: "a sale", why: why.to_string() }
}

fn tender_text(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "cash",
        TenderKind::Card => "card",
        TenderKind::Points => "points",
        TenderKind::GiftCard => "gift_card",
        TenderKind::External => "external",
    }
}

/// Writes the head rows; answers which of them are new.
pub(super) async fn insert_sales(
    tx: &mut Tx,
    rows: &[(Incoming<'_>, Option<AccountId>)],
    now: DateTime<Utc>,
) -> Result<HashSet<SaleId>, DbError> {
    let figures =
        rows.iter().map(|(row, _)| figures(row.sale)).collect::<Result<Vec<_>, _>>().map_err(bad)?;
    let sales: Vec<&Sale> = rows.iter().map(|(row, _)| row.sale).collect();
    let offsets = sales.iter().map(|s| i64::from(s.occurred_at.offset().local_minus_utc()));
    let insert = Insert {
        table: "sale",
        columns: vec![
            ("id", Cells::Uuid(sales.iter().map(|s| s.id.0).collect())),
            ("store", Cells::Text(sales.iter().map(|s| s.store.as_str()).collect())),
            ("till", Cells::Text(sales.iter().map(|s| s.till.as_str()).collect())),
            ("business_date", Cells::Date(sales.iter().map(|s| s.business_date).collect())),
            ("receipt_no", Cells::Int(sales.iter().map(|s| s.receipt_no).collect())),
            ("occurred_at", Cells::Time(sales.iter().map(|s| to_millis(s.occurred_at.to_utc())).collect())),
            ("utc_offset_s", Cells::Int(offsets.collect())),
            ("cashier", Cells::TextOr(sales.iter().map(|s| s.cashier.as_ref().map(AsRef::as_ref)).collect())),
            ("card", Cells::TextOr(sales.iter().map(|s| s.card.as_ref().map(AsRef::as_ref)).collect())),
            ("account", Cells::UuidOr(rows.iter().map(|(_, account)| account.map(|a| a.0)).collect())),
            ("status", Cells::Text(sales.iter().map(|s| status_text(s.status)).collect())),
            ("total", Cells::Int(sales.iter().map(|s| s.total().0).collect())),
            ("net", Cells::Int(figures.iter().map(|f| f.net.0).collect())),
            ("discount", Cells::Int(figures.iter().map(|f| f.discount.0).collect())),
            ("has_sale", Cells::Bool(sales.iter().map(|s| s.has_sale_line()).collect())),
            ("log", Cells::Uuid(rows.iter().map(|(row, _)| row.log.0).collect())),
            ("seq", Cells::Int(rows.iter().map(|(row, _)| row.seq).collect())),
            ("received_at", Cells::Time(vec![now; rows.len()])),
        ],
        conflict: "on conflict do nothing",
    };
    let written = insert.run(tx).await?;
    let all: HashSet<SaleId> = sales.iter().map(|s| s.id).collect();
    if usize::try_from(written) == Ok(rows.len()) {
        return Ok(all);
    }
    written_among(tx, rows).await
}

/// Which of the rows are there with their own place of custody.
async fn written_among(
    tx: &mut Tx,
    rows: &[(Incoming<'_>, Option<AccountId>)],
) -> Result<HashSet<SaleId>, DbError> {
    let places: HashSet<(SaleId, Uuid, i64)> =
        rows.iter().map(|(row, _)| (row.sale.id, row.log.0, row.seq)).collect();
    let ids: Vec<SaleId> = rows.iter().map(|(row, _)| row.sale.id).collect();
    let found: Vec<(SaleId, Uuid, i64)> =
        rows_of(tx, &ids, |ids| format!("select id, log, seq from sale where id in {ids}")).await?;
    Ok(found.into_iter().filter(|row| places.contains(row)).map(|(id, _, _)| id).collect())
}

pub(super) async fn insert_lines(tx: &mut Tx, sales: &[(&Sale, Option<AccountId>)]) -> Result<(), DbError> {
    let lines: Vec<(Uuid, &SaleLine)> =
        sales.iter().flat_map(|(sale, _)| sale.lines.iter().map(|line| (sale.id.0, line))).collect();
    let int = |get: fn(&SaleLine) -> i64| Cells::Int(lines.iter().map(|(_, line)| get(line)).collect());
    let insert = Insert {
        table: "sale_line",
        columns: vec![
            ("sale", Cells::Uuid(lines.iter().map(|(sale, _)| *sale).collect())),
            ("number", int(|l| i64::from(l.number))),
            ("kind", Cells::Text(lines.iter().map(|(_, l)| kind_text(l.kind)).collect())),
            ("sku", Cells::Text(lines.iter().map(|(_, l)| l.sku.as_str()).collect())),
            ("name", Cells::Text(lines.iter().map(|(_, l)| l.name.as_str()).collect())),
            ("product_line", Cells::Text(lines.iter().map(|(_, l)| l.product_line.as_str()).collect())),
            ("category", Cells::Text(lines.iter().map(|(_, l)| l.category.as_str()).collect())),
            ("quantity", int(|l| l.quantity.0)),
            ("unit_price", int(|l| l.unit_price.0)),
            ("gross", int(|l| l.gross.0)),
            ("discount", int(|l| l.discount.0)),
            ("net", int(|l| l.net.0)),
            ("tax", int(|l| l.tax.0)),
            ("promotion", Cells::UuidOr(lines.iter().map(|(_, l)| l.promotion.map(|p| p.0)).collect())),
            ("origin_sale", Cells::UuidOr(lines.iter().map(|(_, l)| l.origin.map(|o| o.sale.0)).collect())),
            (
                "origin_line",
                Cells::IntOr(lines.iter().map(|(_, l)| l.origin.map(|o| i64::from(o.line))).collect()),
            ),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

/// What even exchanges change about whose points come back.
pub(super) async fn insert_kept_points(
    tx: &mut Tx,
    sales: &[(&Sale, Option<AccountId>)],
) -> Result<(), DbError> {
    let mut rows = vec![];
    for (sale, _) in sales {
        let moved = sale.points_moved().map_err(bad)?;
        rows.extend(moved.into_iter().map(|(of, quantity)| (sale.id.0, of, quantity)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let insert = Insert {
        table: "kept_points",
        columns: vec![
            ("sale", Cells::Uuid(rows.iter().map(|(sale, ..)| *sale).collect())),
            ("origin_sale", Cells::Uuid(rows.iter().map(|(_, of, _)| of.sale.0).collect())),
            ("origin_line", Cells::Int(rows.iter().map(|(_, of, _)| i64::from(of.line)).collect())),
            ("quantity", Cells::Int(rows.iter().map(|(.., quantity)| quantity.0).collect())),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

pub(super) async fn insert_tenders(tx: &mut Tx, sales: &[(&Sale, Option<AccountId>)]) -> Result<(), DbError> {
    let tenders: Vec<_> = sales
        .iter()
        .flat_map(|(sale, _)| {
            (1_i64..).zip(&sale.tenders).map(|(number, tender)| (sale.id.0, number, tender))
        })
        .collect();
    let insert = Insert {
        table: "tender",
        columns: vec![
            ("sale", Cells::Uuid(tenders.iter().map(|(sale, _, _)| *sale).collect())),
            ("number", Cells::Int(tenders.iter().map(|(_, number, _)| *number).collect())),
            ("kind", Cells::Text(tenders.iter().map(|(_, _, t)| tender_text(t.kind)).collect())),
            ("amount", Cells::Int(tenders.iter().map(|(_, _, t)| t.amount.0).collect())),
            ("points", Cells::IntOr(tenders.iter().map(|(_, _, t)| t.points.map(|p| p.0)).collect())),
            ("gift", Cells::IntOr(tenders.iter().map(|(_, _, t)| t.gift.map(i64::from)).collect())),
            ("origin_sale", Cells::UuidOr(tenders.iter().map(|(_, _, t)| t.origin.map(|o| o.0)).collect())),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

pub(super) async fn insert_coupons(tx: &mut Tx, sales: &[(&Sale, Option<AccountId>)]) -> Result<(), DbError> {
    let coupons: Vec<_> = sales
        .iter()
        .flat_map(|(sale, _)| (1_i64..).zip(&sale.coupons).map(|(n, coupon)| (sale.id.0, n, coupon)))
        .collect();
    if coupons.is_empty() {
        return Ok(());
    }
    let insert = Insert {
        table: "sale_coupon",
        columns: vec![
            ("sale", Cells::Uuid(coupons.iter().map(|(sale, _, _)| *sale).collect())),
            ("number", Cells::Int(coupons.iter().map(|(_, number, _)| *number).collect())),
            ("code", Cells::Text(coupons.iter().map(|(_, _, c)| c.code.as_str()).collect())),
            ("name", Cells::Text(coupons.iter().map(|(_, _, c)| c.name.as_str()).collect())),
            ("amount", Cells::Int(coupons.iter().map(|(_, _, c)| c.amount.0).collect())),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

pub(super) async fn insert_price_rules(
    tx: &mut Tx,
    sales: &[(&Sale, Option<AccountId>)],
) -> Result<(), DbError> {
    let rules: Vec<_> =
        sales.iter().flat_map(|(sale, _)| sale.price_rules.iter().map(|rule| (sale.id.0, rule))).collect();
    if rules.is_empty() {
        return Ok(());
    }
    let insert = Insert {
        table: "sale_price_rule",
        columns: vec![
            ("sale", Cells::Uuid(rules.iter().map(|(sale, _)| *sale).collect())),
            ("code", Cells::Text(rules.iter().map(|(_, rule)| rule.code.as_str()).collect())),
            ("name", Cells::Text(rules.iter().map(|(_, rule)| rule.name.as_str()).collect())),
            ("amount", Cells::Int(rules.iter().map(|(_, rule)| rule.amount.0).collect())),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

/// What each price rule gave, on how many sales that count.
pub async fn given_by_rules(tx: &mut Tx) -> Result<HashMap<PriceRuleCode, (i64, Money)>, DbError> {
    const SQL: &str = "select r.code, count(*), cast(sum(r.amount) as bigint) from sale_price_rule r
        join sale s on s.id = r.sale where s.status = 'completed' group by r.code";
    let rows: Vec<(PriceRuleCode, i64, Money)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(code, sales, amount)| (code, (sales, amount))).collect())
}

/// One row a day, account and store on which something was sold.
pub(super) async fn insert_visits(tx: &mut Tx, sales: &[(&Sale, Option<AccountId>)]) -> Result<(), DbError> {
    let visits: BTreeSet<(AccountId, NaiveDate, &str)> = sales
        .iter()
        .filter(|(sale, _)| sale.has_sale_line())
        .filter_map(|(sale, account)| Some(((*account)?, sale.business_date, sale.store.as_str())))
        .collect();
    let insert = Insert {
        table: "visit",
        columns: vec![
            ("account", Cells::Uuid(visits.iter().map(|(account, _, _)| account.0).collect())),
            ("business_date", Cells::Date(visits.iter().map(|(_, date, _)| *date).collect())),
            ("store", Cells::Text(visits.iter().map(|(_, _, store)| *store).collect())),
        ],
        conflict: "on conflict do nothing",
    };
    insert.run(tx).await.map(|_| ())
}

/// The sale that has a receipt's number already, as its event says.
pub(super) async fn by_receipt(tx: &mut Tx, sale: &Sale) -> Result<Option<Sale>, DbError> {
    const SQL: &str = "select e.raw from sale s join event e on e.id = s.id
        where s.store = $1 and s.till = $2 and s.business_date = $3 and s.receipt_no = $4";
    let raw: Option<Vec<u8>> = on!(tx, c => query_scalar(SQL)
        .bind(sale.store.as_str()).bind(sale.till.as_str()).bind(sale.business_date).bind(sale.receipt_no)
        .fetch_optional(c).await)?;
    raw.map(|raw| of_event(&raw)).transpose()
}

fn of_event(raw: &[u8]) -> Result<Sale, DbError> {
    let envelope = Envelope::parse(raw).map_err(bad)?;
    match Body::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
        ParsedBody::Known(Body::Sale(sale)) => Ok(*sale),
        _ => Err(bad(format!("event {} carries none", envelope.event))),
    }
}

// Attribution ----------------------------------------------------------------------------------------

/// A sale that has found its account.
#[derive(Debug, Clone, Copy)]
pub struct Attributed {
    pub sale: SaleId,
    pub account: AccountId,
}

/// Sales of some cards that have no account yet, the oldest first.
pub(super) async fn waiting(
    tx: &mut Tx,
    cards: &[CardNumber],
    limit: i64,
) -> Result<Vec<(SaleId, CardNumber)>, DbError> {
    let mut found: Vec<(SaleId, CardNumber)> = vec![];
    for part in cards.chunks(KEYS) {
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        if left <= 0 {
            break;
        }
        let keys = padded(part);
        let sql = format!(
            "select id, card from sale where card in {} and account is null order by id limit ${}",
            bulk::list(keys.len()),
            keys.len() + 1
        );
        let rows: Vec<(SaleId, CardNumber)> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql.as_str()));
            for key in &keys {
                query = query.bind(key.as_str());
            }
            query.bind(left).fetch_all(c).await
        })?;
        found.extend(rows);
    }
    let left = limit - i64::try_from(found.len()).unwrap_or(limit);
    found.extend(late::waiting(tx, cards, left).await?);
    Ok(found)
}

pub(super) async fn set_accounts(tx: &mut Tx, sales: &[Attributed]) -> Result<(), DbError> {
    const SQL: &str = "update sale set account = $2 where id = $1 and account is null";
    for row in sales {
        let touched = on!(tx, c => sqlx::query(SQL)
            .bind(row.sale).bind(row.account).execute(c).await.map(|done| done.rows_affected()))?;
        crate::db::ensure_touched("sale without an account", 1, touched)?;
    }
    Ok(())
}

/// Gives what was sold to members who became one, or parted, to whom it belongs now, by its card. Visits follow.
pub async fn give_to_owners(tx: &mut Tx, accounts: &[AccountId]) -> Result<(), DbError> {
    const GIVE: &str = "update sale set account = $2 where id = $1";
    const VISITS: &str = "insert into visit (account, business_date, store)
        select distinct account, business_date, store from sale where account = $1 and has_sale
        on conflict do nothing";
    let text = |accounts: &str| {
        format!(
            "select s.id, m.account from sale s left join late_card l on l.sale = s.id
             join card c on c.card = coalesce(s.card, l.card) join member m on m.id = c.member
             where s.account in {accounts} and m.account <> s.account"
        )
    };
    for (sale, account) in rows_of::<(SaleId, AccountId), _>(tx, accounts, text).await? {
        on!(tx, c => sqlx::query(GIVE).bind(sale).bind(account).execute(c).await.map(|_| ()))?;
    }
    for account in accounts {
        on!(tx, c => sqlx::query("delete from visit where account = $1")
            .bind(account).execute(c).await.map(|_| ()))?;
        on!(tx, c => sqlx::query(VISITS).bind(account).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The sales as their events say and with the names they were applied with, in the order asked for.
pub(super) async fn read_sales(tx: &mut Tx, sales: &[Attributed]) -> Result<Vec<(Sale, AccountId)>, DbError> {
    let ids: Vec<SaleId> = sales.iter().map(|row| row.sale).collect();
    let raw: Vec<(SaleId, Vec<u8>)> =
        rows_of(tx, &ids, |ids| format!("select id, raw from event where id in {ids}")).await?;
    let raw: HashMap<SaleId, Vec<u8>> = raw.into_iter().collect();
    let lines = lines_of(tx, &ids).await?;
    sales
        .iter()
        .map(|row| {
            let raw = raw.get(&row.sale).ok_or_else(|| bad(format!("{} has no event", row.sale)))?;
            let lines = lines.get(&row.sale).map_or(&[][..], Vec::as_slice);
            Ok((named(of_event(raw)?, lines), row.account))
        })
        .collect()
}

pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(on!(tx, c => query_scalar("select count(*) from sale").fetch_one(c).await)?)
}

/// Cards on sales that no member has.
pub async fn unattributed(tx: &mut Tx) -> Result<i64, DbError> {
    const SQL: &str = "select count(*) from sale where card is not null and account is null";
    let own: i64 = on!(tx, c => query_scalar(SQL).fetch_one(c).await)?;
    Ok(own + late::unattributed(tx).await?)
}
