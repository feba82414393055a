//! Readers that type. The kernel's records are taken from the device itself, which is held alone, so no key
//! reaches a window, and the layout is the one that is set in the reader.

pub mod grab;
pub mod keyboard;
pub mod keymap;
pub mod records;

use std::time::Duration;

use firmware_config::{Frame, Layout, Suffix};

use super::frame::{Cut, Framer, Read};
use keyboard::Keyboard;
use records::{Event, Record, Records};

/// Turns key records into reads.
#[derive(Debug)]
pub struct Typist {
    records: Records,
    keyboard: Keyboard,
    framer: Framer,
}

impl Typist {
    /// Enter, the keypad's Enter and Tab each end a read.
    pub fn new(layout: Layout, frame: &Frame) -> Self {
        let frame = Frame { suffix: Suffix::CrLf, idle_ms: None, ..frame.clone() };
        Self {
            records: Records::default(),
            keyboard: Keyboard::new(layout),
            framer: Framer::new(frame, false),
        }
    }

    fn type_in(&mut self, record: Record) -> Vec<Read> {
        match record.event {
            Event::Key { code, stroke } => {
                let mut reads = vec![];
                for typed in self.keyboard.take(code, stroke).into_iter().flatten() {
                    let mut room = zeroize::Zeroizing::new([0; 4]);
                    reads.extend(self.framer.push(typed.encode_utf8(&mut *room).as_bytes()));
                }
                reads
            }
            // With keys missing the rest would be another code.
            Event::Lost => self.unplug().into_iter().collect(),
            Event::Other => vec![],
        }
    }
}

impl Cut for Typist {
    fn push(&mut self, chunk: &[u8]) -> Vec<Read> {
        let mut reads = vec![];
        for byte in chunk {
            if let Some(record) = self.records.take(*byte) {
                reads.extend(self.type_in(record));
            }
        }
        reads
    }

    fn pause(&mut self, silence: Duration) -> Option<Read> {
        self.framer.pause(silence)
    }

    fn unplug(&mut self) -> Option<Read> {
        self.records.clear();
        self.keyboard.clear();
        self.framer.unplug()
    }
}

#[cfg(test)]
pub mod tests;
