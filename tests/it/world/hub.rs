//! A real `hub-server` with a database and a port of its own.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::{Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;

use super::databases::{Database, Kind};
use super::files;
use super::ports;
use super::process::{PATIENCE, Process, Said, program};

#[derive(Debug)]
pub struct Hub {
    pub folder: TempDir,
    pub database: Database,
    /// Kept over restarts: tills know the hub by it.
    pub listen: SocketAddr,
    /// Where it shows its metrics, with `--internal`.
    internal: Option<SocketAddr>,
    serving: Option<Process>,
    extra: Vec<String>,
    /// What the environment of its commands says besides.
    pub dress: Vec<(&'static str, String)>,
}

impl Hub {
    /// A hub that has migrated and serves, with nothing in it.
    pub async fn new(kind: Kind) -> Self {
        Self::with(kind, &[]).await
    }

    pub async fn with(kind: Kind, extra: &[&str]) -> Self {
        super::prepare_tls();
        let folder = tempfile::Builder::new().prefix("yapa-hub-").tempdir().expect("a folder");
        let database = Database::new(kind, folder.path()).await;
        Self::over(folder, database, extra)
    }

    fn over(folder: TempDir, database: Database, extra: &[&str]) -> Self {
        let extra = extra.iter().map(|&flag| flag.to_owned()).collect();
        let listen = ports::address();
        let mut hub = Self { folder, database, listen, internal: None, serving: None, extra, dress: vec![] };
        hub.serve();
        hub
    }

    /// Another hub on the same database.
    pub fn beside(&self, extra: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("yapa-hub-").tempdir().expect("a folder");
        Self::over(folder, self.database.clone(), extra)
    }

    /// The demo's chain: half a year of 1,200 members, with promotions, low stock and log-ins.
    pub fn of_demo() -> Self {
        super::prepare_tls();
        let folder = tempfile::Builder::new().prefix("yapa-hub-").tempdir().expect("a folder");
        Said::of(Command::new(program("yapa")).arg("--once").arg("--data").arg(folder.path())).exits(0);
        let database = Database::in_folder(folder.path());
        Self::over(folder, database, &[])
    }

    /// The small chain of `files`: stores, products, members and two of its three cards.
    pub async fn with_chain(kind: Kind) -> Self {
        let hub = Self::new(kind).await;
        hub.import_chain();
        hub
    }

