//! From the order to pay to the bytes at the receipt printer, which stands on a loopback port.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// `DLE EOT n`: the question how the printer is; it answers that all is well.
const QUESTION: [u8; 2] = [0x10, 0x04];
const WELL: [u8; 1] = [0x12];
/// `ESC @`: a receipt begins.
const START: [u8; 2] = [0x1B, b'@'];
/// `GS V`: the cut, the last thing of a receipt.
const CUT: [u8; 2] = [0x1D, b'V'];
const PATIENCE: Duration = Duration::from_secs(10);

/// When a receipt's first bytes and its cut had arrived.
pub struct Printed {
    pub first: Instant,
    pub cut: Instant,
}

pub struct Paper {
    pub address: SocketAddr,
    printed: Receiver<Printed>,
}

impl Paper {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, printed) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                take(stream.unwrap(), &sender);
            }
        });
        Self { address, printed }
    }

    pub fn next(&self) -> Printed {
        self.printed.recv_timeout(PATIENCE).expect("the receipt is printed")
    }
}

/// One connection: answers questions, notes when a receipt begins and ends.
fn take(mut stream: TcpStream, printed: &Sender<Printed>) {
    stream.set_nodelay(true).unwrap();
    let (mut pending, mut last, mut first) = (vec![], 0, None);
    let mut some = [0; 4_096];
    // The agent may break the line off: that ends the connection as well.
    while let Ok(count @ 1..) = stream.read(&mut some) {
        let now = Instant::now();
        pending.extend_from_slice(&some[..count]);
        while let Some(&byte) = pending.first() {
            if QUESTION.starts_with(&pending[..pending.len().min(2)]) {
                if pending.len() < 3 {
                    break;
                }
                pending.drain(..3);
                if stream.write_all(&WELL).is_err() {
                    return;
                }
                continue;
            }
            pending.remove(0);
            match [last, byte] {
                START => first = first.or(Some(now)),
                CUT => {
                    if let Some(first) = first.take() {
                        // Nobody waits for it once the figures are there.
                        let _ = printed.send(Printed { first, cut: now });
                    }
                }
                _ => {}
            }
            last = byte;
        }
    }
}
