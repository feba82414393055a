//! Coupons of a sale: which code gave how much, once, and read on the customer's page.

use domain::ids::AccountId;
use domain::money::Money;
use domain::sale::{CouponShare, Sale, SaleCoupon};

use super::*;

fn with_coupon(n: u8, amount: i64) -> Sale {
    let mut draft = Ticket::sold(n, Some(CARD), 5_000).draft();
    draft.lines[0].gross = Money(5_000 + amount);
    draft.lines[0].discount = Money(amount);
    draft.coupons = vec![SaleCoupon {
        code: "9813765030011".parse().unwrap(),
        name: "del fabricante".to_owned(),
        amount: Money(amount),
        lines: vec![CouponShare { line: 1, amount: Money(amount) }],
    }];
    Sale::close(draft).unwrap()
}

async fn account(hub: &TestHub) -> AccountId {
    let mut tx = hub.app.db.read().await.unwrap();
    let card = [CARD.parse().unwrap()];
    *crate::members::accounts_of_cards(&mut tx, &card).await.unwrap().values().next().unwrap()
}

#[tokio::test]
async fn the_centre_knows_which_coupon_gave_how_much() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let mut till = open_till(&hub).await;
    let plain = Ticket::sold(1, Some(CARD), 5_000).sale();
    let events = vec![till.sale(&plain), till.sale(&with_coupon(2, 700))];
    for _ in 0..2 {
        let reply = till.push(&events).await.unwrap();
        assert_eq!(codes(&reply), [Disposition::Applied, Disposition::Applied]);
    }
    let account = account(&hub).await;
    let mut tx = hub.app.db.read().await.unwrap();
    let until = "2026-12-31".parse().unwrap();
    let history = crate::sales::history(&mut tx, account, until, 10).await.unwrap();
    let found: Vec<(&str, &str, i64)> = history
        .coupons
        .values()
        .flatten()
        .map(|coupon| (coupon.code.as_str(), coupon.name.as_str(), coupon.amount.0))
        .collect();
    assert_eq!(found, [("9813765030011", "del fabricante", 700)]);
    drop(tx);
    assert_eq!(points(&hub, "M1").await, (100, 100, 0), "both paid 50.00");
    must_hold(&hub).await;
}

#[tokio::test]
async fn a_coupon_that_says_more_than_its_lines_is_kept_for_a_person() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let sale = with_coupon(1, 700);
    let body = Body::Sale(Box::new(sale.clone()));
    let written = Envelope::append(till.log, till.head, sale.id.into(), till.stamp(), &body).unwrap();
    let (right, wrong) = ("\"amount\":700,\"lines\"", "\"amount\":701,\"lines\"");
    let text = String::from_utf8(written.bytes).unwrap();
    assert!(text.contains(right), "{text}");
    let crooked = till.advance(text.replace(right, wrong).into_bytes());
    let reply = till.push(&[crooked]).await.unwrap();
    assert_eq!(codes(&reply), [quarantined("broken_body")]);
    assert_eq!(sales(&hub).await, 0);
}
