//! Reads one device on a thread of its own. Unplugging is an ordinary event, never an error that ends the
//! reading.

use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::frame::{Cut, Read as Whole};

/// How a device is opened. What it gives answers `TimedOut` or `WouldBlock` after a short silence, so that
/// pauses are seen.
pub trait Plug: Send + Sync + fmt::Debug {
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;
}

#[derive(Debug, PartialEq, Eq)]
pub enum DeviceEvent {
    Connected,
    Missing,
    Read { read: Whole, at: Instant },
}

/// A silence after which readers of ours ask whether anything is to be done.
pub const IDLE: Duration = Duration::from_millis(50);
const RETRY_FIRST: Duration = Duration::from_millis(250);
const RETRY_MOST: Duration = Duration::from_secs(5);

/// The pauses between attempts to open: longer each time, short again once bytes came in.
#[derive(Debug)]
pub struct Retry(Duration);

impl Default for Retry {
    fn default() -> Self {
        Self(RETRY_FIRST)
    }
}

impl Retry {
    pub fn has_read(&mut self) {
        self.0 = RETRY_FIRST;
    }

    /// The pause before the next attempt.
    pub fn pause(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(RETRY_MOST);
        pause
    }
}

/// Whether a failed read only means that nothing came in.
pub fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

/// What the thread that holds a device is told from outside.
#[derive(Debug, Default)]
pub struct Told {
    stop: AtomicBool,
    open: AtomicBool,
}

impl Told {
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub fn is_to_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Opens a device that is away now instead of when the pause is over, and says how that ended.
    pub fn open_now(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    /// Whether that was asked for since it was looked at last.
    pub fn takes_open(&self) -> bool {
        self.open.swap(false, Ordering::Relaxed)
    }
}

/// Reads until it is told to stop or nobody listens any more.
pub fn spawn(
    plug: Arc<dyn Plug>,
    mut cut: Box<dyn Cut>,
    events: mpsc::Sender<DeviceEvent>,
    told: Arc<Told>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut retry = Retry::default();
        let mut is_news = true;
        while !told.is_to_stop() {
            if let Ok(line) = plug.open() {
                is_news = true;
                told.takes_open();
                match read(line, cut.as_mut(), &events, &told) {
                    // A port that opens and is gone at once must not be tried without pause.
                    Ended::AfterBytes => retry.has_read(),
                    Ended::Silent => {}
                    Ended::NobodyListens => return,
                }
                let cut_off = cut.unplug().map(|read| DeviceEvent::Read { read, at: Instant::now() });
                if cut_off.is_some_and(|event| events.blocking_send(event).is_err()) {
                    return;
                }
            }
            if is_news && events.blocking_send(DeviceEvent::Missing).is_err() {
                return;
            }
            is_news = sleep(retry.pause(), &told);
        }
    })
}

enum Ended {
    AfterBytes,
    Silent,
    NobodyListens,
}

/// Reads until the device is gone. It is dropped before it is opened again, or the system would give it
/// another name; half a read goes with it.
fn read(
    mut line: Box<dyn Read + Send>,
    cut: &mut dyn Cut,
    events: &mpsc::Sender<DeviceEvent>,
    told: &Told,
) -> Ended {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 512]);
    let mut has_read = false;
    let mut heard = Instant::now();
    if events.blocking_send(DeviceEvent::Connected).is_err() {
        return Ended::NobodyListens;
    }
    while !told.is_to_stop() {
        let reads = match line.read(&mut bytes[..]) {
            // With no bytes and no time-out the other end is gone; asking again would only burn the CPU.
            Ok(0) => break,
            Ok(count) => {
                has_read = true;
                heard = Instant::now();
                cut.push(&bytes[..count])
            }
            Err(error) if is_silence(&error) => cut.pause(heard.elapsed()).into_iter().collect(),
            Err(error) if error.kind() == ErrorKind::Interrupted => vec![],
            // Broken pipe, EIO, ENXIO, ENODEV: all of them are a pulled plug.
            Err(_) => break,
        };
        for read in reads {
            if events.blocking_send(DeviceEvent::Read { read, at: heard }).is_err() {
                return Ended::NobodyListens;
            }
        }
    }
    if has_read { Ended::AfterBytes } else { Ended::Silent }
}

/// Whether it was cut short by somebody who wants the device opened now.
fn sleep(time: Duration, told: &Told) -> bool {
    let mut left = time;
    while !left.is_zero() && !told.is_to_stop() {
        if told.takes_open() {
            return true;
        }
        // A waiting thread notices soon that it is to do something.
        let step = left.min(IDLE);
        thread::sleep(step);
        left -= step;
    }
    false
}

#[cfg(test)]
mod tests;
