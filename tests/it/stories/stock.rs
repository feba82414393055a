//! Is there more of it, and where? Asked of the hub at the till, and honest while the hub is away.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(who_asks_for_a_product_hears_where_it_is, what_runs_low_is_said_on_its_row);

async fn who_asks_for_a_product_hears_where_it_is(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    hub.import("stock", "store,sku,on_hand,reorder_point,reorder_qty,lead_days\n002,100,31,0,0,0\n").exits(0);
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, "2000000000176").await;
    hub.holds(1).await;
    let asked = async |code: &str| till.submit_on("/till/1/price", "/price", &[("text", code)]).await;
    let page = asked("2000000000176").await;
    for wanted in ["Aquí:", ">49<", "Norte", ">31<"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let page = asked("2000000000312").await;
    assert!(page.contains("Nadie lleva la cuenta"), "{page}");
    hub.kill9();
    till.shows("Sin conexión").await;
    let page = asked("2000000000176").await;
    assert!(page.contains("no se sabe") && page.contains("4.200"), "the price is known all the same: {page}");
}

/// Six are there and five are the minimum: the first sale makes them few, and the till says so alone too.
async fn what_runs_low_is_said_on_its_row(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    hub.import(
        "stock",
        "store,sku,on_hand,reorder_point,reorder_qty,lead_days\n001,100,6,5,0,0\n002,100,0,5,0,0\n",
    )
    .exits(0);
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, "2000000000176").await;
    till.enter(1, "2000000000176").await;
    till.shows("Quedan pocas").await;
    hub.kill9();
    till.shows("Sin conexión").await;
    let page = till.screen().await;
    assert!(page.contains("Quedan pocas") && !page.contains("Sin existencias"), "{page}");
    hub.serve();
    for _ in 0..4 {
        till.enter(1, "2000000000176").await;
    }
    till.pay(1).await;
    till.enter(1, "2000000000176").await;
    till.shows("Sin existencias").await;
    assert_eq!(
        hub.count("select count(*) from stock_state where store = '001' and state = 'out'").await,
        1,
        "sold all the same"
    );
}
