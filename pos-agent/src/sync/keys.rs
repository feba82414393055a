//! Key files: one a till, readable by this user only, never sent anywhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use domain::ids::TillId;
use domain::sync::TillKey;

use crate::store::{StoreError, whole};

/// Nobody but the owner may read or write.
const MODE: u32 = 0o600;

fn path(folder: &Path, till: TillId) -> PathBuf {
    folder.join("keys").join(format!("{till}.key"))
}

fn error(path: &Path, kind: std::io::ErrorKind, why: &str) -> StoreError {
    StoreError::Io { path: path.to_owned(), error: std::io::Error::new(kind, why.to_owned()) }
}

pub fn read(folder: &Path, till: TillId) -> Result<TillKey, StoreError> {
    let path = path(folder, till);
    let io = |error| StoreError::Io { path: path.clone(), error };
    let mode = fs::metadata(&path).map_err(io)?.permissions().mode();
    if mode & 0o077 != 0 {
        let why = format!("others may read this key: chmod 600 {}", path.display());
        return Err(error(&path, std::io::ErrorKind::PermissionDenied, &why));
    }
    let text = fs::read_to_string(&path).map_err(io)?;
    TillKey::read(&text).map_err(|e| error(&path, std::io::ErrorKind::InvalidData, &e.to_string()))
}

/// The till's key; makes it first where there is none. It is on the disk before anybody hears of it, so
/// an enrolment that was cut short goes on with the same key.
pub fn read_or_make(folder: &Path, till: TillId) -> Result<TillKey, StoreError> {
    let path = path(folder, till);
    if path.exists() {
        return read(folder, till);
    }
    let io = |error| StoreError::Io { path: path.clone(), error };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io)?;
        fs::set_permissions(parent, fs::Permissions::from_mode(0o700)).map_err(io)?;
    }
    let key = TillKey::from_seed(rand::random());
    whole::write(&path, key.to_secret_text().as_bytes(), MODE).map_err(io)?;
    Ok(key)
}

/// Makes room for another key. The old one is kept beside it: what it signed can still be proved.
pub fn put_away(folder: &Path, till: TillId) -> Result<(), StoreError> {
    let path = path(folder, till);
    fs::rename(&path, path.with_extension("revoked")).map_err(|error| StoreError::Io { path, error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let till = TillId::new(1, [7; 10]);
        let made = read_or_make(folder.path(), till).unwrap().public();
        assert_eq!(read_or_make(folder.path(), till).unwrap().public(), made);
        let path = path(folder.path(), till);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read(folder.path(), till).unwrap_err().to_string().contains("chmod 600"));
    }
}
