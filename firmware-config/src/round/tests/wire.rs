//! What goes over the line, and what does not.

use super::*;

/// A cable that remembers what was written.
#[derive(Debug)]
struct Overheard(Cable, Vec<String>);

impl Wire for Overheard {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        self.1.push(crate::dialect::hex(bytes));
        self.0.write(bytes)
    }

    fn read(&mut self, within: std::time::Duration) -> Result<Vec<u8>, Lost> {
        self.0.read(within)
    }

    fn reopen(&mut self, baud: u32) -> Result<(), Lost> {
        self.0.reopen(baud)
    }

    fn pause(&mut self, time: std::time::Duration) {
        self.0.pause(time);
    }

    fn now(&self) -> std::time::Duration {
        self.0.now()
    }
}

/// A device that agrees to everything and does nothing.
#[test]
fn what_is_not_read_back_is_not_stored() {
    for profile in programmed() {
        let mut wanted = everything(&profile);
        wanted.retain(|setting, _| profile.settings[setting].ask.is_some());
        let mut wire = Overheard(cable(&profile, Some("ignored".parse().unwrap())), vec![]);
        let device = Device::new(&profile).unwrap();
        let found = survey(&mut wire, &device, wanted.keys().copied()).unwrap();
        let plan = Plan::new(&device, other_speed(&profile), &found, &wanted);
        let audit = apply(&mut wire, &device, &plan, ALL);
        assert_true(&audit, wire.0.device().memory(), &profile.id);
        let differing: Vec<Setting> = wanted.keys().copied().collect();
        if !wanted.is_empty() {
            assert_eq!(audit.end, End::Differs(differing), "{}", profile.id);
        }
        let save = device.dialect().speech().say(&crate::dialect::Request::Save).ok();
        let save = save.map(|bytes| crate::dialect::hex(&bytes));
        for step in &plan.steps {
            let stores = |said: &String| Some(said) == step.stored.as_ref() || Some(said) == save.as_ref();
            assert!(!wire.1.iter().any(stores), "{}: {}", profile.id, step.setting);
        }
    }
}

/// It agrees to each write and then says that it does not know what it is asked: nobody has read it back.
#[test]
fn what_is_refused_when_it_is_read_back_is_not_stored() {
    let registry = Registry::built_in().unwrap();
    for (id, fault) in [
        ("zebra-ssi-raw", "enq"),
        ("zebra-ssi-raw", "nak"),
        ("honeywell-rs232", "enq"),
        ("newland-hr", "nak"),
    ] {
        let profile = registry.get(id).unwrap();
        let mut wanted = everything(profile);
        wanted.retain(|setting, _| *setting != Setting::Baud && profile.settings[setting].ask.is_some());
        let setting = *wanted.keys().next().unwrap();
        wanted.retain(|own, _| *own == setting);
        let device = Device::new(profile).unwrap();
        // Asked, written, asked.
        let fault = format!("{fault}@2").parse().unwrap();
        let mut wire = Overheard(cable(profile, Some(fault)), vec![]);
        let found = survey(&mut wire, &device, wanted.keys().copied()).unwrap();
        let plan = Plan::new(&device, other_speed(profile), &found, &wanted);
        let audit = apply(&mut wire, &device, &plan, ALL);
        let step = &plan.steps[0];
        let said = |bytes: &Option<String>| wire.1.iter().any(|heard| Some(heard) == bytes.as_ref());
        assert!(said(&step.volatile) && !said(&step.stored), "{id} {fault}: {audit:#?}");
        assert_eq!(audit.end, End::UntilPowerGoes(vec![setting]), "{id} {fault}");
    }
}

/// What reads as wanted and is stored once more is not said to be as before when that goes wrong, and what was never
/// due is not said to differ when the plug is pulled.
#[test]
fn what_reads_as_wanted_keeps_its_name_whatever_goes_wrong() {
    let registry = Registry::built_in().unwrap();
    let consents = [ALL, Consent { store: true, everything: false }];
    let kinds = [FaultKind::Nak, FaultKind::ReplyLost, FaultKind::Unplug];
    for (id, setting) in [("zebra-ssi-raw", Setting::Code128), ("gm65", Setting::CodeId)] {
        let profile = registry.get(id).unwrap();
        let baud = other_speed(profile);
        let device = Device::new(profile).unwrap();
        let all = everything(profile);
        let one = Wanted::from([(setting, all[&setting].clone())]);
        let cases = (0..40).flat_map(|at| kinds.map(|kind| Fault { kind, at: Some(at) }));
        for (fault, consent) in cases.flat_map(|fault| consents.map(|consent| (fault, consent))) {
            let mut set = Cable::new(simulate::Device::new(profile, baud, None).unwrap(), baud);
            let found = survey(&mut set, &device, [setting]).unwrap();
            apply(&mut set, &device, &Plan::new(&device, baud, &found, &one), consents[1]);
            let mut cable = set.with_fault(fault);
            let Ok(found) = survey(&mut cable, &device, all.keys().copied()) else { continue };
            let plan = Plan::new(&device, baud, &found, &all);
            let context = format!("{id} {fault} {consent:?}");
            let audit = apply(&mut cable, &device, &plan, consent);
            assert_true(&audit, cable.device().memory(), &context);
            let stored = cable.device().memory().stored_word(setting);
            let is_stored = stored.as_deref() == Some(one[&setting].as_str());
            assert!(audit.end != End::AsWanted || is_stored, "{context}: {audit:#?}");
            if plan.steps.iter().any(|step| step.setting == setting && step.verdict == Verdict::Same) {
                let report = audit.settings.iter().find(|report| report.setting == setting).unwrap();
                let is_so =
                    matches!(report.fate, Fate::Same | Fate::Volatile | Fate::Stored | Fate::Unconfirmed);
                assert!(is_so, "{context}: {audit:#?}");
            }
        }
    }
}

