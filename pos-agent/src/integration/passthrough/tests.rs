//! A scanner, the agent, and a till software that opens the agent's port, over two pairs of ptys.

use std::io::Write;

use firmware_config::{Frame, Registry, Suffix};
use serialport::{SerialPort, TTYPort};

use super::*;
use crate::testing::TestHub;

fn line() -> firmware_config::Line {
    Registry::built_in().unwrap().get("generic-serial").unwrap().line.unwrap()
}

fn told(frame: &Frame, chunks: &[&[u8]]) -> Vec<String> {
    let mut tee = Tee::new(frame.clone(), line());
    let pieces = chunks.iter().flat_map(|chunk| tee.push(chunk));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let say = |piece| match piece {
        Piece::Read { text: read, raw } => format!("{}|{}", text(&read), text(&raw)),
        Piece::Between(byte) => text(&[byte]),
        Piece::Dropped(why) => format!("{why:?}"),
    };
    pieces.map(say).collect()
}

#[test]
fn every_read_keeps_its_very_bytes() {
    let ending = |suffix| Frame { suffix, ..Frame::default() };
    let prefixed = Frame { prefix: b"#".to_vec(), ..ending(Suffix::CrLf) };
    let enclosed = Frame { stx: true, ..ending(Suffix::Etx) };
    let short = Frame { bytes_max: 4, ..ending(Suffix::Cr) };
    let endless = vec![b'1'; 20_000];
    let endless: [&[u8]; 2] = [&endless, b"\r12\r"];
    let cases: Vec<(Frame, &[&[u8]], Vec<&str>)> = vec![
        (ending(Suffix::CrLf), &[b"12\r", b"\n3", b"4\r\n"], vec!["12|12\r", "\n", "34|34\r", "\n"]),
        (ending(Suffix::Cr), &[b"\x0012\r"], vec!["12|\u{0}12\r"]),
        (prefixed, &[b"#12\r"], vec!["12|#12\r"]),
        (enclosed, &[b"\x0212\x03"], vec!["12|\u{2}12\u{3}"]),
        (short, &[b"12345\r12\r"], vec!["TooLong", "12|12\r"]),
        (ending(Suffix::Cr), &endless, vec!["TooLong", "12|12\r"]),
    ];
    for (frame, chunks, wanted) in cases {
        assert_eq!(told(&frame, chunks), wanted, "{frame:?}");
    }
}

/// A scanner under a name of ours, as below `/dev/serial/by-id`.
fn plug(link: &Path) -> TTYPort {
    let (master, slave) = TTYPort::pair().unwrap();
    let _ = std::fs::remove_file(link);
    std::os::unix::fs::symlink(slave.name().unwrap(), link).unwrap();
    master
}

/// The till software opens its port, once it is there.
async fn open_port(link: &Path) -> TTYPort {
    let path = link.display().to_string();
    for _ in 0..400 {
        if let Ok(port) = serialport::new(&path, 9_600).timeout(Duration::from_secs(10)).open_native() {
            return port;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the port is not there");
}

async fn expect(port: &mut TTYPort, wanted: &[u8]) {
    let (mut port_read, wanted_len) = (port.try_clone_native().unwrap(), wanted.len());
    port_read.set_timeout(Duration::from_secs(10)).unwrap();
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; wanted_len];
        port_read.read_exact(&mut bytes).map(|()| bytes)
    });
    let read = read.await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&read), String::from_utf8_lossy(wanted));
}

struct World {
    agent: Agent,
    folder: tempfile::TempDir,
    stop: watch::Sender<bool>,
    running: tokio::task::JoinHandle<()>,
}

impl World {
    async fn start(pass_cards: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start().await;
        let agent = hub.agent(folder.path()).await;
        let setting = PassthroughSetting {
            scanner: folder.path().join("scanner"),
            link: folder.path().join("till-port"),
            till: 1,
            profile: None,
            pass_cards,
        };
        let passed = passthroughs(&[setting], &folder.path().join("none")).unwrap();
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(run(agent.clone(), passed, stopped));
        Self { agent, folder, stop, running }
    }

    fn scanner(&self) -> TTYPort {
        plug(&self.folder.path().join("scanner"))
    }

    async fn port(&self) -> TTYPort {
        open_port(&self.folder.path().join("till-port")).await
    }

