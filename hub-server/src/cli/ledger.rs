//! `hub-server ledger`.

use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;

use super::{Shaped, db_failure, open};
use crate::intake::{self, Audit};
use crate::ledger::Difference;
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
    let What::Verify(shape) = args.what;
    let app = open(settings).await?;
    let mut tx = app.db.read().await.map_err(db_failure)?;
    let audit = intake::verify(&mut tx).await.map_err(db_failure)?;
    print(audit, Shape::json(shape.json))
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
