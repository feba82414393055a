//! `hub-server ledger`.

use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;
use uuid::Uuid;

use super::{Shaped, db_failure, open};
use crate::intake::{self, Audit};
use crate::ledger::{Difference, Explanation};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Ledger {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Computes every sum, every sale's points and every hash chain anew; exit 0 only if all hold
    Verify(Shaped),
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

#[derive(Debug, Serialize)]
struct Row {
    holds: bool,
    accounts: usize,
    entries: i64,
    sales: i64,
    logs: i64,
    events: i64,
    differences: usize,
    first: Vec<Difference>,
}

pub async fn ledger(args: Ledger, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    let mut tx = app.db.read().await.map_err(db_failure)?;
    match args.what {
        What::Verify(shape) => {
            let audit = intake::verify(&mut tx).await.map_err(db_failure)?;
            print(audit, Shape::json(shape.json))
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

fn print(audit: Audit, shape: Shape) -> Result<Exit, Failure> {
    let holds = audit.differences.is_empty();
    let count = audit.differences.len();
    let first: Vec<Difference> = audit.differences.into_iter().take(SHOWN).collect();
    let row = Row {
        holds,
        accounts: audit.accounts,
        entries: audit.entries,
        sales: audit.sales,
        logs: audit.logs,
        events: audit.events,
        differences: count,
        first: if shape == Shape::Json { first.clone() } else { vec![] },
    };
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
