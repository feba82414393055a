//! Text of a magnetic stripe as a reader sends it (ISO/IEC 7811): sentinels, alphabet, check character.

use super::Unreadable;

/// The loyalty number on a stripe: of track 2 if there is one, else of track 1. A reader may send bare
/// text as well, which stands as it is. Payment tracks never come here.
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
            // What follows `=` is an issue or expiry number, not part of the card's.
            return Ok(frame.split('=').next().unwrap_or(frame));
        }
        track_1.get_or_insert(frame);
        rest = after;
    }
    track_1.ok_or(Unreadable::Empty)
}

/// A stripe's alphabet: the characters `first..=last`, whose values count from `first`.
struct Track {
    start: u8,
    first: u8,
    last: u8,
}

impl Track {
    fn of(start: char) -> Option<Self> {
        match start {
            '%' => Some(Self { start: b'%', first: b' ', last: b'_' }),
            ';' => Some(Self { start: b';', first: b'0', last: b'?' }),
            _ => None,
        }
    }

    /// Cuts one frame off: what stands between the sentinels, and what follows it. A check character is
    /// verified if the reader sends it.
    fn cut<'t>(&self, text: &'t str) -> Result<(&'t str, &'t str), Unreadable> {
        let (body, after) = text[1..].split_once('?').ok_or(Unreadable::Length)?;
        if !body.bytes().all(|b| (self.first..=self.last).contains(&b)) {
            return Err(Unreadable::Character);
        }
        let check = char::from(self.lrc(body));
        match after.strip_prefix(check) {
            Some(behind) if behind.is_empty() || behind.starts_with(['%', ';']) => Ok((body, behind)),
            _ if after.is_empty() || after.starts_with(';') => Ok((body, after)),
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
            (";E?", Err(Unreadable::Character)),
            ("29000012345678", Ok("29000012345678")),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_check_character_of_a_payment_track() {
        let track = Track::of(';').unwrap();
        assert_eq!(track.lrc("4111111111111111=25121011234500000000"), b'9');
    }
}
