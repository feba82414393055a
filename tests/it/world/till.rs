//! A real `pos-agent` with a folder and a port of its own.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

use super::files;
use super::form::Form;
use super::hub::{Hub, address_in, internal_in, metrics_at, path_text};
use super::ports;
use super::process::{PATIENCE, Process, Said, program};

#[derive(Debug)]
pub struct Till {
    pub folder: TempDir,
    pub listen: SocketAddr,
    /// What the environment of its commands says besides.
    pub dress: Vec<(&'static str, String)>,
    /// What its commands are started by.
    pub wrapped: Vec<&'static str>,
    /// Where it shows its metrics, with `--internal`.
    internal: Option<SocketAddr>,
    running: Option<Process>,
    http: reqwest::Client,
}

impl Till {
    /// An agent enrolled for these tills of the hub, not running yet.
    pub fn enrolled(hub: &Hub, tills: &[(&str, &str)]) -> Self {
        Self::enrolled_at(hub, &hub.address(), tills)
    }

    /// The same, reaching the hub at another address.
    pub fn enrolled_at(hub: &Hub, address: &str, tills: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("yapa-till-").tempdir().expect("a folder");
        let http = reqwest::Client::builder().build().expect("a client");
        let listen = ports::address();
        let till =
            Self { folder, listen, dress: vec![], wrapped: vec![], internal: None, running: None, http };
        let code = hub.enrol_code(tills);
        till.cli(&["enrol", "--hub", address, "--code", &code]).exits(0);
        till
    }

    /// The same till once more, from a copy of the folder of one that does not run.
    pub fn copied(&self) -> Self {
        assert!(self.running.is_none(), "a copy of files that are written is none");
        let folder = tempfile::Builder::new().prefix("yapa-till-").tempdir().expect("a folder");
        copy(self.folder.path(), folder.path());
        let listen = ports::address();
        Self {
            folder,
            listen,
            dress: vec![],
            wrapped: vec![],
            internal: None,
            running: None,
            http: self.http.clone(),
        }
    }

    /// Enrolled, running, and with the hub's catalogue.
    pub async fn ready(hub: &Hub, tills: &[(&str, &str)]) -> Self {
        let mut till = Self::enrolled(hub, tills);
        till.run(&[]);
        till.knows_the_catalogue().await;
        till.has_sent_everything().await;
        till
    }

