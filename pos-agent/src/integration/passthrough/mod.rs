//! The scanner of a till software that exists already: this agent reads it first, and the till software gets
//! the same bytes from a port of ours. Cards stay here if the settings say so, payment cards always;
//! everything else goes on byte for byte and in order, and what the till software says to its scanner goes
//! back. Neither side ever waits for the other.

mod queue;
mod tee;

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc as back};
use std::thread;
use std::time::{Duration, Instant};

use domain::scan::Meaning;
use futures::future::join_all;
use tokio::sync::{mpsc, watch};
use zeroize::Zeroizing;

use self::queue::{Queue, Stall};
use self::tee::{Piece, Tee};
use super::setting::PassthroughSetting;
use crate::app::Agent;
use crate::device::decode::{self, How};
use crate::device::frame::Read as Whole;
use crate::device::port::{Port, VirtualPort, Wire};
use crate::device::{self, Device, DeviceError};
use crate::error::AgentError;
use crate::settings::{DeviceSetting, Role};
use crate::ui::view::{DeviceState, NoticeKind, ProfileView};

/// A scanner, and where its reads go on to.
#[derive(Debug, Clone)]
pub struct Passthrough {
    port: Port,
    how: How,
    profile: ProfileView,
    till: i64,
    link: PathBuf,
    pass_cards: bool,
}

/// Joins the settings with the profiles of their devices.
pub fn passthroughs(
    settings: &[PassthroughSetting],
    profiles: &Path,
) -> Result<Vec<Passthrough>, DeviceError> {
    let scanner = |setting: &PassthroughSetting| DeviceSetting {
        profile: setting.profile.clone(),
        ..DeviceSetting::scanner(setting.scanner.clone(), setting.till)
    };
    for (n, one) in settings.iter().enumerate() {
        if settings[..n].iter().any(|other| other.link == one.link) {
            return Err(DeviceError::LinkTwice { link: one.link.display().to_string() });
        }
    }
    let plain: Vec<DeviceSetting> = settings.iter().map(scanner).collect();
    let joined = device::devices(&plain, profiles)?.into_iter().zip(settings).map(|(device, setting)| {
        let Some(port) = device.port().cloned() else {
            let path = device.path.display().to_string();
            let profile = setting.profile.clone().unwrap_or_default();
            let reason = "it is of a device without a serial line";
            return Err(DeviceError::WrongProfile { path, profile, role: Role::Scanner, reason });
        };
        let (link, pass_cards) = (setting.link.clone(), setting.pass_cards);
        Ok(Passthrough {
            port,
            how: device.how,
            till: device.till,
            profile: device.profile,
            link,
            pass_cards,
        })
    });
    joined.collect()
}

/// Refuses a scanner that is read as a device of its own as well.
pub fn apart(passed: &[Passthrough], devices: &[Device]) -> Result<(), DeviceError> {
    let shared = passed.iter().find(|one| {
        let own = device::real(&one.port.path);
        devices.iter().any(|device| device::real(&device.path) == own)
    });
    match shared {
        Some(one) => Err(DeviceError::Shared { path: one.port.path.display().to_string() }),
        None => Ok(()),
    }
}

/// Passes all of them through until `shutdown` turns true.
pub async fn run(agent: Agent, passed: Vec<Passthrough>, shutdown: watch::Receiver<bool>) {
    join_all(passed.into_iter().map(|one| pass(agent.clone(), one, shutdown.clone()))).await;
}

/// Reads that wait to be looked at: a look is one or two point queries.
const WAITING: usize = 64;
const STEP: Duration = Duration::from_millis(20);
const RETRY: Duration = Duration::from_millis(500);
/// What may lie unread in the port of the till software, below what a pty holds, so that no write waits.
const UNREAD_MAX: usize = 2_048;

#[derive(Debug)]
enum Heard {
    Connected,
    Missing,
    Piece(Piece),
}

