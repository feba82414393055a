//! One task a printer: takes the oldest job, sends it, and keeps what became of it before the next.
//!
//! A job is printed at least once. Before its first byte leaves, the file says that it is on its way; if
//! nobody can tell any more whether it is on paper (the printer died, the agent was killed) it is printed
//! again, marked as a copy, so that two receipts never pass for two sales.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use tokio::sync::watch;

use super::Printer;
use super::link::{Patience, PrintError, Session};
use crate::app::{Agent, plate};
use crate::error::AgentError;
use crate::receipt::report::{Place, x_report, z_report};
use crate::receipt::{self, Part, Slip};
use crate::store::StoreError;
use crate::store::print::{JobState, Matter, PrintJob};
use crate::ui::view::PrinterState;
use crate::ui::words::Words;

/// How often a printer is tried.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub retry_first: Duration,
    pub retry_most: Duration,
    /// Between two looks at a printer that has nothing to do.
    pub look: Duration,
    pub patience: Patience,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            retry_first: Duration::from_secs(1),
            retry_most: Duration::from_secs(30),
            look: Duration::from_secs(10),
            patience: Patience::default(),
        }
    }
}

impl Pace {
    /// The pause after one more try in vain: twice as long each time.
    fn retry(self, tries: &mut u32) -> Duration {
        let wait = self.retry_first.saturating_mul(1 << (*tries).min(16));
        *tries += 1;
        wait.min(self.retry_most)
    }
}

/// A drawer opens for the customer who stands there, not for a job of an hour ago.
const DRAWER_FRESH: TimeDelta = TimeDelta::seconds(60);

/// Prints on all printers until `shutdown` turns true.
pub async fn run(agent: Agent, pace: Pace, shutdown: watch::Receiver<bool>) {
    let printers = agent.printing().printers().iter();
    join_all(printers.map(|printer| serve(&agent, printer, pace, shutdown.clone()))).await;
}

enum Turn {
    /// A job left the queue; there may be another.
    Done,
    Nothing,
    Again,
}

async fn serve(agent: &Agent, printer: &Printer, pace: Pace, mut shutdown: watch::Receiver<bool>) {
    let mut wake = agent.printing().wake.subscribe();
    let mut tries = 0;
    while !*shutdown.borrow() {
        wake.borrow_and_update();
        let wait = match turn(agent, printer, pace.patience).await {
            Ok(Turn::Done) => {
                tries = 0;
                continue;
            }
            Ok(Turn::Nothing) => {
                tries = 0;
                pace.look
            }
            Ok(Turn::Again) => pace.retry(&mut tries),
            Err(error) => {
                tracing::error!(
                    code = "print_queue",
                    printer = printer.id,
                    %error,
                    "a job could not be taken from the queue"
                );
                pace.retry(&mut tries)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // Neither can fail: the agent holds both senders.
            _ = wake.changed() => {}
            _ = shutdown.wait_for(|stop| *stop) => {}
        }
    }
}

/// One job, or one look at the printer.
async fn turn(agent: &Agent, printer: &Printer, patience: Patience) -> Result<Turn, AgentError> {
    let job = next(agent, printer).await?;
    let opened = session(printer, patience).await;
    agent.set_printer(printer, opened.as_ref().map_or_else(PrintError::state, |(state, _)| *state));
    let Some(job) = job else { return Ok(Turn::Nothing) };
    let session = match opened {
        Ok((_, session)) => session,
        Err(error) => {
            // Nothing was sent: the job is what it was.
            keep(agent, &job, resting(&job), &error.to_string()).await?;
            return Ok(Turn::Again);
        }
    };
    let bytes = match bytes(agent, printer, &job).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            keep(agent, &job, JobState::Failed, "late").await?;
            return Ok(Turn::Done);
        }
        Err(error) if can_never_print(&error) => {
            tracing::error!(code = "print_never", job = ?job.matter, %error, "a job can never be printed");
            keep(agent, &job, JobState::Failed, error.code()).await?;
            return Ok(Turn::Done);
        }
        Err(other) => return Err(other),
    };
    keep(agent, &job, JobState::Sending, "").await?;
    match send(session, bytes).await {
        Ok(state) => {
            keep(agent, &job, JobState::Printed, "").await?;
            agent.set_printer(printer, state);
            Ok(Turn::Done)
        }
        Err(error) => {
            tracing::warn!(
                code = "print_failed",
                printer = printer.id,
                job = ?job.matter,
                %error,
                "a job was not printed"
            );
            let state = if error.is_unsure() { JobState::Unsure } else { resting(&job) };
            keep(agent, &job, state, &error.to_string()).await?;
            agent.set_printer(printer, error.state());
            Ok(Turn::Again)
        }
    }
}

