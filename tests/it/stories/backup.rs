//! A hub whose database is gone: its backup is restored, and the tills bring what the backup lacks by themselves.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::on_both;
use crate::world::databases::{Database, Kind};
use crate::world::files::ANA;
use crate::world::hub::{Hub, path_text};
use crate::world::process::{Said, program};
use crate::world::till::Till;

on_both!(
    what_a_backup_lacks_comes_back_from_the_tills,
    a_bad_backup_is_refused_by_name,
    a_restore_harms_nothing_that_is_there,
    a_drill_says_what_would_be_lost,
    a_backup_of_one_database_is_restored_into_the_other,
);

const MILK: &str = "2000000000176";
const COFFEE: &str = "2000000000312";

/// A key in the hub's folder, and a backup that is made with its public half while the hub runs.
fn backed_up(hub: &Hub) -> (PathBuf, PathBuf) {
    let (key, file) = (hub.folder.path().join("backup.key"), hub.folder.path().join("night.backup"));
    let said = hub.cli(&["backup", "key", path_text(&key)]).exits(0);
    assert!(said.stdout.starts_with("age1"), "{}", said.stdout);
    let public = format!("{}.pub", path_text(&key));
    hub.cli(&["backup", "create", path_text(&file), "--key", &public]).exits(0);
    (key, file)
}

fn with_key<'a>(words: &[&'a str], key: &'a Path) -> Vec<&'a str> {
    [&["backup"], words, &["--key", path_text(key)]].concat()
}

async fn what_a_backup_lacks_comes_back_from_the_tills(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let mut tills =
        [Till::ready(&hub, &[("001", "1"), ("001", "2")]).await, Till::ready(&hub, &[("002", "1")]).await];
    tills[0].enter(1, ANA).await;
    tills[0].sell(1, COFFEE).await;
    tills[1].sell(1, MILK).await;
    hub.holds(2).await;
    let (key, file) = backed_up(&hub);

    // One that is made while sales arrive is of one moment all the same.
    let busy = hub.folder.path().join("busy.backup");
    let making = hub.background(&with_key(&["create", path_text(&busy)], &key));
    tills[1].enter(1, ANA).await;
    tills[1].sell(1, COFFEE).await;
    tills[0].sell(1, MILK).await;
    tills[0].sell(2, MILK).await;
    hub.holds(5).await;
    making.join().unwrap().exits(0);
    let elsewhere = hub.folder.path().join("elsewhere.db");
    said_by(&with_key(&["restore", path_text(&busy)], &key), path_text(&elsewhere)).exits(0);
    said_by(&["ledger", "verify"], path_text(&elsewhere)).exits(0);
    tills[1].has_sent_everything().await;
    let points = hub.report_row(&["points"], "member", "M1");
    let visits = hub.report_row(&["visits"], "member", "M1");
    hub.kill9();
    hub.destroy().await;
    // Whoever looks after programs has started it again, on nothing: to the tills this is another hub.
    hub.serve();
    tills[0].sell(1, MILK).await;
    // One till is off while the hub comes back.
    tills[1].kill9();
    assert_eq!(hub.sales().await, 0);
    hub.stop();

    let said = hub.cli(&with_key(&["restore", path_text(&file), "--json"], &key)).exits(0);
    assert!(said.json()["new_epoch"].as_i64() > Some(1), "{}", said.stdout);
    assert_eq!(hub.sales().await, 2, "as it was when it was backed up");
    hub.serve();
    hub.holds(5).await;
    tills[1].run(&[]);
    hub.holds(6).await;
    for till in &tills {
        till.has_sent_everything().await;
    }
    hub.verify_ledger().exits(0);
    assert_eq!(hub.report_row(&["points"], "member", "M1")["balance"], points["balance"]);
    assert_eq!(hub.report_row(&["visits"], "member", "M1")["visits"], visits["visits"]);
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    tills[1].sell(1, MILK).await;
    hub.holds(7).await;
}

async fn a_bad_backup_is_refused_by_name(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let (key, file) = backed_up(&hub);
    let other_key = hub.folder.path().join("other.key");
    hub.cli(&["backup", "key", path_text(&other_key)]).exits(0);
    let whole = std::fs::read(&file).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    let bad = [
        ("backup_cut", whole[..whole.len() - 40].to_vec(), &key),
        ("backup_cut", whole[..whole.len() / 2].to_vec(), &key),
        ("backup_changed", changed, &key),
        ("no_backup", b"sku,name\n1,x\n".to_vec(), &key),
        ("backup_wrong_key", whole.clone(), &other_key),
    ];
    let other = Hub::with_chain(Kind::Sqlite).await;
    let (_, theirs) = backed_up(&other);
    let their_key = other.folder.path().join("backup.key");
    hub.stop();
    let bad = bad.into_iter().chain([("another_hub", std::fs::read(theirs).unwrap(), &their_key)]);
    for (code, bytes, key) in bad {
        std::fs::write(&file, bytes).unwrap();
        for words in [vec!["verify", path_text(&file)], vec!["restore", path_text(&file), "--replace"]] {
            let said = hub.cli(&with_key(&words, key)).exits(4);
            assert!(said.stderr.contains(&format!("({code}; exit 4)")), "{words:?}: {}", said.stderr);
            assert!(said.stderr.contains("fix: "), "{}", said.stderr);
        }
    }
    std::fs::write(&file, &whole).unwrap();
    let said = hub.cli(&with_key(&["verify", path_text(&file), "--json"], &key)).exits(0);
    assert_eq!(said.json()["sha256"].as_str().map(str::len), Some(64));
    assert!(said.stderr.contains("sound, and this hub's"), "{}", said.stderr);
    // The hub is as it was.
    hub.serve();
    assert_eq!(hub.count("select count(*) from product").await, 4);
}

