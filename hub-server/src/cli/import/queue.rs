//! `hub-server import queue`: takes in what a till without a network wrote to a file. The same file again, or what
//! came over the network meanwhile, changes nothing.

use std::path::Path;

use domain::sync::{Batch, Queue, SignedRun, TillPublicKey, read_batch, read_queue};
use kit::cli::{Exit, Failure, Shape, print_one};
use serde::Serialize;

use crate::access::tills::{self, Till};
use crate::app::App;
use crate::error::Error;
use crate::intake::Rooms;
use crate::sync::{self, Rehearsal, Source};

/// What one file did, in events.
#[derive(Debug, Default, Serialize)]
struct Summary {
    new: usize,
    repeated: usize,
    /// Runs that did not go in, each with its reason.
    refused: Vec<Refused>,
    dry_run: bool,
}

#[derive(Debug, Serialize)]
struct Refused {
    till: String,
    code: String,
    why: String,
    /// What to do about it.
    fix: &'static str,
}

impl Refused {
    fn new(run: &SignedRun, code: &str, why: impl Into<String>) -> Self {
        let fix = fix(code);
        Self { till: run.till.to_string(), code: code.to_owned(), why: why.into(), fix }
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

fn fix(code: &str) -> &'static str {
    match code {
        "gap" => "at the till: pos-agent queue export --all FILE, and import that",
        "log_forked" => "at the till: start pos-agent, which begins a new log, and export again",
        "no_such_till" => "import the file at the hub that enrolled the till",
        "till_revoked" | "not_enrolled" => "enrol the till again at this hub: pos-agent enrol",
        _ => "at the till: pos-agent queue export FILE, and import that",
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
    let taken = take_all(app, &queue, &mut summary).await;
    // What went in before the database failed is said all the same.
    print_one(&summary, Shape::json(json))?;
    taken?;
    Ok(outcome(&queue, &summary))
}

async fn take_all(app: &App, queue: &Queue, summary: &mut Summary) -> Result<(), Failure> {
    let mut rehearsal = summary.dry_run.then(Rehearsal::default);
    for run in &queue.runs {
        match take(app, run, rehearsal.as_mut()).await? {
            Ok((new, repeated)) => {
                summary.new += new;
                summary.repeated += repeated;
            }
            Err(refused) => summary.refused.push(refused),
        }
    }
    Ok(())
}

fn outcome(queue: &Queue, summary: &Summary) -> Exit {
    for refused in &summary.refused {
        let Refused { till, code, why, fix } = refused;
        eprintln!("a run of till {till} did not go in: {why} ({code})\n  {fix}");
    }
    if let Some(broken) = &queue.broken {
        eprintln!("{broken}; what is whole went in: export the queue again and import that");
    }
    if queue.broken.is_none() && summary.refused.is_empty() { Exit::Ok } else { Exit::Partial }
}

/// How many events of a run were new, and how many were there already; with a rehearsal, would be.
async fn take(
    app: &App,
    run: &SignedRun,
    rehearsal: Option<&mut Rehearsal>,
) -> Result<Result<(usize, usize), Refused>, Failure> {
    let batch = match read_batch(&run.body) {
        Ok(batch) => batch,
        Err(error) => return Ok(Err(Refused::new(run, "bad_batch", error.to_string()))),
    };
    let till = match admitted(app, run, known(app, run).await.map_err(super::super::failure)?) {
        Ok(till) => till,
        Err(refused) => return Ok(Err(refused)),
    };
    let taken = match rehearsal {
        Some(rehearsal) => rehearsal.take(app, till.id, batch).await,
        None => {
            let source = Source::Carried { till: till.id, store: till.store, code: till.code };
            received(app, &source, batch).await
        }
    };
    match taken {
        Ok(counts) => Ok(Ok(counts)),
        Err(error) => Refused::by(run, error).map(Err),
    }
}

async fn known(app: &App, run: &SignedRun) -> Result<Option<Till>, Error> {
    Ok(tills::by_id(&mut app.db.read().await?, run.till).await?)
}

async fn received(app: &App, source: &Source, batch: Batch) -> Result<(usize, usize), Error> {
    let log = sync::log_head(&mut app.db.read().await?, batch.header.log).await?;
    let had = log.map_or(0, |log| log.ack.seq);
    let count = batch.events.len();
    let new = usize::try_from(batch.header.last - had).unwrap_or(0).min(count);
    sync::receive(app, source, batch, &Rooms).await?;
    Ok((new, count - new))
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
