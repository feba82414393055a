//! A note beside the file that says how far it had come. If the file is behind its note, it is an old
//! copy; if the machine is another, there may be two of it. Both begin a new log, or two histories would
//! share one.

use std::fs;
use std::path::{Path, PathBuf};

use domain::ids::TillId;
use domain::sync::Anchor;

use super::{StoreError, whole};

fn path(folder: &Path, till: TillId) -> PathBuf {
    folder.join("anchors").join(format!("{till}.json"))
}

/// `None` if there is no note yet, or if a power cut left it unreadable: without it the hub still sees a
/// log that went back.
pub fn read(folder: &Path, till: TillId) -> Result<Option<Anchor>, StoreError> {
    let path = path(folder, till);
    match fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::Io { path, error }),
    }
}

/// A reader finds the old note or the new one.
pub fn write(folder: &Path, till: TillId, anchor: &Anchor) -> Result<(), StoreError> {
    let path = path(folder, till);
    let io = |error| StoreError::Io { path: path.clone(), error };
    let text = serde_json::to_vec(anchor).map_err(|e| io(e.into()))?;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io)?;
    }
    whole::write(&path, &text, whole::SHARED).map_err(io)
}
