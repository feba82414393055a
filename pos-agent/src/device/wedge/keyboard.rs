//! Strokes to characters, by the keyboard that is set in the reader and by what this one device holds down.

use std::collections::BTreeSet;

use firmware_config::Layout;

use super::keymap::{
    ACCENTS, ALT_GR, CAPS_LOCK, ENTER, KEYPAD_ENTER, LEFT_CTRL, LEFT_SHIFT, Level, RIGHT_CTRL, RIGHT_SHIFT,
    TAB, typed,
};
use super::records::Stroke;

/// Whichever key ends a read, this stands for it.
pub const END: char = '\r';

#[derive(Debug)]
pub struct Keyboard {
    layout: Layout,
    /// Those of Shift, Ctrl and `AltGr` that are down.
    held: BTreeSet<u16>,
    caps: bool,
    /// An accent that waits for its letter.
    accent: Option<char>,
}

impl Keyboard {
    /// Nothing held down, Caps Lock off.
    pub fn new(layout: Layout) -> Self {
        Self { layout, held: BTreeSet::new(), caps: false, accent: None }
    }

    pub fn clear(&mut self) {
        *self = Self::new(self.layout);
    }

    fn holds(&self, left: u16, right: u16) -> bool {
        self.held.contains(&left) || self.held.contains(&right)
    }

    /// What the stroke adds to the read: nothing, a character, or an accent and the one behind it.
    pub fn take(&mut self, code: u16, stroke: Stroke) -> [Option<char>; 2] {
        let down = match stroke {
            Stroke::Repeat => return [None; 2],
            Stroke::Down => true,
            Stroke::Up => false,
        };
        match code {
            LEFT_SHIFT | RIGHT_SHIFT | LEFT_CTRL | RIGHT_CTRL | ALT_GR if down => {
                self.held.insert(code);
            }
            LEFT_SHIFT | RIGHT_SHIFT | LEFT_CTRL | RIGHT_CTRL | ALT_GR => {
                self.held.remove(&code);
            }
            CAPS_LOCK => self.caps ^= down,
            ENTER | KEYPAD_ENTER | TAB if down => return [self.accent.take(), Some(END)],
            _ if down => return self.press(code),
            _ => {}
        }
        [None; 2]
    }

    fn press(&mut self, code: u16) -> [Option<char>; 2] {
        let shift = self.holds(LEFT_SHIFT, RIGHT_SHIFT);
        let level = Level { shift, caps: self.caps, alt_gr: self.holds(ALT_GR, ALT_GR) };
        let Some(typed) = typed(self.layout, code, level) else { return [None; 2] };
        if self.holds(LEFT_CTRL, RIGHT_CTRL) {
            return [control(typed), None];
        }
        match self.accent.take() {
            Some(accent) if typed == ' ' => [Some(accent), None],
            Some(accent) => [Some(accent), Some(typed)],
            None if self.layout == Layout::Es && ACCENTS.contains(&typed) => {
                self.accent = Some(typed);
                [None; 2]
            }
            None => [Some(typed), None],
        }
    }
}

/// With Ctrl held, `@` to `_` and the letters mean the control characters 00 to 1F: GS comes as Ctrl and `]`.
fn control(typed: char) -> Option<char> {
    let upper = typed.to_ascii_uppercase();
    ('@'..='_').contains(&upper).then(|| char::from(upper as u8 & 0x1F))
}
