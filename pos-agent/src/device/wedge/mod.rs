//! Readers that type. The kernel's records are taken from the device itself, which is held alone, so no key
//! reaches a window, and the layout is the one that is set in the reader.

pub mod grab;
pub mod keyboard;
pub mod keymap;
pub mod records;

use std::time::Duration;

use firmware_config::{Frame, Layout, Suffix};

use super::frame::{Cut, Framer, Read, UNENDED};
use keyboard::Keyboard;
use records::{Event, Record, Records};

/// Turns key records into reads.
#[derive(Debug)]
pub struct Typist {
    records: Records,
    keyboard: Keyboard,
    framer: Framer,
    /// Keys were lost: what is left of the read is not another read.
    lost: bool,
}

impl Typist {
    /// Enter, the keypad's Enter and Tab each end a read.
    pub fn new(layout: Layout, frame: &Frame) -> Self {
        let frame = Frame { suffix: Suffix::CrLf, idle_ms: None, ..frame.clone() };
        Self {
            records: Records::default(),
            keyboard: Keyboard::new(layout),
            framer: Framer::new(frame, false),
            lost: false,
        }
    }

    fn type_in(&mut self, record: Record) -> Vec<Read> {
        match record.event {
            Event::Key { code, stroke } => {
                let mut reads = vec![];
                for typed in self.keyboard.take(code, stroke).into_iter().flatten() {
                    if self.lost {
                        self.lost = typed != keyboard::END;
                        continue;
                    }
                    let mut room = zeroize::Zeroizing::new([0; 4]);
                    reads.extend(self.framer.push(typed.encode_utf8(&mut *room).as_bytes()));
                }
                reads
            }
            // With keys missing the rest would be another code.
            Event::Lost => {
                self.keyboard.clear();
                let _ = self.framer.unplug();
                // Told once, also where the keys that are missing were its first.
                let is_news = !std::mem::replace(&mut self.lost, true);
                is_news.then_some(Read::CutOff).into_iter().collect()
            }
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
        // The end itself may be among the lost keys: after a silence a new read begins.
        self.lost &= silence < UNENDED;
        self.framer.pause(silence)
    }

    fn unplug(&mut self) -> Option<Read> {
        self.records.clear();
        self.keyboard.clear();
        self.lost = false;
        self.framer.unplug()
    }
}

#[cfg(test)]
pub mod tests;
