//! The one place that opens serial ports. A thread reads each; unplugging is an ordinary event, never an
//! error that ends the reading.

use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use firmware_config::{Flow, Frame, Line, Parity};
use tokio::sync::mpsc;

use super::frame::{Framer, Read as Whole};

/// A port, and how to open and read it.
#[derive(Debug, Clone)]
pub struct Port {
    pub path: PathBuf,
    pub line: Line,
    pub frame: Frame,
}

impl Port {
    /// A silence this long ends a read that nothing else ends.
    fn idle(&self) -> Duration {
        self.frame.idle_ms.map_or(IDLE, |ms| Duration::from_millis(ms.into()))
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum PortEvent {
    Connected,
    Missing,
    Read(Whole),
}

const IDLE: Duration = Duration::from_millis(50);
const RETRY_FIRST: Duration = Duration::from_millis(250);
const RETRY_MOST: Duration = Duration::from_secs(5);
/// How quickly a waiting thread notices that it is to stop.
const STEP: Duration = Duration::from_millis(50);

/// Reads the port on a thread of its own until `stop` is set or nobody listens any more.
pub fn spawn(port: Port, events: mpsc::Sender<PortEvent>, stop: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut retry = RETRY_FIRST;
        let mut was_missing = false;
        while !stop.load(Ordering::Relaxed) {
            if let Ok(line) = open(&port) {
                was_missing = false;
                match read(line, &port, &events, &stop) {
                    // A port that opens and is gone at once must not be tried without pause.
                    Ended::AfterBytes => retry = RETRY_FIRST,
                    Ended::Silent => {}
                    Ended::NobodyListens => return,
                }
            }
            if !was_missing && events.blocking_send(PortEvent::Missing).is_err() {
                return;
            }
            was_missing = true;
            sleep(retry, &stop);
            retry = (retry * 2).min(RETRY_MOST);
        }
    })
}

fn open(port: &Port) -> serialport::Result<Box<dyn serialport::SerialPort>> {
    let Line { baud, data_bits, parity, stop_bits, flow } = port.line;
    serialport::new(port.path.to_string_lossy(), baud)
        .data_bits(if data_bits == 7 { serialport::DataBits::Seven } else { serialport::DataBits::Eight })
        .parity(match parity {
            Parity::None => serialport::Parity::None,
            Parity::Even => serialport::Parity::Even,
            Parity::Odd => serialport::Parity::Odd,
        })
        .stop_bits(if stop_bits == 2 { serialport::StopBits::Two } else { serialport::StopBits::One })
        .flow_control(match flow {
            Flow::None => serialport::FlowControl::None,
            Flow::Hardware => serialport::FlowControl::Hardware,
            Flow::XonXoff => serialport::FlowControl::Software,
        })
        .timeout(port.idle())
        .open()
}

enum Ended {
    AfterBytes,
    Silent,
    NobodyListens,
}

