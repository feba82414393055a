use super::*;
use domain::card::CardState;
use domain::ids::{AccountId, MemberId, PromotionId};
use domain::money::Points;
use domain::sale::CardEntry;
use domain::snapshot::Offer;

pub fn article(sku: &str, price: i64) -> Article {
    Article {
        sku: sku.parse().unwrap(),
        name: format!("Product {sku}"),
        product_line: "line".to_owned(),
        category: "category".to_owned(),
        price: Money(price),
        tax_rate: 1900,
        discreet: false,
    }
}

pub fn product(sku: &str, price: i64) -> Event {
    Event::Product { article: article(sku, price), quantity: None }
}

fn labelled(sku: &str, price: i64, quantity: i64) -> Event {
    Event::Labelled { article: article(sku, price), quantity: Quantity(quantity) }
}

pub fn offer(sku: &str, percent_off: i64) -> Offer {
    Offer {
        promotion: PromotionId::new(1, [3; 10]),
        text: "A treat".to_owned(),
        sku: Some(sku.parse().unwrap()),
        percent_off,
        valid_until: "2026-12-31".parse().unwrap(),
    }
}

pub fn card(offer: Option<Offer>) -> Card {
    let offer = offer.map(|offer| OfferState { offer, response: OfferResponse::Shown });
    let holder = Holder { member: MemberId::new(1, [1; 10]), account: AccountId::new(1, [2; 10]), offer };
    let number = "2990000010421".parse().unwrap();
    Card {
        number,
        entry: CardEntry::Scanned,
        state: CardState::Active,
        holder: Some(holder),
        by_contact: false,
    }
}

pub fn empty() -> Basket {
    Basket::new(SaleId::new(1, [0; 10]), DateTime::UNIX_EPOCH)
}

pub fn after(events: impl IntoIterator<Item = Event>) -> Result<Basket, BasketError> {
    events.into_iter().try_fold(empty(), |basket, event| apply(&basket, event))
}

/// `sku×quantity`, voided lines in brackets, `?` before unknown codes.
fn shape(basket: &Basket) -> String {
    let line = |l: &Line| {
        let text = format!("{}x{}", l.article.sku, l.quantity.plain());
        if l.voided { format!("({text})") } else { text }
    };
    let unknown = basket.unknown.iter().map(|u| format!("?{}", u.code));
    basket.lines.iter().map(line).chain(unknown).collect::<Vec<_>>().join(" ")
}

