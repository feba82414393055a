//! `hub-server ledger`.

use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;
use uuid::Uuid;

use super::{Shaped, db_failure, open};
use crate::intake::{self, Audit};
use crate::ledger::{self, Difference, Explanation, Verified};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Ledger {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Computes every sum, every sale's points and every hash chain anew; exit 0 only if all hold
    Verify {
        /// The ledger alone: accounts, entries, lots and allocations, without sales and chains
        #[arg(long)]
        points: bool,
        #[command(flatten)]
        shape: Shaped,
    },
    /// Which rule made an entry, on which base, with which rounding, for which line of the sale
    Explain {
        /// Its id, or that of a sale for all that the sale caused
        id: Uuid,
        #[command(flatten)]
        shape: Shaped,
    },
}

/// Differences that are printed; the count says how many there are.
const SHOWN: usize = 20;

#[derive(Debug, Default, Serialize)]
struct Row {
    holds: bool,
    accounts: i64,
    entries: i64,
    /// Posted by a release that made none.
    without_digest: i64,
    /// None where they were not looked at.
    sales: Option<i64>,
    logs: Option<i64>,
    events: Option<i64>,
    differences: usize,
    first: Vec<Difference>,
}

impl Row {
    fn of_all(audit: &Audit) -> Self {
        Self {
            accounts: audit.accounts,
            entries: audit.entries,
            without_digest: audit.without_digest,
            sales: Some(audit.sales),
            logs: Some(audit.logs),
            events: Some(audit.events),
            ..Self::default()
        }
    }

    fn of_points(verified: &Verified) -> Self {
        let Verified { accounts, entries, without_digest, .. } = *verified;
        Self { accounts, entries, without_digest, ..Self::default() }
    }
}

pub async fn ledger(args: Ledger, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    let mut tx = app.db.read().await.map_err(db_failure)?;
    match args.what {
        What::Verify { points: true, shape } => {
            let verified = ledger::verify(&mut tx).await.map_err(db_failure)?;
            print(Row::of_points(&verified), verified.differences, Shape::json(shape.json))
        }
        What::Verify { points: false, shape } => {
            let audit = intake::verify(&mut tx).await.map_err(db_failure)?;
            print(Row::of_all(&audit), audit.differences, Shape::json(shape.json))
        }
        What::Explain { id, shape } => {
            let found = intake::explain(&mut tx, id).await.map_err(db_failure)?;
            explained(id, &found, Shape::json(shape.json))
        }
    }
}

fn explained(id: Uuid, found: &[Explanation], shape: Shape) -> Result<Exit, Failure> {
    if found.is_empty() {
        let why = format!("the ledger has no entry {id}, and no entry of a sale {id}");
        return Err(Failure::new(Exit::NotFound, "no_such_entry", why)
            .fix("hub-server export ledger lists every entry with its id and its sale"));
    }
    if shape == Shape::Json {
        print_one(&found, shape)?;
    } else {
        for explanation in found {
            print_one(&explanation.head, shape)?;
            print_rows(&explanation.steps, shape)?;
        }
    }
    if found.iter().all(|explanation| explanation.head.adds_up) {
        return Ok(Exit::Ok);
    }
    Err(Failure::new(Exit::Failed, "entry_not_explained", "the steps do not add up to the entry")
        .fix("run hub-server ledger verify: it says what differs"))
}

fn print(row: Row, differences: Vec<Difference>, shape: Shape) -> Result<Exit, Failure> {
    let (holds, count) = (differences.is_empty(), differences.len());
    let first: Vec<Difference> = differences.into_iter().take(SHOWN).collect();
    let shown = if shape == Shape::Json { first.clone() } else { vec![] };
    let row = Row { holds, differences: count, first: shown, ..row };
    print_one(&row, shape)?;
    if shape == Shape::Table {
        print_rows(&first, shape)?;
    }
    if holds {
        return Ok(Exit::Ok);
    }
    Err(Failure::new(Exit::Failed, "ledger_differs", format!("{count} figures do not hold"))
        .fix("keep the database as it is and report these lines; nothing was changed"))
}
