//! Master rows: read, written in parts, each part one commit.

use std::collections::HashSet;

use kit::cli::Failure;
use kit::table::{Column, Row, RowError, TableReader};

use super::absent::Absent;
use super::{Import, Rejects, cannot_read, open_file};
use crate::app::App;
use crate::catalogue::{Tally, Turn};
use crate::cli::{db_failure, failure};
use crate::db::Tx;
use crate::error::Error;

/// Rows of one commit.
const PART: usize = 5_000;

/// One kind of master row.
pub(super) trait MasterRow: Sized {
    const COLUMNS: &'static [Column];

    fn read(row: &Row) -> Result<Self, RowError>;

    /// What must be unique within one bulk write.
    fn key(&self) -> String;

    /// Takes over from the rows that are known what the file says nothing about.
    async fn keep(tx: &mut Tx, rows: &mut [Self], absent: Absent<'_>) -> Result<(), Error>;

    async fn write(app: &App, tx: &mut Tx, rows: &[Self]) -> Result<Vec<Turn>, Error>;
}

/// A row with what the error file needs, should it be refused while it is written.
struct Waiting<R> {
    row: R,
    source: Row,
}

pub(super) async fn read<R: MasterRow>(app: &App, args: &Import) -> Result<Tally, Failure> {
    let bad = |e| cannot_read(&args.file, e);
    let input = open_file(&args.file).map_err(|e| bad(e.into()))?;
    let mut table = TableReader::new(input, R::COLUMNS).map_err(bad)?;
    let mut rejects = Rejects::new(args, &table)?;
    let lacking = table.absent_columns().to_vec();
    let absent = Absent(&lacking);
    let mut tally = Tally::default();
    let mut part: Vec<Waiting<R>> = vec![];
    let mut keys = HashSet::new();
    while let Some(row) = table.next_row().map_err(bad)? {
        match row.map_err(|bad| (bad.cells, bad.error)).and_then(|row| match R::read(&row) {
            Ok(read) => Ok(Waiting { row: read, source: row }),
            Err(error) => Err((row.cells(), error)),
        }) {
            Err((cells, error)) => rejects.add(&cells, &error)?,
            Ok(waiting) => {
                // The same key again: what came first is written first.
                if part.len() == PART || !keys.insert(waiting.row.key()) {
                    flush(app, args, absent, &mut part, &mut tally, &mut rejects).await?;
                    keys.clear();
                    keys.insert(waiting.row.key());
                }
                part.push(waiting);
            }
        }
    }
    flush(app, args, absent, &mut part, &mut tally, &mut rejects).await?;
    tally.rejected = rejects.finish()?;
    Ok(tally)
}

async fn flush<R: MasterRow>(
    app: &App,
    args: &Import,
    absent: Absent<'_>,
    part: &mut Vec<Waiting<R>>,
    tally: &mut Tally,
    rejects: &mut Rejects,
) -> Result<(), Failure> {
    let (mut rows, sources): (Vec<R>, Vec<Row>) = part.drain(..).map(|w| (w.row, w.source)).unzip();
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await.map_err(db_failure)?;
    if !absent.0.is_empty() {
        R::keep(&mut tx, &mut rows, absent).await.map_err(failure)?;
    }
    let turns = R::write(app, &mut tx, &rows).await.map_err(failure)?;
    if !args.dry_run {
        tx.commit().await.map_err(db_failure)?;
    }
    for (turn, source) in turns.iter().zip(&sources) {
        match turn {
            Turn::Rejected(why) => rejects.add(&source.cells(), &source.error("", "refused", why.clone()))?,
            _ => tally.add(turn),
        }
    }
    Ok(())
}
