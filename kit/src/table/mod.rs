//! CSV in and out: files as people's spreadsheets write them, with errors that name line and column.

mod errors;
mod number;
mod read;
mod write;

pub use errors::ErrorFile;
pub use number::plain_decimal;
pub use read::{BadRow, Column, Row, RowError, TableError, TableReader};
pub use write::{Cell, Dialect, TableWriter};
