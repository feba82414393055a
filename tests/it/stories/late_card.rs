//! A customer who had forgotten the card brings the receipt: the points come once, with or without a connection,
//! at whichever till of the shop.

use super::{on_both, receipt_on};
use crate::world::databases::Kind;
use crate::world::files::{ANA, EVA};
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(the_points_of_a_receipt_go_to_a_forgotten_card_once, another_agents_receipt_gets_its_card);

async fn the_points_of_a_receipt_go_to_a_forgotten_card_once(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let mut till = Till::ready(&hub, &[("001", "1"), ("001", "2")]).await;
    hub.stop();
    // Without a hub and without a card: coffee and a milk, and a milk for somebody whose card nobody knows yet.
    till.enter(1, "2000000000312").await;
    till.sell(1, "2000000000176").await;
    till.sell(1, "2000000000176").await;
    let receipts = till.get("/till/1/late").await;
    let sale = |number: &str| {
        let row = receipts.split("<li>").find(|row| row.contains(number)).expect("the receipt is listed");
        row.split("/late/").nth(1).and_then(|rest| rest.split('"').next()).expect("its page").to_owned()
    };
    let (first, second) = (sale("recibo 1,"), sale("recibo 2,"));

    // At the other till of the shop, whose log is another one.
    let page = format!("/till/2/late/{first}");
    let screen = till.submit_on(&page, "/late", &[("card", ANA)]).await;
    assert!(screen.contains("Recibo sumado a la tarjeta de Ana M."), "{screen}");
    till.submit_on(&format!("/till/1/late/{second}"), "/late", &[("card", EVA)]).await;
    till.kill9();
    till.run(&[]);
    hub.serve();
    hub.holds(2).await;
    till.has_sent_everything().await;
    for (sql, wanted) in [
        ("select count(*) from late_card", 2),
        ("select count(*) from sale where card is null", 2),
        ("select count(*) from sale s join member m on m.account = s.account where m.code = 'M1'", 1),
        ("select count(*) from ledger_entry where kind = 'earn'", 1),
        ("select count(*) from audit where action = 'card.attached'", 2),
        ("select count(*) from quarantine", 0),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
    let points = hub.report_row(&["points"], "member", "M1")["balance"].as_str().unwrap().to_owned();
    assert_ne!(points, "0.00");
    hub.verify_ledger().exits(0);

    // What comes back takes its points along, whoever brings it.
    for line in ["1", "2"] {
        till.submit_on(&format!("/till/1/refund/{first}"), "/return", &[("line", line), ("quantity", "1")])
            .await;
    }
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "exact"), ("kind", "cash")]).await;
    hub.holds(3).await;
    till.has_sent_everything().await;
    assert_eq!(hub.report_row(&["points"], "member", "M1")["balance"], "0.00");
    hub.verify_ledger().exits(0);
}

async fn another_agents_receipt_gets_its_card(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let seller = Till::ready(&hub, &[("001", "1")]).await;
    let other = Till::ready(&hub, &[("002", "1")]).await;
    let sale = receipt_on(&seller.sell(1, "2000000000176").await);
    hub.holds(1).await;
    let screen = other.submit_on(&format!("/till/1/late/{sale}"), "/late", &[("card", ANA)]).await;
    assert!(screen.contains("Recibo sumado a la tarjeta de Ana M."), "{screen}");
    other.has_sent_everything().await;
    for (sql, wanted) in [
        ("select count(*) from late_card", 1),
        ("select count(*) from sale s join member m on m.account = s.account where m.code = 'M1'", 1),
        ("select count(*) from ledger_entry where kind = 'earn'", 1),
        ("select count(*) from quarantine", 0),
    ] {
        assert_eq!(hub.count(sql).await, wanted, "{sql}");
    }
    hub.verify_ledger().exits(0);
}
