//! What the machine itself takes for a scan: bytes over loopback, one small durable write, bytes back.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::measure::timed;

/// A page of SQLite's log with its header: the least that a commit writes.
const PAGE: usize = 4_096 + 24;

pub struct Floor(TcpStream);

impl Floor {
    /// Starts the other side; it ends when this value is dropped.
    pub fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut file = File::options().create(true).append(true).open(folder.join("floor")).unwrap();
        std::thread::spawn(move || {
            let (mut peer, _) = listener.accept().unwrap();
            peer.set_nodelay(true).unwrap();
            let mut code = [0; 14];
            while peer.read_exact(&mut code).is_ok() {
                file.write_all(&[0; PAGE]).unwrap();
                file.sync_data().unwrap();
                peer.write_all(&code).unwrap();
            }
        });
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    pub fn once(&mut self) -> Duration {
        let code = *b"2000000000176\r";
        let mut back = [0; 14];
        let ((), time) = timed(|| {
            self.0.write_all(&code).unwrap();
            self.0.read_exact(&mut back).unwrap();
        });
        assert_eq!(back, code);
        time
    }
}
