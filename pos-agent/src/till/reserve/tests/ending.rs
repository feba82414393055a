//! How a reservation ends without a sale.

use super::*;

#[tokio::test]
async fn a_till_that_was_killed_after_the_hold_lets_it_go_and_asks_anew() {
    let till = Counter::open(Some(BALANCE), 0).await;
    till.pays_points(1, BALANCE).await.unwrap();
    let first = till.on_ticket().await.unwrap();
    let till = till.restarts().await;
    let sale = till.closes(1).await;
    let second = till.asked()[1].0;
    assert_ne!(first, second);
    assert_eq!(spent(&sale), [(BALANCE, Some(second))]);
    assert_eq!(till.settled().await, (0, 0, vec![first]));
    assert!(till.folder.path().exists());
}

#[tokio::test]
async fn what_was_reserved_too_long_ago_is_reserved_anew_at_the_close() {
    let till = Counter::open(Some(BALANCE), 0).await;
    let late: [fn(&mut OnTicket); 2] = [
        // Two minutes went by.
        |on_ticket| on_ticket.intent.mono_ms -= HELD_MS,
        // An event behind the intent showed that they did.
        |on_ticket| on_ticket.is_passed = true,
    ];
    for late in late {
        till.pays_points(1, 1_000).await.unwrap();
        let first = till.on_ticket().await.unwrap();
        till.changes(late).await;
        let sale = till.closes(1).await;
        let (second, points) = *till.asked().last().unwrap();
        assert_ne!(first, second);
        assert_eq!((spent(&sale), points), (vec![(1_000, Some(second))], 1_000));
        till.rings_up(1).await;
    }
    let (free, owed, voided) = till.settled().await;
    assert_eq!((free, owed, voided.len()), (BALANCE - 2_000, 0, 2));
}

#[tokio::test]
async fn an_event_behind_the_intent_is_kept_with_the_reservation() {
    let till = Counter::open(Some(BALANCE), 0).await;
    till.pays_points(1, 1_000).await.unwrap();
    let rows = async || {
        let mut tx = till.agent.store().begin().await.unwrap();
        reservation::live(&mut tx, 1).await.unwrap()
    };
    let begins = async || till.agent.begin_shift(1, Money::ZERO).await;
    begins().await.unwrap();
    assert!(!rows().await[0].on_ticket.is_passed, "just now");
    till.changes(|on_ticket| on_ticket.intent.mono_ms -= HELD_MS).await;
    let shift = till.agent.open_shift(1).await.unwrap().unwrap();
    let moved = crate::shifts::CashMove {
        id: till.agent.clock().event_id(),
        direction: domain::shift::CashDirection::In,
        amount: Money(100),
        reason: "Change".to_owned(),
        approved_by: None,
    };
    till.agent.move_cash(1, moved).await.unwrap();
    assert!(rows().await[0].on_ticket.is_passed);
    assert!(till.agent.close_shift(1, shift.opened.shift, Money(100)).await.is_err(), "a ticket is open");
}

#[tokio::test]
async fn what_a_ticket_takes_no_more_is_given_up_at_once() {
    let till = Counter::open(Some(BALANCE), 0).await;
    let mut ids = vec![];
    for how in ["give back", "remove card", "cancel", "put aside"] {
        till.pays_points(1, BALANCE).await.unwrap();
        ids.push(till.on_ticket().await.unwrap());
        let (seen, _) = till.seen(1).await;
        if how == "remove card" {
            till.agent.remove_card(1).await.unwrap();
        } else {
            till.agent.give_back(1, seen, 0).await.unwrap();
        }
        let (free, _, voided) = till.settled().await;
        assert_eq!((free, &voided), (BALANCE, &ids), "{how}");
        // Asked for and never taken, it ends with its ticket.
        if how == "cancel" || how == "put aside" {
            till.hub.set(|state| state.loses_reserves = 1);
            assert!(till.pays_points(1, 1_000).await.is_err());
            ids.push(till.asked().last().unwrap().0);
            if how == "cancel" {
                till.agent.cancel(1, seen.basket).await.unwrap();
            } else {
                till.agent.hold(1, seen.basket).await.unwrap();
            }
            assert_eq!(till.settled().await, (BALANCE, 0, ids.clone()), "{how}");
        }
        if how == "remove card" {
            till.agent.cancel(1, seen.basket).await.unwrap();
        }
        if how != "give back" {
            till.rings_up(1).await;
        }
    }
}

#[test]
fn a_reservation_is_let_go_when_its_ticket_takes_no_points_or_is_somebody_elses() {
    use crate::checkout::basket::{Event, Holder, apply};
    let now = chrono::DateTime::UNIX_EPOCH;
    let card = |n: u8| crate::checkout::basket::Card {
        number: format!("299000000000{n}").parse().unwrap(),
        entry: domain::sale::CardEntry::Scanned,
        state: domain::card::CardState::Active,
        holder: Some(Holder {
            member: MemberId::new(1, [n; 10]),
            account: domain::ids::AccountId::new(1, [n; 10]),
            offer: None,
        }),
        by_contact: false,
    };
    let bare = Basket::new(SaleId::new(1, [1; 10]), now);
    let with = |basket: &Basket, event| apply(basket, event).unwrap();
    let ana = with(&bare, Event::Card(card(1)));
    let paid = with(&ana, Event::Take(Tender::of_points(Points(100), Money(50))));
    let cash = with(&ana, Event::Take(Tender::new(domain::sale::TenderKind::Cash, Money(50))));
    for (before, after, wanted) in [
        (&bare, &ana, false),
        (&ana, &paid, false),
        (&paid, &ana, true),
        (&cash, &ana, false),
        (&ana, &bare, true),
        (&paid, &with(&paid, Event::Card(card(2))), true),
        (&paid, &with(&paid, Event::Card(card(1))), false),
    ] {
        assert_eq!(lets_go(before, after), wanted, "{before:?} {after:?}");
    }
    for (basket, payment, wanted) in [
        (&paid, Tender::new(domain::sale::TenderKind::Cash, Money(50)), 100),
        (&paid, Tender::of_points(Points(300), Money(150)), 300),
        (&cash, Tender::new(domain::sale::TenderKind::Cash, Money(50)), 0),
    ] {
        assert_eq!(takes(basket, &payment), Points(wanted));
    }
}
