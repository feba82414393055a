use std::fs;

use firmware_config::roll::{Declared, call};
use firmware_config::setting::Settings;
use firmware_config::simulate::{Cable, Device};
use firmware_config::{Line, Registry};

use super::*;
use crate::sync::drain;
use crate::testing::TestHub;

/// A round over simulated readers: that of till 1 differs, that of till 2 cannot be opened.
fn round() -> TillReport {
    let registry = Registry::built_in().unwrap();
    let declared =
        |path: &str, profile: &str, till| Declared { path: path.into(), profile: profile.to_owned(), till };
    let devices = [
        declared("/dev/one", "zebra-ssi-raw", 1),
        declared("/dev/gone", "zebra-ssi-raw", 2),
        declared("/dev/scale", "mettler-8217", 2),
    ];
    let settings = Settings::parse("[only.zebra-ssi-raw]\ncode_id = 'aim'\n").unwrap();
    let open = |path: &Path, line: Line| -> io::Result<Box<dyn firmware_config::round::Wire>> {
        if path != Path::new("/dev/one") {
            return Err(io::Error::new(io::ErrorKind::NotFound, "no such port"));
        }
        let profile = registry.get("zebra-ssi-raw").unwrap();
        Ok(Box::new(Cable::new(Device::new(profile, line.baud, None).unwrap(), line.baud)))
    };
    let at = "2026-03-02T10:00:00Z".parse().unwrap();
    TillReport::new(at, "3f2a90c1be77".to_owned(), &call(&devices, &registry, &settings, open))
}

#[tokio::test]
async fn what_was_found_at_the_readers_reaches_the_hub_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    assert!(!take_up(&agent).await.unwrap(), "nobody checked yet");
    round().write(folder.path()).unwrap();
    assert!(take_up(&agent).await.unwrap());
    assert!(!take_up(&agent).await.unwrap(), "told already");
    drain(&agent, &hub.client(&agent)).await.unwrap();
    let told = hub.set(|state| std::mem::take(&mut state.readers));
    let said: Vec<Vec<(&str, ReaderStanding)>> = told
        .iter()
        .map(|told| told.readers.iter().map(|reader| (reader.port.as_str(), reader.standing)).collect())
        .collect();
    assert!(said.contains(&vec![("/dev/one", ReaderStanding::Differs)]), "{said:?}");
    let second = vec![("/dev/gone", ReaderStanding::NotOpen), ("/dev/scale", ReaderStanding::NotMeant)];
    assert!(said.len() == 2 && said.contains(&second), "{said:?}");
    let differing = told.iter().flat_map(|told| &told.readers).find(|reader| reader.port == "/dev/one");
    // What the simulated one has at first is no word of its profile.
    let found = FoundSetting::Other("2D77".to_owned());
    let wanted = DifferingSetting { setting: "code_id".to_owned(), wanted: "aim".to_owned(), found };
    assert_eq!(differing.unwrap().differing, [wanted]);
    assert_eq!(differing.unwrap().verified, Some(domain::readers::ProfileVerified::Manual));

    // A till whose reader is gone says so, and after a restart nothing is told twice.
    let later = TillReport { at: "2026-03-03T10:00:00Z".parse().unwrap(), readers: vec![], ..round() };
    later.write(folder.path()).unwrap();
    assert!(take_up(&agent).await.unwrap());
    drain(&agent, &hub.client(&agent)).await.unwrap();
    let told = hub.set(|state| std::mem::take(&mut state.readers));
    assert!(told.len() == 2 && told.iter().all(|told| told.readers.is_empty()), "{told:?}");
}

#[tokio::test]
async fn a_file_that_is_no_report_is_said_once_and_nothing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start().await;
    let agent = hub.agent(folder.path()).await;
    drain(&agent, &hub.client(&agent)).await.unwrap();
    let long = vec![b' '; usize::try_from(BYTES_MAX).unwrap() + 1];
    for bytes in [&b"{\"at\":"[..], b"", &long] {
        fs::write(folder.path().join(FILE), bytes).unwrap();
        let why = take_up(&agent).await.unwrap_err();
        assert!(matches!(why, ReadersError::NoReport(_)), "{why}");
        assert!(!take_up(&agent).await.unwrap(), "said once");
    }
    assert_eq!(agent.status().await.unwrap().unsent, 0);
    // A folder of that name, and then a report after all.
    fs::remove_file(folder.path().join(FILE)).unwrap();
    fs::create_dir(folder.path().join(FILE)).unwrap();
    assert!(matches!(take_up(&agent).await, Err(ReadersError::Read(_))));
    fs::remove_dir(folder.path().join(FILE)).unwrap();
    round().write(folder.path()).unwrap();
    assert!(take_up(&agent).await.unwrap());
}
