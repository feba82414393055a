//! What an operator sees of a hub, and how one is stopped and started again under work.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::on_both;
use crate::world::balancer::Balancer;
use crate::world::databases::Kind;
use crate::world::files::{ANA, EVA};
use crate::world::form::Form;
use crate::world::hub::{Hub, path_text};
use crate::world::process::{PATIENCE, Said, program};
use crate::world::till::Till;

const MILK: &str = "2000000000176";

on_both!(metrics_tell_what_happened, logs_name_nobody, the_doctor_finds_what_is_wrong_and_changes_nothing,);

async fn metrics_tell_what_happened(kind: Kind) {
    let hub = Hub::with(kind, &["--internal", "127.0.0.1:0"]).await;
    hub.import_chain();
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.enter(1, ANA).await;
    till.sell(1, MILK).await;
    hub.holds(1).await;
    till.has_sent_everything().await;

    let read = hub.metrics().await;
    let applied = hub.count("select count(*) from log_entry where disposition = 'applied'").await;
    assert!(applied > 0);
    assert_eq!(read["yapa_events_total{disposition=\"applied\"}"], applied);
    assert!(!read.contains_key("yapa_events_total{disposition=\"quarantined\"}"));
    let pushes = read["yapa_pushes_total{answer=\"taken\"}"];
    assert!(pushes > 0);
    assert_eq!(read["yapa_push_seconds_count"], pushes);
    assert_eq!(read["yapa_http_requests_total{route=\"/sync/v1/push\",status=\"200\"}"], pushes);
    assert_eq!(read["yapa_hub_epoch"], hub.count("select epoch from hub").await);
    assert_eq!(read["yapa_changes_head"], hub.count("select head from feed").await);
    for (name, wanted) in [
        ("yapa_quarantine_waiting", 0),
        ("yapa_logs_forked", 0),
        ("yapa_logs_reopened", 0),
        ("yapa_tills_enrolled", 1),
        ("yapa_tills_silent", 0),
        ("yapa_draining", 0),
        ("yapa_database_up", 1),
    ] {
        assert_eq!(read[name], wanted, "{name}");
    }
    assert_eq!(read.contains_key("yapa_sqlite_wal_bytes"), kind == Kind::Sqlite);

    hub.tamper(
        "insert into quarantine (log, seq, event, code, detail, raw, received_at)
         select log, seq, id, 'apply_failed', '', raw, received_at from event where kind = 'sale'",
    )
    .await;
    hub.tamper("update log set status = 'forked'").await;
    hub.tamper("update till set seen_at = '2020-01-01 00:00:00+00:00'").await;
    let read = hub.metrics().await;
    assert_eq!(read["yapa_quarantine_waiting"], 1);
    assert_eq!(read["yapa_logs_forked"], 1);
    assert_eq!(read["yapa_tills_silent"], 1);
    assert!(read["yapa_till_oldest_seen_seconds"] > 86_400);

    let public = reqwest::get(hub.page("/metrics")).await.expect("it answers");
    assert_eq!(public.status(), 404, "metrics are for the operator alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_answer_while_postgres_does_not() {
    let hub = Hub::with(Kind::Postgres, &["--internal", "127.0.0.1:0"]).await;
    let unread = ["custody", "backups"].map(|part| format!("yapa_figures_unread{{part=\"{part}\"}}"));
    let asked = ["yapa_tills_enrolled", "yapa_changes_head", "yapa_quarantine_waiting"];
    let silence = hub.silent().await;
    let read = hub.metrics().await;
    assert_eq!(read["yapa_database_up"], 0);
    assert!(unread.iter().all(|part| read[part] == 1), "{read:?}");
    assert!(asked.iter().all(|name| !read.contains_key(*name)), "{read:?}");
    assert_eq!(read["yapa_sync_working{lane=\"push\"}"], 0, "what is not in the database is told");
    drop(silence);
    let read = hub.metrics().await;
    assert_eq!(read["yapa_database_up"], 1);
    assert!(unread.iter().all(|part| read[part] == 0), "{read:?}");
    assert!(asked.iter().all(|name| read.contains_key(*name)), "{read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_went_back_is_counted_once() {
    let hub = Hub::with(Kind::Sqlite, &["--internal", "127.0.0.1:0"]).await;
    hub.import_chain();
    let mut till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, MILK).await;
    till.has_sent_everything().await;
    till.stop();
    let mut copy = till.copied();
    till.run(&[]);
    till.sell(1, MILK).await;
    till.has_sent_everything().await;
    till.stop();
    // Twice: its log of before is sealed when it opens again.
    for sold in 3..=4 {
        copy.run(&[]);
        let begun = Instant::now();
        while hub.metrics().await["yapa_logs_reopened"] == 0 {
            assert!(begun.elapsed() < PATIENCE, "nobody sees that it went back");
        }
        copy.has_sent_everything().await;
        copy.sell(1, MILK).await;
        copy.has_sent_everything().await;
        hub.holds(sold).await;
        copy.stop();
        assert_eq!(hub.metrics().await["yapa_logs_reopened"], 1);
    }
}

fn is_ours(target: &str) -> bool {
    target.starts_with("hub_server")
}

/// A new member, a sale, a search by name, a log-in that fails and a stop: the logs tell codes and counts.
async fn logs_name_nobody(kind: Kind) {
    let hub = Hub::with(kind, &["--log-json", "--grace", "3600"]).await;
    hub.import_chain();
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let page = till.get("/till/1/enrol").await;
    let eva = [
        ("first_name", "Evangelina"),
        ("last_name", "Quispe"),
        ("phone", "+57 300 987 6543"),
        ("programme", "yes"),
        ("marketing", "no"),
        ("card", EVA),
    ];
    till.send_form(Form::with_action(&page, "/till/1/enrol"), &eva).await;
    till.enter(1, ANA).await;
    till.sell(1, MILK).await;
    till.has_sent_everything().await;
    hub.holds(1).await;
    let http = reqwest::Client::new();
    let search = hub.page("/api/v1/members?q=Evangelina");
    let found = http.get(search).bearer_auth(hub.token("admin")).send().await.expect("it answers");
    assert_eq!(found.status(), 200);
    let login = [("login", "evangelina.quispe"), ("password", "secreto-de-eva")];
    http.post(hub.page("/login")).form(&login).send().await.expect("it answers");
    hub.begin_stop();
    let begun = Instant::now();
    while !hub.log().contains("draining") {
        assert!(begun.elapsed() < PATIENCE, "it never says that it stops");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    for said in [hub.log(), till.log()] {
        for secret in
            ["Evangelina", "Quispe", "quispe", "9876543", "987 6543", "Morales", ANA, EVA, "secreto"]
        {
            assert!(!said.contains(secret), "{secret} stands in a log:\n{said}");
        }
    }
    let said = hub.log();
    let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    // Libraries have no codes.
    let ours: Vec<Value> = lines.filter(|line| line["target"].as_str().is_some_and(is_ours)).collect();
    assert!(!ours.is_empty(), "{said}");
    for line in ours {
        assert!(line["fields"]["code"].is_string() && line["level"].is_string(), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_for_other_machines_are_asked_for_in_words() {
    let hub = Hub::new(Kind::Sqlite).await;
    let said = hub.cli(&["serve", "--listen", "127.0.0.1:0", "--internal", "0.0.0.0:0"]).exits(4);
    assert!(said.stderr.contains("internal_not_loopback"), "{}", said.stderr);
    assert!(said.stderr.contains("--internal-anywhere"), "{}", said.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_stops_says_so_first_and_still_answers() {
    // Longer than any machine needs for what follows; being asked twice ends it.
    let mut hub = Hub::with(Kind::Sqlite, &["--grace", "3600"]).await;
    assert_eq!(reqwest::get(hub.page("/readyz")).await.unwrap().status(), 200);
    hub.begin_stop();
    let begun = Instant::now();
    loop {
        let answer = reqwest::get(hub.page("/readyz")).await.expect("it still answers");
        if answer.status() == 503 {
            assert_eq!(answer.text().await.unwrap(), "draining\n");
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "never draining");
    }
    assert_eq!(reqwest::get(hub.page("/login")).await.expect("it still answers").status(), 200);
    hub.stop();
    assert!(reqwest::get(hub.page("/livez")).await.is_err(), "it has ended");
}

/// Asks as fast as it is answered, each time on a connection of its own, until it is told to stop.
async fn read_all_the_while(page: String, token: String, stop: Arc<AtomicBool>, answered: Arc<AtomicU32>) {
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    while !stop.load(Ordering::SeqCst) {
        let answer = http.get(&page).bearer_auth(&token).send().await.expect("no request fails");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect("no answer ends early");
        answered.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hubs_are_restarted_one_by_one_and_nobody_notices() {
    let first = Hub::with(Kind::Postgres, &["--grace", "3600"]).await;
    first.import_chain();
    let second = first.beside(&["--grace", "3600"]);
    let mut hubs = [first, second];
    let balancer = Balancer::before(&[hubs[0].listen, hubs[1].listen]).await;
    let mut till = Till::enrolled_at(&hubs[0], &format!("http://{}", balancer.address), &[("001", "1")]);
    till.run(&[]);
    till.knows_the_catalogue().await;

    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let page = format!("http://{}/api/v1/members", balancer.address);
    let token = hubs[0].token("admin");
    let reader = tokio::spawn(read_all_the_while(page, token, Arc::clone(&stop), Arc::clone(&answered)));
    let mut sold = 0;
    for hub in &mut hubs {
        let before = answered.load(Ordering::SeqCst);
        hub.begin_stop();
        let begun = Instant::now();
        while balancer.sends_to(hub.listen) {
            assert!(begun.elapsed() < PATIENCE, "the balancer never hears of it");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for _ in 0..5 {
            till.sell(1, MILK).await;
            sold += 1;
        }
        hub.stop();
        till.sell(1, MILK).await;
        sold += 1;
        hub.serve();
        while !balancer.sends_to(hub.listen) {
            assert!(begun.elapsed() < PATIENCE, "the balancer never sends anybody there again");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(answered.load(Ordering::SeqCst) > before, "somebody read all the while");
    }
    stop.store(true, Ordering::SeqCst);
    reader.await.expect("no request failed");
    till.has_sent_everything().await;
    hubs[0].holds(sold).await;
    hubs[1].verify_ledger().exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_sells_on_while_its_only_hub_is_restarted() {
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    let till = Till::ready(&hub, &[("001", "1")]).await;
    let mut sold = 0;
    for _ in 0..3 {
        till.sell(1, MILK).await;
        hub.stop();
        till.sell(1, MILK).await;
        hub.serve();
        till.sell(1, MILK).await;
        sold += 3;
    }
    till.has_sent_everything().await;
    hub.holds(sold).await;
    hub.verify_ledger().exits(0);
}

/// What the doctor found, by check: state and code.
fn found_by(doctor: &Said) -> HashMap<String, (String, Option<String>)> {
    let rows = doctor.json().as_array().expect("rows").clone();
    let text = |row: &Value, name: &str| row[name].as_str().map(str::to_owned);
    let pair = |row: &Value| Some((text(row, "check")?, (text(row, "state")?, text(row, "code"))));
    for row in &rows {
        assert_eq!(row["code"].is_null(), row["fix"] == "", "what is wrong says what to do: {row}");
    }
    rows.iter().filter_map(pair).collect()
}

async fn the_doctor_finds_what_is_wrong_and_changes_nothing(kind: Kind) {
    let mut hub = Hub::with(kind, &["--internal", "127.0.0.1:0"]).await;
    hub.import_chain();
    let till = Till::ready(&hub, &[("001", "1")]).await;
    till.sell(1, MILK).await;
    till.has_sent_everything().await;
    let codes = |hub: &Hub, exit: i32| {
        let found = found_by(&hub.cli(&["doctor", "--json"]).exits(exit));
        let mut codes: Vec<String> = found.into_values().filter_map(|(_, code)| code).collect();
        codes.sort_unstable();
        codes
    };
    // A new hub is well, and has no backup.
    assert_eq!(codes(&hub, 0), ["backup_never", "backup_unverified"]);
    assert!(!hub.metrics().await.contains_key("yapa_backup_age_seconds"), "there is none that could be old");
    let [key, file] = ["backup.key", "night.backup"].map(|name| hub.folder.path().join(name));
    let [key, file] = [path_text(&key), path_text(&file)];
    hub.cli(&["backup", "key", key]).exits(0);
    hub.cli(&["backup", "create", file, "--key", key]).exits(0);
    assert_eq!(codes(&hub, 0), ["backup_unverified"]);
    hub.cli(&["backup", "verify", file, "--key", key]).exits(0);
    assert_eq!(codes(&hub, 0), [""; 0]);
    hub.tamper("update backup set taken_at = '2020-01-01 00:00:00+00:00'").await;
    hub.tamper(
        "insert into quarantine (log, seq, event, code, detail, raw, received_at)
         select log, seq, id, 'held', '', raw, received_at from event where kind = 'sale'",
    )
    .await;
    hub.tamper("update till set seen_at = '2020-01-01 00:00:00+00:00'").await;
    let before = hub.count("select count(*) from audit").await;
    assert_eq!(codes(&hub, 1), ["backup_old", "backup_unverified", "events_held", "tills_silent"]);
    let read = hub.metrics().await;
    for name in ["yapa_backup_age_seconds", "yapa_backup_verified_age_seconds"] {
        assert!(read[name] > 86_400, "{name}");
    }
    assert!(!read.contains_key("yapa_backup_drill_age_seconds"), "no drill was held");
    assert_eq!(read["yapa_events_held"], 1);
    assert_eq!(hub.count("select count(*) from audit").await, before);

    hub.tamper("update till set seen_at = '2999-01-01 00:00:00+00:00'").await;
    assert!(codes(&hub, 1).contains(&"clock_behind".to_owned()));
    hub.tamper("update _sqlx_migrations set version = 999999 where version = 80").await;
    assert_eq!(codes(&hub, 1), ["schema_newer"], "what another program made is not looked into");
    hub.stop();
    hub.cli(&["doctor"]).exits(1);
    hub.destroy().await;
    assert_eq!(codes(&hub, 1), ["no_hub_here"]);
    assert!(hub.files().is_empty(), "it makes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_a_damaged_file_a_lost_server_and_bad_settings() {
    let mut hub = Hub::with_chain(Kind::Sqlite).await;
    let found = |words: &[&str]| found_by(&hub.cli(&[&["doctor", "--json"], words].concat()).exits(1));
    let code = |words: &[&str], check: &str| found(words)[check].1.clone().expect("a code");
    let config = hub.write("hub.toml", "listn = '127.0.0.1:1'");
    assert_eq!(code(&["--config", path_text(&config)], "settings"), "bad_settings");
    let config = hub.write("hub.toml", "currency = 'pesos'\nredis = 'redis://127.0.0.1:1'");
    let rows = found(&["--config", path_text(&config)]);
    assert_eq!(rows["settings"].1.as_deref(), Some("bad_currency"));
    assert_eq!(rows["redis"], ("warn".to_owned(), Some("redis_away".to_owned())));
    let said = Said::of(std::process::Command::new(program("hub-server")).args([
        "doctor",
        "--json",
        "--database",
        "postgres://nobody:secret@127.0.0.1:1/none",
    ]));
    let said = said.exits(1);
    assert_eq!(found_by(&said)["database"].1.as_deref(), Some("database_unreachable"));
    assert!(!said.stdout.contains("secret"), "{}", said.stdout);

    hub.stop();
    // What stood in the log of the database goes into its file.
    assert_eq!(hub.count("pragma wal_checkpoint(truncate)").await, 0);
    let path = hub.folder.path().join("hub.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // Pages behind the first are as good as lost, the first says that this is a database.
    bytes[4_096 * 3..].fill(0x5A);
    std::fs::write(&path, &bytes).unwrap();
    let rows = found_by(&hub.cli(&["doctor", "--json"]).exits(1));
    let damaged = |row: &(String, Option<String>)| row.1.as_deref() == Some("database_damaged");
    assert!(rows.values().any(damaged), "{rows:?}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is left as it is");
}
