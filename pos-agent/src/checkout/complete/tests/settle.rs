//! Mixed payments, cash rounding, and goods that come back.

use domain::ids::SaleId;
use domain::sale::Origin;

use super::*;
use crate::checkout::basket::{Bought, Cut, OpenPrice, Paid, ReturnPart, ReturnReason, Returned, Terms};

fn cash(amount: i64) -> Tender {
    Tender::new(TenderKind::Cash, Money(amount))
}

fn by_card(amount: i64) -> Tender {
    Tender::new(TenderKind::Card, Money(amount))
}

/// Takes payments one after the other. `Ok`: what is given back in change; `Err`: a stable code, or `open`.
fn paid(basket: &Basket, policy: &Policy, payments: &[(Tender, bool)]) -> Result<(i64, i64), &'static str> {
    let mut basket = basket.clone();
    for (payment, is_part) in payments {
        match settle(&basket, heading(), policy, payment, *is_part).map_err(|e| e.code())? {
            Settled::Closed(sale) => return Ok((sale.change.0, sale.rounding.0)),
            Settled::Partly(tender) => basket = apply(&basket, Event::Take(tender)).unwrap(),
        }
    }
    Err("open")
}

/// A sale of one line of 10.00 a piece, three pieces, of which some came back before.
fn bought(before: i64, paid: Paid) -> Event {
    let origin = Origin { sale: SaleId::new(9, [9; 10]), line: 4 };
    let sold = lines(
        &after([Event::Product { article: article("a", 1_000), quantity: Some(Quantity(3_000)) }]).unwrap(),
    );
    let line = SaleLine { number: 4, ..sold.unwrap().remove(0) };
    let worth_before = paid.returned;
    let (earned, gift) = (Points(2_500), None);
    let bought = Bought {
        origin,
        line,
        before: Quantity(before),
        earned,
        paid,
        gift,
        worth_before,
        moved: Quantity::ZERO,
        kept: vec![],
    };
    let returned = Box::new(Returned::of(bought, ReturnReason::Unwanted));
    // The catalogue's price of today has no say in it.
    Event::Return(vec![ReturnPart { article: article("a", 77), quantity: Quantity::ONE, returned }])
}

#[test]
fn payments_add_up_or_say_why_not() {
    let plain = Policy::default();
    let coins = Policy { cash_step: Money(50), ..plain.clone() };
    let of = |price: i64| after([product("a", price)]).unwrap();
    let back = after([bought(0, Paid::default())]).unwrap();
    let exchange = after([bought(0, Paid::default()), product("b", 1_500)]).unwrap();
    for (name, basket, policy, payments, wanted) in [
        ("card alone", of(1_000), plain.clone(), vec![(by_card(1_000), false)], Ok((0, 0))),
        (
            "card gives no change",
            of(1_000),
            plain.clone(),
            vec![(by_card(1_001), false)],
            Err("pay_too_much"),
        ),
        ("nothing by card", of(1_000), plain.clone(), vec![(by_card(0), false)], Err("pay_too_little")),
        (
            "card, then cash",
            of(1_000),
            plain.clone(),
            vec![(by_card(400), false), (cash(1_000), false)],
            Ok((400, 0)),
        ),
        (
            "a part in cash",
            of(1_000),
            plain.clone(),
            vec![(cash(400), true), (by_card(600), false)],
            Ok((0, 0)),
        ),
        ("a part that is all", of(1_000), plain.clone(), vec![(cash(1_200), true)], Ok((200, 0))),
        ("too little by mistake", of(1_000), plain.clone(), vec![(cash(400), false)], Err("pay_too_little")),
        ("a part of nothing", of(1_000), plain.clone(), vec![(cash(0), true)], Err("pay_too_little")),
        ("still open", of(1_000), plain.clone(), vec![(cash(400), true), (by_card(500), false)], Err("open")),
        ("cash is rounded down", of(1_020), coins.clone(), vec![(cash(1_000), false)], Ok((0, -20))),
        ("cash is rounded up", of(1_030), coins.clone(), vec![(cash(1_030), false)], Err("pay_too_little")),
        ("and gives change in coins", of(1_030), coins.clone(), vec![(cash(2_000), false)], Ok((950, 20))),
        ("a card pays to the cent", of(1_020), coins.clone(), vec![(by_card(1_020), false)], Ok((0, 0))),
        (
            "only the cash is rounded",
            of(1_020),
            coins.clone(),
            vec![(by_card(500), false), (cash(500), false)],
            Ok((0, -20)),
        ),
        ("nothing left to pay in coins", of(20), coins.clone(), vec![(cash(0), false)], Ok((0, -20))),
        ("goods come back", back.clone(), plain.clone(), vec![(cash(-1_000), false)], Ok((0, 0))),
        (
            "no more than they cost",
            back.clone(),
            plain.clone(),
            vec![(cash(-1_001), false)],
            Err("pay_too_much"),
        ),
        ("no less in cash", back.clone(), plain.clone(), vec![(cash(-900), false)], Err("pay_too_much")),
        ("to the card", back.clone(), plain.clone(), vec![(by_card(-1_000), false)], Ok((0, 0))),
        (
            "to both",
            back.clone(),
            plain.clone(),
            vec![(by_card(-400), false), (cash(-600), false)],
            Ok((0, 0)),
        ),
        ("money taken for a refund", back, plain.clone(), vec![(by_card(1_000), false)], Err("pay_too_much")),
        ("an exchange costs the rest", exchange, plain.clone(), vec![(cash(500), false)], Ok((0, 0))),
    ] {
        assert_eq!(paid(&basket, &policy, &payments), wanted, "{name}");
    }
}

