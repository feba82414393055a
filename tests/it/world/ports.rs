//! Addresses for what is stopped and started again on the same one.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that the system gives to connections: one of those could go to another test's connection while nobody
/// listens on it.
const FIRST: u16 = 18_000;
const COUNT: u16 = 10_000;

static GIVEN: AtomicU16 = AtomicU16::new(0);

/// An address of this machine that nobody has, each given once. Processes of tests that run side by side begin apart.
pub fn address() -> SocketAddr {
    let begin = u16::try_from(std::process::id() % u32::from(COUNT)).expect("less than the count");
    for _ in 0..COUNT {
        let offset = begin.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = FIRST + offset;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        // Of a machine without IPv6, nothing is asked.
        let taken = TcpListener::bind((Ipv6Addr::LOCALHOST, port))
            .is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse);
        if free && !taken {
            return SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        }
    }
    panic!("every port from {FIRST} on is taken");
}
