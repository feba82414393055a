//! Posting on a real database.

use chrono::DateTime;
use domain::ids::{AccountId, SaleId};
use domain::money::{Money, Quantity};
use domain::sale::{
    LineKind, Origin, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind, lines_total,
};
use sqlx::query;

use super::*;
use crate::db::Db;
use crate::on;

mod by_hand;
mod capping;
mod expiring;
mod explaining;
mod flipping;
mod giving;
mod spending;
mod vesting;

fn account() -> AccountId {
    AccountId::new(5, [5; 10])
}

fn sale(n: u8, kind: LineKind, quantity: i64, net: i64, origin: Option<u8>) -> Sale {
    let line = SaleLine {
        number: 1,
        kind,
        sku: "a".parse().unwrap(),
        name: String::new(),
        product_line: String::new(),
        category: String::new(),
        quantity: Quantity::pieces(quantity).unwrap(),
        unit_price: Money(net),
        gross: Money(net),
        discount: Money::ZERO,
        net: Money(net),
        tax: Money::ZERO,
        promotion: None,
        origin: origin.map(|n| Origin { sale: SaleId::new(i64::from(n), [n; 10]), line: 1 }),
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    };
    let mut draft = SaleDraft {
        id: SaleId::new(i64::from(n), [n; 10]),
        store: "1".parse().unwrap(),
        till: "1".parse().unwrap(),
        business_date: "2026-03-01".parse().unwrap(),
        receipt_no: i64::from(n),
        occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
        cashier: None,
        card: None,
        card_entry: None,
        status: SaleStatus::Completed,
        lines: vec![line],
        tenders: vec![],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    };
    draft.tenders.push(Tender::new(TenderKind::External, lines_total(&draft).unwrap()));
    Sale::close(draft).unwrap()
}

/// The rows that the sales room writes before it posts.
async fn write_rows(tx: &mut Tx, sale: &Sale) {
    let line = &sale.lines[0];
    let kind = if line.kind == LineKind::Sale { "sale" } else { "return" };
    on!(tx, c => query(
        "insert into sale (id, store, till, business_date, receipt_no, occurred_at, utc_offset_s, account, status, total, net, discount,
            has_sale, log, seq, received_at) values ($1, '1', '1', $2, $3, $4, 0, $5, 'completed', 0, 0, 0, true, $1, 1, $4)")
        .bind(sale.id).bind(sale.business_date).bind(sale.receipt_no).bind(sale.occurred_at.to_utc()).bind(account()).execute(c).await.map(|_| ())).unwrap();
    on!(tx, c => query(
        "insert into sale_line (sale, number, kind, sku, name, product_line, category, quantity, unit_price, gross, discount, net,
            tax, origin_sale, origin_line) values ($1, 1, $2, 'a', '', '', '', $3, 0, 0, 0, $6, 0, $4, $5)")
        .bind(sale.id).bind(kind).bind(line.quantity).bind(line.origin.map(|o| o.sale)).bind(line.origin.map(|o| i64::from(o.line)))
        .bind(line.net).execute(c).await.map(|_| ())).unwrap();
    for (number, tender) in (1_i64..).zip(&sale.tenders) {
        on!(tx, c => query("insert into tender (sale, number, kind, amount, points, origin_sale) values ($1, $2, 'any', $3, $4, $5)")
            .bind(sale.id).bind(number).bind(tender.amount).bind(tender.points).bind(tender.origin).execute(c).await.map(|_| ())).unwrap();
    }
}

/// Explains all that a ticket caused, without the ticket.
async fn explain_all(tx: &mut Tx, sale: &Sale) -> Vec<Explanation> {
    let mut found = vec![];
    for row in explained(tx, sale.id.0).await.unwrap() {
        found.push(explain(tx, row, None).await.unwrap());
    }
    found
}

