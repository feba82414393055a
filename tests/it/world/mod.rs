//! Everything a story needs that is real: programs, databases, a scanner, a browser. Whatever a value here
//! starts, its drop stops.

pub mod api;
pub mod balancer;
pub mod browser;
pub mod databases;
pub mod fault;
pub mod files;
pub mod form;
pub mod hub;
pub mod keyboard;
pub mod ports;
pub mod printer;
pub mod process;
pub mod proxy;
pub mod pusher;
pub mod scanner;
pub mod till;
pub mod tls;

/// The HTTP client is built without a cryptography of its own; the first who needs one chooses it.
pub fn prepare_tls() {
    // An error means that another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
