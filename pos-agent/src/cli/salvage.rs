//! `pos-agent salvage`: a damaged file becomes one that sells again, and says what is lost.

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_one};
use serde::Serialize;

use super::{agent_failure, storage};
use crate::Agent;
use crate::clock::Clock;
use crate::settings::Settings;
use crate::store::salvage::{Salvage as Work, Taken};
use crate::store::{Store, StoreError};

#[derive(Debug, Args)]
pub struct Salvage {
    /// Also if no damage is found
    #[arg(long)]
    anyway: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    /// Where the damaged file stays.
    kept: String,
    /// Events that the hub has not confirmed and that could not be read, of all tills.
    lost: i64,
    /// Tables that could not be read from end to end. What the hub knows is fetched again.
    damaged: Vec<Taken>,
    rows: i64,
}

pub async fn salvage(args: &Salvage, settings: &Settings) -> Result<Exit, Failure> {
    if !args.anyway && is_sound(settings).await.map_err(storage)? {
        eprintln!("ok: the till's file is sound; nothing was done");
        return Ok(Exit::Ok);
    }
    let clock = Clock::system();
    let work = Work::begin(&settings.data, clock.now()).map_err(storage)?;
    eprintln!("the damaged file is kept in {}", work.kept().display());
    let (taken, store) = work.take().await.map_err(storage)?;
    let agent = Agent::open(store, clock, settings.scan.clone()).await.map_err(agent_failure)?;
    let lost = agent.begin_salvaged().await.map_err(agent_failure)?;
    let kept = work.finish(agent.store()).await.map_err(storage)?;
    let report = Report {
        kept: kept.display().to_string(),
        lost: lost.iter().map(|(_, lost)| lost).sum(),
        rows: taken.iter().map(|table| table.rows).sum(),
        damaged: taken.into_iter().filter(|table| !table.whole).collect(),
    };
    print_one(&report, Shape::json(args.json))?;
    Ok(Exit::Ok)
}

/// As far as SQLite and the hashes of the events can tell.
async fn is_sound(settings: &Settings) -> Result<bool, StoreError> {
    let checked = async {
        let store = Store::open(&settings.data).await?;
        let is_sound = async { Ok(store.quick_check().await? == "ok" && store.unsound_events().await? == 0) };
        let is_sound = is_sound.await;
        store.close().await;
        is_sound
    };
    match checked.await {
        Err(StoreError::HalfSalvaged(_)) => Ok(false),
        Err(error) if StoreError::is_damage(&error) => Ok(false),
        other => other,
    }
}
