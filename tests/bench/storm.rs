//! Many tills that were without a network bring what they have in the same minute: how long it takes until all of it
//! is there, what the hub's process needs meanwhile, and how long a customer at a till waits for an answer.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::ids::{LogId, TillId};
use domain::sync::{
    Head, OpenReply, OpenRequest, OpenedLog, PROTOCOL, PushReply, StockRequest, TillKey, TillKeyOffer,
    write_batch,
};
use hub_server::access::tills;
use hub_server::{App, Clock, Settings};
use yapa::chain::{self, Chain, Random};

use crate::bare::Bare;
use crate::hub::{events_of, signed};
use crate::ingest::Postgres;
use crate::measure::{Figure, asked, ms, percentile};
use crate::tickets::{LINES, sales_at, ten_line_sales};
use crate::world::hub::{address_in, internal_in, metrics_at};
use crate::world::process::{Process, program};

/// Events of one push: an agent that has just come back sends smaller ones first.
const BATCH: usize = 100;
/// Sales of the reference that is inserted beside, by one writer in batches of as many.
const BARE: usize = 2_000;
/// Questions of a till before the storm.
const CALM: usize = 200;
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

pub fn figures() -> Vec<Figure> {
    let (many, each) = (asked("tills", 1_000), asked("events", 300));
    let on = |name: &str| std::env::args().all(|arg| !arg.starts_with("on=") || arg == format!("on={name}"));
    let folder = tempfile::tempdir().unwrap();
    let sqlite = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut figures = vec![];
        if on("sqlite") {
            figures.extend(storm("SQLite", &sqlite("hub.db"), &sqlite("bare.db"), many, each).await);
        }
        if on("postgres") {
            let postgres = Postgres::start();
            let (hub, bare) = (postgres.create("hub").await, postgres.create("bare").await);
            figures.extend(storm("PostgreSQL", &hub, &bare, many, each).await);
        }
        figures
    })
}

/// A till with what it has to send, laid out when it sold.
struct Till {
    id: TillId,
    key: TillKey,
    log: LogId,
    events: Vec<Vec<u8>>,
}

/// The hub as a process of its own.
struct Served {
    process: Process,
    address: String,
    internal: SocketAddr,
    id: String,
    http: reqwest::Client,
}

async fn storm(name: &str, url: &str, bare: &str, many: usize, each: usize) -> Vec<Figure> {
    let chain = chain::generate(chain::SEED, "2026-01-05".parse().unwrap()).unwrap();
    let (id, tills) = prepare(url, &chain, many, each).await;
    let hub = Arc::new(Served::start(url, id));
    let Till { id, key, log, .. } = &tills[0];
    let asker = Till { id: *id, key: key.clone(), log: *log, events: vec![] };
    let sku = chain.products[0].sku.clone();
    let mut calm = vec![];
    for _ in 0..CALM {
        calm.push(hub.question(&asker, &sku).await);
    }
    let before = hub.resident();
    let is_over = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn({
        let (hub, is_over) = (Arc::clone(&hub), Arc::clone(&is_over));
        async move {
            let (mut waited, mut most) = (vec![], 0);
            while !is_over.load(Ordering::SeqCst) {
                waited.push(hub.question(&asker, &sku).await);
                most = most.max(hub.resident());
                tokio::time::sleep(BETWEEN_QUESTIONS).await;
            }
            (waited, most)
        }
    });
    let told = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut under_way = tokio::task::JoinSet::new();
    for (number, till) in tills.into_iter().enumerate() {
        let (hub, told) = (Arc::clone(&hub), Arc::clone(&told));
        under_way.spawn(async move { hub.bring(till, number as u64, &told).await });
    }
    while let Some(brought) = under_way.join_next().await {
        brought.unwrap();
    }
    let took = begun.elapsed();
    is_over.store(true, Ordering::SeqCst);
    let (mut waited, most) = asking.await.unwrap();
    let read = metrics_at(hub.internal).await;
    let applied = read["yapa_events_total{disposition=\"applied\"}"];
    assert_eq!(usize::try_from(applied).unwrap(), many * each, "{name}: every sale is applied once");
    let a_second = applied as f64 / took.as_secs_f64();
    let pushes = read["yapa_pushes_total{answer=\"taken\"}"] as f64;
    let commits = read["yapa_push_commits_total"] as f64;
    let reference = bare_rate(bare, &chain).await;
    let what = |what: &str| format!("storm, {many} tills with {each} sales of {LINES} lines, {name}: {what}");
    vec![
        Figure {
            what: what("drained"),
            ours: format!("{:.0} s, {a_second:.0} sales/s", took.as_secs_f64()),
            reference: format!("bare inserts {reference:.0} sales/s"),
            ratio: format!("{:.0} % of it", 100.0 * a_second / reference),
        },
        Figure {
            what: what("a till's question, p50 and p99"),
            ours: format!("{}, {}", ms(percentile(&mut waited, 50)), ms(percentile(&mut waited, 99))),
            reference: format!(
                "at rest {}, {}",
                ms(percentile(&mut calm, 50)),
                ms(percentile(&mut calm, 99))
            ),
            ratio: format!("of {} questions", waited.len()),
        },
        Figure {
            what: what("memory of the hub at most"),
            ours: format!("{most} MB"),
            reference: format!("before {before} MB"),
            ratio: format!(
                "{} told to wait, {:.1} pushes a commit",
                told.load(Ordering::SeqCst),
                pushes / commits
            ),
        },
    ]
}

