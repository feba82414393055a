//! Gifts for points: taken on T5, paid by the close, and brought back.

use chrono::TimeDelta;
use domain::points::{Gift, GiftLimit, GiftPeriod, Programme};
use domain::sale::{Origin, Sale};
use domain::stock::StockState;
use domain::sync::OpenReason;

use super::*;
use crate::checkout::basket::{Cut, ReturnReason};
use crate::error::AgentError;
use crate::store::log;

const CARD: &str = "2990000010421";

/// A till whose programme gives coffee for 9,000 points and milk for 60,000.
async fn open() -> Till {
    let till = Till::open().await;
    let programmes = till.agent.store().programmes().await.unwrap();
    let gift = |sku: &str, points: i64| Gift::new(sku.parse().unwrap(), Points(points));
    let gifts = vec![gift("leche", 6_000_000), gift("cafe", 900_000), gift("gone", 100)];
    let version = programmes.iter().map(|programme| programme.version).max().unwrap() + 1;
    let newest = programmes.into_iter().next_back().unwrap();
    let rules = Programme { version, gifts, ..newest };
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Programme(rules)], 99, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till
}

async fn due(till: &Till) -> i64 {
    till.agent.till(1).await.unwrap().totals.due.0
}

async fn close(till: &Till) -> Sale {
    let view = till.agent.till(1).await.unwrap();
    till.agent.pay_cash(1, view.basket, view.totals.due).await.unwrap().sale
}

#[tokio::test]
async fn a_gift_is_paid_by_its_points_and_the_rest_in_money() {
    let till = open().await;
    assert!(!till.get("/till/1/redeem").await.contains("Regalos"), "no card, no gifts");
    till.sent_on("entry", &format!("scan={CARD}")).await;
    let page = till.get("/till/1/redeem").await;
    assert!(page.contains("Regalos") && page.contains("9.000 puntos"), "{page}");
    assert!(page.contains("faltan 7.700 puntos"), "52.300 of 60.000: {page}");
    assert_eq!(till.sent_on("gift", "sku=cafe").await, "/till/1");
    let page = till.get("/till/1").await;
    assert!(page.contains("Regalo · 9.000 puntos") && page.contains("A pagar $\u{a0}0</strong>"), "{page}");
    assert_eq!((total(&till).await, due(&till).await), (1_845_000, 0));

    // It keeps its price and its quantity; a discount on the ticket is not one on the gift.
    till.sent_on("line/quantity", "line=1&step=more").await;
    till.sent_on("entry", "text=-500").await;
    assert_eq!((total(&till).await, due(&till).await), (1_845_000, 0));
    till.sent_on("entry", "scan=7702001000013").await;
    till.agent.discount_ticket(1, Some(Cut::Percent(1_000))).await.unwrap();
    let milk = 420_000 * 9 / 10;
    assert_eq!((total(&till).await, due(&till).await), (1_845_000 + milk, milk));

    // Nothing is left for a second one without the hub; without the card there is none at all.
    let (response, page) = till.post("gift", "sku=cafe").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("no puede canjear más aquí"), "{page}");
    for refused in ["leche", "gone", "pan"] {
        assert_eq!(
            till.post("gift", &format!("sku={refused}")).await.0.status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }

    let sale = close(&till).await;
    assert_eq!(sale.points_spent(), Ok(Points(900_000)));
    assert_eq!((sale.tenders[0].gift, sale.tenders[0].amount), (Some(1), Money(1_845_000)));
    let slip = till.get(&format!("/till/1/receipt/{}", sale.id)).await;
    assert!(slip.contains("Puntos (regalo)"), "{slip}");
}

#[tokio::test]
async fn without_its_card_a_gift_stays_here() {
    let till = open().await;
    till.sent_on("entry", &format!("scan={CARD}")).await;
    till.sent_on("gift", "sku=cafe").await;
    till.sent_on("card/remove", "").await;
    assert_eq!((total(&till).await, due(&till).await), (0, 0));
    till.sent_on("line/restore", "line=1").await;
    assert!(till.get("/till/1").await.contains("necesita la tarjeta del socio"));
    assert_eq!(total(&till).await, 0);
    till.sent_on("entry", &format!("scan={CARD}")).await;
    till.sent_on("line/restore", "line=1").await;
    assert_eq!((total(&till).await, due(&till).await), (1_845_000, 0));
}

