//! Devices that are not there: one for each dialect, with settings that last until the power goes and settings
//! that stay, and with the faults that lines and devices have.
//!
//! A [`Device`] is pure: bytes in, [`Emit`]s out. [`Cable`] joins it to a round without a clock, and
//! [`pty::serve`] puts it behind a pseudo-terminal, for anybody who wants to try everything without a device.

mod cable;
mod fault;
mod memory;
mod mouth;
pub mod pty;
mod reads;

use std::time::Duration;

use crate::dialect::{Dialect, Storage};
use crate::profile::{Profile, Transport};
use crate::setting::Setting;

pub use cable::Cable;
pub use fault::{BadFault, Fault, FaultKind};
pub use memory::Memory;
use mouth::{Mouth, mouth};
pub use reads::BadRead;
use reads::{Reads, Words};

/// What a device was told, once its bytes are whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Write(String, Storage),
    Ask(String),
    /// What it is.
    Revision,
    Save,
    /// Something that changes no setting: a beep, a trigger.
    Act,
    Defaults,
    /// Enters programming, or leaves it; `Defaults` is obeyed only inside.
    Programming,
    /// Its checksum is wrong.
    Garbled,
    /// The answer to an answer.
    Thanks,
}

/// What the device makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Value(String),
    Refused,
    Unknown,
    Again,
}

/// What comes out of a device, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Emit {
    Bytes(Vec<u8>),
    /// Nothing for so long.
    Pause(Duration),
    /// The plug is pulled; with `true` it is put in again, and the device starts anew.
    Unplug(bool),
}

/// It types, or speaks to a driver: there is no line to stand in for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} has no line that a simulated device could speak on")]
pub struct NoLine(String);

/// A stall: longer than one patience, so that the answer comes when something else is asked.
const STALL: Duration = Duration::from_millis(2_500);

/// What each of them says that it is.
pub(crate) const REVISION: &str = "SIMULATED1";

#[derive(Debug)]
pub struct Device {
    /// What it is programmed in; none for those that only send.
    programmed: Option<(Dialect, Box<dyn Mouth>)>,
    memory: Memory,
    reads: Reads,
    fault: Option<Fault>,
    /// Calls that were answered, for the fault that comes at one of them.
    calls: u32,
    /// The line's speed now, and after a restart.
    baud: u32,
    baud_stored: u32,
    /// The speed that it comes with.
    factory_baud: u32,
    /// In a mode that is entered and left, in which it reads nothing.
    inside: bool,
    /// It went back to what its factory set, and was not set since.
    restored: bool,
    /// A line whose speed is only a word, as over USB.
    any_speed: bool,
}

impl Device {
    /// A device of this profile, set to something else than most would want.
    pub fn new(profile: &Profile, baud: u32, fault: Option<Fault>) -> Result<Self, NoLine> {
        if !profile.transport.has_line() {
            return Err(NoLine(profile.id.clone()));
        }
        let dialect = profile.programming.as_ref().map(|programming| programming.dialect);
        Ok(Self {
            programmed: dialect.map(|dialect| (dialect, mouth(dialect))),
            memory: Memory::new(profile, baud),
            reads: Reads::new(profile),
            fault,
            calls: 0,
            baud,
            baud_stored: baud,
            factory_baud: profile.line.map_or(baud, |line| line.baud),
            inside: false,
            restored: false,
            any_speed: profile.transport == Transport::Cdc,
        })
    }

    pub fn baud(&self) -> u32 {
        self.baud
    }

    /// Whether what was said at one speed is understood at the other.
    pub(crate) fn fits(&self, spoken_at: u32, heard_at: u32) -> bool {
        self.any_speed || spoken_at == heard_at
    }

    /// From here on nothing goes wrong any more.
    pub fn mend(&mut self) {
        self.fault = None;
    }

    /// From here on something goes wrong; calls are counted anew.
    #[cfg(test)]
    fn break_with(&mut self, fault: Fault) {
        (self.fault, self.calls) = (Some(fault), 0);
    }

    pub fn dialect(&self) -> Option<Dialect> {
        self.programmed.as_ref().map(|(dialect, _)| *dialect)
    }

    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// What is not stored is gone.
    pub fn power_cycle(&mut self) {
        self.memory.forget();
        if let Some((dialect, own)) = &mut self.programmed {
            *own = mouth(*dialect);
        }
        self.baud = self.baud_stored;
        self.inside = false;
    }

    /// Whether it is in programming, where it reads nothing.
    pub fn is_inside(&self) -> bool {
        self.inside
    }

    /// Whether it went back to what its factory set, and was not set since.
    pub fn is_restored(&self) -> bool {
        self.restored
    }

