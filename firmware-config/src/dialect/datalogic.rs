//! Datalogic's single bytes, and the host configuration strings of the `PowerScan` D8330 and PM8500 by their
//! reference manuals: `$+`, commands, `$-` CR. A string is stored at once, and the manuals document no reply and
//! no way to ask.

use super::{Action, Deaf, Dialect, Ear, Expect, Request, Speech, Storage, Unsayable, text_phrase};

#[derive(Debug)]
pub struct Datalogic;

/// The reader's buffer, of which the four signs around the commands take their part.
const STRING_MAX: usize = 400;

impl Speech for Datalogic {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable> {
        match request {
            Request::Write(phrase, Storage::Stored) => {
                let phrase = text_phrase(phrase, 3, STRING_MAX - 5)?;
                Ok([b"$+", phrase, b"$-\r"].concat())
            }
            Request::Write(..) | Request::Ask(_) | Request::Save => {
                Err(Unsayable::NoForm(Dialect::Datalogic))
            }
            Request::Act(action) => match action {
                Action::Enable => Ok(b"E".to_vec()),
                Action::Disable => Ok(b"D".to_vec()),
                Action::BeepGood => Ok(b"B".to_vec()),
                Action::BeepBad => Ok(b"F".to_vec()),
                Action::Start => Ok(b"T".to_vec()),
                Action::Stop => Ok(b"X".to_vec()),
                Action::Revision => Ok(b"i".to_vec()),
                Action::Defaults => Err(Unsayable::NoForm(Dialect::Datalogic)),
            },
        }
    }

    fn ear(&self, request: &Request) -> Box<dyn Ear> {
        match request {
            Request::Act(Action::Revision) => Box::<Identity>::default(),
            _ => Box::new(Deaf),
        }
    }

    fn answers(&self, request: &Request) -> Expect {
        match request {
            Request::Act(Action::Revision) => Expect::Reply,
            _ => Expect::Nothing,
        }
    }
}

const RECORDS_MAX: usize = 1_024;

/// What a reader is: SOH STX, records that begin with a letter each, ETX EOT.
#[derive(Debug, Default)]
struct Identity {
    before: u8,
    records: Option<String>,
}

impl Ear for Identity {
    fn hear(&mut self, byte: u8) -> Option<super::Reply> {
        let before = std::mem::replace(&mut self.before, byte);
        if (before, byte) == (0x01, 0x02) {
            self.records = Some(String::new());
            return None;
        }
        let records = self.records.as_mut()?;
        match byte {
            0x04 if before == 0x03 => return self.records.take().map(super::Reply::Value),
            0x20..=0x7e if records.len() < RECORDS_MAX => records.push(byte.into()),
            _ => {}
        }
        None
    }
}