async fn pass(agent: Agent, passed: Passthrough, mut shutdown: watch::Receiver<bool>) {
    let path = passed.port.path.display().to_string();
    let (queue, stop) = (Arc::new(Queue::default()), Arc::new(AtomicBool::new(false)));
    let (send, mut heard) = mpsc::channel(WAITING);
    let (to_scanner, from_till) = back::sync_channel(WAITING);
    let threads = [
        thread::spawn({
            let (port, stop) = (passed.port.clone(), Arc::clone(&stop));
            move || read_scanner(&port, &send, &from_till, &stop)
        }),
        thread::spawn({
            let (link, queue, stop) = (passed.link.clone(), Arc::clone(&queue), Arc::clone(&stop));
            move || serve_till(&link, &queue, &to_scanner, &stop)
        }),
    ];
    let mut forwards = Forwards { agent: &agent, passed: &passed, queue: &queue, last_went: true };
    loop {
        let event = tokio::select! {
            event = heard.recv() => event,
            _ = shutdown.wait_for(|stop| *stop) => None,
        };
        match event {
            Some(Heard::Connected) => {
                agent.set_device(&path, passed.till, Role::Scanner, &passed.profile, DeviceState::Connected)
            }
            Some(Heard::Missing) => {
                agent.set_device(&path, passed.till, Role::Scanner, &passed.profile, DeviceState::Missing)
            }
            Some(Heard::Piece(piece)) => forwards.take(piece).await,
            None => break,
        }
    }
    stop.store(true, Ordering::Relaxed);
    drop(heard);
    // They end within one step; a panic of one was a bug that its own message names.
    let _ = tokio::task::spawn_blocking(move || threads.map(thread::JoinHandle::join)).await;
}

struct Forwards<'a> {
    agent: &'a Agent,
    passed: &'a Passthrough,
    queue: &'a Queue,
    /// Whether the read before went on: bytes behind it follow it.
    last_went: bool,
}

impl Forwards<'_> {
    async fn take(&mut self, piece: Piece) {
        let till = self.passed.till;
        let (raw, goes) = match piece {
            Piece::Between(byte) => (vec![byte], self.last_went),
            Piece::Read { text, raw } => match self.goes(&text).await {
                Ok(goes) => (raw.to_vec(), goes),
                Err(error) => {
                    // What is no card for certain must not be lost to the till software; payment cards were
                    // told apart before anything could fail.
                    tracing::error!(
                        code = "passthrough_lookup",
                        %error,
                        till,
                        "a read that is passed through could not be looked up"
                    );
                    (raw.to_vec(), true)
                }
            },
            Piece::Dropped(why) => {
                tracing::warn!(code = "read_dropped", till, ?why, "what is no whole read was dropped");
                let kind =
                    if why == Whole::Garbage { NoticeKind::GarbageRead } else { NoticeKind::ReadUnended };
                if let Ok(desk) = self.agent.desk(till) {
                    self.agent.say(desk, kind, "");
                }
                (vec![], false)
            }
        };
        self.last_went = goes;
        if goes && let Some(dropped) = self.queue.push(raw, Instant::now()) {
            tracing::warn!(
                code = "passthrough_full",
                till,
                dropped,
                "the till software does not read: its oldest read was dropped"
            );
        }
    }

    /// Whether the till software gets this read. Cards and payment cards are the agent's too.
    async fn goes(&self, text: &Zeroizing<Vec<u8>>) -> Result<bool, AgentError> {
        let Passthrough { how, till, pass_cards, .. } = *self.passed;
        // What is no scan to this agent may be one to the till software.
        let scan = || decode::decode(text, how);
        let (Ok(first), Ok(again)) = (scan(), scan()) else { return Ok(true) };
        let is_card = match self.agent.rules().classify(first) {
            Err(_) => {
                self.agent.scan(till, again).await?;
                return Ok(false);
            }
            Ok(Meaning::MemberCard(_)) => true,
            // No rule claims it: an article first, else a card, as at a till of our own.
            Ok(Meaning::Code(code)) => {
                self.agent.store().product_by_code(&code).await?.is_none()
                    && self.agent.store().card(code.as_str()).await?.is_some()
            }
            Ok(_) => false,
        };
        if is_card {
            self.agent.scan(till, again).await?;
        }
        Ok(!is_card || pass_cards)
    }
}

/// Reads the scanner, and says to it what the till software says.
fn read_scanner(
    port: &Port,
    send: &mpsc::Sender<Heard>,
    from_till: &back::Receiver<Vec<u8>>,
    stop: &AtomicBool,
) {
    let mut was_missing = false;
    while !stop.load(Ordering::Relaxed) {
        if let Ok(line) = port.wire() {
            was_missing = false;
            if send.blocking_send(Heard::Connected).is_err() || !follow(line, port, send, from_till, stop) {
                return;
            }
        }
        if !was_missing && send.blocking_send(Heard::Missing).is_err() {
            return;
        }
        was_missing = true;
        // What is said to a scanner that is not there is not kept for the next one.
        while from_till.try_recv().is_ok() {}
        sleep(RETRY, stop);
    }
}

