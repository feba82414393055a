//! A PC/SC reader, read like a line: each card that is laid on gives one line of its answer.

use std::ffi::CString;
use std::fmt;
use std::io::{self, ErrorKind, Read};

use pcsc::{Context, Error, Protocols, ReaderState, Scope, ShareMode, State};

use super::GET_UID;
use crate::device::reading::{IDLE, Plug};

/// Of a card that was taken away too early: the same as of one that refuses.
const TOO_EARLY: &[u8] = b"6300\r";

/// A reader by the name under which the smart-card daemon lists it.
#[derive(Debug)]
pub struct SmartCards(pub String);

impl Plug for SmartCards {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let context = Context::establish(Scope::User).map_err(io::Error::other)?;
        let name = CString::new(self.0.as_str())?;
        if !context.list_readers_owned().map_err(io::Error::other)?.contains(&name) {
            return Err(ErrorKind::NotFound.into());
        }
        Ok(Box::new(Open { context, name, has_card: false, line: vec![] }))
    }
}

struct Open {
    context: Context,
    name: CString,
    has_card: bool,
    /// What is still to be handed on.
    line: Vec<u8>,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open")
            .field("name", &self.name)
            .field("has_card", &self.has_card)
            .finish_non_exhaustive()
    }
}

impl Open {
    /// Waits a moment for a card to come or go.
    fn wait(&mut self) -> Result<(), Error> {
        let known = if self.has_card { State::PRESENT } else { State::EMPTY };
        let mut states = [ReaderState::new(self.name.clone(), known)];
        self.context.get_status_change(IDLE, &mut states)?;
        let state = states[0].event_state();
        if state.intersects(State::UNKNOWN | State::UNAVAILABLE) {
            return Err(Error::ReaderUnavailable);
        }
        let has_card = state.contains(State::PRESENT);
        if has_card == self.has_card {
            // Told of something else, without waiting: who asks again at once burns the CPU.
            std::thread::sleep(IDLE);
        }
        if has_card && !self.has_card {
            self.line = self.ask()?;
        }
        self.has_card = has_card;
        Ok(())
    }

    fn ask(&self) -> Result<Vec<u8>, Error> {
        let answer = match self.context.connect(&self.name, ShareMode::Shared, Protocols::ANY) {
            Ok(card) => {
                let mut room = [0; pcsc::MAX_BUFFER_SIZE];
                card.transmit(&GET_UID, &mut room).map(hex::encode)
            }
            Err(error) => Err(error),
        };
        line(answer)
    }
}

/// One line of what the reader answered, in hexadecimal digits.
fn line(answer: Result<String, Error>) -> Result<Vec<u8>, Error> {
    match answer {
        // A card that is pulled while it is asked answers nothing, and some readers call that a success.
        Ok(answer) if answer.is_empty() => Ok(TOO_EARLY.to_vec()),
        Ok(answer) => Ok(format!("{answer}\r").into_bytes()),
        Err(Error::NoSmartcard | Error::RemovedCard | Error::ResetCard | Error::UnresponsiveCard) => {
            Ok(TOO_EARLY.to_vec())
        }
        Err(error) => Err(error),
    }
}

impl Read for Open {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.line.is_empty() {
            match self.wait() {
                Ok(()) | Err(Error::Timeout) => {}
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        if self.line.is_empty() {
            return Err(ErrorKind::TimedOut.into());
        }
        let count = self.line.len().min(room.len());
        room[..count].copy_from_slice(&self.line[..count]);
        self.line.drain(..count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_that_was_pulled_too_early_is_one_that_refuses() {
        for (answer, wanted) in [
            (Ok("04a1b2c39000"), Ok("04a1b2c39000\r")),
            (Ok("6300"), Ok("6300\r")),
            (Ok(""), Ok("6300\r")),
            (Err(Error::RemovedCard), Ok("6300\r")),
            (Err(Error::NoSmartcard), Ok("6300\r")),
            (Err(Error::ReaderUnavailable), Err(Error::ReaderUnavailable)),
        ] {
            let wanted = wanted.map(|line: &str| line.as_bytes().to_vec());
            assert_eq!(line(answer.map(str::to_owned)), wanted, "{answer:?}");
        }
    }
}
