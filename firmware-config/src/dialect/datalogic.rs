//! Datalogic's single bytes, and the host configuration strings of the `PowerScan` D8330 and PM8500 by their
//! reference manuals: `$+`, commands, `$-` CR. A string is stored at once, and the manuals document no reply and
//! no way to ask.

use super::{Action, Deaf, Dialect, Ear, Expect, Request, Speech, Storage, Unsayable, text_phrase};

#[derive(Debug)]
pub struct Datalogic;

/// The reader's buffer, of which the four signs around the commands take their part.
const STRING_MAX: usize = 400;

fn act(action: Action) -> Option<&'static [u8]> {
    Some(match action {
        Action::Enable => b"E",
        Action::Disable => b"D",
        Action::BeepGood => b"B",
        // Some models read nothing more after F until they are enabled again; the others do not mind being told.
        Action::BeepBad => b"FE",
        Action::LowTone => b"34\r",
        Action::HighTone => b"01\r",
        Action::Start => b"T",
        Action::Stop => b"X",
        Action::Reset => b"R",
        Action::Revision => b"i",
        Action::Health => b"h",
        Action::Statistics => b"s",
        Action::LampOn | Action::LampOff | Action::Sleep | Action::Defaults => return None,
    })
}

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
            Request::Act(action) => {
                act(*action).map(<[u8]>::to_vec).ok_or(Unsayable::NoForm(Dialect::Datalogic))
            }
        }
    }

    fn ear(&self, request: &Request) -> Box<dyn Ear> {
        match request {
            Request::Act(Action::Revision | Action::Health | Action::Statistics) => Box::<Records>::default(),
            _ => Box::new(Deaf),
        }
    }

    fn answers(&self, request: &Request) -> Expect {
        match request {
            Request::Act(Action::Revision | Action::Health | Action::Statistics) => Expect::Reply,
            _ => Expect::Nothing,
        }
    }
}

const RECORDS_MAX: usize = 1_024;

/// What a reader says of itself: SOH STX, records that begin with a letter each, ETX EOT.
#[derive(Debug, Default)]
struct Records {
    before: u8,
    records: Option<String>,
}

impl Ear for Records {
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
