//! What waits at a till, as a file that somebody carries to the hub: for a till whose network does not come back.
//! Runs of events as a push sends them, each signed with its till's key, so that nobody can add a sale on the way.
//! A run that comes twice changes nothing, here as over the network.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::TillId;
use crate::sync::seal::{SealError, TillKey, TillPublicKey};

/// Names the format in the file and in what is signed.
pub const QUEUE_FORMAT: &str = "yapa-queue-1";

/// First line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueHeader {
    pub format: String,
    /// The hub that it is for.
    pub hub_id: String,
    pub made_at_ms: i64,
    /// Runs that follow.
    pub runs: usize,
}

/// The line before a run: who sends it, and how many lines it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RunHeader {
    till: TillId,
    lines: usize,
    /// Ed25519 in base64, over [`run_text`].
    signature: String,
}

/// A run of events of one log: the body of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRun {
    pub till: TillId,
    pub signature: String,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    #[error("the file is not of the format {QUEUE_FORMAT}: pos-agent queue export makes it")]
    NoQueue,
    #[error("line {0} does not begin a run of events")]
    BadRun(usize),
    #[error("the file ends in the middle: {found} of {announced} runs are there")]
    CutOff { announced: usize, found: usize },
}

/// A file as far as it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    pub header: QueueHeader,
    /// The runs before the first that cannot be read.
    pub runs: Vec<SignedRun>,
    /// Why there are no more, where more were announced.
    pub broken: Option<QueueError>,
}

/// What is signed of a run.
fn run_text(hub_id: &str, till: TillId, body: &[u8]) -> Vec<u8> {
    let digest = hex::encode(Sha256::digest(body));
    format!("{QUEUE_FORMAT}\n{hub_id}\n{till}\n{digest}").into_bytes()
}

impl SignedRun {
    pub fn sign(hub_id: &str, till: TillId, key: &TillKey, body: Vec<u8>) -> Self {
        let signature = key.sign(&run_text(hub_id, till, &body));
        Self { till, signature, body }
    }

    pub fn verify(&self, hub_id: &str, key: &TillPublicKey) -> Result<(), SealError> {
        key.verify(&run_text(hub_id, self.till, &self.body), &self.signature)
    }
}

/// Lays the file out.
pub fn write_queue(hub_id: &str, made_at_ms: i64, runs: &[SignedRun]) -> Result<Vec<u8>, serde_json::Error> {
    let format = QUEUE_FORMAT.to_owned();
    let header = QueueHeader { format, hub_id: hub_id.to_owned(), made_at_ms, runs: runs.len() };
    let mut file = serde_json::to_vec(&header)?;
    for run in runs {
        let lines = run.body.split(|byte| *byte == b'\n').count();
        let header = RunHeader { till: run.till, lines, signature: run.signature.clone() };
        file.push(b'\n');
        file.extend(serde_json::to_vec(&header)?);
        file.push(b'\n');
        file.extend_from_slice(&run.body);
    }
    file.push(b'\n');
    Ok(file)
}

/// Reads a file as far as it goes. Line ends of another system are read over: a stick was in between.
pub fn read_queue(file: &[u8]) -> Result<Queue, QueueError> {
    let mut lines = file.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    let header: QueueHeader = serde_json::from_slice(first).map_err(|_| QueueError::NoQueue)?;
    if header.format != QUEUE_FORMAT {
        return Err(QueueError::NoQueue);
    }
    let mut queue = Queue { header, runs: vec![], broken: None };
    let mut at = 2;
    while queue.runs.len() < queue.header.runs {
        let cut = QueueError::CutOff { announced: queue.header.runs, found: queue.runs.len() };
        let Some(line) = lines.next().filter(|line| !line.is_empty()) else {
            queue.broken = Some(cut);
            break;
        };
        let Ok(run) = serde_json::from_slice::<RunHeader>(line) else {
            queue.broken = Some(QueueError::BadRun(at));
            break;
        };
        let body: Vec<&[u8]> = lines.by_ref().take(run.lines).collect();
        // The file ends with a line feed: a run that ends without one may lack half of its last event.
        if body.len() < run.lines || lines.clone().next().is_none() {
            queue.broken = Some(cut);
            break;
        }
        at += 1 + run.lines;
        queue.runs.push(SignedRun { till: run.till, signature: run.signature, body: body.join(&b'\n') });
    }
    Ok(queue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_runs() -> (TillPublicKey, Vec<SignedRun>, Vec<u8>) {
        let key = TillKey::from_seed([7; 32]);
        let till = TillId::new(1, [1; 10]);
        let run = |body: &[u8]| SignedRun::sign("hub", till, &key, body.to_vec());
        let runs = vec![run(b"{\"h\":1}\n{\"e\":1}\n{\"e\":2}"), run(b"{\"h\":2}\n{\"e\":3}")];
        let file = write_queue("hub", 5, &runs).unwrap();
        (key.public(), runs, file)
    }

    #[test]
    fn what_is_written_is_read_and_its_signatures_hold() {
        let (key, runs, file) = two_runs();
        for file in [file.clone(), String::from_utf8(file).unwrap().replace('\n', "\r\n").into_bytes()] {
            let queue = read_queue(&file).unwrap();
            assert_eq!((queue.header.made_at_ms, queue.broken), (5, None));
            assert_eq!(queue.runs, runs);
            for run in &queue.runs {
                assert_eq!(run.verify("hub", &key), Ok(()));
                assert_eq!(run.verify("other", &key), Err(SealError));
                let mut other = run.clone();
                other.body.push(b' ');
                assert_eq!(other.verify("hub", &key), Err(SealError));
                other = SignedRun { till: TillId::new(2, [1; 10]), ..run.clone() };
                assert_eq!(other.verify("hub", &key), Err(SealError));
            }
        }
    }

    /// Wherever it is cut, what is whole before is read, and nothing is made up.
    #[test]
    fn a_file_that_is_cut_gives_its_whole_runs() {
        let (_, runs, file) = two_runs();
        let begins = file.iter().position(|byte| *byte == b'\n').unwrap();
        for end in 0..file.len() {
            let Ok(queue) = read_queue(&file[..end]) else {
                assert!(end < begins, "{end}");
                continue;
            };
            assert!(queue.broken.is_some(), "{end}");
            assert_eq!(queue.runs, runs[..queue.runs.len()], "{end}");
        }
    }

    #[test]
    fn what_is_no_queue_is_said() {
        for file in [
            &b""[..],
            b"{}",
            b"what,ever\n1,2\n",
            b"{\"format\":\"x\",\"hub_id\":\"h\",\"made_at_ms\":1,\"runs\":0}",
        ] {
            assert_eq!(read_queue(file), Err(QueueError::NoQueue), "{file:?}");
        }
        let (_, _, file) = two_runs();
        let text = String::from_utf8(file).unwrap().replacen("\"lines\":3", "\"lines\":4", 1);
        assert_eq!(read_queue(text.as_bytes()).unwrap().broken, Some(QueueError::BadRun(7)));
    }
}
