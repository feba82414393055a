//! Signatures: a till signs every request with the key that it made at enrolment.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an Ed25519 key in base64")]
pub struct KeyError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit the request")]
pub struct SealError;

/// The private key of a till.
#[derive(Clone)]
pub struct TillKey(SigningKey);

/// Prints no key material.
impl fmt::Debug for TillKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TillKey(…)")
    }
}

impl TillKey {
    /// Makes a key from 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    pub fn read(text: &str) -> Result<Self, KeyError> {
        let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| KeyError)?;
        Ok(Self::from_seed(bytes.try_into().map_err(|_| KeyError)?))
    }

    /// For the key file, which only the agent's user may read.
    pub fn to_secret_text(&self) -> String {
        BASE64_STANDARD.encode(self.0.to_bytes())
    }

    pub fn public(&self) -> TillPublicKey {
        TillPublicKey(self.0.verifying_key())
    }

    pub fn sign(&self, text: &[u8]) -> String {
        BASE64_STANDARD.encode(self.0.sign(text).to_bytes())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TillPublicKey(VerifyingKey);

impl TillPublicKey {
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| KeyError)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyError)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| KeyError)
    }

    /// Strict: refuses non-canonical signatures and keys of small order.
    pub fn verify(&self, text: &[u8], signature: &str) -> Result<(), SealError> {
        let bytes = BASE64_STANDARD.decode(signature).map_err(|_| SealError)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| SealError)?;
        self.0.verify_strict(text, &signature).map_err(|_| SealError)
    }
}

impl fmt::Display for TillPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0.as_bytes()))
    }
}

/// What a till signs: the hub it means, the method, path with query, its time and the body's digest.
/// A request replayed later, elsewhere or with another body does not verify.
pub fn request_text(
    hub_id: &str,
    method: &str,
    path_and_query: &str,
    at_utc_ms: i64,
    body: &[u8],
) -> Vec<u8> {
    let digest = hex::encode(Sha256::digest(body));
    format!("yapa-request-1\n{hub_id}\n{method}\n{path_and_query}\n{at_utc_ms}\n{digest}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of the curve's group (RFC 8032, 5.1), as it stands in a signature.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    /// The same signature by another number: who takes it can be sent one request twice as two.
    #[test]
    fn a_signature_has_one_form_only() {
        let key = TillKey::from_seed([7; 32]);
        let signature = key.sign(b"text");
        assert_eq!(key.public().verify(b"text", &signature), Ok(()));
        let mut bytes = BASE64_STANDARD.decode(&signature).unwrap();
        let mut carry = 0_u16;
        for (byte, more) in bytes[32..].iter_mut().zip(ORDER) {
            carry += u16::from(*byte) + u16::from(more);
            *byte = u8::try_from(carry & 0xff).unwrap();
            carry >>= 8;
        }
        assert_eq!(carry, 0);
        let again = BASE64_STANDARD.encode(&bytes);
        assert_eq!(key.public().verify(b"text", &again), Err(SealError));
    }

    /// By the neutral point every text would be signed with nothing.
    #[test]
    fn a_key_of_small_order_signs_nothing() {
        let mut neutral = [0_u8; 32];
        neutral[0] = 1;
        let key = TillPublicKey::read(&BASE64_STANDARD.encode(neutral)).unwrap();
        let mut signature = [0_u8; 64];
        signature[0] = 1;
        let weak = ed25519_dalek::Verifier::verify(&key.0, b"any text", &Signature::from_bytes(&signature));
        assert!(weak.is_ok(), "the looser check takes it, so the strict one is what refuses it");
        assert_eq!(key.verify(b"any text", &BASE64_STANDARD.encode(signature)), Err(SealError));
    }
}
