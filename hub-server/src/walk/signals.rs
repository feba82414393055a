//! Signals as a manager and an accountant see them: found, looked at, and open again.

use chrono::TimeDelta;
use domain::ids::EventId;
use domain::late_card::CardAttached;
use domain::money::Money;
use domain::sale::{CardEntry, SaleStatus};

use super::*;
use crate::testing::TestTill;

const OTHER: &str = "2990000010452";

/// Sales of one card by one cashier, a minute apart.
async fn sell(till: &mut TestTill<'_>, receipts: std::ops::RangeInclusive<u8>) {
    let events: Vec<Vec<u8>> = receipts
        .map(|n| {
            let ticket = Ticket { date: "2026-03-02", store: "norte", ..Ticket::sold(n, Some(CARD), 5_000) };
            let mut draft = ticket.draft();
            draft.occurred_at = format!("2026-03-02T08:{:02}:00-05:00", n % 60).parse().unwrap();
            draft.cashier = Some("marta".parse().unwrap());
            till.sale(&domain::sale::Sale::close(draft).unwrap())
        })
        .collect();
    till.push(&events).await.unwrap();
}

async fn till(hub: &TestHub) -> TestTill<'_> {
    let mut till = hub.enrol("norte", 9).await;
    till.open().await.unwrap();
    till
}

