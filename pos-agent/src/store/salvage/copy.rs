//! A copy of a file on a disk that may not give all of it back.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::at;
use crate::store::StoreError;

/// What a disk fails to read at once: the size of SQLite's pages here.
const BLOCK: usize = 4_096;

/// Copies a file and has it on the disk. What cannot be read becomes zeros, which no page is.
pub fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut source = at(from, File::open(from))?;
    let length = at(from, source.metadata())?.len();
    let mut target = at(to, File::create(to))?;
    let unread = at(to, copy_blocks(&mut source, length, &mut target))?;
    if unread > 0 {
        tracing::warn!(
            code = "disk_blocks_lost",
            file = %from.display(),
            blocks = unread,
            "the disk does not give all of a file back"
        );
    }
    at(to, target.sync_all())
}

/// How many blocks were not read. An error is the target's.
fn copy_blocks(source: &mut (impl Read + Seek), length: u64, target: &mut impl Write) -> io::Result<u64> {
    let (mut at, mut unread) = (0, 0);
    while at < length {
        let size = usize::try_from(length - at).unwrap_or(BLOCK).min(BLOCK);
        let mut block = [0; BLOCK];
        let read = source.seek(SeekFrom::Start(at)).and_then(|_| read_block(source, &mut block[..size]));
        if read.is_err() {
            block = [0; BLOCK];
            unread += 1;
        }
        target.write_all(&block[..size])?;
        at += size as u64;
    }
    Ok(unread)
}

/// A file that became shorter meanwhile ends in zeros.
fn read_block(source: &mut impl Read, block: &mut [u8]) -> io::Result<()> {
    match source.read_exact(block) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Fails wherever a block begins in its bad places.
    struct Disk(Cursor<Vec<u8>>, Vec<u64>);

    impl Read for Disk {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            if self.1.contains(&self.0.position()) {
                Err(io::Error::other("EIO"))
            } else {
                self.0.read(bytes)
            }
        }
    }

    impl Seek for Disk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn what_the_disk_does_not_give_is_zero_and_the_rest_is_there() {
        let whole: Vec<u8> = (0..BLOCK * 3 + 100).map(|n| u8::try_from(n % 250 + 1).unwrap()).collect();
        let length = u64::try_from(whole.len()).unwrap();
        let block = u64::try_from(BLOCK).unwrap();
        for bad in [vec![], vec![block], vec![0, 3 * block]] {
            let mut wanted = whole.clone();
            for at in &bad {
                let at = usize::try_from(*at).unwrap();
                let end = (at + BLOCK).min(wanted.len());
                wanted[at..end].fill(0);
            }
            let mut copied = vec![];
            let unread = copy_blocks(&mut Disk(Cursor::new(whole.clone()), bad.clone()), length, &mut copied);
            assert_eq!(unread.unwrap(), u64::try_from(bad.len()).unwrap());
            assert!(copied == wanted, "{bad:?}");
        }
    }
}