/// A chain with so many tills more, all enrolled, and what each has sold.
async fn prepare(url: &str, chain: &Chain, many: usize, each: usize) -> (String, Vec<Till>) {
    let app = App::open(Settings { database: Some(url.to_owned()), ..Settings::default() }, Clock::System)
        .await
        .unwrap();
    let (mut random, now) = (Random::new(11), app.clock.now());
    let mut tx = app.db.begin().await.unwrap();
    yapa::demo::load::master_rows(&mut tx, chain, now).await.unwrap();
    let (mut tills, mut offers) = (Vec::with_capacity(many), vec![]);
    for number in 0..many {
        let (store, code) =
            (&chain.stores[number % chain.stores.len()].code, (1_000 + number).to_string().parse().unwrap());
        let id = tills::add(&mut tx, "benchmark", store, &code, now).await.unwrap();
        let key = TillKey::from_seed(std::array::from_fn(|_| random.ten_bytes()[0]));
        offers.push(TillKeyOffer { till: id, public_key: key.public().to_string() });
        let log = LogId::new(1, random.ten_bytes());
        let sales = sales_at(chain, &mut random, (store, &code), number * 37, each);
        tills.push(Till { id, key, log, events: events_of(id, log, &mut { Head::EMPTY }, &sales) });
    }
    tx.commit().await.unwrap();
    let ids: Vec<TillId> = tills.iter().map(|till| till.id).collect();
    let code = tills::make_code(&app, "benchmark", &ids).await.unwrap();
    tills::enrol(&app, &code, &offers).await.unwrap();
    let id = app.hub.id.clone();
    app.db.clone().close().await;
    (id, tills)
}

impl Served {
    fn start(url: &str, id: String) -> Self {
        crate::world::prepare_tls();
        let mut serve = Command::new(program("hub-server"));
        serve.args(["serve", "--listen", "127.0.0.1:0", "--internal", "127.0.0.1:0", "--database", url]);
        let mut process = Process::start("hub-server", &mut serve);
        let address = format!("http://{}", process.wait_for_line(address_in));
        let internal = process.wait_for_line(internal_in);
        Self { process, address, internal, id, http: reqwest::Client::new() }
    }

    /// What a customer at a till waits for: how much of a product the stores have.
    async fn question(&self, till: &Till, sku: &domain::codes::Sku) -> Duration {
        let body = serde_json::to_vec(&StockRequest { sku: sku.clone() }).unwrap();
        let asked = self.signed(till, "/sync/v1/stock", body);
        let begun = Instant::now();
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap();
        begun.elapsed()
    }

    /// Brings everything, in order, and comes again as long as it is told to.
    async fn bring(&self, till: Till, seed: u64, told: &AtomicU64) {
        let mut random = Random::new(seed);
        let logs = vec![OpenedLog { log: till.log, head: Head::EMPTY, acked: Head::EMPTY }];
        let (version, at_utc_ms) = ("benchmark".to_owned(), kit::clock::now().timestamp_millis());
        let unsent = i64::try_from(till.events.len()).unwrap();
        let open = OpenRequest { till: till.id, protocol: PROTOCOL, version, logs, at_utc_ms, unsent };
        let open = serde_json::to_vec(&open).unwrap();
        let opened = self.until_taken(&till, "/sync/v1/open", &open, &mut random, told).await;
        let session = serde_json::from_slice::<OpenReply>(&opened).unwrap().session;
        let mut first = 1;
        for events in till.events.chunks(BATCH) {
            let last = first + i64::try_from(events.len()).unwrap() - 1;
            let head = Head { seq: last, hash: domain::sync::hash_event(events.last().unwrap()) };
            let push = write_batch(session, till.log, first, events, head).unwrap();
            let taken = self.until_taken(&till, "/sync/v1/push", &push, &mut random, told).await;
            assert_eq!(serde_json::from_slice::<PushReply>(&taken).unwrap().ack, head);
            first = last + 1;
        }
    }

    /// As an agent does it: after the time it was told, and a random while more that grows.
    async fn until_taken(
        &self,
        till: &Till,
        path: &str,
        body: &[u8],
        random: &mut Random,
        told: &AtomicU64,
    ) -> Vec<u8> {
        let mut failures = 0;
        loop {
            let answer = self.signed(till, path, body.to_vec()).send().await.unwrap();
            let status = answer.status();
            if status.is_success() {
                return answer.bytes().await.unwrap().to_vec();
            }
            assert!(status == 503 || status == 429, "{status} {}", answer.text().await.unwrap());
            told.fetch_add(1, Ordering::SeqCst);
            let jitter = u32::try_from(random.below(1_000_000)).unwrap();
            let more = domain::sync::Backoff::default().wait_ms(failures, jitter);
            let wait = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            tokio::time::sleep(Duration::from_secs(wait) + Duration::from_millis(more.unsigned_abs())).await;
            failures += 1;
        }
    }

    fn signed(&self, till: &Till, path: &str, body: Vec<u8>) -> reqwest::RequestBuilder {
        signed(&self.http, &self.address, &self.id, (till.id, &till.key), path, body)
    }

    /// Megabytes of the process that are in memory.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
    }
}

/// Sales a second of one writer that only inserts their rows.
async fn bare_rate(url: &str, chain: &Chain) -> f64 {
    let sales = ten_line_sales(chain, &mut Random::new(7), BARE);
    let mut bare = Bare::open(url).await;
    let begun = Instant::now();
    for batch in sales.chunks(BATCH) {
        bare.take(batch).await;
    }
    BARE as f64 / begun.elapsed().as_secs_f64()
}
