//! Simple Serial Interface of Zebra and Symbol, by the SE-923 and SE-955 integration manuals and the Simple
//! Serial Interface programmer's guide. Phrases are hexadecimal: the parameter's number, then its value.

pub(crate) mod packet;
pub(crate) mod parameter;

use super::{Action, Dialect, Ear, Reply, Request, Speech, Storage, Unsayable, hex, hex_phrase, unsayable};
use packet::{Packet, Packets};

#[derive(Debug)]
pub struct Ssi;

pub(crate) const PARAM_SEND: u8 = 0xc6;
pub(crate) const PARAM_REQUEST: u8 = 0xc7;
pub(crate) const PARAM_DEFAULTS: u8 = 0xc8;
pub(crate) const REQUEST_REVISION: u8 = 0xa3;
pub(crate) const REPLY_REVISION: u8 = 0xa4;
pub(crate) const CMD_ACK: u8 = 0xd0;
pub(crate) const CMD_NAK: u8 = 0xd1;
pub(crate) const START: u8 = 0xe4;
pub(crate) const STOP: u8 = 0xe5;
pub(crate) const BEEP: u8 = 0xe6;
pub(crate) const LED_ON: u8 = 0xe7;
pub(crate) const LED_OFF: u8 = 0xe8;
pub(crate) const SLEEP: u8 = 0xeb;
pub(crate) const SCAN_ENABLE: u8 = 0xe9;
pub(crate) const SCAN_DISABLE: u8 = 0xea;
pub(crate) const DECODE_DATA: u8 = 0xf3;
const EVENT: u8 = 0xf6;
const CAPABILITIES_REPLY: u8 = 0xd4;
const MANAGEMENT: u8 = 0x80;
const MULTIPACKET_SEGMENT: u8 = 0x73;

/// What a reader sends; anything else is no packet of its.
pub(crate) const FROM_DECODER: &[u8] = &[
    PARAM_SEND,
    REPLY_REVISION,
    CMD_ACK,
    CMD_NAK,
    DECODE_DATA,
    EVENT,
    CAPABILITIES_REPLY,
    MANAGEMENT,
    MULTIPACKET_SEGMENT,
];

/// Reasons that a NAK gives.
pub(crate) const NAK_RESEND: u8 = 0x01;
pub(crate) const NAK_BAD_CONTEXT: u8 = 0x02;
pub(crate) const NAK_DENIED: u8 = 0x06;

/// Before a change: make no sound.
pub(crate) const NO_BEEP: u8 = 0xff;
const ONE_HIGH_BEEP: u8 = 0x00;
/// Two of the low ones (SE-923, table of beeps).
const TWO_LOW_BEEPS: u8 = 0x06;

fn command(opcode: u8, payload: &[u8]) -> Vec<u8> {
    Packet::from_host(opcode, 0, payload).to_bytes()
}

impl Speech for Ssi {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable> {
        match request {
            Request::Write(phrase, storage) => {
                let bytes = hex_phrase(phrase)?;
                match parameter::read(&bytes) {
                    Some((_, used)) if used == bytes.len() => {}
                    _ => return Err(unsayable(phrase, "one parameter and its value")),
                }
                let status = if *storage == Storage::Stored { packet::PERMANENT } else { 0 };
                let payload = [&[NO_BEEP], &bytes[..]].concat();
                Ok(Packet::from_host(PARAM_SEND, status, &payload).to_bytes())
            }
            Request::Ask(phrase) => {
                let bytes = hex_phrase(phrase)?;
                if parameter::number(&bytes) != Some(bytes.len()) {
                    return Err(unsayable(phrase, "the number of one parameter"));
                }
                Ok(command(PARAM_REQUEST, &bytes))
            }
            Request::Act(action) => Ok(match action {
                Action::Start => command(START, &[]),
                Action::Stop => command(STOP, &[]),
                Action::Enable => command(SCAN_ENABLE, &[]),
                Action::Disable => command(SCAN_DISABLE, &[]),
                Action::BeepGood => command(BEEP, &[ONE_HIGH_BEEP]),
                Action::BeepBad => command(BEEP, &[TWO_LOW_BEEPS]),
                Action::LampOn => command(LED_ON, &[1]),
                Action::LampOff => command(LED_OFF, &[1]),
                Action::Sleep => command(SLEEP, &[]),
                Action::Defaults => command(PARAM_DEFAULTS, &[]),
                Action::Revision => command(REQUEST_REVISION, &[]),
                Action::LowTone | Action::HighTone | Action::Reset | Action::Health | Action::Statistics => {
                    return Err(Unsayable::NoForm(Dialect::Ssi));
                }
            }),
            Request::Save => Err(Unsayable::NoForm(Dialect::Ssi)),
        }
    }

