//! The code on a receipt by which it is found again: `YR` and the sale's id in 26 characters that are
//! read aloud and scanned without mistakes.

use uuid::Uuid;

use crate::codes::ReceiptCode;
use crate::enrolment::{ALPHABET, digits};
use crate::ids::SaleId;
use crate::scan::RECEIPT_PREFIX;

/// 128 bits in digits of 5.
const CHARS: usize = 26;

/// The code of a sale: `YR01J…`, 28 characters.
pub fn encode(sale: SaleId) -> String {
    format!("{RECEIPT_PREFIX}{}", digits(sale.0.as_u128(), CHARS))
}

/// The sale of a code as it was scanned or typed; `None` if it is no code of ours.
pub fn decode(code: &ReceiptCode) -> Option<SaleId> {
    let digits = code.as_str().get(RECEIPT_PREFIX.len()..)?;
    let prefixed = code.as_str().get(..RECEIPT_PREFIX.len())?.eq_ignore_ascii_case(RECEIPT_PREFIX);
    let clean = digits.bytes().filter(|b| !matches!(b, b'-' | b' '));
    let values: Option<Vec<u128>> = clean.map(value).collect();
    let values = values.filter(|v| prefixed && v.len() == CHARS && v[0] < 8)?;
    Some(SaleId(Uuid::from_u128(values.into_iter().fold(0, |bits, v| bits << 5 | v))))
}

/// What people mistake is read as what it looks like.
fn value(digit: u8) -> Option<u128> {
    let digit = match digit.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.iter().position(|d| *d == digit).map(|at| at as u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_leads_back_to_its_sale() {
        for (ms, entropy) in [(0, [0; 10]), (1_764_000_000_000, [0xA5; 10]), (i64::MAX >> 16, [255; 10])] {
            let sale = SaleId::new(ms, entropy);
            let code = encode(sale);
            assert_eq!(code.len(), 28);
            assert_eq!(decode(&code.parse().unwrap()), Some(sale), "{code}");
            let typed = format!("yr {}", code[2..].to_lowercase().replace('0', "o").replace('1', "l"));
            assert_eq!(decode(&typed.parse().unwrap()), Some(sale), "{typed}");
        }
        for bad in ["YR", "YR123", "XX01JDN0000000000000000000", "YRZZZZZZZZZZZZZZZZZZZZZZZZZZ", "ñ"] {
            assert_eq!(decode(&bad.parse().unwrap()), None, "{bad}");
        }
    }
}
