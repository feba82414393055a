//! The one place that opens serial ports.

use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::profile::{Flow, Line, Parity};
use crate::round::{Lost, Wire};

/// An open line, to read and to write.
pub trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

/// Opens a line. A read that hears nothing for `timeout` is `TimedOut`.
pub fn open(path: &Path, line: &Line, timeout: Duration) -> io::Result<Box<dyn Stream>> {
    Ok(Box::new(open_native(path, line, timeout)?))
}

fn open_native(path: &Path, line: &Line, timeout: Duration) -> io::Result<Box<dyn serialport::SerialPort>> {
    let Line { baud, data_bits, parity, stop_bits, flow, dtr } = *line;
    let mut port = serialport::new(path.to_string_lossy(), baud)
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
        .timeout(timeout)
        .open()?;
    if let Some(level) = dtr {
        // A line without that wire (a pseudo-terminal, some bridges) works all the same.
        let _ = port.write_data_terminal_ready(level);
    }
    Ok(port)
}

/// A line as a round needs it.
pub struct PortWire {
    path: PathBuf,
    line: Line,
    port: Option<Box<dyn serialport::SerialPort>>,
    since: Instant,
}

impl std::fmt::Debug for PortWire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortWire").field("path", &self.path).field("line", &self.line).finish_non_exhaustive()
    }
}

/// Longest wait for room to write: no request of ours is longer than a line takes in that time.
const WRITE: Duration = Duration::from_secs(2);

impl PortWire {
    pub fn open(path: &Path, line: Line) -> io::Result<Self> {
        let port = open_native(path, &line, WRITE)?;
        Ok(Self { path: path.to_owned(), line, port: Some(port), since: Instant::now() })
    }

    fn port(&mut self) -> Result<&mut Box<dyn serialport::SerialPort>, Lost> {
        self.port.as_mut().ok_or_else(|| Lost("it is closed".to_owned()))
    }
}

fn lost(error: impl std::fmt::Display) -> Lost {
    Lost(error.to_string())
}

impl Wire for PortWire {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        let port = self.port()?;
        port.set_timeout(WRITE).map_err(lost)?;
        port.write_all(bytes).map_err(lost)
    }

    fn read(&mut self, within: Duration) -> Result<Vec<u8>, Lost> {
        let port = self.port()?;
        port.set_timeout(within).map_err(lost)?;
        let mut bytes = [0; 256];
        loop {
            return match port.read(&mut bytes) {
                // A line that ends is one that was pulled out.
                Ok(0) => Err(lost("it was unplugged")),
                Ok(count) => Ok(bytes[..count].to_vec()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
                    Ok(vec![])
                }
                Err(error) => Err(lost(error)),
            };
        }
    }

    fn reopen(&mut self, baud: u32) -> Result<(), Lost> {
        // First closed: while it is open a device that comes back gets another name.
        self.port = None;
        self.line.baud = baud;
        self.port = Some(open_native(&self.path, &self.line, WRITE).map_err(lost)?);
        Ok(())
    }

    fn pause(&mut self, time: Duration) {
        std::thread::sleep(time);
    }

    fn now(&self) -> Duration {
        self.since.elapsed()
    }
}

/// Opens a receipt printer's line: eight bits, no parity, hardware flow control, as printers leave the
/// factory. Reads and writes give up after `step`.
pub fn open_printer(
    path: &Path,
    baud: u32,
    step: Duration,
) -> io::Result<impl Read + Write + Send + 'static> {
    let builder = serialport::new(path.to_string_lossy(), baud).timeout(step);
    let line = match builder.clone().flow_control(serialport::FlowControl::Hardware).open() {
        // Adapters and pseudo-terminals without the extra wires refuse it.
        Err(_) => builder.open()?,
        Ok(line) => line,
    };
    Ok(line)
}

/// A port that another program opens by a name of ours. Its far end stays open here too, so that the other
/// program may come and go.
#[derive(Debug)]
pub struct VirtualPort {
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

    /// The speed at which the other program has the port open.
    pub fn speed(&self) -> io::Result<u32> {
        use serialport::SerialPort;
        Ok(self.far.baud_rate()?)
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