/// What it is about cannot be read, or is not open any more: no later try reads more, and the next job must not
/// wait for it.
fn can_never_print(error: &AgentError) -> bool {
    matches!(
        error,
        AgentError::NoSuchSale(_)
            | AgentError::NoSuchShift
            | AgentError::NoSuchTill(_)
            | AgentError::Amount(_)
            | AgentError::Store(StoreError::BadRow { .. })
    )
}

/// What a job is again when a try sent nothing of it.
fn resting(job: &PrintJob) -> JobState {
    if is_unsure(job) { JobState::Unsure } else { JobState::Waiting }
}

/// A job that was on its way when the agent ended is as unsure as one that the printer died on.
fn is_unsure(job: &PrintJob) -> bool {
    matches!(job.state, JobState::Sending | JobState::Unsure)
}

/// The oldest job of the printer's tills.
async fn next(agent: &Agent, printer: &Printer) -> Result<Option<PrintJob>, AgentError> {
    let mut oldest: Option<PrintJob> = None;
    for till in &printer.tills {
        let job = agent.store().next_print_job(*till).await?;
        oldest = [oldest, job].into_iter().flatten().min_by_key(|job| job.id);
    }
    Ok(oldest)
}

async fn keep(agent: &Agent, job: &PrintJob, state: JobState, error: &str) -> Result<(), AgentError> {
    Ok(agent.store().set_print_job(job.id, state, error, agent.now()).await?)
}

/// The job in the printer's commands; none where it is too late for it.
async fn bytes(agent: &Agent, printer: &Printer, job: &PrintJob) -> Result<Option<Vec<u8>>, AgentError> {
    let is_fresh = agent.now() - job.queued_at < DRAWER_FRESH;
    let opens = job.opens_drawer && is_fresh && !is_unsure(job);
    let profile = &printer.profile;
    Ok(Some(match job.matter {
        Matter::Receipt(sale) | Matter::Copy(sale) => {
            let receipt = agent.receipt(sale).await?;
            let zone = agent.desk(job.till)?.till.zone;
            let is_copy = matches!(job.matter, Matter::Copy(_)) || is_unsure(job);
            let slip = Slip::new(&receipt, &Words::new(&receipt.chain, zone, None), is_copy);
            receipt::receipt(&slip, profile, opens)
        }
        Matter::X(_) | Matter::Z(_) | Matter::ZCopy(_) => {
            receipt::report(&report(agent, job).await?, profile, opens)
        }
        Matter::Drawer if opens => receipt::drawer(profile),
        Matter::Drawer => return Ok(None),
        Matter::Test => receipt::calibration(profile, &printer.id, &[]),
    }))
}

/// A shift that closed before its X was printed has its Z, which says all of it.
async fn report(agent: &Agent, job: &PrintJob) -> Result<Vec<Part>, AgentError> {
    let desk = agent.desk(job.till)?;
    let (chain, till) = (agent.chain(), plate(desk));
    let (place, w) = (Place { chain: &chain, till: &till }, Words::new(&chain, till.zone, None));
    let is_copy = matches!(job.matter, Matter::ZCopy(_)) || is_unsure(job);
    match job.matter {
        Matter::Z(shift) | Matter::ZCopy(shift) => {
            let closed = agent.store().shift_closed(shift).await?.ok_or(AgentError::NoSuchShift)?;
            Ok(z_report(&closed, place, &w, is_copy))
        }
        _ => {
            let open = agent.open_shift(job.till).await?;
            let open = open.filter(|open| job.matter == Matter::X(open.opened.shift));
            let open = open.ok_or(AgentError::NoSuchShift)?;
            Ok(x_report(&open, place, &w))
        }
    }
}

/// Opens the printer and asks how it is; devices block, so a thread of its own does it.
async fn session(printer: &Printer, patience: Patience) -> Result<(PrinterState, Session), PrintError> {
    let (address, asks) = (printer.address.clone(), printer.profile.status);
    let ask = move || {
        let mut session = Session::open(&address, asks, patience)?;
        Ok((session.ready()?, session))
    };
    blocking(ask).await
}

async fn send(mut session: Session, job: Vec<u8>) -> Result<PrinterState, PrintError> {
    blocking(move || session.print(&job)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PrintError> + Send + 'static,
) -> Result<T, PrintError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // The thread panicked, which its own message names: how far it came is not known.
        Err(error) => Err(PrintError::Lost { sent: 1, error: std::io::Error::other(error) }),
    }
}
