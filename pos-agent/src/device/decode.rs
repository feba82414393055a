//! A frame as the scan that the till's rules read.

use domain::scan::{Origin, Scan};
use firmware_config::CodeId;
use zeroize::Zeroizing;

/// Reads a frame's bytes as text. Where AIM identifiers come first they say what symbol it was; a read
/// without one is taken as plain text, so that a wrong setting costs certainty and not sales.
pub fn decode(bytes: &[u8], code_id: CodeId) -> Scan {
    // Bytes that are no text become a mark that no code has, so the scan is refused with a reason.
    let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    let plain = match code_id {
        CodeId::Vendor => text.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(&text),
        CodeId::Aim | CodeId::None => match Scan::tagged(Origin::SerialScanner, text.as_str()) {
            Ok(scan) => return scan,
            Err(_) => text.as_str(),
        },
    };
    Scan::new(Origin::SerialScanner, None, plain)
}

#[cfg(test)]
mod tests {
    use domain::scan::{Meaning, RuleTable};

    use super::*;

    #[test]
    fn frames_become_scans() {
        let rules = RuleTable::default();
        let article = |code: &str| Ok(Meaning::Product(code.parse().unwrap()));
        assert_eq!(rules.classify(decode(b"]E05901234123457", CodeId::Aim)), article("5901234123457"));
        assert!(
            rules.classify(decode(b"4111111111111111", CodeId::Aim)).is_err(),
            "a payment card is forgotten"
        );
        assert!(matches!(rules.classify(decode(b"12\xFF34", CodeId::None)), Ok(Meaning::Unknown(_))));
        assert_eq!(rules.classify(decode(b"]E05901234123457", CodeId::None)), article("5901234123457"));
        let code = |text: &str| Ok(Meaning::Code(text.parse().unwrap()));
        assert_eq!(rules.classify(decode(b"d7702001", CodeId::Vendor)), code("7702001"));
        assert!(matches!(rules.classify(decode(b"7702001", CodeId::Aim)), Ok(Meaning::Code(_))));
    }
}