#[test]
fn events_change_the_basket_as_a_cashier_expects() {
    use Event::{Discard, LastQuantity, NextQuantity, Restore, StepQuantity, Unknown, Void};
    let q = Quantity;
    let unknown = |code: &str| Unknown { code: code.to_owned() };
    let cases: Vec<(Vec<Event>, Result<&str, BasketError>)> = vec![
        (vec![], Ok("")),
        (vec![product("a", 100), product("b", 50)], Ok("ax1 bx1")),
        (vec![product("a", 100), product("b", 50), product("a", 100)], Ok("ax2 bx1")),
        // A price that changed in between must not reprice what was taken before.
        (vec![product("a", 100), product("a", 90)], Ok("ax1 ax1")),
        // What was weighed, or has its price on the label, was rounded by itself.
        (vec![labelled("a", 100, 333), labelled("a", 100, 333)], Ok("ax0.333 ax0.333")),
        (vec![labelled("a", 199, 1_000), labelled("a", 199, 1_000)], Ok("ax1 ax1")),
        (vec![labelled("a", 100, 2_000), product("a", 100), product("a", 100)], Ok("ax2 ax2")),
        (vec![product("a", 100), labelled("a", 100, 1_000)], Ok("ax1 ax1")),
        (vec![NextQuantity(q(500)), product("a", 100), product("a", 100)], Ok("ax0.5 ax1")),
        (vec![product("a", 100), NextQuantity(q(500)), product("a", 100)], Ok("ax1 ax0.5")),
        (vec![labelled("a", 100, 0)], Err(BasketError::Quantity)),
        (vec![NextQuantity(q(3_000)), product("a", 100), product("b", 1)], Ok("ax3 bx1")),
        (vec![NextQuantity(q(3_000)), unknown("x"), product("a", 100)], Ok("ax3 ?x")),
        (vec![product("a", 100), LastQuantity(q(5_000))], Ok("ax5")),
        (vec![product("a", 1), product("b", 1), Void { line: 2 }, LastQuantity(q(4_000))], Ok("ax4 (bx1)")),
        (vec![LastQuantity(q(5_000))], Err(BasketError::NoLine)),
        (vec![product("a", 100), StepQuantity { line: 1, by: q(-750) }], Ok("ax0.25")),
        (vec![product("a", 100), StepQuantity { line: 2, by: q(250) }], Err(BasketError::NoSuchLine)),
        (vec![product("a", 100), LastQuantity(q(0))], Err(BasketError::Quantity)),
        (vec![product("a", 100), LastQuantity(q(-1_000))], Err(BasketError::Quantity)),
        (vec![NextQuantity(q(7_702_001_234_567))], Err(BasketError::Quantity)),
        (vec![product("a", 100), Void { line: 1 }], Ok("(ax1)")),
        (vec![product("a", 100), Void { line: 1 }, Void { line: 1 }], Err(BasketError::NoSuchLine)),
        (vec![product("a", 100), Void { line: 1 }, product("a", 100)], Ok("(ax1) ax1")),
        (vec![product("a", 100), Void { line: 1 }, Restore { line: 1 }], Ok("ax1")),
        (vec![product("a", 100), Restore { line: 1 }], Err(BasketError::NoSuchLine)),
        (vec![unknown("x"), unknown("x"), unknown("y")], Ok("?x ?y")),
        (vec![unknown("x"), unknown("y"), Discard { number: 1 }], Ok("?y")),
        (vec![Discard { number: 1 }], Err(BasketError::NoSuchCode)),
        (vec![Event::Answer(OfferResponse::Accepted)], Err(BasketError::NoOffer)),
    ];
    for (events, wanted) in cases {
        let shown = format!("{events:?}");
        assert_eq!(after(events).map(|b| shape(&b)), wanted.map(str::to_owned), "{shown}");
    }
}

#[test]
fn discounts_and_prices_are_checked() {
    let amount = |amount| Some(Cut::Amount(Money(amount)));
    let line = |cut| Event::Discount { line: None, cut };
    let price = |price: Option<i64>| Event::Price { line: Some(1), price: price.map(Money) };
    let a = || product("a", 1_000);
    for (events, wanted) in [
        (vec![a(), line(amount(1_000))], Ok(())),
        (vec![a(), line(amount(1_001))], Err(BasketError::Discount)),
        (vec![a(), line(amount(0))], Err(BasketError::Discount)),
        (vec![a(), line(amount(-5))], Err(BasketError::Discount)),
        (vec![a(), line(Some(Cut::Percent(10_000)))], Ok(())),
        (vec![a(), line(Some(Cut::Percent(10_001)))], Err(BasketError::Discount)),
        (vec![line(amount(1))], Err(BasketError::NoLine)),
        (vec![a(), Event::Void { line: 1 }, line(amount(1))], Err(BasketError::NoLine)),
        (vec![Event::TicketDiscount(Some(Cut::Percent(0)))], Err(BasketError::Discount)),
        (vec![a(), price(Some(-1))], Err(BasketError::Price)),
        (vec![a(), price(Some(PRICE_MAX.0 + 1))], Err(BasketError::Price)),
        (vec![a(), price(Some(0))], Ok(())),
    ] {
        let shown = format!("{events:?}");
        assert_eq!(after(events).map(|_| ()), wanted, "{shown}");
    }
    // A row with a price or discount of its own takes no more of the same article.
    let basket = after([a(), price(Some(900)), a(), line(amount(1)), a()]).unwrap();
    assert_eq!(shape(&basket), "ax1 ax1 ax1");
    let reset = apply(&basket, price(None)).unwrap();
    assert_eq!((reset.lines[0].article.price, reset.lines[0].listed), (Money(1_000), None));
}

#[test]
fn points_leave_with_their_card() {
    let points = |points| Event::Take(Tender::of_points(Points(points), Money(points / 2)));
    let other = || Card { number: "1".parse().unwrap(), ..card(None) };
    let basket = after([product("a", 1_000), Event::Card(card(None)), points(100), points(200)]).unwrap();
    assert_eq!(basket.taken.len(), 1, "points are one payment");
    for event in [Event::RemoveCard, Event::Card(other())] {
        assert_eq!(apply(&basket, event).unwrap().taken, []);
    }
    assert_eq!(apply(&basket, Event::Card(card(None))).unwrap().taken.len(), 1);
}

