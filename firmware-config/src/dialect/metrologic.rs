//! Metrologic's older readers (MS9520 and kin): codes of six digits between STX and ETX, inside a programming
//! mode that one of them enters and leaves. Only the two codes that the manual's serial chapter spells out.

use super::{AckOrNak, Action, Dialect, Ear, Request, Speech, Unsayable};

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

    /// The first of three replies; a NAK to any of the codes before it decides.
    fn ear(&self, _: &Request) -> Box<dyn Ear> {
        Box::new(AckOrNak)
    }
}
