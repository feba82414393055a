//! Returns of what another agent sold.

use std::time::Duration;

use domain::ids::SaleId;
use domain::sale::{Sale, SaleDraft};
use domain::sync::{FoundReceipt, ReturnedLine};
use domain::{Money, Quantity};
use tokio::sync::watch;

use super::*;
use crate::ui::view::HubState;

/// A sale of another agent, of which one milk came back at a third.
async fn of_another(world: &World) -> FoundReceipt {
    let sold = world.post("/api/v1/sales", &sale(1)).await;
    let own: SaleId = sold.body["sale"].as_str().unwrap().parse().unwrap();
    let mut draft = SaleDraft::from(world.agent.store().sale(own).await.unwrap().unwrap());
    (draft.id, draft.store) = (SaleId::new(7, [7; 10]), "norte".parse().unwrap());
    let returned = ReturnedLine {
        line: 1,
        by_sale: SaleId::new(8, [8; 10]),
        by_line: 1,
        quantity: Quantity::ONE,
        paid: Money(4_200),
        moved: Quantity::ZERO,
    };
    FoundReceipt {
        sale: Sale::close(draft).unwrap(),
        store_name: "Norte".to_owned(),
        late_card: None,
        returned: vec![returned],
    }
}

fn by_id(seq: i64, receipt: &FoundReceipt, milks: &str) -> Value {
    let mut wanted = back(seq, &json!([{"line": 1, "qty": milks}]));
    wanted["original"] = json!({"sale": receipt.sale.id.to_string()});
    wanted
}

#[tokio::test]
async fn what_another_agent_sold_comes_back_once_the_hub_told_of_it() {
    let world = World::start().await;
    let receipt = of_another(&world).await;
    let away = world.post("/api/v1/returns", &by_id(2, &receipt, "1")).await;
    assert_eq!((away.code(), away.pointer()), ((503, "hub_away"), "/original"));

    let (stop, stopped) = watch::channel(false);
    let client = world.hub.client(&world.agent);
    let syncing = tokio::spawn(crate::sync::run(world.agent.clone(), client, stopped));
    while world.agent.link() != HubState::Online {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let unknown = world.post("/api/v1/returns", &by_id(2, &receipt, "1")).await;
    assert_eq!(unknown.code(), (404, "no_such_sale"));
    world.hub.set(|state| state.receipts.push(receipt.clone()));
    let more = world.post("/api/v1/returns", &by_id(2, &receipt, "3")).await;
    assert_eq!((more.code(), more.pointer()), ((422, "return_more_than_sold"), "/lines/0/qty"));
    let taken = world.post("/api/v1/returns", &by_id(2, &receipt, "2")).await;
    assert_eq!((taken.status, &taken.body["total"]), (201, &json!("-84.00")));

    // What was learned stays, and a repeat is answered as before.
    stop.send(true).unwrap();
    syncing.await.unwrap();
    let again = world.post("/api/v1/returns", &by_id(2, &receipt, "2")).await;
    assert_eq!((again.status, &again.body), (200, &taken.body));
}

/// Two returns at once and a search on the screen: each has its own answer. An own sale that is named by its number is asked
/// of too.
#[tokio::test]
async fn returns_at_once_do_not_throw_each_other_out() {
    let world = World::start().await;
    let receipt = of_another(&world).await;
    let (stop, stopped) = watch::channel(false);
    let client = world.hub.client(&world.agent);
    let syncing = tokio::spawn(crate::sync::run(world.agent.clone(), client, stopped));
    while world.agent.link() != HubState::Online {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let searched = SaleId::new(9, [9; 10]);
    world.hub.set(|state| state.receipts.push(receipt.clone()));
    let mut nobodys = by_id(3, &receipt, "1");
    nobodys["original"] = json!({"sale": SaleId::new(6, [6; 10]).to_string()});
    let known = by_id(2, &receipt, "1");
    let (known, nobodys, on_screen) = tokio::join!(
        world.post("/api/v1/returns", &known),
        world.post("/api/v1/returns", &nobodys),
        world.agent.ask_of_receipt(1, searched, Duration::from_secs(3)),
    );
    assert_eq!((known.status, &known.body["total"]), (201, &json!("-42.00")));
    assert_eq!(nobodys.code(), (404, "no_such_sale"));
    assert_eq!(on_screen.unwrap(), crate::till::ReceiptNews::Nobodys);

    // One milk of the own sale came back at another agent's till: two are left of three.
    let sold = world.post("/api/v1/sales", &sale(1)).await;
    let own: SaleId = sold.body["sale"].as_str().unwrap().parse().unwrap();
    let own = world.agent.store().sale(own).await.unwrap().unwrap();
    let returned = vec![ReturnedLine { by_sale: SaleId::new(5, [5; 10]), ..receipt.returned[0] }];
    world.hub.set(|state| state.receipts.push(FoundReceipt { sale: own, returned, ..receipt.clone() }));
    let more = world.post("/api/v1/returns", &back(4, &json!([{"line": 1, "qty": "3"}]))).await;
    assert_eq!((more.code(), more.pointer()), ((422, "return_more_than_sold"), "/lines/0/qty"));
    stop.send(true).unwrap();
    syncing.await.unwrap();
}
