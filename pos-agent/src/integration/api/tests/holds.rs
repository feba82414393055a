//! Points set aside for baskets of a till software.

use super::*;

#[tokio::test]
async fn holds_are_held_captured_and_released() {
    let world = World::start().await;
    let first = world.post("/api/v1/holds", &hold("b1", "60.00")).await;
    assert_eq!((first.status, &first.body["state"]), (201, &json!("held")));
    let again = world.post("/api/v1/holds", &hold("b1", "60.00")).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    // The limit is 100.00 of the 123.00.
    for (body, code) in [
        (hold("b1", "1.00"), (409, "hold_exists")),
        (hold("b2", "40.01"), (409, "points_short")),
        (hold("b2", "0"), (422, "bad_field")),
        (hold("b2", "-5"), (422, "bad_field")),
        (hold("b2", "99999999999999"), (422, "bad_field")),
        (hold("", "5"), (422, "bad_field")),
    ] {
        assert_eq!(world.post("/api/v1/holds", &body).await.code(), code, "{body}");
    }
    let second = world.post("/api/v1/holds", &hold("b2", "40.00")).await;
    assert_eq!(second.status, 201);
    assert_eq!(world.get("/api/v1/cards/2990000010421").await.body["member"]["unspent"], "23.00");
    let path = format!("/api/v1/holds/{}", second.body["hold"].as_str().unwrap());
    let released = answer(world.request("DELETE", &path)).await;
    assert_eq!((released.status, &released.body["state"]), (200, &json!("released")));
    assert_eq!(answer(world.request("DELETE", &path)).await.body, released.body, "again changes nothing");
    // The sale names the first one: captured, and once only.
    let mut paid = sale(1);
    paid["tenders"] = json!([
        {"kind": "points", "amount": "6.00", "hold": first.body["hold"]}, {"kind": "cash", "amount": "185.00"},
    ]);
    assert_eq!(world.post("/api/v1/sales", &paid).await.body["hold"], "captured");
    assert_eq!(world.post("/api/v1/sales", &paid).await.body["hold"], "captured");
    paid["seq"] = 2.into();
    assert_eq!(world.post("/api/v1/sales", &paid).await.body["hold"], "other_sale");
    let path = format!("/api/v1/holds/{}", first.body["hold"].as_str().unwrap());
    assert_eq!(world.get(&path).await.body["state"], "captured");
    let third = world.post("/api/v1/holds", &hold("b3", "1.00")).await;
    (paid["seq"], paid["tenders"][0]["hold"]) = (3.into(), third.body["hold"].clone());
    let bulk = world.post("/api/v1/sales/bulk", &json!([paid, sale(4)])).await;
    assert_eq!(bulk.body, json!([{"outcome": "taken", "hold": "captured"}, {"outcome": "taken"}]));
    assert_eq!(answer(world.request("DELETE", &path)).await.code(), (409, "hold_captured"));
    assert_eq!(world.get("/api/v1/cards/2990000010421").await.body["member"]["unspent"], "62.00");
    for path in ["/api/v1/holds/none", "/api/v1/holds/01890000-0000-7000-8000-000000000000"] {
        assert_eq!(world.get(path).await.code(), (404, "no_such_hold"));
        assert_eq!(answer(world.request("DELETE", path)).await.code(), (404, "no_such_hold"));
    }
}

#[tokio::test]
async fn a_sale_is_taken_whatever_its_hold_says() {
    let world = World::with(|_| IntegrationSetting { hold_minutes: 0, ..setting() }).await;
    let held = world.post("/api/v1/holds", &hold("b1", "60.00")).await;
    assert_eq!((held.status, &held.body["state"]), (201, &json!("expired")));
    assert_eq!(
        world.post("/api/v1/holds", &hold("b1", "60.00")).await.status,
        201,
        "it holds nothing any more"
    );
    let paid = |seq: i64, card: &str, hold: &str| {
        let mut paid = sale(seq);
        paid["card"] = card.into();
        paid["tenders"] = json!([{"kind": "points", "amount": "191.00", "hold": hold}]);
        paid
    };
    let hold = held.body["hold"].as_str().unwrap();
    for (seq, card, hold, wanted) in [
        (1, "2990000010438", hold, "other_card"),
        (2, "2990000010421", hold, "captured_late"),
        (3, "2990000010421", "01890000-0000-7000-8000-000000000000", "unknown"),
    ] {
        let taken = world.post("/api/v1/sales", &paid(seq, card, hold)).await;
        assert_eq!((taken.status, &taken.body["hold"]), (201, &json!(wanted)), "{seq}");
    }
    let bad = world.post("/api/v1/sales", &paid(4, "2990000010421", "mine")).await;
    assert_eq!((bad.code(), bad.pointer()), ((422, "bad_field"), "/tenders/0/hold"));
}

#[tokio::test]
async fn a_replaced_card_earns_and_holds_nothing() {
    let world = World::start().await;
    let number = "2990000010421";
    let card = CardRow::new(number.parse().unwrap(), crate::testing::member(), CardState::Replaced);
    let store = world.agent.store();
    let mut tx = store.begin().await.unwrap();
    feed::apply_changes(&mut tx, &[Change::Card(card)], 99, world.agent.now()).await.unwrap();
    store.commit(tx).await.unwrap();
    let said = world.get(&format!("/api/v1/cards/{number}")).await;
    assert_eq!((said.status, &said.body["state"]), (200, &json!("replaced")));
    assert_eq!(said.body["member"]["greeting"], "Ana M.");
    assert_eq!(world.post("/api/v1/holds", &hold("b", "1")).await.code(), (409, "card_replaced"));
    let mut basket = sale(1);
    for field in ["seq", "business_date", "occurred_at"] {
        basket.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(world.post("/api/v1/points/preview", &basket).await.body["unless"], Value::Null);
}

#[tokio::test]
async fn holds_follow_the_settings() {
    let off = World::with(|_| IntegrationSetting::default()).await;
    assert_eq!(off.post("/api/v1/holds", &hold("b", "1")).await.code(), (409, "holds_off"));
    let old = World::with(|_| IntegrationSetting { hold_snapshot_hours: 0, ..setting() }).await;
    assert_eq!(old.post("/api/v1/holds", &hold("b", "1")).await.code(), (409, "snapshot_old"));
    let world = World::start().await;
    let mut wanted = hold("b", "1");
    for (card, code) in [("2990000010438", (409, "card_blocked")), ("2990000099999", (404, "card_unknown"))] {
        wanted["card"] = card.into();
        assert_eq!(world.post("/api/v1/holds", &wanted).await.code(), code);
    }
    wanted["till"] = "9".into();
    assert_eq!(world.post("/api/v1/holds", &wanted).await.code(), (404, "no_such_till"));
}
