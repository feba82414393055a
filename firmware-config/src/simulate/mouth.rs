//! The device's side of each dialect: requests out of bytes, and answers as bytes.

mod datalogic;
mod gm65;
mod honeywell;
mod metrologic;
mod newland;
mod opticon;
mod ssi;

use std::fmt;

use super::{Answer, Call};
use crate::dialect::{ACK, Dialect, ENQ, NAK};

pub(super) trait Mouth: fmt::Debug + Send {
    fn hear(&mut self, byte: u8) -> Vec<Call>;

    /// Nothing, for devices that do not answer. `speaks` is off for those that were told not to.
    fn answer(&self, call: &Call, answer: &Answer, speaks: bool) -> Vec<u8>;
}

pub(super) fn mouth(dialect: Dialect) -> Box<dyn Mouth> {
    match dialect {
        Dialect::Honeywell => Box::<honeywell::Honeywell>::default(),
        Dialect::Ssi => Box::<ssi::Ssi>::default(),
        Dialect::Newland => Box::<newland::Newland>::default(),
        Dialect::Datalogic => Box::<datalogic::Datalogic>::default(),
        Dialect::Opticon => Box::<opticon::Opticon>::default(),
        Dialect::Gm65 => Box::<gm65::Gm65>::default(),
        Dialect::Metrologic => Box::<metrologic::Metrologic>::default(),
    }
}

/// Longest request that a device takes.
const HEARD_MAX: usize = 600;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_ascii_uppercase()
}

fn single(answer: &Answer) -> u8 {
    match answer {
        Answer::Done | Answer::Value(_) => ACK,
        Answer::Unknown => ENQ,
        Answer::Refused | Answer::Again => NAK,
    }
}
