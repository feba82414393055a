//! Receipts and labels: one content, written as text, as HTML, as PDF and in a printer's own language.

pub mod escpos;
#[cfg(test)]
mod kept;
mod layout;
mod paint;
pub mod pdf;
pub mod profile;
pub mod report;
mod slip;
mod text;
pub mod zpl;

pub use domain::receipt_code as code;
pub use kit::slip::{Part, TaxRow, printed_lines, taxes, tender_key};
pub use paint::{calibration, drawer, receipt, report};
pub use profile::Profile;
pub use slip::Slip;
pub use text::{plain, plain_parts};

/// Columns of the usual printers.
pub const WIDE: usize = 48;
pub const NARROW: usize = 32;
