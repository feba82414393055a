use super::*;
use crate::registry::Registry;

fn device(id: &str, fault: Option<&str>) -> Device {
    let registry = Registry::built_in().unwrap();
    let fault = fault.map(|fault| fault.parse().unwrap());
    Device::new(registry.get(id).unwrap(), 9_600, fault).unwrap()
}

/// What comes out for these bytes, as text.
fn told(device: &mut Device, bytes: &[u8]) -> String {
    let emits: Vec<Emit> = bytes.iter().flat_map(|byte| device.hear(*byte)).collect();
    let bytes =
        emits.into_iter().filter_map(|emit| if let Emit::Bytes(bytes) = emit { Some(bytes) } else { None });
    bytes.flatten().map(|byte| char::from(byte).escape_default().to_string()).collect()
}

#[test]
fn a_device_keeps_what_is_stored_when_the_power_goes() {
    let mut device = device("honeywell-rs232", None);
    for (sent, wanted) in [
        (b"\x16M\rCBRENA?.".as_slice(), "CBRENA7\\u{6}."),
        (b"\x16M\rcbrena1!", "CBRENA1\\u{6}!"),
        (b"\x16M\rOCRENA0.", "OCRENA0\\u{6}."),
        (b"\x16M\rCBRENA?.", "CBRENA1\\u{6}."),
        (b"\x16M\rCBRENA9!", "CBRENA9\\u{15}!"),
        (b"\x16M\rXYZABC.", "XYZABC\\u{5}."),
        (b"\x16T\r", ""),
    ] {
        assert_eq!(told(&mut device, sent), wanted);
    }
    assert_eq!(device.memory().stored_word(Setting::Codabar), None);
    device.power_cycle();
    assert_eq!(told(&mut device, b"\x16M\rCBRENA?."), "CBRENA7\\u{6}.");
    assert_eq!(told(&mut device, b"\x16M\rOCRENA?."), "OCRENA0\\u{6}.");
    assert_eq!(told(&mut device, b"\x16M\r232BAD9!"), "232BAD9\\u{6}!");
    assert_eq!(device.baud(), 115_200);
    device.power_cycle();
    assert_eq!(device.baud(), 9_600);
}

/// As the manual writes commands of these modules: with `AB CD` where their checksums stand.
#[test]
fn a_module_obeys_the_published_bytes_without_a_checksum() {
    let mut device = device("gm65", None);
    let done = "\\u{2}\\u{0}\\u{0}\\u{1}\\u{0}31";
    for (sent, wanted) in [
        ("7E 00 08 01 00 02 01 AB CD", done),
        ("7E 00 08 01 00 D0 80 AB CD", done),
        ("7E 00 08 01 00 2C 02 AB CD", done),
        ("7E 00 08 01 00 D0 80 AB CE", ""),
    ] {
        assert_eq!(told(&mut device, &crate::dialect::hex_phrase(&sent.replace(' ', "")).unwrap()), wanted);
    }
    let word = |setting| device.memory().word(setting);
    assert_eq!(
        (word(Setting::CodeId).as_deref(), word(Setting::AllCodes).as_deref()),
        (Some("aim"), Some("on"))
    );
}

/// What each says that it is, and what a round makes of it.
#[test]
fn each_says_what_it_is() {
    for (id, wanted) in [
        ("honeywell-usb", Some("REVINFSIMULATED1")),
        ("newland-hr", Some("QRYSYSSIMULATED1")),
        ("zebra-ssi-raw", Some("SIMULATED1")),
        ("datalogic-powerscan", Some("MSIMULATED1")),
        ("opticon-serial", None),
        ("gm65", None),
    ] {
        let registry = Registry::built_in().unwrap();
        let profile = registry.get(id).unwrap();
        let mut cable = Cable::new(device(id, None), 9_600);
        let said = crate::round::revision(&mut cable, &crate::round::Device::new(profile).unwrap()).unwrap();
        assert_eq!(said.as_deref(), wanted, "{id}");
    }
}

#[test]
fn defaults_undo_what_was_stored() {
    let mut device = device("zebra-ssi-raw", None);
    let speech = Dialect::Ssi.speech();
    let say = |request| speech.say(&request).unwrap();
    told(&mut device, &say(crate::dialect::Request::Write("2D01", Storage::Stored)));
    assert_eq!(device.memory().stored_word(Setting::CodeId).as_deref(), Some("aim"));
    told(&mut device, &say(crate::dialect::Request::Act(crate::dialect::Action::Defaults)));
    assert_eq!(device.memory().stored_word(Setting::CodeId), None);
    let mut legacy = self::device("metrologic-legacy", None);
    let defaults =
        Dialect::Metrologic.speech().say(&crate::dialect::Request::Act(crate::dialect::Action::Defaults));
    assert_eq!(told(&mut legacy, &defaults.unwrap()), "\\u{6}\\u{6}\\u{6}");
    assert_eq!(told(&mut legacy, b"\x02123\x03"), "\\u{15}");
}

#[test]
fn what_it_is_told_changes_how_it_sends_a_read() {
    let mut device = device("zebra-ssi-raw", None);
    let sent = |device: &mut Device| match &device.read("5901234123457").unwrap()[..] {
        [Emit::Bytes(bytes)] => crate::dialect::hex(bytes),
        other => panic!("{other:?}"),
    };
    let plain = sent(&mut device);
    for (told_to, wanted) in
        [("07C60400FFEE01FD41", "12F300000B35393031323334313233343537FC52"), ("04C80400FF30", &plain)]
    {
        told(&mut device, &crate::dialect::hex_phrase(told_to).unwrap());
        assert_eq!(sent(&mut device), wanted, "{told_to}");
    }
}

