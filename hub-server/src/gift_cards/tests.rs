//! Gift cards against a database: what is held, ends, and is spent in whatever order things arrive.

use domain::gift_card::{GiftBalanceRequest, GiftPayment};
use domain::ids::{EventId, ShiftId};
use domain::sale::{SaleDraft, Tender, TenderKind};
use domain::shift::{ShiftClosed, ShiftTotals};
use domain::sync::{Body, Problem};

use super::*;
use crate::access::audit;
use crate::testing::{TestHub, TestTill, Ticket};

const NUMBER: &str = "29800000000000001237";

fn gift_card() -> GiftCard {
    GiftCard::read(NUMBER).unwrap()
}

fn id(n: u8) -> GiftHoldId {
    GiftHoldId::new(i64::from(n), [n; 10])
}

/// A ticket on which the card is sold.
fn sold(n: u8, amount: i64) -> Sale {
    let mut draft = Ticket::sold(n, None, amount).draft();
    draft.lines[0].gift_card = Some(Box::new(gift_card()));
    Sale::close(draft).unwrap()
}

/// A ticket that the card pays; below zero, goods come back for it.
fn paid(n: u8, amount: i64, hold: Option<u8>) -> Sale {
    let ticket =
        if amount < 0 { Ticket::returned(n, None, -amount, None) } else { Ticket::sold(n, None, amount) };
    let draft = ticket.draft();
    let of_card = GiftPayment { card: gift_card(), hold: hold.map(id), left: None };
    let tender =
        Tender { gift_card: Some(Box::new(of_card)), ..Tender::new(TenderKind::GiftCard, Money(amount)) };
    Sale::close(SaleDraft { tenders: vec![tender], ..draft }).unwrap()
}

async fn tell(till: &mut TestTill<'_>, n: u8, body: Body) {
    let event = till.event(EventId::new(n.into(), [n; 10]), &body);
    till.applies(&[event]).await;
}

/// The ticket in the till's own store, as bytes of its log.
fn own_sale(till: &mut TestTill<'_>, sale: Sale) -> Vec<u8> {
    till.sale(&till.own(sale))
}

async fn tell_sale(till: &mut TestTill<'_>, sale: Sale) {
    let event = own_sale(till, sale);
    till.applies(&[event]).await;
}

fn request(till: &TestTill<'_>, n: u8, amount: i64) -> GiftHoldRequest {
    GiftHoldRequest {
        hold: id(n),
        card: gift_card(),
        sale: SaleId::new(i64::from(n), [n; 10]),
        amount: Money(amount),
        log: till.log,
        seq: till.head.seq,
        given_up: vec![],
    }
}

async fn ask(till: &TestTill<'_>, request: &GiftHoldRequest) -> Result<GiftHold, Problem> {
    till.call("/sync/v1/gift-cards/hold", serde_json::to_vec(request).unwrap()).await
}

async fn balance_by(till: &TestTill<'_>) -> GiftBalance {
    let body = serde_json::to_vec(&GiftBalanceRequest { card: gift_card() }).unwrap();
    till.call("/sync/v1/gift-cards/balance", body).await.unwrap()
}

fn there(available: i64) -> GiftBalance {
    GiftBalance::Active { available: Money(available) }
}

fn held(amount: i64, left: i64) -> GiftHold {
    GiftHold::Held { amount: Money(amount), left: Money(left) }
}

async fn holds_together(hub: &TestHub) {
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(wrong(&mut tx).await.unwrap(), vec![]);
}

async fn lacks(hub: &TestHub) -> i64 {
    let mut tx = hub.app.db.read().await.unwrap();
    missing(&mut tx).await.unwrap().values().map(|missing| missing.0).sum()
}

