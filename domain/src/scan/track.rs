//! Text of a magnetic stripe as a reader sends it (ISO/IEC 7811): sentinels, alphabet, check character.

use super::Unreadable;

/// The loyalty number on a stripe: of track 2 if there is one, else of track 1. A reader may send bare
/// text as well, which stands as it is. Payment tracks never come here; of other tracks only what has a
/// loyalty number's form is kept.
pub(super) fn number(text: &str) -> Result<&str, Unreadable> {
    if !text.starts_with(['%', ';']) {
        return Ok(text);
    }
    let mut track_1 = None;
    let mut rest = text;
    while let Some(start) = rest.chars().next() {
        let track = Track::of(start).ok_or(Unreadable::Character)?;
        let (frame, after) = track.cut(rest)?;
        if start == ';' {
            return track_2_number(frame);
        }
        track_1.get_or_insert(frame);
        rest = after.trim_start_matches(LINE_ENDS);
    }
    track_1_number(track_1.ok_or(Unreadable::Empty)?)
}

/// Some readers end each track of a swipe like a line.
const LINE_ENDS: [char; 2] = ['\r', '\n'];

/// What readers send for a track that they could not read.
const ERROR_READ: &str = "E";

/// Digits alone, or digits and `=` with an issue or expiry number of two to four, which is not part of the
/// card's number. Longer ones are no shop's: papers of identity, hotel keys.
fn track_2_number(frame: &str) -> Result<&str, Unreadable> {
    if frame == ERROR_READ {
        return Err(Unreadable::CheckDigit);
    }
    let (number, issue) = frame.split_once('=').map_or((frame, None), |(n, i)| (n, Some(i)));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !digits(number) || !issue.is_none_or(digits) {
        return Err(Unreadable::Character);
    }
    match issue.map_or(2, str::len) {
        2..=4 if !number.is_empty() => Ok(number),
        _ => Err(Unreadable::Length),
    }
}

/// Any text but that of a bank's format: `B` and a number.
fn track_1_number(frame: &str) -> Result<&str, Unreadable> {
    match frame.as_bytes() {
        [] => Err(Unreadable::Empty),
        _ if frame == ERROR_READ => Err(Unreadable::CheckDigit),
        [b'B', digit, ..] if digit.is_ascii_digit() => Err(Unreadable::Character),
        _ => Ok(frame),
    }
}

/// A stripe's alphabet: the characters `first..=last`, whose values count from `first`.
struct Track {
    start: u8,
    first: u8,
    last: u8,
    /// With sentinels and check character.
    chars_max: usize,
}

impl Track {
    fn of(start: char) -> Option<Self> {
        match start {
            '%' => Some(Self { start: b'%', first: b' ', last: b'_', chars_max: 79 }),
            ';' => Some(Self { start: b';', first: b'0', last: b'?', chars_max: 40 }),
            _ => None,
        }
    }

