//! Sounds that a reader makes because the till says so: the cashier looks at the goods, not at the screen.

use std::io::{self, Read};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use firmware_config::Profile;
use firmware_config::dialect::{Action, Request};

use super::frame::{Cut, Read as Whole, UNENDED};
use super::port::Wire;
use super::reading::is_silence;
use crate::app::open;
use crate::settings::Beep;

/// Why a reader makes no sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSound {
    #[error("nothing is known of how to tell it, because its profile has no dialect")]
    NoDialect,
    #[error("its maker publishes no bytes for the sound of a good read: take beep = \"none\"")]
    Good,
    #[error("its maker publishes no bytes that make it sound a bad read as it is: take beep = \"good\"")]
    Bad,
}

/// What a reader is told, and the sound that waits to be told.
#[derive(Debug)]
pub struct Sounds {
    good: Option<Vec<u8>>,
    bad: Option<Vec<u8>>,
    /// What it may answer, which is no read.
    answers: Vec<Vec<u8>>,
    /// Whether it is that of a good read.
    waiting: Mutex<Option<bool>>,
}

impl Sounds {
    /// None where no sound is wanted.
    pub fn new(profile: &Profile, beep: Beep) -> Result<Option<Arc<Self>>, NoSound> {
        if beep == Beep::None {
            return Ok(None);
        }
        let programming = profile.programming.as_ref().ok_or(NoSound::NoDialect)?;
        let speech = programming.dialect.speech();
        let say = |action, none| speech.say(&Request::Act(action)).map_err(|_| none);
        let good = matches!(beep, Beep::Good | Beep::Both).then(|| say(Action::BeepGood, NoSound::Good));
        let bad = matches!(beep, Beep::Bad | Beep::Both).then(|| say(Action::BeepBad, NoSound::Bad));
        Ok(Some(Arc::new(Self {
            good: good.transpose()?,
            bad: bad.transpose()?,
            answers: speech.after_a_sound(),
            waiting: Mutex::new(None),
        })))
    }

    /// Wants the sound of a read that was taken, or of one that was not. One that waits gives way to it.
    pub fn want(&self, is_good: bool) {
        *open(&self.waiting) = Some(is_good);
    }

    fn take(&self) -> Option<&[u8]> {
        let is_good = open(&self.waiting).take()?;
        if is_good { self.good.as_deref() } else { self.bad.as_deref() }
    }

    /// Reads the line, and tells the reader in a silence what sound to make.
    pub fn on(self: Arc<Self>, line: Box<dyn Wire>) -> impl Read + Send {
        // What was wanted before it was plugged in is long over.
        *open(&self.waiting) = None;
        Sounding { line, sounds: self, is_silent: false }
    }

    /// Leaves the reader's answers out of its reads.
    pub fn left_out_of(&self, inner: Box<dyn Cut>) -> Box<dyn Cut> {
        if self.answers.is_empty() {
            return inner;
        }
        Box::new(WithoutAnswers { inner, answers: self.answers.clone(), held: vec![] })
    }
}

struct Sounding {
    line: Box<dyn Wire>,
    sounds: Arc<Sounds>,
    is_silent: bool,
}

impl Read for Sounding {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        // Not within a read: its answer would come among the bytes of the next one.
        if self.is_silent
            && let Some(sound) = self.sounds.take()
        {
            self.line.write_all(sound)?;
        }
        let read = self.line.read(bytes);
        self.is_silent = read.as_ref().is_err_and(is_silence);
        read
    }
}

#[derive(Debug)]
struct WithoutAnswers {
    inner: Box<dyn Cut>,
    answers: Vec<Vec<u8>>,
    /// The beginning of what may be an answer.
    held: Vec<u8>,
}

impl Cut for WithoutAnswers {
    fn push(&mut self, chunk: &[u8]) -> Vec<Whole> {
        let mut of_reads = vec![];
        for &byte in chunk {
            self.held.push(byte);
            while !self.held.is_empty() && !self.answers.iter().any(|a| a.starts_with(&self.held)) {
                of_reads.push(self.held.remove(0));
            }
            if self.answers.contains(&self.held) {
                self.held.clear();
            }
        }
        if of_reads.is_empty() { vec![] } else { self.inner.push(&of_reads) }
    }

    /// An answer comes in one go, or in two over a slow bridge: what is held after a longer silence belongs to a
    /// read. It ends one read at most, since no answer has two ends in it.
    fn pause(&mut self, silence: Duration) -> Option<Whole> {
        let is_begun = self.held.len() > 1 && silence < UNENDED;
        let held = if is_begun { vec![] } else { std::mem::take(&mut self.held) };
        let ended = if held.is_empty() { None } else { self.inner.push(&held).into_iter().next() };
        ended.or_else(|| self.inner.pause(silence))
    }

    fn unplug(&mut self) -> Option<Whole> {
        self.held.clear();
        self.inner.unplug()
    }
}

#[cfg(test)]
mod tests;
