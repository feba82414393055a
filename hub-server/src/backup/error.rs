//! Why a backup is not taken, not believed or not restored; each with a stable name and what to do next.

use std::io;
use std::path::{Path, PathBuf};

use crate::db::DbError;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("{}: {error}", .path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    #[error("there is no hub's database at {0}")]
    NoHub(String),

    #[error("no key is named")]
    NoKey,
    #[error("{}: {why}", .path.display())]
    BadKey { path: PathBuf, why: String },
    #[error("others may read the key in {}", .0.display())]
    OpenKey(PathBuf),
    #[error("{} holds a public key only: it makes backups and opens none", .0.display())]
    PublicKey(PathBuf),

    #[error("{} is no backup of a hub", .0.display())]
    NoBackup(PathBuf),
    #[error("{} is cut off: its end is missing", .0.display())]
    Cut(PathBuf),
    #[error("{} was changed after it was written", .0.display())]
    Changed(PathBuf),
    #[error("{} was made for another key", .0.display())]
    WrongKey(PathBuf),
    #[error("the backup is of hub {of}, the database of hub {here}")]
    AnotherHub { of: String, here: String },
    #[error("the backup was made by a newer program, {program}: this one does not know {what}")]
    Newer { program: String, what: String },
    #[error("line {line} of the backup cannot be read: {why}")]
    Unreadable { line: u64, why: String },

    #[error("the database is damaged: {0}")]
    Damaged(String),
    #[error("the database has tables of something else")]
    Foreign,
    #[error("the database is not empty: {0}")]
    NotEmpty(String),
    #[error("a hub is running on the database")]
    InUse,
    #[error("what was restored is not what was backed up: {}", .0.join(", "))]
    Differs(Vec<String>),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl BackupError {
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::File { path, error }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::Db(error) if error.is_passing() => "database_busy",
            Self::Db(_) => "database_failed",
            Self::File { .. } => "file_io",
            Self::Exists(_) => "file_exists",
            Self::NoHub(_) => "no_hub_here",
            Self::NoKey => "backup_key_missing",
            Self::BadKey { .. } => "backup_key_bad",
            Self::OpenKey(_) => "backup_key_open",
            Self::PublicKey(_) => "backup_key_public",
            Self::NoBackup(_) => "no_backup",
            Self::Cut(_) => "backup_cut",
            Self::Changed(_) => "backup_changed",
            Self::WrongKey(_) => "backup_wrong_key",
            Self::AnotherHub { .. } => "another_hub",
            Self::Newer { .. } => "backup_newer",
            Self::Unreadable { .. } => "backup_unreadable",
            Self::Damaged(_) => "database_damaged",
            Self::Foreign => "database_foreign",
            Self::NotEmpty(_) => "database_not_empty",
            Self::InUse => "database_in_use",
            Self::Differs(_) => "restore_differs",
        }
    }

    /// What to do next.
    pub fn fix(&self) -> String {
        match self {
            Self::Db(error) if error.is_passing() => "try again in a moment".to_owned(),
            Self::Db(_) => "see that the database runs and that --database names it".to_owned(),
            Self::File { .. } => "name a file that you may read or write, with room for it".to_owned(),
            Self::Exists(_) => "name a new file; nothing is written over".to_owned(),
            Self::NoHub(_) => "name the hub's database with --database, or its folder with --data".to_owned(),
            Self::NoKey => "hub-server backup key FILE makes one; then --key FILE, or backup_key in the settings".to_owned(),
            Self::BadKey { .. } => "name the file that hub-server backup key made".to_owned(),
            Self::OpenKey(path) => format!("chmod 600 {}", path.display()),
            Self::PublicKey(_) => "name the file with the secret half with --key; it is not on the hub's machine if it is kept as it should be".to_owned(),
            Self::NoBackup(_) => "name a file that hub-server backup create wrote".to_owned(),
            Self::Cut(_) | Self::Changed(_) => "copy it again from where it is kept, or take an older one; nothing was restored".to_owned(),
            Self::WrongKey(_) => "name the key that it was made for with --key".to_owned(),
            Self::AnotherHub { .. } => "name this hub's own backup, or an empty database with --database".to_owned(),
            Self::Newer { program, .. } => format!("install hub-server {program} or newer"),
            Self::Unreadable { .. } => "read it with the program that wrote it, and report this line's number".to_owned(),
            Self::Damaged(_) => "stop the hub, keep the file as it is, and restore the last backup with --replace".to_owned(),
            Self::Foreign => "name an empty database, or one of a hub, with --database".to_owned(),
            Self::NotEmpty(_) => "--replace restores all the same and keeps what is there aside; or name an empty database with --database".to_owned(),
            Self::InUse => "stop every hub-server on this database, then restore".to_owned(),
            Self::Differs(_) => "keep the backup and report these tables; the database is as it was".to_owned(),
        }
    }
}
