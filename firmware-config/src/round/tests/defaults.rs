use super::*;

fn restorable() -> Vec<Profile> {
    let registry = Registry::built_in().unwrap();
    let has_words = |profile: &&Profile| {
        let speech = profile.programming.as_ref().map(|programming| programming.dialect.speech());
        let request = crate::dialect::Request::Act(crate::dialect::Action::Defaults);
        speech.is_some_and(|speech| speech.say(&request).is_ok())
    };
    registry.all().map(|(profile, _)| profile).filter(has_words).cloned().collect()
}

/// Set up for good, then brought back with a fault in the middle. A line that is lost while it is asked has restored
/// nothing.
fn restored(
    profile: &Profile,
    fault: Option<Fault>,
    cuts: &[usize],
) -> Result<(Reading, Defaults, Cable), Lost> {
    let wanted = everything(profile);
    let baud = 115_200;
    let mut cable = Cable::new(simulate::Device::new(profile, baud, None).unwrap(), baud);
    let device = Device::new(profile).unwrap();
    let found = survey(&mut cable, &device, wanted.keys().copied())?;
    apply(&mut cable, &device, &Plan::new(&device, baud, &found, &wanted), ALL);
    let set = survey(&mut cable, &device, wanted.keys().copied())?;
    let mut cable = if let Some(fault) = fault { cable.with_fault(fault) } else { cable }.cut(cuts);
    let before = survey(&mut cable, &device, wanted.keys().copied())?;
    let done = defaults(&mut cable, &device, baud, before);
    Ok((set, done, cable))
}

#[test]
fn a_device_goes_back_to_what_its_factory_set() {
    let profiles = restorable();
    assert!(
        profiles.iter().any(|profile| profile.settings.is_empty()),
        "Metrologic has words for nothing else"
    );
    for profile in profiles {
        let (_, done, cable) = restored(&profile, None, &[]).unwrap();
        assert_eq!((done.restored, &done.stopped), (Restored::Done, &None), "{}", profile.id);
        assert!(cable.device().is_restored() && !cable.device().is_inside(), "{}", profile.id);
        let after = done.after.as_ref().unwrap();
        for setting in profile.settings.keys() {
            assert_ne!(done.before[setting], after[setting], "{}: {done:#?}", profile.id);
        }
        // Its factory's speed is another one than it was found at.
        let baud = profile.line.unwrap().baud;
        assert_ne!(baud, 115_200);
        if !profile.settings.is_empty() {
            assert_eq!(done.line, LineState::Answers { baud }, "{}", profile.id);
        }
    }
}

/// Whatever strikes, before, during or after: what is claimed is so in the device.
#[test]
fn whatever_goes_wrong_nobody_is_told_that_it_is_the_factory_s_unless_it_is() {
    let mut ends = std::collections::BTreeMap::<String, usize>::new();
    for profile in restorable() {
        for kind in FaultKind::ALL {
            for at in [None].into_iter().chain((0..25).map(Some)) {
                let fault = Fault { kind: *kind, at };
                let context = format!("{} {fault}", profile.id);
                let Ok((set, done, cable)) = restored(&profile, Some(fault), &[]) else {
                    assert!(matches!(kind, FaultKind::Unplug | FaultKind::Replug), "{context}");
                    continue;
                };
                *ends.entry(format!("{:?}", done.restored)).or_default() += 1;
                assert_claims(&profile, &set, &done, &cable, *kind, &context);
            }
        }
    }
    assert_eq!(ends.len(), 5, "each end is brought about: {ends:?}");
}

fn assert_claims(
    profile: &Profile,
    set: &Reading,
    done: &Defaults,
    cable: &Cable,
    kind: FaultKind,
    context: &str,
) {
    let device = cable.device();
    let (is_restored, is_inside) = (device.is_restored(), device.is_inside());
    match done.restored {
        // Only its own word says so, and this one's is worth nothing.
        Restored::Done | Restored::InProgramming if kind == FaultKind::Ignored => {}
        Restored::Done => assert!(is_restored && !is_inside, "{context}: {done:#?}"),
        Restored::InProgramming => assert!(is_restored && is_inside, "{context}: {done:#?}"),
        Restored::Refused | Restored::NotKnown => {
            assert!(!is_restored, "{context}: {done:#?}");
            for (setting, found) in set {
                if let Found::Word(word) = found {
                    assert_eq!(device.memory().word(*setting).as_ref(), Some(word), "{context}: {done:#?}");
                }
            }
        }
        Restored::Unconfirmed => {}
    }
    let lost = matches!(done.line, LineState::Lost { .. } | LineState::Silent { .. });
    assert_eq!(done.after.is_none(), lost, "{context}: {done:#?}");
    for (setting, found) in done.after.iter().flatten() {
        if let Found::Word(word) = found {
            assert_eq!(
                device.memory().word(*setting).as_ref(),
                Some(word),
                "{}: {context}: {done:#?}",
                profile.id
            );
        }
    }
}

#[test]
fn any_split_of_the_answers_gives_the_same() {
    for profile in restorable() {
        for kind in [None, Some(FaultKind::Nak), Some(FaultKind::Duplicate), Some(FaultKind::Garbled)] {
            for at in 0..25 {
                let fault = kind.map(|kind| Fault { kind, at: Some(at) });
                let done = |cuts: &[usize]| restored(&profile, fault, cuts).unwrap().1;
                for cuts in [&[1][..], &[2], &[3, 1], &[1, 5, 2]] {
                    assert_eq!(done(cuts), done(&[]), "{} {fault:?} {cuts:?}", profile.id);
                }
            }
        }
    }
}

#[test]
fn any_split_of_what_a_device_says_that_it_is_gives_the_same() {
    for profile in programmed() {
        let device = Device::new(&profile).unwrap();
        let baud = profile.line.unwrap().baud;
        let said = |cuts: &[usize]| {
            let mut cable = Cable::new(simulate::Device::new(&profile, baud, None).unwrap(), baud).cut(cuts);
            revision(&mut cable, &device).unwrap()
        };
        for cuts in [&[1][..], &[2], &[3, 1], &[7]] {
            assert_eq!(said(cuts), said(&[]), "{} {cuts:?}", profile.id);
        }
    }
}