#[test]
fn a_basket_has_its_limits() {
    let many = (0..LINES_MAX).map(|n| product(&n.to_string(), 1));
    let full = after(many).unwrap();
    assert_eq!(apply(&full, product("one more", 1)), Err(BasketError::Full));
    assert!(apply(&full, product("7", 1)).is_ok(), "a repeated article still joins its line");
    let codes = (0..=UNKNOWN_MAX).map(|n| Event::Unknown { code: n.to_string() });
    assert_eq!(after(codes), Err(BasketError::TooManyUnknown));
}

#[test]
fn what_waits_for_a_price_becomes_a_line_of_its_own() {
    let unknown = || Event::Unknown { code: "2000000009995".to_owned() };
    let open = || Event::PriceNeeded { article: article("pan", 0), quantity: None };
    let priced = |number: u32, price: i64, name: &str| Event::OpenPrice {
        number,
        priced: OpenPrice {
            price: Money(price),
            quantity: Quantity(2_000),
            name: name.to_owned(),
            product_line: "bakery".to_owned(),
            tax_rate: 500,
        },
    };
    let three = || Event::NextQuantity(Quantity(3_000));
    for (events, wanted) in [
        (vec![unknown(), priced(1, 100, "")], Ok("2000000009995x2")),
        (vec![unknown(), priced(1, 0, "")], Err(BasketError::OpenPrice)),
        (vec![unknown(), priced(1, -1, "")], Err(BasketError::OpenPrice)),
        (vec![unknown(), priced(1, PRICE_MAX.0 + 1, "")], Err(BasketError::OpenPrice)),
        (vec![unknown(), priced(2, 100, "")], Err(BasketError::NoSuchCode)),
        (vec![unknown(), priced(1, 100, ""), priced(1, 100, "")], Err(BasketError::NoSuchCode)),
        // The same again waits again, and stands alone.
        (
            vec![unknown(), priced(1, 100, ""), unknown(), priced(3, 100, "")],
            Ok("2000000009995x2 2000000009995x2"),
        ),
        (vec![unknown(), priced(1, 100, ""), Event::Void { line: 2 }], Ok("(2000000009995x2)")),
        (vec![open(), open(), priced(2, 100, "")], Ok("panx2 ?pan")),
        (vec![open(), Event::Discard { number: 1 }], Ok("")),
        // `3*` is used up by an article that waits, as by any other.
        (vec![three(), open(), product("a", 1)], Ok("ax1 ?pan")),
    ] {
        let basket = after(events.clone());
        assert_eq!(basket.as_ref().map(shape).map_err(|e| *e), wanted.map(str::to_owned), "{events:?}");
    }
    let basket = after([unknown(), open(), priced(1, 100, "Pan suelto"), priced(2, 300, "ignored")]).unwrap();
    let [of_code, of_article] = &basket.lines[..] else { panic!("{basket:?}") };
    assert_eq!(of_code.article.name, "Pan suelto");
    assert_eq!((of_code.article.product_line.as_str(), of_code.article.tax_rate), ("bakery", 500));
    assert_eq!(of_code.read_code.as_ref().map(Barcode::as_str), Some("2000000009995"));
    assert_eq!(of_article.article, Article { price: Money(300), ..article("pan", 0) });
    assert_eq!(of_article.read_code, None);
    // As a basket wrote it before articles waited too.
    let before: UnknownCode = serde_json::from_str(r#"{"number":1,"code":"x"}"#).unwrap();
    assert_eq!((before.code.as_str(), before.article, before.quantity), ("x", None, None));
}

#[test]
fn a_second_card_takes_the_place_of_the_first() {
    let other = Card { number: "1".parse().unwrap(), holder: None, ..card(None) };
    let basket = after([Event::Card(card(Some(offer("a", 1_000)))), Event::Card(other)]).unwrap();
    assert_eq!(basket.card.as_ref().unwrap().number.as_str(), "1");
    assert_eq!(basket.offer(), None);
    assert_eq!(after([Event::Card(card(None)), Event::RemoveCard]).unwrap().card, None);
}

#[test]
fn the_same_card_again_keeps_the_answered_offer() {
    use OfferResponse::{Accepted, Declined, Shown};
    let known = || card(Some(offer("a", 1_000)));
    let settled = || card(None);
    let blocked = || Card { state: CardState::Lost, holder: None, ..card(None) };
    let replaced = || Card { state: CardState::Replaced, ..known() };
    let nobodys = || Card { holder: None, ..card(None) };
    let of_another = || {
        let mut other = known();
        other.holder.as_mut().unwrap().member = MemberId::new(1, [9; 10]);
        other
    };
    for (first, answer, again, wanted) in [
        (known(), Some(Accepted), known(), Some(Accepted)),
        // Declined or used today: a fresh look finds no offer any more.
        (known(), Some(Declined), settled(), Some(Declined)),
        (known(), None, known(), Some(Shown)),
        (nobodys(), None, known(), Some(Shown)),
        (known(), Some(Accepted), of_another(), Some(Shown)),
        (known(), Some(Accepted), blocked(), None),
        (blocked(), None, known(), Some(Shown)),
        (known(), Some(Accepted), replaced(), Some(Shown)),
    ] {
        let shown = format!("{answer:?}, then {again:?}");
        let events = [Some(Event::Card(first)), answer.map(Event::Answer), Some(Event::Card(again.clone()))];
        let basket = after(events.into_iter().flatten()).unwrap();
        assert_eq!(basket.offer().map(|state| state.response), wanted, "{shown}");
        assert_eq!(basket.card.unwrap().state, again.state, "{shown}");
    }
}

#[test]
fn what_a_card_may_on_a_ticket() {
    // Whose it is, and whose points it spends.
    for (state, by_contact, wanted) in [
        (CardState::Active, false, (true, true)),
        (CardState::Active, true, (true, false)),
        (CardState::Lost, false, (false, false)),
        (CardState::Stolen, false, (false, false)),
        (CardState::Blocked, false, (false, false)),
        (CardState::Replaced, false, (true, false)),
    ] {
        let basket = after([Event::Card(Card { state, by_contact, ..card(None) })]).unwrap();
        assert_eq!((basket.member().is_some(), basket.spender().is_some()), wanted, "{state} {by_contact}");
    }
    // As a basket wrote it before cards had states.
    for (state, before) in [(CardState::Active, "false"), (CardState::Blocked, "true")] {
        let text = serde_json::to_string(&Card { state, ..card(None) }).unwrap();
        let before = text.replace(&format!(r#""state":"{state}""#), &format!(r#""blocked":{before}"#));
        assert_ne!(before, text);
        assert_eq!(serde_json::from_str::<Card>(&before).unwrap(), serde_json::from_str(&text).unwrap());
    }
}

#[test]
fn a_basket_remembers_its_last_orders() {
    let order = |n: usize| Uuid::from_u128(n as u128);
    let mut basket = empty();
    for n in 0..=ORDERS_MAX {
        assert!(!basket.has_done(order(n)));
        basket.note_done(order(n));
    }
    let remembered: Vec<bool> = [0, 1, ORDERS_MAX].into_iter().map(|n| basket.has_done(order(n))).collect();
    assert_eq!(remembered, [false, true, true]);
}

#[test]
fn a_basket_survives_its_file() {
    let basket =
        after([product("a", 100), Event::Card(card(Some(offer("a", 1_000)))), Event::Void { line: 1 }]);
    let mut basket = basket.unwrap();
    basket.note_done(Uuid::from_u128(7));
    let text = serde_json::to_string(&basket).unwrap();
    assert_eq!(serde_json::from_str::<Basket>(&text).unwrap(), basket);
}

/// Another agent's till, perhaps of the release before, reads a basket that was put aside. Whoever changes one of these
/// lists asks whether that till would sell it as it is meant, and raises `HELD_SHAPE` if not.
#[test]
fn a_held_basket_of_this_shape_has_these_parts() {
    let basket = after([Event::Card(card(None)), product("milk", 4_200)]).unwrap();
    let told = serde_json::to_value(&basket).unwrap();
    let parts = |value: &serde_json::Value| {
        let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names.join(" ")
    };
    for (at, wanted) in [
        (
            "",
            "approved_by card coupons discount discount_of held_in_training lines next_number next_quantity opened_at \
             orders sale taken touched unknown",
        ),
        (
            "/lines/0",
            "article discount discount_of gift labelled listed number quantity read_code returned voided",
        ),
        ("/lines/0/article", "category name price product_line sku tax_rate"),
        ("/card", "by_contact entry holder number state"),
        ("/card/holder", "account member offer"),
    ] {
        assert_eq!(parts(told.pointer(at).unwrap()), wanted, "{at}");
    }
    assert_eq!(domain::sync::HELD_SHAPE, 2);
    assert_eq!(serde_json::from_value::<Basket>(told).unwrap(), basket);
}

#[test]
fn a_gift_card_is_sold_by_itself_for_what_is_to_be_on_it() {
    use Event::{Discount, GiftCardNeeded, GiftCardRead, LastQuantity, Restore, Void};
    let gift_card = |number: &str| GiftCard::read(number).unwrap();
    let (one, other) = (gift_card("29800000000000001237"), gift_card("29800000000000011236"));
    let needed = |fixed: Option<i64>| GiftCardNeeded { article: article("g", 0), fixed: fixed.map(Money) };
    let sells = |number, card: &GiftCard, amount| Event::GiftCard {
        number,
        card: card.clone(),
        amount: Money(amount),
    };
    let read = |card: &GiftCard| GiftCardRead(card.clone());
    let sold = |events: Vec<Event>| after(events).map(|basket| shape(&basket));
    let cut = Discount { line: None, cut: Some(Cut::Percent(1_000)) };
    let (name, product_line) = (String::new(), String::new());
    let priced = OpenPrice { price: Money(5_000), quantity: Quantity::ONE, name, product_line, tax_rate: 0 };
    let priced = Event::OpenPrice { number: 1, priced };
    for (events, wanted) in [
        (vec![needed(None)], Ok("?g")),
        (vec![needed(None), read(&one)], Ok("?g")),
        (vec![needed(None), read(&one), sells(1, &one, 5_000)], Ok("gx1")),
        (vec![needed(Some(5_000)), read(&one)], Ok("gx1")),
        (vec![needed(None), sells(1, &one, 0)], Err(BasketError::OpenPrice)),
        (vec![read(&one)], Err(BasketError::NoSuchCode)),
        (vec![sells(1, &one, 5_000)], Err(BasketError::NoSuchCode)),
        // Not for a price alone, without the card that it is.
        (vec![needed(None), priced], Err(BasketError::NoSuchCode)),
        // One card after the other, and none twice.
        (vec![needed(Some(5_000)), needed(Some(5_000)), read(&one), read(&other)], Ok("gx1 gx1")),
        (vec![needed(Some(1)), needed(Some(1)), read(&one), read(&one)], Err(BasketError::GiftCardTwice)),
        (vec![needed(None), needed(None), read(&one), read(&one)], Err(BasketError::GiftCardTwice)),
        (vec![needed(Some(5_000)), read(&one), cut.clone()], Err(BasketError::GiftCardLine)),
        (
            vec![needed(Some(5_000)), read(&one), LastQuantity(Quantity(2_000))],
            Err(BasketError::GiftCardLine),
        ),
        (
            vec![
                needed(Some(5_000)),
                read(&one),
                Void { line: 2 },
                needed(Some(5_000)),
                read(&one),
                Restore { line: 2 },
            ],
            Err(BasketError::GiftCardTwice),
        ),
    ] {
        assert_eq!(sold(events.clone()), wanted.map(str::to_owned), "{events:?}");
    }
    let basket = after(vec![needed(Some(5_000)), read(&one)]).unwrap();
    assert_eq!(
        (basket.lines[0].article.price, basket.lines[0].gift_card.as_deref()),
        (Money(5_000), Some(&one))
    );
    let taxed = Article { tax_rate: 1_900, ..article("g", 0) };
    let taxed = GiftCardNeeded { article: taxed, fixed: Some(Money(5_000)) };
    let basket = after(vec![taxed, read(&one)]).unwrap();
    assert_eq!(basket.lines[0].article.tax_rate, 0, "what is bought with it is taxed");
}
