mod coupons;
mod settle;

use super::*;
use crate::checkout::basket::tests::{after, article, card, offer, product};
use crate::checkout::basket::{Event, apply};
use domain::card::CardState;
use domain::points::Caps;
use domain::sync::OfferResponse;

fn heading() -> Heading {
    Heading {
        store: "centro".parse().unwrap(),
        till: "2".parse().unwrap(),
        business_date: "2026-03-01".parse().unwrap(),
        receipt_no: 7,
        occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
        cashier: Some("marta".parse().unwrap()),
        page: None,
    }
}

fn lines(basket: &Basket) -> Result<Vec<SaleLine>, AmountError> {
    super::lines(basket, &Policy::default())
}

/// Cash that closes the sale, or why not.
fn pay_cash(basket: &Basket, heading: Heading, tendered: Money) -> Result<Sale, PayError> {
    let cash = Tender::new(TenderKind::Cash, tendered);
    match settle(basket, heading, &Policy::default(), &cash, false)? {
        Settled::Closed(sale) => Ok(*sale),
        Settled::Partly(_) => panic!("cash that is no part closes or is refused"),
    }
}

#[test]
fn a_card_counts_for_the_whole_ticket_whenever_it_comes() {
    let take = || product("a", 1_000);
    let accept = || Event::Answer(OfferResponse::Accepted);
    let attach = || Event::Card(card(Some(offer("a", 1_000))));
    let early = after([attach(), accept(), take(), product("b", 500)]).unwrap();
    let late = after([take(), product("b", 500), attach(), accept()]).unwrap();
    for basket in [&early, &late] {
        let totals = totals(&lines(basket).unwrap()).unwrap();
        assert_eq!(
            (totals.before_discount, totals.discount, totals.total),
            (Money(1_500), Money(100), Money(1_400))
        );
    }
    let declined = apply(&late, Event::Answer(OfferResponse::Declined)).unwrap();
    assert_eq!(totals(&lines(&declined).unwrap()).unwrap().total, Money(1_500));
}

#[test]
fn voided_lines_are_on_record_and_cost_nothing() {
    let basket = after([product("a", 1_000), product("b", 500), Event::Void { line: 1 }]).unwrap();
    let sale = pay_cash(&basket, heading(), Money(1_000)).unwrap();
    assert_eq!((sale.total(), sale.change, sale.lines.len()), (Money(500), Money(500), 2));
    assert_eq!(sale.lines[0].kind, LineKind::Void);
}

#[test]
fn cash_closes_a_basket_or_says_why_not() {
    let plain = after([product("a", 1_000)]).unwrap();
    let free = after([product("free", 0)]).unwrap();
    let unknown = after([product("a", 1_000), Event::Unknown { code: "x".into() }]).unwrap();
    let voided = after([product("a", 1_000), Event::Void { line: 1 }]).unwrap();
    for (basket, tendered, wanted) in [
        (&plain, 1_000, Ok(0)),
        (&plain, 5_000, Ok(4_000)),
        (&free, 0, Ok(0)),
        (&plain, 999, Err("pay_too_little")),
        (&unknown, 1_000, Err("pay_unknown_codes")),
        (&voided, 1_000, Err("pay_empty")),
        (&after([]).unwrap(), 0, Err("pay_empty")),
    ] {
        let paid = pay_cash(basket, heading(), Money(tendered));
        assert_eq!(paid.map(|s| s.change.0).map_err(|e| e.code()), wanted, "{tendered}");
    }
}

#[test]
fn a_lost_card_is_not_named_by_the_sale() {
    let mut lost = card(None);
    lost.state = CardState::Lost;
    let named = |card| {
        let basket = after([product("a", 100), Event::Card(card)]).unwrap();
        pay_cash(&basket, heading(), Money(100)).unwrap().card.clone()
    };
    assert_eq!(named(lost), None);
    assert!(named(card(None)).is_some());
}

#[test]
fn a_cancelled_basket_stays_on_record() {
    let basket = after([product("a", 1_000)]).unwrap();
    let sale = cancel(&basket, heading(), &Policy::default()).unwrap();
    assert_eq!((sale.status, sale.tenders.len()), (SaleStatus::Voided, 0));
    assert_eq!(cancel(&after([]).unwrap(), heading(), &Policy::default()), Err(PayError::Empty));
}

#[test]
fn the_preview_is_what_the_sale_earns() {
    let programmes = [Programme::starter("2026-01-01".parse().unwrap())];
    let basket =
        after([Event::Product { article: article("a", 11_900), quantity: Some(Quantity(3_000)) }]).unwrap();
    let shown = preview(&basket, heading(), &Policy::default(), &programmes).unwrap().unwrap();
    let sale = pay_cash(&basket, heading(), Money(40_000)).unwrap();
    assert_eq!(shown.earned, earn(&programmes[0], &sale).unwrap().sold());
    assert_eq!((shown.earned, shown.taken_back), (Points(30_000), Points::ZERO));
    assert_eq!(preview(&basket, heading(), &Policy::default(), &[]), Ok(None));
    // The cap of a ticket is what it gives; that of a day is the most that this ticket alone can say.
    for (ticket, day, wanted) in
        [(Some(9_900), None, 9_900), (None, Some(20_000), 20_000), (None, Some(90_000), 30_000)]
    {
        let caps = Some(Caps { ticket: ticket.map(Points), day: day.map(Points) });
        let capped = [Programme { caps, ..programmes[0].clone() }];
        let shown = preview(&basket, heading(), &Policy::default(), &capped).unwrap().unwrap();
        assert_eq!((shown.earned, shown.day_cap), (Points(wanted), day.map(Points)));
    }
    // The return window of 14 days from the day of the sale.
    let vests_on = |vest_days| {
        let waiting = [Programme { vest_days, ..programmes[0].clone() }];
        preview(&basket, heading(), &Policy::default(), &waiting).unwrap().unwrap().vests_on
    };
    let date = heading().business_date + chrono::Duration::days(14);
    assert_eq!((vests_on(0), vests_on(14)), (None, Some(date)));
}

#[test]
fn weighed_goods_count_as_one_piece() {
    let weighed = Event::Product { article: article("w", 1_000), quantity: Some(Quantity(1_350)) };
    let three = Event::Product { article: article("a", 100), quantity: Some(Quantity(3_000)) };
    let basket = after([weighed, three]).unwrap();
    let totals = totals(&lines(&basket).unwrap()).unwrap();
    assert_eq!((totals.items, totals.total), (4, Money(1_650)));
}
