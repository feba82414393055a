//! The thread that holds a scale's line, and asks when it is asked.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use firmware_config::Content;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

use super::answers::{answer, question};
use super::{Ask, ScaleError, Weight};
use crate::device::port::{Port, Wire};
use crate::device::reading::{DeviceEvent, IDLE, Retry, Told, is_silence};

/// A scale that has not answered after so long will not.
pub(super) const ANSWER: Duration = Duration::from_secs(1);
/// How long a load may go on moving before that is the answer.
const SETTLE: Duration = Duration::from_secs(2);
/// Between two questions; the scale needs time to measure.
const PAUSE: Duration = Duration::from_millis(200);

/// Holds the line until it is told to stop or nobody can ask any more.
pub fn spawn(
    port: Port,
    content: Content,
    mut asks: mpsc::Receiver<Ask>,
    events: mpsc::Sender<DeviceEvent>,
    told: Arc<Told>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut retry = Retry::default();
        let mut is_news = true;
        while !told.is_to_stop() {
            if let Ok(wire) = port.wire() {
                told.takes_open();
                retry.has_read();
                if events.blocking_send(DeviceEvent::Connected).is_err() {
                    return;
                }
                match serve(wire, content, &mut asks, &told) {
                    Ended::Gone => is_news = true,
                    Ended::NobodyAsks => return,
                }
            }
            if is_news && events.blocking_send(DeviceEvent::Missing).is_err() {
                return;
            }
            match refuse(retry.pause(), &mut asks, &told) {
                Waited::NobodyAsks => return,
                waited => is_news = waited == Waited::UntilTold,
            }
        }
    })
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Gone,
    NobodyAsks,
}

pub(super) fn serve(
    mut wire: Box<dyn Wire>,
    content: Content,
    asks: &mut mpsc::Receiver<Ask>,
    told: &Told,
) -> Ended {
    let mut bytes = [0; 256];
    let mut owes = false;
    while !told.is_to_stop() {
        let heard = match asks.try_recv() {
            Ok(ask) => {
                let weight = if owes { hear_out(wire.as_mut()) } else { Ok(()) };
                let weight = weight.and_then(|()| weigh(wire.as_mut(), content));
                owes = matches!(weight, Ok(Err(ScaleError::Timeout)));
                let is_gone = weight.is_err();
                // Whoever asked may have gone away meanwhile.
                let _ = ask.send(weight.unwrap_or(Err(ScaleError::Missing)));
                if is_gone {
                    return Ended::Gone;
                }
                continue;
            }
            Err(TryRecvError::Disconnected) => return Ended::NobodyAsks,
            Err(TryRecvError::Empty) => wire.read(&mut bytes),
        };
        match heard {
            Ok(0) => return Ended::Gone,
            // Nobody asked: not listened to.
            Ok(_) => {}
            Err(error) if is_silence(&error) || error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Ended::Gone,
        }
    }
    Ended::NobodyAsks
}

/// An answer that comes late is not the answer to the next question: what lay on the scale then may be gone.
fn hear_out(wire: &mut dyn Wire) -> io::Result<()> {
    let began = Instant::now();
    let mut bytes = [0; 256];
    while began.elapsed() < ANSWER {
        match wire.read(&mut bytes) {
            Ok(0) => return Err(ErrorKind::BrokenPipe.into()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_silence(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Asks until the load rests. An error means that the line is gone.
fn weigh(wire: &mut dyn Wire, content: Content) -> io::Result<Weight> {
    let began = Instant::now();
    loop {
        let weight = ask_once(wire, content)?;
        if weight != Err(ScaleError::Unstable) || began.elapsed() >= SETTLE {
            return Ok(weight);
        }
        thread::sleep(PAUSE);
    }
}

fn ask_once(wire: &mut dyn Wire, content: Content) -> io::Result<Weight> {
    wire.write_all(question(content))?;
    let asked = Instant::now();
    let mut heard = vec![];
    let mut bytes = [0; 256];
    while asked.elapsed() < ANSWER {
        match wire.read(&mut bytes) {
            Ok(0) => return Err(ErrorKind::BrokenPipe.into()),
            Ok(count) => heard.extend_from_slice(&bytes[..count]),
            Err(error) if is_silence(&error) || error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if let Some(weight) = answer(content, &heard) {
            return Ok(weight);
        }
    }
    Ok(Err(ScaleError::Timeout))
}

#[derive(Debug, PartialEq, Eq)]
enum Waited {
    ToTheEnd,
    /// Somebody wants the scale opened now.
    UntilTold,
    NobodyAsks,
}

/// While there is no line, whoever asks is told so at once.
fn refuse(time: Duration, asks: &mut mpsc::Receiver<Ask>, told: &Told) -> Waited {
    let until = Instant::now() + time;
    while Instant::now() < until && !told.is_to_stop() {
        if told.takes_open() {
            return Waited::UntilTold;
        }
        match asks.try_recv() {
            Ok(ask) => drop(ask.send(Err(ScaleError::Missing))),
            Err(TryRecvError::Disconnected) => return Waited::NobodyAsks,
            Err(TryRecvError::Empty) => thread::sleep(IDLE),
        }
    }
    Waited::ToTheEnd
}
