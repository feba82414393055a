//! A cable between a round and a simulated device, in one thread and without a clock: time passes only while
//! somebody waits.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Device, Emit};
use crate::round::{Lost, Wire};

#[derive(Debug)]
pub struct Cable {
    device: Device,
    /// The speed at which the host has the line open.
    baud: u32,
    coming: VecDeque<Emit>,
    plugged: bool,
    /// What was opened before the plug was pulled leads nowhere, wherever the plug is now.
    open: bool,
    /// How the device's bytes are cut into reads: so many bytes at most, one after the other and from the first
    /// again. Whole if there are none.
    cuts: Vec<usize>,
    reads: usize,
    time: Duration,
}

impl Cable {
    pub fn new(device: Device, baud: u32) -> Self {
        Self {
            device,
            baud,
            coming: VecDeque::new(),
            plugged: true,
            open: true,
            cuts: vec![],
            reads: 0,
            time: Duration::ZERO,
        }
    }

    /// The same device, with which something goes wrong from here on.
    #[cfg(test)]
    #[must_use]
    pub fn with_fault(mut self, fault: super::Fault) -> Self {
        self.device.break_with(fault);
        self
    }

    /// The same with reads of at most so many bytes, each number in its turn.
    #[must_use]
    pub fn cut(mut self, most: &[usize]) -> Self {
        self.cuts = most.to_vec();
        self
    }

    /// How long the next read of bytes may be.
    fn next_cut(&mut self) -> usize {
        let at = self.reads % self.cuts.len().max(1);
        self.reads += 1;
        self.cuts.get(at).map_or(usize::MAX, |most| (*most).max(1))
    }

    pub fn device(&self) -> &Device {
        &self.device
    }

    /// From here on nothing goes wrong any more, and the line is open at the device's own speed.
    pub fn mend(&mut self) {
        self.device.mend();
        self.coming.clear();
        self.plugged = true;
        self.open = true;
        self.baud = self.device.baud();
    }

    /// Bytes that come at the wrong speed are other bytes; these stand for them.
    fn as_heard(&self, bytes: Vec<u8>, spoken_at: u32) -> Vec<u8> {
        if self.device.fits(spoken_at, self.baud) { bytes } else { garble(&bytes) }
    }

    fn unplug(&mut self, back: bool) {
        self.coming.clear();
        self.device.power_cycle();
        self.plugged = back;
        self.open = false;
    }
}

/// What another speed makes of bytes.
pub(super) fn garble(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte.rotate_left(3) | 0x80).collect()
}

impl Wire for Cable {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        if !self.open {
            return Err(Lost("unplugged".to_owned()));
        }
        for byte in bytes {
            let at = self.device.baud();
            let heard = if self.device.fits(self.baud, at) { *byte } else { garble(&[*byte])[0] };
            for emit in self.device.hear(heard) {
                // An answer leaves at the speed at which it was asked for.
                let emit = match emit {
                    Emit::Bytes(bytes) => Emit::Bytes(self.as_heard(bytes, at)),
                    other => other,
                };
                self.coming.push_back(emit);
            }
        }
        Ok(())
    }

    fn read(&mut self, within: Duration) -> Result<Vec<u8>, Lost> {
        let until = self.time + within;
        loop {
            match self.coming.pop_front() {
                None if self.open => {
                    self.time = until;
                    return Ok(vec![]);
                }
                None => return Err(Lost("unplugged".to_owned())),
                Some(Emit::Unplug(back)) => {
                    self.unplug(back);
                    return Err(Lost("unplugged".to_owned()));
                }
                Some(Emit::Pause(time)) => {
                    let left = until.saturating_sub(self.time);
                    self.time += time.min(left);
                    if time > left {
                        self.coming.push_front(Emit::Pause(time.saturating_sub(left)));
                        return Ok(vec![]);
                    }
                }
                Some(Emit::Bytes(mut bytes)) => {
                    let most = self.next_cut();
                    if bytes.len() > most {
                        self.coming.push_front(Emit::Bytes(bytes.split_off(most)));
                    }
                    return Ok(bytes);
                }
            }
        }
    }

    fn reopen(&mut self, baud: u32) -> Result<(), Lost> {
        if !self.plugged {
            return Err(Lost("there is no such port".to_owned()));
        }
        self.baud = baud;
        self.open = true;
        self.coming.clear();
        Ok(())
    }

    fn pause(&mut self, time: Duration) {
        self.time += time;
        let mut left = time;
        while let Some(Emit::Pause(time)) = self.coming.front_mut() {
            if *time > left {
                *time = time.saturating_sub(left);
                return;
            }
            left = left.saturating_sub(*time);
            self.coming.pop_front();
        }
    }

    fn now(&self) -> Duration {
        self.time
    }
}
