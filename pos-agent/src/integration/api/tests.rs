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
mod holds;
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
