//! How full a disk is.

use std::io;
use std::path::Path;

/// Bytes of the disk under a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What whoever asks may still write.
    pub free: u64,
    pub all: u64,
}

/// Of a large disk less than a tenth is still room for months of sales.
const ROOMY: u64 = 1024 * 1024 * 1024;

impl Room {
    pub fn under(path: &Path) -> io::Result<Self> {
        let disk = rustix::fs::statvfs(path)?;
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        Ok(Self { free: bytes(disk.f_bavail), all: bytes(disk.f_blocks) })
    }

    /// More than a tenth is free, or a gigabyte.
    pub fn is_enough(self) -> bool {
        self.free > self.all / 10 || self.free >= ROOMY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_with_a_tenth_left_is_almost_full_unless_that_is_much() {
        let large = 100 * ROOMY;
        for (free, all, wanted) in [
            (11, 100, true),
            (10, 100, false),
            (0, 100, false),
            (100, 100, true),
            (ROOMY, large, true),
            (ROOMY - 1, large, false),
        ] {
            assert_eq!(Room { free, all }.is_enough(), wanted, "{free} of {all}");
        }
    }

    #[test]
    fn a_folder_that_is_there_has_a_disk() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::under(folder.path()).unwrap();
        assert!(room.free <= room.all && room.all > 0, "{room:?}");
        assert!(Room::under(&folder.path().join("none")).is_err());
    }
}
