//! `pos-agent import sales` and `pos-agent import poslog`.

mod poslog;

use std::io::{IsTerminal, stderr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_one};

use super::{agent_failure, open_agent, running, sync};
use crate::integration::import::{ImportError, Note, Report, Sink, import as import_file};
use crate::settings::Settings;
use crate::sync::client::Neighbour;

#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Finished sales of another till software, one row a line
    Sales(Sales),
    /// POSLog 2.2 and 6 files of another till software: pos-agent import poslog FILE.xml
    Poslog(poslog::Poslog),
}

#[derive(Debug, Args)]
struct Sales {
    /// CSV file; its rows of one ticket need not stand together
    file: PathBuf,
    /// Writes the rows that did not go in, with the reason, to be mended and read again
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Checks the file and takes nothing in
    #[arg(long)]
    dry_run: bool,
    /// Sends everything to the hub afterwards; an agent that runs does so anyway
    #[arg(long)]
    push: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Bad rows that are told one by one; the error file has them all.
const TOLD_MAX: u64 = 20;
const TELL_EVERY: Duration = Duration::from_secs(2);

pub async fn import(args: &Import, settings: &Settings) -> Result<Exit, Failure> {
    let args = match &args.what {
        What::Sales(args) => args,
        What::Poslog(args) => return poslog::import(args, settings).await,
    };
    let sink = sink(args, settings).await?;
    let mut teller = Teller { began: Instant::now(), told_at: Instant::now(), bad: 0 };
    let report = import_file(&args.file, args.errors.as_deref(), &sink, |note| teller.tell(&note)).await;
    let report = report.map_err(failure)?;
    print_one(&report, Shape::json(args.json))?;
    if let Sink::Own(agent) = &sink {
        if args.push {
            sync::push(agent).await?;
        }
        agent.store().close().await;
    }
    if report.rejected_rows > 0 {
        let more = report.rejected_rows.saturating_sub(TOLD_MAX);
        if more > 0 {
            eprintln!("… and {more} more rows; --errors FILE writes them all");
        }
        return Ok(Exit::Partial);
    }
    Ok(Exit::Ok)
}

/// One process writes a till's file: this one, or the agent that runs already.
async fn sink(args: &Sales, settings: &Settings) -> Result<Sink, Failure> {
    if args.dry_run {
        return Ok(Sink::Nowhere);
    }
    match open_agent(settings).await {
        Ok(agent) => Ok(Sink::Own(agent)),
        Err(failure) => match running(settings, &failure) {
            Some(address) => {
                eprintln!("the agent at {address} has the till's file: handing the tickets to it");
                Ok(Sink::Beside(neighbour(&address, settings)?))
            }
            None => Err(failure),
        },
    }
}

fn neighbour(address: &str, settings: &Settings) -> Result<Neighbour, Failure> {
    let token = settings.integration.token().map_err(super::token_failure)?;
    let neighbour = Neighbour::new(address).map_err(ImportError::from).map_err(failure)?;
    Ok(neighbour.with_token(token))
}

struct Teller {
    began: Instant,
    told_at: Instant,
    bad: u64,
}

impl Teller {
    fn tell(&mut self, note: &Note<'_>) {
        match note {
            Note::UnknownColumn(column) => {
                eprintln!("notice: the column {column:?} is not known and is left out")
            }
            Note::BadRow(row) => {
                self.bad += 1;
                if self.bad <= TOLD_MAX {
                    eprintln!("bad row: {}", row.error);
                }
            }
            Note::Progress(report) if self.told_at.elapsed() >= TELL_EVERY => {
                self.told_at = Instant::now();
                self.progress(report);
            }
            Note::Progress(_) => {}
        }
    }

    fn progress(&self, report: &Report) {
        let tickets = report.taken + report.repeated + report.rejected_tickets;
        let rate = u128::from(tickets) * 1_000 / self.began.elapsed().as_millis().max(1);
        let text = format!("{tickets} tickets, {} rows, {rate} tickets/s", report.rows);
        // A terminal gets one line that changes, a log one line each time.
        if stderr().is_terminal() { eprint!("\r{text}   ") } else { eprintln!("{text}") }
    }
}

fn failure(error: ImportError) -> Failure {
    let message = error.to_string();
    match error {
        ImportError::Agent(error) => agent_failure(error),
        ImportError::Table(error) => Failure::new(Exit::Config, error.code(), message)
            .fix("see the columns in the README, then try again"),
        ImportError::File { .. } => Failure::new(Exit::NotFound, "file", message),
        ImportError::Neighbour(_) => {
            Failure::new(Exit::Unreachable, "agent_silent", message).fix("run the import again: it goes on")
        }
        ImportError::ReaderGone => Failure::new(Exit::Failed, "reader_gone", message),
    }
}
