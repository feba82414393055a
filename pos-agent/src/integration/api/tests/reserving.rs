//! Holds that are reserved at the hub, as a till software hears of them.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::sync::redemption::Account;
use tokio::sync::watch;

use super::*;
use crate::integration::reserving::expires_ms;
use crate::store::reservation;

/// A hub that keeps 123 points of the member, and answers.
async fn start(points: i64) -> (World, watch::Sender<bool>) {
    start_with(points, 15).await
}

async fn start_with(points: i64, hold_minutes: u32) -> (World, watch::Sender<bool>) {
    let world = World::with(|_| IntegrationSetting { hold_minutes, ..setting() }).await;
    let account = Account::of(Points(points), BTreeMap::new(), BTreeMap::new()).unwrap();
    world.hub.set(|state| state.points = Some(account));
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(crate::sync::run(world.agent.clone(), world.hub.client(&world.agent), stopped));
    while world.agent.link() != HubState::Online {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    (world, stop)
}

/// What is free at the hub once it has heard everything.
async fn is_free(world: &World, wanted: i64) {
    let mut free = Points::ZERO;
    for _ in 0..500 {
        let unsent = world.agent.status().await.unwrap().unsent;
        free = world.hub.set(|state| state.points.as_ref().unwrap().available());
        if unsent == 0 && free == Points(wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{free}");
}

#[tokio::test]
async fn a_hold_is_reserved_and_its_sale_takes_the_reservation() {
    let (world, _stop) = start(12_300).await;
    let held = world.post("/api/v1/holds", &hold("b1", "60.00")).await;
    assert_eq!(held.status, 201, "{}", held.body);
    is_free(&world, 6_300).await;
    assert_eq!(world.post("/api/v1/holds", &hold("b1", "60.00")).await.status, 200);
    let asked = world.hub.set(|state| state.asked.clone());
    assert_eq!(asked.len(), 1, "asked again, it is held already");
    let mut paid = sale(1);
    paid["tenders"] = json!([
        {"kind": "points", "amount": "6.00", "hold": held.body["hold"]}, {"kind": "cash", "amount": "185.00"},
    ]);
    for status in [201, 200] {
        let taken = world.post("/api/v1/sales", &paid).await;
        assert_eq!((taken.status, &taken.body["hold"]), (status, &json!("captured")));
    }
    is_free(&world, 6_300).await;
    world.hub.set(|state| {
        let tender = state.sales[0].tenders.iter().find(|tender| tender.points.is_some()).unwrap();
        assert_eq!(tender.redemption, Some(asked[0].redemption));
        assert_eq!(state.points.as_ref().unwrap().reserved(), Points::ZERO);
        assert!(state.voided.is_empty());
    });
}

#[tokio::test]
async fn a_hold_that_is_released_is_given_up_and_what_is_not_there_is_not_held() {
    let (world, _stop) = start(5_000).await;
    let short = world.post("/api/v1/holds", &hold("b1", "60.00")).await;
    assert_eq!(short.code(), (409, "points_short"));
    assert!(short.body["detail"].as_str().unwrap().contains("50.00"), "{}", short.body);
    let held = world.post("/api/v1/holds", &hold("b1", "50.00")).await;
    assert_eq!(held.status, 201, "{}", held.body);
    is_free(&world, 0).await;
    let path = format!("/api/v1/holds/{}", held.body["hold"].as_str().unwrap());
    assert_eq!(answer(world.request("DELETE", &path)).await.body["state"], "released");
    is_free(&world, 5_000).await;
    assert_eq!(world.hub.set(|state| state.voided.len()), 2);
}

#[tokio::test]
async fn with_the_hub_away_a_hold_is_what_this_agent_knows() {
    let (world, _stop) = start(12_300).await;
    world.hub.set(|state| state.loses_reserves = 1);
    let held = world.post("/api/v1/holds", &hold("b1", "60.00")).await;
    assert_eq!(held.status, 201, "{}", held.body);
    let mut paid = sale(1);
    paid["tenders"] = json!([
        {"kind": "points", "amount": "6.00", "hold": held.body["hold"]}, {"kind": "cash", "amount": "185.00"},
    ]);
    assert_eq!(world.post("/api/v1/sales", &paid).await.body["hold"], "captured");
    is_free(&world, 6_300).await;
    world.hub.set(|state| assert!(state.sales[0].tenders.iter().all(|tender| tender.redemption.is_none())));
}

#[tokio::test]
async fn a_hold_that_is_over_is_given_up_though_nobody_releases_it() {
    let (world, _stop) = start_with(12_300, 0).await;
    assert_eq!(world.post("/api/v1/holds", &hold("b1", "60.00")).await.status, 201);
    is_free(&world, 6_300).await;
    world.agent.end_holds_over().await.unwrap();
    is_free(&world, 12_300).await;
    // What the hub has heard of is kept no longer.
    world.agent.end_holds_over().await.unwrap();
    let mut tx = world.agent.store().begin().await.unwrap();
    let kept = reservation::all(&mut tx, world.agent.desks().next().unwrap().till.n).await.unwrap();
    assert_eq!(kept, []);
}

#[test]
fn a_hold_lasts_no_longer_than_the_hub_keeps_its_points() {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    for (minutes, is_reserved, wanted) in [(15, true, 120_000), (15, false, 900_000), (1, true, 60_000)] {
        let setting = IntegrationSetting { hold_minutes: minutes, ..setting() };
        assert_eq!(expires_ms(&setting, now, is_reserved), wanted);
    }
}

#[tokio::test]
async fn a_till_without_holds_is_not_woken() {
    let world = World::start().await;
    let desk = world.agent.desks().next().unwrap();
    let is_woken =
        async || tokio::time::timeout(Duration::from_millis(20), desk.to_send.notified()).await.is_ok();
    while is_woken().await {}
    world.agent.end_holds_over().await.unwrap();
    assert!(!is_woken().await, "it counts the time to its next word with the hub");
}
