//! Faults that the system itself makes: calls that fail or kill (strace), disks that are small or may not be
//! written (mount), a clock that is wrong (libfaketime). The programs know nothing of it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, Utc};
use tempfile::TempDir;

use super::hub::path_text;
use super::process::{Process, Said};

/// Lies in wait in a running program for a call of the system, and keeps the calls that it saw.
#[derive(Debug)]
pub struct Trap {
    strace: Process,
    folder: TempDir,
}

impl Trap {
    /// `calls` as strace names them, `what` as its `inject` has it, for example `signal=KILL:when=1`; of calls on
    /// one file only, where one is named.
    pub fn set(process: u32, calls: &str, what: &str, file: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = root_command("strace");
        command.args(["-f", "-p", &process.to_string(), "-e", &format!("trace={calls}")]);
        command.args(["-e", &format!("inject={calls}:{what}")]).arg("-o").arg(folder.path().join("calls"));
        if let Some(file) = file {
            command.arg("-P").arg(file);
        }
        let mut strace = Process::start("strace", &mut command);
        strace.wait_for_line(|line| line.contains(" attached").then_some(()));
        Self { strace, folder }
    }

    /// After the program has ended, and strace with it: the calls, one a line.
    pub fn calls(mut self) -> String {
        self.strace.ended();
        std::fs::read_to_string(self.folder.path().join("calls")).expect("strace wrote")
    }
}

fn is_root() -> bool {
    Said::of(Command::new("id").arg("-u")).exits(0).stdout.trim() == "0"
}

fn root_command(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

/// What only the administrator of a machine may do; tests run as root or with sudo.
pub fn as_root(words: &[&str]) {
    Said::of(root_command(words[0]).args(&words[1..])).exits(0);
}

/// What a program is started with, so that it has no more rights than any user: root as well is then refused
/// what belongs to somebody else.
pub fn without_power() -> Vec<&'static str> {
    if is_root() { vec!["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"] } else { vec![] }
}

/// Something mounted over a path; gone with this value.
#[derive(Debug)]
pub struct Mounted(PathBuf);

impl Mounted {
    /// A disk of so many KiB in the place of a folder, with what the folder holds.
    pub fn small_disk(folder: &Path, kib: u32) -> Self {
        let aside = tempfile::tempdir().expect("a folder");
        let held = format!("{}/.", path_text(folder));
        as_root(&["cp", "-a", &held, path_text(aside.path())]);
        as_root(&["mount", "-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs", path_text(folder)]);
        let mounted = Self(folder.to_owned());
        // With owner and mode of the folder itself.
        as_root(&["cp", "-a", &format!("{}/.", path_text(aside.path())), path_text(folder)]);
        mounted
    }

    /// The same files where they are, and nobody may write them: not even root.
    pub fn read_only(path: &Path) -> Self {
        let text = path_text(path);
        as_root(&["mount", "--bind", text, text]);
        let mounted = Self(path.to_owned());
        as_root(&["mount", "-o", "remount,bind,ro", text]);
        mounted
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        as_root(&["umount", "--lazy", path_text(&self.0)]);
    }
}

/// Writes until there is no room; gives the file to be removed.
pub fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("ballast");
    let mut file = File::create(&path).unwrap();
    for piece in [65_536, 4_096, 1] {
        while file.write_all(&vec![1; piece]).is_ok() {}
    }
    path
}

/// What the clock of a program is ahead of this machine's. Pauses keep their length.
#[derive(Debug)]
pub struct Ahead(PathBuf);

impl Ahead {
    pub fn of(folder: &Path) -> Self {
        let ahead = Self(folder.join("clock"));
        ahead.by(0);
        ahead
    }

    /// Holds from now on, for a program that runs already as well.
    pub fn by(&self, seconds: i64) {
        // Renamed into its place: the program may read it at any moment.
        let beside = self.0.with_extension("new");
        std::fs::write(&beside, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(beside, &self.0).unwrap();
    }

    pub fn says(&self, wanted: &str) -> i64 {
        let wanted: DateTime<Utc> = wanted.parse().unwrap();
        let ahead = (wanted - kit::clock::now()).num_seconds();
        self.by(ahead);
        ahead
    }

    /// The environment of a program that has this clock.
    pub fn dress(&self) -> Vec<(&'static str, String)> {
        let library =
            std::fs::read_dir("/usr/lib").expect("every system has it").flatten().find_map(|entry| {
                let path = entry.path().join("faketime/libfaketime.so.1");
                path.exists().then(|| path_text(&path).to_owned())
            });
        vec![
            ("LD_PRELOAD", library.expect("libfaketime is missing: tests/run installs it")),
            ("FAKETIME_TIMESTAMP_FILE", path_text(&self.0).to_owned()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("TZ", "UTC".to_owned()),
        ]
    }
}
