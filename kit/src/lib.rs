//! What till and hub share towards people: their language, how figures are written, colours and type,
//! QR codes, the manners of a command line, settings, and CSV files in and out.
//!
//! Knows `domain` and nothing else of ours.

pub mod cli;
pub mod clock;
pub mod format;
pub mod qr;
pub mod sales_csv;
pub mod settings;
pub mod table;
pub mod text;
pub mod tokens;

pub use format::Currency;
pub use text::{Arg, Lang, Locale, Texts};
