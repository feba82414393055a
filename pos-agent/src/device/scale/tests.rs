use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use firmware_config::{Content, Registry};
use serialport::{SerialPort, TTYPort};
use tokio::sync::mpsc;

use super::line::{ANSWER, Ended, serve};
use super::*;
use crate::device::names::Names;
use crate::device::port::Port;
use crate::device::reading::{DeviceEvent, Told};

/// A scale on a pseudo-terminal: answers each question with the next of its answers, then falls silent.
fn mettler(link: &Path, answers: Vec<&'static [u8]>) -> thread::JoinHandle<TTYPort> {
    let mut master = plug(link);
    thread::spawn(move || {
        let mut question = [0];
        for answer in answers {
            while master.read(&mut question).is_err() {}
            assert_eq!(&question, b"W");
            // In two parts, as a slow line delivers them.
            let (first, second) = answer.split_at(answer.len() / 2);
            master.write_all(first).unwrap();
            thread::sleep(Duration::from_millis(30));
            master.write_all(second).unwrap();
        }
        master
    })
}

fn plug(link: &Path) -> TTYPort {
    let (master, slave) = TTYPort::pair().unwrap();
    let _ = std::fs::remove_file(link);
    symlink(slave.name().unwrap(), link).unwrap();
    master
}

struct Line {
    scale: Scale,
    events: mpsc::Receiver<DeviceEvent>,
    told: Arc<Told>,
}

fn line(path: &Path, profile: &str) -> Line {
    let profile = Registry::built_in().unwrap().get(profile).unwrap().clone();
    let port = Port::new(path, profile.line.unwrap(), profile.frame, Names::default());
    let (scale, asks) = Scale::new();
    let (send, events) = mpsc::channel(16);
    let told = Arc::new(Told::default());
    spawn(port, profile.content, asks, send, Arc::clone(&told));
    Line { scale, events, told }
}

impl Line {
    async fn is(&mut self, wanted: DeviceEvent) {
        let event = tokio::time::timeout(Duration::from_secs(20), self.events.recv()).await.unwrap();
        assert_eq!(event, Some(wanted));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.told.stop();
    }
}

#[tokio::test]
async fn a_scale_is_asked_and_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scale");
    let answers: Vec<&[u8]> =
        vec![b"\x02 1.250\r", b"\x02?\x01\r", b"\x0200.735N\r", b"\x02?\x02\r", b"\x0200.000\r"];
    let device = mettler(&link, answers);
    let mut line = line(&link, "mettler-8217");
    line.is(DeviceEvent::Connected).await;
    assert_eq!(line.scale.weigh().await, Ok(Quantity(1_250)));
    // The load moves at first: asked again by itself.
    assert_eq!(line.scale.weigh().await, Ok(Quantity(735)));
    assert_eq!(line.scale.weigh().await, Err(ScaleError::Over));
    assert_eq!(line.scale.weigh().await, Err(ScaleError::Empty));
    let silent = tokio::task::spawn_blocking(|| device.join().unwrap()).await.unwrap();
    assert_eq!(line.scale.weigh().await, Err(ScaleError::Timeout));
    drop(silent);
    line.is(DeviceEvent::Missing).await;
    assert_eq!(line.scale.weigh().await, Err(ScaleError::Missing));
    // Switched on again.
    let device = mettler(&link, vec![b"\x02 2.000\r"]);
    line.is(DeviceEvent::Connected).await;
    assert_eq!(line.scale.weigh().await, Ok(Quantity(2_000)));
    tokio::task::spawn_blocking(|| device.join().unwrap()).await.unwrap();
}

/// Silent for longer than an answer may take; what it says then lies there when the next one asks.
struct Slow {
    questions: usize,
    said_late: bool,
    answer: Option<&'static [u8]>,
}

impl Read for Slow {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.questions == 1 && !self.said_late {
            // Longer than any answer is waited for: the first one who asks is told so, however busy the machine.
            thread::sleep(ANSWER + Duration::from_millis(20));
            self.said_late = true;
            self.answer = Some(b"\x02 9.000\r");
            return Err(ErrorKind::TimedOut.into());
        }
        let Some(answer) = self.answer.take() else {
            return Err(ErrorKind::TimedOut.into());
        };
        bytes[..answer.len()].copy_from_slice(answer);
        Ok(answer.len())
    }
}

