//! Cards that their members reported, at a till that has heard of it.

use domain::card::CardState;
use domain::codes::CardNumber;

use super::*;
use crate::AgentError;
use crate::till::Payment;

const CARD: &str = "2990000010421";
const COFFEE: &str = "7702001000044";

async fn hears(till: &Till, state: CardState) {
    let card = CardRow::new(CARD.parse().unwrap(), MemberId::new(1, [1; 10]), state);
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Card(card)], 99, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
}

/// Sells with the card: what the page says of it, what the page for points says, and whose the sale is.
async fn sold(till: &Till) -> (String, String, Option<CardNumber>) {
    till.agent.enter(1, CARD).await.unwrap();
    till.agent.enter(1, COFFEE).await.unwrap();
    let (page, redeem) = (till.get("/till/1").await, till.get("/till/1/redeem").await);
    let basket = till.agent.till(1).await.unwrap().basket;
    let sale = till.agent.pay_cash(1, basket, Money(2_000_000)).await.unwrap().sale;
    (page, redeem, till.agent.receipt(sale.id).await.unwrap().sale.card.clone())
}

#[tokio::test]
async fn a_reported_card_does_what_its_state_allows() {
    let till = Till::open().await;
    for (state, said, earns, redeems) in [
        (CardState::Lost, "Tarjeta reportada como perdida: no acumula ni canjea", false, false),
        (CardState::Stolen, "Tarjeta reportada como robada: no acumula ni canjea", false, false),
        (CardState::Blocked, "Tarjeta bloqueada. La venta sigue sin puntos", false, false),
        (CardState::Replaced, "Tarjeta reemplazada por una nueva: acumula puntos y no canjea", true, false),
        (CardState::Active, "Hola, Ana M.", true, true),
    ] {
        hears(&till, state).await;
        let (page, redeem, card) = sold(&till).await;
        assert!(page.contains(said), "{state}: {page}");
        assert_eq!(page.contains("Hola, Ana M."), earns, "{state}");
        assert_eq!(redeem.contains("name=\"points\""), redeems, "{state}: {redeem}");
        assert_eq!(redeem.contains(said), state != CardState::Active, "{state}");
        assert_eq!(card.is_some(), earns, "{state}");
    }
}

/// Points were taken, and then the till hears that the card is lost: they are given back before the sale is closed.
#[tokio::test]
async fn a_card_that_is_reported_while_it_stands_on_the_ticket_pays_nothing() {
    let till = Till::open().await;
    till.agent.enter(1, COFFEE).await.unwrap();
    till.agent.enter(1, CARD).await.unwrap();
    let basket = till.agent.till(1).await.unwrap().basket;
    till.agent.pay(1, basket, Payment::points(Points(800_000))).await.unwrap();
    hears(&till, CardState::Lost).await;
    let due = till.agent.till(1).await.unwrap().totals.due;
    let late = till.agent.pay_cash(1, basket, due).await;
    assert!(matches!(late, Err(AgentError::Redeem { code: "redeem_card_reported", .. })), "{late:?}");
    let (_, page) = till.post("pay", &format!("basket={basket}&due={}&tendered=20.000", due.0)).await;
    assert!(page.contains("se reportó entretanto"), "{page}");
    till.agent.give_back(1, basket, 0).await.unwrap();
    let more = till.agent.pay(1, basket, Payment::points(Points(100_000))).await;
    assert!(matches!(more, Err(AgentError::Redeem { code: "redeem_card_reported", .. })), "{more:?}");
    till.agent.pay_cash(1, basket, Money(2_000_000)).await.unwrap();
}
