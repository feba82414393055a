//! The program in a process of its own, simulated devices, and what a chain wants of them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_firmware-config");

/// Its records and whatever else is kept go below this folder, not into the home of whoever tests.
pub fn program(home: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env("XDG_DATA_HOME", home);
    command
}

pub fn run(arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    program(home.path()).args(arguments).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Exit code and JSON on stdout; stderr must be empty unless it failed.
pub fn json(arguments: &[&str]) -> (i32, Value) {
    let output = run(&[arguments, &["--json"]].concat());
    let value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", text(&output.stderr)));
    (output.status.code().unwrap(), value)
}

/// Exit code and what stands on stderr.
pub fn fails(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    (output.status.code().unwrap(), text(&output.stderr))
}

/// `firmware-config simulate` in a process of its own.
pub struct Simulated {
    pub process: Child,
    pub port: PathBuf,
}

impl Simulated {
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let port = folder.join("scanner");
        let mut process = Command::new(PROGRAM)
            .arg("simulate")
            .args(arguments)
            .args(["--json", "--link", port.to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        // It says where it is once it is there.
        let ready = said.by_ref().map(Result::unwrap).find(|line| line.contains("\"port\""));
        assert!(ready.is_some_and(|line| line.contains("scanner")));
        std::thread::spawn(move || said.for_each(drop));
        Self { process, port }
    }

    pub fn port(&self) -> &str {
        self.port.to_str().unwrap()
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub const CHAIN: &str = "[every]\ncode_id = 'aim'\ndecode_packets = true\ncode_128 = true\n";

pub struct Shop {
    pub folder: tempfile::TempDir,
    pub chain: String,
}

impl Shop {
    pub fn new(chain: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chain.toml");
        std::fs::write(&path, chain).unwrap();
        Self { chain: path.to_str().unwrap().to_owned(), folder }
    }

    pub fn target<'a>(&'a self, verb: &'a str, profile: &'a str, port: &'a str) -> Vec<&'a str> {
        vec![verb, "--profile", profile, "--port", port, "--settings", &self.chain]
    }
}

pub fn column<'v>(rows: &'v Value, name: &str) -> Vec<&'v str> {
    rows.as_array().unwrap().iter().map(|row| row[name].as_str().unwrap()).collect()
}
