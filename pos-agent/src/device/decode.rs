//! A frame as the scan that the till's rules read.

use domain::scan::{self, Origin, Scan};
use firmware_config::{CodeId, Content};
use zeroize::Zeroizing;

use super::{nfc, tag};

/// What is known of a device besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How {
    pub origin: Origin,
    pub code_id: CodeId,
    pub content: Content,
}

/// Why a whole frame is no scan. Stable names for logs and screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoScan {
    #[error(transparent)]
    Tag(#[from] tag::NoTag),
    #[error(transparent)]
    Uid(#[from] nfc::NoUid),
    #[error("a scale's answer is no scan: give the device role = \"scale\"")]
    Weight,
}

impl NoScan {
    pub fn code(self) -> &'static str {
        match self {
            Self::Tag(error) => error.code(),
            Self::Uid(error) => error.code(),
            Self::Weight => "weight_is_no_scan",
        }
    }
}

/// Reads a frame's bytes by what its device sends.
pub fn decode(bytes: &[u8], how: How) -> Result<Scan, NoScan> {
    let number = match how.content {
        Content::Text => return Ok(text(bytes, how)),
        Content::Em4100 => tag::decode(bytes)?.number(),
        Content::Em4100Label => tag::decode(bytes)?.label(),
        Content::Uid => nfc::number(bytes)?,
        Content::Mettler8217 | Content::Cas22 => return Err(NoScan::Weight),
    };
    Ok(Scan::new(how.origin, None, number))
}

/// Where AIM identifiers come first they say what symbol it was; a read without one is taken as plain text,
/// so that a wrong setting costs certainty and not sales.
fn text(bytes: &[u8], how: How) -> Scan {
    // Bytes that are no text become a mark that no code has, so the scan is refused with a reason.
    let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    let named_by = match how.code_id {
        CodeId::Honeywell => scan::CodeId::Honeywell,
        CodeId::Symbol => scan::CodeId::Symbol,
        // A reader that was told to name nothing may do so all the same.
        CodeId::Aim | CodeId::None => scan::CodeId::Aim,
    };
    let tagged = Scan::tagged_by(named_by, how.origin, text.as_str());
    tagged.unwrap_or_else(|_| Scan::new(how.origin, None, text.as_str()))
}

#[cfg(test)]
mod tests {
    use domain::scan::{Meaning, PaymentCard, RuleTable};

    use super::*;

    fn meaning(bytes: &[u8], origin: Origin, code_id: CodeId) -> Result<Meaning, PaymentCard> {
        let how = How { origin, code_id, content: Content::Text };
        RuleTable::default().classify(decode(bytes, how).unwrap())
    }

    #[test]
    fn frames_become_scans() {
        let read = |bytes: &[u8], code_id| meaning(bytes, Origin::SerialScanner, code_id);
        let article = |code: &str| Ok(Meaning::Product(code.parse().unwrap()));
        assert_eq!(read(b"]E05901234123457", CodeId::Aim), article("5901234123457"));
        assert!(read(b"4111111111111111", CodeId::Aim).is_err(), "a payment card is forgotten");
        assert!(matches!(read(b"12\xFF34", CodeId::None), Ok(Meaning::Unknown(_))));
        assert_eq!(read(b"]E05901234123457", CodeId::None), article("5901234123457"));
        let code = |text: &str| Ok(Meaning::Code(text.parse().unwrap()));
        // The maker's letter says which symbol it was, and so what its digits must be.
        assert_eq!(read(b"d5901234123457", CodeId::Honeywell), article("5901234123457"));
        assert!(matches!(read(b"d7702001", CodeId::Honeywell), Ok(Meaning::Unknown(_))));
        assert_eq!(read(b"j7702001", CodeId::Honeywell), code("7702001"));
        assert_eq!(read(b"D7702001", CodeId::Symbol), code("7702001"));
        // No letter of any list: it is taken off all the same.
        assert_eq!(read(b"Q7702001", CodeId::Symbol), code("7702001"));
        assert_eq!(read(b"7702001", CodeId::Aim), code("7702001"));
    }

    #[test]
    fn stripes_give_the_loyalty_number_and_forget_payment_cards() {
        let swipe = |text: &str| meaning(text.as_bytes(), Origin::MagStripe, CodeId::None);
        let code = |text: &str| Ok(Meaning::Code(text.parse().unwrap()));
        assert_eq!(swipe(";29000012345678?7"), code("29000012345678"));
        assert_eq!(swipe("%SOCIO12345?R"), code("SOCIO12345"));
        assert!(swipe(";4111111111111111=25121011234500000000?9").is_err());
        assert!(swipe("%B4111111111111111^PEREZ/ANA^2512101?;4111111111111111=2512101?").is_err());
    }

    #[test]
    fn tags_and_contactless_cards_give_their_numbers() {
        let read = |bytes: &[u8], content| {
            let how = How { origin: Origin::Rfid, code_id: CodeId::None, content };
            decode(bytes, how).map(|scan| RuleTable::default().classify(scan))
        };
        let code = |text: &str| Ok(Ok(Meaning::Code(text.parse().unwrap())));
        assert_eq!(read(b"010063E9AE25", Content::Em4100), code("010063E9AE"));
        assert_eq!(read(b"010063E9AE25", Content::Em4100Label), code("0006547886"));
        assert_eq!(read(b"010063E9AE26", Content::Em4100).unwrap_err().code(), "tag_checksum");
        assert_eq!(read(b"04A1B2C3D4E5F69000", Content::Uid), code("04A1B2C3D4E5F6"));
        assert_eq!(read(b"08A1B2C39000", Content::Uid).unwrap_err().code(), "uid_random");
        assert_eq!(read(b"\x0201.500", Content::Mettler8217).unwrap_err(), NoScan::Weight);
    }
}
