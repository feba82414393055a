//! What a reader puts before its reads to say which symbol it saw: the AIM identifier, which everybody
//! shares, or letters of the maker's own, for devices that cannot be set to AIM.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::gs1::GROUP_SEPARATOR;
use super::{AimId, NoAimId, Origin, Scan, expand_upc_e};

/// Which identifiers a reader sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeId {
    Aim,
    Honeywell,
    Symbol,
}

/// The read does not begin with an identifier of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCodeId {
    #[error(transparent)]
    Aim(#[from] NoAimId),
    #[error("the read does not begin with the letter that names its symbol: check the reader's setting")]
    Vendor,
}

/// What a maker's letter says of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    Ean13,
    Ean8,
    UpcA,
    UpcE,
    /// Any of the four; the length tells EAN-13 and UPC-A from the short ones.
    UpcOrEan,
    /// A symbol that is named as exactly by its AIM identifier.
    Aim(AimId),
    /// The letter says the symbology; whether its text is an element string, only separators in it show.
    MayBeGs1 {
        plain: AimId,
        gs1: AimId,
    },
}

const fn aim(symbology: u8, modifier: u8) -> Carrier {
    Carrier::Aim(AimId { symbology, modifier })
}

const fn may_be_gs1(symbology: u8, plain: u8, gs1: u8) -> Carrier {
    let (plain, gs1) = (AimId { symbology, modifier: plain }, AimId { symbology, modifier: gs1 });
    Carrier::MayBeGs1 { plain, gs1 }
}

/// Honeywell's one-byte code identifiers, as the open-source driver of Enioka lists them
/// (<https://github.com/enioka-Haute-Couture/enioka_scan>, Apache License 2.0).
pub fn honeywell(letter: char) -> Option<Carrier> {
    Some(match letter {
        'd' => Carrier::Ean13,
        'D' => Carrier::Ean8,
        'c' => Carrier::UpcA,
        'E' => Carrier::UpcE,
        'j' => aim(b'C', b'0'),
        'I' => aim(b'C', b'1'),
        'b' => aim(b'A', b'0'),
        'e' => aim(b'I', b'0'),
        'i' => aim(b'G', b'0'),
        'a' => aim(b'F', b'0'),
        'r' => aim(b'L', b'2'),
        's' => may_be_gs1(b'Q', b'1', b'3'),
        'w' => may_be_gs1(b'd', b'1', b'2'),
        'z' => aim(b'z', b'0'),
        'y' | '{' | '}' => aim(b'e', b'0'),
        _ => return None,
    })
}

/// Symbol's code identifiers of one letter (Rockwell Automation, publication 2755, and Zebra's product
/// reference guides, "Transmit Code ID").
pub fn symbol(letter: char) -> Option<Carrier> {
    Some(match letter {
        'A' => Carrier::UpcOrEan,
        'B' => aim(b'A', b'0'),
        'C' => aim(b'F', b'0'),
        'D' => aim(b'C', b'0'),
        'E' => aim(b'G', b'0'),
        'F' => aim(b'I', b'0'),
        'K' => aim(b'C', b'1'),
        _ => return None,
    })
}

impl Scan {
    /// A read of a device that names the symbol first, in one of the ways of [`CodeId`]. A letter that is
    /// in no list is taken off all the same and says nothing.
    pub fn tagged_by(code_id: CodeId, origin: Origin, text: impl Into<String>) -> Result<Self, NoCodeId> {
        let text = Zeroizing::new(text.into());
        let list = match code_id {
            CodeId::Aim => return Ok(Self::tagged(origin, text.as_str())?),
            CodeId::Honeywell => honeywell,
            CodeId::Symbol => symbol,
        };
        let letter = text.chars().next().filter(|c| c.is_ascii_alphabetic() || matches!(c, '{' | '}'));
        let letter = letter.ok_or(NoCodeId::Vendor)?;
        let rest = text[1..].trim_matches([' ', '\t', '\r', '\n']);
        let (aim, printed) = list(letter).map_or((None, None), |carrier| carrier.carried(rest));
        let printed = printed.map(Zeroizing::new);
        Ok(Self::new(origin, aim, printed.as_ref().map_or(rest, |number| number.as_str())))
    }
}

impl Carrier {
    /// The AIM identifier that goes with it, and the text that goes with that one if it is another: an
    /// EAN-13 for the numbers of UPC symbols.
    fn carried(self, text: &str) -> (Option<AimId>, Option<String>) {
        let ean = |modifier| Some(AimId { symbology: b'E', modifier });
        match (self, text.len()) {
            (Self::Ean8, _) => (ean(b'4'), None),
            (Self::UpcA | Self::UpcE | Self::UpcOrEan, 12) => (ean(b'0'), Some(format!("0{text}"))),
            (Self::UpcE, 8) => (ean(b'0'), expand_upc_e(text).map(|upc_a| format!("0{upc_a}"))),
            // Eight digits may be an EAN-8 or a UPC-E: the letter does not say it.
            (Self::UpcOrEan, 8) => (None, None),
            (Self::Ean13 | Self::UpcA | Self::UpcE | Self::UpcOrEan, _) => (ean(b'0'), None),
            (Self::Aim(aim), _) => (Some(aim), None),
            (Self::MayBeGs1 { plain, gs1 }, _) => {
                (Some(if text.contains(GROUP_SEPARATOR) { gs1 } else { plain }), None)
            }
        }
    }
}

#[cfg(test)]
mod tests;
