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

/// Each of the three codes is answered; one NAK among the answers decides.
#[derive(Debug, Default)]
struct Three {
    heard: u8,
    refused: bool,
}

impl Ear for Three {
    fn hear(&mut self, byte: u8) -> Option<Reply> {
        match byte {
            ACK => {}
            NAK => self.refused = true,
            _ => return None,
        }
        self.heard += 1;
        let reply = if self.refused { Reply::Refused } else { Reply::Done };
        (self.heard == 3).then_some(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_any_of_the_three_codes_is_heard() {
        for (bytes, wanted) in [
            (b"\x06\x06\x06".as_slice(), Some(Reply::Done)),
            (b"\x06\x15\x06", Some(Reply::Refused)),
            (b"\x15\x06\x06", Some(Reply::Refused)),
            (b"\x06\x06\x15", Some(Reply::Refused)),
            (b"5901\x06\x06\x06", Some(Reply::Done)),
            (b"\x06\x06", None),
        ] {
            let mut ear = Metrologic.ear(&Request::Act(Action::Defaults));
            assert_eq!(bytes.iter().find_map(|byte| ear.hear(*byte)), wanted, "{bytes:02X?}");
        }
    }
}
