//! Secrets: made here, kept only as digests, compared in constant time. The hub's one random source.

use rand::RngCore;
use sha2::{Digest, Sha256};

/// Base32 of RFC 4648: no 0, 1, 8, which people mistake for letters.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters of a one-time code: 40 bits.
pub const CODE_LETTERS: usize = 8;

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// 256 random bits for sessions, CSRF and API tokens.
pub fn token() -> String {
    hex::encode(bytes::<32>())
}

/// A code that a person types once.
pub fn code() -> String {
    // 32 divides 256, so every letter is equally likely.
    bytes::<CODE_LETTERS>().iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect()
}

/// What a person may type for a code: any case, blanks and hyphens between.
pub fn tidy_code(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

/// How a secret is stored. Plain SHA-256 serves, because these secrets are random: there is nothing to
/// guess faster. Passwords go through argon2id instead.
pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

/// Equal or not, in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    a.iter().zip(b.iter()).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = code();
        assert_eq!(code.len(), CODE_LETTERS);
        let typed = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
        assert_eq!(tidy_code(&typed), code);
        assert_ne!(token(), token());
    }

    #[test]
    fn only_equal_secrets_are_the_same() {
        for (a, b, wanted) in [("a", "a", true), ("a", "b", false), ("", "", true), ("a", "", false)] {
            assert_eq!(same(a, b), wanted, "{a:?} {b:?}");
        }
    }
}