async fn hub() -> (Db, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("hub.db").to_str().unwrap()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    ensure_programme(&mut tx, DateTime::UNIX_EPOCH).await.unwrap();
    on!(&mut tx, c => query("insert into account (id, created_at, balance, debt, earned, burned, expired) values ($1, $2, 0, 0, 0, 0, 0)")
        .bind(account()).bind(DateTime::UNIX_EPOCH).execute(c).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();
    (db, folder)
}

/// Posts batches of sales and answers the balance; the ledger must verify after each batch.
async fn balance_after(batches: &[&[&Sale]]) -> i64 {
    let (db, _folder) = hub().await;
    let now = DateTime::UNIX_EPOCH;
    for batch in batches {
        let mut tx = db.begin().await.unwrap();
        for sale in *batch {
            write_rows(&mut tx, sale).await;
        }
        let jobs: Vec<SaleJob<'_>> =
            batch.iter().map(|sale| SaleJob { sale, account: Some(account()) }).collect();
        post_sales(&mut tx, &jobs, now).await.unwrap();
        assert_eq!(verify(&mut tx).await.unwrap().differences, []);
        tx.commit().await.unwrap();
    }
    let mut tx = db.read().await.unwrap();
    entries(&mut tx, account(), 100).await.unwrap().iter().map(|e| e.points.0).sum()
}

#[tokio::test]
async fn goods_may_come_back_before_their_sale_arrives() {
    let sold = sale(1, LineKind::Sale, 3, 10_000, None);
    let other = sale(2, LineKind::Sale, 1, 5_000, None);
    let third = |n| sale(n, LineKind::Return, 1, 3_333, Some(1));
    let (a, b, c) = (third(3), third(4), third(5));
    // 100 points for three pieces: 33.33, 33.33 and 33.34 go back, and 50 points of the other sale stay.
    for batches in [
        vec![&[&sold, &other, &a, &b, &c][..]],
        vec![&[&a][..], &[&b, &other], &[&sold], &[&c]],
        vec![&[&a, &b, &c][..], &[&other], &[&sold]],
        vec![&[&sold][..], &[&a], &[&b], &[&c], &[&other]],
    ] {
        assert_eq!(balance_after(&batches).await, 5_000);
    }
    assert_eq!(balance_after(&[&[&sold, &a]]).await, 10_000 - 3_333);
}

#[tokio::test]
async fn loose_returns_take_back_what_the_rule_gives_and_may_lead_into_debt() {
    let sold = sale(1, LineKind::Sale, 1, 4_000, None);
    let loose = sale(2, LineKind::Return, 1, 9_050, None);
    for batches in [vec![&[&sold, &loose][..]], vec![&[&loose][..], &[&sold]]] {
        assert_eq!(balance_after(&batches).await, 4_000 - 9_000);
    }
}

#[tokio::test]
async fn goods_without_a_receipt_take_nothing_of_a_sale_and_come_in_any_order() {
    let sold = sale(1, LineKind::Sale, 1, 4_000, None);
    let mut back = SaleDraft::from(sale(2, LineKind::Return, 1, 3_050, None));
    back.lines[0].without_receipt = true;
    let text = serde_json::to_string(&back).unwrap();
    let back: Sale = serde_json::from_str(&text).unwrap();
    for batches in [vec![&[&sold, &back][..]], vec![&[&back][..], &[&sold]]] {
        assert_eq!(balance_after(&batches).await, 4_000 - 3_000);
    }
    // A till of before says nothing of it: its returns are read as ever.
    assert!(text.contains("without_receipt"));
    let before: Sale = serde_json::from_str(&text.replace(",\"without_receipt\":true", "")).unwrap();
    assert!(!before.lines[0].without_receipt);
}

#[tokio::test]
async fn the_same_sale_cannot_be_posted_twice() {
    let (db, _folder) = hub().await;
    let sold = sale(1, LineKind::Sale, 1, 4_000, None);
    let job = SaleJob { sale: &sold, account: Some(account()) };
    let mut tx = db.begin().await.unwrap();
    post_sales(&mut tx, &[job], DateTime::UNIX_EPOCH).await.unwrap();
    assert!(post_sales(&mut tx, &[job], DateTime::UNIX_EPOCH).await.is_err());
}

#[tokio::test]
async fn a_card_that_becomes_known_later_earns_and_takes_nothing_back_twice() {
    let (db, _folder) = hub().await;
    let sold = sale(1, LineKind::Sale, 2, 4_000, None);
    let back = sale(2, LineKind::Return, 1, 2_000, Some(1));
    let mut tx = db.begin().await.unwrap();
    let known = Some(account());
    for (sale, account) in [(&sold, known), (&back, None), (&back, known)] {
        if account.is_none() || sale.id == sold.id {
            write_rows(&mut tx, sale).await;
        }
        post_sales(&mut tx, &[SaleJob { sale, account }], DateTime::UNIX_EPOCH).await.unwrap();
    }
    let points: Vec<i64> = entries(&mut tx, account(), 9).await.unwrap().iter().map(|e| e.points.0).collect();
    assert_eq!(points, [-2_000, 4_000]);
}

/// What comes back counts on the day on which it was sold, in whatever order the two arrive.
#[tokio::test]
async fn a_return_takes_points_off_the_day_of_its_sale() {
    let sold = sale(1, LineKind::Sale, 3, 10_000, None);
    let on = |sale: Sale, date: &str| {
        Sale::close(SaleDraft { business_date: date.parse().unwrap(), ..sale.into() }).unwrap()
    };
    let third = on(sale(2, LineKind::Return, 1, 3_333, Some(1)), "2026-03-09");
    let loose = on(sale(3, LineKind::Return, 1, 1_000, None), "2026-03-10");
    for batches in [vec![&[&sold, &third, &loose][..]], vec![&[&third][..], &[&loose], &[&sold]]] {
        let (db, _folder) = hub().await;
        let mut tx = db.begin().await.unwrap();
        for batch in batches {
            for sale in batch {
                write_rows(&mut tx, sale).await;
            }
            let jobs: Vec<_> = batch.iter().map(|sale| SaleJob { sale, account: Some(account()) }).collect();
            post_sales(&mut tx, &jobs, DateTime::UNIX_EPOCH).await.unwrap();
        }
        let earned = earned_by_day(&mut tx, &[account()]).await.unwrap();
        let days: Vec<_> =
            earned[&account()].iter().map(|(day, points)| (day.to_string(), points.0)).collect();
        assert_eq!(days, [("2026-03-01".to_owned(), 6_667), ("2026-03-10".to_owned(), -1_000)]);
    }
}
