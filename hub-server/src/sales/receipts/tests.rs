//! What tills hear of receipts, and which goods came back too often.

use domain::ids::SaleId;
use domain::money::{Money, Quantity};
use domain::sale::{Sale, TenderKind};
use domain::sync::{Disposition, FoundReceipt, Problem, ReceiptReply, ReceiptRequest};

use super::over_returned;
use crate::testing::{TestHub, TestTill, Ticket};

async fn told(till: &TestTill<'_>, sale: SaleId) -> Option<FoundReceipt> {
    let request = serde_json::to_vec(&ReceiptRequest { sale }).unwrap();
    let reply: ReceiptReply = till.call("/sync/v1/receipt", request).await.unwrap();
    reply.found.map(|found| *found)
}

async fn push(till: &mut TestTill<'_>, sale: &Sale) {
    let event = till.sale(sale);
    let reply = till.push(&[event]).await.unwrap();
    assert!(reply.dispositions.iter().all(|(_, became)| *became == Disposition::Applied), "{reply:?}");
}

#[tokio::test]
async fn a_till_hears_of_another_stores_receipt_and_of_what_came_back() {
    let hub = TestHub::new().await;
    let mut centro = hub.enrol("centro", 1).await;
    let mut norte = hub.enrol("norte", 2).await;
    centro.open().await.unwrap();
    norte.open().await.unwrap();
    let mut draft = Ticket::sold(1, Some("2990000010421"), 500).draft();
    draft.tenders[0].kind = TenderKind::Card;
    draft.tenders[0].reference = Some("T-4711".parse().unwrap());
    let sold = Sale::close(draft).unwrap();
    assert_eq!(told(&norte, sold.id).await, None, "its till has not sent it");
    push(&mut centro, &sold).await;

    let found = told(&norte, sold.id).await.unwrap();
    assert_eq!((found.store_name.as_str(), found.returned.len()), ("centro", 0));
    assert_eq!((&found.sale.lines, &found.sale.card), (&sold.lines, &sold.card));
    assert_eq!(
        found.sale.tenders[0].reference, None,
        "what the terminal calls the payment is nobody's business"
    );

    let back = |n, store| Ticket { store, ..Ticket::returned(n, None, 500, Some(1)) }.sale();
    push(&mut norte, &back(2, "norte")).await;
    let found = told(&centro, sold.id).await.unwrap();
    let row = found.returned[0];
    assert_eq!((row.line, row.by_line, row.quantity, row.paid), (1, 1, Quantity::ONE, Money(500)));
    assert_eq!(row.by_sale, back(2, "norte").id);

    // The first till had not heard of it and takes the goods back too: nothing is refused, and somebody sees it.
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(over_returned(&mut tx).await.unwrap(), []);
    drop(tx);
    push(&mut centro, &back(3, "centro")).await;
    let mut tx = hub.app.db.read().await.unwrap();
    let over = over_returned(&mut tx).await.unwrap();
    let (line, by) = &over[0];
    assert_eq!(
        (over.len(), line.sale, line.sold, line.returned),
        (1, sold.id, Quantity::ONE, Quantity(2_000))
    );
    assert_eq!((line.paid, line.paid_back), (Money(500), Money(1_000)));
    let stores: Vec<&str> = by.iter().map(|ticket| ticket.store.as_str()).collect();
    assert_eq!(stores, ["norte", "centro"]);
}

#[tokio::test]
async fn only_tills_hear_of_receipts() {
    let hub = TestHub::new().await;
    let request = ReceiptRequest { sale: Ticket::sold(1, None, 500).sale().id };
    let refused: Result<ReceiptReply, Problem> = hub.post("/sync/v1/receipt", &request).await;
    assert_eq!(refused.unwrap_err().status, 401);
}