#[tokio::test]
async fn a_gift_comes_back_for_its_own_points() {
    let till = open().await;
    till.sent_on("entry", &format!("scan={CARD}")).await;
    till.sent_on("gift", "sku=cafe").await;
    till.sent_on("entry", "scan=7702001000013").await;
    let sale = close(&till).await;
    let take_back = async |line: u32| {
        let origin = Origin { sale: sale.id, line };
        till.agent.take_back(1, origin, domain::Quantity::ONE, ReturnReason::Unwanted).await.unwrap();
    };
    // The milk was paid in money and comes back in money.
    take_back(2).await;
    assert_eq!(due(&till).await, -420_000);
    let back = close(&till).await;
    assert_eq!(back.points_spent(), Ok(Points::ZERO));
    // The gift comes back for points alone.
    take_back(1).await;
    assert_eq!((total(&till).await, due(&till).await), (-1_845_000, 0));
    let back = close(&till).await;
    assert_eq!(back.points_spent(), Ok(Points(-900_000)));
    assert_eq!((back.tenders[0].gift, back.tenders[0].origin), (Some(1), Some(sale.id)));
}

#[tokio::test]
async fn the_same_points_are_not_two_gifts_at_two_tills() {
    let till = open().await;
    let mut baskets = vec![];
    for n in [1, 2] {
        till.agent.enter(n, CARD).await.unwrap();
        till.agent.take_gift(n, &"cafe".parse().unwrap()).await.unwrap();
        baskets.push(till.agent.till(n).await.unwrap().basket);
    }
    till.agent.pay_cash(1, baskets[0], Money::ZERO).await.unwrap();
    let late = till.agent.pay_cash(2, baskets[1], Money::ZERO).await;
    assert!(matches!(late, Err(AgentError::Redeem { code: "redeem_offline_cap", .. })), "{late:?}");
}

/// A till whose programme gives milk for 100 points, once to each member.
async fn open_with_limit() -> Till {
    let till = Till::open().await;
    let per_member = Some(GiftLimit { times: 1, per: GiftPeriod::Ever });
    let milk = Gift { per_member, ..Gift::new("leche".parse().unwrap(), Points(10_000)) };
    let newest = till.agent.store().programmes().await.unwrap().pop().unwrap();
    let rules = Programme { version: 99, gifts: vec![milk], ..newest };
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Programme(rules)], 100, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till
}

#[tokio::test]
async fn a_gift_that_was_taken_off_does_not_come_back_beyond_its_limit() {
    let till = open_with_limit().await;
    till.sent_on("entry", &format!("scan={CARD}")).await;
    till.sent_on("gift", "sku=leche").await;
    till.sent_on("line/void", "line=1").await;
    till.sent_on("line/restore", "line=1").await;
    assert_eq!(total(&till).await, 420_000, "one is one");
    till.sent_on("line/void", "line=1").await;
    till.sent_on("gift", "sku=leche").await;
    till.sent_on("line/restore", "line=1").await;
    let page = till.get("/till/1").await;
    assert!(page.contains("ya tuvo este regalo tantas veces como el programa permite"), "{page}");
    assert_eq!(total(&till).await, 420_000);
    assert_eq!(close(&till).await.points_spent(), Ok(Points(10_000)));
}

#[tokio::test]
async fn a_gift_beyond_its_limit_is_not_paid() {
    let till = open_with_limit().await;
    let mut baskets = vec![];
    for n in [1, 2] {
        till.agent.enter(n, CARD).await.unwrap();
        till.agent.take_gift(n, &"leche".parse().unwrap()).await.unwrap();
        baskets.push(till.agent.till(n).await.unwrap().basket);
    }
    till.agent.pay_cash(1, baskets[0], Money::ZERO).await.unwrap();
    let late = till.agent.pay_cash(2, baskets[1], Money::ZERO).await;
    assert!(matches!(late, Err(AgentError::Redeem { code: "gift_member_limit", .. })), "{late:?}");
}

/// The sale of one gift at till 1.
async fn one_taken(till: &Till) -> Sale {
    till.sent_on("entry", &format!("scan={CARD}")).await;
    till.sent_on("gift", "sku=leche").await;
    close(till).await
}

/// Gifts of the member that the till counts itself, beside their snapshot.
async fn counted_here(till: &Till) -> usize {
    till.agent.store().gifts_since(MemberId::new(1, [1; 10]), now()).await.unwrap().len()
}

#[tokio::test]
async fn a_gift_is_counted_here_until_the_hub_counts_it_though_the_clock_is_ahead() {
    let till = open_with_limit().await;
    let store = till.agent.store();
    let hears = async || {
        let mut tx = store.begin().await.unwrap();
        feed::apply_changes(&mut tx, &[member()], 101, now()).await.unwrap();
        store.commit(tx).await.unwrap();
    };
    one_taken(&till).await;
    hears().await;
    assert_eq!(counted_here(&till).await, 1, "the hub cannot know of it");
    let open = store.logs(1).await.unwrap().pop().unwrap();
    let mut tx = store.begin().await.unwrap();
    log::acknowledge(&mut tx, open.n, open.head).await.unwrap();
    store.commit(tx).await.unwrap();
    assert_eq!(counted_here(&till).await, 1, "the snapshot is of before");
    hears().await;
    assert_eq!(counted_here(&till).await, 0);
}

