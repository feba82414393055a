//! Orders that come twice, or from a page that shows what is over.

use domain::sale::SaleStatus;

use super::*;
use crate::store::basket as baskets;

const MILK: &str = "7702001000013";
const ANA: &str = "2990000010421";

#[tokio::test]
async fn who_pays_a_cancelled_sale_is_told_and_no_cash_is_taken() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    // Pay is open in one page, Cancel in another.
    let pay = format!("{}&tendered=exact", till.pay_fields().await);
    let basket = till.agent.till(1).await.unwrap().basket;
    let cancel = format!("basket={basket}");
    assert_eq!(till.sent_on("cancel", &cancel).await, "/till/1");
    let (response, page) = till.post("pay", &pay).await;
    assert_eq!(response.status(), StatusCode::CONFLICT, "{page}");
    assert!(
        page.contains("ya se anuló con el recibo 1") && page.contains("Devuelva lo que recibió"),
        "{page}"
    );
    assert!(page.contains(&format!("href=\"/till/1/receipt/{basket}\"")), "{page}");
    assert_eq!(till.sent_on("cancel", &cancel).await, "/till/1", "the same again is answered the same");

    let receipt = till.sent_on_by_get(&format!("/till/1/t4?sale={basket}")).await;
    assert_eq!(receipt, format!("/till/1/receipt/{basket}"), "no page says that it was paid");
    let text = till.get(&format!("{receipt}/text")).await;
    assert!(text.contains("*** VENTA ANULADA ***") && !text.contains("4.200"), "{text}");
}

#[tokio::test]
async fn who_cancels_a_paid_sale_is_told_that_it_stands() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    let pay = format!("{}&tendered=exact", till.pay_fields().await);
    let basket = till.agent.till(1).await.unwrap().basket;
    let done = till.sent_on("pay", &pay).await;
    // Back, and then Cancel: also while the next customer is served.
    for next in ["", "7702001000020"] {
        if !next.is_empty() {
            till.sent_on("entry", &format!("scan={next}")).await;
        }
        let (response, page) = till.post("cancel", &format!("basket={basket}")).await;
        assert_eq!(response.status(), StatusCode::CONFLICT, "{page}");
        assert!(page.contains("ya se cobró con el recibo 1") && page.contains("No devuelva"), "{page}");
        assert!(page.contains(&format!("href=\"/till/1/receipt/{basket}\"")), "{page}");
    }
    assert_eq!(till.agent.receipt(basket).await.unwrap().sale.status, SaleStatus::Completed);
    assert_eq!(till.agent.till(1).await.unwrap().lines.len(), 1, "the next sale is untouched");
    assert_eq!(till.sent_on("pay", &pay).await, done);
}

#[tokio::test]
async fn what_is_scanned_while_pay_waits_for_its_turn_is_not_charged_unseen() {
    let till = Till::open().await;
    till.sent_on("entry", &format!("scan={MILK}")).await;
    // More than enough, so that only the sum seen can stop it.
    let pay = format!("{}&tendered=20.000", till.pay_fields().await);
    let desk = till.agent.desk(1).unwrap();
    let turn = desk.turn.lock().await;
    let meanwhile = async {
        // Pay has read whatever it reads before its turn.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let mut basket = till.agent.store().basket(1).await.unwrap().unwrap();
        basket.lines[0].quantity = domain::Quantity(3_000);
        let mut tx = till.agent.store().begin().await.unwrap();
        baskets::save(&mut tx, 1, &basket, now()).await.unwrap();
        till.agent.store().commit(tx).await.unwrap();
        drop(turn);
    };
    let ((response, page), ()) = tokio::join!(till.post("pay", &pay), meanwhile);
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.contains("El total cambió"), "{page}");
    assert!(till.agent.till(1).await.unwrap().last_sale.is_none(), "nothing was charged");
}

/// `name×quantity`, with what waits and who stands there.
async fn basket(till: &Till) -> String {
    let view = till.agent.till(1).await.unwrap();
    let line = |l: &view::LineView| {
        let text = format!("{}x{}", l.sku, l.quantity.plain());
        if l.voided { format!("({text})") } else { text }
    };
    let next = view.next_quantity.map(|quantity| format!("{}*", quantity.plain()));
    let card = view.card.map(|card| card.number.to_string());
    view.lines.iter().map(line).chain(next).chain(card).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn an_order_sent_again_is_carried_out_once() {
    let scan = format!("text=&scan={MILK}");
    let (many, typed) = (format!("text=3*&scan={MILK}"), format!("text=3*{MILK}"));
    let card = format!("text=&scan={ANA}");
    for (n, (path, fields, wanted)) in [
        ("entry", scan.as_str(), "lechex2"),
        ("entry", &many, "lechex4"),
        ("entry", &typed, "lechex4"),
        ("entry", "text=3*", "lechex1 3*"),
        ("entry", &card, "lechex1 2990000010421"),
        ("add", "sku=pan", "lechex1 panx1"),
        ("line/quantity", "line=1&step=more", "lechex2"),
        ("line/quantity", "line=1&step=less", "(lechex1)"),
        ("line/void", "line=1", "(lechex1)"),
    ]
    .into_iter()
    .enumerate()
    {
        let till = Till::open().await;
        till.sent_on("entry", &scan).await;
        let order = format!("{fields}&order={:032x}", n + 1);
        let mut notices = vec![];
        for _ in 0..2 {
            let mut request = till.form(path, &order);
            request.headers_mut().insert(guard::LIVE, "sale".parse().unwrap());
            let (response, html) = till.ask(request).await;
            assert_eq!(response.status(), StatusCode::OK, "{path} {fields}: {html}");
            assert!(html.contains("id=\"rows\""), "{path} {fields}: {html}");
            notices.push(till.agent.till(1).await.unwrap().notice.unwrap().number);
        }
        assert_eq!(basket(&till).await, wanted, "{path} {fields}");
        assert_eq!(notices[0], notices[1], "{path} {fields}: one order sounds once");
    }
}

#[tokio::test]
async fn orders_without_an_id_or_with_another_one_are_orders_of_their_own() {
    let till = Till::open().await;
    for order in
        ["", "", "&order=00000000000000000000000000000001", "&order=00000000000000000000000000000002"]
    {
        till.sent_on("entry", &format!("scan={MILK}{order}")).await;
    }
    assert_eq!(basket(&till).await, "lechex4");
    let (response, _) = till.post("entry", &format!("scan={MILK}&order=7")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "no page of ours sends that");
}

#[tokio::test]
async fn the_same_card_again_leaves_the_accepted_offer() {
    let till = Till::open().await;
    for fields in [format!("scan={ANA}"), "scan=7702001000037".to_owned()] {
        till.sent_on("entry", &fields).await;
    }
    till.sent_on("offer", "answer=accepted").await;
    let due = till.agent.till(1).await.unwrap().totals.total;
    let unsent = || async {
        let status = till.agent.status().await.unwrap();
        status.unsent
    };
    let before = unsent().await;
    for path in ["entry", "card"] {
        let field = if path == "entry" { "scan" } else { "card" };
        till.sent_on(path, &format!("{field}={ANA}")).await;
        let view = till.agent.till(1).await.unwrap();
        assert_eq!((view.totals.total, view.totals.discount), (due, Money(150_000)), "{path}");
    }
    assert_eq!(unsent().await, before, "no second showing is told to the hub");
}
