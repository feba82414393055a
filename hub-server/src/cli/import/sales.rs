//! Finished sales: tickets from rows, in custody like any till's.

use domain::sale::SaleDraft;
use kit::cli::Failure;
use kit::sales_csv::{FileRow, SalesReader, Ticket};

use super::{Import, Rejects, cannot_read, open_file};
use crate::app::App;
use crate::catalogue::{Tally, Turn};
use crate::cli::failure;
use crate::intake::{self, Imported};

/// Tickets handed over at once.
const PART: usize = 2_000;

struct Waiting {
    draft: SaleDraft,
    rows: Vec<FileRow>,
}

pub(super) async fn read(app: &App, args: &Import) -> Result<Tally, Failure> {
    let bad = |e| cannot_read(&args.file, e);
    let mut reader = SalesReader::open(|| open_file(&args.file)).map_err(bad)?;
    let mut rejects = Rejects::new(args, reader.table())?;
    let mut tally = Tally::default();
    let mut part = vec![];
    if args.dry_run {
        eprintln!(
            "notice: a dry run of sales checks the file; whether the hub has a ticket already is told by the import"
        );
    }
    while let Some(ticket) = reader.next_ticket().map_err(bad)? {
        match ticket {
            Ticket::Rejected(rows) => {
                for row in rows {
                    rejects.add(&row.cells, &row.error)?;
                }
            }
            Ticket::Good { draft, rows } => part.push(Waiting { draft: *draft, rows }),
        }
        if part.len() == PART {
            flush(app, args, &mut part, &mut tally, &mut rejects).await?;
        }
    }
    flush(app, args, &mut part, &mut tally, &mut rejects).await?;
    tally.rejected = rejects.finish()?;
    Ok(tally)
}

async fn flush(
    app: &App,
    args: &Import,
    part: &mut Vec<Waiting>,
    tally: &mut Tally,
    rejects: &mut Rejects,
) -> Result<(), Failure> {
    let waiting = std::mem::take(part);
    if args.dry_run {
        tally.new += waiting.len() as u64;
        return Ok(());
    }
    let drafts = waiting.iter().map(|w| w.draft.clone()).collect();
    let turns = intake::import_sales(app, drafts).await.map_err(failure)?;
    for (turn, ticket) in turns.into_iter().zip(waiting) {
        match turn {
            Imported::New => tally.add(&Turn::New),
            Imported::Same => tally.add(&Turn::Same),
            Imported::Rejected { code, reason } => {
                let reason = format!("{reason} ({code})");
                for row in Ticket::refuse(ticket.rows, "ticket_refused", &reason) {
                    rejects.add(&row.cells, &row.error)?;
                }
            }
        }
    }
    Ok(())
}
