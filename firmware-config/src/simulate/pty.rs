//! A simulated device behind a pseudo-terminal, under a name that any program can open.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::cable::garble;
use super::{Device, Emit};
use crate::port::VirtualPort;

/// How long it listens before it asks whether to end.
const STEP: Duration = Duration::from_millis(20);
/// How long a plug is out that is put in again.
const OUT: Duration = Duration::from_millis(100);

/// Serves the device at `link` until `ends` is set, or until its plug is pulled for good. The name stands as
/// soon as `ready` is called.
pub fn serve(mut device: Device, link: &Path, ends: &AtomicBool, ready: impl FnOnce()) -> io::Result<Device> {
    let mut port = VirtualPort::open(link, STEP)?;
    ready();
    let mut bytes = [0; 256];
    loop {
        let count = match port.read(&mut bytes) {
            Ok(count) => count,
            // What was sent before the end is still heard.
            Err(error) if error.kind() == ErrorKind::TimedOut && ends.load(Ordering::Relaxed) => {
                return Ok(device);
            }
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => continue,
            Err(error) => return Err(error),
        };
        for byte in &bytes[..count] {
            match say(&mut device, &mut port, *byte, ends)? {
                Plug::In => {}
                Plug::Out { back } => {
                    drop(port);
                    device.power_cycle();
                    if !back {
                        return Ok(device);
                    }
                    std::thread::sleep(OUT);
                    port = VirtualPort::open(link, STEP)?;
                    break;
                }
            }
        }
    }
}

enum Plug {
    In,
    Out { back: bool },
}

/// Lets the device hear one byte, at the speed at which the host has the port open, and says what it answers.
fn say(device: &mut Device, port: &mut VirtualPort, byte: u8, ends: &AtomicBool) -> io::Result<Plug> {
    let spoken_at = device.baud();
    let heard = if device.fits(port.speed()?, spoken_at) { byte } else { garble(&[byte])[0] };
    for emit in device.hear(heard) {
        match emit {
            Emit::Bytes(bytes) => {
                let bytes = if device.fits(spoken_at, port.speed()?) { bytes } else { garble(&bytes) };
                write_all(port, &bytes, ends)?;
            }
            Emit::Pause(time) => std::thread::sleep(time),
            Emit::Unplug(back) => return Ok(Plug::Out { back }),
        }
    }
    Ok(Plug::In)
}

/// Nobody may be reading: what finds no room is lost once it is time to end.
fn write_all(port: &mut VirtualPort, mut bytes: &[u8], ends: &AtomicBool) -> io::Result<()> {
    while !bytes.is_empty() && !ends.load(Ordering::Relaxed) {
        match port.write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
