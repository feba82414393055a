//! `hub-server backup`. Keys come from files, never as a flag: flags stand in process lists and shell histories.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use kit::cli::{Exit, Failure, Shape, print_one, print_rows, print_text};
use kit::settings::Layers;
use serde::Serialize;

use super::Shaped;
use crate::app::{Clock, without_password};
use crate::backup::{self, BackupError, Contents, Count, Drill, Found, Keys};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Backup {
    #[command(subcommand)]
    what: What,
    /// Key file of backups; otherwise the one that the settings name
    #[arg(long, global = true, value_name = "FILE")]
    key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a key: FILE with both halves, FILE.pub with the one that is enough to make backups
    Key { file: PathBuf },
    /// Backs the database up while the hub runs: backup create /var/backups/yapa
    Create {
        /// A new file, or a folder in which it is named after the time
        file: PathBuf,
        #[command(flatten)]
        shape: Shaped,
    },
    /// Reads a backup whole and says whether it is sound; nothing is restored
    Verify {
        file: PathBuf,
        #[command(flatten)]
        shape: Shaped,
    },
    /// Puts a backup into an empty database; the tills then send again what it lacks
    Restore {
        file: PathBuf,
        /// Also over a database with data, which is kept aside
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        shape: Shaped,
    },
    /// Backs up, verifies, restores beside the database and verifies the ledger of that; throws it away again
    Drill(Shaped),
}

impl Backup {
    pub fn layers(&self, layers: Layers) -> Layers {
        layers.flag("backup_key", self.key.as_ref().map(|path| path.display().to_string()))
    }
}

/// What `create`, `verify` and `restore` say of a backup.
#[derive(Debug, Serialize)]
struct Row {
    file: String,
    taken_at: DateTime<Utc>,
    hub: String,
    chain: String,
    epoch: i64,
    migration: i64,
    program: String,
    database: String,
    rows: i64,
    bytes: u64,
    sha256: String,
    /// After a restore.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_epoch: Option<i64>,
    /// Where that is what was there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_aside: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tables: Vec<TableRow>,
}

#[derive(Debug, Serialize)]
struct TableRow {
    table: String,
    rows: i64,
}

fn table_row(count: &Count) -> TableRow {
    TableRow { table: count.table.clone(), rows: count.rows }
}

pub async fn backup(args: Backup, settings: &Settings) -> Result<Exit, Failure> {
    let now = Clock::System.now();
    let target = settings.database_target();
    match args.what {
        What::Key { file } => make_key(&file),
        What::Create { file, shape } => {
            let file = named(file, now);
            let contents = backup::take(&target, &file, &keys(settings)?, now).await.map_err(failure)?;
            print(Row::of(&file, &contents), &contents, shape)
        }
        What::Verify { file, shape } => {
            let keys = keys(settings)?;
            let (contents, found) = backup::verify_for(&target, &file, &keys, now).await.map_err(failure)?;
            print(Row::of(&file, &contents), &contents, shape)?;
            eprintln!("the backup is sound{}", compared(&found));
            Ok(Exit::Ok)
        }
        What::Restore { file, replace, shape } => {
            let keys = keys(settings)?;
            let restored = backup::restore(&target, &file, &keys, replace, now).await.map_err(failure)?;
            let taken_at = restored.contents.head.taken_at;
            let row = Row::of(&file, &restored.contents);
            let row = Row { new_epoch: Some(restored.epoch), kept_aside: restored.kept_aside, ..row };
            print(row, &restored.contents, shape)?;
            eprintln!(
                "restored into {}: start the hub, and its tills send again what they sold since {}. What was \
                 entered at the hub itself since then (imports, staff, codes, revoked tills) is not in it: \
                 enter it again",
                without_password(&target),
                taken_at.to_rfc3339()
            );
            Ok(Exit::Ok)
        }
        What::Drill(shape) => drill(settings, &target, now, shape).await,
    }
}

fn failure(error: BackupError) -> Failure {
    let exit = match &error {
        BackupError::Db(_) => Exit::Unreachable,
        BackupError::File { error, .. } if error.kind() == std::io::ErrorKind::NotFound => Exit::NotFound,
        BackupError::NoHub(_) => Exit::NotFound,
        BackupError::File { .. } | BackupError::Exists(_) | BackupError::InUse | BackupError::Differs(_) => {
            Exit::Failed
        }
        _ => Exit::Config,
    };
    Failure::new(exit, error.code(), error.to_string()).fix(error.fix())
}

fn keys(settings: &Settings) -> Result<Keys, Failure> {
    let path = settings.backup_key.as_deref().ok_or_else(|| failure(BackupError::NoKey))?;
    Keys::read(path).map_err(failure)
}

