//! What till and hub share towards people: their language, how figures are written, colours and type,
//! what a receipt says, QR codes and Code 128, the manners of a command line, settings, CSV files in and out, and what operators are shown.
//!
//! Knows `domain` and nothing else of ours.

pub mod cli;
pub mod clock;
pub mod code128;
pub mod disk;
pub mod doctor;
pub mod format;
pub mod metrics;
pub mod qr;
pub mod sales_csv;
pub mod settings;
pub mod slip;
pub mod table;
pub mod text;
pub mod tokens;

pub use format::Currency;
pub use text::{Arg, Lang, Locale, Texts};
