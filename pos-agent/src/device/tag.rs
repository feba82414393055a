//! 125 kHz tags (EM4100) as the RDM6300 and its kin frame them: STX, ten hexadecimal digits (one byte of
//! version, four of number), two of checksum, ETX. The checksum is the XOR of the five bytes, see Seeed's
//! data sheet 113020002.

use std::fmt::Write;

use zeroize::Zeroizing;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag([u8; 5]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTag {
    #[error("a tag's frame has twelve hexadecimal digits")]
    Shape,
    #[error("the tag's checksum is wrong: hold it still and closer")]
    Checksum,
}

impl NoTag {
    pub fn code(self) -> &'static str {
        match self {
            Self::Shape => "tag_shape",
            Self::Checksum => "tag_checksum",
        }
    }
}

/// What stands between STX and ETX.
pub fn decode(frame: &[u8]) -> Result<Tag, NoTag> {
    let mut bytes = [0; 6];
    hex::decode_to_slice(frame, &mut bytes).map_err(|_| NoTag::Shape)?;
    let [tag @ .., checksum] = bytes;
    if tag.iter().fold(0, |sum, byte| sum ^ byte) == checksum { Ok(Tag(tag)) } else { Err(NoTag::Checksum) }
}

impl Tag {
    /// The whole number: ten hexadecimal digits.
    pub fn number(self) -> String {
        hex::encode_upper(self.0)
    }

    /// What is printed on most tags: the last four bytes as ten decimal digits.
    pub fn label(self) -> String {
        let [_, number @ ..] = self.0;
        format!("{:010}", u32::from_be_bytes(number))
    }

    /// The last three bytes as a Wiegand-26 reader sends them.
    pub fn wiegand_26(self) -> Wiegand26 {
        let [_, _, facility, high, low] = self.0;
        Wiegand26 { facility, card: u16::from_be_bytes([high, low]) }
    }
}

/// The number of a card behind a Wiegand-26 interface: 24 bits between two of parity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wiegand26 {
    pub facility: u8,
    pub card: u16,
}

impl Wiegand26 {
    /// The 26 bits in the order in which they are sent: even parity over the first twelve of data, the data,
    /// odd parity over the last twelve.
    pub fn bits(self) -> Zeroizing<String> {
        let number = u32::from(self.facility) << 16 | u32::from(self.card);
        let even = (number >> 12).count_ones() % 2;
        let odd = 1 - (number & 0xFFF).count_ones() % 2;
        let mut bits = Zeroizing::new(String::with_capacity(26));
        // Writing into a text cannot fail.
        let _ = write!(bits, "{even}{number:024b}{odd}");
        bits
    }

    /// From the bits; none if there are not 26, or a parity is wrong.
    pub fn of_bits(bits: &str) -> Option<Self> {
        let number = u32::from_str_radix(bits.get(1..25)?, 2).ok()?;
        let [_, facility, high, low] = number.to_be_bytes();
        let read = Self { facility, card: u16::from_be_bytes([high, low]) };
        (read.bits().as_str() == bits).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The digits of a whole frame, as a data sheet prints its bytes.
    fn frame(printed: &str) -> Result<Tag, NoTag> {
        let bytes = hex::decode(printed.replace(' ', "")).unwrap();
        assert_eq!((bytes[0], bytes[13], bytes.len()), (0x02, 0x03, 14));
        decode(&bytes[1..13])
    }

    #[test]
    fn printed_frames_good_and_bad() {
        let good = frame("02 30 31 30 30 36 33 45 39 41 45 32 35 03").unwrap();
        assert_eq!((good.number().as_str(), good.label().as_str()), ("010063E9AE", "0006547886"));
        let good = frame("02 35 39 30 30 42 34 37 42 34 46 44 39 03").unwrap();
        assert_eq!(good.number(), "5900B47B4F");
        // Its data sheet prints another label beside it, which has a digit too many.
        let label = decode(b"62E3086CED08").unwrap().label();
        assert_ne!(label, "60717296877");
        assert_eq!(label, "3808980205");
        // A dump that a forum prints, with one digit wrong.
        assert_eq!(decode(b"100026F44426"), Err(NoTag::Checksum));
        assert_eq!(decode(b"100086F44426").unwrap().label(), "0008844356");
        for bad in [&b""[..], b"0100", b"010063E9AE2", b"010063E9AE2G", b"010063E9AE2500"] {
            assert_eq!(decode(bad), Err(NoTag::Shape), "{bad:?}");
        }
    }

    #[test]
    fn wiegand_of_the_printed_card() {
        let card = decode(b"010063E9AE25").unwrap().wiegand_26();
        assert_eq!((card.facility, card.card), (99, 59_822));
        assert_eq!(card.bits().as_str(), "10110001111101001101011100");
        assert_eq!(Wiegand26::of_bits("10110001111101001101011100"), Some(card));
        for bad in
            ["", "00110001111101001101011100", "10110001111101001101011101", "1011000111110100110101110", "é"]
        {
            assert_eq!(Wiegand26::of_bits(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_flipped_digit_is_noticed(tag in any::<[u8; 5]>(), place in 0_usize..12, other in 0_u8..16) {
            let sum = tag.iter().fold(0, |sum, byte| sum ^ byte);
            let mut digits = hex::encode_upper([&tag[..], &[sum]].concat()).into_bytes();
            prop_assert_eq!(decode(&digits), Ok(Tag(tag)));
            prop_assert_eq!(Wiegand26::of_bits(&Tag(tag).wiegand_26().bits()), Some(Tag(tag).wiegand_26()));
            let digit = format!("{other:X}").into_bytes()[0];
            let flipped = digits[place] != digit;
            digits[place] = digit;
            prop_assert_eq!(decode(&digits).is_err(), flipped);
        }

        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..32), bits in ".*") {
            let _ = decode(&bytes);
            let _ = Wiegand26::of_bits(&bits);
        }
    }
}
