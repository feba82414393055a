//! Opticon's menu commands over a line, by the NLV-5201 manual and the maker's technical pages: ESC, command
//! identifiers, CR. Identifiers of three characters carry a `[`, of four a `]`; nothing can be asked for. With
//! acknowledgement on the reader answers ACK or NAK.

use super::{
    AckOrNak, Action, Dialect, Ear, Expect, Request, Speech, Storage, Unsayable, text_phrase, unsayable,
};

#[derive(Debug)]
pub struct Opticon;

fn command(identifier: &str) -> Result<Vec<u8>, Unsayable> {
    let bytes = text_phrase(identifier, 1, 5)?;
    let fits = match bytes {
        [b'[', rest @ ..] => rest.len() == 3,
        [b']', rest @ ..] => rest.len() == 4,
        _ => bytes.len() <= 2,
    };
    if !fits {
        return Err(unsayable(identifier, "two characters, or [ and three, or ] and four"));
    }
    Ok([b"\x1b", bytes, b"\r"].concat())
}

impl Speech for Opticon {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable> {
        let identifier = match request {
            Request::Write(phrase, Storage::Volatile) => phrase,
            Request::Save => "Z2",
            Request::Act(Action::Start) => "Z",
            Request::Act(Action::Stop) => "Y",
            Request::Act(Action::BeepGood) => "B",
            Request::Act(Action::BeepBad) => "E",
            Request::Act(Action::LampOn) => "L",
            _ => return Err(Unsayable::NoForm(Dialect::Opticon)),
        };
        command(identifier)
    }

    fn ear(&self, _: &Request) -> Box<dyn Ear> {
        Box::new(AckOrNak)
    }

    fn answers(&self, _: &Request) -> Expect {
        Expect::Perhaps
    }

    fn after_a_sound(&self) -> Vec<Vec<u8>> {
        vec![vec![super::ACK], vec![super::NAK]]
    }
}
