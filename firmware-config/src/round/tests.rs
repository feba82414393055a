mod defaults;
mod plan;
mod wire;

use proptest::prelude::*;

use super::*;
use crate::registry::Registry;
use crate::setting::{Setting, Settings, Wanted};
use crate::simulate::{self, Cable, Fault, FaultKind, Memory};

/// Something for every setting that the profile knows: the last of its words.
fn everything(profile: &Profile) -> Wanted {
    let word = |(setting, command): (&Setting, &crate::programming::Command)| {
        (*setting, setting.word(command.values.keys().next_back().unwrap()).unwrap())
    };
    profile.settings.iter().map(word).collect()
}

/// As many rounds as it takes to want each word of each setting once. Its speed is always wanted back.
fn every_word(profile: &Profile) -> Vec<Wanted> {
    let most = profile.settings.values().map(|command| command.values.len()).max().unwrap();
    let word = |setting: &Setting, n: usize| {
        let words = &profile.settings[setting].values;
        let n = if *setting == Setting::Baud { words.len() } else { n };
        setting.word(words.keys().nth(n).or(words.keys().next_back()).unwrap()).unwrap()
    };
    let round = |n| profile.settings.keys().map(|setting| (*setting, word(setting, n))).collect();
    (0..most).map(round).collect()
}

fn programmed() -> Vec<Profile> {
    let registry = Registry::built_in().unwrap();
    let can = |profile: &&Profile| profile.programming.is_some() && !profile.settings.is_empty();
    registry.all().map(|(profile, _)| profile).filter(can).cloned().collect()
}

/// The speed at which a device is that is to be brought to its profile's own.
fn other_speed(profile: &Profile) -> u32 {
    if profile.settings.contains_key(&Setting::Baud) {
        if profile.line.unwrap().baud == 9_600 { 19_200 } else { 9_600 }
    } else {
        profile.line.unwrap().baud
    }
}

const ALL: Consent = Consent { store: true, everything: true };

fn cable(profile: &Profile, fault: Option<Fault>) -> Cable {
    let baud = other_speed(profile);
    Cable::new(simulate::Device::new(profile, baud, fault).unwrap(), baud)
}

/// Asks, plans, applies.
fn whole(profile: &Profile, cable: &mut Cable, wanted: &Wanted, consent: Consent) -> Result<Audit, Lost> {
    let device = Device::new(profile).unwrap();
    let found = survey(cable, &device, wanted.keys().copied())?;
    let plan = Plan::new(&device, other_speed(profile), &found, wanted);
    Ok(apply(cable, &device, &plan, consent))
}

/// Every claim of the audit is held against the device itself.
pub fn assert_true(audit: &Audit, memory: &Memory, context: &str) {
    for report in &audit.settings {
        let wanted = Some(report.wanted.as_str());
        let (live, stored) = (memory.word(report.setting), memory.stored_word(report.setting));
        let context = format!("{context}: {report:?}, in the device {live:?}, stored {stored:?}");
        match report.fate {
            // Only its own word says that it was stored, and this one's is worth nothing.
            Fate::Stored if context.contains(" ignored") => assert_eq!(live.as_deref(), wanted, "{context}"),
            Fate::Same => assert_eq!(live.as_deref(), wanted, "{context}"),
            Fate::Stored => {
                assert_eq!((live.as_deref(), stored.as_deref()), (wanted, wanted), "{context}")
            }
            Fate::Volatile => assert_eq!(live.as_deref(), wanted, "{context}"),
            Fate::Differs | Fate::Refused | Fate::NotKnown | Fate::Waits => {
                assert_ne!(live.as_deref(), wanted, "{context}");
            }
            Fate::NoBytes | Fate::Unconfirmed | Fate::NotSaid => {}
        }
    }
    let is_known = |report: &Report| !matches!(report.fate, Fate::Unconfirmed | Fate::NotSaid);
    let known = audit.settings.iter().all(is_known);
    assert_eq!(matches!(audit.end, End::Unknown(_)), !known, "{context}");
}

/// Whatever a fault left, a fresh look once it is over finds what the device has in force, setting by setting.
fn assert_can_be_described(profile: &Profile, cable: &mut Cable, wanted: &Wanted, context: &str) {
    cable.mend();
    let device = Device::new(profile).unwrap();
    let found = survey(cable, &device, wanted.keys().copied()).unwrap();
    let baud = cable.device().baud();
    for step in Plan::new(&device, baud, &found, wanted).steps {
        let live = cable.device().memory().word(step.setting);
        let verdict = match &profile.settings[&step.setting].ask {
            None => Verdict::Unclear,
            Some(_) if live.as_deref() == Some(step.wanted.as_str()) => Verdict::Same,
            Some(_) => Verdict::Differs,
        };
        assert_eq!(step.verdict, verdict, "{context}: {step:?}, in the device {live:?}");
    }
}

