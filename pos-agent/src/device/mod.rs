//! Readers at the till: ports to frames, frames to scans, scans to the till they belong to.

pub mod decode;
pub mod frame;
pub mod port;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use firmware_config::{CodeId, Registry, RegistryError};
use futures::future::join_all;
use tokio::sync::{mpsc, watch};

use crate::app::Agent;
use crate::settings::ScannerSetting;
use crate::ui::view::{DeviceState, NoticeKind};
use frame::Read;
use port::{Port, PortEvent};

/// Reads that wait for the till; more than a cashier can make.
const WAITING: usize = 64;

/// A scanner with everything that is needed to read it.
#[derive(Debug, Clone)]
pub struct Scanner {
    port: Port,
    code_id: CodeId,
    till: i64,
}

impl Scanner {
    /// For who reads the port in another way.
    pub(crate) fn into_parts(self) -> (Port, CodeId, i64) {
        (self.port, self.code_id, self.till)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error("scanner {path}: there is no profile {profile:?}; there are {known}")]
    NoProfile { path: String, profile: String, known: String },
    #[error("scanner {path}: the profile {profile:?} is of a device without a serial line")]
    NoLine { path: String, profile: String },
}

/// Joins the settings with their profiles: built-in ones, and those in `profiles` if that folder exists.
pub fn scanners(settings: &[ScannerSetting], profiles: &Path) -> Result<Vec<Scanner>, DeviceError> {
    let registry = if profiles.is_dir() { Registry::with_folder(profiles)? } else { Registry::built_in()? };
    settings.iter().map(|setting| scanner(setting, &registry)).collect()
}

fn scanner(setting: &ScannerSetting, registry: &Registry) -> Result<Scanner, DeviceError> {
    let (path, profile) = (setting.path.display().to_string(), setting.profile.clone());
    let Some(found) = registry.get(&profile) else {
        let known = registry.all().map(|(profile, _)| profile.id.clone()).collect::<Vec<_>>().join(", ");
        return Err(DeviceError::NoProfile { path, profile, known });
    };
    let Some(line) = found.line else { return Err(DeviceError::NoLine { path, profile }) };
    let port = Port { path: setting.path.clone(), line, frame: found.frame.clone() };
    Ok(Scanner { port, code_id: found.code_id, till: setting.till })
}

/// Reads all scanners until `shutdown` turns true.
pub async fn run(agent: Agent, scanners: Vec<Scanner>, shutdown: watch::Receiver<bool>) {
    join_all(scanners.into_iter().map(|scanner| read(agent.clone(), scanner, shutdown.clone()))).await;
}

async fn read(agent: Agent, scanner: Scanner, mut shutdown: watch::Receiver<bool>) {
    let Scanner { port, code_id, till } = scanner;
    let path = port.path.display().to_string();
    let (send, mut events) = mpsc::channel(WAITING);
    let stop = Arc::new(AtomicBool::new(false));
    let thread = port::spawn(port, send, Arc::clone(&stop));
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            _ = shutdown.wait_for(|stop| *stop) => None,
        };
        match event {
            Some(PortEvent::Connected) => agent.set_device(&path, till, DeviceState::Connected),
            Some(PortEvent::Missing) => agent.set_device(&path, till, DeviceState::Missing),
            Some(PortEvent::Read(Read::Whole(bytes))) => {
                if let Err(error) = agent.scan(till, decode::decode(&bytes, code_id)).await {
                    tracing::error!(device = path, till, %error, "a scan could not be taken");
                }
            }
            Some(PortEvent::Read(why @ (Read::TooLong | Read::Unended))) => {
                tracing::warn!(device = path, till, ?why, "a read without an end was dropped");
                if let Ok(desk) = agent.desk(till) {
                    agent.say(desk, NoticeKind::ReadUnended, "");
                }
            }
            None => break,
        }
    }
    stop.store(true, Ordering::Relaxed);
    // The thread may wait for room in the channel; without a receiver it ends.
    drop(events);
    // It ends within one step; a panic of it was a bug that its own message names.
    let _ = tokio::task::spawn_blocking(move || thread.join()).await;
}