async fn a_restore_harms_nothing_that_is_there(kind: Kind) {
    let mut hub = Hub::with_chain(kind).await;
    let (key, file) = backed_up(&hub);
    hub.add_staff("rosa", "manager", "a password of rosa");
    let restore =
        |hub: &Hub, more: &[&str]| hub.cli(&with_key(&[&["restore", path_text(&file)], more].concat(), &key));
    assert!(restore(&hub, &[]).exits(4).stderr.contains("database_not_empty"));
    assert!(restore(&hub, &["--replace"]).exits(1).stderr.contains("database_in_use"));
    assert_eq!(hub.count("select count(*) from staff").await, 1);
    hub.stop();
    let said = restore(&hub, &["--replace", "--json"]).exits(0).json();
    assert_eq!(hub.count("select count(*) from staff").await, 0, "nobody was there yet");
    let aside = said["kept_aside"].as_str().unwrap();
    let kept = match kind {
        Kind::Sqlite => said_by(&["staff", "list", "--json"], aside),
        Kind::Postgres => {
            let schema = aside.strip_prefix("schema ").unwrap();
            said_by(
                &["staff", "list", "--json"],
                &format!("{}&options=-csearch_path={schema}", hub.database.url),
            )
        }
    };
    assert_eq!(kept.exits(0).json()[0]["login"], "rosa");
    hub.serve();
    hub.verify_ledger().exits(0);
}

fn said_by(words: &[&str], database: &str) -> Said {
    Said::of(Command::new(program("hub-server")).args(words).args(["--database", database]))
}

async fn a_drill_says_what_would_be_lost(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.sell(1, COFFEE).await;
    hub.holds(1).await;
    let key = hub.folder.path().join("backup.key");
    hub.cli(&["backup", "drill"]).exits(4);
    hub.cli(&["backup", "key", path_text(&key)]).exits(0);
    // One that was killed left this.
    let left = hub.folder.path().join(".drill-killed");
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("drill.backup"), "half").unwrap();
    let other = std::fs::File::open(hub.folder.path()).unwrap();
    other.lock().unwrap();
    let said = hub.cli(&with_key(&["drill"], &key)).exits(1);
    assert!(said.stderr.contains("drill_running"), "{}", said.stderr);
    drop(other);
    // The hub runs, and so it does while the drill does.
    let said = hub.cli(&with_key(&["drill", "--json"], &key)).exits(0).json();
    assert_eq!(
        (&said["holds"], said["lost"].as_i64(), said["sales"].as_i64()),
        (&true.into(), Some(0), Some(1))
    );
    assert_eq!(said["steps"].as_array().map(Vec::len), Some(4), "{said}");
    let files = std::fs::read_dir(hub.folder.path()).unwrap();
    let names = files.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut left = names.filter(|name| name.contains("drill")).count();
    if kind == Kind::Postgres {
        let schemas = "select count(*) from pg_namespace where nspname like '%drill%'";
        left += usize::try_from(hub.count(schemas).await).unwrap();
    }
    assert_eq!(left, 0, "nothing is left of it");
    till.sell(1, MILK).await;
    hub.holds(2).await;
    // A ledger that does not hold does not hold after a restore either.
    hub.tamper("update account set balance = balance + 100").await;
    let said = hub.cli(&with_key(&["drill"], &key)).exits(1);
    assert!(said.stderr.contains("drill_failed"), "{}", said.stderr);
}

async fn a_backup_of_one_database_is_restored_into_the_other(kind: Kind) {
    let hub = Hub::with_chain(kind).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.sell(1, COFFEE).await;
    hub.holds(1).await;
    let (key, file) = backed_up(&hub);
    let folder = tempfile::tempdir().unwrap();
    let into = match kind {
        Kind::Sqlite => Kind::Postgres,
        Kind::Postgres => Kind::Sqlite,
    };
    let other = Database::new(into, folder.path()).await;
    said_by(&with_key(&["restore", path_text(&file)], &key), &other.url).exits(0);
    said_by(&["ledger", "verify"], &other.url).exits(0);
    let report = ["report", "points", "--json"];
    let (here, there) = (hub.cli(&report).exits(0).json(), said_by(&report, &other.url).exits(0).json());
    assert_eq!(here, there);
}
