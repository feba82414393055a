//! More tills at once than the hub can take: some are told to wait, the others' questions are answered meanwhile,
//! and in the end everything is there once.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::on_both;
use crate::world::databases::Kind;
use crate::world::files::ANA;
use crate::world::hub::Hub;
use crate::world::process::PATIENCE;
use crate::world::till::Till;

const COFFEE: &str = "2000000000312";
const MILK: &str = "2000000000176";
const BREAD: &str = "2000000000244";
const REFUSED: &str = "yapa_tills_refused_total{route=\"/sync/v1/push\",code=\"overloaded\"}";

on_both!(what_tills_send_waits_and_what_people_ask_does_not);

async fn what_tills_send_waits_and_what_people_ask_does_not(kind: Kind) {
    let narrow = ["--internal", "127.0.0.1:0", "--sync-at-once", "1", "--sync-waiting", "1"];
    let hub = Hub::with(kind, &narrow).await;
    hub.import_chain();
    let names = ["1", "2", "3", "4", "5", "6"];
    let till = Till::ready(&hub, &names.map(|till| ("001", till))).await;
    let staff = hub.token("admin");
    // Each has a session already, so what it sends from here on are pushes.
    for n in 1..=names.len() {
        till.sell(n, COFFEE).await;
    }
    till.has_sent_everything().await;
    hub.holds(6).await;

    let writer = hub.occupied().await;
    for n in 1..=names.len() {
        till.enter(n, ANA).await;
        till.sell(n, MILK).await;
        till.sell(n, BREAD).await;
    }
    let begun = Instant::now();
    // One is at work on a database that does not let it, one waits, four are sent away.
    loop {
        let read = hub.metrics().await;
        let load = ["working", "waiting"].map(|what| read[&format!("yapa_sync_{what}{{lane=\"push\"}}")]);
        assert!(load.iter().all(|&many| many <= 1), "{load:?}");
        if read.get(REFUSED).is_some_and(|&shed| shed >= 4) && load == [1, 1] {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "nobody is told to wait: {read:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    is_told_when_to_come_again(&hub).await;
    // A customer asks at a till, and staff open a page.
    let page = till.submit_on("/till/1/price", "/price", &[("text", MILK)]).await;
    assert!(page.contains("Aquí:"), "{page}");
    let http = reqwest::Client::new();
    let read = http.get(hub.page("/api/v1/members")).bearer_auth(staff).send().await.expect("it answers");
    assert_eq!(read.status(), 200);
    assert_eq!(hub.sales().await, 6, "nothing was let past the bound");

    drop(writer);
    till.has_sent_everything().await;
    hub.holds(18).await;
    assert_eq!(hub.count("select count(*) from event where kind = 'sale'").await, 18);
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

/// Who sends all of a large body before reading hears the answer, although nothing of it was looked at, its missing
/// signature neither.
async fn is_told_when_to_come_again(hub: &Hub) {
    const BODY: usize = 1_900_000;
    let mut request = format!("POST /sync/v1/push HTTP/1.1\r\nhost: hub\r\ncontent-length: {BODY}\r\n\r\n");
    request.extend(std::iter::repeat_n('x', BODY));
    let begun = Instant::now();
    loop {
        let mut line = TcpStream::connect(hub.listen).await.expect("it listens");
        for part in request.as_bytes().chunks(64 * 1024) {
            line.write_all(part).await.expect("it is not cut off");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut answer = vec![0; 4_096];
        let read = line.read(&mut answer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
        if answer.starts_with("http/1.1 503") {
            assert_eq!(answer.matches("\r\nretry-after: 2\r\n").count(), 1, "{answer}");
            assert_eq!(answer.matches("retry-after").count(), 1, "{answer}");
            assert!(answer.contains("\"code\":\"overloaded\""), "{answer}");
            return;
        }
        // Between two tills a place is free for a moment.
        assert!(answer.starts_with("http/1.1 401"), "{answer}");
        assert!(begun.elapsed() < PATIENCE, "never overloaded");
    }
}
