//! The folder in which a till software leaves its POSLog files. A file that went in moves to `done`, a bad
//! one to `rejected` with a file of the reason beside it; both moves are one step of the file system. Should
//! the agent stop between the commit and the move, the file is read again, and that changes nothing.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use tokio::fs;
use tokio::sync::watch;

use super::BadPoslog;
use super::xml::BYTES_MAX;
use crate::app::Agent;

const EVERY: Duration = Duration::from_secs(1);
const DONE: &str = "done";
const REJECTED: &str = "rejected";

/// Reads what comes into the folder until `shutdown` turns true.
pub async fn run(agent: Agent, folder: Option<PathBuf>, mut shutdown: watch::Receiver<bool>) {
    let Some(folder) = folder else { return };
    let mut watched = Folder::new(agent, folder);
    loop {
        if let Err(error) = watched.look().await {
            tracing::warn!(
                code = "poslog_folder",
                folder = %watched.path.display(),
                %error,
                "the POSLog folder could not be read"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}

/// A file that ends in the middle is half written as long as this: its writer may only pause.
const PAUSE: Duration = Duration::from_secs(30);

/// How a file looked last time: one that still grows is left alone.
#[derive(Debug, Clone, Copy)]
struct Seen {
    size: u64,
    modified: SystemTime,
    /// Since when it has looked so.
    since: Instant,
    /// It was read, and ended in the middle.
    is_half: bool,
}

#[derive(Debug)]
pub struct Folder {
    agent: Agent,
    path: PathBuf,
    pause: Duration,
    seen: HashMap<PathBuf, Seen>,
}

impl Folder {
    pub fn new(agent: Agent, path: PathBuf) -> Self {
        Self { agent, path, pause: PAUSE, seen: HashMap::new() }
    }

    /// With another patience for files that end in the middle.
    #[cfg(test)]
    #[must_use]
    pub fn with_pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// One look: takes the files that did not change since the last one, in the order of their names.
    pub async fn look(&mut self) -> io::Result<()> {
        for below in [DONE, REJECTED] {
            fs::create_dir_all(self.path.join(below)).await?;
        }
        let mut now = HashMap::new();
        let mut ready = vec![];
        let mut listing = fs::read_dir(&self.path).await?;
        while let Some(entry) = listing.next_entry().await? {
            let path = entry.path();
            let about = entry.metadata().await?;
            if !about.is_file() || !is_poslog(&path) {
                continue;
            }
            let (size, modified) = (about.len(), about.modified()?);
            let before = self.seen.get(&path).filter(|seen| (seen.size, seen.modified) == (size, modified));
            let fresh = Seen { size, modified, since: Instant::now(), is_half: false };
            let seen = before.copied().unwrap_or(fresh);
            if before.is_some() && (!seen.is_half || seen.since.elapsed() >= self.pause) {
                ready.push(path.clone());
            }
            now.insert(path, seen);
        }
        ready.sort();
        self.seen = now;
        for path in ready {
            // One file that cannot be read or moved must not hold up those behind it.
            if let Err(error) = self.take(&path).await {
                tracing::error!(
                    code = "poslog_rights",
                    file = %path.display(),
                    %error,
                    "a POSLog file cannot be read or moved: see its rights"
                );
            }
        }
        Ok(())
    }

    /// Whether a file may yet be written to its end. Asked when it was read and was no whole document.
    fn is_half_written(&mut self, path: &Path) -> bool {
        let Some(seen) = self.seen.get_mut(path) else { return false };
        seen.is_half = true;
        seen.since.elapsed() < self.pause
    }

    async fn take(&mut self, path: &Path) -> io::Result<()> {
        let outcome = if fs::metadata(path).await?.len() > BYTES_MAX as u64 {
            Ok(Err(BadPoslog::file("poslog_too_large", format!("the file has more than {BYTES_MAX} bytes"))))
        } else {
            self.agent.take_poslog(&fs::read(path).await?, false).await
        };
        match outcome {
            Ok(Ok(report)) => {
                let to = self.put(path, DONE).await?;
                tracing::info!(code = "poslog_taken", file = %to.display(), ?report, "a POSLog file went in");
            }
            Ok(Err(bad)) if bad.is_no_document() && self.is_half_written(path) => {}
            Ok(Err(bad)) => self.reject(path, &bad).await?,
            // The till's own trouble, not the file's: it is tried again.
            Err(error) => {
                tracing::error!(
                    code = "poslog_waits",
                    file = %path.display(),
                    %error,
                    "a POSLog file has to wait"
                )
            }
        }
        Ok(())
    }

    async fn reject(&self, path: &Path, bad: &BadPoslog) -> io::Result<()> {
        let to = free_name(&self.path.join(REJECTED), path);
        let mut reason = to.clone().into_os_string();
        reason.push(".reason.json");
        let BadPoslog { code, line, path: element, reason: why } = bad;
        let text = serde_json::json!({"code": code, "line": line, "element": element, "reason": why});
        // The reason first: a file that is set aside never lacks it.
        fs::write(&reason, format!("{text:#}\n")).await?;
        fs::rename(path, &to).await?;
        tracing::warn!(file = %to.display(), code, "a POSLog file was set aside");
        Ok(())
    }

    async fn put(&self, path: &Path, below: &str) -> io::Result<PathBuf> {
        let to = free_name(&self.path.join(below), path);
        fs::rename(path, &to).await?;
        Ok(to)
    }
}

/// Files under way have another ending or begin with a dot.
fn is_poslog(path: &Path) -> bool {
    // A name need not be UTF-8: other systems write other ones.
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    !name.starts_with(b".") && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml"))
}

/// The file's own name in that folder, or with a number if there is one of that name already.
fn free_name(folder: &Path, file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default();
    let numbered = |n: u32| {
        let mut name = name.to_owned();
        name.push(format!(".{n}"));
        folder.join(name)
    };
    let own = folder.join(name);
    if !own.exists() {
        return own;
    }
    (1..u32::MAX).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(u32::MAX))
}
