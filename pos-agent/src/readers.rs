//! What `firmware-config verify --all` found at this agent's readers goes to the hub: an event in the log of each
//! till, so that it comes in order and once, however long the network is away.

use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use domain::readers::{
    DifferingSetting, FoundSetting, ProfileVerified, ReaderStanding, ReaderState, ReadersChecked,
};
use domain::sync::{Body, hash_event};
use firmware_config::Verified;
use firmware_config::roll::Standing;
use firmware_config::roll::report::{Differing, FILE, Reported, TillReport};
use firmware_config::round::Found;
use tokio::sync::watch;

use crate::app::Agent;
use crate::error::AgentError;
use crate::store::readers;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(30);
/// No till has so many readers; whatever is longer is no report.
const BYTES_MAX: u64 = 256 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum ReadersError {
    #[error("{FILE}: {0}")]
    Read(#[from] io::Error),
    #[error("{FILE} is no report of firmware-config ({0}): run firmware-config verify --all again")]
    NoReport(String),
    #[error(transparent)]
    Agent(#[from] AgentError),
}

/// Takes up reports until `shutdown` turns true.
pub async fn run(agent: Agent, mut shutdown: watch::Receiver<bool>) {
    while !*shutdown.borrow() {
        if let Err(error) = take_up(&agent).await {
            tracing::warn!(code = "readers_not_told", %error, "what was found at the readers is not told");
        }
        let ended = shutdown.wait_for(|stop| *stop);
        // An end of the sender is an end too.
        if tokio::time::timeout(EVERY, ended).await.is_ok() {
            return;
        }
    }
}

/// Tells the report that lies in the agent's folder, if it has not been told. That one cannot be read is said once.
pub async fn take_up(agent: &Agent) -> Result<bool, ReadersError> {
    let Some(bytes) = read(&agent.store().folder().join(FILE))? else { return Ok(false) };
    let digest = hash_event(&bytes);
    let mut tx = agent.store().begin().await.map_err(AgentError::from)?;
    if readers::is_told(&mut tx, digest).await.map_err(AgentError::from)? {
        return Ok(false);
    }
    readers::note_told(&mut tx, digest).await.map_err(AgentError::from)?;
    let report = report(&bytes);
    if let Ok(report) = &report {
        let strangers = report.readers.iter().filter(|reader| agent.desk(reader.till).is_err());
        for Reported { till, port, .. } in strangers {
            tracing::warn!(
                code = "readers_other_till",
                till,
                port = %port.display(),
                "a reader is checked for a till that is not of this agent"
            );
        }
        for desk in agent.desks() {
            let body = Body::ReadersChecked(of_till(report, desk.till.n));
            agent.append(&mut tx, desk, agent.clock().event_id(), body).await?;
        }
    }
    agent.store().commit(tx).await.map_err(AgentError::from)?;
    report?;
    agent.desks().for_each(|desk| desk.to_send.notify_one());
    Ok(true)
}

/// None where there is none.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = vec![];
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn report(bytes: &[u8]) -> Result<TillReport, ReadersError> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > BYTES_MAX {
        return Err(ReadersError::NoReport(format!("longer than {BYTES_MAX} bytes")));
    }
    serde_json::from_slice(bytes).map_err(|error| ReadersError::NoReport(error.to_string()))
}

/// A till without readers says so: what it had before is gone.
fn of_till(report: &TillReport, till: i64) -> ReadersChecked {
    let readers = report.readers.iter().filter(|reader| reader.till == till).map(state).collect();
    ReadersChecked { at: report.at, settings: report.settings.clone(), readers }
}

fn state(reader: &Reported) -> ReaderState {
    ReaderState {
        port: reader.port.display().to_string(),
        profile: reader.profile.clone(),
        verified: reader.verified.map(|verified| match verified {
            Verified::No => ProfileVerified::No,
            Verified::Manual => ProfileVerified::Manual,
            Verified::Bench => ProfileVerified::Bench,
        }),
        standing: match reader.standing {
            Standing::AsWanted => ReaderStanding::AsWanted,
            Standing::Differs => ReaderStanding::Differs,
            Standing::Unclear => ReaderStanding::Unclear,
            Standing::Silent => ReaderStanding::Silent,
            Standing::NotOpen => ReaderStanding::NotOpen,
            Standing::CannotAsk => ReaderStanding::CannotAsk,
            Standing::NotMeant => ReaderStanding::NotMeant,
            Standing::NoProfile => ReaderStanding::NoProfile,
        },
        why: reader.why.clone(),
        differing: reader.differing.iter().map(differing).collect(),
        by_sheet: reader.by_sheet.clone(),
    }
}

fn differing(differing: &Differing) -> DifferingSetting {
    DifferingSetting {
        setting: differing.setting.clone(),
        wanted: differing.wanted.clone(),
        found: match &differing.found {
            None => FoundSetting::NotAsked,
            Some(Found::Word(word)) => FoundSetting::Word(word.clone()),
            Some(Found::Other(phrase)) => FoundSetting::Other(phrase.clone()),
            Some(Found::Unknown) => FoundSetting::Unknown,
            Some(Found::CannotAsk) => FoundSetting::CannotAsk,
            Some(Found::Silent) => FoundSetting::Silent,
        },
    }
}

#[cfg(test)]
mod tests;
