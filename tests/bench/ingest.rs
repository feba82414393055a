//! Taking sales in: signed batches over HTTP with custody and apply, beside the bare inserts of the same
//! rows in the same database engine.

use std::process::Command;

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use yapa::chain::{self, Random};

use crate::bare::Bare;
use crate::hub::Hub;
use crate::measure::{Figure, in_turns_async, ratio};
use crate::tickets::{LINES, ten_line_sales};
use crate::world::process::Process;

/// Sales a batch: of ten lines each, as many as fit the megabyte that the hub takes at once.
const BATCH: usize = 200;
/// Ours and the reference take turns batch by batch.
const BATCHES: usize = 30;

pub fn figures() -> Vec<Figure> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sqlite = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    runtime.block_on(async {
        let postgres = Postgres::start();
        vec![
            figure("SQLite", &sqlite("hub.db"), &sqlite("bare.db")).await,
            figure("PostgreSQL", &postgres.create("hub").await, &postgres.create("bare").await).await,
        ]
    })
}

async fn figure(name: &str, hub: &str, bare: &str) -> Figure {
    let chain = chain::generate(chain::SEED, "2026-01-05".parse().unwrap()).unwrap();
    let sales = ten_line_sales(&chain, &mut Random::new(7), BATCH * BATCHES);
    let mut hub = Hub::start(hub, &chain).await;
    let mut bare = Bare::open(bare).await;
    let batches: Vec<Vec<u8>> = sales.chunks(BATCH).map(|batch| hub.batch(batch)).collect();
    let mut to_push = batches.into_iter();
    let mut to_insert = sales.chunks(BATCH);
    let mut applied = 0;
    let times = in_turns_async(
        BATCHES,
        async || applied += hub.push(to_push.next().unwrap()).await,
        async || bare.take(to_insert.next().unwrap()).await,
    )
    .await;
    assert_eq!(applied, sales.len(), "{name}: every sale is applied");
    let a_second = |time: std::time::Duration| BATCH as f64 / time.as_secs_f64();
    Figure {
        what: format!("ingest, signed batches of {BATCH}, {LINES} lines a sale, {name}"),
        ours: format!("{:.0} sales/s", a_second(times.0)),
        reference: format!("bare inserts {:.0} sales/s", a_second(times.1)),
        ratio: format!("{:.0} % of it", 100.0 * ratio(times.1, times.0)),
    }
}

/// A cluster of its own with its durability on: the tests' one has it off.
pub struct Postgres {
    folder: TempDir,
    _process: Process,
}

impl Postgres {
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("yapa-pg-").tempdir().unwrap();
        let mut serve = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/postgres"));
        serve.arg(folder.path());
        let mut process = Process::start("postgres", &mut serve).ends_with_input();
        process.wait_for_line(|line| line.contains("ready to accept connections").then_some(()));
        Self { folder, _process: process }
    }

    pub async fn create(&self, name: &str) -> String {
        let url =
            |database| format!("postgres://yapa@localhost/{database}?host={}", self.folder.path().display());
        let mut admin = PgConnection::connect(&url("postgres")).await.unwrap();
        admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.unwrap();
        url(name)
    }
}
