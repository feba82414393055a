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

/// Set up for good, then brought back. A line that is lost while it is set up or asked has restored nothing.
fn restored(profile: &Profile, fault: Option<Fault>) -> Result<(Defaults, Cable), Lost> {
    let wanted = everything(profile);
    let baud = profile.line.unwrap().baud;
    let mut cable = Cable::new(simulate::Device::new(profile, baud, fault).unwrap(), baud);
    let device = Device::new(profile).unwrap();
    let found = survey(&mut cable, &device, wanted.keys().copied())?;
    apply(&mut cable, &device, &Plan::new(&device, baud, &found, &wanted), ALL);
    let before = survey(&mut cable, &device, wanted.keys().copied())?;
    let done = defaults(&mut cable, &device, baud, before);
    Ok((done, cable))
}

#[test]
fn a_device_goes_back_to_what_its_factory_set() {
    let profiles = restorable();
    assert!(
        profiles.iter().any(|profile| profile.settings.is_empty()),
        "Metrologic has words for nothing else"
    );
    for profile in profiles {
        let (done, cable) = restored(&profile, None).unwrap();
        assert_eq!((done.restored, &done.stopped), (Restored::Done, &None), "{}", profile.id);
        let factory = Memory::new(&profile, profile.line.unwrap().baud);
        assert_eq!(cable.device().memory(), &factory, "{}", profile.id);
        let read: Vec<bool> = profile
            .settings
            .keys()
            .map(|setting| done.before[setting] != done.after.as_ref().unwrap()[setting])
            .collect();
        assert!(read.iter().all(|changed| *changed), "{}: {done:#?}", profile.id);
    }
}

/// Whatever strikes, before, during or after: what is claimed is so in the device.
#[test]
fn whatever_goes_wrong_nobody_is_told_that_it_is_the_factory_s_unless_it_is() {
    for profile in restorable() {
        let factory = Memory::new(&profile, profile.line.unwrap().baud);
        for kind in FaultKind::ALL {
            for at in [None].into_iter().chain((0..60).map(Some)) {
                let fault = Fault { kind: *kind, at };
                let context = format!("{} {fault}", profile.id);
                let Ok((done, cable)) = restored(&profile, Some(fault)) else {
                    assert!(matches!(kind, FaultKind::Unplug | FaultKind::Replug), "{context}");
                    continue;
                };
                let memory = cable.device().memory();
                match done.restored {
                    // Only its own word says so, and this one's is worth nothing.
                    Restored::Done if *kind == FaultKind::Ignored => {}
                    Restored::Done => assert_eq!(memory, &factory, "{context}: {done:#?}"),
                    Restored::Refused | Restored::NotKnown | Restored::Unconfirmed => {}
                }
                let lost = matches!(done.line, LineState::Lost { .. } | LineState::Silent { .. });
                assert_eq!(done.after.is_none(), lost, "{context}: {done:#?}");
                for (setting, found) in done.after.iter().flatten() {
                    if let Found::Word(word) = found {
                        assert_eq!(memory.word(*setting).as_ref(), Some(word), "{context}: {done:#?}");
                    }
                }
            }
        }
    }
}
