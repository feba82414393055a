//! What a printer says of itself: `DLE EOT n` asks, one byte answers at once, even while it prints.
//!
//! Bits from Epson's ESC/POS command reference, "Transmit real-time status". In every answer bits 1 and 4
//! are set and bits 0 and 7 are not, which tells it from other bytes on the line such as XON and XOFF.

/// One of the four questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    Printer,
    OfflineCause,
    ErrorCause,
    PaperSensor,
}

impl Query {
    pub const ALL: [Self; 4] = [Self::Printer, Self::OfflineCause, Self::ErrorCause, Self::PaperSensor];

    pub fn bytes(self) -> [u8; 3] {
        [0x10, 0x04, self.number()]
    }

    pub fn number(self) -> u8 {
        match self {
            Self::Printer => 1,
            Self::OfflineCause => 2,
            Self::ErrorCause => 3,
            Self::PaperSensor => 4,
        }
    }
}

/// Everything the four answers say together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the printer's own independent flags")]
pub struct Condition {
    pub offline: bool,
    pub cover_open: bool,
    pub paper_out: bool,
    pub paper_low: bool,
    pub error: bool,
    /// The level of the drawer's sense pin; what it means depends on the drawer.
    pub drawer_pin: bool,
}

/// Whether a byte can be an answer at all.
pub fn is_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

impl Condition {
    /// Adds what one answer says; a byte that is no answer says nothing.
    pub fn hear(&mut self, query: Query, byte: u8) {
        if !is_answer(byte) {
            return;
        }
        let bit = |n: u8| byte & 1 << n != 0;
        match query {
            Query::Printer => {
                self.drawer_pin |= bit(2);
                self.offline |= bit(3);
            }
            Query::OfflineCause => {
                self.cover_open |= bit(2);
                self.paper_out |= bit(5);
                self.error |= bit(6);
            }
            Query::ErrorCause => self.error |= bit(2) || bit(3) || bit(5) || bit(6),
            Query::PaperSensor => {
                self.paper_low |= bit(2) || bit(3);
                self.paper_out |= bit(5) || bit(6);
            }
        }
    }
}