#[tokio::test]
async fn a_card_is_sold_held_and_spent_once() {
    let hub = TestHub::new().await;
    let (mut first, mut second) = (hub.enrol("centro", 1).await, hub.enrol("norte", 2).await);
    first.open().await.unwrap();
    second.open().await.unwrap();
    assert_eq!(balance_by(&second).await, GiftBalance::Unknown);
    assert_eq!(ask(&second, &request(&second, 1, 10)).await, Ok(GiftHold::Unknown));
    tell_sale(&mut first, sold(1, 50_000)).await;
    assert_eq!(balance_by(&second).await, there(50_000));

    // The answer was lost and it is asked again; another amount under the same id is something else.
    for _ in 0..2 {
        assert_eq!(ask(&second, &request(&second, 2, 30_000)).await, Ok(held(30_000, 20_000)));
    }
    let refused = ask(&second, &request(&second, 2, 31_000)).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (409, "gift_card_hold_differs"));
    // Two tills want the rest; what is left goes to the first, and nothing to the second.
    assert_eq!(ask(&first, &request(&first, 3, 25_000)).await, Ok(held(20_000, 0)));
    assert_eq!(ask(&second, &request(&second, 4, 25_000)).await, Ok(GiftHold::Empty));
    assert_eq!(balance_by(&first).await, there(0));

    tell_sale(&mut second, paid(2, 30_000, Some(2))).await;
    assert_eq!(ask(&second, &request(&second, 2, 30_000)).await, Ok(held(30_000, 20_000)), "late, the same");
    let voided = GiftHoldVoided { hold: id(3), card: gift_card() };
    tell(&mut first, 9, Body::GiftHoldVoided(voided)).await;
    assert_eq!(ask(&first, &request(&first, 3, 25_000)).await, Ok(GiftHold::Ended));
    assert_eq!(balance_by(&first).await, there(20_000));

    // What was paid with it goes back onto it.
    tell_sale(&mut first, paid(5, -10_000, None)).await;
    assert_eq!(balance_by(&first).await, there(30_000));
    assert_eq!(lacks(&hub).await, 0);
    holds_together(&hub).await;
}

#[tokio::test]
async fn what_is_given_up_before_it_comes_holds_nothing() {
    let hub = TestHub::new().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    tell_sale(&mut till, sold(1, 50_000)).await;
    let late = request(&till, 2, 50_000);
    tell(&mut till, 9, Body::GiftHoldVoided(GiftHoldVoided { hold: id(2), card: gift_card() })).await;
    assert_eq!(ask(&till, &late).await, Ok(GiftHold::Ended));

    // One that is given up with the next request need not wait for the log.
    assert_eq!(ask(&till, &request(&till, 3, 40_000)).await, Ok(held(40_000, 10_000)));
    let next = GiftHoldRequest { given_up: vec![id(3)], ..request(&till, 4, 50_000) };
    assert_eq!(ask(&till, &next).await, Ok(held(50_000, 0)));
    holds_together(&hub).await;
}

fn shift_closed() -> ShiftClosed {
    ShiftClosed {
        shift: ShiftId::new(1, [1; 10]),
        number: 1,
        business_date: "2026-03-02".parse().unwrap(),
        opened_at: "2026-03-02T08:00:00-05:00".parse().unwrap(),
        closed_at: "2026-03-02T20:00:00-05:00".parse().unwrap(),
        opened_by: None,
        closed_by: None,
        counted: Money::ZERO,
        totals: ShiftTotals::default(),
    }
}

#[tokio::test]
async fn a_log_that_closed_its_shift_holds_nothing_from_before() {
    let hub = TestHub::new().await;
    let (mut till, mut other) = (hub.enrol("centro", 1).await, hub.enrol("norte", 2).await);
    till.open().await.unwrap();
    other.open().await.unwrap();
    tell_sale(&mut till, sold(1, 50_000)).await;
    let (early, late) = (request(&till, 2, 20_000), request(&till, 3, 10_000));
    ask(&till, &early).await.unwrap();
    assert_eq!(ask(&other, &request(&other, 4, 5_000)).await, Ok(held(5_000, 25_000)));
    // Days alone change nothing.
    hub.app.clock.advance(chrono::TimeDelta::days(40));
    till.at = hub.app.clock.now();
    other.at = hub.app.clock.now();
    assert_eq!(balance_by(&till).await, there(25_000));
    tell(&mut till, 9, Body::ShiftClosed(Box::new(shift_closed()))).await;
    assert_eq!(balance_by(&till).await, there(45_000), "the other till still holds its own");
    assert_eq!(ask(&till, &early).await, Ok(GiftHold::Ended));
    assert_eq!(ask(&till, &late).await, Ok(GiftHold::Ended));
    holds_together(&hub).await;
}

