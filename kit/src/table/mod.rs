//! CSV in and out: files as people's spreadsheets write them, with errors that name line and column.

mod number;
mod read;
mod write;

pub use number::plain_decimal;
pub use read::{BadRow, Column, ErrorFile, Row, RowError, TableError, TableReader};
pub use write::{Cell, Dialect, TableWriter};
