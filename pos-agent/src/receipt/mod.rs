//! Receipts: one content, written as text for a printer of 48 or 32 columns and as HTML with a QR code.

pub mod code;
pub mod report;
mod slip;
mod text;

pub use slip::{Part, Slip};
pub use text::{plain, plain_parts};

/// Columns of the usual printers.
pub const WIDE: usize = 48;
pub const NARROW: usize = 32;
