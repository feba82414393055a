//! Events on pages that no tree leads to any more. Each says by its hash whether it is what was written, so every
//! page of the file may be looked at, whatever it belongs to.
//!
//! Pages, cells and records are as the "Database File Format" of SQLite describes them (sections 1.5, 1.6, 2.1).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use domain::ids::EventId;
use domain::sync::{Envelope, hash_event};

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub log: i64,
    pub seq: i64,
    pub event: EventId,
    pub hash: Vec<u8>,
    pub bytes: Vec<u8>,
}

const LEAF_OF_ROWS: u8 = 13;
/// Where the header of a leaf ends and the places of its cells begin.
const LEAF_HEADER: usize = 8;
const FILE_HEADER: usize = 100;
/// More than an event has; a garbled length must not take the memory.
const PAYLOAD_MAX: usize = 16 << 20;

/// The file, page by page.
pub struct Pages {
    file: File,
    size: usize,
    /// Without what is kept free at the end of each page.
    usable: usize,
    pub count: u64,
}

impl Pages {
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut header = [0; FILE_HEADER];
        file.read_exact(&mut header)?;
        let size = match u16::from_be_bytes([header[16], header[17]]) {
            // 65,536 does not fit.
            1 => 65_536,
            size if size.is_power_of_two() && size >= 512 => usize::from(size),
            // Garbled: the size that this program makes files with.
            _ => 4_096,
        };
        let usable = size - usize::from(header[20]).min(size - 480);
        let count = file.metadata()?.len() / size as u64;
        Ok(Self { file, size, usable, count })
    }

    fn page(&mut self, number: u64) -> io::Result<Vec<u8>> {
        let mut page = vec![0; self.size];
        self.file.seek(SeekFrom::Start((number - 1) * self.size as u64))?;
        self.file.read_exact(&mut page)?;
        Ok(page)
    }

    /// The sound events on one page, counted from 1.
    pub fn events(&mut self, number: u64) -> io::Result<Vec<Found>> {
        let page = self.page(number)?;
        let header = if number == 1 { FILE_HEADER } else { 0 };
        if page[header] != LEAF_OF_ROWS {
            return Ok(vec![]);
        }
        let cells = usize::from(u16::from_be_bytes([page[header + 3], page[header + 4]]));
        let places = page[header + LEAF_HEADER..].chunks_exact(2).take(cells);
        let places: Vec<_> = places.map(|at| usize::from(u16::from_be_bytes([at[0], at[1]]))).collect();
        let mut found = vec![];
        for place in places {
            if let Some(payload) = self.payload(&page, place)? {
                found.extend(event(&payload));
            }
        }
        Ok(found)
    }

    /// What a cell holds, with what went on to further pages; `None` where it is no cell.
    fn payload(&mut self, page: &[u8], place: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(cell) = page.get(place..self.usable) else { return Ok(None) };
        let Some((length, cell)) = varint(cell) else { return Ok(None) };
        let Some((_row, cell)) = varint(cell) else { return Ok(None) };
        let Some(length) = usize::try_from(length).ok().filter(|length| *length <= PAYLOAD_MAX) else {
            return Ok(None);
        };
        let local = self.local(length);
        let Some(here) = cell.get(..local) else { return Ok(None) };
        let mut payload = here.to_vec();
        let mut next = cell.get(local..local + 4).and_then(number);
        while payload.len() < length {
            let Some(number) = next.filter(|n| (1..=self.count).contains(n)) else { return Ok(None) };
            let page = self.page(number)?;
            let some = (self.usable - 4).min(length - payload.len());
            payload.extend_from_slice(&page[4..4 + some]);
            next = self::number(&page[..4]);
        }
        Ok(Some(payload))
    }

    /// How much of a payload stands in its cell.
    fn local(&self, length: usize) -> usize {
        let (usable, most) = (self.usable, self.usable - 35);
        if length <= most {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let some = least + (length - least) % (usable - 4);
        if some <= most { some } else { least }
    }
}

fn number(bytes: &[u8]) -> Option<u64> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?).into())
}

/// Seven bits a byte, the high bit says that more follow; a ninth byte has all eight.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (n, byte) in bytes.iter().take(9).enumerate() {
        if n == 8 {
            return Some((value << 8 | u64::from(*byte), &bytes[9..]));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[n + 1..]));
        }
    }
    None
}

enum Value<'a> {
    Integer(i64),
    Bytes(&'a [u8]),
    Other,
}

/// The values of a record.
fn record(payload: &[u8]) -> Option<Vec<Value<'_>>> {
    let (header, rest) = varint(payload)?;
    let mut kinds = rest.get(..usize::try_from(header).ok()?.checked_sub(payload.len() - rest.len())?)?;
    let mut body = payload.get(usize::try_from(header).ok()?..)?;
    let mut values = vec![];
    while !kinds.is_empty() {
        let (kind, more) = varint(kinds)?;
        kinds = more;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            _ => usize::try_from(kind.checked_sub(12)? / 2).ok()?,
        };
        let (value, more) = body.split_at_checked(length)?;
        body = more;
        values.push(match kind {
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            1..=6 => Value::Integer(integer(value)),
            kind if kind >= 12 && kind % 2 == 0 => Value::Bytes(value),
            _ => Value::Other,
        });
    }
    Some(values)
}

/// Big-endian, with the sign of its first byte.
fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte))
}

/// A record that is a row of the outbox and whose event is what was written.
fn event(payload: &[u8]) -> Option<Found> {
    let values = record(payload)?;
    let [
        _,
        Value::Integer(log),
        Value::Integer(seq),
        Value::Bytes(_),
        Value::Bytes(hash),
        Value::Bytes(bytes),
    ] = values.as_slice()
    else {
        return None;
    };
    let envelope = Envelope::parse(bytes).ok()?;
    (hash_event(bytes).0.as_slice() == *hash && envelope.seq == *seq).then(|| Found {
        log: *log,
        seq: *seq,
        event: envelope.event,
        hash: hash.to_vec(),
        bytes: bytes.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (bytes, value) in [
            (&[0x00][..], 0),
            (&[0x7F], 127),
            (&[0x81, 0x00], 128),
            (&[0x82, 0x2C], 300),
            (&[0xFF; 9], u64::MAX),
        ] {
            assert_eq!(varint(bytes), Some((value, &[][..])), "{bytes:?}");
        }
        assert_eq!(varint(&[0x81]), None);
        for (bytes, value) in
            [(&[0x7F][..], 127), (&[0xFF], -1), (&[0x01, 0x00], 256), (&[0x80, 0x00, 0x00], -8_388_608)]
        {
            assert_eq!(integer(bytes), value, "{bytes:?}");
        }
    }

    proptest::proptest! {
        /// Whatever stands on a page.
        #[test]
        fn no_bytes_are_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 8_192), kind in 0..3_u8) {
            let mut bytes = bytes;
            // Often a leaf, so that its cells are looked at.
            bytes[4_096] = if kind == 0 { bytes[4_096] } else { LEAF_OF_ROWS };
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("file");
            std::fs::write(&path, &bytes).unwrap();
            let mut pages = Pages::open(&path).unwrap();
            for number in 1..=pages.count {
                assert_eq!(pages.events(number).unwrap(), vec![]);
            }
        }
    }
}
