//! The pages over a real agent and its file: what a browser with and without the script would send.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::Money;
use domain::Points;
use domain::ids::{AccountId, MemberId, PromotionId, TillId};
use domain::points::{Programme, Redemption, Value};
use domain::scan::RuleTable;
use domain::snapshot::{CardRow, Change, MemberRow, Offer, ProductRow, UsualRow};
use domain::sync::{EnrolReply, EnrolledTill};
use tower::ServiceExt;

use super::*;
use crate::clock::Clock;
use crate::store::{Store, feed, tills};

mod again;
mod beside;
mod bypass;
mod cards;
mod checkout;
mod coupons;
mod expiry;
mod find;
mod gift_cards;
mod gifts;
mod keys;
mod late;
mod open_price;
mod paper;
mod price_rules;
mod receipt;
mod returns;
mod sale;
mod staff;
mod stock;

fn now() -> DateTime<Utc> {
    "2025-11-24T15:42:00Z".parse().unwrap()
}

fn product(sku: &str, barcode: &str, name: &str, price: i64) -> Change {
    Change::Product(ProductRow {
        sku: sku.parse().unwrap(),
        barcodes: vec![barcode.to_owned()],
        name: name.to_owned(),
        product_line: "food".to_owned(),
        category: String::new(),
        price: Money(price),
        tax_rate: 500,
        active: true,
        weighed: false,
        open_price: false,
        discreet: false,
        gift_card: false,
    })
}

fn member() -> Change {
    Change::Member(Box::new(MemberRow {
        member: MemberId::new(1, [1; 10]),
        account: AccountId::new(1, [2; 10]),
        code: "M1".parse().unwrap(),
        greeting: "Ana M.".to_owned(),
        phone_end: String::new(),
        birthday: None,
        balance: domain::Points(5_230_000),
        visits: 31,
        last_visit: Some("2025-11-21".parse().unwrap()),
        interval_mean: Some(574),
        expected_next_visit: Some("2025-11-27".parse().unwrap()),
        usual: vec![UsualRow {
            sku: "cafe".parse().unwrap(),
            name: "Café 500 g".to_owned(),
            visits: 20,
            last_bought: "2025-11-10".parse().unwrap(),
            due: true,
        }],
        offer: Some(Offer {
            promotion: PromotionId::new(1, [3; 10]),
            text: "Galletas a mitad de precio".to_owned(),
            sku: Some("galletas".parse().unwrap()),
            percent_off: 5_000,
            valid_until: "2025-11-30".parse().unwrap(),
        }),
        tier: None,
        expiring: vec![],
        pending: vec![],
        gifts: vec![],
        as_of: now(),
    }))
}

/// A point pays half a peso; a card spends up to 10,000 points without the hub.
fn programme() -> Programme {
    let redemption = Redemption {
        value: Value { points: 100, money: 50 },
        step: Points::ONE,
        minimum: Points::ZERO,
        offline_cap: Points(1_000_000),
        offline_days: 7,
        offline_redemptions: None,
    };
    Programme { redemption: Some(redemption), ..Programme::starter("2020-01-01".parse().unwrap()) }
}

struct Till {
    pages: Router,
    agent: Agent,
    /// As a browser reads it from the page.
    token: String,
    _folder: tempfile::TempDir,
}

impl Till {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let enrolled = |n: u8, store: &str, code: &str| EnrolledTill {
            till: TillId::new(1, [n; 10]),
            store: store.parse().unwrap(),
            code: code.parse().unwrap(),
            store_name: "Centro".to_owned(),
            zone: "America/Bogota".to_owned(),
        };
        let reply = EnrolReply {
            hub_id: "hub".to_owned(),
            chain: "La Ceiba".to_owned(),
            currency: "COP".to_owned(),
            locale: "es-CO".to_owned(),
            // Till 1 is the one of the tests; till 2 stands beside it, till 3 in another store.
            tills: vec![enrolled(9, "centro", "2"), enrolled(8, "centro", "3"), enrolled(7, "norte", "1")],
        };
        tills::save_enrolment(&mut tx, "http://hub", &reply, now()).await.unwrap();
        let card = |number: &str, active| {
            let member = MemberId::new(1, [1; 10]);
            Change::Card(CardRow { card: number.parse().unwrap(), member, active, state: None })
        };
        let changes = [
            product("leche", "7702001000013", "Leche entera 1 L", 420_000),
            product("pan", "7702001000020", "Pan tajado", 650_000),
            product("galletas", "7702001000037", "Galletas", 300_000),
            product("cafe", "7702001000044", "Café 500 g", 1_845_000),
            Change::Programme(programme()),
            member(),
            card("2990000010421", true),
            card("2990000010438", false),
        ];
        feed::apply_changes(&mut tx, &changes, 9, now()).await.unwrap();
        store.commit(tx).await.unwrap();
        let agent = Agent::open(store, Clock::from_fn(now), RuleTable::default()).await.unwrap();
        let token = String::new();
        let mut till = Self { pages: router(agent.clone()), agent, token, _folder: folder };
        let page = till.get("/till/1").await;
        let rest = page.split("data-token=\"").nth(1).unwrap();
        till.token = rest[..rest.find('"').unwrap()].to_owned();
        till
    }

    async fn ask(&self, request: Request<Body>) -> (Response<()>, String) {
        let (parts, body) = self.pages.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        (Response::from_parts(parts, ()), String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn get(&self, path: &str) -> String {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:8081").body(Body::empty()).unwrap();
        let (response, html) = self.ask(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}: {html}");
        html
    }

    /// As a browser posts one of the page's forms.
    fn form(&self, path: &str, fields: &str) -> Request<Body> {
        Request::builder()
            .method(Method::POST)
            .uri(format!("/till/1/{path}"))
            .header(header::HOST, "127.0.0.1:8081")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("token={}&{fields}", self.token)))
            .unwrap()
    }

    async fn post(&self, path: &str, fields: &str) -> (Response<()>, String) {
        let request = self.form(path, fields);
        self.ask(request).await
    }

    /// Posts, expects to be sent on, and gives where to.
    async fn sent_on(&self, path: &str, fields: &str) -> String {
        let (response, html) = self.post(path, fields).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path} {fields}: {html}");
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// The same for a page that is looked at.
    async fn sent_on_by_get(&self, path: &str) -> String {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:8081").body(Body::empty()).unwrap();
        let (response, html) = self.ask(request).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}: {html}");
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    /// The live parts of a page in this mode.
    async fn ui_fragment(&self, mode: &str) -> String {
        use futures::StreamExt;
        let request =
            Request::get(format!("/till/1/events?mode={mode}")).header(header::HOST, "127.0.0.1:8081");
        let response = self.pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let mut frames = response.into_body().into_data_stream();
        String::from_utf8(frames.next().await.unwrap().unwrap().to_vec()).unwrap()
    }

    async fn pay_fields(&self) -> String {
        let view = self.agent.till(1).await.unwrap();
        format!("basket={}&due={}", view.basket, view.totals.total.0)
    }
}

