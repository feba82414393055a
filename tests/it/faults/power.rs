//! Power is cut: what was synced is there, what was not may be torn, garbled or gone.

use std::path::Path;

use pos_agent::store::Store;

use super::{MILK, alone, sales};
use crate::world::till::Till;

const SALES: usize = 8;
const CUTS: usize = 80;
/// The log's header, then pages with a header of 24 bytes each.
const PAGE: usize = 4_096 + 24;

/// The till's file and its log after some sales; for each how long the log was when the screen had said done.
struct Disk {
    file: Vec<u8>,
    log: Vec<u8>,
    confirmed: Vec<usize>,
}

async fn sold(till: &mut Till) -> Disk {
    let log = till.folder.path().join("till.db-wal");
    let mut confirmed = vec![];
    for _ in 0..SALES {
        till.sell(1, MILK).await;
        confirmed.push(usize::try_from(log.metadata().unwrap().len()).unwrap());
    }
    till.kill9();
    let (file, log) =
        (std::fs::read(till.folder.path().join("till.db")).unwrap(), std::fs::read(log).unwrap());
    // A log that was folded into the file begins anew, and its length would say nothing.
    assert!(confirmed.is_sorted() && log.len() < 1_000 * PAGE, "{confirmed:?}");
    Disk { file, log, confirmed }
}

/// What a power cut may leave behind the last byte that is known to be on the disk.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Gone,
    Zeroes,
    Noise,
    /// One byte is another one.
    Flipped,
}

impl Damage {
    const ALL: [Self; 4] = [Self::Gone, Self::Zeroes, Self::Noise, Self::Flipped];

    fn done_to(self, log: &[u8], from: usize) -> Vec<u8> {
        let mut torn = log.to_vec();
        let noise = (0_u32..).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
        match self {
            Self::Gone => torn.truncate(from),
            Self::Zeroes => torn[from..].fill(0),
            Self::Noise => torn[from..].iter_mut().zip(noise).for_each(|(byte, noise)| *byte = noise),
            Self::Flipped => torn[from..].iter_mut().take(1).for_each(|byte| *byte ^= 0x40),
        }
        torn
    }
}

fn put(folder: &Path, disk: &Disk, log: &[u8]) {
    std::fs::write(folder.join("till.db"), &disk.file).unwrap();
    std::fs::write(folder.join("till.db-wal"), log).unwrap();
    // It lives in memory and is gone with the power.
    let _ = std::fs::remove_file(folder.join("till.db-shm"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_or_garbled_end_takes_no_confirmed_sale() {
    let (_hub, mut till) = alone().await;
    let disk = sold(&mut till).await;
    let first = disk.confirmed[0];
    let between = (0..CUTS).map(|n| first + n * (disk.log.len() - first) / CUTS + n % 7);
    // And where it hurts: at the very end of each commit, and a byte to either side.
    let ends = disk.confirmed.iter().flat_map(|end| [end - 1, *end, end + 1]);
    let mut found = vec![0; SALES + 1];
    for (n, from) in between.chain(ends).enumerate() {
        let from = from.min(disk.log.len());
        let damage = Damage::ALL[n % Damage::ALL.len()];
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &disk, &damage.done_to(&disk.log, from));
        let store =
            Store::open(folder.path()).await.unwrap_or_else(|e| panic!("{damage:?} from {from}: {e}"));
        let kept = usize::try_from(store.sales_count().await.unwrap()).unwrap();
        let confirmed = disk.confirmed.iter().filter(|end| **end <= from).count();
        assert!((confirmed..=SALES).contains(&kept), "{damage:?} from {from}: {kept} of {confirmed}");
        assert_eq!(store.quick_check().await.unwrap(), "ok", "{damage:?} from {from}");
        store.close().await;
        found[kept] += 1;
    }
    // The cuts went through all of them.
    assert!(found[1..].iter().all(|times| *times > 0), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_power_cut_the_till_sells_on() {
    let (mut hub, mut till) = alone().await;
    let disk = sold(&mut till).await;
    let confirmed = 5;
    // In the middle of the next commit.
    let from = disk.confirmed[confirmed - 1] + 2 * PAGE + 100;
    put(till.folder.path(), &disk, &Damage::Noise.done_to(&disk.log, from));
    till.run(&[]);
    let kept = i64::try_from(confirmed).expect("a few");
    assert_eq!(sales(&till), kept);
    hub.serve();
    till.sell(1, MILK).await;
    hub.holds(kept + 1).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(distinct receipt_no) from sale").await, kept + 1);
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_without_its_log_file_begins_another_log() {
    let (mut hub, mut till) = alone().await;
    hub.serve();
    for _ in 0..3 {
        till.sell(1, MILK).await;
    }
    hub.holds(3).await;
    till.has_sent_everything().await;
    till.kill9();
    // All that was written since the start was in there.
    std::fs::remove_file(till.folder.path().join("till.db-wal")).unwrap();
    std::fs::remove_file(till.folder.path().join("till.db-shm")).unwrap();
    till.run(&[]);
    till.knows_the_catalogue().await;
    assert_eq!(sales(&till), 0, "the file is as it was before them");
    till.sell(1, MILK).await;
    hub.holds(4).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(distinct receipt_no) from sale").await, 4, "no number comes twice");
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}
