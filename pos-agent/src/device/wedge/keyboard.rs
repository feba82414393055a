//! Strokes to characters, by the keyboard that is set in the reader and by what this one device holds down.

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
    left_shift: bool,
    right_shift: bool,
    left_ctrl: bool,
    right_ctrl: bool,
    alt_gr: bool,
    caps: bool,
    /// An accent that waits for its letter.
    accent: Option<char>,
}

impl Keyboard {
    /// Nothing held down, Caps Lock off.
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            left_shift: false,
            right_shift: false,
            left_ctrl: false,
            right_ctrl: false,
            alt_gr: false,
            caps: false,
            accent: None,
        }
    }

    pub fn clear(&mut self) {
        *self = Self::new(self.layout);
    }

    /// What the stroke adds to the read: nothing, a character, or an accent and the one behind it.
    pub fn take(&mut self, code: u16, stroke: Stroke) -> [Option<char>; 2] {
        let down = match stroke {
            Stroke::Repeat => return [None; 2],
            Stroke::Down => true,
            Stroke::Up => false,
        };
        match code {
            LEFT_SHIFT => self.left_shift = down,
            RIGHT_SHIFT => self.right_shift = down,
            LEFT_CTRL => self.left_ctrl = down,
            RIGHT_CTRL => self.right_ctrl = down,
            ALT_GR => self.alt_gr = down,
            CAPS_LOCK => self.caps ^= down,
            ENTER | KEYPAD_ENTER | TAB if down => return [self.accent.take(), Some(END)],
            _ if down => return self.press(code),
            _ => {}
        }
        [None; 2]
    }

    fn press(&mut self, code: u16) -> [Option<char>; 2] {
        let shift = self.left_shift || self.right_shift;
        let level = Level { shift, caps: self.caps, alt_gr: self.alt_gr };
        let Some(typed) = typed(self.layout, code, level) else { return [None; 2] };
        if self.left_ctrl || self.right_ctrl {
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
