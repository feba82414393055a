//! Contactless cards behind a PC/SC reader: the question for a card's number, and its answer.
//!
//! PC/SC part 3 (supplemental document for contactless cards, "Get Data") and the ACR122U's API manual give
//! `FF CA 00 00 00`; the answer is the number and the status words `90 00`.

#[cfg(feature = "pcsc")]
pub mod reader;

/// Asks for the number of the card that lies on the reader.
pub const GET_UID: [u8; 5] = [0xFF, 0xCA, 0x00, 0x00, 0x00];
const DONE: [u8; 2] = [0x90, 0x00];
/// ISO/IEC 14443-3: numbers of one, two and three parts.
const LENGTHS: [usize; 3] = [4, 7, 10];
/// A number of four bytes that begins like this was drawn by the card for this one moment.
const RANDOM: u8 = 0x08;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoUid {
    #[error("the reader's answer is no answer to a question for a card's number")]
    Shape,
    #[error("the card did not give its number: leave it on the reader a little longer")]
    Refused,
    #[error("this card or telephone shows another number each time: it cannot be a member's card")]
    Random,
}

impl NoUid {
    pub fn code(self) -> &'static str {
        match self {
            Self::Shape => "uid_shape",
            Self::Refused => "uid_refused",
            Self::Random => "uid_random",
        }
    }
}

/// The number in an answer.
pub fn uid(answer: &[u8]) -> Result<&[u8], NoUid> {
    let (uid, status) = answer.split_last_chunk::<2>().ok_or(NoUid::Shape)?;
    if *status != DONE {
        return Err(NoUid::Refused);
    }
    match uid {
        [RANDOM, _, _, _] => Err(NoUid::Random),
        _ if LENGTHS.contains(&uid.len()) => Ok(uid),
        _ => Err(NoUid::Shape),
    }
}

/// The number as hexadecimal digits, from an answer written that way: so a smart-card reader is read like a
/// line of text.
pub fn number(answer: &[u8]) -> Result<String, NoUid> {
    let answer = hex::decode(answer).map_err(|_| NoUid::Shape)?;
    uid(&answer).map(hex::encode_upper)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers_of_cards() {
        for (answer, wanted) in [
            ("04A1B2C39000", Ok("04A1B2C3")),
            ("04A1B2C3D4E5F69000", Ok("04A1B2C3D4E5F6")),
            ("04A1B2C3D4E5F60708099000", Ok("04A1B2C3D4E5F6070809")),
            // Seven bytes that begin with 08 are a maker's number.
            ("08A1B2C3D4E5F69000", Ok("08A1B2C3D4E5F6")),
            ("08A1B2C39000", Err(NoUid::Random)),
            ("6300", Err(NoUid::Refused)),
            ("04A1B2C36300", Err(NoUid::Refused)),
            ("9000", Err(NoUid::Shape)),
            ("04A1B29000", Err(NoUid::Shape)),
            ("90", Err(NoUid::Shape)),
            ("", Err(NoUid::Shape)),
            ("zz", Err(NoUid::Shape)),
        ] {
            assert_eq!(number(answer.as_bytes()).as_deref(), wanted.as_deref(), "{answer}");
        }
        assert_eq!(hex::encode_upper(GET_UID), "FFCA000000");
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = uid(&bytes);
            let _ = number(&bytes);
        }
    }
}
