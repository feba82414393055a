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
