//! Receipts and labels: one content, written as text, as HTML, as PDF and in a printer's own language.

pub mod code;
pub mod escpos;
#[cfg(test)]
mod kept;
mod layout;
mod paint;
pub mod pdf;
pub mod profile;
pub mod report;
mod slip;
mod tax;
mod text;
pub mod zpl;

pub use paint::{calibration, drawer, receipt, report};
pub use profile::Profile;
pub(crate) use slip::printed_lines;
pub use slip::{Part, Slip, tender_key};
pub use tax::{TaxRow, taxes};
pub use text::{plain, plain_parts};

/// Columns of the usual printers.
pub const WIDE: usize = 48;
pub const NARROW: usize = 32;
