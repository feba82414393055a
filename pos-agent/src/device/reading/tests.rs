use std::io::Write;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use firmware_config::{Layout, Registry};
use serialport::{SerialPort, TTYPort};
use zeroize::Zeroizing;

use super::*;
use crate::device::names::Names;
use crate::device::port::Port;
use crate::device::wedge::Typist;
use crate::device::wedge::keymap::ENTER;
use crate::device::wedge::tests::Recorder;

fn port(path: &Path, profile: &str) -> Port {
    let profile = Registry::built_in().unwrap().get(profile).unwrap().clone();
    Port::new(path, profile.line.unwrap(), profile.frame, Names::default())
}

async fn next(events: &mut mpsc::Receiver<DeviceEvent>) -> DeviceEvent {
    tokio::time::timeout(Duration::from_secs(20), events.recv()).await.unwrap().unwrap()
}

async fn read(events: &mut mpsc::Receiver<DeviceEvent>) -> Whole {
    match next(events).await {
        DeviceEvent::Read { read, .. } => read,
        other => panic!("{other:?}"),
    }
}

fn whole(text: &str) -> Whole {
    Whole::Whole(Zeroizing::new(text.as_bytes().to_vec()))
}

/// A device under a name of ours, as below `/dev/serial/by-id`.
fn plug(link: &Path) -> TTYPort {
    let (master, slave) = TTYPort::pair().unwrap();
    let _ = std::fs::remove_file(link);
    symlink(slave.name().unwrap(), link).unwrap();
    master
}

/// A reading thread, and what it needs to end.
struct Reading {
    events: mpsc::Receiver<DeviceEvent>,
    told: Arc<Told>,
    thread: thread::JoinHandle<()>,
}

impl Reading {
    fn of(plug: Arc<dyn Plug>, cut: Box<dyn Cut>) -> Self {
        let (send, events) = mpsc::channel(16);
        let told = Arc::new(Told::default());
        Self { events, thread: spawn(plug, cut, send, Arc::clone(&told)), told }
    }

    fn of_port(path: &Path, profile: &str) -> Self {
        let port = port(path, profile);
        let cut = Box::new(port.framer());
        Self::of(Arc::new(port), cut)
    }

    async fn end(self) {
        self.told.stop();
        drop(self.events);
        tokio::task::spawn_blocking(move || self.thread.join().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn a_scanner_is_read_through_unplugging_and_plugging_in() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scanner");
    let mut reading = Reading::of_port(&link, "generic-serial");
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Missing);
    let mut scanner = plug(&link);
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Connected);
    scanner.write_all(b"841").unwrap();
    assert_eq!(read(&mut reading.events).await, Whole::Unended);
    scanner.write_all(b"84123456").unwrap();
    scanner.flush().unwrap();
    scanner.write_all(b"78905\r\n77").unwrap();
    assert_eq!(read(&mut reading.events).await, whole("8412345678905"));
    drop(scanner);
    // The half read is told, dropped, and not joined with the next.
    assert_eq!(read(&mut reading.events).await, Whole::CutOff);
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Missing);
    let mut scanner = plug(&link);
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Connected);
    scanner.write_all(b"5901234123457\r").unwrap();
    assert_eq!(read(&mut reading.events).await, whole("5901234123457"));
    reading.end().await;
}

#[tokio::test]
async fn who_asks_for_a_device_that_is_away_hears_how_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scanner");
    let mut reading = Reading::of_port(&link, "generic-serial");
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Missing);
    // By itself it says so once, however often it tries.
    for _ in 0..3 {
        reading.told.open_now();
        assert_eq!(next(&mut reading.events).await, DeviceEvent::Missing);
    }
    let _scanner = plug(&link);
    reading.told.open_now();
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Connected);
    reading.end().await;
}

#[tokio::test]
async fn readers_that_end_with_silence_or_etx_are_read_over_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let (raw, tags) = (folder.path().join("raw"), folder.path().join("tags"));
    let (mut zebra, mut rdm6300) = (plug(&raw), plug(&tags));
    let mut raw = Reading::of_port(&raw, "zebra-ssi-raw");
    assert_eq!(next(&mut raw.events).await, DeviceEvent::Connected);
    zebra.write_all(b"59012341").unwrap();
    zebra.write_all(b"23457").unwrap();
    assert_eq!(read(&mut raw.events).await, whole("5901234123457"));
    raw.end().await;
    let mut tags = Reading::of_port(&tags, "rdm6300");
    assert_eq!(next(&mut tags.events).await, DeviceEvent::Connected);
    for chunk in [&b"\x02010063"[..], b"E9AE25\x03\x02"] {
        rdm6300.write_all(chunk).unwrap();
    }
    assert_eq!(read(&mut tags.events).await, whole("010063E9AE25"));
    tags.end().await;
}

/// A keyboard whose kernel is this test: records over a socket.
#[derive(Debug)]
struct Recorded(std::sync::Mutex<Vec<UnixStream>>);

impl Plug for Recorded {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let stream = self.0.lock().unwrap().pop().ok_or(ErrorKind::NotFound)?;
        stream.set_read_timeout(Some(IDLE))?;
        Ok(Box::new(stream))
    }
}

#[tokio::test]
async fn a_reader_that_types_is_read_and_may_be_pulled_out_in_the_middle() {
    let (first, second) = (UnixStream::pair().unwrap(), UnixStream::pair().unwrap());
    let plug = Recorded(std::sync::Mutex::new(vec![second.0, first.0]));
    let typist = Typist::new(Layout::Us, &firmware_config::Frame::default());
    let mut reading = Reading::of(Arc::new(plug), Box::new(typist));
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Connected);
    let mut typed = Recorder::new(Layout::Us, 4);
    typed.text("2990000010421").press(ENTER).text("590");
    let mut keys = first.1;
    keys.write_all(&typed.bytes).unwrap();
    assert_eq!(read(&mut reading.events).await, whole("2990000010421"));
    drop(keys);
    assert_eq!(read(&mut reading.events).await, Whole::CutOff);
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Missing);
    assert_eq!(next(&mut reading.events).await, DeviceEvent::Connected);
    let mut typed = Recorder::new(Layout::Us, 4);
    typed.text("5901234123457").press(ENTER);
    let mut keys = second.1;
    keys.write_all(&typed.bytes).unwrap();
    assert_eq!(read(&mut reading.events).await, whole("5901234123457"));
    reading.end().await;
}

#[test]
fn pauses_grow_to_five_seconds_and_shrink_once_bytes_came() {
    let mut retry = Retry::default();
    let pauses: Vec<u128> = (0..7).map(|_| retry.pause().as_millis()).collect();
    assert_eq!(pauses, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    retry.has_read();
    assert_eq!(retry.pause().as_millis(), 250);
}

#[test]
fn what_is_no_device_for_keys_is_not_opened() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for path in [file.path().to_owned(), PathBuf::from("/dev/input/event-none")] {
        let keys = crate::device::wedge::grab::Keys { path, names: Names::default() };
        assert!(keys.open().is_err());
    }
}
