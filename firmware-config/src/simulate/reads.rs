//! What a device sends of its own: a code that is held before it, a tag that lies on it, what stands on the scale.

use std::time::Duration;

use super::Emit;
use crate::dialect::ssi::DECODE_DATA;
use crate::dialect::ssi::packet::{PAYLOAD_MAX, Packet};
use crate::profile::{CodeId, Content, Frame, Profile, Suffix};

/// Why a line is nothing that this device could read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRead {
    #[error("a tag is ten hexadecimal digits: 0A00B1C2D3")]
    Tag,
    #[error("a scale shows a weight such as 1.250, or says empty, moving, over or under")]
    Weight,
    #[error("a code has no control characters")]
    Code,
    #[error("it sends packets of its maker's, which are not simulated: set decode_packets to off")]
    Packets,
    #[error("{CODE_MAX} bytes are the most that one packet holds: set decode_packets to off")]
    TooLong,
    #[error("no source says which number packets give this symbol: set decode_packets to off")]
    Symbol,
}

/// What is set in the device, where its profile has a word for it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Words<'m> {
    pub suffix: Option<&'m str>,
    pub code_id: Option<&'m str>,
    pub packets: bool,
}

#[derive(Debug)]
pub(super) struct Reads {
    content: Content,
    frame: Frame,
    code_id: CodeId,
    /// What a scale says, whole.
    shown: Vec<u8>,
}

/// The first byte of a packet says which symbol it was.
const CODE_MAX: usize = PAYLOAD_MAX - 1;
/// Copies of the RDM6300 repeat a tag so often while it lies there.
const TAG_AGAIN: Duration = Duration::from_millis(50);
const TAG_TIMES: usize = 3;
/// How often a CAS scale sends its line.
pub(super) const STREAM: Duration = Duration::from_millis(100);

impl Reads {
    /// A scale comes with nothing on it.
    pub fn new(profile: &Profile) -> Self {
        let shown = scale(profile.content, "empty").unwrap_or_default();
        Self { content: profile.content, frame: profile.frame.clone(), code_id: profile.code_id, shown }
    }

    /// Somebody holds this before it, or puts it there.
    pub fn read(&mut self, text: &str, words: Words) -> Result<Vec<Emit>, BadRead> {
        match self.content {
            Content::Em4100 | Content::Em4100Label => tag(text),
            Content::Mettler8217 | Content::Cas22 => {
                self.shown = scale(self.content, text).ok_or(BadRead::Weight)?;
                Ok(vec![])
            }
            Content::Text | Content::Uid => self.code(text, words),
        }
    }

    /// A request in a scale's own language.
    pub fn hear(&self, byte: u8) -> Vec<u8> {
        if self.content == Content::Mettler8217 && byte == b'W' { self.shown.clone() } else { vec![] }
    }

    /// What it sends over and over without being asked.
    pub fn streams(&self) -> Option<&[u8]> {
        (self.content == Content::Cas22).then_some(&self.shown)
    }

    fn code(&self, text: &str, words: Words) -> Result<Vec<Emit>, BadRead> {
        if text.is_empty() || text.chars().any(|c| c.is_control() && c != '\x1d') {
            return Err(BadRead::Code);
        }
        let (aim, text) = named(text);
        let id = match words.code_id {
            Some("none") => "",
            Some("aim") => aim,
            // No source says what the makers without a letter of their own would send.
            Some(_) | None => match (self.code_id, aim) {
                (CodeId::None, _) => "",
                (CodeId::Aim, aim) => aim,
                (CodeId::Honeywell, "]E0") => "d",
                (CodeId::Honeywell, "]E4") => "D",
                (CodeId::Symbol, "]E0" | "]E4") => "A",
                (CodeId::Honeywell, _) => "j",
                (CodeId::Symbol, _) => "D",
            },
        };
        let suffix: &[u8] = match words.suffix {
            Some("cr") => b"\r",
            Some("lf") => b"\n",
            Some("cr_lf") => b"\r\n",
            Some("tab") => b"\t",
            Some("none") => b"",
            Some(_) | None if self.frame.suffix == Suffix::CrLf => b"\r\n",
            Some(_) | None => self.frame.suffix.ends(),
        };
        if words.packets {
            // With what is set to stand behind a code, as the manual of the SE-923 has it; of a code id it says nothing.
            return Ok(vec![Emit::Bytes(packet(aim, &[text.as_bytes(), suffix].concat())?)]);
        }
        let start: &[u8] = if self.frame.stx { b"\x02" } else { b"" };
        let bytes = [start, &self.frame.prefix, id.as_bytes(), text.as_bytes(), suffix].concat();
        Ok(vec![Emit::Bytes(bytes)])
    }
}

