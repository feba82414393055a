//! Opens an input device and holds it alone. Reading it is done elsewhere.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::device::names::Names;
use crate::device::reading::{IDLE, Plug};

/// A reader that types, by its file below `/dev/input`.
#[derive(Debug)]
pub struct Keys {
    pub path: PathBuf,
    pub names: Names,
}

impl Plug for Keys {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        self.names.sure(&self.path).map_err(io::Error::other)?;
        let file = File::open(&self.path)?;
        // A copy of the handle: what holds the device holds it for both, until both are closed.
        let mut device = evdev::Device::from_fd(file.try_clone()?.into())?;
        device.grab()?;
        Ok(Box::new(Held { file, _device: device }))
    }
}

#[derive(Debug)]
struct Held {
    file: File,
    _device: evdev::Device,
}

impl Read for Held {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let wait = Timespec::try_from(IDLE).map_err(io::Error::other)?;
        let ready = poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&wait))?;
        if ready == 0 {
            return Err(ErrorKind::TimedOut.into());
        }
        self.file.read(room)
    }
}
