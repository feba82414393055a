//! A simulated device behind a pseudo-terminal, under a name that any program can open.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::cable::garble;
use super::reads::STREAM;
use super::{Device, Emit};
use crate::port::VirtualPort;

/// How long it listens before it asks whether to end.
const STEP: Duration = Duration::from_millis(20);
/// How long a plug is out that is put in again.
const OUT: Duration = Duration::from_millis(100);

/// Serves the device at `link` until `ends` is set, or until its plug is pulled for good. The name stands as
/// soon as `ready` is called.
pub fn serve(device: Device, link: &Path, ends: &AtomicBool, ready: impl FnOnce()) -> io::Result<Device> {
    serve_with(device, link, ends, ready, |_| vec![])
}

/// The same for a device that somebody holds things before: `hands` is asked again and again what it reads.
pub fn serve_with(
    mut device: Device,
    link: &Path,
    ends: &AtomicBool,
    ready: impl FnOnce(),
    mut hands: impl FnMut(&mut Device) -> Vec<Emit>,
) -> io::Result<Device> {
    let mut port = VirtualPort::open(link, STEP)?;
    ready();
    let (mut bytes, mut streamed) = ([0; 256], Instant::now());
    loop {
        let count = match port.read(&mut bytes) {
            Ok(count) => count,
            // What was sent before the end is still heard.
            Err(error) if error.kind() == ErrorKind::TimedOut && ends.load(Ordering::Relaxed) => {
                return Ok(device);
            }
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => 0,
            Err(error) => return Err(error),
        };
        let mut plug = hear(&mut device, &mut port, &bytes[..count], ends)?;
        if plug == Plug::In {
            let spoken_at = device.baud();
            let mut emits = hands(&mut device);
            if streamed.elapsed() >= STREAM {
                streamed = Instant::now();
                // Where nobody reads, old lines must not pile up.
                let has_room = port.unread()? == 0;
                let line = device.streams().filter(|_| has_room).map(<[u8]>::to_vec);
                emits.extend(line.map(Emit::Bytes));
            }
            plug = say(&device, &mut port, emits, spoken_at, ends)?;
        }
        if let Plug::Out { back } = plug {
            drop(port);
            device.power_cycle();
            if !back {
                return Ok(device);
            }
            std::thread::sleep(OUT);
            port = VirtualPort::open(link, STEP)?;
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Plug {
    In,
    Out { back: bool },
}

/// Lets the device hear bytes, at the speed at which the host has the port open, and says what it answers.
fn hear(device: &mut Device, port: &mut VirtualPort, bytes: &[u8], ends: &AtomicBool) -> io::Result<Plug> {
    for byte in bytes {
        let spoken_at = device.baud();
        let heard = if device.fits(port.speed()?, spoken_at) { *byte } else { garble(&[*byte])[0] };
        let emits = device.hear(heard);
        let plug = say(device, port, emits, spoken_at, ends)?;
        if plug != Plug::In {
            return Ok(plug);
        }
    }
    Ok(Plug::In)
}

fn say(
    device: &Device,
    port: &mut VirtualPort,
    emits: Vec<Emit>,
    spoken_at: u32,
    ends: &AtomicBool,
) -> io::Result<Plug> {
    for emit in emits {
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
