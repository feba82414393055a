use domain::ids::EventId;
use domain::readers::{DifferingSetting, FoundSetting, ReaderState};
use domain::sync::{Body, Disposition};

use super::*;
use crate::access::tills;
use crate::testing::{TestHub, TestTill};

fn checked(at: &str, standing: ReaderStanding) -> ReadersChecked {
    let differing = DifferingSetting {
        setting: "code_id".to_owned(),
        wanted: "aim".to_owned(),
        found: FoundSetting::Word("none".to_owned()),
    };
    let reader = ReaderState {
        port: "/dev/scanner".to_owned(),
        profile: "zebra-ssi-raw".to_owned(),
        verified: None,
        standing,
        why: None,
        differing: vec![differing],
        by_sheet: [("suffix".to_owned(), "cr_lf".to_owned())].into(),
    };
    ReadersChecked { at: at.parse().unwrap(), settings: "3f2a90c1be77".to_owned(), readers: vec![reader] }
}

async fn tell(till: &mut TestTill<'_>, n: u8, told: ReadersChecked) {
    let event = till.event(EventId::new(n.into(), [n; 10]), &Body::ReadersChecked(told));
    let reply = till.push(&[event]).await.unwrap();
    assert_eq!(reply.dispositions[0].1, Disposition::Applied);
}

#[tokio::test]
async fn the_latest_round_of_each_till_counts_whatever_its_clock_says() {
    let hub = TestHub::new().await;
    let mut one = hub.enrol("centro", 1).await;
    one.open().await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    let before = all(&mut tx).await.unwrap();
    drop(tx);
    assert_eq!(before.iter().map(TillReaders::at).collect::<Vec<_>>(), [None], "enrolled, never looked at");
    tell(&mut one, 1, checked("2036-03-01T10:00:00Z", ReaderStanding::Differs)).await;
    let new = checked("2026-03-02T10:00:00Z", ReaderStanding::AsWanted);
    tell(&mut one, 2, new.clone()).await;
    let mut tx = hub.app.db.read().await.unwrap();
    let readers = all(&mut tx).await.unwrap();
    assert_eq!(readers.len(), 1);
    assert_eq!((readers[0].store.as_str(), readers[0].checked.as_ref()), ("centro", Some(&new)));
    drop(tx);
    // A till that is gone is nobody's care any more.
    tills::revoke(&hub.app, "test", &"centro".parse().unwrap(), &"1".parse().unwrap()).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(all(&mut tx).await.unwrap(), []);
}