#[test]
fn what_was_taken_too_much_is_given_back_first() {
    let policy = Policy::default();
    let taken = |tender: Tender| {
        let events = [product("a", 1_000), product("b", 500), Event::Take(tender), Event::Void { line: 1 }];
        after(events).unwrap()
    };
    let by_card = taken(by_card(1_200));
    assert!(is_overpaid(&by_card, &policy).unwrap());
    assert_eq!(paid(&by_card, &policy, &[(cash(0), false)]), Err("pay_overpaid"));
    let given_back = apply(&by_card, Event::GiveBack { tender: 0 }).unwrap();
    assert_eq!(paid(&given_back, &policy, &[(cash(500), false)]), Ok((0, 0)));
    // Cash gives change.
    assert_eq!(paid(&taken(cash(1_200)), &policy, &[(cash(0), false)]), Ok((700, 0)));
}

#[test]
fn points_that_paid_go_back_in_their_share() {
    // 30.00, of which 10.00 in 20 points; the three pieces come back one by one.
    let mut back = (0, 0, 0);
    for before in [0, 1_000, 2_000] {
        let paid = Paid {
            total: Money(3_000),
            in_points: Money(1_000),
            points: Points(2_000),
            returned: Money(before),
        };
        let basket = after([bought(before, paid)]).unwrap();
        let standing = standing(&basket, &Policy::default()).unwrap();
        let [points] = standing.by_itself.as_slice() else { panic!("{standing:?}") };
        assert_eq!(points.kind, TenderKind::Points);
        assert_eq!(standing.due.0, -1_000 - points.amount.0, "the rest in money");
        back = (back.0 + points.amount.0, back.1 + points.points.unwrap().0, back.2 + standing.due.0);
    }
    assert_eq!(back, (-1_000, -2_000, -2_000));
}

#[test]
fn what_a_return_takes_back_is_shown() {
    let programmes = [Programme::starter("2026-01-01".parse().unwrap())];
    let basket = after([bought(0, Paid::default()), product("b", 11_900), Event::Card(card(None))]).unwrap();
    let shown = preview(&basket, heading(), &Policy::default(), &programmes).unwrap().unwrap();
    assert_eq!((shown.earned, shown.taken_back), (Points(10_000), Points(833)));
}

#[test]
fn discounts_follow_one_another_in_any_order() {
    let line = |cut| Event::Discount { line: Some(1), cut: Some(cut) };
    let ticket = || Event::TicketDiscount(Some(Cut::Percent(2_000)));
    let accept = || [Event::Card(card(Some(offer("a", 1_000)))), Event::Answer(OfferResponse::Accepted)];
    let one = [vec![product("a", 1_000)], accept().to_vec(), vec![line(Cut::Amount(Money(100))), ticket()]];
    let other = [vec![product("a", 1_000), ticket(), line(Cut::Amount(Money(100)))], accept().to_vec()];
    for events in [one.concat(), other.concat()] {
        let basket = after(events).unwrap();
        // 1 000, the offer's 10 %, 100 off the line, 20 % off the ticket.
        assert_eq!(totals(&lines(&basket).unwrap()).unwrap().total, Money(640));
    }
}

#[test]
fn tax_beside_the_price_is_added_to_it() {
    let policy = Policy { tax: domain::pricing::TaxMode::Exclusive, ..Policy::default() };
    let basket = after([product("a", 1_000), Event::Discount { line: None, cut: Some(Cut::Percent(1_000)) }]);
    let lines = super::super::lines(&basket.unwrap(), &policy).unwrap();
    let line = &lines[0];
    assert_eq!(
        (line.gross, line.discount, line.net, line.tax),
        (Money(1_190), Money(119), Money(900), Money(171))
    );
}

#[test]
fn a_refund_gives_no_cash_for_other_payments() {
    let policy = Policy::default();
    // Goods for 10.00 come back beside goods for 30.00, of which a card paid 15.00; then these stay here.
    let events = [
        bought(0, Paid::default()),
        product("b", 3_000),
        Event::Take(by_card(1_500)),
        Event::Void { line: 2 },
    ];
    let basket = after(events).unwrap();
    assert!(is_overpaid(&basket, &policy).unwrap());
    assert_eq!(paid(&basket, &policy, &[(cash(-2_500), false)]), Err("pay_overpaid"));
    let given_back = apply(&basket, Event::GiveBack { tender: 0 }).unwrap();
    assert_eq!(paid(&given_back, &policy, &[(cash(-1_000), false)]), Ok((0, 0)));
    // What was given back to a card already is no payment.
    let parts = after([bought(0, Paid::default()), Event::Take(by_card(-400))]).unwrap();
    assert!(!is_overpaid(&parts, &policy).unwrap());
}