#[tokio::test]
async fn a_sale_stands_whatever_is_on_the_card_and_money_that_comes_later_pays_it_first() {
    let hub = TestHub::new().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    // As after a backup: the spending comes before the selling, and what was held is not known.
    tell_sale(&mut till, paid(2, 30_000, Some(2))).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(0), 30_000));
    tell_sale(&mut till, sold(3, 20_000)).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(0), 10_000));
    tell_sale(&mut till, sold(4, 50_000)).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(40_000), 0));
    assert_eq!(ask(&till, &request(&till, 2, 30_000)).await, Ok(GiftHold::Ended), "its sale is there");
    holds_together(&hub).await;
}

#[tokio::test]
async fn a_hold_that_ends_later_pays_what_a_sale_lacked_meanwhile() {
    let hub = TestHub::new().await;
    let (mut till, mut other) = (hub.enrol("centro", 1).await, hub.enrol("norte", 2).await);
    till.open().await.unwrap();
    other.open().await.unwrap();
    tell_sale(&mut till, sold(1, 50_000)).await;
    let voided = |n| Body::GiftHoldVoided(GiftHoldVoided { hold: id(n), card: gift_card() });
    assert_eq!(ask(&other, &request(&other, 2, 40_000)).await, Ok(held(40_000, 10_000)));
    // As after a backup: a sale whose hold this hub does not know.
    tell_sale(&mut till, paid(3, 30_000, Some(3))).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(0), 20_000));
    tell(&mut other, 9, voided(2)).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(20_000), 0));
    // Said once more, it pays nothing once more.
    tell(&mut other, 10, voided(2)).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(20_000), 0));

    // In one push with the sale, and by the close of a shift.
    assert_eq!(ask(&other, &request(&other, 4, 20_000)).await, Ok(held(20_000, 0)));
    let given_up = other.event(EventId::new(11, [11; 10]), &voided(4));
    let sale = own_sale(&mut other, paid(5, 5_000, Some(5)));
    other.applies(&[given_up, sale]).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(15_000), 0));
    assert_eq!(ask(&other, &request(&other, 6, 15_000)).await, Ok(held(15_000, 0)));
    tell_sale(&mut till, paid(7, 4_000, Some(7))).await;
    assert_eq!(lacks(&hub).await, 4_000);
    tell(&mut other, 12, Body::ShiftClosed(Box::new(shift_closed()))).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(11_000), 0));
    holds_together(&hub).await;
}

#[tokio::test]
async fn a_request_that_was_refused_holds_nothing_when_a_copy_of_it_comes_late() {
    let hub = TestHub::new().await;
    let (mut first, mut second) = (hub.enrol("centro", 1).await, hub.enrol("norte", 2).await);
    first.open().await.unwrap();
    second.open().await.unwrap();
    let (unknown, empty) = (request(&second, 2, 10_000), request(&second, 4, 10_000));
    assert_eq!(ask(&second, &unknown).await, Ok(GiftHold::Unknown));
    assert_eq!(ask(&second, &unknown).await, Ok(GiftHold::Unknown), "asked again, the same");
    tell_sale(&mut first, sold(1, 50_000)).await;
    assert_eq!(ask(&second, &unknown).await, Ok(GiftHold::Ended), "the card is there now");
    assert_eq!(ask(&first, &request(&first, 3, 50_000)).await, Ok(held(50_000, 0)));
    assert_eq!(ask(&second, &empty).await, Ok(GiftHold::Empty));
    let voided = GiftHoldVoided { hold: id(3), card: gift_card() };
    tell(&mut first, 9, Body::GiftHoldVoided(voided)).await;
    assert_eq!(ask(&second, &empty).await, Ok(GiftHold::Ended));
    assert_eq!(balance_by(&first).await, there(50_000), "nobody holds anything");
    holds_together(&hub).await;
}

