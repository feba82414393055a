//! Rows of the hub's changes feed, and the cursor behind them, in one commit.

use chrono::{DateTime, Utc};
use domain::points::Programme;
use domain::scan::Barcode;
use domain::snapshot::{CardRow, Change, FeedCursor, MemberRow, ProductRow};
use sqlx::{QueryBuilder, Sqlite};

use super::{StoreError, Tx, bad_row};

/// Rows a statement: ten values each stay far below SQLite's limit of bound values.
const ROWS: usize = 500;

/// Takes a page of the feed in. A row states the present, so taking it twice changes nothing.
pub async fn apply_changes(
    tx: &mut Tx,
    changes: &[Change],
    cursor: FeedCursor,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (mut products, mut cards, mut members, mut programmes) = (vec![], vec![], vec![], vec![]);
    let (mut cashiers, mut price_rules, mut stock, mut gone) = (vec![], vec![], vec![], vec![]);
    for change in changes {
        match change {
            Change::Product(row) => products.push(row),
            Change::Card(row) => cards.push(row),
            Change::Member(row) => members.push(row.as_ref()),
            Change::Programme(row) => programmes.push(row),
            Change::Cashier(row) => cashiers.push(row),
            Change::PriceRule(row) => price_rules.push(row.as_ref()),
            Change::Stock(row) => stock.push(row),
            Change::GiftGone(row) => gone.push(row),
        }
    }
    put_products(tx, &products).await?;
    put_barcodes(tx, &products).await?;
    put_cards(tx, &cards).await?;
    put_members(tx, &members).await?;
    super::gifts::told(tx, &members).await?;
    put_programmes(tx, &programmes).await?;
    super::staff::put_cashiers(tx, &cashiers).await?;
    super::price_rules::put(tx, &price_rules).await?;
    super::stock::put(tx, &stock).await?;
    super::gifts::put(tx, &gone).await?;
    sqlx::query("update hub set feed_cursor = $1, pulled_at = $2")
        .bind(cursor)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn put_products(tx: &mut Tx, products: &[&ProductRow]) -> Result<(), StoreError> {
    for some in products.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "insert into product (sku, name, product_line, category, price, tax_rate, active, weighed, open_price, discreet, gift_card) ",
        );
        sql.push_values(some, |mut row, p| {
            row.push_bind(&p.sku)
                .push_bind(&p.name)
                .push_bind(&p.product_line)
                .push_bind(&p.category)
                .push_bind(p.price)
                .push_bind(p.tax_rate)
                .push_bind(p.active)
                .push_bind(p.weighed)
                .push_bind(p.open_price)
                .push_bind(p.discreet)
                .push_bind(p.gift_card);
        });
        sql.push(
            " on conflict (sku) do update set name = excluded.name, product_line = excluded.product_line,
              category = excluded.category, price = excluded.price, tax_rate = excluded.tax_rate,
              active = excluded.active, weighed = excluded.weighed, open_price = excluded.open_price,
              discreet = excluded.discreet, gift_card = excluded.gift_card",
        );
        sql.build().execute(&mut **tx).await?;
    }
    Ok(())
}

/// A product states all its barcodes, so those it no longer names go.
async fn put_barcodes(tx: &mut Tx, products: &[&ProductRow]) -> Result<(), StoreError> {
    let mut codes: Vec<(String, &ProductRow)> = Vec::new();
    for product in products {
        for barcode in &product.barcodes {
            let code: Barcode = barcode.parse().map_err(|e| bad_row("barcode of the feed")(&e))?;
            codes.push((code.into(), product));
        }
    }
    for some in products.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new("delete from barcode where sku in (");
        let mut skus = sql.separated(", ");
        for product in some {
            skus.push_bind(&product.sku);
        }
        sql.push(")");
        sql.build().execute(&mut **tx).await?;
    }
    for some in codes.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new("insert into barcode (code, sku) ");
        sql.push_values(some, |mut row, (code, product)| {
            row.push_bind(code).push_bind(&product.sku);
        });
        sql.push(" on conflict (code) do update set sku = excluded.sku");
        sql.build().execute(&mut **tx).await?;
    }
    Ok(())
}

pub(super) async fn put_cards(tx: &mut Tx, cards: &[&CardRow]) -> Result<(), StoreError> {
    for some in cards.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new("insert into card (number, member, active, state) ");
        sql.push_values(some, |mut row, c| {
            let state = c.state();
            row.push_bind(&c.card).push_bind(c.member).push_bind(state.earns()).push_bind(state.code());
        });
        sql.push(
            " on conflict (number) do update set member = excluded.member, active = excluded.active,
              state = excluded.state",
        );
        sql.build().execute(&mut **tx).await?;
    }
    Ok(())
}

pub(super) async fn put_members(tx: &mut Tx, members: &[&MemberRow]) -> Result<(), StoreError> {
    for some in members.chunks(ROWS) {
        let bodies: Vec<(_, String)> = some
            .iter()
            .map(|m| serde_json::to_string(m).map(|body| (m.member, body)))
            .collect::<Result<_, _>>()
            .map_err(|e| bad_row("member of the feed")(&e))?;
        let mut sql = QueryBuilder::<Sqlite>::new("insert into member (id, body) ");
        sql.push_values(bodies, |mut row, (id, body)| {
            row.push_bind(id).push_bind(body);
        });
        sql.push(" on conflict (id) do update set body = excluded.body");
        sql.build().execute(&mut **tx).await?;
    }
    Ok(())
}

async fn put_programmes(tx: &mut Tx, programmes: &[&Programme]) -> Result<(), StoreError> {
    for programme in programmes {
        let body = serde_json::to_string(programme).map_err(|e| bad_row("programme of the feed")(&e))?;
        sqlx::query(
            "insert into programme (version, body) values ($1, $2)
             on conflict (version) do update set body = excluded.body",
        )
        .bind(programme.version)
        .bind(body)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
