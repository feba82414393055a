//! A week in which somebody at a till helped themselves, and an honest one: what the page of signals names, and what it
//! does not.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{EntryId, EventId, MemberId};
use domain::money::Points;
use domain::sale::Sale;
use domain::sync::{Body, Disposition};
use hub_server::intake::adjustments;
use hub_server::ledger::adjustments::{Ask, Asked, Cause, Verdict};
use hub_server::members;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::{Value, json};

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{ANA, LUIS};
use crate::world::form::Form;
use crate::world::hub::Hub;
use crate::world::pusher::{Desk, Planted, Pusher, said};

on_both!(what_was_planted_is_named_and_an_honest_week_is_not);

/// What a till wrote, on its way to the hub.
struct Log {
    till: Pusher,
    events: Vec<Vec<u8>>,
}

/// Nothing but milk: a sale at a time with a card or without, as its event says it.
struct Milk(Value);

impl Milk {
    fn kind(mut self, kind: &str) -> Self {
        self.0["lines"][0]["kind"] = kind.into();
        if kind == "return" {
            self.0["tenders"][0]["amount"] = (-4_200).into();
        }
        self
    }

    fn of(mut self, origin: &Value) -> Self {
        self.0["lines"][0]["origin"] = json!({ "sale": origin, "line": 1 });
        self
    }

    fn voided(mut self) -> Self {
        self.0["status"] = "voided".into();
        self.0["tenders"] = json!([]);
        self
    }

    fn for_points(mut self) -> Self {
        self.0["tenders"][0] = json!({ "kind": "points", "amount": 4_200, "points": 420_000 });
        self
    }

    fn by(mut self, cashier: &str) -> Self {
        self.0["cashier"] = cashier.into();
        self
    }
}

impl Log {
    fn milk(&self, n: u8, at: &str, card: Option<&str>) -> Milk {
        let mut sale = json!({
            "id": self.till.sale_id(n), "store": "001", "till": "7", "business_date": &at[..10], "receipt_no": n,
            "occurred_at": format!("{at}:00-05:00"), "cashier": "rosa", "status": "completed", "change": 0,
            "lines": [{ "number": 1, "kind": "sale", "sku": "100", "name": "Leche", "quantity": 1000,
                "unit_price": 4200, "gross": 4200, "net": 4200, "tax": 0 }],
            "tenders": [{ "kind": "cash", "amount": 4200 }],
        });
        if let Some(card) = card {
            sale["card"] = card.into();
            sale["card_entry"] = "scanned".into();
        }
        Milk(sale)
    }

    /// Writes a sale; its id.
    fn rings(&mut self, milk: Milk) -> Value {
        let id = milk.0["id"].clone();
        let sale: Sale = serde_json::from_value(milk.0).expect("a sale");
        self.events.push(self.till.event(sale.id.into(), &Body::Sale(Box::new(sale))));
        id
    }

    fn says(&mut self, id: EventId, body: &Body) {
        self.events.push(self.till.event(id, body));
    }

    fn attaches(&mut self, n: u8, sale: &Value, card: &str, [sold_at, at]: [&str; 2]) {
        let attached = json!({
            "sale": sale, "card": card, "entry": "scanned", "cashier": "rosa", "approved_by": "jorge",
            "sold_at": format!("{sold_at}:00-05:00"), "at": format!("{at}:00-05:00"),
        });
        let attached = serde_json::from_value(attached).expect("a late card");
        self.says(EventId::new(7, [n; 10]), &Body::CardAttached(Box::new(attached)));
    }

    fn enrols(&mut self, n: u8, card: &str, at: &str) {
        let member = MemberId::new(9, [n; 10]);
        let new = json!({
            "member": member, "card": card, "first_name": "Nueva", "phone": format!("30011122{n:02}"),
            "consents": [{ "purpose": "programme", "given": true, "text_version": "1", "text": "Acepto" }],
            "store": "001", "till": "7", "cashier": "rosa", "at": format!("{at}:00-05:00"),
        });
        let new = serde_json::from_value(new).expect("an enrolment");
        self.says(EventId(member.0), &Body::MemberEnrolled(Box::new(new)));
    }

    /// Pushes what is written, and all of it is applied.
    async fn arrives(&mut self, desk: &Desk) {
        let events = std::mem::take(&mut self.events);
        let count = events.len();
        let answer = said(desk.take(self.till.push(events)).await).expect("it is taken");
        assert_eq!(answer, vec![Disposition::Applied; count]);
    }
}