/// What Honeywell's packets are is in no source of ours.
#[test]
fn packets_of_others_are_not_made_up() {
    let mut device = device("honeywell-usb", None);
    told(&mut device, b"\x16M\rDECHDR1.");
    assert_eq!(device.read("5901234123457"), Err(BadRead::Packets));
}

#[test]
fn a_fault_comes_when_it_was_ordered() {
    for (fault, wanted) in [
        ("nak", "CBRENA\\u{15}."),
        ("nak@0", "CBRENA\\u{15}."),
        ("nak@1", "CBRENA7\\u{6}."),
        ("enq", "CBRENA\\u{5}."),
        ("reply-lost", ""),
        ("duplicate", "CBRENA7\\u{6}.CBRENA7\\u{6}."),
        ("split", "CBRENA7\\u{6}."),
        ("unplug", "CBRE"),
        ("replug", "CBRE"),
        ("power-loss", ""),
    ] {
        assert_eq!(told(&mut device("honeywell-rs232", Some(fault)), b"\x16M\rCBRENA?."), wanted, "{fault}");
    }
    assert_eq!(
        told(&mut device("honeywell-rs232", Some("baud-refused")), b"\x16M\r232BAD9!"),
        "232BAD9\\u{15}!"
    );
    let mut liar = device("honeywell-rs232", Some("baud-ignored"));
    assert_eq!(told(&mut liar, b"\x16M\r232BAD9!"), "232BAD9\\u{6}!");
    assert_eq!(liar.baud(), 9_600);
}

#[test]
fn over_usb_every_speed_is_the_right_one() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("honeywell-usb").unwrap();
    let ask = |id: &str| {
        let profile = Profile { transport: registry.get(id).unwrap().transport, ..profile.clone() };
        let mut cable = Cable::new(Device::new(&profile, 9_600, None).unwrap(), 57_600);
        let device = crate::round::Device::new(&profile).unwrap();
        crate::round::survey(&mut cable, &device, [Setting::Ocr]).unwrap()[&Setting::Ocr].clone()
    };
    assert_eq!(ask("honeywell-usb"), crate::round::Found::Other("OCRENA7".to_owned()));
    assert_eq!(ask("honeywell-rs232"), crate::round::Found::Silent);
}

#[test]
fn faults_have_names() {
    for kind in FaultKind::ALL {
        let fault: Fault = format!("{}@3", kind.name()).parse().unwrap();
        assert_eq!(fault, Fault { kind: *kind, at: Some(3) });
        assert_eq!(fault.to_string(), format!("{}@3", kind.name()));
        assert!(fault.strikes(3) && !fault.strikes(2));
    }
    for bad in ["", "nak@", "nak@-1", "fire"] {
        let said = bad.parse::<Fault>().unwrap_err().to_string();
        assert!(said.contains("reply-lost, nak, enq"), "{said}");
    }
}

/// What a device of this dialect understands of a request.
fn understood(dialect: Dialect, request: &crate::dialect::Request) -> Vec<Call> {
    let mut mouth = mouth(dialect);
    let bytes = dialect.speech().say(request).unwrap();
    bytes.iter().flat_map(|byte| mouth.hear(*byte)).collect()
}

proptest::proptest! {
    #[test]
    fn a_device_understands_what_is_said(tag in "[A-Z0-9]{6}", value in "[A-Z0-9]{1,20}", number in 0..0xf0_u8, byte: u8) {
        use crate::dialect::Request;
        let phrase = format!("{tag}{value}");
        for dialect in [Dialect::Honeywell, Dialect::Newland] {
            for storage in [Storage::Volatile, Storage::Stored] {
                let heard = understood(dialect, &Request::Write(&phrase, storage));
                proptest::prop_assert_eq!(heard, [Call::Write(phrase.clone(), storage)]);
            }
            proptest::prop_assert_eq!(understood(dialect, &Request::Ask(&tag)), [Call::Ask(tag.clone())]);
        }
        let parameter = format!("{number:02X}{byte:02X}");
        for storage in [Storage::Volatile, Storage::Stored] {
            let heard = understood(Dialect::Ssi, &Request::Write(&parameter, storage));
            proptest::prop_assert_eq!(heard, [Call::Write(parameter.clone(), storage)]);
        }
        let zone = format!("01{number:02X}{byte:02X}");
        let heard = understood(Dialect::Gm65, &Request::Write(&zone, Storage::Volatile));
        proptest::prop_assert_eq!(heard, [Call::Write(zone.clone(), Storage::Volatile)]);
        proptest::prop_assert_eq!(understood(Dialect::Gm65, &Request::Ask("002A02")), [Call::Ask("002A02".to_owned())]);
    }

    #[test]
    fn random_bytes_are_no_trouble(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        for (profile, _) in Registry::built_in().unwrap().all().filter(|(profile, _)| profile.programming.is_some()) {
            let mut device = Device::new(profile, 9_600, None).unwrap();
            let mut before = device.memory().clone();
            before.factory();
            let emits: usize = bytes.iter().map(|byte| device.hear(*byte).len()).sum();
            proptest::prop_assert!(emits <= bytes.len());
            device.power_cycle();
            device.memory.factory();
            proptest::prop_assert_eq!(device.memory(), &before);
        }
    }
}
