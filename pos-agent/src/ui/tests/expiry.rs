//! Points that have ended, at a till that heard of them while they lived, and points that are still pending.

use domain::snapshot::{ExpiringRow, PendingRow};

use super::*;

/// Of 52,300 points 50,000 ended yesterday, 1,000 end today and 300 in two months.
async fn till_with_ending_points() -> Till {
    let till = Till::open().await;
    let Change::Member(mut row) = member() else { unreachable!() };
    let ending = |points: i64, on: &str| ExpiringRow { points: Points(points), on: on.parse().unwrap() };
    row.expiring =
        vec![ending(5_000_000, "2025-11-23"), ending(100_000, "2025-11-24"), ending(30_000, "2026-01-24")];
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Member(row)], 10, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till
}

#[tokio::test]
async fn what_has_ended_is_neither_shown_nor_spent() {
    let till = till_with_ending_points().await;
    till.sent_on("entry", "scan=7702001000044").await;
    till.sent_on("entry", "scan=2990000010421").await;
    let page = till.get("/till/1").await;
    assert!(page.contains("2.300 puntos") && !page.contains("52.300"), "{page}");
    assert!(page.contains("vencen 1.000 puntos el 24"), "{page}");
    let page = till.get("/till/1/redeem").await;
    assert!(page.contains("2.300 puntos") && page.contains("$\u{a0}1.150"), "{page}");
    let fields = till.pay_fields().await;
    let (response, page) = till.post("redeem", &format!("{fields}&points=2.301")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("como mucho 2.300"), "{page}");
    till.sent_on("redeem", &format!("{fields}&points=2.300")).await;
    let view = till.agent.till(1).await.unwrap();
    let done = till
        .sent_on("pay", &format!("basket={}&due={}&tendered=exact", view.basket, view.totals.due.0))
        .await;
    let receipt = till.agent.receipt(done.split("sale=").nth(1).unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(receipt.sale.points_spent(), Ok(Points(230_000)));
    assert_eq!(receipt.balance.map(|(balance, _)| balance), Some(Points(230_000)), "before this sale");
}

/// Of 52,300 points 50,000 can be spent from tomorrow on, and 1,000 from 8 December.
#[tokio::test]
async fn what_is_pending_is_shown_with_its_day_and_not_spent() {
    let till = Till::open().await;
    let Change::Member(mut row) = member() else { unreachable!() };
    let pending =
        |points: i64, on: &str| PendingRow { points: Points(points), on: on.parse().unwrap(), ends_on: None };
    row.pending = vec![pending(5_000_000, "2025-11-25"), pending(100_000, "2025-12-08")];
    let rules = Programme { vest_days: 14, version: 9, ..programme() };
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Member(row), Change::Programme(rules)], 10, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till.sent_on("entry", "scan=7702001000044").await;
    till.sent_on("entry", "scan=2990000010421").await;
    let told = "pendientes 51.000 puntos, de ellos 50.000 puntos hasta el 25";
    for path in ["/till/1", "/till/1/redeem", "/display/1"] {
        let page = till.get(path).await;
        assert!(page.contains(told) && page.contains("1.300 puntos"), "{path}: {page}");
    }
    for path in ["/till/1", "/display/1"] {
        assert!(till.get(path).await.contains("se puede usar desde el 8"), "{path}");
    }
    let fields = till.pay_fields().await;
    let (response, page) = till.post("redeem", &format!("{fields}&points=1.301")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("como mucho 1.300"), "{page}");
    let view = till.agent.till(1).await.unwrap();
    let done = till
        .sent_on("pay", &format!("basket={}&due={}&tendered=exact", view.basket, view.totals.due.0))
        .await;
    let sale = done.split("sale=").nth(1).unwrap();
    for path in [format!("/till/1/receipt/{sale}"), "/display/1".to_owned()] {
        let page = till.get(&path).await;
        assert!(page.contains(told) && page.contains("se puede usar desde el 8"), "{path}: {page}");
    }
}
