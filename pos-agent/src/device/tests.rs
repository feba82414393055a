//! Devices through to the basket: two equal scanners, a stripe, tags, a scale, garbage.

use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::Quantity;
use serialport::{SerialPort, TTYPort};

use super::scale::ScaleError;
use super::*;
use crate::settings::DeviceSetting;
use crate::testing::TestHub;
use crate::ui::view::Notice;

struct Shop {
    agent: Agent,
    stop: watch::Sender<bool>,
    running: tokio::task::JoinHandle<()>,
    folder: tempfile::TempDir,
}

/// A device under a name of ours.
fn plug(folder: &Path, name: &str) -> TTYPort {
    let (master, slave) = TTYPort::pair().unwrap();
    symlink(slave.name().unwrap(), folder.join(name)).unwrap();
    master
}

fn setting(folder: &Path, name: &str, till: i64, role: Role, profile: &str) -> DeviceSetting {
    let path = folder.join(name);
    DeviceSetting { role, profile: Some(profile.to_owned()), ..DeviceSetting::scanner(path, till) }
}

impl Shop {
    async fn with(folder: tempfile::TempDir, settings: Vec<DeviceSetting>) -> Self {
        let hub = TestHub::start().await;
        let agent = hub.agent(folder.path()).await;
        let devices = devices(&settings, Path::new("no such folder")).unwrap();
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(run(agent.clone(), devices, stopped));
        let shop = Self { agent, stop, running, folder };
        let all = settings.len();
        shop.until("every device is there", |shop| {
            let devices = shop.agent.devices();
            devices.len() == all && devices.iter().all(|device| device.state == DeviceState::Connected)
        })
        .await;
        shop
    }

    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..400 {
            if holds(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("never: {what}; tills say {:?} {:?}", self.said(1), self.said(2));
    }

    fn said(&self, till: i64) -> Option<Notice> {
        self.agent.desk(till).unwrap().notice()
    }

    async fn says(&self, till: i64, kind: NoticeKind) -> Notice {
        self.until(&format!("{kind:?}"), |shop| shop.said(till).is_some_and(|said| said.kind == kind)).await;
        self.said(till).unwrap()
    }

    async fn units(&self, till: i64) -> i64 {
        let basket = self.agent.basket(self.agent.desk(till).unwrap()).await.unwrap();
        basket.lines.iter().map(|line| line.quantity.0).sum()
    }

    async fn end(self) {
        self.stop.send_replace(true);
        self.running.await.unwrap();
        self.agent.store().close().await;
        drop(self.folder);
    }
}

const MILK: &[u8] = b"]E00416000336108\r";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_equal_scanners_scan_for_their_own_tills() {
    let folder = tempfile::tempdir().unwrap();
    let (mut left, mut right) = (plug(folder.path(), "left"), plug(folder.path(), "right"));
    let settings = vec![
        setting(folder.path(), "left", 1, Role::Scanner, "generic-serial"),
        DeviceSetting {
            lock_ms: 60_000,
            ..setting(folder.path(), "right", 2, Role::Scanner, "generic-serial")
        },
    ];
    let shop = Shop::with(folder, settings).await;
    for scanner in [&mut left, &mut right] {
        scanner.write_all(MILK).unwrap();
        scanner.write_all(MILK).unwrap();
    }
    shop.says(1, NoticeKind::ProductAdded).await;
    shop.says(2, NoticeKind::ProductAdded).await;
    // A card behind them: by then both have been taken, or not.
    for (till, scanner) in [(1, &mut left), (2, &mut right)] {
        scanner.write_all(b"2990000010421\r").unwrap();
        shop.says(till, NoticeKind::CardAttached).await;
    }
    assert_eq!((shop.units(1).await, shop.units(2).await), (2_000, 1_000), "the right one is locked");
    // One goes, the other stays.
    drop(left);
    shop.until("one is missing", |shop| {
        let missing = |device: &crate::ui::view::DeviceView| device.state == DeviceState::Missing;
        shop.agent.devices().iter().filter(|device| missing(device)).count() == 1
    })
    .await;
    let left = shop.folder.path().join("left");
    shop.agent.open_device_now(1, &left.display().to_string());
    let said = shop.says(1, NoticeKind::DeviceStillMissing).await;
    assert_eq!(said.about, "left");
    // One that is there is left alone, and so is another till's.
    let right_one = shop.folder.path().join("right").display().to_string();
    shop.agent.open_device_now(2, &right_one);
    shop.agent.open_device_now(2, &left.display().to_string());
    right.write_all(b"no such code\r").unwrap();
    shop.says(2, NoticeKind::CodeUnknown).await;
    shop.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stripes_tags_and_scales_keep_to_their_roles() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["stripe", "tags", "scale"];
    let [mut stripe, mut tags, mut scale] = names.map(|name| plug(folder.path(), name));
    let settings = vec![
        setting(folder.path(), "stripe", 1, Role::Stripe, "generic-stripe"),
        setting(folder.path(), "tags", 1, Role::Rfid, "rdm6300"),
        setting(folder.path(), "scale", 1, Role::Scale, "mettler-8217"),
    ];
    let shop = Shop::with(folder, settings).await;
    stripe
        .write_all(b"%B4111111111111111^PEREZ/ANA^2512101?;4111111111111111=25121011234500000000?9\r\n")
        .unwrap();
    assert_eq!(shop.says(1, NoticeKind::PaymentCardIgnored).await.about, "Visa");
    tokio::time::sleep(Duration::from_millis(300)).await;
    // Two tracks, each ended like a line, are one swipe.
    stripe.write_all(b"%A77?\r;2990000010421?\r\n").unwrap();
    shop.says(1, NoticeKind::CardAttached).await;
    // A bad tag is told, a good one read once however often it is sent.
    tags.write_all(b"\x02100026F44426\x03").unwrap();
    assert_eq!(shop.says(1, NoticeKind::Unreadable).await.about, "tag_checksum");
    for _ in 0..5 {
        tags.write_all(b"\x02010063E9AE25\x03").unwrap();
    }
    assert_eq!(shop.says(1, NoticeKind::CodeUnknown).await.about, "010063E9AE");
    // A sight of it that is damaged does not make it another one.
    tags.write_all(b"\x02010063E9AE26\x03\x02010063E9AE25\x03").unwrap();
    assert_eq!(shop.says(1, NoticeKind::Unreadable).await.about, "tag_checksum");
    let number = shop.said(1).unwrap().number;
    // What a scale sends unasked is no scan, however much it looks like one.
    scale.write_all(b"5901234123457\r\x02 1.250\r").unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(shop.said(1).unwrap().number, number, "nothing more was said");
    assert_eq!(shop.agent.weigh(1).await, Err(ScaleError::Timeout));
    assert_eq!(shop.agent.weigh(2).await, Err(ScaleError::NoScale));
    let weighing = shop.agent.clone();
    let weight = tokio::spawn(async move { weighing.weigh(1).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    scale.write_all(b"\x0200.735\r").unwrap();
    assert_eq!(weight.await.unwrap(), Ok(Quantity(735)));
    shop.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_is_told_and_never_scanned() {
    let folder = tempfile::tempdir().unwrap();
    let mut scanner = plug(folder.path(), "scanner");
    let settings = vec![setting(folder.path(), "scanner", 1, Role::Scanner, "generic-serial")];
    let shop = Shop::with(folder, settings).await;
    scanner.write_all(b"\xF8\x80\xE6\x1E\r\xFE1\r5901234123457\r").unwrap();
    shop.says(1, NoticeKind::GarbageRead).await;
    assert_eq!(shop.units(1).await, 0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    scanner.write_all(MILK).unwrap();
    shop.says(1, NoticeKind::ProductAdded).await;
    shop.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_is_told_what_to_send_when_it_is_plugged_in() {
    use firmware_config::setting::Setting;
    use firmware_config::{Registry, simulate};

    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scanner");
    let ends = Arc::new(AtomicBool::new(false));
    let (ready, is_ready) = std::sync::mpsc::channel();
    let (name, end) = (link.clone(), Arc::clone(&ends));
    let device = std::thread::spawn(move || {
        let registry = Registry::built_in().unwrap();
        let device = simulate::Device::new(registry.get("zebra-ssi-raw").unwrap(), 9_600, None).unwrap();
        simulate::pty::serve(device, &name, &end, || ready.send(()).unwrap()).unwrap()
    });
    is_ready.recv().unwrap();
    let told = DeviceSetting {
        prepare: true,
        ..setting(folder.path(), "scanner", 1, Role::Scanner, "zebra-ssi-raw")
    };
    let shop = Shop::with(folder, vec![told]).await;
    shop.end().await;
    ends.store(true, Ordering::Relaxed);
    let device = tokio::task::spawn_blocking(|| device.join().unwrap()).await.unwrap();
    let word = |setting| (device.memory().word(setting), device.memory().stored_word(setting));
    let (aim, off) = (Some("aim".to_owned()), Some("off".to_owned()));
    assert_eq!(word(Setting::CodeId), (aim, None), "until its power goes");
    assert_eq!(word(Setting::ParameterScanning), (off, None));
}

/// A simulated device whose reads come from here.
fn simulated(link: &Path, profile: &str) -> (std::sync::mpsc::Sender<&'static str>, Arc<AtomicBool>) {
    use firmware_config::{Registry, simulate};

    let (line, lines) = std::sync::mpsc::channel::<&'static str>();
    let (ready, is_ready) = std::sync::mpsc::channel();
    let ends = Arc::new(AtomicBool::new(false));
    let device =
        simulate::Device::new(Registry::built_in().unwrap().get(profile).unwrap(), 9_600, None).unwrap();
    let (link, end) = (link.to_owned(), Arc::clone(&ends));
    std::thread::spawn(move || {
        let hands = |device: &mut simulate::Device| {
            lines.try_recv().map_or_else(|_| vec![], |line| device.read(line).unwrap())
        };
        simulate::pty::serve_with(device, &link, &end, || ready.send(()).unwrap(), hands).unwrap();
    });
    is_ready.recv().unwrap();
    (line, ends)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_till_is_tried_with_devices_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let device = |name: &str, role, profile: &str| {
        (simulated(&folder.path().join(name), profile), setting(folder.path(), name, 1, role, profile))
    };
    let devices = [
        device("scanner", Role::Scanner, "zebra-ssi-raw"),
        device("tags", Role::Rfid, "rdm6300"),
        device("scale", Role::Scale, "mettler-8217"),
    ];
    let (hands, mut settings): (Vec<_>, Vec<_>) = devices.into_iter().unzip();
    // So it is told to send AIM ids, without which the till would have to guess.
    settings[0].prepare = true;
    let shop = Shop::with(folder, settings).await;
    let [scanner, tags, scale] = &hands[..] else { panic!("three devices") };
    scanner.0.send("5901234123457").unwrap();
    shop.says(1, NoticeKind::ProductAdded).await;
    assert_eq!(shop.units(1).await, 1_000);
    tags.0.send("010063E9AE").unwrap();
    shop.says(1, NoticeKind::CodeUnknown).await;
    for (shown, wanted) in [("0.735", Ok(Quantity(735))), ("moving", Err(ScaleError::Unstable))] {
        scale.0.send(shown).unwrap();
        let mut weighed = shop.agent.weigh(1).await;
        // It shows the next weight a moment after it was put there.
        for _ in 0..100 {
            if weighed == wanted {
                break;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
            weighed = shop.agent.weigh(1).await;
        }
        assert_eq!(weighed, wanted, "{shown}");
    }
    hands.iter().for_each(|(_, ends)| ends.store(true, Ordering::Relaxed));
    shop.end().await;
}

/// A simulated device that is held codes from here, and what it was told.
struct Listener {
    codes: std::sync::mpsc::Sender<&'static str>,
    heard: Arc<std::sync::Mutex<Vec<u8>>>,
    ends: Arc<AtomicBool>,
}

impl Listener {
    fn new(mut line: TTYPort, profile: &firmware_config::Profile) -> Self {
        use firmware_config::simulate::{Device, Emit};

        let mut device = Device::new(profile, 9_600, None).unwrap();
        let (codes, held) = std::sync::mpsc::channel::<&'static str>();
        let (heard, ends) = (Arc::<std::sync::Mutex<Vec<u8>>>::default(), Arc::new(AtomicBool::new(false)));
        let (told, end) = (Arc::clone(&heard), Arc::clone(&ends));
        std::thread::spawn(move || {
            line.set_timeout(Duration::from_millis(20)).unwrap();
            let mut byte = [0];
            while !end.load(Ordering::Relaxed) {
                let mut says = held.try_recv().map_or_else(|_| vec![], |code| device.read(code).unwrap());
                if std::io::Read::read(&mut line, &mut byte).is_ok_and(|count| count == 1) {
                    told.lock().unwrap().push(byte[0]);
                    says.extend(device.hear(byte[0]));
                }
                for emit in says {
                    let Emit::Bytes(bytes) = emit else { panic!("{emit:?} of a device without a fault") };
                    line.write_all(&bytes).unwrap();
                }
            }
        });
        Self { codes, heard, ends }
    }

    fn has_heard(&self, bytes: &[u8]) -> bool {
        *self.heard.lock().unwrap() == bytes
    }
}

/// Each dialect with a sound: a profile, and the bytes of a good and of a bad read.
const SOUNDS: [(&str, &[u8], &[u8]); 4] = [
    ("datalogic-powerscan", b"B", b"FE"),
    ("honeywell-rs232", b"\x16\x07\x0d", b""),
    ("opticon-serial", b"\x1bB\r", b"\x1bE\r"),
    ("zebra-ssi-raw", b"\x05\xe6\x04\x00\x00\xff\x11", b"\x05\xe6\x04\x00\x06\xff\x0b"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_sounds_like_what_became_of_its_read_and_its_answer_is_no_read() {
    use firmware_config::dialect::{Action, Dialect, Request};

    let registry = firmware_config::Registry::built_in().unwrap();
    let dialect = |profile| registry.get(profile).unwrap().programming.as_ref().unwrap().dialect;
    let with_a_sound: Vec<Dialect> = Dialect::ALL
        .iter()
        .copied()
        .filter(|dialect| dialect.speech().say(&Request::Act(Action::BeepGood)).is_ok())
        .collect();
    let mut tried = SOUNDS.map(|(profile, ..)| dialect(profile));
    tried.sort();
    assert_eq!(tried.as_slice(), with_a_sound, "a dialect that is not tried");
    for (profile, good, bad) in SOUNDS {
        let folder = tempfile::tempdir().unwrap();
        let reader = Listener::new(plug(folder.path(), "scanner"), registry.get(profile).unwrap());
        let beep = if bad.is_empty() { crate::settings::Beep::Good } else { crate::settings::Beep::Both };
        let loud = DeviceSetting { beep, ..setting(folder.path(), "scanner", 1, Role::Scanner, profile) };
        let shop = Shop::with(folder, vec![loud]).await;
        reader.codes.send("no such code").unwrap();
        shop.says(1, NoticeKind::CodeUnknown).await;
        shop.until(&format!("the bad sound of {profile}"), |_| reader.has_heard(bad)).await;
        reader.codes.send("5901234123457").unwrap();
        shop.says(1, NoticeKind::ProductAdded).await;
        let both = [bad, good].concat();
        shop.until(&format!("the good sound of {profile}"), |_| reader.has_heard(&both)).await;
        // What it answered is neither a read nor a part of the next one.
        reader.codes.send("other code").unwrap();
        assert_eq!(shop.says(1, NoticeKind::CodeUnknown).await.about, "other code", "{profile}");
        assert_eq!(shop.units(1).await, 1_000, "{profile}");
        reader.ends.store(true, Ordering::Relaxed);
        shop.end().await;
    }
}

#[test]
fn a_reader_that_cannot_be_told_is_refused_with_its_reason() {
    let build = |profile: &str, change: fn(&mut DeviceSetting)| {
        let mut setting = setting(Path::new("/dev"), "x", 1, Role::Scanner, profile);
        change(&mut setting);
        devices(&[setting], Path::new("no such folder")).unwrap_err().to_string()
    };
    let prepare = |profile| build(profile, |setting| setting.prepare = true);
    assert!(prepare("generic-serial").contains("has no dialect"));
    assert!(prepare("opticon-serial").contains("bytes for neither"), "{}", prepare("opticon-serial"));
    // What it would keep for good is not said at each plugging-in; the reader is read as it is.
    let registry = firmware_config::Registry::built_in().unwrap();
    let powerscan = registry.get("datalogic-powerscan").unwrap();
    let said = prepare::Preparation::new(powerscan).unwrap_err().to_string();
    assert!(said.contains("code_id = \"aim\" can only be stored") && said.contains("apply --yes"), "{said}");
    let mut setting = setting(Path::new("/dev"), "x", 1, Role::Scanner, "datalogic-powerscan");
    setting.prepare = true;
    assert_eq!(devices(&[setting], Path::new("no such folder")).unwrap().len(), 1);
    // What is told in part says which part is not.
    let missing = |profile| prepare::Preparation::new(registry.get(profile).unwrap()).unwrap().missing();
    assert_eq!((missing("gm65"), missing("zebra-ssi-raw")), ("parameter_scanning".to_owned(), String::new()));
    let said = build("honeywell-usb", |setting| setting.beep = crate::settings::Beep::Bad);
    assert!(said.contains("no bytes that make it sound a bad read as it is"), "{said}");
}
