use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;

use super::*;
use crate::port::PortWire;
use crate::profile::{Line, Profile};
use crate::registry::Registry;
use crate::round::tests::assert_true;
use crate::round::{self, Audit, Consent, LineState, Plan, survey};
use crate::setting::{Setting, Wanted};
use crate::simulate::{Fault, FaultKind};

/// A device on a thread of its own.
struct Served {
    ends: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<Device>>,
}

fn start(profile: &Profile, baud: u32, fault: Option<Fault>, link: &Path) -> Served {
    let device = Device::new(profile, baud, fault).unwrap();
    let ends = Arc::new(AtomicBool::new(false));
    let (ready, is_ready) = mpsc::channel();
    let (link, until) = (link.to_owned(), ends.clone());
    let thread = std::thread::spawn(move || serve(device, &link, &until, || ready.send(()).unwrap()));
    is_ready.recv().unwrap();
    Served { ends, thread }
}

/// Profiles with shorter patience, so that the tests are.
fn programmed(timeout_ms: u16) -> Vec<Profile> {
    let registry = Registry::built_in().unwrap();
    let can = |profile: &&Profile| profile.programming.is_some() && !profile.settings.is_empty();
    let mut profiles: Vec<Profile> = registry.all().map(|(p, _)| p).filter(can).cloned().collect();
    for profile in &mut profiles {
        let programming = profile.programming.as_mut().unwrap();
        (programming.timeout_ms, programming.pause_ms, programming.wake_ms) = (timeout_ms, 0, 0);
        // One of each kind is enough: the bulk is tried without a clock.
        let baud = profile.settings.remove(&Setting::Baud);
        profile.settings = std::mem::take(&mut profile.settings).into_iter().take(2).collect();
        profile.settings.extend(baud.map(|baud| (Setting::Baud, baud)));
    }
    profiles
}

fn round(profile: &Profile, fault: Option<Fault>) -> (Option<Audit>, Device) {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scanner");
    let own = profile.line.unwrap();
    let baud = if profile.settings.contains_key(&Setting::Baud) { 19_200 } else { own.baud };
    let served = start(profile, baud, fault, &link);
    let mut wire = PortWire::open(&link, Line { baud, ..own }).unwrap();
    let device = round::Device::new(profile).unwrap();
    let word = |(setting, command): (&Setting, &crate::programming::Command)| {
        (*setting, setting.word(command.values.keys().next_back().unwrap()).unwrap())
    };
    let wanted: Wanted = profile.settings.iter().map(word).collect();
    let audit = survey(&mut wire, &device, wanted.keys().copied()).ok().map(|found| {
        let plan = Plan::new(&device, baud, &found, &wanted);
        round::apply(&mut wire, &device, &plan, Consent { store: true, everything: true })
    });
    served.ends.store(true, Ordering::Relaxed);
    let served = served.thread.join().unwrap().unwrap();
    (audit, served)
}

#[test]
fn a_whole_round_over_a_real_line_sets_each_device_for_good() {
    for profile in programmed(1_000) {
        let (audit, device) = round(&profile, None);
        let audit = audit.unwrap();
        assert_true(&audit, device.memory(), &profile.id);
        for report in &audit.settings {
            let stored = device.memory().stored_word(report.setting);
            assert_eq!(stored.as_deref(), Some(report.wanted.as_str()), "{}: {audit:#?}", profile.id);
        }
        if profile.settings.contains_key(&Setting::Baud) {
            let baud = profile.line.unwrap().baud;
            assert_eq!((audit.line, device.baud()), (LineState::Answers { baud }, baud), "{}", profile.id);
        }
    }
}

#[test]
fn whatever_goes_wrong_on_a_real_line_the_audit_is_true() {
    let faults = FaultKind::ALL.iter().copied();
    let cases: Vec<(Profile, FaultKind)> = programmed(100)
        .into_iter()
        .flat_map(|profile| faults.clone().map(move |kind| (profile.clone(), kind)))
        .collect();
    // Each waits most of its time.
    std::thread::scope(|scope| {
        for some in cases.chunks(cases.len().div_ceil(12)) {
            scope.spawn(move || {
                for (profile, kind) in some {
                    for at in [1, 4, 7] {
                        let fault = Fault { kind: *kind, at: Some(at) };
                        let (audit, device) = round(profile, Some(fault));
                        // A line that is lost while it is asked has changed nothing.
                        let Some(audit) = audit else { continue };
                        assert_true(&audit, device.memory(), &format!("{} {fault}", profile.id));
                    }
                }
            });
        }
    });
}

#[test]
fn the_wrong_speed_is_heard_as_noise() {
    let registry = Registry::built_in().unwrap();
    let mut profile = registry.get("honeywell-rs232").unwrap().clone();
    profile.programming.as_mut().unwrap().timeout_ms = 500;
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scanner");
    let served = start(&profile, 9_600, None, &link);
    let device = round::Device::new(&profile).unwrap();
    let mut wire = PortWire::open(&link, Line { baud: 57_600, ..profile.line.unwrap() }).unwrap();
    let ask =
        |wire: &mut PortWire| survey(wire, &device, [Setting::Codabar]).unwrap()[&Setting::Codabar].clone();
    assert_eq!(ask(&mut wire), round::Found::Silent);
    round::Wire::reopen(&mut wire, 9_600).unwrap();
    assert_eq!(ask(&mut wire), round::Found::Other("CBRENA7".to_owned()));
    served.ends.store(true, Ordering::Relaxed);
    served.thread.join().unwrap().unwrap();
    assert!(!link.exists());
}
