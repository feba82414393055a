//! What tills hear of receipts, and which goods came back too often.

use domain::ids::SaleId;
use domain::money::{Money, Quantity};
use domain::sale::{Kept, Origin, Sale, SaleLine, TenderKind};
use domain::sync::{FoundReceipt, Problem, ReceiptReply, ReceiptRequest};

use super::over_returned;
use crate::testing::{TestHub, TestTill, Ticket};

async fn told(till: &TestTill<'_>, sale: SaleId) -> Option<FoundReceipt> {
    let request = serde_json::to_vec(&ReceiptRequest { sale }).unwrap();
    let reply: ReceiptReply = till.call("/sync/v1/receipt", request).await.unwrap();
    reply.found.map(|found| *found)
}

async fn push(till: &mut TestTill<'_>, sale: &Sale) {
    let event = till.sale(sale);
    till.applies(&[event]).await;
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

/// Of two pieces one keeps the points of the first sale. Each of two tills takes a piece back as if it were that one: no
/// goods too many, and points that stay. It is found whatever arrives first.
#[tokio::test]
async fn points_that_two_tickets_took_for_each_other_are_found() {
    let of = |n: u8, line| Origin { sale: SaleId::new(i64::from(n), [n; 10]), line };
    let first = Ticket::sold(1, Some("2990000010421"), 500).sale();
    let keeps = vec![Kept { of: of(1, 1), quantity: Quantity::ONE }];
    let mut exchange = Ticket::returned(2, Some("2990000010421"), 500, Some(1)).draft();
    let sold = Ticket::sold(2, None, 1_000).draft().lines.remove(0);
    let quantity = Quantity::pieces(2).unwrap();
    exchange.lines.push(SaleLine { number: 2, quantity, keeps: keeps.clone(), ..sold });
    exchange.tenders[0].amount = Money(500);
    let exchange = Sale::close(exchange).unwrap();
    let back = |n, keeps: Vec<Kept>| {
        let mut draft = Ticket::returned(n, None, 500, None).draft();
        draft.lines[0].origin = Some(of(2, 2));
        draft.lines[0].keeps = keeps;
        Sale::close(draft).unwrap()
    };
    for (own, orders) in
        [(vec![], [[3, 2, 1, 4], [4, 3, 2, 1]]), (keeps.clone(), [[1, 2, 3, 4], [4, 3, 2, 1]])]
    {
        let is_found = !own.is_empty();
        let sales = [first.clone(), exchange.clone(), back(3, keeps.clone()), back(4, own)];
        for order in orders {
            let hub = TestHub::new().await;
            let mut till = hub.enrol("centro", 1).await;
            till.open().await.unwrap();
            for n in order {
                push(&mut till, &sales[n - 1]).await;
            }
            let mut tx = hub.app.db.read().await.unwrap();
            let over = over_returned(&mut tx).await.unwrap();
            let found: Vec<_> = over.iter().map(|(l, by)| (l.sale, l.line, l.kept_twice, by.len())).collect();
            let wanted = if is_found { vec![(exchange.id, 2, true, 2)] } else { vec![] };
            assert_eq!(found, wanted, "{order:?}");
        }
    }
}

#[tokio::test]
async fn only_tills_hear_of_receipts() {
    let hub = TestHub::new().await;
    let request = ReceiptRequest { sale: Ticket::sold(1, None, 500).sale().id };
    let refused: Result<ReceiptReply, Problem> = hub.post("/sync/v1/receipt", &request).await;
    assert_eq!(refused.unwrap_err().status, 401);
}
