//! Coupons in the basket: what they give, what keeps them out, and that no order matters.

use domain::coupons::TakenCoupon;
use domain::pricing::{Idle, Reach, Worth};
use proptest::prelude::*;

use super::*;
use crate::checkout::basket::tests::empty;
use crate::checkout::basket::{BasketError, Cut};

fn taken(code: &str, worth: Worth) -> TakenCoupon {
    TakenCoupon {
        terms: code.to_owned(),
        name: format!("Coupon {code}"),
        code: code.parse().unwrap(),
        is_unique: false,
        per_ticket: 2,
        worth,
        reach: Reach::default(),
        minimum: Money::ZERO,
        with_promotions: true,
    }
}

fn off(code: &str, amount: i64) -> TakenCoupon {
    taken(code, Worth::Amount(Money(amount)))
}

fn only(sku: &str, coupon: TakenCoupon) -> TakenCoupon {
    TakenCoupon { reach: Reach { products: vec![sku.parse().unwrap()], product_lines: vec![] }, ..coupon }
}

fn coupon(coupon: TakenCoupon) -> Event {
    Event::Coupon(Box::new(coupon))
}

fn priced(basket: &Basket) -> Ticket {
    ticket(basket, &Policy::default()).unwrap()
}

fn total(basket: &Basket) -> i64 {
    totals(&priced(basket).lines).unwrap().total.0
}

#[test]
fn a_coupon_waits_for_its_goods_and_comes_to_life() {
    let mut basket = after([coupon(TakenCoupon { minimum: Money(2_000), ..off("a", 300) })]).unwrap();
    assert_eq!(priced(&basket).idle, [(1, Idle::Minimum)]);
    for (price, wanted) in [(1_500, 1_500), (499, 1_999), (1, 1_700)] {
        basket = apply(&basket, product(&format!("p{price}"), price)).unwrap();
        assert_eq!(total(&basket), wanted);
        assert_eq!(payable(&basket), Ok(()), "it never blocks paying");
    }
    let priced = priced(&basket);
    assert!(priced.idle.is_empty());
    let shares: Vec<(u32, i64)> = priced.coupons[0].1.lines.iter().map(|s| (s.line, s.amount.0)).collect();
    assert_eq!(shares, [(2, 225), (3, 75)], "in proportion to what the goods cost");
    assert!(priced.lines.iter().all(|line| !line.net.is_negative() && !line.tax.is_negative()));
}

#[test]
fn a_sale_says_which_coupon_gave_how_much_and_nothing_of_the_others() {
    let basket = after([
        product("milk", 1_000),
        coupon(off("a", 300)),
        coupon(only("bread", off("b", 300))),
        coupon(off("c", 50)),
        Event::Void { line: 4 },
    ])
    .unwrap();
    let sale = pay_cash(&basket, heading(), Money(1_000)).unwrap();
    assert_eq!((sale.total(), sale.change), (Money(700), Money(300)));
    let said: Vec<(&str, i64)> = sale.coupons.iter().map(|c| (c.code.as_str(), c.amount.0)).collect();
    assert_eq!(said, [("a", 300)]);
    assert_eq!((sale.lines[0].discount, sale.by_coupons(1)), (Money(300), Money(300)));
    // Points are for what was paid.
    let programme = Programme::starter("2026-01-01".parse().unwrap());
    assert_eq!(earn(&programme, &sale).unwrap().sold(), Points(500), "588 net at a point for 1.00");
}

#[test]
fn what_costs_more_than_the_goods_takes_them_all_and_gives_nothing_back() {
    let basket = after([product("milk", 1_000), coupon(off("a", 9_999))]).unwrap();
    assert_eq!((total(&basket), priced(&basket).coupons[0].1.amount), (0, Money(1_000)));
    let sale = pay_cash(&basket, heading(), Money::ZERO).unwrap();
    assert!(sale.total().is_zero() && sale.change.is_zero());
}

#[test]
fn where_prices_come_without_tax_a_coupon_saves_its_tax_too() {
    let policy = Policy { tax: domain::pricing::TaxMode::Exclusive, ..Policy::default() };
    let basket = after([product("milk", 1_000), coupon(off("a", 100))]).unwrap();
    let cash = Tender::new(TenderKind::Cash, Money(5_000));
    let Settled::Closed(sale) = settle(&basket, heading(), &policy, &cash, false).unwrap() else {
        panic!("cash closes it")
    };
    let plain = after([product("milk", 1_000)]).unwrap();
    let before = totals(&super::super::lines(&plain, &policy).unwrap()).unwrap().total;
    assert_eq!(sale.coupons[0].amount, Money(119), "100 and its tax at 19 %");
    assert_eq!(before.minus(sale.total()), Ok(Money(119)));
}

