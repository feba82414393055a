//! The one place that opens serial ports.

use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use firmware_config::{Flow, Frame, Line, Parity};

use super::frame::Framer;
use super::names::Names;
use super::reading::{IDLE, Plug};

/// A port, and how to open and read it.
#[derive(Debug, Clone)]
pub struct Port {
    pub path: PathBuf,
    pub line: Line,
    pub frame: Frame,
    pub names: Names,
}

/// An open line, to read and to write.
pub trait Wire: Read + Write + Send {}

impl<T: Read + Write + Send> Wire for T {}

impl Port {
    pub fn framer(&self) -> Framer {
        Framer::new(self.frame.clone(), self.line.flow == Flow::XonXoff)
    }

    /// Opens the line. A name that two equal devices share is refused: it may be the other one's.
    pub fn wire(&self) -> io::Result<Box<dyn Wire>> {
        self.names.sure(&self.path).map_err(io::Error::other)?;
        let Line { baud, data_bits, parity, stop_bits, flow, dtr } = self.line;
        let mut line = serialport::new(self.path.to_string_lossy(), baud)
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
            .timeout(self.idle())
            .open()?;
        if let Some(level) = dtr {
            // A line without that wire (a pseudo-terminal, some bridges) works all the same.
            let _ = line.write_data_terminal_ready(level);
        }
        Ok(Box::new(line))
    }

    /// A silence this long ends a read that nothing else ends.
    fn idle(&self) -> Duration {
        self.frame.idle_ms.map_or(IDLE, |ms| Duration::from_millis(ms.into()))
    }
}

impl Plug for Port {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(self.wire()?))
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
