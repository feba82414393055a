//! Metrologic's older readers (MS9520 and kin): codes of six digits between STX and ETX, inside a programming
//! mode that one of them enters and leaves. Only the two codes that the manual's serial chapter spells out.

use super::{ACK, Action, Dialect, Ear, NAK, Reply, Request, Speech, Unsayable};

#[derive(Debug)]
pub struct Metrologic;

/// Enters programming and leaves it.
pub(crate) const PROGRAMMING: &[u8] = b"\x02999999\x03";
pub(crate) const DEFAULTS: &[u8] = b"\x02999998\x03";

impl Speech for Metrologic {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable> {
        match request {
            Request::Act(Action::Defaults) => Ok([PROGRAMMING, DEFAULTS, PROGRAMMING].concat()),
            _ => Err(Unsayable::NoForm(Dialect::Metrologic)),
        }
    }

    fn ear(&self, _: &Request) -> Box<dyn Ear> {
        Box::<Three>::default()
    }
}

/// The answers to the three codes. The second says whether the settings are the factory's; one that does not leave
/// programming afterwards answers with the code that it refused.
#[derive(Debug, Default)]
struct Three {
    refused: Vec<bool>,
}

impl Ear for Three {
    fn hear(&mut self, byte: u8) -> Option<Reply> {
        if byte == ACK || byte == NAK {
            self.refused.push(byte == NAK);
        }
        match self.refused[..] {
            [_, false, true] => Some(Reply::Value("999999".to_owned())),
            [_, false, false] => Some(Reply::Done),
            [_, true, _] => Some(Reply::Refused),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_the_second_of_the_three_codes_decides() {
        for (bytes, wanted) in [
            (b"\x06\x06\x06".as_slice(), Some(Reply::Done)),
            (b"\x06\x15\x06", Some(Reply::Refused)),
            (b"\x15\x15\x06", Some(Reply::Refused)),
            (b"\x06\x15\x15", Some(Reply::Refused)),
            (b"\x06\x06\x15", Some(Reply::Value("999999".to_owned()))),
            (b"5901\x06\x06\x06", Some(Reply::Done)),
            (b"\x06\x06", None),
        ] {
            let mut ear = Metrologic.ear(&Request::Act(Action::Defaults));
            assert_eq!(bytes.iter().find_map(|byte| ear.hear(*byte)), wanted, "{bytes:02X?}");
        }
    }
}
