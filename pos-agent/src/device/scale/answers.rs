//! What scales answer, as bytes. Pure: the bytes so far, to a weight, a reason, or not yet.
//!
//! The weight is in the unit that the scale is set to; the article's unit must be the same.

use domain::Quantity;
use firmware_config::Content;

use super::ScaleError;

const STX: u8 = 0x02;
const CR: u8 = 0x0D;

/// The bytes that ask a scale for its weight; none where it sends without being asked.
pub fn question(content: Content) -> &'static [u8] {
    match content {
        Content::Mettler8217 => b"W",
        _ => b"",
    }
}

/// The first whole answer among the bytes that came in since the question.
pub fn answer(content: Content, bytes: &[u8]) -> Option<Result<Quantity, ScaleError>> {
    match content {
        Content::Mettler8217 => mettler_8217(bytes),
        Content::Cas22 => cas_22(bytes),
        _ => Some(Err(ScaleError::Unreadable)),
    }
}

/// Protocol 8217 of Mettler-Toledo's Viva and Ariva: `STX weight [N] CR`, or `STX ? status CR` with one bit
/// a reason. The status may be the code of CR itself, so the frame is told by its place.
fn mettler_8217(bytes: &[u8]) -> Option<Result<Quantity, ScaleError>> {
    let begin = bytes.iter().position(|byte| *byte == STX)?;
    let body = &bytes[begin + 1..];
    let skipped = body.iter().take_while(|byte| **byte == b' ').count();
    match &body[skipped..] {
        [b'?', status, CR, ..] => Some(Err(mettler_status(*status))),
        [b'?', _, _, ..] => Some(Err(ScaleError::Unreadable)),
        [b'?', ..] => None,
        rest => {
            let end = rest.iter().position(|byte| *byte == CR)?;
            let weight = &rest[..end];
            Some(weight_of(weight.strip_suffix(b"N").unwrap_or(weight)))
        }
    }
}

/// Bits from the lowest: moving, over capacity, under zero, outside the zero range, centre of zero, net, bad
/// command.
fn mettler_status(status: u8) -> ScaleError {
    let has = |bit: u8| status & 1 << bit != 0;
    match () {
        () if has(1) => ScaleError::Over,
        () if has(2) => ScaleError::UnderZero,
        () if has(0) => ScaleError::Unstable,
        () if has(4) => ScaleError::Empty,
        () => ScaleError::Unreadable,
    }
}

const CAS_BYTES: usize = 22;

/// CAS CI-600D: `ST,GS,` id lamp `,` eight characters of weight, a blank, two of unit, CR LF. It never ends:
/// the line under way when the question is asked may be older than the question, so the next one counts.
fn cas_22(bytes: &[u8]) -> Option<Result<Quantity, ScaleError>> {
    let after_first_end = bytes.windows(2).position(|two| two == b"\r\n")? + 2;
    let rest = &bytes[after_first_end..];
    let end = rest.windows(2).position(|two| two == b"\r\n")? + 2;
    Some(cas_line(&rest[..end]))
}

fn cas_line(line: &[u8]) -> Result<Quantity, ScaleError> {
    if line.len() != CAS_BYTES || [2, 5, 8].iter().any(|comma| line[*comma] != b',') {
        return Err(ScaleError::Unreadable);
    }
    if !matches!(&line[3..5], b"GS" | b"NT") || line[17] != b' ' {
        return Err(ScaleError::Unreadable);
    }
    // The line names its unit: in pounds or grams the same figures are another weight.
    if &line[18..20] != b"kg" {
        return Err(ScaleError::Unit);
    }
    match &line[..2] {
        b"ST" => weight_of(&line[9..17]),
        b"US" => Err(ScaleError::Unstable),
        b"OL" => Err(ScaleError::Over),
        _ => Err(ScaleError::Unreadable),
    }
}