/// Says which of its settings nobody confirmed, though the device can be asked for them and answers.
fn unconfirmed(profile: &Profile, audit: &Audit) -> Vec<Setting> {
    if !matches!(audit.line, LineState::Answers { .. }) {
        return vec![];
    }
    let of = |report: &&Report| {
        report.fate == Fate::Unconfirmed && profile.settings[&report.setting].ask.is_some()
    };
    audit.settings.iter().filter(of).map(|report| report.setting).collect()
}

#[test]
fn a_whole_round_leaves_each_device_as_wanted_for_good() {
    let rounds =
        |profile: Profile| every_word(&profile).into_iter().map(move |wanted| (profile.clone(), wanted));
    for (profile, wanted) in programmed().into_iter().flat_map(rounds) {
        let mut cable = cable(&profile, None);
        let audit = whole(&profile, &mut cable, &wanted, ALL).unwrap();
        assert_true(&audit, cable.device().memory(), &profile.id);
        for (setting, word) in &wanted {
            let stored = cable.device().memory().stored_word(*setting);
            assert_eq!(stored.as_deref(), Some(word.as_str()), "{} {setting}", profile.id);
        }
        let asks = profile.settings.iter().filter(|(_, command)| command.ask.is_some()).count();
        let reads_back =
            audit.settings.iter().filter(|report| matches!(report.fate, Fate::Stored | Fate::Same)).count();
        assert_eq!(reads_back, asks, "{}: {audit:#?}", profile.id);
        match &audit.end {
            End::AsWanted => assert_eq!(asks, wanted.len()),
            End::Unknown(settings) => assert_eq!(settings.len(), wanted.len() - asks),
            end => panic!("{}: {end:?}", profile.id),
        }
        // Once more: nothing is left to do where the device can be asked.
        let device = Device::new(&profile).unwrap();
        let found = survey(&mut cable, &device, wanted.keys().copied()).unwrap();
        let plan = Plan::new(&device, profile.line.unwrap().baud, &found, &wanted);
        assert_eq!(plan.steps.iter().filter(|step| step.is_due()).count(), wanted.len() - asks);
    }
}

#[test]
fn whatever_goes_wrong_the_audit_is_true() {
    for profile in programmed() {
        let wanted = everything(&profile);
        for kind in FaultKind::ALL {
            for at in [None].into_iter().chain((0..50).map(Some)) {
                let fault = Fault { kind: *kind, at };
                for cut in [1, usize::MAX] {
                    let mut cable = cable(&profile, Some(fault)).cut(&[cut]);
                    // A line that is lost while it is asked has changed nothing.
                    let audit = whole(&profile, &mut cable, &wanted, ALL);
                    let context = format!("{} {fault}", profile.id);
                    match &audit {
                        Ok(audit) => assert_true(audit, cable.device().memory(), &context),
                        Err(_) => {
                            assert!(matches!(kind, FaultKind::Unplug | FaultKind::Replug), "{context}")
                        }
                    }
                    assert_can_be_described(&profile, &mut cable, &wanted, &context);
                }
            }
        }
    }
}

