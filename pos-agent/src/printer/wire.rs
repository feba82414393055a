//! Bytes to and from a printer over a serial line, a file or a TCP connection, each bounded in time. A
//! serial port is opened by `device/port.rs`, as all of them are.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use super::link::Address;
use crate::device::port;

/// A way to a printer. Reads and writes give up quickly with `WouldBlock` or `TimedOut`; the loops here
/// decide how long it is tried again.
pub trait Wire: Send {
    fn stream(&mut self) -> &mut dyn ReadWrite;

    /// Hands everything over, or says how much had left. `quiet` may pass without a byte taken.
    fn send(&mut self, bytes: &[u8], quiet: Duration) -> Result<(), (usize, io::Error)> {
        let stream = self.stream();
        let (mut sent, mut moved) = (0, Instant::now());
        while sent < bytes.len() {
            match stream.write(&bytes[sent..]) {
                Ok(0) => return Err((sent, ErrorKind::WriteZero.into())),
                Ok(count) => (sent, moved) = (sent + count, Instant::now()),
                Err(error) if is_pause(&error) && moved.elapsed() < quiet => pause(),
                Err(error) => return Err((sent, error)),
            }
        }
        // No flush: on a serial line it waits without end while the printer holds the line. What is left in
        // the system's buffer goes out all the same, also after the port is closed.
        Ok(())
    }

    /// The next byte that is wanted; others on the line are passed over. `None` after `time` without one.
    fn hear(&mut self, time: Duration, wanted: fn(u8) -> bool) -> io::Result<Option<u8>> {
        let (stream, asked, mut byte) = (self.stream(), Instant::now(), [0]);
        while asked.elapsed() < time {
            match stream.read(&mut byte) {
                Ok(0) => return Ok(None),
                Ok(_) if wanted(byte[0]) => return Ok(Some(byte[0])),
                Ok(_) => {}
                Err(error) if is_pause(&error) => pause(),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

pub trait ReadWrite: Read + Write + Send {}

impl<T: Read + Write + Send> ReadWrite for T {}

impl<T: ReadWrite> Wire for T {
    fn stream(&mut self) -> &mut dyn ReadWrite {
        self
    }
}

/// How long one read or write waits inside the system.
const STEP: Duration = Duration::from_millis(20);

fn pause() {
    std::thread::sleep(Duration::from_millis(5));
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// The way, and whether answers can come back on it.
pub fn open(address: &Address, time: Duration) -> io::Result<(Box<dyn Wire>, bool)> {
    match address {
        Address::Serial { path, baud } => Ok((Box::new(port::open_printer(path, *baud, STEP)?), true)),
        Address::Tcp { host, port } => Ok((Box::new(tcp(host, *port, time)?), true)),
        Address::File(path) => {
            let (file, both) = file(path)?;
            Ok((Box::new(file), both))
        }
    }
}

fn tcp(host: &str, port: u16, time: Duration) -> io::Result<TcpStream> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut last = io::Error::new(ErrorKind::NotFound, format!("{host} has no address"));
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, time) {
            Ok(stream) => {
                stream.set_read_timeout(Some(STEP))?;
                stream.set_write_timeout(Some(STEP))?;
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Linux' number of `O_NONBLOCK` on the machines that tills are (all but Alpha, MIPS, PA-RISC and SPARC):
/// a printer without paper must not hold the thread for ever.
const NONBLOCK: i32 = 0o4000;

/// Both ways where it is a device and the system allows it, else for writing alone. The file must be there:
/// a misspelt name must not become a file that swallows receipts.
fn file(path: &Path) -> io::Result<(File, bool)> {
    let mut options = File::options();
    options.append(true).custom_flags(NONBLOCK);
    if std::fs::metadata(path)?.file_type().is_char_device()
        && let Ok(both) = options.clone().read(true).open(path)
    {
        return Ok((both, true));
    }
    Ok((options.open(path)?, false))
}
