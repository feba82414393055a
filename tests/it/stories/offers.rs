//! The right offer to the right customer: made at the hub, said at the till, counted at the hub.

use serde_json::{Value, json};

use super::held::list_says;
use super::on_both;
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::files::{ANA, LUIS, Row, sales};
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(
    an_offer_reaches_its_customer_and_its_answer_the_hub,
    an_offer_declined_is_counted_and_moves_no_price,
    an_accepted_offer_counts_once_whoever_sells_the_basket,
);

/// Ana comes every third day for milk; Luis came once.
fn rhythm() -> String {
    let row = |seq, day, card| Row {
        till: ("001", "1"),
        seq,
        day,
        card,
        line: 1,
        sku: "100",
        cents: 420,
        kind: "sale",
    };
    let ana = [(1, "2026-03-01"), (2, "2026-03-04"), (3, "2026-03-07"), (4, "2026-03-10")];
    sales(ana.map(|(seq, day)| row(seq, day, ANA)).into_iter().chain([row(5, "2026-03-10", LUIS)]))
}

fn half_price_coffee() -> Value {
    json!({
        "name": "Café para quien viene seguido",
        "segment": { "by": "rhythm", "mean_at_most": 1_000 },
        "offer_text": "Hoy el café a mitad de precio",
        "sku": "300",
        "percent_off": 5000,
        "valid_from": "2026-01-01",
        "valid_until": "2099-12-31",
    })
}

async fn an_offer_reaches_its_customer_and_its_answer_the_hub(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &rhythm()).exits(0);
    let api = Api::of(&hub, "admin");
    let counted = api.post("/api/v1/segments/count", &half_price_coffee()["segment"], 200).await;
    assert_eq!(counted["matching"], 1, "{counted}");
    let made = api.post("/api/v1/promotions", &half_price_coffee(), 201).await;
    let mut refused = half_price_coffee();
    refused["percent_off"] = 20_000.into();
    let refused = api.post("/api/v1/promotions", &refused, 422).await;
    assert_eq!(refused["code"], "bad_promotion", "{refused}");

    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.shows("Hoy el café a mitad de precio").await;
    till.submit(1, "/offer", &[("answer", "accepted")]).await;
    till.enter(1, "2000000000312").await;
    till.shows("9.450").await;
    till.pay(1).await;
    // Whom it is not for hears nothing of it.
    till.enter(1, LUIS).await;
    let screen = till.shows("Luis P.").await;
    assert!(!screen.contains("mitad de precio"), "{screen}");
    till.sell(1, "2000000000312").await;
    hub.holds(7).await;

    let promotion = api.get("/api/v1/promotions").await[0].clone();
    assert_eq!(promotion["answers"], json!({ "shown": 1, "accepted": 1, "declined": 0 }), "{promotion}");
    // What was used is not offered again, at no till; the next offer has its turn.
    let mut bread = half_price_coffee();
    (bread["name"], bread["offer_text"]) = ("Pan".into(), "Hoy el pan a mitad de precio".into());
    bread["sku"] = "200".into();
    api.post("/api/v1/promotions", &bread, 201).await;
    let other = Till::ready(&hub, &[("002", "1")]).await;
    for till in [&till, &other] {
        till.greets(ANA, "Hoy el pan a mitad de precio").await;
    }

    let stop = format!("/api/v1/promotions/{}/stop", made["id"].as_str().unwrap());
    assert_eq!(api.post(&stop, &json!({}), 200).await["active"], false);
    hub.verify_ledger().exits(0);
}

async fn an_offer_declined_is_counted_and_moves_no_price(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &rhythm()).exits(0);
    let api = Api::of(&hub, "admin");
    api.post("/api/v1/promotions", &half_price_coffee(), 201).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.shows("Hoy el café a mitad de precio").await;
    till.submit(1, "/offer", &[("answer", "declined")]).await;
    till.enter(1, "2000000000312").await;
    let receipt = till.pay(1).await;
    assert!(receipt.contains("18.900") && !receipt.contains("9.450"), "{receipt}");
    hub.holds(6).await;
    let promotion = api.get("/api/v1/promotions").await[0].clone();
    assert_eq!(promotion["answers"], json!({ "shown": 1, "accepted": 0, "declined": 1 }), "{promotion}");
    hub.verify_ledger().exits(0);
}

/// Put aside at one agent and sold by another: one answer.
async fn an_accepted_offer_counts_once_whoever_sells_the_basket(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    hub.import("sales", &rhythm()).exits(0);
    let api = Api::of(&hub, "admin");
    api.post("/api/v1/promotions", &half_price_coffee(), 201).await;
    let first = Till::ready(&hub, &[("001", "1")]).await;
    let second = Till::ready(&hub, &[("001", "2")]).await;
    first.enter(1, ANA).await;
    first.shows("Hoy el café a mitad de precio").await;
    first.submit(1, "/offer", &[("answer", "accepted")]).await;
    first.enter(1, "2000000000312").await;
    first.submit(1, "/hold", &[]).await;
    list_says(&second, "Ana M.").await;
    let screen = second.submit_on("/till/1/held", "/recall", &[]).await;
    assert!(screen.contains("9.450"), "{screen}");
    second.pay(1).await;
    hub.holds(6).await;
    first.has_sent_everything().await;
    second.has_sent_everything().await;
    let promotion = api.get("/api/v1/promotions").await[0].clone();
    assert_eq!(promotion["answers"], json!({ "shown": 1, "accepted": 1, "declined": 0 }), "{promotion}");
}
