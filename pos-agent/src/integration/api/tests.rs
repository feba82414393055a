//! The contract of the local API, over real HTTP.

use std::net::SocketAddr;
use std::path::Path;

use domain::Points;
use domain::card::CardState;
use domain::snapshot::{CardRow, Change};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::*;
use crate::server;
use crate::store::feed;
use crate::testing::TestHub;
use crate::ui::view::HubState;

mod elsewhere;
mod ending;
mod manners;
mod reserving;

struct World {
    agent: Agent,
    address: SocketAddr,
    http: reqwest::Client,
    hub: TestHub,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    fn pointer(&self) -> &str {
        self.body["errors"][0]["pointer"].as_str().unwrap_or_default()
    }
}

fn setting() -> IntegrationSetting {
    IntegrationSetting { hold_points_max: Points(10_000), ..IntegrationSetting::default() }
}

impl World {
    async fn start() -> Self {
        Self::with(|_| setting()).await
    }

    async fn with(setting: impl FnOnce(&Path) -> IntegrationSetting) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start().await;
        let agent = hub.agent(folder.path()).await;
        // Nobody here asks the hub anything, unless a test sees to it.
        agent.set_link(HubState::Unknown);
        let companion = Companion::new(agent.clone(), setting(folder.path())).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = server::router(&companion);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { agent, address, http, hub, _folder: folder }
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), format!("http://{}{path}", self.address))
    }

    async fn get(&self, path: &str) -> Answer {
        answer(self.request("GET", path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.raw(path, body.to_string().into_bytes()).await
    }

    async fn raw(&self, path: &str, body: Vec<u8>) -> Answer {
        answer(self.request("POST", path).header("content-type", "application/json").body(body)).await
    }

    async fn keyed(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = self.request("POST", path).header("content-type", "application/json");
        answer(request.header("idempotency-key", key).body(body.to_string())).await
    }

    async fn counts(&self) -> i64 {
        self.agent.status().await.unwrap().sales
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    if status >= 400 && !text.is_empty() && headers["content-type"].to_str().unwrap().contains("json") {
        assert_eq!(headers["content-type"], "application/problem+json", "{text}");
    }
    Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
}

fn sale(seq: i64) -> Value {
    json!({
        "store": "centro", "till": "1", "seq": seq, "business_date": "2026-03-02",
        "occurred_at": "2026-03-02T10:00:00-05:00", "card": "2990000010421",
        "lines": [
            {"line": 1, "sku": "milk", "qty": "3", "unit_price": "42.00", "net": "100.00", "tax": "26.00", "kind": "sale"},
            {"line": 2, "sku": "bread", "qty": "1", "unit_price": "65.00", "net": "60.00", "tax": "5.00", "kind": "sale"},
        ],
    })
}

fn hold(basket: &str, points: &str) -> Value {
    json!({"store": "centro", "till": "1", "basket": basket, "card": "2990000010421", "points": points})
}

fn back(seq: i64, lines: &Value) -> Value {
    json!({
        "store": "centro", "till": "1", "seq": seq, "business_date": "2026-03-02",
        "occurred_at": "2026-03-02T12:00:00-05:00",
        "original": {"store": "centro", "till": "1", "business_date": "2026-03-02", "seq": 1}, "lines": lines,
    })
}

#[tokio::test]
async fn a_card_says_who_it_is() {
    let world = World::start().await;
    let known = world.get("/api/v1/cards/2990000010421").await;
    let member = &known.body["member"];
    let figures = ["greeting", "balance", "unspent", "last_visit", "usual_interval_days"]
        .map(|f| member[f].as_str().unwrap());
    assert_eq!(figures, ["Ana M.", "123.00", "123.00", "2026-02-27", "5.70"]);
    assert_eq!(member["as_of"], "2026-03-02T14:00:00Z");
    assert_eq!((&member["usual"][0]["name"], &member["usual"][0]["due"]), (&json!("Milk"), &json!(true)));
    assert_eq!(member["offer"]["percent_off"], "10.00");
    let blocked = world.get("/api/v1/cards/2990000010438").await;
    assert_eq!(
        (blocked.status, &blocked.body["state"], &blocked.body["member"]),
        (200, &json!("blocked"), &Value::Null)
    );
    for (card, status, code) in [
        ("4111111111111111", 422, "bad_field"),
        ("29900%E2%80%8B00010421", 422, "bad_field"),
        ("%D9%A2990000010421", 422, "bad_field"),
        ("%E2%80%AE12401000099", 422, "bad_field"),
        ("%27%20or%201=1--", 404, "card_unknown"),
        ("%3Cscript%3E", 404, "card_unknown"),
    ] {
        let found = world.get(&format!("/api/v1/cards/{card}")).await;
        assert_eq!(found.code(), (status, code), "{card}");
        assert!(!found.body.to_string().contains("4111111111111111"));
    }
}

#[tokio::test]
async fn numbers_cannot_be_tried_out() {
    let world = World::start().await;
    for n in 0..20 {
        assert_eq!(world.get(&format!("/api/v1/cards/299000{n:07}")).await.code(), (404, "card_unknown"));
    }
    let stopped = world.get("/api/v1/cards/2990000010421").await;
    assert_eq!(
        (stopped.code(), &stopped.headers["retry-after"]),
        ((429, "too_many_misses"), &"60".parse().unwrap())
    );
    assert_eq!(world.post("/api/v1/sales", &sale(1)).await.status, 201, "sales are taken meanwhile");
}

#[tokio::test]
async fn numbers_cannot_be_tried_out_by_holds_and_previews_either() {
    let world = World::start().await;
    let mut basket = sale(1);
    for field in ["seq", "business_date", "occurred_at"] {
        basket.as_object_mut().unwrap().remove(field);
    }
    // The same stranger, asked for in three ways, is one miss: the customer has a new card.
    let card = |n: usize| format!("299000{n:07}");
    for n in 0..20 {
        let mut wanted = hold("b1", "1.00");
        wanted["card"] = card(n).into();
        basket["card"] = card(n).into();
        if n % 2 == 0 {
            assert_eq!(world.post("/api/v1/holds", &wanted).await.code(), (404, "card_unknown"), "{n}");
        } else {
            let preview = world.post("/api/v1/points/preview", &basket).await;
            assert_eq!(preview.body["unless"], "card_unknown", "{n}");
        }
        if n == 0 {
            assert_eq!(world.get(&format!("/api/v1/cards/{}", card(n))).await.code(), (404, "card_unknown"));
        }
    }
    // Now a known card is told from an unknown one in no way, and a basket still has its points.
    for known in [card(0), card(99), "2990000010421".to_owned()] {
        let mut wanted = hold("b1", "1.00");
        wanted["card"] = known.clone().into();
        assert_eq!(world.post("/api/v1/holds", &wanted).await.code(), (429, "too_many_misses"), "{known}");
        assert_eq!(world.get(&format!("/api/v1/cards/{known}")).await.code(), (429, "too_many_misses"));
        basket["card"] = known.clone().into();
        let preview = world.post("/api/v1/points/preview", &basket).await;
        assert_eq!(
            (&preview.body["unless"], &preview.body["earns"]),
            (&json!("too_many_misses"), &json!("160.00"))
        );
    }
    assert_eq!(world.post("/api/v1/sales", &sale(1)).await.status, 201, "sales are taken meanwhile");
}

#[tokio::test]
async fn a_preview_gives_points_and_reasons_and_writes_nothing() {
    let world = World::start().await;
    let mut basket = sale(1);
    for field in ["seq", "business_date", "occurred_at"] {
        basket.as_object_mut().unwrap().remove(field);
    }
    let preview = world.post("/api/v1/points/preview", &basket).await;
    assert_eq!(
        (preview.status, &preview.body["earns"], &preview.body["unless"]),
        (200, &json!("160.00"), &Value::Null)
    );
    assert_eq!(
        preview.body["rules"],
        json!([{"rule": "base", "kind": "sale", "amount": "160.00", "points": "160.00"}])
    );
    let lines: Vec<_> =
        preview.body["lines"].as_array().unwrap().iter().map(|l| l["points"].as_str().unwrap()).collect();
    assert_eq!(lines, ["100.00", "60.00"]);
    for (card, unless) in [
        (Value::Null, "no_card"),
        ("2990000010438".into(), "card_blocked"),
        ("2990000099999".into(), "card_unknown"),
    ] {
        basket["card"] = card;
        assert_eq!(world.post("/api/v1/points/preview", &basket).await.body["unless"], unless);
    }
    basket["lines"] = json!([]);
    assert_eq!(world.post("/api/v1/points/preview", &basket).await.body["earns"], "0.00");
    assert_eq!(world.counts().await, 0);
}

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

#[tokio::test]
async fn goods_come_back_once() {
    let world = World::start().await;
    let sold = world.post("/api/v1/sales", &sale(1)).await;
    let one = json!([{"line": 1, "qty": "1"}]);
    let first = world.post("/api/v1/returns", &back(2, &one)).await;
    assert_eq!(
        (first.status, &first.body["total"], &first.body["points"]),
        (201, &json!("-42.00"), &json!("33.33"))
    );
    assert_eq!(
        (&first.body["original"], &first.body["lines"][0]["original_line"]),
        (&sold.body["sale"], &json!(1))
    );
    let again = world.post("/api/v1/returns", &back(2, &one)).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let other = world.post("/api/v1/returns", &back(2, &json!([{"line": 2, "qty": "1"}]))).await;
    assert_eq!(other.code(), (409, "receipt_conflict"));
    let mut by_id = back(3, &json!([{"line": 1, "qty": "2"}, {"line": 2, "qty": "1"}]));
    by_id["original"] = json!({"sale": sold.body["sale"]});
    let rest = world.post("/api/v1/returns", &by_id).await;
    assert_eq!(
        (rest.status, &rest.body["total"], &rest.body["points"]),
        (201, &json!("-149.00"), &json!("126.67"))
    );
    assert_eq!(
        world.post("/api/v1/returns", &back(2, &one)).await.body,
        first.body,
        "as it was the first time"
    );
    let more = world.post("/api/v1/returns", &back(4, &one)).await;
    assert_eq!((more.code(), more.pointer()), ((422, "return_more_than_sold"), "/lines/0/qty"));
    let mut elsewhere = back(5, &one);
    elsewhere["original"]["seq"] = 99.into();
    assert_eq!(world.post("/api/v1/returns", &elsewhere).await.code(), (404, "no_such_sale"));
    elsewhere["original"] = json!({"sale": sold.body["sale"], "seq": 1});
    assert_eq!(world.post("/api/v1/returns", &elsewhere).await.code(), (422, "bad_json"));
    assert_eq!(world.counts().await, 3);
    crate::sync::drain(&world.agent, &world.hub.client(&world.agent)).await.unwrap();
    let ties: Vec<_> = world.hub.set(|state| {
        let lines = state.sales.iter().flat_map(|sale| sale.lines.iter());
        lines.filter_map(|line| line.origin.map(|origin| origin.line)).collect()
    });
    assert_eq!(ties, [1, 1, 2]);
}
