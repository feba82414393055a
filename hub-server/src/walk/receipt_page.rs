//! A receipt's page over the router: what its key opens, and what those who have none are told.

use chrono::Duration;
use domain::ids::EventId;
use domain::late_card::CardAttached;
use domain::open_page::PageToken;
use domain::sale::{CardEntry, Sale};
use domain::sync::Body;

use super::*;
use crate::settings::Settings;

/// A hub that customers reach, and that knows Ana.
async fn hub() -> TestHub {
    let public_url = Some("https://hub.example".parse().unwrap());
    let hub = TestHub::of(Settings { public_url, ..Settings::default() }).await;
    hub.member("M1", CARD).await;
    hub
}

/// A receipt of Ana's with a page, and the path of that.
async fn sold(hub: &TestHub) -> String {
    let token = PageToken::new([9; 32]);
    let mut draft = Ticket { date: "2026-03-01", ..Ticket::sold(50, Some(CARD), 5_000) }.draft();
    draft.page = Some(token.clone());
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    let event = till.sale(&Sale::close(draft).unwrap());
    till.push(&[event]).await.unwrap();
    format!("/r/{token}")
}

fn phone(hub: &TestHub) -> Browser<'_> {
    Browser { hub, cookie: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_opens_by_its_key_and_says_what_the_paper_does() {
    let hub = hub().await;
    let path = sold(&hub).await;
    let page = phone(&hub).get(&path).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
    for said in [
        "Recibo 50",
        "leche",
        "<span>50</span>",
        "••••0421",
        "Puntos de esta compra",
        "YR",
        "no es documento fiscal",
    ] {
        assert!(page.text.contains(said), "{said} is not on {}", page.text);
    }
    assert!(!page.text.contains(CARD) && !page.text.contains("<script"), "{}", page.text);
    let english = phone(&hub).get(&format!("{path}?lang=en")).await;
    assert_eq!((english.status, english.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    let cookie = english.header("set-cookie").split(';').next().unwrap().to_owned();
    let english = Browser { hub: &hub, cookie }.get(&path).await.text;
    assert!(english.contains("<html lang=\"en\"") && english.contains("Points from this sale"), "{english}");
    assert_eq!(phone(&hub).post(&path, "stop=all").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_keys_waits_and_keeps_nobody_from_receipts_or_cards() {
    let hub = hub().await;
    let path = sold(&hub).await;
    for n in 0..300 {
        assert_eq!(phone(&hub).get(&format!("/r/{n}")).await.status, StatusCode::NOT_FOUND, "{n}");
    }
    let often = phone(&hub).get("/r/300").await;
    assert_eq!((often.status, often.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert_eq!(phone(&hub).get(&path).await.status, StatusCode::OK);
    assert_eq!(phone(&hub).get("/c/30").await.status, StatusCode::NOT_FOUND, "cards are counted apart");
    hub.app.clock.advance(Duration::minutes(10));
    assert_eq!(phone(&hub).get("/r/301").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_customers_do_not_reach_opens_no_receipt() {
    let hub = TestHub::new().await;
    let path = sold(&hub).await;
    let (there, nothing) = (phone(&hub).get(&path).await, phone(&hub).get("/r/none").await);
    assert_eq!((there.status, nothing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(there.text, nothing.text, "as if it had never been");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_came_later_is_on_the_page_as_on_a_reprint() {
    let hub = hub().await;
    let token = PageToken::new([9; 32]);
    let mut draft = Ticket { date: "2026-03-01", ..Ticket::sold(50, None, 5_000) }.draft();
    draft.page = Some(token.clone());
    let sale = Sale::close(draft).unwrap();
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    let event = till.sale(&sale);
    till.push(&[event]).await.unwrap();
    let path = format!("/r/{token}");
    let before = phone(&hub).get(&path).await.text;
    assert!(!before.contains("••••0421") && !before.contains("Puntos de esta compra"), "{before}");
    let attached = CardAttached {
        sale: sale.id,
        card: CARD.parse().unwrap(),
        entry: CardEntry::Scanned,
        at: sale.occurred_at + Duration::minutes(5),
        sold_at: sale.occurred_at,
        cashier: None,
        approved_by: None,
    };
    let event = till.event(EventId::new(99, [1; 10]), &Body::CardAttached(Box::new(attached)));
    till.push(&[event]).await.unwrap();
    let after = phone(&hub).get(&path).await.text;
    assert!(after.contains("••••0421") && after.contains("Puntos de esta compra"), "{after}");
}
