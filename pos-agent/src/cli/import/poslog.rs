//! `pos-agent import poslog`.

use std::path::{Path, PathBuf};

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::super::{agent_failure, call_failure, open_agent, running};
use super::neighbour;
use crate::app::Agent;
use crate::integration::poslog::PoslogReport;
use crate::settings::Settings;
use crate::sync::client::{CallError, Neighbour};

#[derive(Debug, Args)]
pub struct Poslog {
    /// POSLog files, taken in this order; each goes in whole or not at all
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Checks the files and takes nothing in
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What became of one file.
#[derive(Debug, Serialize)]
struct FileReport {
    file: String,
    /// `ok`, or the stable code of what is wrong.
    outcome: String,
    taken: u64,
    repeated: u64,
    skipped: u64,
}

/// One process writes a till's file: this one, or the agent that runs already.
enum Sink {
    Own(Agent),
    Beside(Neighbour),
}

pub async fn import(args: &Poslog, settings: &Settings) -> Result<Exit, Failure> {
    let sink = match open_agent(settings).await {
        Ok(agent) => Sink::Own(agent),
        Err(failure) => match running(settings, &failure) {
            Some(address) => {
                eprintln!("the agent at {address} has the till's file: handing the files to it");
                Sink::Beside(neighbour(&address, settings)?)
            }
            None => return Err(failure),
        },
    };
    let mut reports = Vec::with_capacity(args.files.len());
    for file in &args.files {
        reports.push(one(file, &sink, args.dry_run).await?);
    }
    if let Sink::Own(agent) = &sink {
        agent.store().close().await;
    }
    print_rows(&reports, Shape::json(args.json))?;
    let is_whole = reports.iter().all(|report| report.outcome == "ok");
    Ok(if is_whole { Exit::Ok } else { Exit::Partial })
}

async fn one(file: &Path, sink: &Sink, dry_run: bool) -> Result<FileReport, Failure> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::new(Exit::NotFound, "file", format!("{name}: {error}")))?;
    let outcome = match sink {
        Sink::Own(agent) => {
            let taken = agent.take_poslog(&bytes, dry_run).await.map_err(agent_failure)?;
            taken.map_err(|bad| (bad.code.to_owned(), bad.to_string()))
        }
        Sink::Beside(agent) => match agent.post_xml(&path(dry_run), bytes).await {
            Ok(report) => Ok(report),
            Err(CallError::Refused(problem)) if problem.status == 422 => {
                let places = problem.errors.iter().map(|e| format!("{}: {}", e.pointer, e.detail));
                let reason = places.collect::<Vec<_>>().join("; ");
                Err((problem.code.clone(), format!("{reason} ({})", problem.code)))
            }
            Err(error) => return Err(call_failure(&error)),
        },
    };
    let (outcome, report) = match outcome {
        Ok(report) => ("ok".to_owned(), report),
        Err((code, reason)) => {
            eprintln!("bad file: {name}: {reason}");
            (code, PoslogReport::default())
        }
    };
    let PoslogReport { taken, repeated, skipped } = report;
    Ok(FileReport { file: name, outcome, taken, repeated, skipped })
}

fn path(dry_run: bool) -> String {
    format!("/api/v1/poslog?dry_run={dry_run}")
}