    /// A repeated packet says so: the reader must not do a thing twice.
    fn again(&self, said: &[u8]) -> Vec<u8> {
        match Packet::parse(said) {
            Some(packet) => Packet { status: packet.status | packet::RETRANSMIT, ..packet }.to_bytes(),
            None => said.to_vec(),
        }
    }

    fn ear(&self, request: &Request) -> Box<dyn Ear> {
        let wanted = match request {
            Request::Ask(phrase) => Wanted::Parameter((*phrase).to_owned()),
            Request::Act(Action::Revision) => Wanted::Revision,
            _ => Wanted::Acknowledgement,
        };
        Box::new(Conversation { wanted, packets: Packets::new(FROM_DECODER, packet::DECODER) })
    }

    /// The same number, also behind the mark of a word.
    fn may_answer(&self, ask: &str, phrase: &str) -> bool {
        let bytes = hex_phrase(phrase).unwrap_or_default();
        parameter::read(&bytes).is_some_and(|(phrase, _)| phrase.number == ask)
    }

    fn after_a_sound(&self) -> Vec<Vec<u8>> {
        let from_reader = |opcode, payload: &[u8]| Packet::from_decoder(opcode, payload).to_bytes();
        let refusals = [NAK_RESEND, NAK_BAD_CONTEXT, NAK_DENIED].map(|why| from_reader(CMD_NAK, &[why]));
        [from_reader(CMD_ACK, &[])].into_iter().chain(refusals).collect()
    }

    /// An answer that carries something is acknowledged like any packet; an acknowledgement is not.
    fn thanks(&self, reply: &Reply) -> Option<Vec<u8>> {
        matches!(reply, Reply::Value(_)).then(|| command(CMD_ACK, &[]))
    }
}

#[derive(Debug)]
enum Wanted {
    Acknowledgement,
    Parameter(String),
    Revision,
}

#[derive(Debug)]
struct Conversation {
    wanted: Wanted,
    packets: Packets,
}

impl Ear for Conversation {
    fn hear(&mut self, byte: u8) -> Option<Reply> {
        self.packets.hear(byte).into_iter().find_map(|packet| self.wanted.reply(&packet))
    }
}

impl Wanted {
    fn reply(&self, packet: &Packet) -> Option<Reply> {
        match (packet.opcode, self) {
            (CMD_NAK, _) => match packet.payload.first() {
                Some(&NAK_RESEND) => Some(Reply::Again),
                Some(&NAK_BAD_CONTEXT) => Some(Reply::Unknown),
                // Denied, or cancelled.
                _ => Some(Reply::Refused),
            },
            (CMD_ACK, Self::Acknowledgement) => Some(Reply::Done),
            (PARAM_SEND, Self::Parameter(asked)) => value(&packet.payload, asked),
            (REPLY_REVISION, Self::Revision) => {
                Some(Reply::Value(String::from_utf8_lossy(&packet.payload).into_owned()))
            }
            _ => None,
        }
    }
}

/// The parameter that was asked for. A reader leaves out what it does not know.
fn value(payload: &[u8], asked: &str) -> Option<Reply> {
    let (_beep, mut rest) = payload.split_first()?;
    if rest.is_empty() {
        return Some(Reply::Unknown);
    }
    while let Some((phrase, used)) = parameter::read(rest) {
        if phrase.number == asked {
            return Some(Reply::Value(hex(&rest[..used])));
        }
        rest = &rest[used..];
    }
    None
}

#[cfg(test)]
mod tests;
