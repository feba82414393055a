//! A receipt that is read leads to its lines, whatever page is open.

use domain::ids::SaleId;
use domain::scan::{Origin, Scan};

use super::late::sell;
use super::view::{HubState, NoticeKind};
use super::*;
use crate::receipt::code::encode;
use crate::till::ReceiptNews;

async fn read(till: &Till, sale: SaleId) -> NoticeKind {
    let code = Scan::new(Origin::SerialScanner, None, encode(sale).as_str());
    till.agent.device_scan(1, code).await.unwrap().kind
}

#[tokio::test]
async fn a_receipt_that_is_read_opens_its_lines_from_any_page() {
    let till = Till::open().await;
    let sale = sell(&till).await;
    let lines = format!("/till/1/refund/{sale}");
    for (mode, page) in [
        ("sale", "refund"),
        ("refund", "refund"),
        ("pay", "refund"),
        ("held", "refund"),
        ("done", "refund"),
        ("status", "refund"),
        ("find", "refund"),
        ("late", "late"),
    ] {
        read(&till, sale).await;
        let event = till.ui_fragment(mode).await;
        assert_eq!(event, format!("event: go\ndata: /till/1/{page}/{sale}\n\n"), "{mode}");
        till.get(&format!("/till/1/{page}/{sale}")).await;
        assert!(till.ui_fragment(mode).await.starts_with("event: screen"), "{mode}: once is enough");
    }
    // Read where the page has no script, and where it has.
    let scan = format!("scan={}", encode(sale));
    assert_eq!(till.sent_on("entry", &scan).await, lines);
    for mode in ["sale", "refund", "done"] {
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
