//! A place to listen on loopback: the usual port, or the next one that is free.

use std::io;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;

/// So many ports after the usual one are tried.
const TRIES: u16 = 50;

/// Takes the first free port from `usual` on.
pub async fn listen(usual: u16) -> io::Result<TcpListener> {
    let mut port = usual;
    loop {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < usual.saturating_add(TRIES) => {
                port += 1;
            }
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_busy_port_is_left_to_who_has_it() {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let usual = first.local_addr().unwrap().port();
        let second = listen(usual).await.unwrap();
        let taken = second.local_addr().unwrap();
        assert!(taken.ip().is_loopback() && taken.port() > usual);
        drop(first);
        assert_eq!(listen(usual).await.unwrap().local_addr().unwrap().port(), usual);
    }
}