fn make_key(file: &Path) -> Result<Exit, Failure> {
    let (public_file, public) = Keys::make(file).map_err(failure)?;
    print_text(&public)?;
    eprintln!(
        "{} opens backups: keep copies of it away from this machine, for without it no backup can be restored. \
         {} is enough to make them",
        file.display(),
        public_file.display()
    );
    Ok(Exit::Ok)
}

/// In a folder, a file that is named after the time.
fn named(file: PathBuf, now: DateTime<Utc>) -> PathBuf {
    if file.is_dir() { file.join(format!("yapa-{}.backup", now.format("%Y%m%dT%H%M%SZ"))) } else { file }
}

fn compared(found: &Found) -> &'static str {
    match found {
        Found::Hub(_) => ", and this hub's",
        _ => "; there is no hub's database here to compare its hub with",
    }
}

impl Row {
    fn of(file: &Path, contents: &Contents) -> Self {
        let Contents { head, sealed, .. } = contents;
        Self {
            file: file.display().to_string(),
            taken_at: head.taken_at,
            hub: head.hub.clone(),
            chain: head.chain.clone(),
            epoch: head.epoch,
            migration: head.migration(),
            program: head.program.clone(),
            database: head.database.clone(),
            rows: contents.rows(),
            bytes: sealed.bytes,
            sha256: sealed.digest.clone(),
            new_epoch: None,
            kept_aside: None,
            tables: vec![],
        }
    }
}

fn print(mut row: Row, contents: &Contents, shape: Shaped) -> Result<Exit, Failure> {
    let tables: Vec<TableRow> =
        contents.counts.iter().filter(|count| count.rows > 0).map(table_row).collect();
    let shape = Shape::json(shape.json);
    if shape == Shape::Json {
        row.tables = tables;
        print_one(&row, shape)?;
    } else {
        print_one(&row, shape)?;
        print_rows(&tables, shape)?;
    }
    Ok(Exit::Ok)
}

const DRILL_FOLDER: &str = ".drill-";

/// Held while a drill is under way; the system ends it with the process, however that ends.
fn alone(data: &Path) -> std::io::Result<Option<File>> {
    let folder = File::open(data)?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// What drills left that were killed: as large as the database, and nobody's any more.
fn sweep(data: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(DRILL_FOLDER) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

async fn drill(
    settings: &Settings,
    target: &str,
    now: DateTime<Utc>,
    shape: Shaped,
) -> Result<Exit, Failure> {
    let keys = keys(settings)?;
    let of_folder = |error| failure(BackupError::File { path: settings.data.clone(), error });
    let _alone = alone(&settings.data).map_err(of_folder)?.ok_or_else(|| {
        Failure::new(Exit::Failed, "drill_running", "another drill is under way here").fix("wait for its end")
    })?;
    sweep(&settings.data).map_err(of_folder)?;
    // Beside the database, where there is room for it; gone with this value.
    let folder =
        tempfile::Builder::new().prefix(DRILL_FOLDER).tempdir_in(&settings.data).map_err(of_folder)?;
    let drill = backup::drill(target, folder.path(), &keys, now).await.map_err(failure)?;
    print_drill(drill, Shape::json(shape.json))
}

#[derive(Debug, Serialize)]
struct DrillRow {
    holds: bool,
    rows: i64,
    bytes: u64,
    /// Rows that were backed up and not restored.
    lost: i64,
    sales: i64,
    accounts: i64,
    ledger_differences: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepRow>,
}

#[derive(Debug, Serialize)]
struct StepRow {
    step: &'static str,
    took_ms: u128,
}

fn print_drill(drill: Drill, shape: Shape) -> Result<Exit, Failure> {
    let Drill { contents, compared, audit, steps } = drill;
    let steps = steps.into_iter().map(|step| StepRow { step: step.what, took_ms: step.took_ms }).collect();
    let (inside, below) = if shape == Shape::Json { (steps, vec![]) } else { (vec![], steps) };
    let row = DrillRow {
        holds: compared.differing.is_empty() && audit.differences.is_empty(),
        rows: contents.rows(),
        bytes: contents.sealed.bytes,
        lost: compared.lost,
        sales: audit.sales,
        accounts: audit.accounts,
        ledger_differences: audit.differences.len(),
        steps: inside,
    };
    print_one(&row, shape)?;
    if shape == Shape::Table {
        print_rows(&below, shape)?;
    }
    if row.holds {
        return Ok(Exit::Ok);
    }
    let tables = compared.differing.join(", ");
    let why = if tables.is_empty() {
        "the ledger does not hold".to_owned()
    } else {
        format!("other rows in {tables}")
    };
    Err(Failure::new(Exit::Failed, "drill_failed", format!("what was restored is not what runs: {why}"))
        .fix("hub-server ledger verify tells whether the hub's own ledger holds; keep older backups and report this"))
}