#[tokio::test]
async fn somebody_at_the_desk_blocks_a_card_and_lets_go_of_what_is_held() {
    let hub = TestHub::new().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    tell_sale(&mut till, sold(1, 50_000)).await;
    ask(&till, &request(&till, 2, 50_000)).await.unwrap();
    let today = "2026-03-02".parse().unwrap();
    let card = gift_card();
    let word = |note| Word { digest: card.digest(), note, who: "ana", today };
    let say = async |note, what| said(&hub.app, &word(note), what).await.unwrap();
    assert_eq!(say(" ", Said::Block).await, Err(Refusal::NoNote));
    assert_eq!(say("Robada", Said::Block).await, Ok(()));
    assert_eq!(balance_by(&till).await, GiftBalance::Blocked);
    assert_eq!(ask(&till, &request(&till, 3, 10)).await, Ok(GiftHold::Blocked));
    // Not at once: the till may only have lost its connection.
    assert_eq!(say("La caja se rompió", Said::Release(id(2))).await, Err(Refusal::Early));
    hub.app.clock.advance(chrono::TimeDelta::days(1));
    till.at = hub.app.clock.now();
    assert_eq!(say("La caja se rompió", Said::Release(id(2))).await, Ok(()));
    assert_eq!(say("Apareció", Said::Unblock).await, Ok(()));
    assert_eq!(balance_by(&till).await, there(50_000));
    // It was spent elsewhere meanwhile, and the till came back after all: what is missing is seen.
    assert_eq!(ask(&till, &request(&till, 4, 30_000)).await, Ok(held(30_000, 20_000)));
    tell_sale(&mut till, paid(2, 50_000, Some(2))).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(0), 30_000));
    tell_sale(&mut till, paid(4, 30_000, Some(4))).await;
    assert_eq!((balance_by(&till).await, lacks(&hub).await), (there(0), 30_000));
    holds_together(&hub).await;
    let mut tx = hub.app.db.read().await.unwrap();
    let actions: Vec<String> =
        audit::latest(&mut tx, 10).await.unwrap().into_iter().map(|row| row.action).collect();
    for wanted in ["gift_card.blocked", "gift_card.unblocked", "gift_card.released"] {
        assert!(actions.iter().any(|action| action == wanted), "{wanted}: {actions:?}");
    }
}

#[tokio::test]
async fn movements_are_of_one_store_or_of_all_and_so_many_at_most() {
    let hub = TestHub::new().await;
    let (mut first, mut second) = (hub.enrol("centro", 1).await, hub.enrol("norte", 2).await);
    tell_sale(&mut first, sold(1, 5_000)).await;
    tell_sale(&mut first, sold(2, 1_000)).await;
    tell_sale(&mut second, sold(3, 2_000)).await;
    let mut tx = hub.app.db.read().await.unwrap();
    for (store, limit, wanted) in [
        (None, None, 3),
        (None, Some(2), 2),
        (Some("centro"), None, 2),
        (Some("centro"), Some(1), 1),
        (Some("norte"), Some(9), 1),
        (Some("sur"), None, 0),
    ] {
        let only = store.map(|code: &str| code.parse().unwrap());
        let found = moves(&mut tx, only.as_ref(), limit).await.unwrap();
        let is_of_it = |entry: &Entry| store.is_none_or(|code| entry.store.as_deref() == Some(code));
        assert!(found.iter().all(|(entry, _)| is_of_it(entry)), "{store:?}: {found:?}");
        assert_eq!(found.len(), wanted, "{store:?} {limit:?}");
    }
}
