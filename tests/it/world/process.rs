//! Our programs as processes of their own, found beside the test binary.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take to say that it is ready. Generous: a machine under load is not a failure.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A binary of this workspace. Tests do not build it: `tests/run` does, or `cargo build --workspace`.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test binary knows its own path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("it lies in a target folder");
    let path = folder.join(name);
    assert!(path.exists(), "{} is missing: run `cargo build --workspace` first", path.display());
    path
}

/// A running program whose output is kept and shown if the test fails.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    ends_with_input: bool,
}

impl Process {
    pub fn start(name: &str, command: &mut Command) -> Self {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let log = Arc::new(Mutex::new(vec![]));
        keep_lines(child.stdout.take().expect("piped above"), &log);
        keep_lines(child.stderr.take().expect("piped above"), &log);
        Self { name: name.to_owned(), child, log, ends_with_input: false }
    }

    /// For a script that stops what it started when its standard input closes.
    #[must_use]
    pub fn ends_with_input(mut self) -> Self {
        self.ends_with_input = true;
        self
    }

    /// Waits for a line that `read` makes something of.
    pub fn wait_for_line<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = self.log.lock().unwrap().iter().find_map(|line| read(line)) {
                return found;
            }
            let ended = self.child.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "{} ended ({}):\n{}", self.name, ended.unwrap(), self.log());
            assert!(begun.elapsed() < PATIENCE, "{} is not ready:\n{}", self.name, self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// The system's number of it, for what `/proc` says.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its own end; gives the exit code, none after a signal.
    pub fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{} does not end:\n{}", self.name, self.log());
    }

    /// As a power cut does it: no handler runs, nothing is flushed.
    pub fn kill9(&mut self) {
        // Fails only if it has ended already, which is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn ask_to_stop(&self) {
        let pid = self.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill is in every system");
        assert!(sent.success(), "{} could not be asked to stop", self.name);
    }

    /// As an operator does it; returns whether it ended by itself with success.
    pub fn terminate(&mut self) -> bool {
        self.ask_to_stop();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{} does not stop when asked:\n{}", self.name, self.log());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log.lock().map(|lines| lines[lines.len().saturating_sub(60)..].join("\n"));
            eprintln!("---- last lines of {}\n{}", self.name, log.unwrap_or_default());
        }
        drop(self.child.stdin.take());
        if self.ends_with_input {
            let _ = self.child.wait();
        }
        self.kill9();
    }
}

fn keep_lines(from: impl Read + Send + 'static, log: &Arc<Mutex<Vec<String>>>) {
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            log.lock().unwrap().push(line);
        }
    });
}

/// What a command that ends by itself said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    pub fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } =
            command.stdin(Stdio::null()).output().expect("a built program starts");
        let text = |bytes| String::from_utf8(bytes).expect("programs of ours write UTF-8");
        Self { code: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Fails the test with everything that was said unless the exit code is the expected one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The rows of a `--json` answer.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}):\n{}\n{}", self.stdout, self.stderr))
    }
}
