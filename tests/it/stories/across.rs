//! Two agents of one chain: what one sold comes back at the other.

use domain::ids::SaleId;
use pos_agent::receipt::code::encode;

use super::{chain_with_points, on_both, receipt_on};
use crate::world::api::Api;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(
    a_receipt_comes_back_at_another_agent_and_takes_its_points_along,
    one_line_that_comes_back_twice_apart_is_seen_by_somebody,
);

const MILK: &str = "2000000000176";
const CASH: [(&str, &str); 2] = [("tendered", "exact"), ("kind", "cash")];

/// Takes one piece of a receipt back, for money.
async fn takes_one_back(till: &Till, sale: SaleId) {
    till.submit_on(&format!("/till/1/refund/{sale}"), "/return", &[("quantity", "1"), ("card", "true")])
        .await;
    till.submit_on("/till/1/pay", "/pay", &CASH).await;
}

fn balance(hub: &Hub) -> String {
    hub.report_row(&["points"], "member", "M1")["balance"].as_str().expect("a balance").to_owned()
}

async fn a_receipt_comes_back_at_another_agent_and_takes_its_points_along(kind: Kind) {
    let mut hub = chain_with_points(kind).await;
    let seller = Till::ready(&hub, &[("001", "1")]).await;
    let mut other = Till::ready(&hub, &[("002", "1")]).await;
    seller.enter(1, ANA).await;
    seller.enter(1, &format!("2*{MILK}")).await;
    let sale = receipt_on(&seller.pay(1).await);
    let code = encode(sale);
    hub.holds(2).await;
    seller.has_sent_everything().await;
    assert_ne!(balance(&hub), "50000.00", "it earned");

    // The scan does not wait for the hub; what it says comes by itself.
    other.enter(1, &code).await;
    other.shows("Recibo de otra caja").await;
    let page = other.get(&format!("/till/1/refund/{sale}")).await;
    assert!(page.contains("Centro · Caja 1") && page.contains("8.400"), "{page}");
    takes_one_back(&other, sale).await;
    hub.holds(3).await;
    other.has_sent_everything().await;

    // The till that sold it hears of that, and takes no more than what is left.
    let page = seller.get(&format!("/till/1/refund/{sale}")).await;
    assert!(page.contains("<td>1 / 2</td>"), "{page}");

    // Without the hub, by an agent that was killed: what was learned is still there, and says what it does not know.
    hub.stop();
    other.kill9();
    other.run(&[]);
    other.enter(1, &code).await;
    other.shows("Recibo de otra caja").await;
    let page = other.get(&format!("/till/1/refund/{sale}")).await;
    assert!(page.contains("El centro no responde") && page.contains("<td>1 / 2</td>"), "{page}");
    takes_one_back(&other, sale).await;
    let said = other.enter(1, &encode(SaleId::new(7, [7; 10]))).await;
    assert!(said.contains("el centro no responde"), "{said}");
    hub.serve();
    hub.holds(4).await;
    other.has_sent_everything().await;
    assert_eq!(balance(&hub), "50000.00", "all that it earned went back");
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

/// Both know the receipt, and neither hears of the other: no sale is refused, its points go once, and it stands on a page.
async fn one_line_that_comes_back_twice_apart_is_seen_by_somebody(kind: Kind) {
    let mut hub = chain_with_points(kind).await;
    let seller = Till::ready(&hub, &[("001", "1")]).await;
    let other = Till::ready(&hub, &[("002", "1")]).await;
    seller.enter(1, ANA).await;
    seller.enter(1, MILK).await;
    let sale = receipt_on(&seller.pay(1).await);
    hub.holds(2).await;
    seller.has_sent_everything().await;
    other.enter(1, &encode(sale)).await;
    other.shows("Recibo de otra caja").await;
    hub.stop();
    for till in [&seller, &other] {
        till.shows("Sin conexión").await;
        takes_one_back(till, sale).await;
    }
    hub.serve();
    hub.holds(4).await;
    seller.has_sent_everything().await;
    other.has_sent_everything().await;
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    let paid_out = "select cast(sum(amount) as bigint) from tender where kind = 'cash' and amount < 0";
    assert_eq!(hub.count(paid_out).await, -2 * 420_000, "both were paid, and both stand");
    assert_eq!(balance(&hub), "50000.00", "the points went once");
    hub.verify_ledger().exits(0);

    // Whoever looks after the stores sees it, with both tickets.
    let page = Api::of(&hub, "manager").open("/over-returned").await.text().await.expect("a page");
    for wanted in ["Leche entera 1 L", "Centro · 1", "Norte · 1"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    // From then on both tills know.
    for till in [&seller, &other] {
        let page = till.get(&format!("/till/1/refund/{sale}")).await;
        assert!(page.contains("<td>0 / 1</td>"), "{page}");
    }
}
