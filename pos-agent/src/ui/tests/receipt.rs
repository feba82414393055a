//! A receipt that is read leads to its lines, unless something is typed, chosen or warned of on the page.

use domain::ids::SaleId;
use domain::scan::{Origin, Scan};

use super::late::sell;
use super::view::{HubState, NoticeKind, ReceiptNotice};
use super::*;
use crate::receipt::code::encode;
use crate::till::ReceiptNews;

async fn read(till: &Till, sale: SaleId) -> NoticeKind {
    let code = Scan::new(Origin::SerialScanner, None, encode(sale).as_str());
    till.agent.device_scan(1, code).await.unwrap().kind
}

#[tokio::test]
async fn a_receipt_that_is_read_opens_its_lines_where_nothing_is_typed() {
    let till = Till::open().await;
    let sale = sell(&till).await;
    let lines = format!("/till/1/refund/{sale}");
    for (mode, page) in
        [("sale", "refund"), ("refund", "refund"), ("status", "refund"), ("find", "refund"), ("late", "late")]
    {
        read(&till, sale).await;
        let event = till.ui_fragment(mode).await;
        assert_eq!(event, format!("event: go\ndata: /till/1/{page}/{sale}\n\n"), "{mode}");
        till.get(&format!("/till/1/{page}/{sale}")).await;
        assert!(till.ui_fragment(mode).await.starts_with("event: screen"), "{mode}: once is enough");
    }
    // Read where the page has no script, and where it has.
    let scan = format!("scan={}", encode(sale));
    assert_eq!(till.sent_on("entry", &scan).await, lines);
    for mode in ["sale", "refund", "status"] {
        let mut request = till.form("entry", &scan);
        request.headers_mut().insert("yapa-live", mode.parse().unwrap());
        assert_eq!(till.ask(request).await.0.headers()["yapa-go"], lines.as_str(), "{mode}");
    }
    let page = till.get(&lines).await;
    for wanted in ["Leche entera", "Quedan", "Recibo leído", &format!("/till/1/late/{sale}"), "Reimprimir"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(!page.contains("data-key=\"Shift+F9\""), "it leads to itself");
}

#[tokio::test]
async fn a_receipt_opens_nothing_where_a_price_is_asked_or_nobody_has_it() {
    let till = Till::open().await;
    let sale = sell(&till).await;
    till.get("/till/1/price").await;
    assert_eq!(read(&till, sale).await, NoticeKind::NoArticle);
    assert_eq!(till.agent.receipt_to_open(1).unwrap(), None);

    // Another agent's is opened when the hub has told of it, unless something else was done meanwhile.
    till.agent.set_link(HubState::Online);
    let desk = till.agent.desk(1).unwrap();
    for (number, goes_on, wanted) in [(1, false, true), (2, true, false)] {
        let other = SaleId::new(number, [5; 10]);
        read(&till, other).await;
        assert_eq!(till.agent.receipt_to_open(1).unwrap(), None);
        if goes_on {
            till.sent_on("entry", "scan=7702001000013").await;
        }
        till.agent.tell_of_receipt(desk, other, ReceiptNews::Known);
        assert_eq!(till.agent.receipt_to_open(1).unwrap(), wanted.then_some(other));
        till.get("/till/1").await;
    }
}

#[tokio::test]
async fn a_receipt_takes_no_page_away_on_which_something_stands() {
    let till = Till::open().await;
    let (before, sale) = (sell(&till).await, sell(&till).await);
    let lines = format!("refund-{before}");
    for mode in ["pay", "held", "done", "search", "discount", "redeem", "cancel", "price", lines.as_str()] {
        read(&till, sale).await;
        let event = till.ui_fragment(mode).await;
        assert!(event.starts_with("event: screen") && event.contains("Recibo leído"), "{mode}: {event}");
        assert!(event.contains(&format!("href=\"/till/1/refund/{sale}\"")), "{mode}: {event}");
        // It may be a page that is just being left, and another one opens it.
        assert_eq!(till.agent.receipt_to_open(1).unwrap(), Some(sale), "{mode}");
        till.get("/till/1/keys").await;
        assert_eq!(till.agent.receipt_to_open(1).unwrap(), None, "{mode}");
    }
    // Its own lines stand there already; which ones they are the page says.
    let page = till.get(&format!("/till/1/refund/{before}")).await;
    assert!(page.contains(&format!("data-mode=\"{lines}\"")), "{page}");
    read(&till, before).await;
    assert!(
        !till.ui_fragment(&lines).await.contains(&format!("/till/1/refund/{before}")),
        "it leads to itself"
    );

    // The change of the sale before stays, for who reads with a keyboard too.
    let mut request = till.form("entry", &format!("scan={}", encode(sale)));
    request.headers_mut().insert("yapa-live", "done".parse().unwrap());
    let (response, parts) = till.ask(request).await;
    assert!(response.headers().get("yapa-go").is_none() && parts.contains("Recibo leído"), "{parts}");
    assert_eq!(till.agent.receipt_to_open(1).unwrap(), None, "who read it stays");
}

#[tokio::test]
async fn what_was_agreed_to_goes_on_where_it_began() {
    let till = Till::open().await;
    let sale = sell(&till).await;
    read(&till, sale).await;
    assert_eq!(till.ui_fragment("approve").await, "event: go\ndata: /till/1/approve\n\n");
    assert_eq!(till.agent.receipt_to_open(1).unwrap(), None);
}

#[tokio::test]
async fn what_the_hub_tells_late_does_not_take_another_page() {
    let till = Till::open().await;
    till.agent.set_link(HubState::Online);
    let other = SaleId::new(1, [5; 10]);
    read(&till, other).await;
    till.get("/till/1/keys").await;
    let desk = till.agent.desk(1).unwrap();
    till.agent.tell_of_receipt(desk, other, ReceiptNews::Known);
    assert_eq!(till.agent.receipt_to_open(1).unwrap(), None);
    let notice = till.agent.till(1).await.unwrap().notice.unwrap();
    assert_eq!(notice.kind, NoticeKind::Receipt(ReceiptNotice::Elsewhere), "it is said all the same");
}

#[tokio::test]
async fn a_receipt_that_gets_no_card_opens_its_page_once() {
    let till = Till::open().await;
    till.sent_on("entry", "scan=2990000010421").await;
    let carded = sell(&till).await;
    till.get("/till/1/late").await;
    read(&till, carded).await;
    let path = format!("/till/1/late/{carded}");
    assert_eq!(till.ui_fragment("late").await, format!("event: go\ndata: {path}\n\n"));
    let request = Request::get(&path).header(header::HOST, "127.0.0.1:8081").body(Body::empty()).unwrap();
    let (response, page) = till.ask(request).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("ya tuvo su tarjeta"), "{page}");
    assert!(till.ui_fragment("late").await.starts_with("event: screen"), "not to itself");
}

