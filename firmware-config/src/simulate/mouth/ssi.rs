//! Zebra's readers on SSI, as they hear and answer.

use super::{Answer, Call, Mouth};
use crate::dialect::{Storage, hex, hex_phrase, ssi};

const TO_DECODER: &[u8] = &[
    ssi::PARAM_SEND,
    ssi::PARAM_REQUEST,
    ssi::PARAM_DEFAULTS,
    ssi::CMD_ACK,
    ssi::CMD_NAK,
    ssi::REQUEST_REVISION,
    ssi::START,
    ssi::STOP,
    ssi::BEEP,
    ssi::LED_ON,
    ssi::LED_OFF,
    ssi::SLEEP,
    ssi::SCAN_ENABLE,
    ssi::SCAN_DISABLE,
];

#[derive(Debug)]
pub struct Ssi {
    packets: ssi::packet::Packets,
}

impl Default for Ssi {
    fn default() -> Self {
        Self { packets: ssi::packet::Packets::new(TO_DECODER, ssi::packet::HOST) }
    }
}

impl Mouth for Ssi {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        let call = |packet: ssi::packet::Packet| match packet.opcode {
            ssi::PARAM_SEND => {
                let permanent = packet.status & ssi::packet::PERMANENT != 0;
                let storage = if permanent { Storage::Stored } else { Storage::Volatile };
                Call::Write(hex(packet.payload.get(1..).unwrap_or_default()), storage)
            }
            ssi::PARAM_REQUEST => Call::Ask(hex(&packet.payload)),
            ssi::REQUEST_REVISION => Call::Revision,
            ssi::PARAM_DEFAULTS => Call::Defaults,
            ssi::CMD_ACK | ssi::CMD_NAK => Call::Thanks,
            _ => Call::Act,
        };
        self.packets.hear(byte).into_iter().map(call).collect()
    }

    fn answer(&self, call: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        let (opcode, payload) = match (call, answer) {
            (Call::Ask(_), Answer::Value(phrase)) => {
                // Only phrases of the profile are kept.
                let parameter = hex_phrase(phrase).unwrap_or_default();
                (ssi::PARAM_SEND, [&[ssi::NO_BEEP], &parameter[..]].concat())
            }
            (Call::Ask(_), Answer::Unknown) => (ssi::PARAM_SEND, vec![ssi::NO_BEEP]),
            (Call::Revision, Answer::Value(value)) => (ssi::REPLY_REVISION, value.clone().into_bytes()),
            (_, Answer::Done | Answer::Value(_)) => (ssi::CMD_ACK, vec![]),
            (_, Answer::Unknown) => (ssi::CMD_NAK, vec![ssi::NAK_BAD_CONTEXT]),
            (_, Answer::Refused) => (ssi::CMD_NAK, vec![ssi::NAK_DENIED]),
            (_, Answer::Again) => (ssi::CMD_NAK, vec![ssi::NAK_RESEND]),
        };
        ssi::packet::Packet::from_decoder(opcode, &payload).to_bytes()
    }
}
