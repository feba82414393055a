//! Verifying a long ledger, beside one thread that reads the same entries in the order of their table and computes their
//! digests. `entries=N` says how many, a million if it says nothing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use domain::money::{Money, Points};
use domain::points::{Expiry, Programme, Rate, Redemption, Value};
use domain::sale::{SaleDraft, Tender, TenderKind};
use hub_server::{App, Clock, Settings, intake, ledger};
use sqlx::SqliteConnection;
use yapa::chain::{self, Chain};

use crate::copied;
use crate::measure::{Figure, asked, ratio, timed};
use crate::world::process::program;

const ENTRIES: i64 = 1_000_000;
/// Each so manieth sale with a card is paid with points in part.
const SPENDS: usize = 6;
const SPENT: (Points, Money) = (Points(5_000), Money(2_500));

pub fn figures() -> Vec<Figure> {
    let wanted = asked("entries", ENTRIES);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.db");
    let entries = runtime.block_on(async {
        template(&file).await;
        copied::until(&file, wanted).await
    });
    let mut floors = vec![];
    let mut verified = vec![];
    for _ in 0..if wanted > ENTRIES { 1 } else { 3 } {
        floors.push(runtime.block_on(floor(&file, entries)));
        verified.push(verify(&file, entries));
    }
    floors.sort();
    verified.sort();
    let (floor, (took, peak_kib)) = (floors[floors.len() / 2], verified[verified.len() / 2]);
    vec![Figure {
        what: format!("ledger verify --points, {entries} entries, SQLite"),
        ours: format!("{:.1} s, {} MB", took.as_secs_f64(), peak_kib / 1_024),
        reference: format!("entries read and digested {:.1} s", floor.as_secs_f64()),
        ratio: format!("{:.1} times as long", ratio(took, floor)),
    }]
}

/// The demo chain's year under rules by which points end, vest and pay.
async fn template(file: &Path) {
    let today = "2026-01-05".parse().unwrap();
    let chain = chain::generate(chain::SEED, today).unwrap();
    let settings = Settings { database: Some(format!("sqlite://{}", file.display())), ..Settings::default() };
    let app = App::open(settings, Clock::System).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    ledger::add_programme(&mut tx, &programme(&chain), app.clock.now()).await.unwrap();
    yapa::demo::load::master_rows(&mut tx, &chain, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    intake::import_sales(&app, paid_in_part(&chain)).await.unwrap();
}

fn programme(chain: &Chain) -> Programme {
    let first = chain.sales.iter().map(|sale| sale.business_date).min().unwrap();
    let redemption = Redemption {
        value: Value { points: 100, money: 50 },
        step: Points::ONE,
        minimum: Points::ONE,
        offline_cap: Points(50_000),
        offline_days: 7,
        offline_redemptions: None,
    };
    let expiry: Expiry = serde_json::from_str(r#"{"days": 365, "end_of": "month"}"#).unwrap();
    Programme {
        version: 2,
        base: Rate { points: 100, per: 1_000 },
        vest_days: 7,
        redemption: Some(redemption),
        expiry: Some(expiry),
        ..Programme::starter(first)
    }
}

fn paid_in_part(chain: &Chain) -> Vec<SaleDraft> {
    let mut drafts: Vec<SaleDraft> = chain.sales.iter().cloned().map(Into::into).collect();
    let with_card = drafts.iter_mut().filter(|draft| draft.card.is_some());
    for draft in with_card.step_by(SPENDS) {
        let due = domain::sale::lines_total(draft).unwrap();
        if due > SPENT.1 {
            draft.tenders = vec![
                Tender::of_points(SPENT.0, SPENT.1),
                Tender::new(TenderKind::Card, due.minus(SPENT.1).unwrap()),
            ];
            (draft.change, draft.rounding) = (Money::ZERO, Money::ZERO);
        }
    }
    drafts
}

/// Every entry once, in one thread.
async fn floor(file: &Path, entries: i64) -> Duration {
    let begun = Instant::now();
    let mut connection: SqliteConnection = copied::open(file).await;
    let agreeing = i64::try_from(copied::digested(&mut connection).await).unwrap();
    assert_eq!(agreeing, entries, "every entry agrees with its digest");
    begun.elapsed()
}

/// The command as an operator runs it, and the most memory that it had.
fn verify(file: &Path, entries: i64) -> (Duration, u64) {
    let mut command = Command::new(program("hub-server"));
    command.args(["--database", &format!("sqlite://{}", file.display())]);
    command.args(["ledger", "verify", "--points", "--json"]).stdout(Stdio::piped());
    let ((output, peak_kib), took) = timed(|| {
        let child = command.spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let watching = std::thread::spawn(move || peak_of(&status));
        (child.wait_with_output().unwrap(), watching.join().unwrap())
    });
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    let row: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(row["entries"], entries);
    (took, peak_kib)
}

/// The last that the system said before the program ended.
fn peak_of(status: &str) -> u64 {
    let mut peak = 0;
    while let Ok(text) = std::fs::read_to_string(status) {
        let Some(line) = text.lines().find(|line| line.starts_with("VmHWM:")) else { break };
        peak = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    peak
}
