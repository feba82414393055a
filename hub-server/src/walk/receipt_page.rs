//! A receipt's page over the router: what its key opens, and what those who have none are told.

use chrono::Duration;
use domain::open_page::PageToken;
use domain::sale::Sale;

use super::*;

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
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
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
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let path = sold(&hub).await;
    for n in 0..30 {
        assert_eq!(phone(&hub).get(&format!("/r/{n}")).await.status, StatusCode::NOT_FOUND, "{n}");
    }
    let often = phone(&hub).get("/r/30").await;
    assert_eq!((often.status, often.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert_eq!(phone(&hub).get(&path).await.status, StatusCode::OK);
    assert_eq!(phone(&hub).get("/c/30").await.status, StatusCode::NOT_FOUND, "cards are counted apart");
    hub.app.clock.advance(Duration::minutes(10));
    assert_eq!(phone(&hub).get("/r/31").await.status, StatusCode::NOT_FOUND);
}
