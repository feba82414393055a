//! A printer on a loopback port that answers status requests and can be as difficult as real ones.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Debug, Default, Clone, Copy)]
pub struct Condition {
    pub paper_out: bool,
    pub cover_open: bool,
    /// Takes bytes and says nothing.
    pub silent: bool,
    /// Pulls its own plug after so many bytes of the next job.
    pub dies_after: Option<usize>,
}

#[derive(Default)]
struct Shared {
    condition: Mutex<Condition>,
    jobs: Mutex<Vec<String>>,
    broken_off: AtomicUsize,
    unplugged: AtomicBool,
    over: AtomicBool,
}

pub struct TestPrinter {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl TestPrinter {
    pub fn start() -> Self {
        let shared = Arc::default();
        Self { address: listen("127.0.0.1:0".parse().unwrap(), &shared), shared }
    }

    pub fn connection(&self) -> String {
        format!("tcp:{}", self.address)
    }

    pub fn says(&self, change: impl FnOnce(&mut Condition)) {
        change(&mut self.shared.condition.lock().unwrap());
    }

    /// Whole jobs, with each byte as the character of its number.
    pub fn jobs(&self) -> Vec<String> {
        self.shared.jobs.lock().unwrap().clone()
    }

    pub fn broken_off(&self) -> usize {
        self.shared.broken_off.load(Ordering::Relaxed)
    }

    /// From now on nobody listens at its address.
    pub fn unplug(&self) {
        self.shared.unplugged.store(true, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(60));
    }

    pub fn plug_in(&self) {
        self.shared.unplugged.store(false, Ordering::Relaxed);
        listen(self.address, &self.shared);
    }
}

impl Drop for TestPrinter {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
    }
}

fn listen(address: SocketAddr, shared: &Arc<Shared>) -> SocketAddr {
    let listener = TcpListener::bind(address).unwrap();
    listener.set_nonblocking(true).unwrap();
    let (address, shared) = (listener.local_addr().unwrap(), Arc::clone(shared));
    std::thread::spawn(move || {
        while !shared.over.load(Ordering::Relaxed) && !shared.unplugged.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _)) => serve(stream, &shared),
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    });
    address
}

/// One conversation: questions are answered at once, everything else is a job.
fn serve(mut stream: TcpStream, shared: &Shared) {
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let (mut pending, mut job) = (vec![], vec![]);
    while !shared.over.load(Ordering::Relaxed) {
        let mut some = [0; 64];
        match stream.read(&mut some) {
            Ok(0) => break,
            Ok(count) => pending.extend_from_slice(&some[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
        let condition = *shared.condition.lock().unwrap();
        while let [first, rest @ ..] = pending.as_slice() {
            match (first, rest) {
                (16, [4, n, ..]) => {
                    if !condition.silent {
                        let _ = stream.write_all(&[answer(condition, *n)]);
                    }
                    pending.drain(..3);
                }
                (16, [] | [4]) => break,
                _ => job.push(pending.remove(0)),
            }
        }
        if condition.dies_after.is_some_and(|most| job.len() > most) {
            shared.condition.lock().unwrap().dies_after = None;
            shared.broken_off.fetch_add(1, Ordering::Relaxed);
            return;
        }
    }
    if !job.is_empty() {
        shared.jobs.lock().unwrap().push(text(&job));
    }
}

fn answer(condition: Condition, n: u8) -> u8 {
    let Condition { paper_out, cover_open, .. } = condition;
    let bit = |is: bool, at: u8| u8::from(is) << at;
    0b0001_0010
        | match n {
            1 => bit(paper_out || cover_open, 3),
            2 => bit(cover_open, 2) | bit(paper_out, 5),
            4 => bit(paper_out, 5) | bit(paper_out, 6),
            _ => 0,
        }
}

pub fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
