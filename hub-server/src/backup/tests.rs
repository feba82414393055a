//! Backups on SQLite, in this process; `tests/it/stories/backup.rs` tells the same of running programs and of both
//! databases.

use std::path::PathBuf;

use chrono::Duration;

use super::*;
use crate::app::Clock;
use crate::settings::Settings;
use crate::testing::{NOW, TestHub, Ticket};

const CARD: &str = "2990000010421";

struct Bench {
    hub: TestHub,
    folder: tempfile::TempDir,
    keys: Keys,
}

impl Bench {
    /// A hub with two sales of a member.
    async fn new() -> Self {
        let hub = TestHub::new().await;
        hub.member("M1", CARD).await;
        let mut till = hub.enrol("centro", 7).await;
        till.open().await.unwrap();
        let events = [1, 2].map(|n| till.sale(&Ticket::sold(n, Some(CARD), 500_000).sale()));
        till.push(&events).await.unwrap();
        drop(till);
        let mut tx = hub.app.db.read().await.unwrap();
        let tills = access::tills::all(&mut tx).await.unwrap();
        let waiting = tills.iter().find(|till| till.store == "norte".parse().unwrap()).unwrap();
        access::tills::make_code(&hub.app, "test", &[waiting.id]).await.unwrap();
        drop(tx);
        let folder = tempfile::tempdir().unwrap();
        Keys::make(&folder.path().join("key")).unwrap();
        let keys = Keys::read(&folder.path().join("key")).unwrap();
        Self { hub, folder, keys }
    }