#[tokio::test]
async fn the_address_of_a_receipt_s_page_leads_to_its_lines_and_is_never_goods() {
    let till = Till::open().await;
    let mut tx = till.agent.store().begin().await.unwrap();
    let address = "https://hub.example";
    crate::store::tills::set_public_url(&mut tx, Some(address)).await.unwrap();
    till.agent.store().commit(tx).await.unwrap();
    let (sale, later) = (sell(&till).await, sell(&till).await);
    let url: domain::open_page::PublicUrl = address.parse().unwrap();
    let key = till.agent.store().sale(sale).await.unwrap().unwrap().page.clone().unwrap();
    let lines = format!("/till/1/refund/{sale}");
    let long = format!("https://{}.example/r/{key}", "x".repeat(60));
    for address in [url.receipt(&key), url.receipt(&key).to_uppercase(), long] {
        let read = Scan::new(Origin::SerialScanner, None, address.as_str());
        let notice = till.agent.device_scan(1, read).await.unwrap();
        assert_eq!(notice.kind, NoticeKind::Receipt(ReceiptNotice::Read), "{address}");
        assert_eq!(notice.about, sale.to_string());
        assert_eq!(till.ui_fragment("sale").await, format!("event: go\ndata: {lines}\n\n"));
        till.get(&lines).await;
    }
    assert_eq!(till.agent.receipt_named(1, &url.receipt(&key)).await.unwrap(), Some(sale), "not {later}");

    let nobody = "a".repeat(32);
    for address in [format!("https://hub.example/r/{nobody}"), format!("https://hub.example/c/{nobody}")] {
        for (order, field) in [("entry", "scan"), ("card", "card")] {
            till.sent_on(order, &format!("{field}={address}")).await;
            let view = till.agent.till(1).await.unwrap();
            let notice = view.notice.unwrap();
            assert_eq!(notice.kind, NoticeKind::Receipt(ReceiptNotice::Page), "{order} {address}");
            assert!(!notice.about.contains(&nobody), "the key is kept nowhere");
            assert!(
                view.lines.is_empty() && view.unknown.is_empty() && view.card.is_none(),
                "{order} {address}"
            );
        }
    }
    assert!(till.get("/till/1").await.contains("Lea el otro código"));
}
