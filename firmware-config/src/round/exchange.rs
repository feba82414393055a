//! One request and its reply.

use std::time::Duration;

use super::{Device, Lost, Wire};
use crate::dialect::{Expect, Reply, Request, Unsayable};
use crate::programming::Command;

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The phrase that the device answered.
    Value(String),
    /// Said; nobody answers to this.
    Said,
    Refused,
    Unknown,
    /// No reply that could be understood, however often it was said.
    Silent,
    /// The dialect has no words for it; nothing was said.
    NoForm,
}

/// Says a request until it is answered, within the limits of the command.
pub fn exchange(
    wire: &mut dyn Wire,
    device: &Device,
    command: Option<&Command>,
    request: &Request,
) -> Result<Outcome, Lost> {
    let speech = device.dialect().speech();
    let limits = device.programming.limits(command, request);
    let mut bytes = match speech.say(request) {
        Ok(bytes) => bytes,
        Err(Unsayable::NoForm(_) | Unsayable::Phrase(..)) => return Ok(Outcome::NoForm),
    };
    forget(wire, limits.reply_max)?;
    let mut outcome = Outcome::Silent;
    for _ in 0..=limits.retries {
        wire.write(&bytes)?;
        if limits.expect == Expect::Nothing {
            outcome = Outcome::Said;
            break;
        }
        let reply = listen(wire, &mut *speech.ear(request), limits.timeout, limits.reply_max)?;
        if let Some(thanks) = reply.as_ref().and_then(|reply| speech.thanks(reply)) {
            wire.write(&thanks)?;
        }
        match reply {
            Some(Reply::Done) => outcome = Outcome::Done,
            Some(Reply::Value(phrase)) => outcome = Outcome::Value(phrase),
            Some(Reply::Refused) => outcome = Outcome::Refused,
            Some(Reply::Unknown) => outcome = Outcome::Unknown,
            // Its silence means nothing, and the command may be one that is not to be said twice.
            None if limits.expect == Expect::Perhaps => outcome = Outcome::Said,
            Some(Reply::Again) | None => {
                bytes = speech.again(&bytes);
                continue;
            }
        }
        break;
    }
    wire.pause(limits.pause);
    Ok(outcome)
}

/// Throws away what came before: the late reply to another request, or a read.
fn forget(wire: &mut dyn Wire, most: usize) -> Result<(), Lost> {
    let mut heard = 0;
    while heard <= most {
        match wire.read(Duration::ZERO)?.len() {
            0 => break,
            more => heard += more,
        }
    }
    Ok(())
}

fn listen(
    wire: &mut dyn Wire,
    ear: &mut dyn crate::dialect::Ear,
    timeout: Duration,
    most: usize,
) -> Result<Option<Reply>, Lost> {
    let until = wire.now() + timeout;
    let mut heard = 0;
    loop {
        // Whatever else comes, such as reads of a shop that is open, patience does not begin anew.
        let left = until.saturating_sub(wire.now());
        let bytes = wire.read(left)?;
        if bytes.is_empty() || left.is_zero() {
            return Ok(None);
        }
        for byte in bytes {
            heard += 1;
            if heard > most {
                return Ok(None);
            }
            if let Some(reply) = ear.hear(byte) {
                return Ok(Some(reply));
            }
        }
    }
}