#[tokio::test]
async fn a_gift_that_came_back_can_be_had_again_at_once() {
    let till = open_with_limit().await;
    let sale = one_taken(&till).await;
    assert_eq!(counted_here(&till).await, 1);
    let origin = Origin { sale: sale.id, line: 1 };
    till.agent.take_back(1, origin, domain::Quantity::ONE, ReturnReason::Unwanted).await.unwrap();
    close(&till).await;
    assert_eq!(counted_here(&till).await, 0);
    till.sent_on("entry", &format!("scan={CARD}")).await;
    assert_eq!(till.sent_on("gift", "sku=leche").await, "/till/1");
}

async fn total(till: &Till) -> i64 {
    till.agent.till(1).await.unwrap().totals.total.0
}

/// Its event stands in the sealed log and again in the open one: the hub has heard of it once it has the second.
#[tokio::test]
async fn points_of_a_sale_that_another_log_carries_are_spent_once() {
    let till = open().await;
    till.sent_on("entry", &format!("scan={CARD}")).await;
    till.sent_on("gift", "sku=cafe").await;
    close(&till).await;
    let (store, desk) = (till.agent.store(), till.agent.desk(1).unwrap());
    let member = store.card(CARD).await.unwrap().unwrap().member;
    // A balance of later than the sale, which may hold it already.
    let later = till.agent.now() + TimeDelta::hours(1);
    let waiting = async || store.spoken_for(member, later, later).await.unwrap().total().unwrap();
    assert_eq!(waiting().await, Points(900_000));
    let sealed = store.logs(1).await.unwrap().pop().unwrap();
    till.agent.reopen(desk, &sealed, sealed.acked.seq, OpenReason::Moved, 0).await.unwrap();
    assert_eq!(waiting().await, Points(900_000));
    let open = store.logs(1).await.unwrap().pop().unwrap();
    let mut tx = store.begin().await.unwrap();
    log::acknowledge(&mut tx, open.n, open.head).await.unwrap();
    store.commit(tx).await.unwrap();
    assert_eq!(waiting().await, Points::ZERO);
}

#[tokio::test]
async fn the_greeting_names_what_is_within_reach() {
    let till = open().await;
    let chip = "id=\"gifts-in-reach\"";
    assert!(!till.get("/till/1").await.contains(chip), "no card, no gifts");
    till.sent_on("entry", &format!("scan={CARD}")).await;
    let page = till.get("/till/1").await;
    let greeting = page.split(chip).nth(1).and_then(|rest| rest.split("</a>").next()).unwrap();
    assert!(greeting.contains("href=\"/till/1/redeem\""), "{greeting}");
    assert!(
        greeting.contains("Puede llevar:") && greeting.contains("Café 500 g · 9.000 puntos"),
        "{greeting}"
    );
    assert!(!greeting.contains("Leche"), "60.000 of 52.300: {greeting}");
    // What is on the ticket already is not within reach once more.
    till.sent_on("gift", "sku=cafe").await;
    assert!(!till.get("/till/1").await.contains(chip));
}

#[tokio::test]
async fn a_gift_that_is_out_names_others_and_asks_where_it_is() {
    let till = open().await;
    let gift = |sku: &str, points: i64| Gift::new(sku.parse().unwrap(), Points(points));
    let gifts = vec![gift("cafe", 900_000), gift("pan", 500_000), gift("leche", 900_100)];
    let rules =
        Programme { version: 99, gifts, ..till.agent.store().programmes().await.unwrap().pop().unwrap() };
    let mut tx = till.agent.store().begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Programme(rules)], 100, now()).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    till.sent_on("entry", &format!("scan={CARD}")).await;
    let instead = "En su lugar:";
    assert!(!till.get("/till/1/redeem").await.contains(instead));
    assert!(till.get("/till/1").await.contains("Café 500 g · 9.000 puntos"));
    till.hears_of_stock("centro", "cafe", StockState::Out).await;
    let page = till.get("/till/1/redeem").await;
    let offered = page.split(instead).nth(1).and_then(|rest| rest.split("</div>").next()).unwrap();
    let takes = "action=\"/till/1/gift\"";
    assert!(offered.matches(takes).count() == 1 && offered.contains("value=\"pan\""), "{offered}");
    assert!(offered.contains("aria-label=\"Tomar en su lugar ") && !offered.contains("leche"), "{offered}");
    assert!(page.contains("Sin existencias") && page.contains("id=\"gift-cafe\""), "it can be taken: {page}");
    assert!(!till.get("/till/1").await.contains("Café 500 g · 9.000 puntos"), "nobody is greeted with it");
    assert_eq!(till.sent_on("price", "sku=cafe").await, "/till/1/price");
    let page = till.get("/till/1/price").await;
    assert!(page.contains("<h2>Café 500 g</h2>") && page.contains("no se sabe"), "{page}");
    // Who has it in their hands hands it over.
    assert_eq!(till.sent_on("gift", "sku=cafe").await, "/till/1");
    assert_eq!(due(&till).await, 0);
}