/// Until the scanner is gone; false if nobody listens any more.
fn follow(
    mut line: Box<dyn Wire>,
    port: &Port,
    send: &mpsc::Sender<Heard>,
    from_till: &back::Receiver<Vec<u8>>,
    stop: &AtomicBool,
) -> bool {
    let mut tee = Tee::new(port.frame.clone(), port.line);
    let mut bytes = Zeroizing::new([0_u8; 512]);
    let mut heard = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        while let Ok(said) = from_till.try_recv() {
            // A scanner that takes no bytes loses a beep; its reads go on.
            if let Err(error) = line.write_all(&said) {
                tracing::debug!(%error, "the scanner did not take what the till software said");
            }
        }
        let pieces = match line.read(&mut bytes[..]) {
            Ok(0) => return true,
            Ok(count) => {
                heard = Instant::now();
                tee.push(&bytes[..count])
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                tee.pause(heard.elapsed()).into_iter().collect()
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => vec![],
            // All other errors are a pulled plug; half a read goes with it.
            Err(_) => {
                tee.cut();
                return true;
            }
        };
        for piece in pieces {
            if send.blocking_send(Heard::Piece(piece)).is_err() {
                return false;
            }
        }
    }
    true
}

/// Keeps the port of the till software: writes what waits where it has room, reads what it says.
fn serve_till(link: &Path, queue: &Queue, to_scanner: &back::SyncSender<Vec<u8>>, stop: &AtomicBool) {
    let mut was_told = false;
    while !stop.load(Ordering::Relaxed) {
        match VirtualPort::open(link, STEP) {
            Ok(mut port) => {
                was_told = false;
                if let Err(error) = serve_port(&mut port, queue, to_scanner, stop) {
                    tracing::warn!(
                        code = "passthrough_broke",
                        link = %link.display(),
                        %error,
                        "the till software's port broke: a new one is made"
                    );
                }
            }
            Err(error) if !was_told => {
                was_told = true;
                tracing::error!(
                    code = "passthrough_no_port",
                    link = %link.display(),
                    %error,
                    "the till software's port could not be made"
                );
            }
            Err(_) => {}
        }
        sleep(RETRY, stop);
    }
}

fn serve_port(
    port: &mut VirtualPort,
    queue: &Queue,
    to_scanner: &back::SyncSender<Vec<u8>>,
    stop: &AtomicBool,
) -> std::io::Result<()> {
    let mut bytes = [0_u8; 512];
    // Of a read that was begun the till software gets the rest before anything else.
    let mut rest = Vec::new();
    let mut stall = Stall::new(Instant::now());
    while !stop.load(Ordering::Relaxed) {
        let unread = port.unread()?;
        if stall.see(unread, Instant::now()) {
            port.forget_unread()?;
            let dropped = queue.note_dropped();
            tracing::warn!(
                code = "passthrough_unread",
                dropped,
                unread,
                "the till software has stopped reading: old reads were dropped"
            );
        }
        let room = UNREAD_MAX.saturating_sub(usize::try_from(unread).unwrap_or(UNREAD_MAX));
        refill(&mut rest, room, queue);
        write_some(port, &mut rest)?;
        match port.read(&mut bytes) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            // A full channel means that the scanner is not there or does not listen.
            Ok(count) => drop(to_scanner.try_send(bytes[..count].to_vec())),
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Takes the reads that have room in the port, once those from before are written.
fn refill(rest: &mut Vec<u8>, room: usize, queue: &Queue) {
    if !rest.is_empty() {
        return;
    }
    while let Some(read) = queue.pop(room - rest.len(), Instant::now()) {
        rest.extend(read);
    }
}

fn write_some(port: &mut VirtualPort, rest: &mut Vec<u8>) -> std::io::Result<()> {
    while !rest.is_empty() {
        match port.write(rest) {
            Ok(count) => drop(rest.drain(..count)),
            // What the port has taken is counted late; the rest waits.
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn sleep(time: Duration, stop: &AtomicBool) {
    let until = Instant::now() + time;
    while Instant::now() < until && !stop.load(Ordering::Relaxed) {
        thread::sleep(STEP);
    }
}

#[cfg(test)]
mod tests;
