//! Baskets that were put aside, as the tills of a store see them.

use axum::http::Request;
use chrono::TimeDelta;
use domain::codes::TillCode;
use domain::ids::{HoldId, TillId};
use domain::money::Money;
use domain::sync::{
    HELD_SHAPE, HeldBasket, HeldList, HeldReply, HeldState, TakeHeld, TakeHow, TakeOutcome, TakenHeld,
    TillKey, request_text,
};

use super::{forget_ended, taken_twice};
use crate::access::tills;
use crate::testing::{TestHub, TestTill};

fn basket(n: u8) -> HeldBasket {
    HeldBasket {
        hold: HoldId::new(i64::from(n), [n; 10]),
        label: "Ana R.".to_owned(),
        items: 3,
        total: Money(12_600),
        held_at: crate::testing::NOW.parse().unwrap(),
        shape: HELD_SHAPE,
        body: "{\"lines\":[]}".to_owned(),
    }
}

async fn put(hub: &TestHub, till: &TestTill<'_>, basket: &HeldBasket) -> HeldState {
    let body = serde_json::to_vec(basket).unwrap();
    let reply: HeldReply = signed(hub, till.id, &till.key, "PUT", "/sync/v1/held", body).await;
    reply.state
}

async fn list(hub: &TestHub, till: &TestTill<'_>, shape: u32, mine: &str) -> HeldList {
    let path = format!("/sync/v1/held?shape={shape}&mine={mine}");
    signed(hub, till.id, &till.key, "GET", &path, vec![]).await
}

async fn take(hub: &TestHub, till: &TestTill<'_>, hold: HoldId, how: TakeHow) -> TakeOutcome {
    let request = TakeHeld { hold, how, shape: HELD_SHAPE, label: "Ana R.".to_owned() };
    let body = serde_json::to_vec(&request).unwrap();
    let reply: TakenHeld = signed(hub, till.id, &till.key, "POST", "/sync/v1/held/take", body).await;
    reply.outcome
}

/// Any method, signed as the till does.
async fn signed<T: serde::de::DeserializeOwned>(
    hub: &TestHub,
    till: TillId,
    key: &TillKey,
    method: &str,
    path: &str,
    body: Vec<u8>,
) -> T {
    let at = hub.app.clock.now().timestamp_millis();
    let text = request_text(&hub.app.hub.id, method, path, at, &body);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("yapa-till", till.to_string())
        .header("yapa-at", at)
        .header("yapa-signature", key.sign(&text))
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap();
    let (status, said) = hub.send(request).await;
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&said));
    serde_json::from_slice(&said).unwrap()
}

/// A second till of the store centro.
async fn neighbour(hub: &TestHub) -> TestTill<'_> {
    let mut tx = hub.app.db.begin().await.unwrap();
    let (store, code): (_, TillCode) = ("centro".parse().unwrap(), "2".parse().unwrap());
    tills::add(&mut tx, "test", &store, &code, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    hub.enrol_till("centro", "2", 3).await
}

#[tokio::test]
async fn a_basket_is_seen_by_its_store_and_taken_once() {
    let hub = TestHub::new().await;
    let (first, second) = (hub.enrol("centro", 1).await, neighbour(&hub).await);
    let elsewhere = hub.enrol("norte", 2).await;
    let held = basket(1);
    for _ in 0..2 {
        assert_eq!(put(&hub, &first, &held).await, HeldState::Waiting);
    }
    let seen = list(&hub, &second, HELD_SHAPE, "").await;
    let one = &seen.baskets[0];
    assert_eq!((seen.baskets.len(), one.till.as_str(), one.label.as_str()), (1, "1", "Ana R."));
    assert_eq!((one.items, one.total, one.held_at), (3, Money(12_600), held.held_at));
    assert_eq!(list(&hub, &second, HELD_SHAPE - 1, "").await.baskets, [], "a release that cannot read it");
    assert_eq!(list(&hub, &elsewhere, HELD_SHAPE, "").await.baskets, [], "another store");
    assert_eq!(take(&hub, &elsewhere, held.hold, TakeHow::Others).await, TakeOutcome::Gone);

    // Its answer was lost: the same till hears the same, and nobody else gets it.
    for _ in 0..2 {
        let yours = TakeOutcome::Yours { body: Some(held.body.clone()) };
        assert_eq!(take(&hub, &second, held.hold, TakeHow::Others).await, yours);
        assert_eq!(list(&hub, &second, HELD_SHAPE, "").await.baskets.len(), 1, "it can ask once more");
    }
    let said = take(&hub, &first, held.hold, TakeHow::Own).await;
    assert_eq!(format!("{said:?}"), "Elsewhere(2)");
    let mine = format!("{},{}", held.hold, basket(2).hold);
    let seen = list(&hub, &first, HELD_SHAPE, &mine).await;
    assert!(matches!(&seen.mine[0].1, HeldState::Taken { till, .. } if till.as_str() == "2"));
    assert_eq!((seen.baskets.len(), &seen.mine[1].1), (0, &HeldState::Unknown));
    assert!(matches!(put(&hub, &first, &held).await, HeldState::Taken { .. }));

    // Sold there too, when the hub could not be asked: somebody sees it, once.
    for _ in 0..2 {
        let said = take(&hub, &first, held.hold, TakeHow::OwnUnasked).await;
        assert_eq!(format!("{said:?}"), "Elsewhere(2)");
    }
    let mut tx = hub.app.db.read().await.unwrap();
    let twice = taken_twice(&mut tx).await.unwrap();
    assert_eq!((twice.len(), twice[0].till.as_str(), twice[0].taken_till.as_str()), (1, "1", "2"));
}