    pub fn import_chain(&self) {
        for (what, text) in [
            ("stores", files::STORES),
            ("products", files::PRODUCTS),
            ("members", files::MEMBERS),
            ("cards", files::CARDS),
            ("stock", files::STOCK),
        ] {
            self.import(what, text).exits(0);
        }
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.listen)
    }

    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.address())
    }

    pub fn serve(&mut self) {
        let listen = self.listen.to_string();
        let mut command = self.command(&["serve", "--listen", &listen]);
        command.args(&self.extra);
        let mut process = Process::start("hub-server", &mut command);
        self.listen = process.wait_for_line(address_in);
        self.internal =
            self.extra.iter().any(|flag| flag == "--internal").then(|| process.wait_for_line(internal_in));
        self.serving = Some(process);
    }

    /// The metrics of a hub with `--internal 127.0.0.1:0`.
    pub async fn metrics(&self) -> HashMap<String, i64> {
        metrics_at(self.internal.expect("it was started with --internal")).await
    }

    pub fn kill9(&mut self) {
        self.serving.take().expect("it serves").kill9();
    }

    /// Asks it to stop and does not wait for that; [`Hub::stop`] does.
    pub fn begin_stop(&self) {
        self.serving.as_ref().expect("it serves").ask_to_stop();
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        self.serving.as_ref().expect("it serves").log()
    }

    pub fn stop(&mut self) {
        let mut process = self.serving.take().expect("it serves");
        assert!(process.terminate(), "the hub stops with an error:\n{}", process.log());
    }

    /// The files of a stopped hub on SQLite, with their names.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.folder.path()).expect("its folder is there");
        let paths = entries.flatten().map(|entry| entry.path());
        let ours = paths.filter(|path| path.to_string_lossy().contains("hub.db"));
        ours.map(|path| (path.clone(), std::fs::read(&path).expect("it can be read"))).collect()
    }

    pub fn put_back(&self, copy: &[(PathBuf, Vec<u8>)]) {
        for (path, _) in self.files() {
            std::fs::remove_file(path).expect("it can be removed");
        }
        for (path, bytes) in copy {
            std::fs::write(path, bytes).expect("it can be written");
        }
    }

    /// Loses everything that a stopped hub had.
    pub async fn destroy(&self) {
        if self.database.url.starts_with("postgres") {
            let mut connection = PgConnection::connect(&self.database.url).await.expect("it runs");
            let sql = "drop schema public cascade; create schema public";
            sqlx::raw_sql(sql).execute(&mut connection).await.expect(sql);
        } else {
            self.put_back(&[]);
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program("hub-server"));
        command.envs(self.dress.iter().map(|(name, value)| (name, value)));
        command.args(words).args(["--database", &self.database.url]).current_dir(self.folder.path());
        command.env_remove("LANG").env("NO_COLOR", "1");
        // Nobody is sent elsewhere before it stops, so it need not wait for that.
        command.env("HUB__GRACE_SECONDS", "0");
        command
    }

    pub fn cli(&self, words: &[&str]) -> Said {
        Said::of(&mut self.command(words))
    }

    /// A command that goes on while the story does.
    pub fn background(&self, words: &[&str]) -> JoinHandle<Said> {
        let mut command = self.command(words);
        std::thread::spawn(move || Said::of(&mut command))
    }

    pub fn import(&self, what: &str, text: &str) -> Said {
        let path = self.write(&format!("{what}.csv"), text);
        self.cli(&["import", what, path.to_str().expect("a plain path")])
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        files::write(self.folder.path(), name, text)
    }

    /// The rows of a report.
    #[track_caller]
    pub fn report(&self, words: &[&str]) -> Vec<Value> {
        let said = self.cli(&[&["report"], words, &["--json"]].concat()).exits(0);
        said.json().as_array().expect("a report is an array of rows").clone()
    }

    /// The one row of a report in which `field` is `value`.
    #[track_caller]
    pub fn report_row(&self, words: &[&str], field: &str, value: &str) -> Value {
        let rows = self.report(words);
        let found = rows.iter().find(|row| row[field] == value);
        found.unwrap_or_else(|| panic!("no row with {field} {value} in {rows:#?}")).clone()
    }

    pub fn verify_ledger(&self) -> Said {
        self.cli(&["ledger", "verify"])
    }

    /// A one-time code with which an agent is enrolled for these tills. They must be new: the code covers
    /// every till that is not enrolled yet.
    pub fn enrol_code(&self, tills: &[(&str, &str)]) -> String {
        for (store, till) in tills {
            self.cli(&["till", "add", "--store", store, "--till", till]).exits(0);
        }
        let said = self.cli(&["till", "code", "--all", "--json"]).exits(0);
        said.json()["code"].as_str().expect("a code").to_owned()
    }

    /// The password goes by file, as for everybody.
    pub fn add_staff(&self, login: &str, role: &str, password: &str) {
        let file = self.write("password.txt", password);
        self.cli(&["staff", "add", "--login", login, "--role", role, "--password-file", path_text(&file)])
            .exits(0);
    }

    pub fn token(&self, role: &str) -> String {
        let said = self.cli(&["token", "create", "--role", role]).exits(0);
        said.stdout.split_whitespace().last().expect("a token").to_owned()
    }

    /// What the tables say, past all of our own reading code.
    pub async fn count(&self, sql: &'static str) -> i64 {
        if self.database.url.starts_with("postgres") {
            let mut connection = PgConnection::connect(&self.database.url).await.expect("it runs");
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect(sql)
        } else {
            let mut connection = SqliteConnection::connect(&self.database.url).await.expect("it exists");
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect(sql)
        }
    }

    /// Changes a table behind the hub's back, as somebody with the database's password could.
    pub async fn tamper(&self, sql: &'static str) {
        let changed = if self.database.url.starts_with("postgres") {
            let mut connection = PgConnection::connect(&self.database.url).await.expect("it runs");
            sqlx::query(sql).execute(&mut connection).await.expect(sql).rows_affected()
        } else {
            let mut connection = SqliteConnection::connect(&self.database.url).await.expect("it exists");
            sqlx::query(sql).execute(&mut connection).await.expect(sql).rows_affected()
        };
        assert!(changed > 0, "{sql} changed nothing");
    }

    /// Somebody else writes and does not come to an end: whoever wants to write what tills send waits.
    pub async fn occupied(&self) -> Occupied {
        if self.database.url.starts_with("postgres") {
            let mut connection = PgConnection::connect(&self.database.url).await.expect("it runs");
            let sql = "begin; lock table log in exclusive mode";
            sqlx::raw_sql(sql).execute(&mut connection).await.expect(sql);
            return Occupied::Postgres(connection);
        }
        let mut connection = SqliteConnection::connect(&self.database.url).await.expect("it exists");
        sqlx::raw_sql("begin immediate").execute(&mut connection).await.expect("the writer's place");
        Occupied::Sqlite(connection)
    }

    /// PostgreSQL does not answer what reads the logs or writes them.
    pub async fn silent(&self) -> Occupied {
        let mut connection = PgConnection::connect(&self.database.url).await.expect("it runs");
        let sql = "begin; lock table log in access exclusive mode";
        sqlx::raw_sql(sql).execute(&mut connection).await.expect(sql);
        Occupied::Postgres(connection)
    }

    pub async fn sales(&self) -> i64 {
        self.count("select count(*) from sale").await
    }

    /// Waits until the hub holds this many sales, and a little longer, so that one too many is seen.
    pub async fn holds(&self, sales: i64) {
        let begun = Instant::now();
        while self.sales().await < sales {
            assert!(begun.elapsed() < PATIENCE, "{} of {sales} sales arrived", self.sales().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(self.sales().await, sales);
    }

    /// Waits until a count comes to so many.
    pub async fn counts(&self, sql: &'static str, wanted: i64) {
        let begun = Instant::now();
        loop {
            let found = self.count(sql).await;
            if found == wanted {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{found}, never {wanted}: {sql}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Ends with this value, and undoes nothing: nothing was written.
#[derive(Debug)]
#[expect(dead_code, reason = "the open transaction is all that it is for")]
pub enum Occupied {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The address in the line that a server prints once it serves.
pub fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.split_once("http://")?.1;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').parse().ok()
}

/// The same for the line that names its metrics.
pub fn internal_in(line: &str) -> Option<SocketAddr> {
    line.starts_with("internal ").then(|| address_in(line))?
}

/// Metrics by name and labels: whole numbers only, so no sums of seconds.
pub async fn metrics_at(address: SocketAddr) -> HashMap<String, i64> {
    let answer = reqwest::get(format!("http://{address}/metrics")).await.expect("it answers");
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.expect("text");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.rsplit_once(' '));
    pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect()
}

pub fn path_text(path: &Path) -> &str {
    path.to_str().expect("test paths are plain text")
}
