//! Menu commands of Honeywell's imagers (also of Datalogic `PowerScan` 7000), as the serial programming
//! chapters of the Xenon 1910, N86 and 3310g user's guides lay them out: SYN `M` CR, tag and sub-tag of three
//! characters each, data, and a mark that says where it is kept.

use super::{ACK, Action, ENQ, Ear, NAK, Reply, Request, Speech, Storage, Unsayable, text_phrase};

#[derive(Debug)]
pub struct Honeywell;

const MENU: [u8; 3] = [0x16, b'M', 0x0d];
const TRIGGER_ON: [u8; 3] = [0x16, b'T', 0x0d];
const TRIGGER_OFF: [u8; 3] = [0x16, b'U', 0x0d];
const BEEP: [u8; 3] = [0x16, 0x07, 0x0d];

/// `!` is the table that power takes away, `.` the one that stays. (A driver that is around has them the other
/// way round.)
pub(crate) fn mark(storage: Storage) -> u8 {
    match storage {
        Storage::Volatile => b'!',
        Storage::Stored => b'.',
    }
}

fn menu(phrase: &[u8], query: &[u8], mark: u8) -> Vec<u8> {
    [&MENU, phrase, query, &[mark]].concat()
}

impl Speech for Honeywell {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable> {
        match request {
            Request::Write(phrase, storage) => Ok(menu(text_phrase(phrase, 6, 64)?, b"", mark(*storage))),
            // A query changes nothing, so its mark says nothing either.
            Request::Ask(phrase) => Ok(menu(text_phrase(phrase, 3, 6)?, b"?", b'.')),
            Request::Act(Action::Start) => Ok(TRIGGER_ON.to_vec()),
            Request::Act(Action::Stop) => Ok(TRIGGER_OFF.to_vec()),
            Request::Act(Action::BeepGood) => Ok(BEEP.to_vec()),
            Request::Act(Action::Revision) => Ok(menu(b"REVINF", b"^", b'!')),
            Request::Save | Request::Act(_) => Err(Unsayable::NoForm(super::Dialect::Honeywell)),
        }
    }

    fn ear(&self, request: &Request) -> Box<dyn Ear> {
        let wanted = match request {
            Request::Write(phrase, _) => Wanted::Echo((*phrase).to_owned()),
            Request::Ask(phrase) => Wanted::Value((*phrase).to_owned()),
            Request::Act(Action::Revision) => Wanted::Value("REVINF".to_owned()),
            Request::Act(_) | Request::Save => return Box::new(super::Deaf),
        };
        Box::new(Menu { wanted, entries: Entries::default() })
    }

    fn answers(&self, request: &Request) -> super::Expect {
        match request {
            Request::Act(Action::Revision) | Request::Write(..) | Request::Ask(_) => super::Expect::Reply,
            _ => super::Expect::Nothing,
        }
    }
}

#[derive(Debug)]
enum Wanted {
    Echo(String),
    Value(String),
}

/// Longest entry that is kept; what comes before it was no reply.
const ENTRY_MAX: usize = 256;

/// What a reader answers, entry by entry: its text, its status byte, and the sign that ends it.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    text: String,
    status: Option<u8>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub text: String,
    pub status: u8,
    /// `,` or `;`: more follows.
    pub ends: bool,
}

impl Entries {
    pub fn hear(&mut self, byte: u8) -> Option<Entry> {
        match byte {
            ACK | ENQ | NAK => self.status = Some(byte),
            b'.' | b'!' | b',' | b';' if self.status.is_some() => {
                let status = self.status.take()?;
                let text = std::mem::take(&mut self.text);
                return Some(Entry { text, status, ends: matches!(byte, b'.' | b'!') });
            }
            0x20..=0x7e => {
                // A status that no sign follows was not one.
                self.status = None;
                if self.text.len() == ENTRY_MAX {
                    self.text.remove(0);
                }
                self.text.push(byte.to_ascii_uppercase().into());
            }
            _ => {
                self.text.clear();
                self.status = None;
            }
        }
        None
    }
}

#[derive(Debug)]
struct Menu {
    wanted: Wanted,
    entries: Entries,
}

impl Ear for Menu {
    fn hear(&mut self, byte: u8) -> Option<Reply> {
        let entry = self.entries.hear(byte)?;
        let (phrase, is_value) = match &self.wanted {
            Wanted::Echo(phrase) => (phrase, false),
            Wanted::Value(phrase) => (phrase, true),
        };
        // A read without an end may stand right before it.
        let from = entry.text.rfind(phrase.as_str())?;
        let said = &entry.text[from..];
        match entry.status {
            ACK if is_value => Some(Reply::Value(said.to_owned())),
            ACK => (said == phrase).then_some(Reply::Done),
            NAK => Some(Reply::Refused),
            _ => Some(Reply::Unknown),
        }
    }
}

#[cfg(test)]
mod tests;