#[tokio::test]
async fn language_and_colours_are_chosen_per_till() {
    let till = Till::open().await;
    let (response, _) = till.post("preferences", "lang=en&back=pay").await;
    assert_eq!(response.headers()[header::LOCATION], "/till/1/pay");
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("yapa_lang=en; Path=/till/1;") && cookie.contains("HttpOnly"), "{cookie}");
    let request = Request::get("/till/1")
        .header(header::HOST, "localhost:8081")
        .header(header::COOKIE, "yapa_lang=en; yapa_theme=dark");
    let (_, html) = till.ask(request.body(Body::empty()).unwrap()).await;
    assert!(
        html.contains("<html lang=\"en\" data-theme=\"dark\">") && html.contains("Scan a product or a card")
    );
}

#[tokio::test]
async fn strangers_are_refused() {
    let till = Till::open().await;
    let good = till.form("entry", "scan=7702001000013");
    let with = |name: &'static str, value: &'static str| {
        let mut request = till.form("entry", "scan=7702001000013");
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let no_token = {
        let mut request = till.form("entry", "");
        *request.body_mut() = Body::from("scan=7702001000013");
        request
    };
    let other_token = {
        let mut request = till.form("entry", "");
        *request.body_mut() = Body::from("token=0&scan=7702001000013");
        request
    };
    let no_till = Request::get("/till/7").header(header::HOST, "127.0.0.1").body(Body::empty()).unwrap();
    for (request, status, text) in [
        (with("sec-fetch-site", "cross-site"), 403, "no vino de esta caja"),
        (with("host", "evil.example.com"), 421, "por su dirección"),
        (no_token, 409, "La página estaba vieja"),
        (other_token, 409, "La página estaba vieja"),
        (till.form("line/void", "line=x"), 422, "bad_form"),
        (no_till, 404, "no lleva la caja 7"),
    ] {
        let (response, html) = till.ask(request).await;
        assert_eq!(response.status().as_u16(), status, "{html}");
        assert!(html.contains(text), "{html}");
        assert!(
            response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .contains("default-src 'none'")
        );
    }
    assert!(till.agent.till(1).await.unwrap().lines.is_empty());
    till.ask(good).await;
    assert_eq!(till.agent.till(1).await.unwrap().lines.len(), 1);
}

#[tokio::test]
async fn changes_arrive_by_server_sent_events() {
    use futures::StreamExt;
    let till = Till::open().await;
    let request = Request::get("/till/1/events?mode=sale").header(header::HOST, "127.0.0.1:8081");
    let response = till.pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let mut frames = response.into_body().into_data_stream();
    let first = String::from_utf8(frames.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.starts_with("event: screen\n") && first.contains("id=\"rows\""), "{first}");
    let scan = domain::scan::Scan::new(domain::scan::Origin::SerialScanner, None, "7702001000013");
    till.agent.scan(1, scan).await.unwrap();
    let second = String::from_utf8(frames.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(second.contains("Leche entera 1 L") && second.contains("data-tone=\"found\""), "{second}");
}

#[tokio::test]
async fn the_assets_are_served_under_their_content() {
    let till = Till::open().await;
    assert!(till.get("/till/assets/till.js?v=1").await.contains("EventSource"));
    assert!(till.get("/till/assets/till.css").await.contains("--accent"));
    let (response, _) =
        till.ask(Request::get("/").header(header::HOST, "127.0.0.1").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()[header::LOCATION], "/till/1");
}
