//! The customer's display, as it is set up.

use serde::{Deserialize, Deserializer, Serialize, de};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DisplaySetting {
    /// The page of the chain where customers enrol on their own phones: a QR code of it stands on the display while no
    /// card is on the ticket. Without it there is none.
    #[serde(deserialize_with = "web_address", skip_serializing_if = "Option::is_none")]
    pub enrol_url: Option<String>,
}

/// What a phone opens and a code on a screen can hold.
const ADDRESS_MAX: usize = 200;

fn web_address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_one = host.is_some_and(|host| host.starts_with(|first: char| first.is_ascii_alphanumeric()))
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.len() <= ADDRESS_MAX;
    if is_one {
        return Ok(Some(text));
    }
    Err(de::Error::custom(format!(
        "{text:?} is no address of a page: write it as https://example.org/card, with at most {ADDRESS_MAX} signs"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_to_enrol_at_is_one_that_a_phone_opens() {
        let read = |value: &str| toml::from_str::<DisplaySetting>(&format!("enrol_url = {value:?}"));
        assert_eq!(toml::from_str::<DisplaySetting>("").unwrap(), DisplaySetting::default());
        let good = "https://example.org/tarjeta?t=1";
        assert_eq!(read(good).unwrap().enrol_url.as_deref(), Some(good));
        let long = format!("https://{}", "a".repeat(ADDRESS_MAX));
        for bad in ["", "example.org", "https://", "javascript:alert(1)", "https://exa mple.org", &long] {
            let error = read(bad).unwrap_err().to_string();
            assert!(error.contains("is no address of a page"), "{bad}: {error}");
        }
    }
}
