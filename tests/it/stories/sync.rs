//! A bad line: replies that never arrive, requests that arrive twice, keys that were revoked.

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::{ANA, MEMBERS, PRODUCTS};
use crate::world::hub::Hub;
use crate::world::process::PATIENCE;
use crate::world::proxy::Proxy;
use crate::world::till::Till;

on_both!(
    a_line_that_comes_and_goes_costs_nothing,
    lost_replies_and_repeated_requests_make_no_second_sale,
    what_changes_at_the_hub_reaches_the_till,
);

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_put_back_from_a_copy_is_followed() {
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    hub.stop();
    let copy = hub.files();
    hub.serve();
    hub.import("products", &PRODUCTS.replace("Pan tajado", "Pan integral")).exits(0);
    till.learns("2000000000244", "Pan integral").await;
    till.sell(1, "2000000000176").await;
    hub.holds(1).await;
    hub.stop();
    hub.put_back(&copy);
    hub.serve();
    // What the till knew went back with the hub; what is changed there now is news, whatever its number.
    till.learns("2000000000244", "Pan tajado").await;
    hub.holds(1).await;
}

/// The till has sealed a log; the hub, put back, follows what a copy of the till went on to write in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_log_that_the_hub_has_otherwise_is_carried_on() {
    const SALES: &str = "select count(*) from event where kind = 'sale'";
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, "2000000000176").await;
    till.has_sent_everything().await;
    till.stop();
    let mut copy = till.copied();
    hub.stop();
    let before = hub.files();
    hub.serve();

    till.run(&[]);
    till.sell(1, "2000000000244").await;
    till.has_sent_everything().await;
    till.stop();
    wakes_on_another_machine(&till);
    till.run(&[]);
    till.has_sent_everything().await;
    till.stop();
    assert_eq!(hub.count("select count(*) from log").await, 2, "the first log is sealed");

    hub.stop();
    hub.put_back(&before);
    hub.serve();
    copy.run(&[]);
    copy.sell(1, "2000000000312").await;
    copy.has_sent_everything().await;
    copy.stop();
    assert_eq!(hub.count(SALES).await, 2);

    till.run(&[]);
    let begun = std::time::Instant::now();
    while hub.count(SALES).await < 3 {
        assert!(begun.elapsed() < PATIENCE, "the sale of the sealed log stays behind:\n{}", till.log());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // It goes on, too.
    till.sell(1, "2000000000176").await;
    till.has_sent_everything().await;
    assert_eq!(hub.count(SALES).await, 4);
    // Another start opens again, and carries nothing a second time.
    let places = hub.count("select count(*) from log_entry").await;
    till.stop();
    till.run(&[]);
    till.sell(1, "2000000000176").await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(*) from log_entry").await, places + 1);
    // The copy gave its sale the same number of a receipt: a person decides, and it is not lost.
    assert_eq!(
        hub.count("select count(*) from quarantine").await + hub.count("select count(*) from sale").await,
        5
    );
    hub.verify_ledger().exits(0);
}

/// What a till's note says of its machine is of another one.
fn wakes_on_another_machine(till: &Till) {
    for note in std::fs::read_dir(till.folder.path().join("anchors")).expect("there are notes").flatten() {
        let text = std::fs::read_to_string(note.path()).expect("it can be read");
        let mut anchor: serde_json::Value = serde_json::from_str(&text).expect("a note is JSON");
        anchor["machine"] = "another".into();
        std::fs::write(note.path(), anchor.to_string()).expect("it can be written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_does_not_come_back() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, "2000000000176").await;
    hub.holds(1).await;
    hub.cli(&["till", "revoke", "--store", "001", "--till", "1"]).exits(0);
    till.sell(1, "2000000000244").await;
    till.stop();
    let code = hub.cli(&["till", "code", "--store", "001", "--till", "1", "--json"]).exits(0).json();
    let code = code["code"].as_str().unwrap().to_owned();
    till.cli(&["enrol", "--hub", &hub.address(), "--code", &code]).exits(0);
    let keys = std::fs::read_dir(till.folder.path().join("keys")).unwrap();
    assert_eq!(keys.count(), 2, "the new one, and the old one put away");
    till.run(&[]);
    hub.holds(2).await;
}

async fn lost_replies_and_repeated_requests_make_no_second_sale(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let line = Proxy::before(hub.listen).await;
    let mut till = Till::enrolled_at(&hub, &format!("http://{}", line.address), &[("001", "1")]);
    till.run(&[]);
    till.knows_the_catalogue().await;
    line.lose_replies(2);
    line.send_twice(3);
    till.enter(1, ANA).await;
    for _ in 0..5 {
        till.sell(1, "2000000000312").await;
    }
    let begun = std::time::Instant::now();
    while !line.is_spent() {
        assert!(begun.elapsed() < PATIENCE * 2, "only {} pushes came", line.pushes_seen());
        till.sell(1, "2000000000176").await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    till.has_sent_everything().await;
    let sold = till.status()["sales"].as_i64().expect("the till counts its sales");
    hub.holds(sold).await;
    assert_eq!(hub.count("select count(*) from sale where account is not null").await, 1);
    hub.verify_ledger().exits(0);
}

async fn what_changes_at_the_hub_reaches_the_till(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    hub.import("products", &PRODUCTS.replace("Pan tajado", "Pan integral")).exits(0);
    hub.import("members", &MEMBERS.replace("Ana,Morales", "Anita,Morales")).exits(0);
    till.learns("2000000000244", "Pan integral").await;
    till.enter(1, ANA).await;
    till.shows("Anita M.").await;
}

/// A cable with a loose contact: what is under way when the line goes is neither lost nor there twice.
async fn a_line_that_comes_and_goes_costs_nothing(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let line = Proxy::before(hub.listen).await;
    let mut till = Till::enrolled_at(&hub, &format!("http://{}", line.address), &[("001", "1")]);
    till.run(&[]);
    till.knows_the_catalogue().await;
    let mut sold = 0;
    for turn in 0..24 {
        line.cut(turn % 2 == 0);
        till.sell(1, "2000000000176").await;
        sold += 1;
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    line.cut(false);
    till.has_sent_everything().await;
    hub.holds(sold).await;
}