/// A code that names its symbol itself (`]C1…`), or else the one that its digits are printed as in shops.
fn named(text: &str) -> (&str, &str) {
    match text.as_bytes() {
        [b']', letter, digit, ..] if letter.is_ascii_alphabetic() && digit.is_ascii_alphanumeric() => {
            text.split_at(3)
        }
        digits if digits.iter().all(u8::is_ascii_digit) => match digits.len() {
            13 => ("]E0", text),
            8 => ("]E4", text),
            _ => ("]C0", text),
        },
        _ => ("]C0", text),
    }
}

/// A packet names the symbol by a number of its own. It is sent once, whether the host thanks for it or not.
fn packet(aim: &str, data: &[u8]) -> Result<Vec<u8>, BadRead> {
    let number = match aim.as_bytes() {
        b"]E0" => 0x0b,
        b"]E4" => 0x0a,
        b"]C1" => 0x0f,
        [_, b'C', _] => 0x03,
        [_, b'A', _] => 0x01,
        [_, b'F', _] => 0x02,
        [_, b'I', _] => 0x06,
        [_, b'L', _] => 0x11,
        [_, b'd', _] => 0x1b,
        [_, b'Q', _] => 0x1c,
        [_, b'z', _] => 0x2d,
        _ => return Err(BadRead::Symbol),
    };
    if data.len() > CODE_MAX {
        return Err(BadRead::TooLong);
    }
    let payload = [&[number], data].concat();
    Ok(Packet::from_decoder(DECODE_DATA, &payload).to_bytes())
}

fn tag(text: &str) -> Result<Vec<Emit>, BadRead> {
    let digits = text.trim().to_ascii_uppercase();
    if digits.len() != 10 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(BadRead::Tag);
    }
    let bytes = digits.as_bytes().chunks(2).filter_map(|two| {
        let two = std::str::from_utf8(two).ok()?;
        u8::from_str_radix(two, 16).ok()
    });
    let checksum = bytes.fold(0, |sum, byte| sum ^ byte);
    let frame = format!("\x02{digits}{checksum:02X}\x03").into_bytes();
    Ok((0..TAG_TIMES).flat_map(|_| [Emit::Bytes(frame.clone()), Emit::Pause(TAG_AGAIN)]).collect())
}

