//! What the keys of two keyboards type. Codes are those of the kernel's `linux/input-event-codes.h`; the
//! characters are those of the layouts `us` and `es` of xkeyboard-config.

use firmware_config::Layout;

pub const ENTER: u16 = 28;
pub const KEYPAD_ENTER: u16 = 96;
pub const TAB: u16 = 15;
pub const SPACE: u16 = 57;
pub const LEFT_SHIFT: u16 = 42;
pub const RIGHT_SHIFT: u16 = 54;
pub const LEFT_CTRL: u16 = 29;
pub const RIGHT_CTRL: u16 = 97;
/// The right Alt key, `AltGr` on a Spanish keyboard.
pub const ALT_GR: u16 = 100;
pub const CAPS_LOCK: u16 = 58;

/// A key, what it types alone, with Shift and with `AltGr`; a NUL where it types nothing.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    code: u16,
    plain: char,
    shifted: char,
    third: char,
}

const NOTHING: char = '\0';

const fn key(code: u16, plain: char, shifted: char) -> Key {
    Key { code, plain, shifted, third: NOTHING }
}

const fn third(code: u16, plain: char, shifted: char, third: char) -> Key {
    Key { code, plain, shifted, third }
}

/// Letters stand at the same places on both; so does the keypad, whose lock is of no account here.
const SHARED: &[Key] = &[
    key(16, 'q', 'Q'),
    key(17, 'w', 'W'),
    key(19, 'r', 'R'),
    key(20, 't', 'T'),
    key(21, 'y', 'Y'),
    key(22, 'u', 'U'),
    key(23, 'i', 'I'),
    key(24, 'o', 'O'),
    key(25, 'p', 'P'),
    key(30, 'a', 'A'),
    key(31, 's', 'S'),
    key(32, 'd', 'D'),
    key(33, 'f', 'F'),
    key(34, 'g', 'G'),
    key(35, 'h', 'H'),
    key(36, 'j', 'J'),
    key(37, 'k', 'K'),
    key(38, 'l', 'L'),
    key(44, 'z', 'Z'),
    key(45, 'x', 'X'),
    key(46, 'c', 'C'),
    key(47, 'v', 'V'),
    key(48, 'b', 'B'),
    key(49, 'n', 'N'),
    key(50, 'm', 'M'),
    key(SPACE, ' ', ' '),
    key(55, '*', '*'),
    key(74, '-', '-'),
    key(78, '+', '+'),
    key(98, '/', '/'),
    key(83, '.', '.'),
    key(71, '7', '7'),
    key(72, '8', '8'),
    key(73, '9', '9'),
    key(75, '4', '4'),
    key(76, '5', '5'),
    key(77, '6', '6'),
    key(79, '1', '1'),
    key(80, '2', '2'),
    key(81, '3', '3'),
    key(82, '0', '0'),
];

const US: &[Key] = &[
    key(2, '1', '!'),
    key(3, '2', '@'),
    key(4, '3', '#'),
    key(5, '4', '$'),
    key(6, '5', '%'),
    key(7, '6', '^'),
    key(8, '7', '&'),
    key(9, '8', '*'),
    key(10, '9', '('),
    key(11, '0', ')'),
    key(12, '-', '_'),
    key(13, '=', '+'),
    key(18, 'e', 'E'),
    key(26, '[', '{'),
    key(27, ']', '}'),
    key(39, ';', ':'),
    key(40, '\'', '"'),
    key(41, '`', '~'),
    key(43, '\\', '|'),
    key(51, ',', '<'),
    key(52, '.', '>'),
    key(53, '/', '?'),
    key(86, '<', '>'),
];

const ES: &[Key] = &[
    third(2, '1', '!', '|'),
    third(3, '2', '"', '@'),
    third(4, '3', '·', '#'),
    third(5, '4', '$', '~'),
    key(6, '5', '%'),
    third(7, '6', '&', '¬'),
    key(8, '7', '/'),
    key(9, '8', '('),
    key(10, '9', ')'),
    key(11, '0', '='),
    key(12, '\'', '?'),
    key(13, '¡', '¿'),
    third(18, 'e', 'E', '€'),
    third(26, '`', '^', '['),
    third(27, '+', '*', ']'),
    key(39, 'ñ', 'Ñ'),
    third(40, '´', '¨', '{'),
    third(41, 'º', 'ª', '\\'),
    third(43, 'ç', 'Ç', '}'),
    key(51, ',', ';'),
    key(52, '.', ':'),
    key(53, '-', '_'),
    key(86, '<', '>'),
];

/// Accents of the Spanish keyboard wait for the letter below them; a blank after one means the accent alone.
pub const ACCENTS: [char; 4] = ['`', '^', '´', '¨'];

/// Which of a key's characters is meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Level {
    pub shift: bool,
    pub caps: bool,
    pub alt_gr: bool,
}

/// What the key types, if anything.
pub fn typed(layout: Layout, code: u16, level: Level) -> Option<char> {
    let own = match layout {
        Layout::Us => US,
        Layout::Es => ES,
    };
    let key = own.iter().chain(SHARED).find(|key| key.code == code)?;
    // Caps Lock turns letters round and nothing else.
    let shifted = level.shift != (level.caps && key.plain.is_alphabetic());
    let typed = match (level.alt_gr && layout == Layout::Es, shifted) {
        (true, _) => key.third,
        (false, true) => key.shifted,
        (false, false) => key.plain,
    };
    (typed != NOTHING).then_some(typed)
}

/// The strokes that type a character: the level, then the key; for recordings in tests.
#[cfg(test)]
pub fn strokes(layout: Layout, wanted: char) -> Option<(u16, Level)> {
    let own = match layout {
        Layout::Us => US,
        Layout::Es => ES,
    };
    own.iter().chain(SHARED).find_map(|key| {
        let level = match wanted {
            c if c == key.plain => Level::default(),
            c if c == key.shifted => Level { shift: true, ..Level::default() },
            c if c == key.third => Level { alt_gr: true, ..Level::default() },
            _ => return None,
        };
        Some((key.code, level))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_keyboards_differ_where_codes_break_first() {
        let plain = |layout, code| typed(layout, code, Level::default()).unwrap();
        let shifted = |layout, code| typed(layout, code, Level { shift: true, ..Level::default() }).unwrap();
        // A reader set to the American keyboard, read as a Spanish one.
        for (code, us, es) in [(12, '-', '\''), (53, '/', '-'), (39, ';', 'ñ'), (27, ']', '+'), (2, '1', '1')]
        {
            assert_eq!((plain(Layout::Us, code), plain(Layout::Es, code)), (us, es), "{code}");
        }
        for (code, us, es) in [(39, ':', 'Ñ'), (53, '?', '_'), (12, '_', '?'), (6, '%', '%')] {
            assert_eq!((shifted(Layout::Us, code), shifted(Layout::Es, code)), (us, es), "{code}");
        }
        assert_eq!(typed(Layout::Us, 1, Level::default()), None, "Escape");
    }

    #[test]
    fn every_printable_character_can_be_typed_on_both() {
        for layout in [Layout::Us, Layout::Es] {
            for wanted in (b' '..=b'~').map(char::from) {
                let (code, level) = strokes(layout, wanted).unwrap_or_else(|| panic!("{layout:?} {wanted}"));
                assert_eq!(typed(layout, code, level), Some(wanted), "{layout:?}");
            }
        }
    }
}
