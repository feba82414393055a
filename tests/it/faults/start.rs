//! What a till finds at its start and must not sell upon.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{MILK, alone};
use crate::world::fault::{Mounted, as_root, without_power};
use crate::world::hub::path_text;
use crate::world::till::Till;

/// Nobody of this machine.
const STRANGER: &str = "64999";

/// The start ends with an error that has a code and says what to do, and nothing is left of it.
fn does_not_start(till: &Till, what: &str, code: &str) {
    // One that starts after all would never end by itself.
    let said = till.cli_for_seconds(20, &["run", "--listen", "127.0.0.1:0"]);
    assert!(said.code > 0 && said.code < 124, "{what}: exit {}\n{}{}", said.code, said.stdout, said.stderr);
    assert!(said.stderr.contains(&format!("({code}; exit")), "{what}: {}", said.stderr);
    assert!(said.stderr.contains("fix: "), "{what}: {}", said.stderr);
    assert!(!said.stdout.contains("http://"), "{what}: it must not serve");
    assert!(!till.folder.path().join("address").exists(), "{what}: nobody is sent to it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_may_not_write_does_not_start() {
    let (_hub, mut till) = alone().await;
    till.sell(1, MILK).await;
    till.stop();
    let folder = till.folder.path().to_owned();
    let file = folder.join("till.db");
    {
        let _mounted = Mounted::read_only(&file);
        does_not_start(&till, "a file that is read-only", "till_read_only");
    }
    {
        let _mounted = Mounted::read_only(&folder);
        does_not_start(&till, "a disk that is read-only", "till_folder");
    }
    till.wrapped = without_power();
    let owner = std::fs::metadata(&folder).unwrap();
    let owner = std::os::unix::fs::MetadataExt::uid(&owner).to_string();
    for (what, path, mode, code) in [
        ("a file of somebody else", &file, 0o600, "till_file"),
        ("a file of somebody else that may be read", &file, 0o644, "till_read_only"),
        ("a folder of somebody else", &folder, 0o755, "till_read_only"),
    ] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        as_root(&["chown", STRANGER, path_text(path)]);
        does_not_start(&till, what, code);
        as_root(&["chown", &owner, path_text(path)]);
    }
    // Nothing of that did any harm.
    till.wrapped.clear();
    till.run(&[]);
    till.sell(1, MILK).await;
    assert_eq!(till.status()["sales"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_agent_on_the_same_file_ends_at_once() {
    let (_hub, till) = alone().await;
    let begun = Instant::now();
    let said = till.cli(&["run", "--listen", "127.0.0.1:0"]).exits(3);
    // It does not wait for the other to end. Generous: a machine under load is not a failure.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(said.stderr.contains("(till_in_use; exit 3)"), "{}", said.stderr);
    assert!(said.stdout.is_empty(), "{}", said.stdout);
    let receipt = till.sell(1, MILK).await;
    assert!(receipt.contains("Venta cobrada"), "the first goes on: {receipt}");
}

/// Offset of the page that a table begins with.
async fn first_page(file: &Path, table: &str) -> usize {
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let sql = "select rootpage from sqlite_schema where name = $1";
    let page: i64 = sqlx::query_scalar(sql).bind(table).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    (usize::try_from(page).unwrap() - 1) * 4_096
}

/// Offsets of the pages of tables and indexes, by their first byte.
fn pages(file: &[u8]) -> Vec<usize> {
    let pages = (1..file.len() / 4_096).map(|page| page * 4_096);
    pages.filter(|at| matches!(file[*at], 2 | 5 | 10 | 13)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_found_by_doctor() {
    let (_hub, mut till) = alone().await;
    till.sell(1, MILK).await;
    till.stop();
    let path = till.folder.path().join("till.db");
    let sound = std::fs::read(&path).unwrap();
    let pages = pages(&sound);
    for &at in pages.iter().step_by(pages.len() / 10) {
        let mut damaged = sound.clone();
        damaged[at..at + 16].fill(0x5A);
        std::fs::write(&path, &damaged).unwrap();
        let said = till.cli(&["doctor"]);
        assert!(said.code != 0 && said.stdout.contains("pos-agent salvage"), "page at {at}: {}", said.stdout);
        assert_eq!(std::fs::read(&path).unwrap(), damaged, "what is left is not written over");
    }
    std::fs::write(&path, &sound).unwrap();
    till.cli(&["salvage"]).exits(0);
    assert_eq!(std::fs::read(&path).unwrap(), sound, "a sound file is left alone");
    till.run(&[]);
    assert_eq!(till.status()["sales"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_till_says_that_its_file_is_damaged() {
    let (_hub, mut till) = alone().await;
    till.sell(1, MILK).await;
    till.stop();
    let path = till.folder.path().join("till.db");
    // A page that nothing asks for as long as no goods come back without a receipt.
    let at = first_page(&path, "unreceipted").await;
    let mut file = std::fs::read(&path).unwrap();
    file[at..at + 16].fill(0x5A);
    std::fs::write(&path, &file).unwrap();
    till.run(&[]);
    let screen = till.shows("El archivo de la caja está dañado").await;
    assert!(screen.contains("pos-agent salvage"), "{screen}");
    assert!(till.log().contains("file_damaged"), "{}", till.log());
    let status = till.get("/till/1/status").await;
    assert!(status.contains("Las ventas siguen guardándose"), "{status}");
    let receipt = till.sell(1, MILK).await;
    assert!(receipt.contains("Venta cobrada"), "{receipt}");
    till.stop();
    assert!(till.cli(&["doctor"]).stdout.contains("pos-agent salvage"));
}

/// Sales that no hub has yet: each page of an event is damaged in turn.
#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_read_of_a_damaged_file_reaches_the_hub() {
    const SALES: i64 = 12;
    let (mut hub, mut till) = alone().await;
    for _ in 0..SALES {
        till.sell(1, MILK).await;
    }
    till.stop();
    let folder = till.folder.path().to_owned();
    let path = folder.join("till.db");
    let sound = std::fs::read(&path).unwrap();
    let mark = b"\"kind\":\"sale\"";
    let marks = (0..sound.len() - mark.len()).filter(|at| sound[*at..].starts_with(mark));
    let mut events: Vec<_> = marks.map(|at| at / 4_096 * 4_096).collect();
    events.dedup();
    let salvage = |at: usize| {
        let mut damaged = sound.clone();
        damaged[at..at + 16].fill(0x5A);
        std::fs::write(&path, &damaged).unwrap();
        // The note of the salvage before speaks of a log that this file never had.
        let notes = folder.join("anchors");
        if notes.exists() {
            std::fs::remove_dir_all(notes).unwrap();
        }
        let said = till.cli(&["salvage", "--anyway", "--json"]).exits(0);
        let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        let kept = std::path::PathBuf::from(report["kept"].as_str().unwrap());
        assert_eq!(std::fs::read(kept.join("till.db")).unwrap(), damaged);
        std::fs::remove_dir_all(kept).unwrap();
        report["lost"].as_i64().unwrap()
    };
    let lost: Vec<_> = events.iter().map(|at| salvage(*at)).collect();
    // A leaf costs the few events on it, an inner page none.
    assert!(lost.iter().all(|lost| (0..=5).contains(lost)) && lost.iter().any(|lost| *lost > 0), "{lost:?}");
    // The last one of them holds nothing but sales.
    let last = lost.iter().rposition(|lost| *lost > 0).unwrap();
    let declared = salvage(events[last]);
    assert_eq!(declared, lost[last]);
    till.run(&[]);
    let receipt = till.sell(1, MILK).await;
    assert!(receipt.contains("Venta cobrada"), "{receipt}");
    hub.serve();
    hub.holds(SALES - declared + 1).await;
    till.has_sent_everything().await;
    till.stop();
    till.cli(&["doctor"]).exits(0);
    hub.verify_ledger().exits(0);
}
