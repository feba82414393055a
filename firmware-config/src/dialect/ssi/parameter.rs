//! Parameters as a packet carries them: a number, and a value of one byte or, behind F4, of two. The numbers
//! from 256 on have a byte before them that says which range (SE-923 integration manual, table 6-9); those from
//! 1024 on stand in two bytes behind F8.

use super::super::hex;

const RANGE_256: u8 = 0xf0;
const RANGE_768: u8 = 0xf2;
const WIDE: u8 = 0xf8;
const WORD: u8 = 0xf4;
/// Values whose layout differs: a text, and an array. They are not read.
const TEXT: u8 = 0xf3;
const ARRAY: u8 = 0xf6;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Read {
    /// What it is asked by: with the mark of a word before it, if it has one, taken off.
    pub number: String,
    pub value: Vec<u8>,
}

/// How many bytes the number at the beginning takes.
pub(crate) fn number(bytes: &[u8]) -> Option<usize> {
    let long = match *bytes.first()? {
        0x00..=0xef => 1,
        RANGE_256..=RANGE_768 => 2,
        WIDE => 3,
        _ => return None,
    };
    (bytes.len() >= long).then_some(long)
}

/// The parameter at the beginning and how many bytes it takes; none for what is not whole or cannot be read.
pub(crate) fn read(bytes: &[u8]) -> Option<(Read, usize)> {
    let (mark, rest) = match *bytes.first()? {
        WORD => (1, &bytes[1..]),
        TEXT | ARRAY => return None,
        _ => (0, bytes),
    };
    let digits = number(rest)?;
    let value = rest.get(digits..digits + 1 + mark)?;
    let read = Read { number: hex(&rest[..digits]), value: value.to_vec() };
    Some((read, mark + digits + 1 + mark))
}