/// What leaves a reply on the line, if another one.
fn with_a_reply() -> impl Strategy<Value = Option<Fault>> {
    let kinds = [FaultKind::Nak, FaultKind::Enq, FaultKind::Garbled, FaultKind::Duplicate];
    let at = prop_oneof![1 => Just(None), 3 => (0_u32..50).prop_map(Some)];
    prop::option::of((prop::sample::select(kinds.to_vec()), at).prop_map(|(kind, at)| Fault { kind, at }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_of_the_replies_gives_the_same(
        cuts in prop::collection::vec(1_usize..24, 1..40),
        fault in with_a_reply(),
        round in any::<prop::sample::Index>(),
    ) {
        for profile in programmed() {
            let rounds = every_word(&profile);
            let wanted = round.get(&rounds);
            let audit = |cuts: &[usize]| whole(&profile, &mut cable(&profile, fault).cut(cuts), wanted, ALL).unwrap();
            prop_assert_eq!(audit(&cuts), audit(&[]), "{} {:?} in pieces of {:?}", &profile.id, fault, &cuts);
        }
    }
}

#[test]
fn a_fault_that_passes_is_got_over() {
    let registry = Registry::built_in().unwrap();
    for id in ["honeywell-rs232", "zebra-ssi-raw", "newland-hr"] {
        let profile = registry.get(id).unwrap();
        let mut wanted = everything(profile);
        wanted.retain(|setting, _| profile.settings[setting].ask.is_some());
        for kind in [FaultKind::ReplyLost, FaultKind::Split, FaultKind::Duplicate, FaultKind::Stall] {
            for at in 0..40 {
                let mut cable = cable(profile, Some(Fault { kind, at: Some(at) }));
                let audit = whole(profile, &mut cable, &wanted, ALL).unwrap();
                assert_eq!(audit.end, End::AsWanted, "{id} {kind:?} {at}: {audit:#?}");
            }
        }
    }
}

/// A round that says "unknown" to everything would be true, and worth nothing: what strikes once leaves at most
/// one setting unconfirmed in a device that answers, the one that was asked for last just then.
#[test]
fn a_fault_that_strikes_once_leaves_little_unknown() {
    for profile in programmed() {
        let wanted = everything(&profile);
        for kind in FaultKind::ALL {
            for at in 0..50 {
                let mut cable = cable(&profile, Some(Fault { kind: *kind, at: Some(at) }));
                let Ok(audit) = whole(&profile, &mut cable, &wanted, ALL) else { continue };
                let unconfirmed = unconfirmed(&profile, &audit);
                assert!(unconfirmed.len() <= 1, "{} {kind:?}@{at}: {unconfirmed:?} {audit:#?}", profile.id);
            }
        }
    }
}

/// A save that was cut off kept half: the round sees which half, and says it.
#[test]
fn half_a_save_is_seen() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("gm65").unwrap();
    let mut wanted = everything(profile);
    wanted.remove(&Setting::Baud);
    let baud = profile.line.unwrap().baud;
    let fault = Fault { kind: FaultKind::TornSave, at: None };
    let mut cable = Cable::new(simulate::Device::new(profile, baud, Some(fault)).unwrap(), baud);
    let device = Device::new(profile).unwrap();
    let found = survey(&mut cable, &device, wanted.keys().copied()).unwrap();
    let audit = apply(&mut cable, &device, &Plan::new(&device, baud, &found, &wanted), ALL);
    assert_true(&audit, cable.device().memory(), "torn-save");
    let End::Differs(lost) = &audit.end else { panic!("{audit:#?}") };
    let kept = audit.settings.iter().filter(|report| report.fate == Fate::Volatile).count();
    assert!(!lost.is_empty() && kept > 0 && lost.len() + kept == wanted.len(), "{audit:#?}");
}

#[test]
fn a_refused_or_ignored_speed_leaves_the_line_at_the_old_one() {
    let registry = Registry::built_in().unwrap();
    for id in ["honeywell-rs232", "gm65"] {
        for (fault, fate) in [("baud-refused", Fate::Refused), ("baud-ignored", Fate::Differs)] {
            let profile = registry.get(id).unwrap();
            let mut wanted = everything(profile);
            wanted.retain(|setting, _| *setting == Setting::Baud);
            let mut cable = cable(profile, Some(fault.parse().unwrap()));
            let audit = whole(profile, &mut cable, &wanted, ALL).unwrap();
            // GM65 has no word for a refusal: it stays silent, and is found at its old speed.
            let fate = if id == "gm65" { Fate::Differs } else { fate };
            assert_eq!(audit.settings[0].fate, fate, "{id} {fault}: {audit:#?}");
            assert_eq!(audit.line, LineState::Answers { baud: other_speed(profile) });
            assert_eq!(audit.end, End::Differs(vec![Setting::Baud]));
        }
    }
}

#[test]
fn a_plug_that_is_pulled_is_reported_with_what_is_known() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("zebra-ssi-raw").unwrap();
    let wanted = everything(profile);
    let asked = u32::try_from(wanted.len()).unwrap();
    let mut away = cable(profile, Some(Fault { kind: FaultKind::Unplug, at: Some(asked + 4) }));
    let audit = whole(profile, &mut away, &wanted, ALL).unwrap();
    assert!(matches!(audit.line, LineState::Lost { .. }) && audit.stopped.is_some(), "{audit:#?}");
    // The one that was being said is not known; those behind it stand as they did.
    let End::Unknown(unknown) = &audit.end else { panic!("{audit:#?}") };
    let not_said = audit.settings.iter().filter(|report| report.fate == Fate::NotSaid);
    let not_said: Vec<&Report> = not_said.collect();
    assert!(!not_said.is_empty() && not_said.len() < unknown.len(), "{audit:#?}");
    assert!(not_said.iter().all(|report| is_told(report.before.as_ref()) && report.after.is_none()));
    // Put in again, it is asked: what was set until the power goes is gone, and nothing was stored.
    let mut back = cable(profile, Some(Fault { kind: FaultKind::Replug, at: Some(asked + 4) }));
    let audit = whole(profile, &mut back, &wanted, ALL).unwrap();
    assert_eq!(audit.line, LineState::Answers { baud: 9_600 });
    assert_eq!(audit.end, End::Differs(wanted.keys().copied().collect()), "{audit:#?}");
    // In the middle of the question nothing has happened.
    let mut early = cable(profile, Some(Fault { kind: FaultKind::Unplug, at: Some(0) }));
    assert!(whole(profile, &mut early, &wanted, ALL).is_err());
}

