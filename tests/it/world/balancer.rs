//! A load balancer: new connections go in turn to the hubs that say that they are ready.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How often it asks; far less than the grace of the hubs behind it.
const EVERY: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct Balancer {
    pub address: SocketAddr,
    ready: Arc<Mutex<Vec<SocketAddr>>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Balancer {
    pub async fn before(hubs: &[SocketAddr]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let ready = Arc::new(Mutex::new(hubs.to_vec()));
        let asking = tokio::spawn(ask(hubs.to_vec(), Arc::clone(&ready)));
        let taking = tokio::spawn(take(listener, Arc::clone(&ready)));
        Self { address, ready, tasks: vec![asking, taking] }
    }

    pub fn sends_to(&self, hub: SocketAddr) -> bool {
        self.ready.lock().unwrap().contains(&hub)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn ask(hubs: Vec<SocketAddr>, ready: Arc<Mutex<Vec<SocketAddr>>>) {
    // A connection that is kept would not see that nobody listens any more.
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    loop {
        let mut now = vec![];
        for hub in &hubs {
            let answer = http.get(format!("http://{hub}/readyz")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                now.push(*hub);
            }
        }
        *ready.lock().unwrap() = now;
        tokio::time::sleep(EVERY).await;
    }
}

async fn take(listener: TcpListener, ready: Arc<Mutex<Vec<SocketAddr>>>) {
    let turn = AtomicUsize::new(0);
    while let Ok((mut asker, _)) = listener.accept().await {
        let hub = {
            let ready = ready.lock().unwrap();
            ready.get(turn.fetch_add(1, Ordering::Relaxed) % ready.len().max(1)).copied()
        };
        // With no hub, or one that does not answer, the asker sees a connection that breaks.
        let Some(hub) = hub else { continue };
        tokio::spawn(async move {
            if let Ok(mut hub) = TcpStream::connect(hub).await {
                let _ = copy_bidirectional(&mut asker, &mut hub).await;
            }
        });
    }
}
