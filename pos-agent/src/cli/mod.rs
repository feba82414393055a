//! The command line.

mod config;
mod doctor;
mod enrol;
mod import;
mod label;
mod print_test;
mod queue;
mod run;
mod salvage;
mod scan_test;
mod status;
mod sync;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use kit::cli::{Exit, Failure, set_up_logs};
use kit::settings::Loaded;

use crate::clock::Clock;
use crate::error::AgentError;
use crate::integration::setting::TokenError;
use crate::settings::{self, Flags, Settings};
use crate::store::{Store, StoreError};
use crate::sync::{CallError, SyncError};
use crate::{Agent, server};

/// The till: sells with and without a network, and syncs with the hub.
#[derive(Debug, Parser)]
#[command(name = "pos-agent", version, after_help = Exit::HELP)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Common {
    /// Settings file; otherwise /etc/pos-agent/config.toml, then the one below ~/.config
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the till's file, keys and notes
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enrols this agent with a one-time code: pos-agent enrol --hub URL --code K7F2-9QXM
    Enrol(enrol::Enrol),
    /// Serves the till: pos-agent run --listen 127.0.0.1:8081 --scanner /dev/serial/by-id/usb-scanner
    Run(run::Run),
    /// Sends everything that waits and fetches what is new, then ends: pos-agent sync
    Sync,
    /// What waits for the hub as a file, for a network that does not come back: pos-agent queue export FILE
    Queue(queue::Queue),
    /// Says what the till has, sends and hears: pos-agent status --json
    Status(Shaped),
    /// Checks this installation, with a fix for each finding: pos-agent doctor
    Doctor(Shaped),
    /// Takes what can be read of a damaged file into a new one: pos-agent salvage
    Salvage(salvage::Salvage),
    /// Shows what a device sends and how it is understood: pos-agent scan-test --device /dev/ttyUSB0
    ScanTest(scan_test::ScanTest),
    /// Takes in what other systems wrote: pos-agent import sales FILE.csv
    Import(import::Import),
    /// Prints a strip that shows whether page, width and knife fit: pos-agent print-test --printer front
    PrintTest(print_test::PrintTest),
    /// Labels in ZPL for shelves and cards: pos-agent label shelf 1001 1002 --out labels.zpl
    Label(label::Label),
    /// Settings and where they come from: pos-agent config show
    Config(config::Config),
}

#[derive(Debug, Args)]
pub struct Shaped {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs one command.
pub fn run(cli: Cli) -> Result<Exit, Failure> {
    let mut flags = Flags { config: cli.common.config, data: cli.common.data, ..Flags::default() };
    if let Command::Run(run) = &cli.command {
        run.add_to(&mut flags);
    }
    let loaded = settings::load(&flags)?;
    set_up_logs(loaded.settings.log, "warn");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)?;
    runtime.block_on(dispatch(cli.command, loaded))
}

async fn dispatch(command: Command, loaded: Loaded<Settings>) -> Result<Exit, Failure> {
    match command {
        Command::Enrol(enrol) => enrol::enrol(&enrol, &loaded.settings).await,
        Command::Run(_) => Box::pin(run::run(loaded.settings)).await,
        Command::Sync => sync::sync(&loaded.settings).await,
        Command::Queue(queue) => queue::queue(&queue, &loaded.settings).await,
        Command::Status(shape) => status::status(&loaded.settings, shape.json).await,
        Command::Doctor(shape) => doctor::doctor(&loaded.settings, shape.json).await,
        Command::Salvage(args) => salvage::salvage(&args, &loaded.settings).await,
        Command::ScanTest(args) => scan_test::scan_test(&args, &loaded.settings),
        Command::Import(import) => import::import(&import, &loaded.settings).await,
        Command::PrintTest(test) => print_test::print_test(&test, &loaded.settings).await,
        Command::Label(label) => label::label(&label, &loaded.settings).await,
        Command::Config(config) => config::config(&config, &loaded),
    }
}

/// The till's file, if no other process has it.
async fn open_store(settings: &Settings) -> Result<Store, Failure> {
    Store::open(&settings.data).await.map_err(storage)
}

async fn open_agent(settings: &Settings) -> Result<Agent, Failure> {
    let store = open_store(settings).await?;
    let agent = Agent::open(store, Clock::system(), settings.scan.clone()).await.map_err(agent_failure)?;
    agent.check_anchors().await.map_err(agent_failure)?;
    Ok(agent)
}

/// The agent that is running on this folder, if the file is taken and it answers there.
fn running(settings: &Settings, failure: &Failure) -> Option<String> {
    (failure.code == LOCKED).then(|| server::running_address(&settings.data)).flatten()
}

const LOCKED: &str = "till_in_use";

fn storage(error: StoreError) -> Failure {
    let (exit, code, fix) = match &error {
        StoreError::Locked(_) => (Exit::NotFound, LOCKED, "stop the other pos-agent, or name another --data"),
        StoreError::Io { .. } => {
            (Exit::Config, "till_folder", "see that this user may write the --data folder")
        }
        StoreError::ReadOnly(_) => (
            Exit::Config,
            "till_read_only",
            "see that this user may write it and its folder, and that the disk is not mounted read-only",
        ),
        StoreError::Setting { .. } => (Exit::Config, "till_setting", "put the --data folder on a local disk"),
        StoreError::HalfSalvaged(_) => (Exit::Failed, "salvage_unfinished", "pos-agent salvage"),
        StoreError::NotSalvageable(_) => (
            Exit::Failed,
            "not_salvageable",
            "enrol this till anew with another --data folder, and have somebody look at what is kept",
        ),
        _ if error.is_damage() => (Exit::Failed, "till_damaged", "pos-agent salvage"),
        _ if error.is_disk_full() => (Exit::Failed, "disk_full", "free some space, then try again"),
        _ => (Exit::Failed, "till_file", "pos-agent doctor"),
    };
    Failure::new(exit, code, error.to_string()).fix(fix)
}

fn agent_failure(error: AgentError) -> Failure {
    match error {
        AgentError::Store(error) => storage(error),
        AgentError::NotEnrolled => Failure::new(Exit::Config, "not_enrolled", error.to_string())
            .fix("pos-agent enrol --hub URL --code CODE"),
        error => Failure::new(Exit::Failed, error.code(), error.to_string()),
    }
}

fn token_failure(error: TokenError) -> Failure {
    Failure::new(Exit::Config, "bad_token_file", error.to_string())
        .fix("see token_file of [integration] in the settings")
}

fn call_failure(error: &CallError) -> Failure {
    let failure = |exit, code| Failure::new(exit, code, error.to_string());
    match error {
        CallError::Offline(_) => failure(Exit::Unreachable, "hub_unreachable").fix("pos-agent doctor"),
        CallError::Untrusted(_) => failure(Exit::Unreachable, "hub_certificate")
            .fix("see the hub's address, its certificate, and this machine's clock and trusted authorities"),
        CallError::TooMuch(_) => failure(Exit::Unreachable, "hub_silent").fix("pos-agent doctor"),
        CallError::Busy { .. } => failure(Exit::Unreachable, "hub_busy").fix("try again in a minute"),
        CallError::AnotherHub(_) => {
            failure(Exit::Auth, "another_hub").fix("see that the address is the chain's")
        }
        CallError::Refused(_) => failure(Exit::Auth, "hub_refuses").fix("ask for a new code at the hub"),
    }
}

fn sync_failure(error: SyncError) -> Failure {
    match error {
        SyncError::Call(error) => call_failure(&error),
        SyncError::Agent(error) => agent_failure(error),
    }
}