/// What has no bytes is not known to differ, unless the device was asked and says so.
#[test]
fn what_has_no_bytes_and_was_not_asked_is_unknown() {
    let registry = Registry::built_in().unwrap();
    for (id, setting, word, end) in [
        ("zebra-ssi-raw", Setting::Suffix, "cr", End::Unknown(vec![Setting::Suffix])),
        ("newland-hr", Setting::Suffix, "tab", End::Differs(vec![Setting::Suffix])),
    ] {
        let profile = registry.get(id).unwrap();
        let mut wanted = Wanted::from([(setting, setting.word(word).unwrap())]);
        let audit = whole(profile, &mut cable(profile, None), &wanted, ALL).unwrap();
        assert_eq!((audit.settings[0].fate, &audit.end), (Fate::NoBytes, &end), "{id}");
        // Among others that are as wanted, too.
        wanted.insert(Setting::Code128, Setting::Code128.word("on").unwrap());
        assert_eq!(whole(profile, &mut cable(profile, None), &wanted, ALL).unwrap().end, end, "{id}");
    }
}

#[test]
fn nothing_untried_is_stored_without_an_agreement() {
    for mut profile in programmed() {
        let wanted = everything(&profile);
        for consent in [Consent::default(), Consent { store: true, everything: false }] {
            let mut cable = cable(&profile, None);
            let before = simulate::Device::new(&profile, other_speed(&profile), None).unwrap();
            let audit = whole(&profile, &mut cable, &wanted, consent).unwrap();
            assert_true(&audit, cable.device().memory(), &profile.id);
            cable.reopen(other_speed(&profile)).unwrap();
            for setting in wanted.keys() {
                let stored = cable.device().memory().stored_word(*setting);
                assert_eq!(stored, before.memory().stored_word(*setting), "{} {setting}", profile.id);
            }
            assert!(audit.settings.iter().all(|report| report.fate != Fate::Stored));
        }
        // Tried on a bench, it is stored without being asked.
        profile.verified = crate::profile::Verified::Bench;
        profile.settings.values_mut().for_each(|command| command.verified = crate::profile::Verified::Bench);
        let mut cable = cable(&profile, None);
        whole(&profile, &mut cable, &wanted, Consent { store: true, everything: false }).unwrap();
        for (setting, word) in &wanted {
            let stored = cable.device().memory().stored_word(*setting);
            assert_eq!(stored.as_deref(), Some(word.as_str()), "{} {setting}", profile.id);
        }
    }
}

/// What reads as wanted may be so only until the power goes: an agreement stores it for certain.
#[test]
fn what_was_left_until_the_power_goes_is_stored_when_it_is_agreed_to() {
    for profile in programmed() {
        let wanted = everything(&profile);
        let mut cable = cable(&profile, None);
        let asks = |setting: &Setting| profile.settings[setting].ask.is_some();
        if !wanted.keys().all(asks) {
            continue;
        }
        let device = Device::new(&profile).unwrap();
        let mut baud = other_speed(&profile);
        let mut round = |consent| {
            let found = survey(&mut cable, &device, wanted.keys().copied()).unwrap();
            let plan = Plan::new(&device, baud, &found, &wanted);
            baud = profile.line.unwrap().baud;
            apply(&mut cable, &device, &plan, consent)
        };
        let first = round(Consent { store: true, everything: false });
        assert_eq!(first.end, End::UntilPowerGoes(wanted.keys().copied().collect()), "{}", profile.id);
        // They read as wanted, so there is nothing to say; and nothing is claimed.
        let second = round(Consent { store: true, everything: false });
        assert!(second.settings.iter().all(|report| report.fate == Fate::Same), "{second:#?}");
        let third = round(ALL);
        assert!(third.settings.iter().all(|report| report.fate == Fate::Stored), "{third:#?}");
        assert_true(&third, cable.device().memory(), &profile.id);
    }
}