const NEW: &str = "YT0123456789ABCDEF";
const NEWER: &str = "YT0123456789ABCDEG";

/// From the second of March on.
fn plants(log: &mut Log) {
    // Luis's card on five sales within the hour.
    for n in 1..=5 {
        log.rings(log.milk(n, &format!("2026-03-02T10:{:02}", n * 10), Some(LUIS)));
    }
    // A receipt that somebody left behind.
    let left = log.rings(log.milk(10, "2026-03-03T09:00", None));
    log.attaches(1, &left, ANA, ["2026-03-03T09:00", "2026-03-03T10:00"]);
    // Money for goods that no receipt names, to nobody.
    log.rings(log.milk(11, "2026-03-03T12:00", None).kind("return"));
    // A new member who redeems at once; and a ticket that is cancelled right after.
    log.enrols(1, NEW, "2026-03-04T09:00");
    log.rings(log.milk(12, "2026-03-04T09:10", Some(NEW)).for_points());
    log.rings(log.milk(13, "2026-03-04T09:15", Some(NEW)).voided());
    // Ana's card sells and takes back, and again.
    for (n, hour) in [(20, 14), (22, 17)] {
        let sale = log.rings(log.milk(n, &format!("2026-03-05T{hour}:00"), Some(ANA)));
        log.rings(log.milk(n + 1, &format!("2026-03-05T{hour}:05"), Some(ANA)).kind("return").of(&sale));
    }
    // Luis's card redeems three times at a till that could not ask.
    for (n, hour) in [(30, 9), (31, 12), (32, 15)] {
        log.rings(log.milk(n, &format!("2026-03-06T{hour:02}:00"), Some(LUIS)).for_points());
    }
}

const PLANTED: [&str; 9] = [
    "card_day",
    "card_hour",
    "late_card",
    "return_keeps",
    "return_unnamed",
    "sale_return",
    "enrol_redeem",
    "redeem_undone",
    "offline",
];

/// A week later, each of these just within its limit.
fn honest(log: &mut Log) {
    for (n, hour) in [(50, 8), (51, 10), (52, 12), (53, 14)] {
        log.rings(log.milk(n, &format!("2026-03-09T{hour:02}:00"), Some(LUIS)));
    }
    let forgotten = log.rings(log.milk(60, "2026-03-10T09:00", None));
    log.attaches(2, &forgotten, ANA, ["2026-03-10T09:00", "2026-03-10T09:15"]);
    log.enrols(2, NEWER, "2026-03-11T09:00");
    log.rings(log.milk(61, "2026-03-11T09:10", Some(NEWER)).for_points().by("luz"));
    log.rings(log.milk(62, "2026-03-11T09:20", Some(NEWER)).voided());
    let sale = log.rings(log.milk(63, "2026-03-12T14:00", Some(ANA)));
    log.rings(log.milk(64, "2026-03-12T14:05", Some(ANA)).kind("return").of(&sale));
    for (n, hour) in [(70, 9), (71, 12)] {
        log.rings(log.milk(n, &format!("2026-03-13T{hour:02}:00"), Some(LUIS)).for_points());
    }
}

/// A person with a browser that has no scripts.
struct Reader {
    hub: String,
    http: reqwest::Client,
    cookie: String,
}

impl Reader {
    async fn log_in(hub: &Hub, login: &str, password: &str) -> Self {
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let mut reader = Self { hub: hub.address(), http, cookie: String::new() };
        let form = BTreeMap::from(
            [("login", login), ("password", password), ("next", "/")]
                .map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
        let answer = reader.post("/login", &form).await;
        let cookie = answer.headers()[SET_COOKIE].to_str().expect("a cookie");
        cookie.split(';').next().expect("its value").clone_into(&mut reader.cookie);
        reader
    }

    async fn post(&self, path: &str, form: &BTreeMap<String, String>) -> reqwest::Response {
        let request = self.http.post(format!("{}{path}", self.hub)).header("sec-fetch-site", "same-origin");
        request.header(COOKIE, &self.cookie).form(form).send().await.expect("it answers")
    }

    async fn get(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.hub)).header("accept-language", "es");
        let answer = request.header(COOKIE, &self.cookie).send().await.expect("it answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("text")
    }

    /// The rules of the signals in the file of a list.
    async fn rules(&self, query: &str) -> BTreeSet<String> {
        let file = self.get(&format!("/signals?{query}&csv=programs")).await;
        file.lines().skip(1).map(|row| row.split(',').nth(1).expect("a rule").to_owned()).collect()
    }
}

