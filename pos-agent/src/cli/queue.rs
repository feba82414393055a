//! `pos-agent queue export`: what waits for the hub as a file, to be carried there. It stays here as well, until
//! the hub itself confirms it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::sync::{Head, SignedRun, TillKey, write_batch, write_queue};
use kit::cli::{Exit, Failure, Shape, print_one};
use serde::Serialize;

use super::storage;
use crate::clock::Clock;
use crate::settings::Settings;
use crate::store::reading::{Reading, WaitingLog};
use crate::store::whole;
use crate::sync::{LIMITS, keys};

#[derive(Debug, Args)]
pub struct Queue {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Also beside a running agent: pos-agent queue export /media/stick/till-1.queue
    Export {
        file: PathBuf,
        /// Everything that is kept, not only what the hub has not confirmed: for a hub that has less than it said
        #[arg(long)]
        all: bool,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// What is in the file, and what is not.
#[derive(Debug, Default, Serialize)]
struct Exported {
    file: String,
    tills: usize,
    events: usize,
    bytes: usize,
    /// Events that waited and are not in the file.
    left: i64,
}

pub async fn queue(args: &Queue, settings: &Settings) -> Result<Exit, Failure> {
    let What::Export { file, all, force, json } = &args.what;
    if file.exists() && !force {
        let message = format!("{} is there already", file.display());
        return Err(Failure::new(Exit::Usage, "file_exists", message).fix("name another file, or --force"));
    }
    let reading = Reading::open(&settings.data).await.map_err(|error| {
        storage(error).fix("name the folder of an enrolled agent with --data, or pos-agent enrol")
    })?;
    let hub_id = reading.hub_id().await.map_err(storage)?.ok_or_else(|| {
        Failure::new(Exit::Config, "not_enrolled", "this agent is not enrolled yet")
            .fix("pos-agent enrol --hub URL --code CODE")
    })?;
    let mut done = Exported { file: file.display().to_string(), ..Exported::default() };
    let (mut runs, mut tills) = (vec![], BTreeSet::new());
    for log in reading.waiting_logs().await.map_err(storage)? {
        let from = if *all { 1 } else { log.acked + 1 };
        if from > log.end {
            continue;
        }
        let Some(key) = key(&settings.data, &log) else {
            done.left += log.end - from + 1;
            continue;
        };
        let next = add_runs(&mut runs, &reading, &hub_id, &key, &log, from).await?;
        done.events += usize::try_from(next - from).unwrap_or_default();
        done.left += log.end + 1 - next;
        tills.insert(log.till);
    }
    let made_at_ms = Clock::system().now().timestamp_millis();
    let bytes = write_queue(&hub_id, made_at_ms, &runs).map_err(anyhow::Error::from)?;
    whole::write(file, &bytes, whole::SHARED).map_err(|error| {
        Failure::new(Exit::Failed, "file_not_written", format!("{}: {error}", file.display()))
            .fix("see that there is room and that this user may write there")
    })?;
    (done.tills, done.bytes) = (tills.len(), bytes.len());
    print_one(&done, Shape::json(*json))?;
    eprintln!("next: carry the file to the hub, then there: hub-server import queue {}", file.display());
    Ok(if done.left == 0 { Exit::Ok } else { Exit::Partial })
}

/// Without its key nobody can sign for a till; the others go.
fn key(data: &Path, log: &WaitingLog) -> Option<TillKey> {
    keys::read(data, log.till)
        .inspect_err(|error| {
            eprintln!(
                "till {}/{} is left out: {error}; fix: pos-agent enrol with a new code",
                log.store, log.code
            );
        })
        .ok()
}

/// Adds the events of a log from `from` on, in runs as long as the hub takes. Answers the first place that is not
/// in them: one behind the end, or one that lacks its event.
async fn add_runs(
    runs: &mut Vec<SignedRun>,
    reading: &Reading,
    hub_id: &str,
    key: &TillKey,
    log: &WaitingLog,
    from: i64,
) -> Result<i64, Failure> {
    let mut next = from;
    while next <= log.end {
        let events = reading.events(log.n, next..=log.end, LIMITS).await.map_err(storage)?;
        let Some(last) = events.last().map(|event| Head { seq: event.seq, hash: event.hash }) else {
            eprintln!(
                "till {}/{}: event {next} of log {} is missing, and what stands behind it is left out; \
                 fix: pos-agent salvage",
                log.store, log.code, log.id
            );
            break;
        };
        let bytes: Vec<Vec<u8>> = events.into_iter().map(|event| event.bytes).collect();
        // No session: the hub's own hand takes it in.
        let body = write_batch(0, log.id, next, &bytes, last).map_err(anyhow::Error::from)?;
        runs.push(SignedRun::sign(hub_id, log.till, key, body));
        next = last.seq + 1;
    }
    Ok(next)
}