#[tokio::test]
async fn one_that_was_taken_up_before_it_arrived_arrives_in_vain() {
    let hub = TestHub::new().await;
    let (first, second) = (hub.enrol("centro", 1).await, neighbour(&hub).await);
    let held = basket(1);
    let yours = TakeOutcome::Yours { body: None };
    assert_eq!(take(&hub, &first, held.hold, TakeHow::OwnUnasked).await, yours);
    assert!(matches!(put(&hub, &first, &held).await, HeldState::Taken { .. }));
    assert_eq!(list(&hub, &second, HELD_SHAPE, "").await.baskets, []);
    assert_eq!(format!("{:?}", take(&hub, &second, held.hold, TakeHow::Others).await), "Elsewhere(1)");
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(taken_twice(&mut tx).await.unwrap(), []);
}

#[tokio::test]
async fn one_that_its_own_till_took_up_is_given_to_nobody() {
    let hub = TestHub::new().await;
    let (first, second) = (hub.enrol("centro", 1).await, neighbour(&hub).await);
    let held = basket(1);
    put(&hub, &first, &held).await;
    let yours = TakeOutcome::Yours { body: None };
    for _ in 0..2 {
        assert_eq!(take(&hub, &first, held.hold, TakeHow::Own).await, yours);
    }
    for till in [&first, &second] {
        assert_eq!(list(&hub, till, HELD_SHAPE, "").await.baskets, []);
    }
    // Another till of its agent asked in its name: from a list that is old it does not come a second time.
    assert_eq!(take(&hub, &first, held.hold, TakeHow::Others).await, TakeOutcome::Gone);
    assert_eq!(format!("{:?}", take(&hub, &second, held.hold, TakeHow::Others).await), "Elsewhere(1)");
}

#[tokio::test]
async fn what_is_in_a_basket_goes_with_the_day() {
    let hub = TestHub::new().await;
    let mut first = hub.enrol("centro", 1).await;
    let second = neighbour(&hub).await;
    put(&hub, &first, &basket(1)).await;
    put(&hub, &first, &basket(2)).await;
    take(&hub, &second, basket(2).hold, TakeHow::Others).await;
    take(&hub, &first, basket(2).hold, TakeHow::OwnUnasked).await;
    let days = async |days| {
        hub.app.clock.advance(TimeDelta::days(days));
        let mut tx = hub.app.db.begin().await.unwrap();
        forget_ended(&mut tx, hub.app.clock.now()).await.unwrap();
        let sql = "select count(*), count(body), count(case when label = '' then 1 end) from held_basket";
        let counts: (i64, i64, i64) =
            crate::on!(&mut tx, c => sqlx::query_as(sql).fetch_one(c).await).unwrap();
        tx.commit().await.unwrap();
        counts
    };
    assert_eq!(days(0).await, (2, 2, 0));
    assert_eq!(days(1).await, (2, 0, 1), "one was sold twice: its label stays");
    first.at = hub.app.clock.now();
    let seen = list(&hub, &first, HELD_SHAPE, &basket(1).hold.to_string()).await;
    assert_eq!((seen.baskets.len(), &seen.mine[0].1), (0, &HeldState::Ended));
    assert_eq!(take(&hub, &second, basket(1).hold, TakeHow::Others).await, TakeOutcome::Gone);
    let yours = TakeOutcome::Yours { body: None };
    assert_eq!(take(&hub, &first, basket(1).hold, TakeHow::Own).await, yours, "its own till still has it");
    assert_eq!(days(36).await, (0, 0, 0));
}
