//! Is there more of it, and where? Asked of the hub at the till, and honest while the hub is away.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::hub::Hub;
use crate::world::till::Till;

on_both!(who_asks_for_a_product_hears_where_it_is);

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