    fn command(&self, words: &[&str]) -> Command {
        let agent = program("pos-agent");
        let mut command = match self.wrapped.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(agent);
                command
            }
            None => Command::new(agent),
        };
        command.envs(self.dress.iter().map(|(name, value)| (name, value)));
        command.args(words).arg("--data").arg(self.folder.path()).current_dir(self.folder.path());
        command.env_remove("LANG").env("NO_COLOR", "1");
        command
    }

    pub fn cli(&self, words: &[&str]) -> Said {
        Said::of(&mut self.command(words))
    }

    /// The same for a command that may not end by itself; 124 is the exit code of one that had to be ended.
    pub fn cli_for_seconds(&self, seconds: u32, words: &[&str]) -> Said {
        let command = self.command(words);
        let mut limited = Command::new("timeout");
        limited.arg(seconds.to_string()).arg(command.get_program()).args(command.get_args());
        limited.current_dir(self.folder.path()).env_remove("LANG").env("NO_COLOR", "1");
        Said::of(&mut limited)
    }

    pub fn run(&mut self, extra: &[&str]) {
        let listen = self.listen.to_string();
        let words = [&["run", "--listen", &listen], extra].concat();
        let mut process = Process::start("pos-agent", &mut self.command(&words));
        self.listen = process.wait_for_line(address_in);
        self.internal = extra.contains(&"--internal").then(|| process.wait_for_line(internal_in));
        self.running = Some(process);
    }

    /// The metrics of an agent that was run with `--internal 127.0.0.1:0`.
    pub async fn metrics(&self) -> HashMap<String, i64> {
        metrics_at(self.internal.expect("it was started with --internal")).await
    }

    pub fn run_with_scanner(&mut self, scanner: &Path) {
        self.run(&["--scanner", path_text(scanner)]);
    }

    pub fn kill9(&mut self) {
        self.running.take().expect("it runs").kill9();
    }

    /// The system's number of the running agent.
    pub fn id(&self) -> u32 {
        self.running.as_ref().expect("it runs").id()
    }

    /// Waits until the agent has ended by itself; gives its exit code, none after a signal, and what it said.
    pub fn ended(&mut self) -> (Option<i32>, String) {
        let mut process = self.running.take().expect("it runs");
        (process.ended(), process.log())
    }

    pub fn stop(&mut self) {
        let mut process = self.running.take().expect("it runs");
        assert!(process.terminate(), "the agent stops with an error:\n{}", process.log());
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        self.running.as_ref().expect("it runs").log()
    }

    pub fn page(&self, path: &str) -> String {
        format!("http://{}{path}", self.listen)
    }

    pub async fn get(&self, path: &str) -> String {
        let answer = self.http.get(self.page(path)).send().await.expect("the agent answers");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        assert!(status.is_success(), "{path}: {status}\n{text}");
        text
    }

    pub async fn screen(&self) -> String {
        self.get("/till/1").await
    }

    /// Waits until the screen of the first till says something.
    pub async fn shows(&self, wanted: &str) -> String {
        self.says_on("/till/1", wanted).await
    }

    /// Waits until a page says something; gives the page.
    pub async fn says_on(&self, path: &str, wanted: &str) -> String {
        let begun = Instant::now();
        loop {
            let page = self.get(path).await;
            if page.contains(wanted) {
                return page;
            }
            assert!(begun.elapsed() < PATIENCE, "{path} never says {wanted:?}:\n{page}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a card is greeted so; each time it is put on anew, for a card on the ticket stays as it was read.
    pub async fn greets(&self, card: &str, wanted: &str) {
        let begun = Instant::now();
        while !self.enter(1, card).await.contains(wanted) {
            assert!(begun.elapsed() < PATIENCE, "the card is never greeted so: {wanted}");
            self.submit(1, "/card/remove", &[]).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Waits until a product has the name that the hub gave it.
    pub async fn learns(&self, code: &str, name: &str) {
        let begun = Instant::now();
        while !self.enter(1, code).await.contains(name) {
            assert!(begun.elapsed() < PATIENCE, "the new name never comes: {name}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Fills in a form of the till screen and sends it, as a browser without scripts does; gives the page
    /// that comes back.
    pub async fn submit(&self, till: usize, action: &str, fields: &[(&str, &str)]) -> String {
        self.submit_on(&format!("/till/{till}"), action, fields).await
    }

    /// The same for a form of another page.
    pub async fn submit_on(&self, path: &str, action: &str, fields: &[(&str, &str)]) -> String {
        let page = self.get(path).await;
        self.send_form(Form::with_action(&page, action), fields).await
    }

    /// Sends a form that was read off one of its pages.
    pub async fn send_form(&self, form: Form, fields: &[(&str, &str)]) -> String {
        let action = form.action.clone();
        let answer = self.http.post(self.page(&action)).form(&form.filled(fields)).send().await;
        let answer = answer.expect("the agent answers");
        let status = answer.status();
        let text = answer.text().await.expect("text");
        assert!(status.is_success(), "{action}: {status}\n{text}");
        text
    }

    /// Sends a form to an agent that may die of it; gives the page that comes back, if one does.
    pub async fn send_form_in_peril(&self, form: Form, fields: &[(&str, &str)]) -> Option<String> {
        let action = form.action.clone();
        let answer = self.http.post(self.page(&action)).form(&form.filled(fields)).send().await.ok()?;
        answer.text().await.ok()
    }

    /// Types a code into the entry line.
    pub async fn enter(&self, till: usize, text: &str) -> String {
        self.submit(till, "/entry", &[("text", text)]).await
    }

    /// Pays exactly, in cash.
    pub async fn pay(&self, till: usize) -> String {
        self.submit(till, "/pay", &[("tendered", "exact")]).await
    }

    /// One sale of one product from the first key to the receipt.
    pub async fn sell(&self, till: usize, code: &str) -> String {
        self.enter(till, code).await;
        self.pay(till).await
    }

    /// Sends one that does not run to another address of its hub: its file says where that is.
    pub async fn goes_to(&self, address: &str) {
        let file = SqliteConnectOptions::new().filename(self.folder.path().join("till.db"));
        let mut file = file.connect().await.expect("it is there");
        sqlx::query("update hub set url = ?").bind(address).execute(&mut file).await.expect("it is enrolled");
    }

    pub fn import_sales(&self, text: &str) -> Said {
        let path = files::write(self.folder.path(), "sales.csv", text);
        self.cli(&["import", "sales", path_text(&path)])
    }

    pub fn status(&self) -> Value {
        self.cli(&["status", "--json"]).json()
    }

    /// Waits until the till has received the small chain of `files`: cards and members come after products.
    pub async fn knows_the_catalogue(&self) {
        let begun = Instant::now();
        let arrived = |status: &Value| {
            let known = |what: &str| status["catalogue"][what].as_i64();
            known("products") >= Some(4) && known("cards") >= Some(2) && known("members") >= Some(2)
        };
        while !arrived(&self.status()) {
            assert!(begun.elapsed() < PATIENCE, "no catalogue: {}", self.status());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the only scanner is there, or is gone.
    pub async fn scanner_is(&self, connected: bool) {
        let begun = Instant::now();
        while self.status()["devices"][0]["connected"] != connected {
            assert!(begun.elapsed() < PATIENCE, "never connected = {connected}: {}", self.status());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn has_sent_everything(&self) {
        let begun = Instant::now();
        while self.status()["unsent"] != 0 {
            assert!(begun.elapsed() < PATIENCE, "still unsent: {}", self.status());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            std::fs::create_dir(&place).expect("it can be made");
            copy(&path, &place);
        } else {
            std::fs::copy(&path, &place).expect("it can be copied");
        }
    }
}