/// The addresses of the signals that a page lists.
fn signals(page: &str) -> Vec<String> {
    let links = page.split("href=\"/signals/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut links: Vec<String> = links.map(|link| format!("/signals/{link}")).collect();
    links.dedup();
    links
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_is_found_looked_at_and_opens_again() {
    let hub = hub_with_history().await;
    let browser = Browser::log_in(&hub, "gerente").await;
    let page = browser.get("/signals").await.text;
    assert!(page.contains("Ninguna señal abierta") && page.contains("Búsquedas sin venta"), "{page}");
    let mut till = till(&hub).await;
    sell(&mut till, 30..=34).await;
    let page = browser.get("/signals").await.text;
    for said in
        ["Tarjeta muy usada en un día", "marta", "••••0421", "Ana R.", "norte · 1", "5 hechos", "abierta"]
    {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert!(!page.contains(CARD) && !page.contains("Ruiz"), "{page}");
    let day = browser.get("/signals?rule=card_day").await.text;
    let [address] = &signals(&day)[..] else { panic!("one signal: {day}") };
    let csv = browser.get("/signals?rule=card_day&csv=programs").await.text;
    let row = csv.lines().nth(1).unwrap();
    for said in
        ["2026-03-02,card_day,norte · 1,marta,••••0421,M1,5,4,", "sale norte/1/2026-03-02/30; ", ",open"]
    {
        assert!(row.contains(said), "{said} is not in {row}");
    }
    assert_eq!(csv.lines().count(), 2);
    let export = Browser::log_in(&hub, "admin").await.get("/signals?rule=card_day&csv=programs").await.text;
    assert!(export.contains(",••••0421,Ana ") && !export.contains(",M1,"), "{export}");
    let shown = browser.get(address).await;
    assert_eq!(shown.text.matches("<td data-label=\"Recibo\">").count(), 5, "{}", shown.text);
    let form = |page: &Answer, note: &str| {
        let field = |name: &str| {
            let mark = format!("name=\"{name}\" value=\"");
            page.text.split(&mark).nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        format!("csrf={}&op={}&events={}&note={note}", page.csrf(), field("op"), field("events"))
    };
    let wrong = browser.post(address, &form(&shown, "")).await;
    assert!(wrong.text.contains("Escriba qué encontró"), "{}", wrong.text);
    for _ in 0..2 {
        let sent = browser.post(address, &form(&shown, "Una+familia")).await;
        assert_eq!(sent.header("location"), format!("{address}?looked"));
    }
    assert_eq!(browser.get(&format!("{address}?looked")).await.text.matches("Una familia").count(), 1);
    assert_eq!(signals(&browser.get("/signals?rule=card_day").await.text), Vec::<String>::new());
    assert_eq!(signals(&browser.get("/signals?rule=card_day&state=looked").await.text), [address.as_str()]);
    let seen = browser.get(address).await;
    sell(&mut till, 35..=35).await;
    let again = browser.get("/signals?rule=card_day").await.text;
    assert!(again.contains("hay más desde que se miró") && again.contains("6 hechos"), "{again}");
    let late = browser.post(address, &form(&seen, "Otra+vez")).await;
    assert!(late.text.contains("Mientras tanto llegaron otros hechos"), "{}", late.text);
    assert!(
        browser.get(&format!("/signals/2026-03-02/{}", "0".repeat(32))).await.status == StatusCode::NOT_FOUND
    );
    for date in ["soon", "+99999-01-01"] {
        let other = browser.get(&address.replace("2026-03-02", date)).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "{date}");
    }
}

/// A card may be heard of before its sale, and the sale have one of its own or be rung up to learn.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_card_is_a_signal_only_where_its_sale_took_it() {
    let hub = hub_with_history().await;
    let mut till = till(&hub).await;
    let sale = |n: u8, card, status| {
        let mut draft = Ticket { date: "2026-03-02", store: "norte", ..Ticket::sold(n, card, 5_000) }.draft();
        draft.status = status;
        domain::sale::Sale::close(draft).unwrap()
    };
    let sales = [
        sale(50, Some(CARD), SaleStatus::Completed),
        sale(51, None, SaleStatus::Completed),
        sale(52, None, SaleStatus::Training),
    ];
    for (n, sale) in (1..).zip(&sales) {
        let attached = CardAttached {
            sale: sale.id,
            card: OTHER.parse().unwrap(),
            entry: CardEntry::Scanned,
            at: sale.occurred_at + TimeDelta::minutes(60),
            sold_at: sale.occurred_at,
            cashier: Some("marta".parse().unwrap()),
            approved_by: None,
        };
        let attached = domain::sync::Body::CardAttached(Box::new(attached));
        let bytes = till.event(EventId::new(99, [n; 10]), &attached);
        till.push(&[bytes]).await.unwrap();
        let bytes = till.sale(sale);
        till.push(&[bytes]).await.unwrap();
    }
    let query = "/signals?rule=late_card&state=all&from=2026-03-01&to=2026-03-07&csv=programs";
    let csv = Browser::log_in(&hub, "gerente").await.get(query).await.text;
    let row = csv.lines().nth(1).unwrap();
    assert!(row.contains(",late_card norte/1/2026-03-02/51,"), "{row}");
    assert_eq!(csv.lines().count(), 2, "{csv}");
}

/// Who works in one store sees what lies in it; who may not read members gets no names, and who may not read signals
/// gets none.
#[tokio::test(flavor = "multi_thread")]
async fn signals_are_for_those_who_may_see_them() {
    let hub = hub_with_history().await;
    sell(&mut till(&hub).await, 30..=34).await;
    for (login, store, seen) in [("luz", "centro", 0), ("luis", "norte", 1)] {
        let new = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: "correct horse battery".to_owned(),
            role: Role::Manager,
            stores: [store.parse().unwrap()].into(),
        };
        staff::add(&hub.app, "test", new).await.unwrap();
        let browser = Browser::log_in_by(&hub, login, "correct horse battery").await;
        assert_eq!(signals(&browser.get("/signals?rule=card_day").await.text).len(), seen, "{login}");
        let all = Browser::log_in(&hub, "admin").await.get("/signals?rule=card_day").await.text;
        let status = browser.get(&signals(&all)[0]).await.status;
        assert_eq!(status == StatusCode::OK, seen == 1, "{login} {status}");
    }
    let accountant = Browser::log_in(&hub, "contadora").await.get("/signals?rule=card_day").await.text;
    assert!(accountant.contains("M1") && !accountant.contains("Ana"), "{accountant}");
    assert!(!accountant.contains("/customers/"), "{accountant}");
    for login in ["cajera", "marketing", "servicio"] {
        let browser = Browser::log_in(&hub, login).await;
        assert_eq!(browser.get("/signals").await.status, StatusCode::FORBIDDEN, "{login}");
        let sent = browser.post("/signals/2026-03-02/x", "note=a").await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{login}");
    }
}

/// Rung up to learn, cancelled, and with another card: an honest morning.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_count_is_no_signal() {
    let hub = hub_with_history().await;
    hub.member("M2", OTHER).await;
    sell(&mut till(&hub).await, 30..=31).await;
    let mut till = hub.enrol("centro", 8).await;
    till.open().await.unwrap();
    let ticket = |n: u8, card, status| {
        let mut draft = Ticket { date: "2026-03-02", ..Ticket::sold(n, Some(card), 5_000) }.draft();
        draft.status = status;
        if status == SaleStatus::Voided {
            draft.tenders.clear();
            draft.change = Money::ZERO;
        }
        domain::sale::Sale::close(draft).unwrap()
    };
    let tickets = [
        ticket(40, CARD, SaleStatus::Training),
        ticket(41, CARD, SaleStatus::Training),
        ticket(42, CARD, SaleStatus::Voided),
        ticket(43, OTHER, SaleStatus::Completed),
        ticket(44, OTHER, SaleStatus::Completed),
    ];
    let events: Vec<Vec<u8>> = tickets.iter().map(|ticket| till.sale(ticket)).collect();
    till.push(&events).await.unwrap();
    let page = Browser::log_in(&hub, "admin").await.get("/signals?state=all").await.text;
    assert_eq!(signals(&page), Vec::<String>::new(), "{page}");
    assert!(page.contains("Ninguna señal así") && !page.contains("abierta en estas"), "{page}");
}
