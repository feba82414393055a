//! The code on a receipt by which it is found again: `YR` and the sale's id in 26 characters that are
//! read aloud and scanned without mistakes.

use domain::ids::SaleId;
use domain::scan::RECEIPT_PREFIX;

/// Crockford's base 32: no I, L, O, U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 128 bits in digits of 5.
const CHARS: usize = 26;

/// The code of a sale: `YR01J…`, 28 characters.
pub fn encode(sale: SaleId) -> String {
    let bits = sale.0.as_u128();
    let digit = |at: usize| char::from(DIGITS[(bits >> (5 * at) & 31) as usize]);
    let digits: String = (0..CHARS).rev().map(digit).collect();
    format!("{RECEIPT_PREFIX}{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_whole_id_in_digits_that_are_not_mistaken() {
        for (bits, wanted) in [
            (0, "YR00000000000000000000000000"),
            (31, "YR0000000000000000000000000Z"),
            (1 << 5, "YR00000000000000000000000010"),
            (u128::MAX, "YR7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
        ] {
            assert_eq!(encode(SaleId(uuid::Uuid::from_u128(bits))), wanted);
        }
    }
}