    /// One byte, at the device's own speed.
    pub fn hear(&mut self, byte: u8) -> Vec<Emit> {
        match &mut self.programmed {
            Some((_, mouth)) => mouth.hear(byte).into_iter().flat_map(|call| self.answer(&call)).collect(),
            None => match self.reads.hear(byte) {
                answer if answer.is_empty() => vec![],
                answer => self.sent(vec![Emit::Bytes(answer)]),
            },
        }
    }

    /// Somebody holds a code before it, lays a tag on it, puts something on the scale.
    pub fn read(&mut self, text: &str) -> Result<Vec<Emit>, BadRead> {
        let word = |setting| self.memory.word(setting);
        let (suffix, code_id) = (word(Setting::Suffix), word(Setting::CodeId));
        let packets = match (word(Setting::DecodePackets).as_deref(), self.dialect()) {
            (Some("on"), Some(Dialect::Ssi)) => true,
            (Some("on"), _) => return Err(BadRead::Packets),
            _ => false,
        };
        let words = Words { suffix: suffix.as_deref(), code_id: code_id.as_deref(), packets };
        let emits = self.reads.read(text, words)?;
        Ok(if emits.is_empty() { emits } else { self.sent(emits) })
    }

    /// What it sends every tenth of a second without being asked.
    pub fn streams(&self) -> Option<&[u8]> {
        self.reads.streams()
    }

    /// What it says of its own takes the faults of the line too.
    fn sent(&mut self, emits: Vec<Emit>) -> Vec<Emit> {
        let fault = self.next_fault();
        let spoilt = |emit| match emit {
            Emit::Bytes(bytes) => fault::spoil(fault, bytes),
            other => vec![other],
        };
        emits.into_iter().flat_map(spoilt).collect()
    }

    fn next_fault(&mut self) -> Option<FaultKind> {
        let fault = self.fault.filter(|fault| fault.strikes(self.calls)).map(|fault| fault.kind);
        self.calls += 1;
        fault
    }

    fn answer(&mut self, call: &Call) -> Vec<Emit> {
        if *call == Call::Thanks {
            return vec![];
        }
        let fault = self.next_fault();
        let answer = match fault {
            Some(FaultKind::Nak) => Answer::Refused,
            Some(FaultKind::Enq) => Answer::Unknown,
            Some(FaultKind::Garbled) => Answer::Again,
            Some(FaultKind::Ignored) if matches!(call, Call::Write(..) | Call::Save | Call::Defaults) => {
                Answer::Done
            }
            Some(FaultKind::PowerLoss) => {
                // It was just about to.
                self.power_cycle();
                return vec![];
            }
            Some(FaultKind::PowerLossAfter) => {
                self.obey(call);
                self.power_cycle();
                return vec![];
            }
            Some(FaultKind::TornSave) if *call == Call::Save => {
                self.memory.store_half();
                self.power_cycle();
                return vec![];
            }
            _ => self.obey(call),
        };
        let speaks = self.memory.word(Setting::Acknowledge).as_deref() != Some("off");
        let Some((_, mouth)) = &self.programmed else { return vec![] };
        fault::spoil(fault, mouth.answer(call, &answer, speaks))
    }

    fn obey(&mut self, call: &Call) -> Answer {
        match call {
            Call::Garbled => Answer::Again,
            Call::Act | Call::Thanks => Answer::Done,
            Call::Revision => Answer::Value(REVISION.to_owned()),
            Call::Save => {
                self.restored = false;
                self.memory.store_all();
                self.baud_stored = self.baud;
                Answer::Done
            }
            Call::Programming => {
                self.inside = !self.inside;
                Answer::Done
            }
            Call::Defaults if !self.inside && self.dialect() == Some(Dialect::Metrologic) => Answer::Refused,
            Call::Defaults => {
                self.memory.factory();
                // The answer goes out at the old speed.
                (self.baud, self.baud_stored) = (self.factory_baud, self.factory_baud);
                self.restored = true;
                Answer::Done
            }
            Call::Ask(ask) => self.memory.ask(ask).map_or(Answer::Unknown, Answer::Value),
            Call::Write(phrase, storage) => self.write(phrase, *storage),
        }
    }

    fn write(&mut self, phrase: &str, storage: Storage) -> Answer {
        let Some((setting, word)) = self.memory.means(phrase) else {
            return if self.memory.knows(phrase) { Answer::Refused } else { Answer::Unknown };
        };
        let kind = self.fault.map(|fault| fault.kind);
        if setting == Setting::Baud {
            match kind {
                Some(FaultKind::BaudRefused) => return Answer::Refused,
                Some(FaultKind::BaudIgnored) => return Answer::Done,
                _ => {}
            }
            // The answer goes out at the old speed; the change comes with the next byte.
            self.baud = word.parse().unwrap_or(self.baud);
            if storage == Storage::Stored {
                self.baud_stored = self.baud;
            }
        }
        self.restored = false;
        self.memory.set(setting, phrase, storage);
        Answer::Done
    }
}

#[cfg(test)]
mod tests;
