//! Keys of backups: an age key pair. The public half makes backups, only the secret half opens them, so a hub
//! that has but the public one gives nobody its old backups.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};

use super::BackupError;

/// Nobody but the owner may read it.
const MODE: u32 = 0o600;
const PUBLIC: &str = "age1";

/// What a key file holds.
pub struct Keys {
    path: PathBuf,
    secret: Vec<Identity>,
    public: Vec<Recipient>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "keys of {}", self.path.display())
    }
}

impl Keys {
    /// Reads the keys of a file, one a line: secret or public ones, comments behind `#`.
    pub fn read(path: &Path) -> Result<Self, BackupError> {
        let file = BackupError::file;
        let text = fs::read_to_string(path).map_err(file(path))?;
        let bad = |why: &str| BackupError::BadKey { path: path.to_owned(), why: why.to_owned() };
        let mut keys = Self { path: path.to_owned(), secret: vec![], public: vec![] };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with(PUBLIC) {
                keys.public.push(line.parse().map_err(|_| bad("a public key is damaged"))?);
            } else {
                let secret: Identity = line.parse().map_err(|_| bad("a line is no key"))?;
                keys.public.push(secret.to_public());
                keys.secret.push(secret);
            }
        }
        if keys.public.is_empty() {
            return Err(bad("it holds no key"));
        }
        let mode = fs::metadata(path).map_err(file(path))?.permissions().mode();
        if !keys.secret.is_empty() && mode & 0o077 != 0 {
            return Err(BackupError::OpenKey(path.to_owned()));
        }
        Ok(keys)
    }

    /// Makes a key pair: `path` gets both halves, `path.pub` the public one. Gives that file and what it holds.
    pub fn make(path: &Path) -> Result<(PathBuf, String), BackupError> {
        let secret = Identity::generate();
        let public = secret.to_public().to_string();
        let beside = super::beside(path, ".pub");
        let text = format!("# public key: {public}\n{}\n", secret.to_string().expose_secret());
        write_new(path, &text, MODE)?;
        write_new(&beside, &format!("{public}\n"), 0o644)?;
        Ok((beside, public))
    }

    pub(super) fn public(&self) -> &[Recipient] {
        &self.public
    }

    pub(super) fn secret(&self) -> Result<&[Identity], BackupError> {
        if self.secret.is_empty() { Err(BackupError::PublicKey(self.path.clone())) } else { Ok(&self.secret) }
    }
}

/// A key is never written over: backups would be lost with it.
fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), BackupError> {
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(|error| match error
            .kind()
        {
            std::io::ErrorKind::AlreadyExists => BackupError::Exists(path.to_owned()),
            _ => BackupError::File { path: path.to_owned(), error },
        })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(BackupError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup.key");
        let (public, text) = Keys::make(&path).unwrap();
        assert_eq!(fs::read_to_string(&public).unwrap().trim(), text);
        let read = Keys::read(&path).unwrap();
        assert_eq!((read.secret().unwrap().len(), read.public()[0].to_string()), (1, text));
        assert_eq!(Keys::make(&path).unwrap_err().code(), "file_exists");
        assert_eq!(Keys::read(&public).unwrap().secret().err().unwrap().code(), "backup_key_public");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(Keys::read(&path).unwrap_err().code(), "backup_key_open");
        assert!(!format!("{read:?}").contains("SECRET"));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for text in ["", "# nothing\n", "AGE-SECRET-KEY-1AAAA\n", "age1qqqq\n", "secret\n"] {
            fs::write(&path, text).unwrap();
            assert_eq!(Keys::read(&path).unwrap_err().code(), "backup_key_bad", "{text}");
        }
        assert_eq!(Keys::read(&folder.path().join("none")).unwrap_err().code(), "file_io");
    }
}