    fn running(&self) -> String {
        self.hub.app.settings.database_target()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn target(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    async fn take(&self, name: &str) -> Contents {
        take(&self.running(), &self.path(name), &self.keys, now()).await.unwrap()
    }

    async fn restore(&self, from: &str, to: &str, replace: bool) -> Result<Restored, BackupError> {
        restore(&self.target(to), &self.path(from), &self.keys, replace, now()).await
    }

    /// Writes a backup by hand.
    fn written(&self, name: &str, marks: &[Mark]) -> PathBuf {
        let path = self.path(name);
        let mut writer = Writer::create(&path, &self.keys).unwrap();
        marks.iter().for_each(|one| mark(&mut writer, one).unwrap());
        writer.finish().unwrap();
        path
    }
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn rows_of(contents: &Contents, table: &str) -> i64 {
    contents.counts.iter().find(|count| count.table == table).unwrap().rows
}

#[tokio::test]
async fn a_backup_holds_everything_and_comes_back_as_it_was() {
    let bench = Bench::new().await;
    let taken = bench.take("a.backup").await;
    assert_eq!((taken.head.hub.as_str(), taken.head.epoch), (bench.hub.app.hub.id.as_str(), 1));
    assert_eq!((rows_of(&taken, "sale"), rows_of(&taken, "event"), rows_of(&taken, "till")), (2, 2, 2));
    let verified = verify(&bench.path("a.backup"), &bench.keys).unwrap();
    assert_eq!((&verified.counts, &verified.sealed), (&taken.counts, &taken.sealed));

    let restored = bench.restore("a.backup", "b.db", false).await.unwrap();
    assert_eq!(restored.kept_aside, None);
    let again = take(&bench.target("b.db"), &bench.path("b.backup"), &bench.keys, now()).await.unwrap();
    let differing: Vec<&str> = again
        .counts
        .iter()
        .filter(|count| !taken.counts.contains(count))
        .map(|count| count.table.as_str())
        .collect();
    // Another epoch, the sessions of tills, codes that end, and the notes of all that.
    assert_eq!(differing, ["audit", "backup", "enrol_code", "hub", "till"]);
    assert_eq!(again.head.epoch, restored.epoch);
    assert!(restored.epoch > 1);

    let settings = Settings { database: Some(bench.target("b.db")), ..Settings::default() };
    let app = crate::App::open(settings, Clock::fixed(now())).await.unwrap();
    assert_eq!((app.hub.id.as_str(), app.hub.epoch), (taken.head.hub.as_str(), restored.epoch));
    let mut tx = app.db.read().await.unwrap();
    let audit = intake::verify(&mut tx).await.unwrap();
    assert_eq!((audit.differences.len(), audit.sales), (0, 2));
    let tills = access::tills::all(&mut tx).await.unwrap();
    let session = |till: &access::tills::Till| till.session;
    assert_eq!(tills.iter().map(session).max(), Some(1_000_001), "none that a till had before");
}

#[tokio::test]
async fn an_epoch_never_comes_twice() {
    let bench = Bench::new().await;
    let head = bench.take("a.backup").await.head;
    let here = |epoch| Found::Hub(store::Identity { hub: head.hub.clone(), epoch, chain: String::new() });
    let first = new_epoch(&head, &Found::Nothing, now());
    let second = new_epoch(&head, &Found::Nothing, now() + Duration::milliseconds(1));
    assert!(first > head.epoch && second > first);
    // The clock of the machine went back between two restores.
    assert_eq!(new_epoch(&head, &here(second), now() - Duration::days(400)), second + 1);
}

#[tokio::test]
async fn what_is_there_is_refused_or_kept_aside() {
    let bench = Bench::new().await;
    bench.take("a.backup").await;
    let refusal = |result: Result<Restored, BackupError>| result.unwrap_err().code();
    let (running, file) = (bench.running(), bench.path("a.backup"));
    let onto_running = |replace| restore(&running, &file, &bench.keys, replace, now());
    assert_eq!(refusal(onto_running(false).await), "database_not_empty");
    assert_eq!(refusal(onto_running(true).await), "database_in_use");

    bench.restore("a.backup", "b.db", false).await.unwrap();
    assert_eq!(refusal(bench.restore("a.backup", "b.db", false).await), "database_not_empty");
    let aside = bench.restore("a.backup", "b.db", true).await.unwrap().kept_aside.unwrap();
    assert!(matches!(place::found(&aside).await.unwrap(), Found::Hub(_)), "{aside}");

    std::fs::write(bench.path("damaged.db"), vec![7; 100_000]).unwrap();
    assert_eq!(refusal(bench.restore("a.backup", "damaged.db", false).await), "database_not_empty");
    let aside = bench.restore("a.backup", "damaged.db", true).await.unwrap().kept_aside.unwrap();
    assert_eq!(std::fs::read(aside).unwrap(), vec![7; 100_000]);

    let other = TestHub::new().await;
    other.member("M1", CARD).await;
    let theirs = other.app.settings.database_target();
    let onto_other = restore(&theirs, &bench.path("a.backup"), &bench.keys, true, now()).await;
    assert_eq!(refusal(onto_other), "another_hub");
    let left: Vec<_> = std::fs::read_dir(bench.folder.path()).unwrap().flatten().collect();
    let unfinished = |name: &str| name.contains("restoring") || name.contains("part");
    assert!(!left.iter().any(|entry| unfinished(&entry.file_name().to_string_lossy())), "{left:?}");
}

#[tokio::test]
async fn a_hub_that_was_started_on_nothing_makes_room() {
    let bench = Bench::new().await;
    bench.take("a.backup").await;
    let settings = Settings { database: Some(bench.target("b.db")), ..Settings::default() };
    crate::App::open(settings, Clock::fixed(now())).await.unwrap().db.close().await;
    assert_eq!(place::found(&bench.target("b.db")).await.unwrap(), Found::Fresh);
    let restored = bench.restore("a.backup", "b.db", false).await.unwrap();
    assert!(restored.kept_aside.is_some(), "its identity is kept all the same");
}

#[tokio::test]
async fn a_backup_of_an_older_schema_is_brought_up_to_date_and_one_of_a_newer_refused() {
    let bench = Bench::new().await;
    let old = bench.target("old.db");
    let db = Db::connect(&old).await.unwrap();
    db.migrate_to(3).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    access::ensure_hub(&mut tx, &Settings::default(), now()).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    let taken = take(&old, &bench.path("old.backup"), &bench.keys, now()).await.unwrap();
    assert_eq!(taken.head.migration(), 3);
    bench.restore("old.backup", "new.db", false).await.unwrap();
    let new = take(&bench.target("new.db"), &bench.path("new.backup"), &bench.keys, now()).await.unwrap();
    assert_eq!(new.head.migrations.len(), crate::db::MIGRATIONS.iter().count());
    assert!(new.counts.len() > taken.counts.len());

    for (name, version, checksum) in [("unknown", 999_999, "00"), ("another text", 3, "00")] {
        let mut head = taken.head.clone();
        head.migrations.push(schema::Applied { version, checksum: checksum.to_owned() });
        bench.written(name, &[Mark::Backup(head), Mark::End(vec![])]);
        assert_eq!(bench.restore(name, "c.db", false).await.unwrap_err().code(), "backup_newer", "{name}");
    }
    let head = Head { format: FORMAT + 1, ..taken.head };
    bench.written("format", &[Mark::Backup(head), Mark::End(vec![])]);
    assert_eq!(verify(&bench.path("format"), &bench.keys).unwrap_err().code(), "backup_newer");
}

#[tokio::test]
async fn a_backup_that_does_not_hold_what_it_counts_is_not_believed() {
    let bench = Bench::new().await;
    let head = || Mark::Backup(bench_head(&bench));
    let count = |rows| Count { table: "feed".to_owned(), rows, sum: "00".to_owned() };
    let table = Mark::Table(Table { name: "feed".to_owned(), columns: vec![] });
    for (name, marks) in [
        ("no end", vec![head(), table.clone()]),
        ("no beginning", vec![table.clone(), Mark::End(vec![])]),
        ("two beginnings", vec![head(), head(), Mark::End(vec![])]),
        ("another count", vec![head(), table, Mark::End(vec![count(1)])]),
        ("no table", vec![head(), Mark::End(vec![count(0)])]),
        ("more behind its end", vec![head(), Mark::End(vec![]), Mark::End(vec![])]),
    ] {
        let path = bench.written(name, &marks);
        assert_eq!(verify(&path, &bench.keys).unwrap_err().code(), "backup_unreadable", "{name}");
    }
}

fn bench_head(bench: &Bench) -> Head {
    Head {
        format: FORMAT,
        taken_at: now(),
        hub: bench.hub.app.hub.id.clone(),
        epoch: 1,
        chain: String::new(),
        program: String::new(),
        database: String::new(),
        migrations: vec![],
    }
}

#[tokio::test]
async fn a_drill_loses_nothing_and_leaves_nothing() {
    let bench = Bench::new().await;
    let folder = tempfile::tempdir().unwrap();
    let drill = drill(&bench.running(), folder.path(), &bench.keys, now()).await.unwrap();
    assert_eq!(
        (drill.compared, drill.audit.differences.len(), drill.audit.sales),
        (Compared::default(), 0, 2)
    );
    let steps: Vec<&str> = drill.steps.iter().map(|step| step.what).collect();
    assert_eq!(steps, ["backup", "verify", "restore", "ledger verify"]);
    let data = std::fs::read_dir(&bench.hub.app.settings.data).unwrap();
    let left: Vec<_> = data.flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("hub.db")), "{left:?}");
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("drill")), "{left:?}");
}

