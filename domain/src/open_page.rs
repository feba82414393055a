//! Pages at the hub that open without a log-in: where customers reach them, and the key in their addresses.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where customers reach the hub: `https://hub.example`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address that customers open begins with https:// or http://, then a host, at most {URL_MAX} plain \
     characters without a question mark, a number sign or a log-in: write it as https://hub.example"
)]
pub struct NotAPublicUrl;

/// With a token behind it, such an address makes a QR code that 58 mm of paper have room for.
const URL_MAX: usize = 80;

impl PublicUrl {
    /// The page of a receipt.
    pub fn receipt(&self, token: &PageToken) -> String {
        format!("{}/r/{token}", self.0)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let text = text.trim().trim_end_matches('/');
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let has_host = host.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'[');
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&b);
        if !has_host || text.len() > URL_MAX || !text.bytes().all(is_plain) {
            return Err(NotAPublicUrl);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = NotAPublicUrl;

    fn try_from(text: String) -> Result<Self, NotAPublicUrl> {
        text.parse()
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.0
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// 160 random bits as they stand in an address. Whoever has them may open the page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageToken(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of a page is {LETTERS} letters and digits of base 32")]
pub struct NotAToken;

/// Of five bits each.
const LETTERS: usize = 32;
/// Base 32 of RFC 4648 in small letters: no 0, 1, 8, which people mistake for letters.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl PageToken {
    /// Five bits of each byte are used.
    pub fn new(random: [u8; LETTERS]) -> Self {
        Self(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PageToken {
    type Error = NotAToken;

    fn try_from(text: String) -> Result<Self, NotAToken> {
        let is_token = text.len() == LETTERS && text.bytes().all(|b| ALPHABET.contains(&b));
        if is_token { Ok(Self(text)) } else { Err(NotAToken) }
    }
}

impl From<PageToken> for String {
    fn from(token: PageToken) -> Self {
        token.0
    }
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A sale is written to logs when something is wrong with it; the key of its page is not.
impl fmt::Debug for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_for_customers_has_a_scheme_and_a_host() {
        for (text, wanted) in [
            ("https://hub.example", Some("https://hub.example")),
            (" http://192.168.1.5:8080/ ", Some("http://192.168.1.5:8080")),
            ("https://shop.example/puntos/", Some("https://shop.example/puntos")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("", None),
            ("hub.example", None),
            ("ftp://hub.example", None),
            ("https://", None),
            ("https:///r", None),
            ("https://:8080", None),
            ("https://hub.example/?a", None),
            ("https://hub.example/#a", None),
            ("https://user@hub.example", None),
            ("https://hub example", None),
            ("https://café.example", None),
        ] {
            assert_eq!(text.parse::<PublicUrl>().ok().map(String::from).as_deref(), wanted, "{text:?}");
        }
        assert!(format!("https://{}", "a".repeat(72)).parse::<PublicUrl>().is_ok());
        assert!(format!("https://{}", "a".repeat(73)).parse::<PublicUrl>().is_err());
    }

    #[test]
    fn a_token_is_five_bits_of_each_byte_and_is_in_no_log() {
        let mut random = [0_u8; 32];
        for (byte, n) in random.iter_mut().zip(224..=255) {
            *byte = n;
        }
        let token = PageToken::new(random);
        assert_eq!(token.as_str(), "abcdefghijklmnopqrstuvwxyz234567");
        assert_eq!(format!("{token:?}"), "PageToken(…)");
        let url: PublicUrl = "https://hub.example".parse().unwrap();
        assert_eq!(url.receipt(&token), "https://hub.example/r/abcdefghijklmnopqrstuvwxyz234567");
        let text = serde_json::to_string(&token).unwrap();
        assert_eq!(serde_json::from_str::<PageToken>(&text).unwrap(), token);
        for bad in ["", "abc", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0bcdefghijklmnopqrstuvwxyz234567"] {
            assert!(PageToken::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
