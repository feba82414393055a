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

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::sync::watch;

    use super::*;
    use crate::server;
    use crate::store::Store;
    use crate::testing::TestHub;

    fn sample(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/poslog").join(name)
    }

    async fn run(settings: &Settings, names: &[&str], dry_run: bool) -> Result<Exit, &'static str> {
        let files = names.iter().map(|name| sample(name)).collect();
        let args = Poslog { files, dry_run, json: true };
        import(&args, settings).await.map_err(|failure| failure.code)
    }

    async fn sales(settings: &Settings) -> i64 {
        let store = Store::open(&settings.data).await.unwrap();
        let count = store.sales_count().await.unwrap();
        store.close().await;
        count
    }

    #[tokio::test]
    async fn files_go_in_by_the_command_line() {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start().await;
        let settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
        assert_eq!(run(&settings, &["sale-2.2.xml"], false).await, Err("not_enrolled"));
        hub.agent(folder.path()).await.store().close().await;
        assert_eq!(run(&settings, &["sale-2.2.xml"], true).await, Ok(Exit::Ok));
        assert_eq!(sales(&settings).await, 0, "a dry run writes nothing");
        assert_eq!(
            run(&settings, &["sale-2.2.xml", "foreign.xml", "return-6.xml"], false).await,
            Ok(Exit::Partial)
        );
        assert_eq!(sales(&settings).await, 4, "the good files are in");
        assert_eq!(run(&settings, &["none.xml"], false).await, Err("file"));
        assert_eq!(run(&settings, &["sale-2.2.xml"], false).await, Ok(Exit::Ok));
        assert_eq!(sales(&settings).await, 4);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_running_agent_takes_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start().await;
        hub.agent(folder.path()).await.store().close().await;
        let token = folder.path().join("token");
        std::fs::write(&token, "a-token-of-the-test").unwrap();
        let mut settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
        settings.integration.token_file = Some(token);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        let running = tokio::spawn(server::run(settings.clone(), listener, stopped, || {
            let _ = ready.send(());
        }));
        is_ready.await.unwrap();
        assert_eq!(run(&settings, &["sale-2.2.xml"], true).await, Ok(Exit::Ok));
        assert_eq!(run(&settings, &["sale-2.2.xml", "doctype.xml"], false).await, Ok(Exit::Partial));
        stop.send_replace(true);
        running.await.unwrap().unwrap();
        assert_eq!(sales(&settings).await, 3);
    }
}
