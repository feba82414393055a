//! The changes feed: everything a till keeps a copy of, in one order, behind one cursor.

use domain::card::UnknownCardState;
use domain::codes::CardNumber;
use domain::ids::{MemberId, TillId};
use domain::snapshot::{CardRow, Change, FeedCursor, GIFT_GONE, MemberRow, PRICE_RULE, ProductRow, STOCK};

use crate::db::{DbError, Tx};

mod store;

/// A part of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPart {
    pub changes: Vec<Change>,
    /// Ask from here next.
    pub cursor: FeedCursor,
    pub more: bool,
}

/// Who asks for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reader<'a> {
    /// Of [`LATER_KINDS`] those that it can read.
    ///
    /// [`LATER_KINDS`]: domain::snapshot::LATER_KINDS
    pub kinds: &'a [&'a str],
    /// The tills it stands for: of stock it hears what concerns their stores.
    pub tills: &'a [TillId],
}

/// Reads up to `limit` changes after `cursor`; of [`LATER_KINDS`] those that the till says it can read. Call it
/// in a transaction that sees one moment.
///
/// [`LATER_KINDS`]: domain::snapshot::LATER_KINDS
pub async fn feed(
    tx: &mut Tx,
    cursor: FeedCursor,
    limit: usize,
    reader: Reader<'_>,
) -> Result<FeedPart, DbError> {
    // A cursor from the future was given out before this database was put back from a copy.
    let cursor = if cursor > store::head(tx).await? { 0 } else { cursor };
    let limit = limit.max(1);
    let one_more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut rows: Vec<(i64, Change)> = vec![];
    rows.extend(store::products(tx, cursor, one_more).await?);
    rows.extend(store::cards(tx, cursor, one_more).await?);
    rows.extend(store::members(tx, cursor, one_more).await?);
    rows.extend(store::programmes(tx, cursor, one_more).await?);
    rows.extend(super::cashiers::of_feed(tx, cursor, one_more).await?);
    if reader.kinds.contains(&STOCK) {
        rows.extend(store::stock_states(tx, cursor, one_more, reader.tills).await?);
    }
    if reader.kinds.contains(&GIFT_GONE) {
        rows.extend(store::gifts_gone(tx, cursor, one_more).await?);
    }
    if reader.kinds.contains(&PRICE_RULE) {
        rows.extend(super::price_rules::of_feed(tx, cursor, one_more).await?);
    }
    rows.sort_unstable_by_key(|(feed_no, _)| *feed_no);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let cursor = rows.last().map_or(cursor, |(feed_no, _)| *feed_no);
    Ok(FeedPart { changes: rows.into_iter().map(|(_, change)| change).collect(), cursor, more })
}

fn product_change(product: super::Product) -> Change {
    Change::Product(ProductRow {
        sku: product.sku,
        barcodes: product.barcodes,
        name: product.name,
        product_line: product.line,
        category: product.category,
        price: product.price,
        tax_rate: product.tax_rate,
        active: product.active,
        weighed: product.sold.weighed,
        open_price: product.sold.open_price,
        discreet: product.sold.discreet,
        gift_card: product.sold.gift_card,
    })
}

fn card_change(card: CardNumber, member: MemberId, state: &str) -> Result<Change, DbError> {
    let bad = |e: UnknownCardState| DbError::BadRow { what: "a card", why: e.to_string() };
    Ok(Change::Card(CardRow::new(card, member, state.parse().map_err(bad)?)))
}

fn member_change(body: &str) -> Result<Change, DbError> {
    let row: MemberRow = serde_json::from_str(body)
        .map_err(|e| DbError::BadRow { what: "a member snapshot", why: e.to_string() })?;
    Ok(Change::Member(Box::new(row)))
}
