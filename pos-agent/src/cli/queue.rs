//! `pos-agent queue export`: what waits for the hub as a file, to be carried there. It stays here as well, until
//! the hub itself confirms it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::sync::{Head, SignedRun, write_batch, write_queue};
use kit::cli::{Exit, Failure, Shape, print_one};
use serde::Serialize;

use super::storage;
use crate::clock::Clock;
use crate::settings::Settings;
use crate::store::reading::{Reading, WaitingLog};
use crate::sync::keys;

/// As many as the hub takes at once.
const EVENTS_MAX: usize = 500;
const BYTES_MAX: usize = 1024 * 1024;

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

#[derive(Debug, Serialize)]
struct Exported {
    file: String,
    tills: usize,
    events: usize,
    bytes: usize,
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
    let (mut runs, mut events, mut tills) = (vec![], 0, vec![]);
    for log in reading.waiting_logs().await.map_err(storage)? {
        let from = if *all { 1 } else { log.acked + 1 };
        let of_log = runs_of(&reading, &hub_id, &settings.data, &log, from).await?;
        events += of_log.iter().map(|(count, _)| count).sum::<usize>();
        if !of_log.is_empty() && !tills.contains(&log.till) {
            tills.push(log.till);
        }
        runs.extend(of_log.into_iter().map(|(_, run)| run));
    }
    let made_at_ms = Clock::system().now().timestamp_millis();
    let bytes = write_queue(&hub_id, made_at_ms, &runs).map_err(anyhow::Error::from)?;
    write_whole(file, &bytes).map_err(|error| {
        Failure::new(Exit::Failed, "file_not_written", format!("{}: {error}", file.display()))
            .fix("see that there is room and that this user may write there")
    })?;
    let done = Exported { file: file.display().to_string(), tills: tills.len(), events, bytes: bytes.len() };
    print_one(&done, Shape::json(*json))?;
    eprintln!("fix: carry the file to the hub, then there: hub-server import queue {}", file.display());
    Ok(Exit::Ok)
}

/// The events of a log from `from` on, in signed runs, each with how many events it has.
async fn runs_of(
    reading: &Reading,
    hub_id: &str,
    data: &Path,
    log: &WaitingLog,
    from: i64,
) -> Result<Vec<(usize, SignedRun)>, Failure> {
    let key = keys::read(data, log.till).map_err(|error| {
        Failure::new(Exit::Config, "till_key", error.to_string()).fix("pos-agent enrol with a new code")
    })?;
    let (mut runs, mut next) = (vec![], from);
    while next <= log.end {
        let events = reading.events(log.n, next, log.end, EVENTS_MAX, BYTES_MAX).await.map_err(storage)?;
        let Some(last) = events.last().map(|event| Head { seq: event.seq, hash: event.hash }) else { break };
        let count = events.len();
        let bytes: Vec<Vec<u8>> = events.into_iter().map(|event| event.bytes).collect();
        // No session: the hub's own hand takes it in.
        let body = write_batch(0, log.id, next, &bytes, last).map_err(anyhow::Error::from)?;
        runs.push((count, SignedRun::sign(hub_id, log.till, &key, body)));
        next = last.seq + 1;
    }
    Ok(runs)
}

/// Beside, synced, renamed: a stick that is pulled too early has the old file or the new one.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
