//! Goods that the catalogue has no price of, as the till sells them and the centre sees them.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(what_has_no_price_is_sold_at_the_one_that_is_keyed);

/// A valid EAN-13 that no file names.
const STRANGER: &str = "2000000009995";
const LOOSE: &str = "2000000005003";

const PRODUCTS: &str = "sku,barcode,name,line,category,price,cost,tax_rate,supplier,sold_by,open_price\n\
    500,2000000005003,Pan suelto,Panadería,Alimentos,0,0,5,Bimbo,unit,yes\n";

async fn what_has_no_price_is_sold_at_the_one_that_is_keyed(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let products = hub.write("loose.csv", PRODUCTS);
    hub.cli(&["import", "products", path_text(&products)]).exits(0);
    let mut till = Till::enrolled(&hub, &[("001", "1")]);
    till.dress = vec![("POS_AGENT__OPEN_PRICE__TAX_RATE", "1900".to_owned())];
    till.run(&[]);
    till.knows_the_catalogue().await;
    till.has_sent_everything().await;
    till.says_on("/till/1/search?text=Pan%20suelto", "value=\"500\"").await;
    till.enter(1, ANA).await;
    till.shows("Ana M.").await;

    // The cashier is led on to the price of the bread; the stranger waits meanwhile.
    till.enter(1, STRANGER).await;
    let page = till.enter(1, LOOSE).await;
    assert!(page.contains("id=\"open-price-title\"") && page.contains("Pan suelto"), "{page}");
    let screen = till.screen().await;
    assert!(
        screen.contains("Código desconocido") && screen.contains("Falta el precio: Pan suelto"),
        "{screen}"
    );
    let links: Vec<&str> = screen.split("href=\"/till/1/open-price/").skip(1).collect();
    let number = |at: usize| links[at].split('"').next().unwrap();
    let path = |at: usize| format!("/till/1/open-price/{}", number(at));
    till.submit_on(&path(1), "/open-price", &[("price", "1.050")]).await;
    let named = [("price", "2.380"), ("name", "Queso de la casa"), ("department", "Lácteos")];
    till.submit_on(&path(0), "/open-price", &named).await;

    // Killed with both on the ticket, it goes on where it was.
    till.kill9();
    till.run(&[]);
    let screen = till.shows("Queso de la casa").await;
    assert!(screen.contains(STRANGER) && screen.contains("3.430"), "{screen}");
    let receipt = till.pay(1).await;
    assert!(receipt.contains("Queso de la casa") && receipt.contains(STRANGER), "{receipt}");
    hub.holds(1).await;
    till.has_sent_everything().await;
    assert_eq!(
        hub.count(
            "select count(*) from sale_line where sku = '2000000009995' and net = 200000 and tax = 38000"
        )
        .await,
        1,
        "19 % of the shop"
    );
    assert_eq!(
        hub.count(
            "select count(*) from sale_line where product_line = 'Lácteos' and name = 'Queso de la casa'"
        )
        .await,
        1
    );
    assert_eq!(
        hub.count("select count(*) from sale_line where sku = '500' and net = 100000 and tax = 5000").await,
        1,
        "5 % of its own"
    );
    assert_eq!(hub.count("select cast(sum(points) as bigint) from ledger_entry").await, 300_000);
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}