/// What a scale says: a weight, or why there is none.
fn scale(content: Content, text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let figure = if text == "empty" { "0.000" } else { text };
    let (whole, part) = figure.split_once('.').unwrap_or((figure, ""));
    let is_weight = [whole, part].iter().all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        && (1..=3).contains(&whole.len())
        && part.len() <= 3;
    match content {
        Content::Mettler8217 => match text {
            "moving" => Some(b"\x02?\x01\r".to_vec()),
            "over" => Some(b"\x02?\x02\r".to_vec()),
            "under" => Some(b"\x02?\x04\r".to_vec()),
            _ => is_weight.then(|| format!("\x02{figure:>7}\r").into_bytes()),
        },
        Content::Cas22 => {
            let (state, figure) = match text {
                "moving" => ("US", "0.000"),
                "over" => ("OL", "0.000"),
                "under" => ("ST", "-0.002"),
                _ => ("ST", figure),
            };
            let fits = is_weight || matches!(text, "moving" | "over" | "under");
            // The two bytes after the second comma are the scale's number and its lamp.
            fits.then(|| format!("{state},GS,01,{figure:>8} kg\r\n").into_bytes())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::hex;
    use crate::registry::Registry;

    fn reads(profile: &str) -> Reads {
        Reads::new(Registry::built_in().unwrap().get(profile).unwrap())
    }

    fn bytes(emits: &[Emit]) -> String {
        let all = emits.iter().flat_map(|emit| match emit {
            Emit::Bytes(bytes) => bytes.clone(),
            _ => vec![],
        });
        String::from_utf8(all.collect()).unwrap()
    }

    #[test]
    fn a_code_is_sent_as_the_reader_is_set() {
        let set = |suffix, code_id| Words { suffix, code_id, packets: false };
        for (profile, text, words, wanted) in [
            ("generic-serial", "7702001000013", Words::default(), "]E07702001000013\r\n"),
            ("generic-serial", "12345670", Words::default(), "]E412345670\r\n"),
            ("generic-serial", "]C10195012345678903", Words::default(), "]C10195012345678903\r\n"),
            ("honeywell-rs232", "7702001000013", set(Some("tab"), Some("none")), "7702001000013\t"),
            ("zebra-ssi-raw", "YA-7", set(None, Some("aim")), "]C0YA-7"),
            ("generic-stripe", "%B1^A?", Words::default(), "%B1^A?"),
        ] {
            let said = reads(profile).read(text, words).unwrap();
            assert_eq!(bytes(&said), wanted, "{profile} {text}");
        }
        let packets = Words { packets: true, ..Words::default() };
        for (text, words, wanted) in [
            ("", packets, BadRead::Code),
            ("", Words::default(), BadRead::Code),
            ("a\tb", Words::default(), BadRead::Code),
            ("]X0ABC", packets, BadRead::Symbol),
            (&"7".repeat(CODE_MAX + 1), packets, BadRead::TooLong),
        ] {
            assert_eq!(reads("zebra-ssi-raw").read(text, words), Err(wanted));
        }
    }

    /// The first, whole, is what the dialect takes for a read; of the others a source has the number of the symbol.
    #[test]
    fn a_code_is_sent_as_a_packet() {
        let told = |text: &str, suffix| match &reads("zebra-ssi-raw")
            .read(text, Words { packets: true, suffix, ..Words::default() })
            .unwrap()[..]
        {
            [Emit::Bytes(bytes)] => bytes.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(hex(&told("5901234123457", None)), "12F300000B35393031323334313233343537FC52");
        for (text, number, data) in [
            ("96385074", 0x0a, "96385074"),
            ("YA-7", 0x03, "YA-7"),
            ("]C10195012345678903", 0x0f, "0195012345678903"),
            ("]Q3https://example.org", 0x1c, "https://example.org"),
        ] {
            let packet = Packet::parse(&told(text, Some("cr"))).unwrap();
            assert_eq!(packet.opcode, DECODE_DATA);
            assert_eq!(packet.payload, [&[number], data.as_bytes(), b"\r"].concat(), "{text}");
        }
        assert_eq!(told(&"7".repeat(CODE_MAX), None).len(), 257);
    }

    #[test]
    fn a_tag_lies_there_for_some_frames() {
        let said = reads("rdm6300").read("0a00B1C2D3", Words::default()).unwrap();
        assert_eq!(bytes(&said), "\x020A00B1C2D3AA\x03".repeat(3));
        for wrong in ["", "0A00B1C2D", "0A00B1C2DG", "0A00B1C2D3AA", "0A00B1C2Dé"] {
            assert_eq!(reads("rdm6300").read(wrong, Words::default()), Err(BadRead::Tag), "{wrong}");
        }
    }

    #[test]
    fn a_scale_says_what_stands_on_it() {
        let mut asked = reads("mettler-8217");
        assert_eq!(asked.hear(b'W'), b"\x02  0.000\r");
        for (text, wanted) in [
            ("1.250", &b"\x02  1.250\r"[..]),
            (" 12.5 ", b"\x02   12.5\r"),
            ("moving", b"\x02?\x01\r"),
            ("over", b"\x02?\x02\r"),
            ("under", b"\x02?\x04\r"),
        ] {
            assert_eq!(asked.read(text, Words::default()), Ok(vec![]));
            assert_eq!(asked.hear(b'W'), wanted, "{text}");
            assert_eq!(asked.hear(b'x'), b"");
        }
        for wrong in ["", "-1", "1,5", "1.2.3", "1234.5", "1.2345", "heavy"] {
            assert_eq!(asked.read(wrong, Words::default()), Err(BadRead::Weight), "{wrong}");
        }
        let mut streaming = reads("cas-22");
        assert_eq!(streaming.streams().unwrap(), b"ST,GS,01,   0.000 kg\r\n");
        for (text, wanted) in [("1.25", "ST,GS,01,    1.25 kg\r\n"), ("moving", "US,GS,01,   0.000 kg\r\n")] {
            streaming.read(text, Words::default()).unwrap();
            assert_eq!(streaming.streams().unwrap(), wanted.as_bytes());
            assert_eq!(streaming.streams().unwrap().len(), 22);
        }
        assert_eq!(asked.streams(), None);
    }
}
