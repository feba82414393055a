//! A number to tell settings apart by.

use sha2::Sha256;
use sha2::digest::Digest;

/// The first twelve hexadecimal digits of what was hashed.
pub fn first_digits(hash: Sha256) -> String {
    let first = hash.finalize().iter().take(6).fold(0_u64, |first, byte| first << 8 | u64::from(*byte));
    format!("{first:012x}")
}
