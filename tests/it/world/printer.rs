//! A receipt printer on a loopback port: it answers status requests and keeps what is sent to it.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::ports;
use super::process::PATIENCE;

#[derive(Debug)]
pub struct Printer {
    pub address: SocketAddr,
    jobs: Arc<Mutex<Vec<String>>>,
    /// False while it is unplugged: its address is kept, and nobody listens there.
    listening: Arc<AtomicBool>,
}

impl Printer {
    /// An address with nobody behind it yet.
    pub fn unplugged() -> Self {
        Self { address: ports::address(), jobs: Arc::default(), listening: Arc::default() }
    }

    pub fn plug_in(&self) {
        let listener = TcpListener::bind(self.address).expect("the port is still free");
        listener.set_nonblocking(true).expect("a listener");
        self.listening.store(true, Ordering::Relaxed);
        let (jobs, listening) = (Arc::clone(&self.jobs), Arc::clone(&self.listening));
        std::thread::spawn(move || {
            while listening.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => jobs.lock().unwrap().extend(conversation(stream, &listening)),
                    Err(_) => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        });
    }

    /// Whole jobs, with each byte as the character of its number.
    pub fn jobs(&self) -> Vec<String> {
        self.jobs.lock().unwrap().clone()
    }

    pub async fn has_printed(&self, wanted: usize) -> Vec<String> {
        let begun = Instant::now();
        while self.jobs().len() < wanted {
            assert!(begun.elapsed() < PATIENCE, "{} of {wanted} jobs were printed", self.jobs().len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.jobs()
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        self.listening.store(false, Ordering::Relaxed);
    }
}

/// All is well with it; what is no question is a job.
fn conversation(mut stream: TcpStream, listening: &AtomicBool) -> Option<String> {
    stream.set_nonblocking(false).expect("a stream");
    stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a stream");
    let (mut pending, mut job) = (vec![], String::new());
    while listening.load(Ordering::Relaxed) {
        let mut some = [0; 256];
        match stream.read(&mut some) {
            Ok(0) => break,
            Ok(count) => pending.extend_from_slice(&some[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
        loop {
            match pending.as_slice() {
                [0x10, 0x04, 1..=4, ..] => {
                    // The other end may be gone already.
                    let _ = stream.write_all(&[0x12]);
                    pending.drain(..3);
                }
                [] | [0x10] | [0x10, 0x04] => break,
                _ => job.push(char::from(pending.remove(0))),
            }
        }
    }
    (!job.is_empty()).then_some(job)
}