/// Where one command stores everything, what read as wanted before goes with it: it needs the same agreement.
#[test]
fn what_was_left_until_the_power_goes_is_not_saved_by_the_way() {
    let registry = Registry::built_in().unwrap();
    let mut profile = registry.get("gm65").unwrap().clone();
    profile.verified = crate::profile::Verified::Bench;
    profile.settings.get_mut(&Setting::CodeId).unwrap().verified = crate::profile::Verified::Bench;
    let device = Device::new(&profile).unwrap();
    let mut cable = cable(&profile, None);
    let tried = Consent { store: true, everything: false };
    let mut wanted = Wanted::from([(Setting::AllCodes, Setting::AllCodes.word("on").unwrap())]);
    let mut round = |wanted: &Wanted, consent| {
        let found = survey(&mut cable, &device, wanted.keys().copied()).unwrap();
        let audit =
            apply(&mut cable, &device, &Plan::new(&device, other_speed(&profile), &found, wanted), consent);
        (audit.end, cable.device().memory().stored_word(Setting::AllCodes))
    };
    assert_eq!(round(&wanted, tried), (End::UntilPowerGoes(vec![Setting::AllCodes]), None));
    wanted.insert(Setting::CodeId, Setting::CodeId.word("aim").unwrap());
    assert_eq!(round(&wanted, tried), (End::UntilPowerGoes(vec![Setting::CodeId]), None));
    assert_eq!(round(&wanted, ALL), (End::AsWanted, Some("on".to_owned())));
}

/// Where one command stores everything, one setting that was not read back keeps it from being said.
#[test]
fn nothing_is_saved_while_one_setting_is_unclear() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("gm65").unwrap();
    let mut wanted = everything(profile);
    wanted.remove(&Setting::Baud);
    let save = crate::dialect::hex(&Dialect::Gm65.speech().say(&crate::dialect::Request::Save).unwrap());
    // Its answers do not say what they answer, so each question is asked twice.
    let first_write = 2 * u32::try_from(wanted.len()).unwrap();
    for (at, saves) in [(first_write, false), (99, true)] {
        let fault = Fault { kind: FaultKind::Ignored, at: Some(at) };
        let baud = profile.line.unwrap().baud;
        let cable = Cable::new(simulate::Device::new(profile, baud, Some(fault)).unwrap(), baud);
        let mut wire = Overheard(cable, vec![]);
        let device = Device::new(profile).unwrap();
        let found = survey(&mut wire, &device, wanted.keys().copied()).unwrap();
        let audit = apply(&mut wire, &device, &Plan::new(&device, baud, &found, &wanted), ALL);
        assert_eq!(wire.1.contains(&save), saves, "{audit:#?}");
        assert_eq!(audit.end == End::AsWanted, saves, "{audit:#?}");
    }
}

#[test]
fn a_device_is_looked_for_at_its_speeds_and_then_at_the_usual_ones() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("honeywell-rs232").unwrap();
    let device = Device::new(profile).unwrap();
    let at = |baud| Cable::new(simulate::Device::new(profile, baud, None).unwrap(), 300);
    for (baud, wanted) in [
        (4_800, LineState::Answers { baud: 4_800 }),
        (57_600, LineState::Answers { baud: 57_600 }),
        (1_200, LineState::Silent { tried: vec![2_400, 4_800, 9_600, 115_200, 38_400, 57_600, 19_200] }),
    ] {
        assert_eq!(line::reach(&mut at(baud), &device, &[2_400, 4_800, 2_400]), Ok(wanted));
    }
    // One that agrees to a new speed and stays at an unusual one.
    let fault = Fault { kind: FaultKind::BaudIgnored, at: None };
    let mut cable = Cable::new(simulate::Device::new(profile, 4_800, Some(fault)).unwrap(), 4_800);
    let wanted = Wanted::from([(Setting::Baud, Setting::Baud.word("115200").unwrap())]);
    let found = survey(&mut cable, &device, [Setting::Baud]).unwrap();
    let audit = apply(&mut cable, &device, &Plan::new(&device, 4_800, &found, &wanted), ALL);
    assert_eq!((audit.line, audit.stopped), (LineState::Answers { baud: 4_800 }, None));
}

