//! Pages at the hub that open without a log-in: where customers reach them, and the key in their addresses.

use core::net::Ipv6Addr;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where customers reach the hub: `https://hub.example`, without a slash at the end. The pages lead to their style and
/// to one another from the root of the host, so nothing stands behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address that customers open is https:// or http://, a host, and its port where it has one, in at most \
     {URL_MAX} characters; no path, question mark or log-in: write it as https://hub.example, and give the hub a host \
     name of its own where it shares one by a path"
)]
pub struct NotAPublicUrl;

/// With a token behind it, such an address makes a QR code that 58 mm of paper have room for.
const URL_MAX: usize = 80;

impl PublicUrl {
    /// The page of a receipt.
    pub fn receipt(&self, token: &PageToken) -> String {
        format!("{}/r/{token}", self.0)
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let text = text.trim();
        let text = text.strip_suffix('/').unwrap_or(text);
        let place = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        if text.len() > URL_MAX || !place.is_some_and(is_host_and_port) {
            return Err(NotAPublicUrl);
        }
        Ok(Self(text.to_owned()))
    }
}

/// A name or an address, one of version 6 in brackets, and behind it a port or nothing.
fn is_host_and_port(place: &str) -> bool {
    if let Some((host, port)) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return host.parse::<Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

fn is_label(label: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(is_plain)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
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

/// What an address opens at the hub, for a till that reads one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenPage {
    /// The page of a receipt, `…/r/` and its key.
    Receipt(PageToken),
    /// A member's own page, `…/c/` and its key, of which a till has no use.
    Member,
}

impl OpenPage {
    /// Reads an address of whatever host, for what is printed stays when the host gets another name. Codes in capitals
    /// and readers that write capitals mean the same.
    pub fn read(address: &str) -> Option<Self> {
        let address = address.to_ascii_lowercase();
        let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
        let (front, key) = rest.trim_end_matches('/').rsplit_once('/')?;
        let (host, page) = front.rsplit_once('/')?;
        let token = PageToken::try_from(key.to_owned()).ok().filter(|_| !host.is_empty())?;
        match page {
            "r" => Some(Self::Receipt(token)),
            "c" => Some(Self::Member),
            _ => None,
        }
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
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://[2001:db8::1]/", Some("https://[2001:db8::1]")),
            ("http://caja_1:65535", Some("http://caja_1:65535")),
            ("https://shop.example/puntos", None),
            ("https://shop.example/puntos/", None),
            ("https://hub.example//", None),
            ("https://hub.example:a", None),
            ("https://hub.example:", None),
            ("https://hub.example:0", None),
            ("https://hub.example:65536", None),
            ("https://hub.example:+80", None),
            ("https://hub.example:80:80", None),
            ("https://[x", None),
            ("https://[x]", None),
            ("https://[::1]8080", None),
            ("https://[::1]:", None),
            ("https://hub..example", None),
            ("https://-hub.example", None),
            ("https://hub%20example", None),
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

    #[test]
    fn an_address_says_what_it_opens() {
        let key = "abcdefghijklmnopqrstuvwxyz234567";
        let receipt = Some(OpenPage::Receipt(PageToken::try_from(key.to_owned()).unwrap()));
        for (address, wanted) in [
            (format!("https://hub.example/r/{key}"), receipt.clone()),
            (format!("http://192.168.1.5:8080/r/{key}/"), receipt.clone()),
            (format!("https://shop.example/puntos/r/{key}"), receipt.clone()),
            (format!("HTTPS://HUB.EXAMPLE/R/{}", key.to_uppercase()), receipt),
            (format!("https://hub.example/c/{key}"), Some(OpenPage::Member)),
            (format!("https://hub.example/x/{key}"), None),
            (format!("https:///r/{key}"), None),
            (format!("https://r/{key}"), None),
            (format!("hub.example/r/{key}"), None),
            (format!("https://hub.example/r/{key}a"), None),
            (format!("https://hub.example/r/{key}?a"), None),
            ("https://hub.example/r/01".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(OpenPage::read(&address), wanted, "{address}");
        }
    }
}