#[tokio::test]
async fn rows_that_are_missing_or_changed_are_counted() {
    let bench = Bench::new().await;
    let taken = make(&bench.running(), &bench.path("a.backup"), &bench.keys, now()).await.unwrap();
    let mut tx = bench.hub.app.db.read().await.unwrap();
    let tables = schema::tables(&mut tx).await.unwrap();
    assert_eq!(compare(&mut tx, &tables, &taken.counts).await.unwrap(), Compared::default());
    let mut wanted = taken.counts;
    for count in &mut wanted {
        match count.table.as_str() {
            "sale" => count.rows += 3,
            "card" => count.sum = "00".to_owned(),
            _ => {}
        }
    }
    let compared = compare(&mut tx, &tables, &wanted).await.unwrap();
    assert_eq!((compared.lost, compared.differing.len()), (3, 2), "{:?}", compared.differing);
}

#[tokio::test]
async fn nothing_is_no_hub() {
    let bench = Bench::new().await;
    let nowhere = take(&bench.target("none.db"), &bench.path("a.backup"), &bench.keys, now()).await;
    assert_eq!(nowhere.unwrap_err().code(), "no_hub_here");
    assert!(!bench.path("none.db").exists() && !bench.path("a.backup").exists());
}

async fn noted(bench: &Bench) -> Latest {
    let mut tx = bench.hub.app.db.read().await.unwrap();
    latest(&mut tx, now() + Duration::days(365)).await.unwrap()
}

#[tokio::test]
async fn the_hub_knows_its_last_backup_and_the_last_that_was_read_whole() {
    let bench = Bench::new().await;
    assert_eq!(noted(&bench).await, Latest::default());
    let hours = |n| now() + Duration::hours(n);
    for (name, at) in [("a.backup", hours(0)), ("b.backup", hours(24))] {
        take(&bench.running(), &bench.path(name), &bench.keys, at).await.unwrap();
    }
    assert_eq!(noted(&bench).await, Latest { made: Some(hours(24)), verified: None, drilled: None });
    verify_for(&bench.running(), &bench.path("a.backup"), &bench.keys, hours(25)).await.unwrap();
    let first = Latest { made: Some(hours(24)), verified: Some(hours(0)), drilled: None };
    assert_eq!(noted(&bench).await, first);
    let folder = tempfile::tempdir().unwrap();
    drill(&bench.running(), folder.path(), &bench.keys, hours(26)).await.unwrap();
    assert_eq!(noted(&bench).await, Latest { drilled: Some(hours(26)), ..first });

    // A clock that ran ahead once does not hide for ever that none is made any more.
    take(&bench.running(), &bench.path("d.backup"), &bench.keys, hours(90_000)).await.unwrap();
    let mut tx = bench.hub.app.db.read().await.unwrap();
    assert_eq!(latest(&mut tx, hours(30)).await.unwrap().made, Some(hours(24)));
    drop(tx);

    // What was restored knows the backup that it came from, and none that was made later.
    bench.restore("a.backup", "c.db", false).await.unwrap();
    let db = Db::connect(&bench.target("c.db")).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let known = latest(&mut tx, hours(30)).await.unwrap();
    assert_eq!(known, Latest { made: Some(hours(0)), verified: Some(hours(0)), drilled: None });
}
