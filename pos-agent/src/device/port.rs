//! A device on a serial port.

use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use firmware_config::port;
pub(crate) use firmware_config::port::VirtualPort;
pub use firmware_config::port::{Stream as Wire, open_printer};
use firmware_config::{Flow, Frame, Line};

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

impl Port {
    pub fn framer(&self) -> Framer {
        Framer::new(self.frame.clone(), self.line.flow == Flow::XonXoff)
    }

    /// Opens the line. A name that two equal devices share is refused: it may be the other one's.
    pub fn wire(&self) -> io::Result<Box<dyn Wire>> {
        self.names.sure(&self.path).map_err(io::Error::other)?;
        port::open(&self.path, &self.line, self.idle())
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