fn weight_of(digits: &[u8]) -> Result<Quantity, ScaleError> {
    let text = std::str::from_utf8(digits).map_err(|_| ScaleError::Unreadable)?;
    // A sign may stand apart from its digits, and blanks fill up.
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    match text.parse::<Quantity>() {
        Ok(weight) if weight.is_negative() => Err(ScaleError::UnderZero),
        Ok(weight) if weight.is_zero() => Err(ScaleError::Empty),
        Ok(weight) => Ok(weight),
        Err(_) => Err(ScaleError::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers_of_protocol_8217() {
        for (bytes, wanted) in [
            (&b"\x02 1.250\r"[..], Some(Ok(Quantity(1_250)))),
            (b"\x0201.250N\r", Some(Ok(Quantity(1_250)))),
            (b"noise\x02  12.5\r\x02", Some(Ok(Quantity(12_500)))),
            (b"\x0200.000\r", Some(Err(ScaleError::Empty))),
            (b"\x02?\x01\r", Some(Err(ScaleError::Unstable))),
            (b"\x02?\x02\r", Some(Err(ScaleError::Over))),
            (b"\x02?\x04\r", Some(Err(ScaleError::UnderZero))),
            (b"\x02?\x10\r", Some(Err(ScaleError::Empty))),
            // The status is the code of CR: moving, under zero, outside the zero range.
            (b"\x02?\r", None),
            (b"\x02?\r\r", Some(Err(ScaleError::UnderZero))),
            (b"\x02?@\r", Some(Err(ScaleError::Unreadable))),
            (b"\x02?AB\r", Some(Err(ScaleError::Unreadable))),
            (b"\x02E\rhello", Some(Err(ScaleError::Unreadable))),
            (b"\x021.2.3\r", Some(Err(ScaleError::Unreadable))),
            (b"\x021.25", None),
            (b"", None),
        ] {
            assert_eq!(answer(Content::Mettler8217, bytes), wanted, "{bytes:02x?}");
        }
        assert_eq!(question(Content::Mettler8217), b"W");
    }

    #[test]
    fn lines_of_cas() {
        for (line, wanted) in [
            ("ST,GS,1@,   1.250 kg\r\n", Ok(Quantity(1_250))),
            ("ST,NT,1@,+  1.250 kg\r\n", Ok(Quantity(1_250))),
            ("ST,GS,1@,-  0.100 kg\r\n", Err(ScaleError::UnderZero)),
            ("ST,GS,1@,   0.000 kg\r\n", Err(ScaleError::Empty)),
            ("US,GS,1@,   1.250 kg\r\n", Err(ScaleError::Unstable)),
            ("OL,GS,1@,         kg\r\n", Err(ScaleError::Over)),
            ("ST,GS,1@,   1.250 lb\r\n", Err(ScaleError::Unit)),
            ("ST,GS,1@,    1250  g\r\n", Err(ScaleError::Unit)),
            ("XX,GS,1@,   1.250 kg\r\n", Err(ScaleError::Unreadable)),
            ("ST,GS,1@,  1.250 kg\r\n", Err(ScaleError::Unreadable)),
        ] {
            // What is under way when the question comes does not count.
            let stream = format!("S,1@,   9.999 kg\r\n{line}");
            assert_eq!(answer(Content::Cas22, stream.as_bytes()), Some(wanted), "{line}");
            let cut = stream.len() - 1;
            assert_eq!(answer(Content::Cas22, &stream.as_bytes()[..cut]), None);
        }
        assert_eq!(answer(Content::Cas22, b"ST,GS,1@,   1.250 kg\r\n"), None);
        assert_eq!(question(Content::Cas22), b"");
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(
            prop_oneof![Just(STX), Just(CR), Just(b'?'), Just(b'\n'), Just(b','), any::<u8>()], 0..80,
        )) {
            let _ = answer(Content::Mettler8217, &bytes);
            let _ = answer(Content::Cas22, &bytes);
        }

        #[test]
        fn every_weight_comes_through(grams in 1_i64..99_999) {
            let weight = Quantity(grams);
            prop_assert_eq!(answer(Content::Mettler8217, format!("\x02{weight:>7}\r").as_bytes()), Some(Ok(weight)));
            let line = format!("\r\nST,GS,1@,{weight:>8} kg\r\n");
            prop_assert_eq!(answer(Content::Cas22, line.as_bytes()), Some(Ok(weight)));
        }
    }
}
