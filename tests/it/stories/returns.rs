//! Goods that come back without a receipt, as the centre sees them.

use super::{chain_with_points, on_both};
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(goods_that_come_back_by_card_without_a_receipt_take_the_right_points_back);

const MILK: &str = "2000000000176";

/// Everything earns twice these days.
const DOUBLE: &str = "version = 3\nvalid_from = \"2026-04-02\"\ndecimals = 0\n\
    [base]\npoints = 100\nper = 100\n[[multipliers]]\nname = \"doble\"\nfactor = 100\n";

async fn balance(hub: &Hub) -> i64 {
    hub.count("select balance from account where balance > 0").await
}

/// Brings one milk without a receipt, under Ana's card.
async fn brings_a_milk(till: &Till) -> String {
    till.enter(1, ANA).await;
    till.submit_on("/till/1/refund", "/refund/unreceipted", &[("sku", "100"), ("quantity", "1")]).await
}

async fn goods_that_come_back_by_card_without_a_receipt_take_the_right_points_back(kind: Kind) {
    let hub = chain_with_points(kind).await;
    let rules = hub.write("double.toml", DOUBLE);
    hub.cli(&["programme", "set", path_text(&rules)]).exits(0);
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.shows("50.000 puntos").await;
    till.enter(1, MILK).await;
    till.pay(1).await;
    hub.holds(2).await;
    till.has_sent_everything().await;
    let earned = balance(&hub).await - 5_000_000;
    assert!(earned > 0 && earned % 200 == 0, "whole points, twice: {earned}");

    // Her purchase is found, also by an agent that was killed with the goods on the ticket.
    let screen = brings_a_milk(&till).await;
    assert!(screen.contains("Devuelto") && !screen.contains("reglas de la tienda"), "{screen}");
    till.kill9();
    till.run(&[]);
    till.submit_on("/till/1/pay", "/pay", &[("tendered", "exact"), ("kind", "cash")]).await;
    hub.holds(3).await;
    till.has_sent_everything().await;
    assert_eq!(balance(&hub).await, 5_000_000, "exactly what it earned");
    assert_eq!(hub.count("select count(*) from sale_line where origin_line = 1").await, 1);

    // She has no other: by the shop's rules it is credit, and takes back the base rate.
    let screen = brings_a_milk(&till).await;
    assert!(screen.contains("reglas de la tienda"), "{screen}");
    let pay = till.get("/till/1/pay").await;
    assert!(pay.contains("4.200 van a una tarjeta regalo"), "{pay}");
    let gift_card = [("tendered", "exact"), ("kind", "gift_card"), ("reference", "G-1")];
    till.submit_on("/till/1/pay", "/pay", &gift_card).await;
    hub.holds(4).await;
    till.has_sent_everything().await;
    assert_eq!(balance(&hub).await, 5_000_000 - earned / 2);
    assert_eq!(
        hub.count("select count(*) from tender where kind = 'gift_card' and amount = -420000").await,
        1
    );
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}
