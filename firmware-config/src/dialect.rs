//! How makers' readers are told what to do: a request as bytes, and a reply out of bytes. All of it pure.
//!
//! A [`Request`] carries *phrases*, the dialect's own text for a parameter (to ask) or for a parameter and
//! its value (to write); they stand in profiles. Phrases are text where the maker writes text (`SUFBK2990D`)
//! and hexadecimal bytes where it sends bytes (`2D01`).

mod datalogic;
pub(crate) mod gm65;
mod honeywell;
pub(crate) mod metrologic;
pub(crate) mod newland;
mod opticon;
pub(crate) mod ssi;

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Menu commands of Honeywell's area imagers.
    Honeywell,
    /// Simple Serial Interface of Zebra, once Symbol.
    Ssi,
    Newland,
    /// Host configuration strings of Datalogic's `PowerScan`.
    Datalogic,
    Opticon,
    /// Zone bits of Hangzhou Grow's modules.
    Gm65,
    /// Metrologic's older readers.
    Metrologic,
}

/// How long a change lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    /// Until the power goes.
    Volatile,
    /// In memory that keeps it, and that wears out: some ten thousand times.
    Stored,
}

/// What is done once and is no setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Reads now, until a code is read or [`Action::Stop`].
    Start,
    Stop,
    Enable,
    Disable,
    /// The sound of a good read.
    BeepGood,
    /// The sound of a read that is of no use: not on file.
    BeepBad,
    LowTone,
    HighTone,
    /// A lamp or light for the cashier.
    LampOn,
    LampOff,
    Sleep,
    /// Starts anew, with what is stored.
    Reset,
    /// Everything as the factory set it.
    Defaults,
    /// Whether all its parts work; the reply is text.
    Health,
    /// What it counted; the reply is text.
    Statistics,
    /// Who are you; the reply is text.
    Revision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'p> {
    Write(&'p str, Storage),
    Ask(&'p str),
    /// Stores everything that is set until the power goes, in dialects that cannot store one setting.
    Save,
    Act(Action),
}

/// What a reader says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Done,
    /// The phrase that it would be set to this by.
    Value(String),
    /// It knows the parameter, and not this value.
    Refused,
    /// It does not know the parameter.
    Unknown,
    /// It heard something garbled: say it again.
    Again,
}

/// Whether a reply to a request is to be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    Reply,
    /// A reply comes if the reader is set to give one.
    Perhaps,
    Nothing,
}

/// Why something cannot be said in a dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsayable {
    #[error("{0:?} has no words for this")]
    NoForm(Dialect),
    #[error("{0:?} is no phrase of the dialect: {1}")]
    Phrase(String, &'static str),
}

/// What is told apart between makers, and nothing else.
pub trait Speech: Sync {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable>;

    /// The same once more, after no reply or a garbled one.
    fn again(&self, said: &[u8]) -> Vec<u8> {
        said.to_vec()
    }

    /// Hears the reply to this request, and lets everything else go by: reads, and late replies to others.
    fn ear(&self, request: &Request) -> Box<dyn Ear>;

    fn answers(&self, _: &Request) -> Expect {
        Expect::Reply
    }

    /// Whether a reader that is asked this may answer with that phrase, both being phrases of the dialect.
    fn may_answer(&self, ask: &str, phrase: &str) -> bool {
        phrase.starts_with(ask)
    }

    /// Whether a reply says what it answers. If not, a late one passes for the answer to something else.
    fn names_what_it_answers(&self) -> bool {
        true
    }

    /// What may come back when a reader is told to make a sound, to the byte: who reads codes on the same line
    /// leaves it out.
    fn after_a_sound(&self) -> Vec<Vec<u8>> {
        vec![]
    }

    /// What the reader waits for after its reply.
    fn thanks(&self, _: &Reply) -> Option<Vec<u8>> {
        None
    }
}

/// A reply as its bytes arrive. Any split of them gives the same.
pub trait Ear: fmt::Debug {
    fn hear(&mut self, byte: u8) -> Option<Reply>;
}

impl Dialect {
    pub const ALL: &[Self] = &[
        Self::Honeywell,
        Self::Ssi,
        Self::Newland,
        Self::Datalogic,
        Self::Opticon,
        Self::Gm65,
        Self::Metrologic,
    ];

    pub fn speech(self) -> &'static dyn Speech {
        match self {
            Self::Honeywell => &honeywell::Honeywell,
            Self::Ssi => &ssi::Ssi,
            Self::Newland => &newland::Newland,
            Self::Datalogic => &datalogic::Datalogic,
            Self::Opticon => &opticon::Opticon,
            Self::Gm65 => &gm65::Gm65,
            Self::Metrologic => &metrologic::Metrologic,
        }
    }

    /// Whether settings are stored all at once, by [`Request::Save`].
    pub fn saves_all(self) -> bool {
        self.speech().say(&Request::Save).is_ok()
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Honeywell => "honeywell",
            Self::Ssi => "ssi",
            Self::Newland => "newland",
            Self::Datalogic => "datalogic",
            Self::Opticon => "opticon",
            Self::Gm65 => "gm65",
            Self::Metrologic => "metrologic",
        })
    }
}

/// ACK and NAK as single bytes, for dialects that know no other reply.
#[derive(Debug)]
struct AckOrNak;

pub(crate) const ENQ: u8 = 0x05;
pub(crate) const ACK: u8 = 0x06;
pub(crate) const NAK: u8 = 0x15;

impl Ear for AckOrNak {
    fn hear(&mut self, byte: u8) -> Option<Reply> {
        match byte {
            ACK => Some(Reply::Done),
            NAK => Some(Reply::Refused),
            _ => None,
        }
    }
}

/// Hears nothing: the dialect has no replies.
#[derive(Debug)]
struct Deaf;

impl Ear for Deaf {
    fn hear(&mut self, _: u8) -> Option<Reply> {
        None
    }
}

fn unsayable(phrase: &str, why: &'static str) -> Unsayable {
    Unsayable::Phrase(phrase.to_owned(), why)
}

/// Upper-case letters, digits and signs that makers use in their text phrases.
fn text_phrase(phrase: &str, least: usize, most: usize) -> Result<&[u8], Unsayable> {
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'[' | b']');
    if !(least..=most).contains(&phrase.len()) {
        Err(unsayable(phrase, "it is too short or too long"))
    } else if !phrase.bytes().all(plain) {
        Err(unsayable(phrase, "only upper-case letters, digits and brackets"))
    } else {
        Ok(phrase.as_bytes())
    }
}

/// Bytes of a hexadecimal phrase.
pub(crate) fn hex_phrase(phrase: &str) -> Result<Vec<u8>, Unsayable> {
    let wrong = || unsayable(phrase, "pairs of upper-case hexadecimal digits");
    let digit = |b: &u8| b.is_ascii_digit() || (b'A'..=b'F').contains(b);
    if phrase.is_empty() || !phrase.len().is_multiple_of(2) || !phrase.as_bytes().iter().all(digit) {
        return Err(wrong());
    }
    let pairs = (0..phrase.len()).step_by(2).map(|at| &phrase[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).map_err(|_| wrong())).collect()
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0x0f])
        .map(|digit| char::from(HEX[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests;
