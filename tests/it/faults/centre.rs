//! What may break at the hub: its disk, its clock, its schema half way, and who answers in its name.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection, Row, SqliteConnection};

use super::MILK;
use crate::world::databases::{Database, Kind};
use crate::world::fault::{Ahead, Mounted, fill};
use crate::world::hub::Hub;
use crate::world::process::{PATIENCE, Process, Said, program};
use crate::world::proxy::Proxy;
use crate::world::till::Till;
use crate::world::tls::{Authority, Tls};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_of_the_hub_acknowledges_nothing_and_heals() {
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    let proxy = Proxy::before(hub.listen).await;
    let mut till = Till::enrolled_at(&hub, &format!("http://{}", proxy.address), &[("001", "1")]);
    till.run(&[]);
    till.knows_the_catalogue().await;
    till.has_sent_everything().await;
    hub.stop();
    let disk = Mounted::small_disk(hub.folder.path(), 32 * 1_024);
    hub.serve();
    till.sell(1, MILK).await;
    hub.holds(1).await;
    till.has_sent_everything().await;
    let ballast = fill(hub.folder.path());
    let before = proxy.pushes_seen();
    for _ in 0..3 {
        let receipt = till.sell(1, MILK).await;
        assert!(receipt.contains("Venta cobrada"), "a till sells on: {receipt}");
    }
    // Any job may say that the disk is full; of two pushes that the hub is sent, it has answered the first.
    let begun = Instant::now();
    while proxy.pushes_seen() < before + 2 || !hub.log().contains("disk is full") {
        let pushes = proxy.pushes_seen() - before;
        assert!(begun.elapsed() < PATIENCE, "{pushes} pushes, and the hub never says why:\n{}", hub.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(hub.sales().await, 1, "nothing of a push is half there");
    let unsent = till.status()["unsent"].as_i64().expect("a number");
    assert!(unsent >= 3, "{unsent} unsent: what was not stored was not acknowledged");

    std::fs::remove_file(ballast).unwrap();
    hub.holds(4).await;
    till.has_sent_everything().await;
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
    hub.stop();
    drop(disk);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_whose_clock_goes_back_keeps_the_order() {
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    hub.stop();
    let folder = tempfile::tempdir().unwrap();
    let ahead = Ahead::of(folder.path());
    hub.dress = ahead.dress();
    hub.serve();
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, MILK).await;
    hub.holds(1).await;
    ahead.by(-2 * 3_600);
    for _ in 0..2 {
        till.sell(1, MILK).await;
    }
    hub.holds(3).await;
    // Started anew, it meets rows of a time that is still to come.
    hub.stop();
    hub.serve();
    till.sell(1, MILK).await;
    hub.holds(4).await;
    till.has_sent_everything().await;
    let back = "select count(*) from event a join event b on b.log = a.log and b.seq > a.seq
        where b.received_at < a.received_at";
    assert!(hub.count(back).await > 0, "the hub's clock went back");
    assert_eq!(hub.count("select count(distinct log) from event").await, 1, "the log goes on");
    let missing = "select max(seq) - count(*) from event";
    assert_eq!(hub.count(missing).await, 0, "place by place");
    let days = "select count(distinct business_date) from sale";
    assert_eq!(hub.count(days).await, 1, "the till's time says which day a sale is of");
    assert_eq!(hub.count("select count(*) from quarantine").await, 0);
    hub.verify_ledger().exits(0);
}

/// `hub-server migrate` on a database, under another program where one is named.
fn migrate(under: &[&str], url: &str, folder: &Path) -> Command {
    let words = ["migrate", "--database", url];
    let hub = program("hub-server");
    let mut command = match under.split_first() {
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(hub);
            command
        }
        None => Command::new(hub),
    };
    command.args(words).current_dir(folder).env_remove("LANG").env("NO_COLOR", "1");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_while_migrating_goes_on_at_the_next_start() {
    const TABLES: &str = "select count(*) from sqlite_master where type = 'table'";
    let wanted = Hub::new(Kind::Sqlite).await.count(TABLES).await;
    for sync in ["3", "20", "60"] {
        let folder = tempfile::tempdir().unwrap();
        let url = Database::in_folder(folder.path()).url;
        let rule = format!("inject=fsync,fdatasync:signal=KILL:when={sync}");
        let kill = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", &rule];
        let said = Said::of(&mut migrate(&kill, &url, folder.path()));
        assert_eq!(said.code, -1, "it was to be killed at sync {sync}: {}", said.stderr);
        Said::of(&mut migrate(&[], &url, folder.path())).exits(0);
        let mut file = SqliteConnection::connect(&url).await.unwrap();
        let tables: i64 = file.fetch_one(TABLES).await.unwrap().get(0);
        assert_eq!(tables, wanted, "after a kill at sync {sync}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_half_way_through_its_migrations_goes_on_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::new(Kind::Postgres, folder.path()).await;
    let url = database.url.as_str();
    // Somebody makes a table of a later migration and does not come to an end: the hub waits there.
    let mut other = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql("begin; create table signal_look (n bigint)").execute(&mut other).await.unwrap();
    let mut migrating = Process::start("hub-server", &mut migrate(&[], url, folder.path()));
    let mut admin = PgConnection::connect(url).await.unwrap();
    let waits = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let begun = Instant::now();
    while admin.fetch_one(waits).await.unwrap().get::<i64, _>(0) == 0 {
        assert!(begun.elapsed() < PATIENCE, "it never waits:\n{}", migrating.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let done = "select count(*) from _sqlx_migrations";
    let half: i64 = admin.fetch_one(done).await.unwrap().get(0);
    migrating.kill9();
    sqlx::raw_sql("rollback").execute(&mut other).await.unwrap();
    Said::of(&mut migrate(&[], url, folder.path())).exits(0);
    let whole: i64 = admin.fetch_one(done).await.unwrap().get(0);
    assert!(0 < half && half < whole, "{half} of {whole} were done before");
    let failed = "select count(*) from _sqlx_migrations where not success";
    assert_eq!(admin.fetch_one(failed).await.unwrap().get::<i64, _>(0), 0);
    assert_eq!(admin.fetch_one("select count(*) from signal_look").await.unwrap().get::<i64, _>(0), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_prove_to_be_the_hub_is_sent_nothing() {
    let hub = Hub::with_chain(Kind::Sqlite).await;
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    till.stop();
    let (trusted, stranger) = (Authority::named("trusted"), Authority::named("stranger"));
    till.dress = trusted.dress();
    let mut sold = 0;
    for (what, certificate) in [
        ("of an authority that nobody knows", stranger.issues("localhost", 30)),
        ("that has ended", trusted.issues("localhost", -1)),
        ("of another host", trusted.issues("elsewhere.example", 30)),
    ] {
        let line = Tls::before(hub.listen, certificate).await;
        till.goes_to(&format!("https://localhost:{}", line.address.port())).await;
        till.run(&[]);
        let receipt = till.sell(1, MILK).await;
        assert!(receipt.contains("Venta cobrada"), "a certificate {what}: {receipt}");
        sold += 1;
        till.shows("Sin conexión").await;
        till.stop();
        let said = till.cli(&["doctor", "--json"]);
        assert!(said.code > 0 && said.stdout.contains("hub_certificate"), "{what}: {}", said.stdout);
        assert_eq!(line.agreed(), 0, "a certificate {what}: nothing was sent over it");
    }
    assert_eq!(hub.sales().await, 0);
    assert!(till.status()["unsent"].as_i64() >= Some(sold), "{}", till.status());
    let line = Tls::before(hub.listen, trusted.issues("localhost", 30)).await;
    till.goes_to(&format!("https://localhost:{}", line.address.port())).await;
    till.run(&[]);
    hub.holds(sold).await;
    till.has_sent_everything().await;
    assert!(line.agreed() > 0);
    hub.verify_ledger().exits(0);
}
