//! Throwaway databases: SQLite files, a PostgreSQL cluster and a Redis on unix sockets.
//!
//! The servers are started once and shared by the tests that run at the time; the last one to finish stops
//! them. Their parent shell ends them too when this process is gone, however it went.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

use super::process::{Process, Said};

/// The two databases every store story runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database of one test, or a second hub's way to it. `url` is what `--database` takes.
#[derive(Debug, Clone)]
pub struct Database {
    pub url: String,
    // Kept so that the server outlives its last user.
    _server: Option<Arc<Postgres>>,
}

impl Database {
    pub async fn new(kind: Kind, folder: &Path) -> Self {
        match kind {
            Kind::Sqlite => Self::in_folder(folder),
            Kind::Postgres => {
                let server = Postgres::shared();
                let url = server.create().await;
                Self { url, _server: Some(server) }
            }
        }
    }

    /// The file that a hub makes in its folder when no database is named.
    pub fn in_folder(folder: &Path) -> Self {
        Self { url: format!("sqlite://{}", folder.join("hub.db").display()), _server: None }
    }
}

/// A PostgreSQL cluster that only its socket folder leads to.
#[derive(Debug)]
pub struct Postgres {
    folder: TempDir,
    created: AtomicU32,
    _process: Process,
}

static POSTGRES: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

impl Postgres {
    pub fn shared() -> Arc<Self> {
        let mut shared = POSTGRES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let started = Arc::new(Self::start());
        *shared = Arc::downgrade(&started);
        started
    }

    fn start() -> Self {
        // A socket's path is at most 107 bytes long, so the folder stands directly under the temporary one.
        let folder = tempfile::Builder::new().prefix("yapa-pg-").tempdir().expect("a temporary folder");
        // Logic only: what a crash of the machine does to PostgreSQL is PostgreSQL's own promise.
        let mut serve = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/postgres"));
        serve.arg(folder.path()).args(["-c", "fsync=off"]);
        let mut process = Process::start("postgres", &mut serve).ends_with_input();
        process.wait_for_line(|line| line.contains("ready to accept connections").then_some(()));
        Self { folder, created: AtomicU32::new(0), _process: process }
    }

    async fn create(&self) -> String {
        let name = format!("t{}", self.created.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&self.url("postgres")).await.expect("the server is up");
        admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.expect("a new name");
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://yapa@localhost/{database}?host={}", self.folder.path().display())
    }
}

/// A Redis that keeps nothing.
#[derive(Debug)]
pub struct Redis {
    folder: TempDir,
    _process: Process,
}

impl Redis {
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("yapa-redis-").tempdir().expect("a temporary folder");
        let serve = format!(
            "redis-server --port 0 --unixsocket {}/socket --save '' --appendonly no & \
             server=$!; read gone; kill $server; wait $server",
            folder.path().display()
        );
        let mut process = Process::start("redis", Command::new("sh").args(["-c", &serve])).ends_with_input();
        process.wait_for_line(|line| line.to_lowercase().contains("ready to accept").then_some(()));
        Self { folder, _process: process }
    }

    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// A command as an operator gives it; its answer.
    pub fn asked(&self, words: &[&str]) -> String {
        let said = Said::of(Command::new("redis-cli").arg("-s").arg(self.socket()).args(words)).exits(0);
        said.stdout.trim().to_owned()
    }

    /// Somebody who hears what is said on a channel.
    pub fn listens_to(&self, channel: &str) -> Listener {
        let mut listen = Command::new("redis-cli");
        listen.arg("-s").arg(self.socket()).args(["subscribe", channel]);
        let mut process = Process::start("redis-cli", &mut listen);
        process.wait_for_line(|line| line.contains("subscribe").then_some(()));
        Listener(process)
    }
}

#[derive(Debug)]
pub struct Listener(Process);

impl Listener {
    pub fn hears(&mut self, text: &str) {
        self.0.wait_for_line(|line| line.contains(text).then_some(()));
    }
}

#[tokio::test]
async fn a_throwaway_postgres_takes_a_table() {
    let database = Database::new(Kind::Postgres, Path::new("unused")).await;
    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    connection.execute("create table t (n bigint)").await.unwrap();
}
