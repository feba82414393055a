//! Newland's commands, by the HR52 user guide: `~ SOH 0000`, a mark that says how long it lasts, tag, sub-tag
//! and data, `; ETX`. The reply is the same with STX for its first byte and a status before the `;`.

use super::{ACK, Action, Dialect, Ear, NAK, Reply, Request, Speech, Storage, Unsayable, text_phrase};

#[derive(Debug)]
pub struct Newland;

pub(crate) const TELL: &[u8; 6] = b"~\x010000";
pub(crate) const ANSWER: &[u8; 6] = b"\x02\x010000";
pub(crate) const END: &[u8; 2] = b";\x03";

pub(crate) fn mark(storage: Storage) -> u8 {
    match storage {
        Storage::Volatile => b'#',
        Storage::Stored => b'@',
    }
}

fn tell(mark: u8, phrase: &[u8], query: &[u8]) -> Vec<u8> {
    [TELL, &[mark][..], phrase, query, END].concat()
}

impl Speech for Newland {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable> {
        match request {
            Request::Write(phrase, storage) => Ok(tell(mark(*storage), text_phrase(phrase, 6, 64)?, b"")),
            Request::Ask(phrase) => Ok(tell(b'@', text_phrase(phrase, 6, 6)?, b"*")),
            Request::Act(Action::Start) => Ok(tell(b'#', b"SCNTRG1", b"")),
            Request::Act(Action::Stop) => Ok(tell(b'#', b"SCNTRG0", b"")),
            Request::Act(Action::Revision) => Ok(tell(b'@', b"QRYSYS", b"")),
            Request::Save | Request::Act(_) => Err(Unsayable::NoForm(Dialect::Newland)),
        }
    }

    fn ear(&self, request: &Request) -> Box<dyn Ear> {
        let (phrase, is_value) = match request {
            Request::Write(phrase, _) => (*phrase, false),
            Request::Ask(phrase) => (*phrase, true),
            Request::Act(Action::Start) => ("SCNTRG1", false),
            Request::Act(Action::Stop) => ("SCNTRG0", false),
            Request::Act(Action::Revision) => ("QRYSYS", true),
            Request::Act(_) | Request::Save => return Box::new(super::Deaf),
        };
        Box::new(Echo { phrase: phrase.to_owned(), is_value, frames: Frames::default() })
    }
}

/// Longest reply that is kept: the list of settings of one tag fits by far.
const FRAME_MAX: usize = 1_024;

/// What stands between head and end of each frame, its mark first.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// Bytes of the head that were heard.
    head: usize,
    body: Vec<u8>,
}

impl Frames {
    pub fn hear(&mut self, head: [u8; 6], byte: u8) -> Option<Vec<u8>> {
        if self.head < head.len() {
            // No byte of the head but the zeros comes twice, so a mismatch can only be a new beginning.
            self.head = if byte == head[self.head] { self.head + 1 } else { usize::from(byte == head[0]) };
            return None;
        }
        self.body.push(byte);
        if self.body.ends_with(END) {
            let mut body = std::mem::take(self).body;
            body.truncate(body.len() - END.len());
            return Some(body);
        }
        if self.body.ends_with(&head) {
            // The reply broke off and a new one began.
            self.body.clear();
        } else if self.body.len() > FRAME_MAX {
            *self = Self::default();
        }
        None
    }
}

#[derive(Debug)]
struct Echo {
    phrase: String,
    is_value: bool,
    frames: Frames,
}

impl Ear for Echo {
    fn hear(&mut self, byte: u8) -> Option<Reply> {
        let body = self.frames.hear(*ANSWER, byte)?;
        let (status, rest) = body.split_last()?;
        let (_, said) = rest.split_first()?;
        let said = std::str::from_utf8(said).ok()?;
        if !said.starts_with(&self.phrase) {
            return None;
        }
        match *status {
            ACK if self.is_value => Some(Reply::Value(said.to_owned())),
            ACK => (said == self.phrase).then_some(Reply::Done),
            NAK => Some(Reply::Refused),
            // What a reader says to a tag that it does not know could not be read in any manual.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
