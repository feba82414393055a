//! The whole agent in this process: serves, scans, sends, ends when told.

use std::io::Write;

use serialport::{SerialPort, TTYPort};

use super::*;
use crate::settings::DeviceSetting;
use crate::status::Status;
use crate::sync::client::Neighbour;
use crate::testing::TestHub;

async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..400 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_becomes_a_line_and_the_agent_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    agent.store().close().await;
    drop(agent);
    let (mut scanner, slave) = TTYPort::pair().unwrap();
    let path = slave.name().unwrap();
    drop(slave);
    let settings = Settings {
        data: folder.path().to_owned(),
        device: vec![DeviceSetting::scanner(path, 2)],
        ..Settings::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(run(settings, listener, stopped, || ()));
    let beside = Neighbour::new(&address.to_string()).unwrap();
    eventually("the scanner is connected and the hub is heard", async || {
        let status: Status = beside.get("/api/v1/status").await.ok()?;
        (status.hub.state == "online" && status.devices.iter().any(|d| d.connected)).then_some(())
    })
    .await;
    assert_eq!(running_address(folder.path()), Some(address.to_string()));
    scanner.write_all(b"]E00416000336108\r").unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    eventually("the scanned product is on the page", async || {
        let page = http.get(format!("http://{address}/till/2")).send().await.ok()?.text().await.ok()?;
        page.contains("Product milk").then_some(())
    })
    .await;
    // A page that listens for news must not keep the agent from ending.
    let listening = http.get(format!("http://{address}/till/2/events")).send().await.unwrap();
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(20), running).await.unwrap().unwrap().unwrap();
    drop(listening);
    assert_eq!(running_address(folder.path()), None);
    Store::open(folder.path()).await.unwrap();
}

#[tokio::test]
async fn only_loopback_is_served() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let (_stop, stopped) = watch::channel(false);
    let error = run(Settings::default(), listener, stopped, || ()).await.unwrap_err();
    assert!(matches!(error, RunError::NotLoopback(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_companion_reads_its_folder_and_shares_its_scanner() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    hub.agent(folder.path()).await.store().close().await;
    let (mut scanner, slave) = TTYPort::pair().unwrap();
    let (spool, link) = (folder.path().join("spool"), folder.path().join("scanner"));
    let mut settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
    settings.integration.poslog_dir = Some(spool.clone());
    settings.passthrough = vec![crate::integration::setting::PassthroughSetting {
        scanner: slave.name().unwrap().into(),
        link: link.clone(),
        till: 1,
        profile: None,
        pass_cards: false,
    }];
    drop(slave);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(run(settings, listener, stopped, || ()));
    let mut port = eventually("the till software's port is there", async || {
        serialport::new(link.to_string_lossy(), 9_600).timeout(Duration::from_secs(10)).open_native().ok()
    })
    .await;
    let beside = Neighbour::new(&address.to_string()).unwrap();
    eventually("the scanner is connected", async || {
        let status: Status = beside.get("/api/v1/status").await.ok()?;
        status.devices.iter().any(|d| d.connected).then_some(())
    })
    .await;
    scanner.write_all(b"2990000010421\r416000336108\r").unwrap();
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = [0; 13];
        std::io::Read::read_exact(&mut port, &mut bytes).map(|()| bytes)
    });
    assert_eq!(&read.await.unwrap().unwrap(), b"416000336108\r");
    let events: serde_json::Value = beside.get("/api/v1/tills/1/events").await.unwrap();
    assert_eq!(events[0]["card"]["member"]["greeting"], "Ana M.");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/poslog/sale-2.2.xml");
    std::fs::copy(sample, spool.join("day.xml")).unwrap();
    eventually("the file is done", async || spool.join("done/day.xml").exists().then_some(())).await;
    let status: Status = beside.get("/api/v1/status").await.unwrap();
    assert_eq!(status.sales, 3);
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(20), running).await.unwrap().unwrap().unwrap();
}
