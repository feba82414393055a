//! A network that does not come back: what waits at the till is carried to the hub as a file.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::{Hub, path_text};
use crate::world::till::Till;

on_both!(a_queue_on_a_stick_arrives_once);

const MILK: &str = "2000000000176";

async fn a_queue_on_a_stick_arrives_once(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1"), ("001", "2")]).await;
    hub.stop();
    till.shows("Sin conexión").await;
    till.enter(1, ANA).await;
    till.enter(1, MILK).await;
    till.pay(1).await;
    till.sell(2, MILK).await;

    // The agent goes on selling meanwhile.
    let stick = tempfile::tempdir().unwrap();
    let file = stick.path().join("centro.queue");
    let export = ["queue", "export", path_text(&file), "--json"];
    let said = till.cli(&export).exits(0).json();
    assert_eq!(said["tills"], 2, "{said}");
    till.cli(&export).exits(2);
    let whole = std::fs::read(&file).unwrap();

    let import = ["import", "queue", path_text(&file), "--json"];
    // Pulled out too early, and changed on the way: what is whole and signed goes in, the rest is said.
    std::fs::write(&file, &whole[..whole.len() - 9]).unwrap();
    assert!(hub.cli(&import).exits(6).stderr.contains("the file ends in the middle"));
    let changed = String::from_utf8(whole.clone()).unwrap().replace("\"net\":", "\"net\":1");
    std::fs::write(&file, changed).unwrap();
    let said = hub.cli(&import).exits(6).json();
    assert!(said["refused"].as_array().unwrap().iter().all(|run| run["code"] == "bad_signature"), "{said}");
    let dry = hub.cli(&[&import[..], &["--dry-run"]].concat()).exits(6).json();
    assert_eq!((&dry["refused"], &dry["new"]), (&said["refused"], &said["new"]), "{dry}");
    std::fs::write(&file, b"sku,name\n1,x\n").unwrap();
    hub.cli(&import).exits(4);

    std::fs::write(&file, &whole).unwrap();
    let dry = hub.cli(&[&import[..], &["--dry-run"]].concat()).exits(0).json();
    let said = hub.cli(&import).exits(0).json();
    assert!(said["new"].as_i64().unwrap() > 0 && said["new"] == dry["new"], "{dry} {said}");
    let again = hub.cli(&import).exits(0).json();
    assert_eq!(again["new"], 0, "{again}");
    assert_eq!(hub.count("select count(*) from sale").await, 2);
    hub.verify_ledger().exits(0);

    // The network comes back after all: the hub has it already, and what was sold since goes the usual way.
    till.sell(1, MILK).await;
    hub.serve();
    hub.holds(3).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(*) from sale where card is not null").await, 1);
    hub.verify_ledger().exits(0);

    // A till whose key was revoked is not let in by another door.
    let all = ["queue", "export", path_text(&file), "--all", "--force"];
    till.cli(&all).exits(0);
    hub.cli(&["till", "revoke", "--store", "001", "--till", "1"]).exits(0);
    let said = hub.cli(&import).exits(6).json();
    assert!(said["refused"].as_array().unwrap().iter().all(|run| run["code"] == "till_revoked"), "{said}");
    assert_eq!(said["new"], 0, "{said}");
}
