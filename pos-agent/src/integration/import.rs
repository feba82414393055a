//! A sales file, ticket by ticket, through the same path as the local API. Reading and writing overlap;
//! memory stays flat because batches wait in a channel of two.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use domain::sale::Sale;
use kit::sales_csv::{FileRow, RejectedRow, SalesReader, Ticket};
use kit::table::{ErrorFile, TableError};
use serde::Serialize;
use tokio::sync::mpsc;

use super::Taken;
use super::api::{ApiError, BulkAnswer, refusal};
use super::finished::FinishedSale;
use crate::app::Agent;
use crate::error::AgentError;
use crate::sync::client::{CallError, Neighbour};

/// Tickets a commit.
const BATCH: usize = 500;

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0}")]
    Table(#[from] TableError),
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Agent(#[from] AgentError),
    #[error("the running agent: {0}")]
    Neighbour(#[from] CallError),
    #[error("the reading of the file ended early")]
    ReaderGone,
}

/// Where tickets go.
#[derive(Debug)]
pub enum Sink {
    /// This process has the till's file.
    Own(Agent),
    /// A running agent has it.
    Beside(Neighbour),
    /// Nowhere: the file is only checked.
    Nowhere,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Tickets that went in now.
    pub taken: u64,
    /// Tickets that were there already.
    pub repeated: u64,
    /// Tickets that did not go in.
    pub rejected_tickets: u64,
    pub rejected_rows: u64,
    pub rows: u64,
}

/// One ticket with its rows, should it be refused.
#[derive(Debug)]
struct ReadTicket {
    sale: Sale,
    rows: Vec<FileRow>,
}

#[derive(Debug)]
enum Message {
    Begin { unknown: Vec<String>, errors: Option<Box<ErrorFile<File>>> },
    Tickets(Vec<ReadTicket>),
    Rejected(Vec<RejectedRow>),
    Failed(ImportError),
}

/// Imports the file. `say` hears of unknown columns, bad rows and progress, one line each.
pub async fn import(
    file: &Path,
    errors: Option<&Path>,
    sink: &Sink,
    mut say: impl FnMut(Note<'_>),
) -> Result<Report, ImportError> {
    let (send, mut receive) = mpsc::channel(2);
    let (file, errors) = (file.to_owned(), errors.map(Path::to_owned));
    let reading = tokio::task::spawn_blocking(move || {
        if let Err(error) = read(&file, errors.as_deref(), &send) {
            // Nobody listens any more only if the import itself failed.
            let _ = send.blocking_send(Message::Failed(error));
        }
    });
    let mut report = Report::default();
    let mut error_file = None;
    while let Some(message) = receive.recv().await {
        let rejected = match message {
            Message::Begin { unknown, errors } => {
                error_file = errors;
                unknown.iter().for_each(|column| say(Note::UnknownColumn(column)));
                vec![]
            }
            Message::Tickets(tickets) => hand_over(tickets, sink, &mut report).await?,
            Message::Rejected(rows) => {
                report.rows += rows.len() as u64;
                vec![rows]
            }
            Message::Failed(error) => return Err(error),
        };
        for rows in rejected {
            report.rejected_tickets += 1;
            report.rejected_rows += rows.len() as u64;
            for row in rows {
                say(Note::BadRow(&row));
                if let Some(file) = &mut error_file {
                    file.write(&row.cells, &row.error)?;
                }
            }
        }
        say(Note::Progress(&report));
    }
    reading.await.map_err(|_| ImportError::ReaderGone)?;
    if let Some(file) = error_file {
        file.finish()?;
    }
    Ok(report)
}

/// What a person hears during an import.
#[derive(Debug)]
pub enum Note<'n> {
    UnknownColumn(&'n str),
    BadRow(&'n RejectedRow),
    Progress(&'n Report),
}

/// The blocking half. A closed channel means that the other half gave up, so this one may too.
fn read(file: &Path, errors: Option<&Path>, send: &mpsc::Sender<Message>) -> Result<(), ImportError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| ImportError::File { path, error }
    };
    // The file is opened twice; a missing one is reported with its name.
    File::open(file).map_err(io(file))?;
    let mut reader = SalesReader::open(|| Ok(BufReader::with_capacity(1 << 16, File::open(file)?)))?;
    let errors = match errors {
        Some(path) => match reader.table().create_error_file(file, path) {
            Err(TableError::Io(error)) => return Err(io(path)(error)),
            created => Some(Box::new(created?)),
        },
        None => None,
    };
    let unknown = reader.table().unknown_columns().to_vec();
    let mut batch = Vec::with_capacity(BATCH);
    let mut open = send.blocking_send(Message::Begin { unknown, errors }).is_ok();
    while open {
        match reader.next_ticket()? {
            None => break,
            Some(Ticket::Rejected(rows)) => open = send.blocking_send(Message::Rejected(rows)).is_ok(),
            Some(Ticket::Good { draft, rows }) => match Sale::close(*draft) {
                Ok(sale) => batch.push(ReadTicket { sale, rows }),
                Err(error) => {
                    let refused = Ticket::refuse(rows, error.code(), &error.to_string());
                    open = send.blocking_send(Message::Rejected(refused)).is_ok();
                }
            },
        }
        if batch.len() >= BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            open = send.blocking_send(Message::Tickets(full)).is_ok();
        }
    }
    if open && !batch.is_empty() {
        let _ = send.blocking_send(Message::Tickets(batch));
    }
    Ok(())
}

/// Hands a batch over and answers with the rows of the tickets that were refused.
async fn hand_over(
    tickets: Vec<ReadTicket>,
    sink: &Sink,
    report: &mut Report,
) -> Result<Vec<Vec<RejectedRow>>, ImportError> {
    report.rows += tickets.iter().map(|ticket| ticket.rows.len() as u64).sum::<u64>();
    let (sales, sources): (Vec<Sale>, Vec<_>) = tickets.into_iter().map(|t| (t.sale, t.rows)).unzip();
    let outcomes = match sink {
        Sink::Nowhere => vec![Ok(Taken::New); sales.len()],
        Sink::Own(agent) => {
            let taken = agent.take_sales(&sales).await?;
            taken.into_iter().zip(&sales).map(|(taken, sale)| outcome(taken, sale)).collect()
        }
        Sink::Beside(agent) => beside(agent, &sales).await?,
    };
    let mut rejected = Vec::new();
    for (outcome, rows) in outcomes.into_iter().zip(sources) {
        match outcome {
            Ok(Taken::New) => report.taken += 1,
            Ok(_) => report.repeated += 1,
            Err((code, reason)) => rejected.push(Ticket::refuse(rows, code, &reason)),
        }
    }
    Ok(rejected)
}

type Outcome = Result<Taken, (&'static str, String)>;

fn outcome(taken: Taken, sale: &Sale) -> Outcome {
    let code = match taken {
        Taken::New | Taken::Repeated => return Ok(taken),
        Taken::Conflict(_) => "receipt_conflict",
        Taken::NoSuchTill => "no_such_till",
    };
    let ApiError(problem) = refusal(taken, sale);
    Err((code, problem.detail.unwrap_or(problem.title)))
}

async fn beside(agent: &Neighbour, sales: &[Sale]) -> Result<Vec<Outcome>, ImportError> {
    let finished: Vec<FinishedSale> = sales.iter().map(FinishedSale::from).collect();
    let answers: Vec<BulkAnswer> = agent.post("/api/v1/sales/bulk", &finished).await?;
    if answers.len() != sales.len() {
        return Err(CallError::Offline("its answer is about other sales".to_owned()).into());
    }
    let outcome = |answer: BulkAnswer| match answer.outcome.as_str() {
        "taken" => Ok(Taken::New),
        "repeated" => Ok(Taken::Repeated),
        "receipt_conflict" => Err(("receipt_conflict", answer.detail.unwrap_or_default())),
        "no_such_till" => Err(("no_such_till", answer.detail.unwrap_or_default())),
        other => Err(("refused", format!("{other}: {}", answer.detail.unwrap_or_default()))),
    };
    Ok(answers.into_iter().map(outcome).collect())
}