/// What can only be stored is not said at all without an agreement.
#[test]
fn what_would_be_stored_waits() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("datalogic-powerscan").unwrap();
    let wanted = everything(profile);
    let device = Device::new(profile).unwrap();
    let mut wire = Overheard(cable(profile, None), vec![]);
    let plan = Plan::new(&device, 9_600, &Reading::new(), &wanted);
    let audit = apply(&mut wire, &device, &plan, Consent { store: true, everything: false });
    assert!(audit.settings.iter().all(|report| report.fate == Fate::Waits), "{audit:#?}");
    assert_eq!((audit.end, wire.1), (End::Differs(wanted.keys().copied().collect()), vec![]));
    assert_eq!(audit.line, LineState::Open { baud: 9_600 });
}

#[test]
fn a_reader_is_woken_thanked_and_told_what_is_a_repetition() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("zebra-ssi-raw").unwrap();
    let device = Device::new(profile).unwrap();
    for (fault, wanted) in [
        (None, vec!["00", "05C704002DFF03", "04D00400FF28"]),
        (Some("reply-lost@0"), vec!["00", "05C704002DFF03", "05C704012DFF02", "04D00400FF28"]),
        (Some("garbled@0"), vec!["00", "05C704002DFF03", "05C704012DFF02", "04D00400FF28"]),
        (Some("nak"), vec!["00", "05C704002DFF03"]),
        (Some("reply-lost"), vec!["00", "05C704002DFF03", "05C704012DFF02", "05C704012DFF02"]),
    ] {
        let mut wire = Overheard(cable(profile, fault.map(|fault| fault.parse().unwrap())), vec![]);
        survey(&mut wire, &device, [Setting::CodeId]).unwrap();
        assert_eq!(wire.1, wanted, "{fault:?}");
    }
}

/// A setting that takes its time, or says more than others, says so in its profile.
#[test]
fn a_setting_has_limits_of_its_own() {
    let registry = Registry::built_in().unwrap();
    let usual = registry.get("honeywell-rs232").unwrap();
    let own = |change: fn(&mut crate::programming::Command)| {
        let mut profile = usual.clone();
        change(profile.settings.get_mut(&Setting::Suffix).unwrap());
        profile
    };
    let asked = |profile: &Profile, fault: Option<&str>| {
        let mut cable = cable(profile, fault.map(|fault| fault.parse().unwrap()));
        let found = survey(&mut cable, &Device::new(profile).unwrap(), [Setting::Suffix]).unwrap();
        (found, cable.now())
    };
    let quick = own(|command| command.timeout_ms = Some(50));
    let programming = usual.programming.as_ref().unwrap();
    let less = std::time::Duration::from_millis((programming.timeout_ms - 50).into());
    let waited = |profile| asked(profile, Some("reply-lost")).1;
    assert_eq!(waited(usual), waited(&quick) + less * (u32::from(programming.retries) + 1));
    let narrow = own(|command| command.reply_max = Some(4));
    assert_ne!(asked(&narrow, None).0, asked(usual, None).0);
}

/// A line on which something else talks without an end.
#[derive(Debug)]
struct Babble(usize);

impl Wire for Babble {
    fn write(&mut self, _: &[u8]) -> Result<(), Lost> {
        Ok(())
    }

    fn read(&mut self, _: std::time::Duration) -> Result<Vec<u8>, Lost> {
        self.0 += 1;
        Ok(b"ST,GS,  1.250 kg\r\n".to_vec())
    }

    fn reopen(&mut self, _: u32) -> Result<(), Lost> {
        Ok(())
    }

    fn pause(&mut self, _: std::time::Duration) {}

    /// A shop that scans without a pause: a code every twentieth of a second.
    fn now(&self) -> std::time::Duration {
        std::time::Duration::from_millis(50) * u32::try_from(self.0).unwrap()
    }
}

#[test]
fn a_line_that_never_falls_silent_is_given_up() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("honeywell-rs232").unwrap();
    let device = Device::new(profile).unwrap();
    let mut babble = Babble(0);
    let found = survey(&mut babble, &device, [Setting::Ocr, Setting::Codabar]).unwrap();
    assert!(found.values().all(|found| *found == Found::Silent), "{found:?}");
    // Each of the two questions is asked three times, with a second of patience and what it throws away before.
    assert!(babble.0 < 2 * (3 * 21 + 70), "{} reads", babble.0);
}