const PLANTED_WEEK: &str = "from=2026-03-02&to=2026-03-08";
const HONEST_WEEK: &str = "from=2026-03-09&to=2026-03-15";

async fn what_was_planted_is_named_and_an_honest_week_is_not(kind: Kind) {
    let mut desk = Desk::open(kind, Planted::nothing()).await;
    let mut log = Log { till: desk.till("7").await, events: vec![] };
    plants(&mut log);
    honest(&mut log);
    log.arrives(&desk).await;
    gives_by_hand(&desk).await;
    desk.hub.serve();
    desk.hub.add_staff("gloria", "manager", "correct horse battery");
    let reader = Reader::log_in(&desk.hub, "gloria", "correct horse battery").await;

    assert_eq!(reader.rules(PLANTED_WEEK).await, PLANTED.map(str::to_owned).into());
    assert_eq!(reader.rules(&format!("{HONEST_WEEK}&state=all")).await, BTreeSet::new());
    // Without dates it is the last days.
    assert_eq!(reader.rules("state=all").await, BTreeSet::from(["by_hand_day".to_owned()]));
    let page = reader.get(&format!("/signals?{PLANTED_WEEK}")).await;
    for told in [
        "Tarjeta muy usada en un día",
        "Puntos agregados mucho después de la venta",
        "Devolución sin la venta original",
        "Inscripción y canje el mismo día",
        "Canje deshecho enseguida",
        "Venta y devolución seguidas",
        "Muchos canjes sin conexión",
        "••••0026",
        "rosa",
        "Centro · 7",
        "Ningún cajero está vinculado",
    ] {
        assert!(page.contains(told), "{told} is not on {page}");
    }
    assert!(!page.contains(LUIS) && !page.contains(ANA), "no whole card numbers: {page}");
    let reported = desk.hub.report(&["signals", "--from", "2026-03-02", "--to", "2026-03-08"]);
    let reported = reported.iter().map(|row| row["rule"].as_str().expect("a rule").to_owned());
    assert_eq!(reported.collect::<BTreeSet<_>>(), PLANTED.map(str::to_owned).into());
    looks(&desk, &mut log, &reader).await;
    desk.hub.verify_ledger().exits(0);
}

/// 2,500 points within a day, where 2,000 are the limit.
async fn gives_by_hand(desk: &Desk) {
    let mut tx = desk.app.db.read().await.expect("the database");
    let ana = members::by_code(&mut tx, &"M1".parse().expect("a code")).await.expect("members").expect("Ana");
    drop(tx);
    for n in 1..=2 {
        let ask = Ask {
            id: EntryId::new(1, [n; 10]),
            account: ana.account,
            points: Points(125_000),
            cause: Cause::Goodwill,
            note: "the bread".to_owned(),
            sale: None,
            by: "sara".to_owned(),
        };
        assert_eq!(adjustments::ask(&desk.app, &ask).await.expect("asked"), Asked::Waits);
        adjustments::settle(&desk.app, ask.id, "luis", &Verdict::Agreed).await.expect("settled");
    }
}

/// Somebody looks at one, which leaves the list until another sale joins it.
async fn looks(desk: &Desk, log: &mut Log, reader: &Reader) {
    let query = format!("{PLANTED_WEEK}&rule=card_day");
    let list = reader.get(&format!("/signals?{query}")).await;
    let address =
        list.split("href=\"/signals/").nth(1).and_then(|rest| rest.split('"').next()).expect("a signal");
    let address = format!("/signals/{address}");
    let page = reader.get(&address).await;
    let filled = Form::with_action(&page, &address).filled(&[("note", "una familia")]);
    let answer = reader.post(&address, &filled).await;
    assert_eq!(answer.headers()[LOCATION], format!("{address}?looked"));
    assert_eq!(reader.rules(&query).await, BTreeSet::new());
    assert_eq!(reader.rules(&format!("{query}&state=looked")).await.len(), 1);
    log.rings(log.milk(6, "2026-03-02T19:00", Some(LUIS)));
    log.arrives(desk).await;
    let again = reader.get(&format!("/signals?{query}")).await;
    assert!(again.contains("hay más desde que se miró"), "{again}");
    let looked = "select count(*) from audit where who = 'gloria' and action = 'signal.looked'";
    assert_eq!(desk.hub.count(looked).await, 1);
}