    /// Cuts one frame off: what stands between the sentinels, and what follows it. A check character is
    /// verified if the reader sends it.
    fn cut<'t>(&self, text: &'t str) -> Result<(&'t str, &'t str), Unreadable> {
        let (body, after) = text[1..].split_once('?').ok_or(Unreadable::Length)?;
        if body == ERROR_READ {
            return Ok((body, after));
        }
        if body.len() + 3 > self.chars_max {
            return Err(Unreadable::Length);
        }
        if !body.bytes().all(|b| (self.first..=self.last).contains(&b)) {
            return Err(Unreadable::Character);
        }
        let check = char::from(self.lrc(body));
        match after.strip_prefix(check) {
            Some(behind) if behind.is_empty() || behind.starts_with(['%', ';', '\r', '\n']) => {
                Ok((body, behind))
            }
            _ if after.is_empty() || after.starts_with([';', '\r', '\n']) => Ok((body, after)),
            _ => Err(Unreadable::CheckDigit),
        }
    }

    /// XOR of all character values from start to end sentinel, as a character.
    fn lrc(&self, body: &str) -> u8 {
        let value = |byte: u8| byte - self.first;
        let sentinels = value(self.start) ^ value(b'?');
        body.bytes().map(value).fold(sentinels, |sum, v| sum ^ v) + self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_loyalty_tracks() {
        for (text, wanted) in [
            (";29000012345678?", Ok("29000012345678")),
            (";29000012345678?7", Ok("29000012345678")),
            (";29000012345678?8", Err(Unreadable::CheckDigit)),
            (";29000012345678=12?", Ok("29000012345678")),
            ("%SOCIO12345?", Ok("SOCIO12345")),
            ("%SOCIO12345?R", Ok("SOCIO12345")),
            ("%SOCIO12345?S", Err(Unreadable::CheckDigit)),
            ("%SOCIO12345?;29000012345678?", Ok("29000012345678")),
            ("%SOCIO12345?R;29000012345678?7", Ok("29000012345678")),
            (";29000012345678", Err(Unreadable::Length)),
            // A track that could not be read: swipe again, never another track's number.
            (";E?", Err(Unreadable::CheckDigit)),
            ("%E?", Err(Unreadable::CheckDigit)),
            ("%SOCIO12345?;E?", Err(Unreadable::CheckDigit)),
            ("%E?;29000012345678?", Ok("29000012345678")),
            ("%E?;E?", Err(Unreadable::CheckDigit)),
            // Each track ended like a line.
            ("%SOCIO12345?\r;29000012345678?", Ok("29000012345678")),
            ("%SOCIO12345?R\r\n;29000012345678?7\r", Ok("29000012345678")),
            ("%SOCIO12345?S\r;29000012345678?7", Err(Unreadable::CheckDigit)),
            ("%E?\r;29000012345678?", Ok("29000012345678")),
            ("%SOCIO12345?\r", Ok("SOCIO12345")),
            // Track 3 has the sentinel of track 2, and is not asked.
            (";29000012345678?;0129000012345678?", Ok("29000012345678")),
            // Not a shop's: too much behind the number, a bank's format, no number.
            (";29000012345678=12345?", Err(Unreadable::Length)),
            (";29000012345678=1?", Err(Unreadable::Length)),
            (";29000012345678=?", Err(Unreadable::Length)),
            (";2900001234567:?", Err(Unreadable::Character)),
            (";29000012345678=1=2?", Err(Unreadable::Character)),
            ("%B12345?", Err(Unreadable::Character)),
            ("%BODEGA-77?", Ok("BODEGA-77")),
            (";=12?", Err(Unreadable::Length)),
            (";?", Err(Unreadable::Length)),
            ("%?", Err(Unreadable::Empty)),
            ("%socio?", Err(Unreadable::Character)),
            (";29000012345678?x", Err(Unreadable::CheckDigit)),
            ("29000012345678", Ok("29000012345678")),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_check_character_of_worked_tracks() {
        for (start, body, wanted) in [
            (';', "4111111111111111=25121011234500000000", b'9'),
            (';', "29000012345678", b'7'),
            ('%', "SOCIO12345", b'R'),
        ] {
            assert_eq!(Track::of(start).unwrap().lrc(body), wanted, "{body}");
        }
    }

    #[test]
    fn a_track_is_no_longer_than_the_stripe() {
        for (start, longest) in [(';', 37), ('%', 76)] {
            let track = |digits: usize| format!("{start}{}?", "1".repeat(digits));
            assert!(number(&track(longest)).is_ok(), "{start}");
            assert_eq!(number(&track(longest + 1)), Err(Unreadable::Length), "{start}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[%;][0-9A-Z=?;%^:é ]{0,60}") {
            let _ = number(&text);
        }

        #[test]
        fn a_right_check_character_is_taken_and_a_wrong_one_refused(digits in "[0-9]{8,19}", other in 0x30_u8..=0x3F) {
            let right = Track::of(';').unwrap().lrc(&digits);
            let with = |check: u8| format!(";{digits}?{}", char::from(check));
            let text = with(right);
            proptest::prop_assert_eq!(number(&text), Ok(digits.as_str()));
            // A semicolon is the beginning of another track.
            if other != right && other != b';' {
                let text = with(other);
                proptest::prop_assert_eq!(number(&text), Err(Unreadable::CheckDigit));
            }
        }
    }
}
