//! A backup, line by line, checked against its own counts.

use std::path::Path;

use super::lines::{Cell, Count, FORMAT, Head, Mark, Sum, read_row};
use super::sealed::{Reader, Sealed};
use super::{BackupError, Keys};
use crate::db::schema::Table;

#[derive(Debug)]
pub enum Item {
    Table(Table),
    Row(Vec<Cell>),
    /// Everything was read, and all of it is there.
    End(Vec<Count>),
}

pub struct Reading {
    pub head: Head,
    pub sealed: Sealed,
    reader: Reader,
    line: Vec<u8>,
    number: u64,
    table: Option<(Table, Sum)>,
    counts: Vec<Count>,
}

impl Reading {
    pub fn open(path: &Path, keys: &Keys) -> Result<Self, BackupError> {
        let (mut reader, sealed) = Reader::open(path, keys)?;
        let mut line = vec![];
        reader.line(&mut line)?;
        let why = match serde_json::from_slice(&line) {
            Ok(Mark::Backup(head)) if head.format > FORMAT => {
                let what = format!("its format {}", head.format);
                return Err(BackupError::Newer { program: head.program, what });
            }
            Ok(Mark::Backup(head)) => {
                return Ok(Self { head, sealed, reader, line, number: 1, table: None, counts: vec![] });
            }
            Ok(_) => "it does not say what it is".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(BackupError::Unreadable { line: 1, why })
    }

    pub fn item(&mut self) -> Result<Item, BackupError> {
        self.number += 1;
        if !self.reader.line(&mut self.line)? {
            return Err(self.unreadable("the counts at its end are missing".to_owned()));
        }
        if self.line.first() == Some(&b'[') {
            return self.row();
        }
        match serde_json::from_slice(&self.line) {
            Ok(Mark::Table(table)) => {
                self.end_table();
                self.table = Some((table.clone(), Sum::default()));
                Ok(Item::Table(table))
            }
            Ok(Mark::End(counts)) => self.end(counts),
            Ok(Mark::Backup(_)) => Err(self.unreadable("a second beginning".to_owned())),
            Err(error) => Err(self.unreadable(error.to_string())),
        }
    }

    fn row(&mut self) -> Result<Item, BackupError> {
        let Some((table, sum)) = &mut self.table else {
            return Err(self.unreadable("a row without a table".to_owned()));
        };
        sum.add(&self.line);
        let row = read_row(&table.columns, &self.line);
        row.map(Item::Row).map_err(|why| self.unreadable(why))
    }

    fn end_table(&mut self) {
        if let Some((table, sum)) = self.table.take() {
            self.counts.push(sum.total_of(&table.name));
        }
    }

    fn end(&mut self, counts: Vec<Count>) -> Result<Item, BackupError> {
        self.end_table();
        if counts != self.counts {
            return Err(self.unreadable("its rows are not those that were counted".to_owned()));
        }
        if self.reader.line(&mut self.line)? {
            return Err(self.unreadable("it goes on behind its end".to_owned()));
        }
        Ok(Item::End(counts))
    }

    fn unreadable(&self, why: String) -> BackupError {
        BackupError::Unreadable { line: self.number, why }
    }
}
