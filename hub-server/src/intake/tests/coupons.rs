//! Coupons and price rules of a sale: which gave how much, once; coupons are read on the customer's page.

use domain::ids::AccountId;
use domain::money::Money;
use domain::sale::{DiscountShare, Sale, SaleCoupon, SaleRule};

use super::*;

fn with_coupon(n: u8, amount: i64) -> Sale {
    let mut draft = Ticket::sold(n, Some(CARD), 5_000).draft();
    draft.lines[0].gross = Money(5_000 + amount);
    draft.lines[0].discount = Money(amount);
    draft.coupons = vec![SaleCoupon {
        code: "9813765030011".parse().unwrap(),
        name: "del fabricante".to_owned(),
        amount: Money(amount),
        lines: vec![DiscountShare { line: 1, amount: Money(amount) }],
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

#[tokio::test]
async fn the_centre_knows_which_price_rule_gave_how_much() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let mut till = open_till(&hub).await;
    let by_rule = |n: u8, code: &str, amount: i64| {
        let mut draft = Ticket::sold(n, Some(CARD), 5_000).draft();
        draft.lines[0].gross = Money(5_000 + amount);
        draft.lines[0].discount = Money(amount);
        let lines = vec![DiscountShare { line: 1, amount: Money(amount) }];
        let code = code.parse().unwrap();
        draft.price_rules = vec![SaleRule { code, name: "2×1".to_owned(), amount: Money(amount), lines }];
        Sale::close(draft).unwrap()
    };
    let sales = [by_rule(1, "2x1", 700), by_rule(2, "2x1", 300), by_rule(3, "socios", 5)];
    let events: Vec<_> = sales.iter().map(|sale| till.sale(sale)).collect();
    for _ in 0..2 {
        assert_eq!(codes(&till.push(&events).await.unwrap()), [const { Disposition::Applied }; 3]);
    }
    let mut tx = hub.app.db.read().await.unwrap();
    let given = crate::sales::given_by_rules(&mut tx).await.unwrap();
    let of = |code: &str| given[code];
    assert_eq!((given.len(), of("2x1"), of("socios")), (2, (2, Money(1_000)), (1, Money(5))));
    drop(tx);
    must_hold(&hub).await;
}