/// Reads until the port is gone. The port is dropped before it is opened again, or the system would give
/// the device another name; half a read goes with it.
fn read(
    mut line: Box<dyn serialport::SerialPort>,
    port: &Port,
    events: &mpsc::Sender<PortEvent>,
    stop: &AtomicBool,
) -> Ended {
    let mut framer = Framer::new(port.frame.clone(), port.line.flow == Flow::XonXoff);
    let mut bytes = zeroize::Zeroizing::new([0_u8; 512]);
    let mut has_read = false;
    let mut heard = Instant::now();
    if events.blocking_send(PortEvent::Connected).is_err() {
        return Ended::NobodyListens;
    }
    while !stop.load(Ordering::Relaxed) {
        let reads = match line.read(&mut bytes[..]) {
            // With no bytes and no time-out the other end is gone; asking again would only burn the CPU.
            Ok(0) => break,
            Ok(count) => {
                has_read = true;
                heard = Instant::now();
                framer.push(&bytes[..count])
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                framer.pause(heard.elapsed()).into_iter().collect()
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => vec![],
            // Broken pipe, EIO, ENXIO, ENODEV: all of them are a pulled plug.
            Err(_) => break,
        };
        for read in reads {
            if events.blocking_send(PortEvent::Read(read)).is_err() {
                return Ended::NobodyListens;
            }
        }
    }
    if has_read { Ended::AfterBytes } else { Ended::Silent }
}

/// A scanner's line as plain bytes in both directions, for the pass-through.
pub(crate) fn open_raw(port: &Port) -> io::Result<Box<dyn Wire>> {
    Ok(Box::new(Raw(open(port)?)))
}

/// Bytes in and out.
pub(crate) trait Wire: Read + Write + Send {}

struct Raw(Box<dyn serialport::SerialPort>);

impl Read for Raw {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Write for Raw {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Wire for Raw {}

/// A port that another program opens by a name of ours. Its far end stays open here too, so that the other
/// program may come and go.
pub(crate) struct VirtualPort {
    near: serialport::TTYPort,
    far: serialport::TTYPort,
    link: PathBuf,
}

impl VirtualPort {
    /// Makes the port and lets `link` point to it; a link that is left from before goes, a file does not.
    pub fn open(link: &Path, timeout: Duration) -> io::Result<Self> {
        use serialport::SerialPort;
        let (mut near, far) = serialport::TTYPort::pair()?;
        near.set_timeout(timeout)?;
        let name = far.name().ok_or_else(|| io::Error::other("the port has no name"))?;
        let mut fresh = link.as_os_str().to_owned();
        fresh.push(".new");
        match std::fs::symlink_metadata(link) {
            Ok(there) if !there.is_symlink() => {
                return Err(io::Error::new(ErrorKind::AlreadyExists, "there is a file that is no link"));
            }
            _ => {}
        }
        let _ = std::fs::remove_file(&fresh);
        std::os::unix::fs::symlink(name, &fresh)?;
        // In one step: who opens the name meanwhile finds the old port or the new one.
        std::fs::rename(&fresh, link)?;
        Ok(Self { near, far, link: link.to_owned() })
    }

    /// What the other program wrote; none within the time-out is `TimedOut`.
    pub fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.near.read(bytes)
    }

    /// Writes what there is room for; no room within the time-out is `TimedOut`.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.near.write(bytes)
    }

    /// Bytes that the other program has not read yet.
    pub fn unread(&self) -> io::Result<u32> {
        use serialport::SerialPort;
        Ok(self.far.bytes_to_read()?)
    }

    /// Forgets what the other program has not read.
    pub fn forget_unread(&self) -> io::Result<()> {
        use serialport::SerialPort;
        Ok(self.far.clear(serialport::ClearBuffer::Input)?)
    }
}

impl Drop for VirtualPort {
    fn drop(&mut self) {
        // A link left behind points nowhere; the next start replaces it.
        let _ = std::fs::remove_file(&self.link);
    }
}

fn sleep(time: Duration, stop: &AtomicBool) {
    let mut left = time;
    while !left.is_zero() && !stop.load(Ordering::Relaxed) {
        let step = left.min(STEP);
        thread::sleep(step);
        left -= step;
    }
}

#[cfg(test)]
mod tests {
    use serialport::{SerialPort, TTYPort};
    use zeroize::Zeroizing;

    use super::*;

    fn port(path: PathBuf) -> Port {
        let profile = firmware_config::Registry::built_in().unwrap().get("generic-serial").unwrap().clone();
        Port { path, line: profile.line.unwrap(), frame: profile.frame }
    }

    async fn next(events: &mut mpsc::Receiver<PortEvent>) -> PortEvent {
        tokio::time::timeout(Duration::from_secs(20), events.recv()).await.unwrap().unwrap()
    }

    fn frame(text: &str) -> PortEvent {
        PortEvent::Read(Whole::Whole(Zeroizing::new(text.as_bytes().to_vec())))
    }

    /// A device under a name of ours, as below `/dev/serial/by-id`.
    fn plug(link: &std::path::Path) -> TTYPort {
        let (master, slave) = TTYPort::pair().unwrap();
        let _ = std::fs::remove_file(link);
        std::os::unix::fs::symlink(slave.name().unwrap(), link).unwrap();
        master
    }

    #[tokio::test]
    async fn a_scanner_is_read_through_unplugging_and_plugging_in() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("scanner");
        let (send, mut events) = mpsc::channel(16);
        let stop = Arc::new(AtomicBool::new(false));
        let thread = spawn(port(link.clone()), send, Arc::clone(&stop));
        assert_eq!(next(&mut events).await, PortEvent::Missing);
        let mut scanner = plug(&link);
        assert_eq!(next(&mut events).await, PortEvent::Connected);
        scanner.write_all(b"841").unwrap();
        assert_eq!(next(&mut events).await, PortEvent::Read(Whole::Unended));
        scanner.write_all(b"84123456").unwrap();
        scanner.flush().unwrap();
        scanner.write_all(b"78905\r\n77").unwrap();
        assert_eq!(next(&mut events).await, frame("8412345678905"));
        drop(scanner);
        assert_eq!(next(&mut events).await, PortEvent::Missing);
        let mut scanner = plug(&link);
        assert_eq!(next(&mut events).await, PortEvent::Connected);
        scanner.write_all(b"5901234123457\r").unwrap();
        assert_eq!(next(&mut events).await, frame("5901234123457"), "half a read was not joined with it");
        stop.store(true, Ordering::Relaxed);
        tokio::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap();
    }
}
