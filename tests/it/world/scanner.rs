//! A serial scanner: the far end of a pseudo-terminal, found by the agent under a name that stays, as under
//! `/dev/serial/by-id`.

use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use serialport::{SerialPort, TTYPort};

#[derive(Debug)]
pub struct Scanner {
    pub path: PathBuf,
    // Both ends: with the far one closed the line would hang up before the agent opens it.
    ends: Option<(TTYPort, TTYPort)>,
}

impl Scanner {
    pub fn plugged_in(folder: &Path) -> Self {
        let mut scanner = Self { path: folder.join("usb-Generic_Scanner-if00"), ends: None };
        scanner.plug_in();
        scanner
    }

    pub fn plug_in(&mut self) {
        let (near, far) = TTYPort::pair().expect("a pseudo-terminal");
        // A program started by any test would inherit it, and the plug could never be pulled.
        for end in [near.as_raw_fd(), far.as_raw_fd()] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).expect("an open file");
        }
        symlink(far.name().expect("the far end has a path"), &self.path).expect("a free name");
        self.ends = Some((near, far));
    }

    /// The device and its name go away together, in the middle of whatever was read.
    pub fn unplug(&mut self) {
        std::fs::remove_file(&self.path).expect("it was plugged in");
        self.ends = None;
    }

    /// Sends a code and the carriage return that scanners end with.
    pub fn scan(&mut self, code: &str) {
        self.send(&format!("{code}\r"));
    }

    /// Sends no more than these characters, in chunks as a slow line delivers them.
    pub fn send(&mut self, text: &str) {
        let (near, _) = self.ends.as_mut().expect("it is plugged in");
        for chunk in text.as_bytes().chunks(5) {
            near.write_all(chunk).expect("the line takes bytes");
            std::thread::sleep(Duration::from_millis(3));
        }
    }
}