impl Write for Slow {
    fn write(&mut self, question: &[u8]) -> io::Result<usize> {
        self.questions += 1;
        if self.questions == 2 {
            self.answer.get_or_insert(b"\x02 1.000\r");
        }
        Ok(question.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// It answers when nobody waits any more, and then another load lies on it.
#[tokio::test]
async fn a_late_answer_is_not_the_next_ones() {
    let (scale, mut asks) = Scale::new();
    let (first, late) = oneshot::channel();
    let (second, answer) = oneshot::channel();
    // Both wait before the line is served, so that nothing is heard between them but by the second.
    scale.0.send(first).await.unwrap();
    scale.0.send(second).await.unwrap();
    drop(scale);
    let slow = Box::new(Slow { questions: 0, said_late: false, answer: None });
    let served =
        tokio::task::spawn_blocking(move || serve(slow, Content::Mettler8217, &mut asks, &Told::default()));
    assert_eq!(late.await.unwrap(), Err(ScaleError::Timeout));
    assert_eq!(answer.await.unwrap(), Ok(Quantity(1_000)));
    assert_eq!(served.await.unwrap(), Ended::NobodyAsks);
}

#[tokio::test]
async fn a_scale_pulled_out_while_it_thinks_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scale");
    let mut master = plug(&link);
    let mut line = line(&link, "mettler-8217");
    line.is(DeviceEvent::Connected).await;
    let puller = thread::spawn(move || {
        let mut question = [0];
        while master.read(&mut question).is_err() {}
        master.write_all(b"\x02 1.2").unwrap();
        drop(master);
    });
    assert_eq!(line.scale.weigh().await, Err(ScaleError::Missing));
    line.is(DeviceEvent::Missing).await;
    tokio::task::spawn_blocking(|| puller.join().unwrap()).await.unwrap();
}

#[tokio::test]
async fn who_asks_for_a_scale_that_is_away_hears_how_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scale");
    let mut line = line(&link, "mettler-8217");
    line.is(DeviceEvent::Missing).await;
    for _ in 0..2 {
        line.told.open_now();
        line.is(DeviceEvent::Missing).await;
    }
    let _scale = plug(&link);
    line.told.open_now();
    line.is(DeviceEvent::Connected).await;
}

#[tokio::test]
async fn a_scale_that_never_stops_sending_is_heard_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("scale");
    let mut master = plug(&link);
    let mut line = line(&link, "cas-22");
    line.is(DeviceEvent::Connected).await;
    let stop = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&stop);
    let sender = thread::spawn(move || {
        let mut n = 0;
        while !ended.load(Ordering::Relaxed) {
            // It rests after a while, as a load does.
            let state = if n < 8 { "US" } else { "ST" };
            master.write_all(format!("{state},GS,1@,   0.735 kg\r\n").as_bytes()).unwrap();
            thread::sleep(Duration::from_millis(60));
            n += 1;
        }
    });
    assert_eq!(line.scale.weigh().await, Ok(Quantity(735)));
    assert_eq!(line.scale.weigh().await, Ok(Quantity(735)));
    stop.store(true, Ordering::Relaxed);
    tokio::task::spawn_blocking(|| sender.join().unwrap()).await.unwrap();
    // It was unplugged now; what it sent made no read.
    line.is(DeviceEvent::Missing).await;
}

#[test]
fn every_reason_has_a_code_of_its_own() {
    let all = [
        ScaleError::NoScale,
        ScaleError::Missing,
        ScaleError::Timeout,
        ScaleError::Unstable,
        ScaleError::Empty,
        ScaleError::UnderZero,
        ScaleError::Over,
        ScaleError::Unreadable,
    ];
    let codes: std::collections::BTreeSet<&str> = all.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), all.len());
    assert!(codes.iter().all(|code| code.starts_with("scale_")));
    assert_eq!(answers::question(Content::Cas22), b"", "nothing is written to a scale that is not asked");
}