#[test]
fn what_no_coin_pays_closes_behind_a_card() {
    let coins = Policy { cash_step: Money(50), ..Policy::default() };
    let basket = after([product("a", 1_020)]).unwrap();
    assert_eq!(paid(&basket, &coins, &[(by_card(1_000), false), (cash(0), false)]), Ok((0, -20)));
}

/// Goods of no known purchase, 10.00, on the usual terms or paid out in money.
fn unreceipted(credit: bool) -> Event {
    let returned = Returned::without_receipt(Terms { credit, ..Terms::default() }, ReturnReason::Unwanted);
    let (article, returned) = (article("c", 1_000), Box::new(returned));
    Event::Return(vec![ReturnPart { article, quantity: Quantity::ONE, returned }])
}

#[test]
fn goods_without_a_receipt_are_credit_and_not_money() {
    let onto_card = |amount: i64| Tender::new(TenderKind::GiftCard, Money(amount));
    let basket = |events: Vec<Event>| after(events).unwrap();
    let alone = basket(vec![unreceipted(true)]);
    let with_less = basket(vec![unreceipted(true), product("b", 400)]);
    let with_more = basket(vec![unreceipted(true), product("b", 1_500)]);
    let and_receipt = basket(vec![unreceipted(true), bought(0, Paid::default())]);
    let money = basket(vec![unreceipted(false)]);
    for (name, basket, payments, wanted) in [
        ("in cash", &alone, vec![(cash(-1_000), false)], Err("pay_credit")),
        ("onto a bank card", &alone, vec![(by_card(-1_000), false)], Err("pay_credit")),
        ("onto a gift card", &alone, vec![(onto_card(-1_000), false)], Ok((0, 0))),
        ("in two", &alone, vec![(onto_card(-600), false), (onto_card(-400), false)], Ok((0, 0))),
        (
            "the rest of it in cash",
            &alone,
            vec![(onto_card(-600), false), (cash(-400), false)],
            Err("pay_credit"),
        ),
        ("less is bought", &with_less, vec![(cash(-600), false)], Err("pay_credit")),
        ("less, onto a gift card", &with_less, vec![(onto_card(-600), false)], Ok((0, 0))),
        ("more is bought", &with_more, vec![(cash(500), false)], Ok((0, 0))),
        ("cash first", &and_receipt, vec![(cash(-2_000), false)], Err("pay_credit")),
        (
            "bank card for its part",
            &and_receipt,
            vec![(by_card(-1_000), false), (onto_card(-1_000), false)],
            Ok((0, 0)),
        ),
        ("and not for more", &and_receipt, vec![(by_card(-1_001), false)], Err("pay_credit")),
        ("then cash", &and_receipt, vec![(onto_card(-1_000), false), (cash(-1_000), false)], Ok((0, 0))),
        ("a shop without credit", &money, vec![(cash(-1_000), false)], Ok((0, 0))),
    ] {
        assert_eq!(paid(basket, &Policy::default(), &payments), wanted, "{name}");
    }
}

/// How the first goods were paid, what leaves for one of them, and whether that keeps its points.
#[test]
fn an_exchange_is_even_between_goods_at_their_listed_price() {
    let policy = Policy { even_exchange: true, ..Policy::default() };
    let cash = Paid::default();
    let points = Paid { total: Money(3_000), in_points: Money(900), points: Points(900), ..cash };
    let keyed = Event::Price { line: None, price: Some(Money(1_200)) };
    let less = Event::Discount { line: None, cut: Some(Cut::Amount(Money(100))) };
    let priced = OpenPrice {
        price: Money(8_000),
        quantity: Quantity::ONE,
        name: String::new(),
        product_line: String::new(),
        tax_rate: 0,
    };
    let waits = Event::PriceNeeded { article: article("a", 0), quantity: None };
    for (what, paid, leaves, is_even) in [
        ("the same", cash, vec![product("a", 1_000)], true),
        ("dearer today", cash, vec![product("a", 1_500)], true),
        ("cheaper today", cash, vec![product("a", 900)], false),
        ("at a keyed price", cash, vec![product("a", 1_000), keyed], false),
        ("with a discount", cash, vec![product("a", 2_000), less], false),
        ("at an open price", cash, vec![waits, Event::OpenPrice { number: 2, priced }], false),
        ("bought with points", points, vec![product("a", 1_000)], false),
    ] {
        let basket = after([bought(0, paid)].into_iter().chain(leaves)).unwrap();
        let due = standing(&basket, &policy).unwrap().due;
        let rest = Tender::new(TenderKind::External, due);
        let Settled::Closed(sale) = settle(&basket, heading(), &policy, &rest, false).unwrap() else {
            panic!("{what}: it is not paid whole")
        };
        assert_eq!(sale.lines.iter().any(|line| !line.keeps.is_empty()), is_even, "{what}");
    }
}