#[test]
fn gifts_and_offers_keep_what_is_theirs() {
    let gift = Event::Gift { article: article("milk", 1_000), points: Points(900) };
    let basket = after([Event::Card(card(None)), gift, coupon(off("a", 300))]).unwrap();
    assert_eq!((total(&basket), &priced(&basket).idle[..]), (1_000, &[(2, Idle::NoGoods)][..]));

    let alone = TakenCoupon { with_promotions: false, ..off("a", 300) };
    let accepted = Event::Answer(OfferResponse::Accepted);
    let member = Event::Card(card(Some(offer("a", 1_000))));
    let basket = after([member, accepted, product("a", 1_000), coupon(alone)]).unwrap();
    assert_eq!((total(&basket), &priced(&basket).idle[..]), (900, &[(2, Idle::Promoted)][..]));
    let more = apply(&basket, product("b", 500)).unwrap();
    assert_eq!(total(&more), 900 + 200);
}

#[test]
fn no_more_coupons_lie_on_the_counter_than_their_terms_allow() {
    let unique = |code: &str| {
        let terms = "letters".to_owned();
        coupon(TakenCoupon { terms, is_unique: true, ..off(code, 100) })
    };
    let plain = || coupon(off("a", 100));
    let goods = || product("milk", 1_000);
    for (events, wanted) in [
        (vec![goods(), plain(), plain()], Ok(800)),
        (vec![goods(), plain(), plain(), plain()], Err(BasketError::TooManyCoupons)),
        (vec![goods(), plain(), plain(), Event::Void { line: 2 }, plain()], Ok(800)),
        (
            vec![goods(), plain(), plain(), Event::Void { line: 2 }, plain(), Event::Restore { line: 2 }],
            Err(BasketError::TooManyCoupons),
        ),
        (vec![goods(), plain(), Event::Void { line: 2 }], Ok(1_000)),
        (vec![goods(), plain(), Event::Void { line: 2 }, Event::Restore { line: 2 }], Ok(900)),
        (vec![plain(), Event::Restore { line: 1 }], Err(BasketError::NoSuchLine)),
        (vec![plain(), Event::Void { line: 1 }, Event::Void { line: 1 }], Err(BasketError::NoSuchLine)),
        (vec![goods(), unique("x1"), unique("x2")], Ok(800)),
        (vec![goods(), unique("x1"), unique("x1")], Err(BasketError::CouponTwice)),
        (vec![goods(), unique("x1"), unique("x2"), unique("x3")], Err(BasketError::TooManyCoupons)),
        (
            vec![goods(), plain(), Event::StepQuantity { line: 2, by: Quantity::ONE }],
            Err(BasketError::NoSuchLine),
        ),
    ] {
        assert_eq!(after(events.clone()).map(|basket| total(&basket)), wanted, "{events:?}");
    }
    let many = (0..101).map(|n| coupon(TakenCoupon { per_ticket: 100, terms: n.to_string(), ..off("a", 1) }));
    assert_eq!(after(many), Err(BasketError::TooManyCoupons));
}

#[test]
fn a_basket_from_before_there_were_coupons_is_read() {
    let basket = after([product("milk", 1_000), coupon(off("a", 300))]).unwrap();
    let text = serde_json::to_string(&basket).unwrap();
    assert_eq!(serde_json::from_str::<Basket>(&text).unwrap(), basket);
    let mut old: serde_json::Value = serde_json::from_str(&text).unwrap();
    old.as_object_mut().unwrap().remove("coupons");
    assert!(serde_json::from_value::<Basket>(old).unwrap().coupons.is_empty());
    assert!(!after([coupon(off("a", 1))]).unwrap().is_untouched());
}

fn scans() -> Vec<Event> {
    vec![
        product("milk", 420),
        product("milk", 420),
        product("bread", 650),
        Event::Labelled { article: article("cheese", 2_800), quantity: Quantity(333) },
        Event::Labelled { article: article("cheese", 2_800), quantity: Quantity(334) },
        Event::Card(card(None)),
        Event::TicketDiscount(Some(Cut::Percent(500))),
        coupon(taken("tenth", Worth::Percent(1_000))),
        coupon(only("milk", taken("piece", Worth::FreePiece))),
        coupon(only("bread", off("bread", 99))),
        coupon(off("three", 333)),
        coupon(off("three", 333)),
        coupon(TakenCoupon { minimum: Money(2_000), ..off("large", 100) }),
        coupon(TakenCoupon { minimum: Money(20_000), ..off("larger", 100) }),
    ]
}

/// What each article costs and each coupon gave; what nobody can tell apart is together.
fn tally(events: &[Event]) -> (Vec<(String, i64, i64)>, Vec<(String, i64)>) {
    let basket = events.iter().cloned().fold(empty(), |basket, event| apply(&basket, event).unwrap());
    let Ticket { lines, coupons, .. } = priced(&basket);
    let mut goods: Vec<_> =
        lines.iter().map(|line| (line.sku.to_string(), line.quantity.0, line.paid().unwrap().0)).collect();
    let mut gave: Vec<_> = coupons.iter().map(|(_, c)| (c.code.to_string(), c.amount.0)).collect();
    goods.sort();
    gave.sort();
    (goods, gave)
}

proptest! {
    #[test]
    fn whatever_is_scanned_first_the_ticket_costs_the_same(events in Just(scans()).prop_shuffle()) {
        prop_assert_eq!(tally(&events), tally(&scans()));
    }
}