    async fn connected(&self, wanted: bool) {
        for _ in 0..800 {
            let devices = self.agent.devices();
            if devices.iter().any(|d| (d.state == DeviceState::Connected) == wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("never connected: {wanted}");
    }

    /// Waits until the till has said just this.
    async fn says(&self, wanted: &[NoticeKind]) {
        for _ in 0..400 {
            if self.said() == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("said {:?}, not {wanted:?}", self.said());
    }

    fn said(&self) -> Vec<NoticeKind> {
        let notices = self.agent.desk(1).unwrap().notices_after(0);
        notices.into_iter().map(|notice| notice.kind).collect()
    }

    async fn end(self) {
        self.stop.send_replace(true);
        tokio::time::timeout(Duration::from_secs(20), self.running).await.unwrap().unwrap();
        assert!(!self.folder.path().join("till-port").is_symlink(), "the link goes with the agent");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn barcodes_go_on_and_cards_stay() {
    let world = World::start(false).await;
    let mut scanner = world.scanner();
    let mut port = world.port().await;
    world.connected(true).await;
    // An article, a card with its CR LF, a payment card, an unknown code, noise of a wrong speed.
    scanner.write_all(b"]E00416000336108\r\n2990000010421\r\n4111111111111111\r\n").unwrap();
    scanner.write_all(b"no-such-code\r\n12\xFF34\r\n").unwrap();
    expect(&mut port, b"]E00416000336108\r\nno-such-code\r\n").await;
    world.says(&[NoticeKind::CardAttached, NoticeKind::PaymentCardIgnored, NoticeKind::GarbageRead]).await;
    assert!(world.agent.till(1).await.unwrap().lines.is_empty(), "articles are the till software's");
    port.write_all(b"\x07beep").unwrap();
    expect(&mut scanner, b"\x07beep").await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_may_be_passed_and_plugs_may_be_pulled() {
    let world = World::start(true).await;
    let mut scanner = world.scanner();
    let mut port = world.port().await;
    world.connected(true).await;
    scanner.write_all(b"2990000010421\r4111111111111111\r111\r").unwrap();
    expect(&mut port, b"2990000010421\r111\r").await;
    // The plug is pulled in the middle of a read; the till software goes away and comes back meanwhile.
    scanner.write_all(b"222").unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(scanner);
    drop(port);
    world.connected(false).await;
    let mut scanner = world.scanner();
    world.connected(true).await;
    let mut port = world.port().await;
    scanner.write_all(b"333\r").unwrap();
    expect(&mut port, b"333\r").await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_till_software_that_does_not_read_holds_nobody_up() {
    let world = World::start(false).await;
    let mut scanner = world.scanner();
    let mut port = world.port().await;
    world.connected(true).await;
    // Far more than the port and the queue hold, and a card behind it all.
    for n in 0..3_000 {
        scanner.write_all(format!("{n:06}\r").as_bytes()).unwrap();
    }
    scanner.write_all(b"2990000010421\r").unwrap();
    for _ in 0..400 {
        if world.said().contains(&NoticeKind::CardAttached) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(world.said().contains(&NoticeKind::CardAttached), "the card is seen while the port is full");
    // It reads again: what is left comes in order, the newest last.
    let text = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        let mut bytes = [0; 512];
        port.set_timeout(Duration::from_secs(10)).unwrap();
        while !text.ends_with("002999\r") {
            let count = port.read(&mut bytes).unwrap();
            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
        text
    });
    let text = text.await.unwrap();
    let numbers: Vec<u32> = text.split_terminator('\r').map(|number| number.parse().unwrap()).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    assert!(numbers.len() < 3_000, "what had no room was dropped: {} came", numbers.len());
    world.end().await;
}

#[test]
fn a_link_never_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("port");
    std::fs::write(&link, "precious").unwrap();
    assert!(VirtualPort::open(&link, STEP).is_err());
    assert_eq!(std::fs::read_to_string(&link).unwrap(), "precious");
}

#[test]
fn a_scanner_is_a_device_or_passed_through_and_not_both() {
    let folder = tempfile::tempdir().unwrap();
    let (port, name) = (folder.path().join("ttyACM0"), folder.path().join("by-id"));
    std::fs::write(&port, "").unwrap();
    std::os::unix::fs::symlink(&port, &name).unwrap();
    let setting = PassthroughSetting {
        scanner: port.clone(),
        link: folder.path().join("link"),
        till: 1,
        profile: None,
        pass_cards: false,
    };
    let none = folder.path().join("none");
    let other = PassthroughSetting { scanner: folder.path().join("ttyACM1"), ..setting.clone() };
    let refused = passthroughs(&[setting.clone(), other], &none).unwrap_err();
    assert!(matches!(refused, device::DeviceError::LinkTwice { .. }), "{refused}");
    let passed = passthroughs(&[setting], &none).unwrap();
    for (path, is_shared) in [(&port, true), (&name, true), (&folder.path().join("ttyACM1"), false)] {
        let devices = device::devices(&[DeviceSetting::scanner(path.clone(), 1)], &none).unwrap();
        let refused = apart(&passed, &devices).map_err(|error| error.to_string());
        assert_eq!(refused.is_err(), is_shared, "{}", path.display());
        assert!(refused.err().is_none_or(|said| said.contains("(device_shared)")));
    }
    let both = [DeviceSetting::scanner(port, 1), DeviceSetting::scanner(name, 1)];
    assert!(device::devices(&both, &none).unwrap_err().to_string().contains("declared twice"));
}
