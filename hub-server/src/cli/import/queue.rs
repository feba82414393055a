//! `hub-server import queue`: takes in what a till without a network wrote to a file. The same file again, or what
//! came over the network meanwhile, changes nothing.

use std::path::Path;

use domain::sync::{Head, Queue, SignedRun, TillPublicKey, read_batch, read_queue};
use kit::cli::{Exit, Failure, Shape, print_one};
use serde::Serialize;

use crate::access::tills::{self, Till};
use crate::app::App;
use crate::error::Error;
use crate::intake::Rooms;
use crate::sync::{self, Source};

/// What one file did, in events.
#[derive(Debug, Default, Serialize)]
struct Summary {
    new: i64,
    repeated: i64,
    /// Runs that did not go in, each with its reason.
    refused: Vec<Refused>,
    dry_run: bool,
}

#[derive(Debug, Serialize)]
struct Refused {
    till: String,
    code: String,
    why: String,
}

impl Refused {
    fn new(run: &SignedRun, code: &str, why: impl Into<String>) -> Self {
        Self { till: run.till.to_string(), code: code.to_owned(), why: why.into() }
    }

    fn by(run: &SignedRun, error: Error) -> Result<Self, Failure> {
        match error {
            Error::Refused(problem) => {
                Ok(Self::new(run, &problem.code, problem.detail.unwrap_or(problem.title)))
            }
            error => Err(super::super::failure(error)),
        }
    }
}

pub async fn import(app: &App, path: &Path, dry_run: bool, json: bool) -> Result<Exit, Failure> {
    let bytes = std::fs::read(path).map_err(|error| super::cannot_read(path, error.into()))?;
    let bad = |code: &'static str, why: String| {
        Failure::new(Exit::Config, code, format!("{}: {why}", path.display()))
            .fix("pos-agent queue export makes such a file, at the till")
    };
    let queue = read_queue(&bytes).map_err(|error| bad("no_queue", error.to_string()))?;
    if queue.header.hub_id != app.hub.id {
        return Err(bad("another_hub", "the file is for another hub".to_owned()));
    }
    let mut summary = Summary { dry_run, ..Summary::default() };
    for run in &queue.runs {
        match take(app, run, dry_run).await? {
            Ok((new, repeated)) => {
                summary.new += new;
                summary.repeated += repeated;
            }
            Err(refused) => summary.refused.push(refused),
        }
    }
    print_one(&summary, Shape::json(json))?;
    Ok(outcome(&queue, &summary))
}

fn outcome(queue: &Queue, summary: &Summary) -> Exit {
    for refused in &summary.refused {
        eprintln!("a run of till {} did not go in: {} ({})", refused.till, refused.why, refused.code);
    }
    if let Some(broken) = &queue.broken {
        eprintln!("{broken}; what is whole went in: export the queue again and import that");
    }
    if queue.broken.is_none() && summary.refused.is_empty() { Exit::Ok } else { Exit::Partial }
}

/// How many events of a run were new, and how many were there already.
async fn take(app: &App, run: &SignedRun, dry_run: bool) -> Result<Result<(i64, i64), Refused>, Failure> {
    let batch = match read_batch(&run.body) {
        Ok(batch) => batch,
        Err(error) => return Ok(Err(Refused::new(run, "bad_batch", error.to_string()))),
    };
    let before = async {
        let mut tx = app.db.read().await?;
        let till = tills::by_id(&mut tx, run.till).await?;
        let log = sync::log_head(&mut tx, batch.header.log).await?;
        Ok::<_, Error>((till, log.map_or(Head::EMPTY, |log| log.ack)))
    };
    let (till, had) = before.await.map_err(super::super::failure)?;
    let till = match admitted(app, run, till) {
        Ok(till) => till,
        Err(refused) => return Ok(Err(refused)),
    };
    let count = batch.header.last - batch.header.first + 1;
    let new = (batch.header.last - had.seq).clamp(0, count);
    if dry_run {
        return Ok(Ok((new, count - new)));
    }
    let source = Source::Carried { till: till.id, store: till.store, code: till.code };
    match sync::receive(app, &source, batch, &Rooms).await {
        Ok(_) => Ok(Ok((new, count - new))),
        Err(error) => Refused::by(run, error).map(Err),
    }
}

/// The till, if it is one of this hub's and signed the run.
fn admitted(app: &App, run: &SignedRun, till: Option<Till>) -> Result<Till, Refused> {
    let refused = |code: &str, why: &str| Err(Refused::new(run, code, why));
    let Some(till) = till else { return refused("no_such_till", "this hub has no such till") };
    if till.revoked_at.is_some() {
        return refused("till_revoked", "its key was revoked");
    }
    let key = till.public_key.as_deref().and_then(|key| TillPublicKey::read(key).ok());
    let Some(key) = key else { return refused("not_enrolled", "it was never enrolled here") };
    match run.verify(&app.hub.id, &key) {
        Ok(()) => Ok(till),
        Err(error) => refused("bad_signature", &error.to_string()),
    }
}
