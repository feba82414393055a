//! Who stands at the till: from the hub's command to the shift that the hub lists.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(a_cashier_logs_in_sells_and_closes_her_shift);

async fn a_cashier_logs_in_sells_and_closes_her_shift(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let pin = hub.write("pin.txt", "123456\n");
    let add =
        ["cashier", "add", "marta", "--name", "Marta R.", "--store", "001", "--pin-file", path_text(&pin)];
    hub.cli(&add).exits(0);
    let listed = hub.cli(&["cashier", "list", "--json"]).exits(0).json();
    assert_eq!((&listed[0]["code"], &listed[0]["pin"]), (&"marta".into(), &true.into()), "{listed}");
    assert!(!listed.to_string().contains("argon2"), "no hash leaves by a list");

    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.shows("Marta R.").await;
    till.submit(1, "/login", &[("who", "marta"), ("pin", "123456")]).await;
    till.shows("marta").await;
    till.submit_on("/till/1/shift", "/shift/open", &[("float", "50.000")]).await;
    let receipt = till.sell(1, "2000000000176").await;
    assert!(receipt.contains("marta"), "{receipt}");
    let z = till.submit_on("/till/1/shift", "/shift/close", &[("total", "54.000")]).await;
    assert!(z.contains("Informe Z 1"), "{z}");

    hub.holds(1).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(*) from till_shift where opened_by = 'marta'").await, 1);
    // 50,000 and one milk at 4,200 are expected; 54,000 were counted.
    assert_eq!(hub.count("select expected - counted from till_shift where number = 1").await, 20_000);
    assert_eq!(hub.count("select count(*) from sale where cashier = 'marta'").await, 1);

    hub.cli(&["cashier", "remove", "marta"]).exits(0);
    hub.cli(&["cashier", "remove", "marta"]).exits(3);
    hub.verify_ledger().exits(0);
}
