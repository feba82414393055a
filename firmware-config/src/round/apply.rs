//! The plan, said to the device.

use std::sync::atomic::{AtomicBool, Ordering};

use super::exchange::{Outcome, exchange};
use super::line::{LineState, reach, stands};
use super::report::Reached;
use super::survey::{ask, wake};
use super::{After, Audit, Device, Found, Lost, Plan, Step, Verdict, Wire};
use crate::dialect::{Request, Storage};
use crate::profile::Verified;
use crate::setting::Setting;

/// What the operator agreed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consent {
    /// Settings may be stored, not only set until the power goes.
    pub store: bool,
    /// Also those that nobody tried with the device, and those that read as wanted already: they may have been
    /// set until the power goes only, and reading does not tell.
    pub everything: bool,
}

impl Consent {
    fn covers(self, step: &Step) -> bool {
        self.store && (self.everything || step.verified == Some(Verified::Bench))
    }
}

/// Says the plan, reads back, stores what was read back, and reads once more. A lost line ends the saying, and
/// the device is asked once it is there again.
pub fn apply(wire: &mut dyn Wire, device: &Device, plan: &Plan, consent: Consent) -> Audit {
    apply_until(wire, device, plan, consent, &AtomicBool::new(false))
}

/// The same; once `ends` is set, no further command is said, and the device is asked how it stands.
pub fn apply_until(
    wire: &mut dyn Wire,
    device: &Device,
    plan: &Plan,
    consent: Consent,
    ends: &AtomicBool,
) -> Audit {
    let mut round = Round { wire, device, plan, consent, ends, baud: plan.baud, reached: vec![] };
    round.reached = vec![Reached::Nothing; plan.steps.len()];
    let said = round.say();
    let (line, after) = round.look_again(matches!(said, Err(Stopped::Lost(_))));
    Audit::new(device, plan, &round.reached, &after, line, said.err())
}

/// Why a plan was not said to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    #[error(transparent)]
    Lost(#[from] Lost),
    #[error("interrupted")]
    Interrupted,
}

struct Round<'r> {
    wire: &'r mut dyn Wire,
    device: &'r Device<'r>,
    plan: &'r Plan,
    consent: Consent,
    ends: &'r AtomicBool,
    baud: u32,
    /// By step.
    reached: Vec<Reached>,
}

impl Round<'_> {
    /// Before each command that changes something.
    fn goes_on(&self) -> Result<(), Stopped> {
        if self.ends.load(Ordering::Relaxed) { Err(Stopped::Interrupted) } else { Ok(()) }
    }

    fn say(&mut self) -> Result<(), Stopped> {
        let plan = self.plan;
        if !plan.steps.iter().any(|step| step.is_due() || self.is_stored_again(step)) {
            return Ok(());
        }
        wake(self.wire, self.device)?;
        for (at, step) in plan.steps.iter().enumerate().filter(|(_, step)| step.is_due()) {
            if step.volatile.is_some() {
                self.goes_on()?;
                self.set(at, step)?;
            }
        }
        if self.device.dialect().saves_all() { self.save_all() } else { self.store_each() }
    }

    /// Reads as wanted, and is stored all the same.
    fn is_stored_again(&self, step: &Step) -> bool {
        let Consent { store, everything } = self.consent;
        step.verdict == Verdict::Same && step.verified.is_some() && store && everything
    }

    fn write(&mut self, step: &Step, storage: Storage) -> Result<Outcome, Lost> {
        let command = self.device.profile.settings.get(&step.setting);
        match command.and_then(|command| command.phrase(&step.wanted)) {
            Some(phrase) => exchange(self.wire, self.device, command, &Request::Write(phrase, storage)),
            None => Ok(Outcome::NoForm),
        }
    }

    /// Sets one until the power goes.
    fn set(&mut self, at: usize, step: &Step) -> Result<(), Lost> {
        // Whatever happens from here on, it may have been heard.
        self.reached[at] = Reached::Unanswered;
        self.reached[at] = match self.write(step, Storage::Volatile)? {
            Outcome::Done | Outcome::Value(_) => Reached::Taken,
            Outcome::Said => Reached::Said,
            Outcome::Refused => Reached::Refused,
            Outcome::Unknown => Reached::NotKnown,
            Outcome::Silent => Reached::Unanswered,
            Outcome::NoForm => Reached::Nothing,
        };
        match (step.setting, self.reached[at]) {
            (_, Reached::Refused | Reached::NotKnown | Reached::Nothing) => Ok(()),
            (Setting::Baud, _) => self.follow(at, step),
            _ => self.read_back(at, step),
        }
    }

    /// What is read back counts more than what was acknowledged.
    fn read_back(&mut self, at: usize, step: &Step) -> Result<(), Lost> {
        let mut found = ask(self.wire, self.device, step.setting)?;
        if matches!(found, Found::Word(_) | Found::Other(_)) && !found.is_word(step.wanted.as_str()) {
            // A late answer to an earlier question, perhaps.
            found = ask(self.wire, self.device, step.setting)?;
        }
        match found {
            found if found.is_word(step.wanted.as_str()) => self.reached[at] = Reached::Taken,
            Found::Word(_) | Found::Other(_) | Found::Silent | Found::Unknown => {
                self.reached[at] = Reached::Unanswered;
            }
            Found::CannotAsk => {}
        }
        Ok(())
    }

    /// After a new speed was said: the device answers at it, or still at the old one, or it is looked for.
    fn follow(&mut self, at: usize, step: &Step) -> Result<(), Lost> {
        let speeds = [step.wanted.number().unwrap_or(self.baud), self.baud];
        if let LineState::Answers { baud } = reach(self.wire, self.device, &speeds)? {
            self.baud = baud;
            return self.read_back(at, step);
        }
        self.reached[at] = Reached::Unanswered;
        Err(Lost("no answer at the new speed nor at the old one".to_owned()))
    }

    /// What read as wanted is said after all: whatever comes of it, it is in force until the power goes at least.
    fn is_said_again(&mut self, at: usize) {
        if self.reached[at] == Reached::Nothing && self.plan.steps[at].verdict == Verdict::Same {
            self.reached[at] = Reached::Taken;
        }
    }

    /// Stores each that was set. What nobody confirmed is not stored: flash would keep it.
    fn store_each(&mut self) -> Result<(), Stopped> {
        let plan = self.plan;
        for (at, step) in plan.steps.iter().enumerate() {
            let set = step.volatile.is_none() || matches!(self.reached[at], Reached::Taken | Reached::Said);
            if step.stored.is_none() || !(step.is_due() && set || self.is_stored_again(step)) {
                continue;
            }
            if !self.consent.covers(step) {
                if step.volatile.is_none() {
                    self.reached[at] = Reached::Waits;
                }
                continue;
            }
            self.goes_on()?;
            self.is_said_again(at);
            match self.write(step, Storage::Stored)? {
                Outcome::Done | Outcome::Value(_) => self.reached[at] = Reached::Stored,
                Outcome::Said => self.reached[at] = Reached::SaidForGood,
                Outcome::Refused if step.volatile.is_none() => self.reached[at] = Reached::Refused,
                // It stays until the power goes.
                _ => {}
            }
        }
        Ok(())
    }

    /// Stores everything that is set: only if all of it is known and agreed to, also what read as wanted before,
    /// for that may have been set until the power goes.
    fn save_all(&mut self) -> Result<(), Stopped> {
        let plan = self.plan;
        let due: Vec<usize> = (0..plan.steps.len()).filter(|at| plan.steps[*at].is_due()).collect();
        let set = |at: &usize| matches!(self.reached[*at], Reached::Taken | Reached::Said);
        let again = (0..plan.steps.len()).filter(|at| self.is_stored_again(&plan.steps[*at]));
        let done: Vec<usize> = due.iter().copied().filter(set).chain(again).collect();
        let unclear = due.iter().any(|at| self.reached[*at] == Reached::Unanswered);
        let is_kept_too = |step: &Step| step.verdict == Verdict::Same && step.verified.is_some();
        let kept_too = (0..plan.steps.len()).filter(|at| is_kept_too(&plan.steps[*at]));
        let agreed = done.iter().copied().chain(kept_too).all(|at| self.consent.covers(&plan.steps[at]));
        if done.is_empty() || unclear || !agreed {
            return Ok(());
        }
        self.goes_on()?;
        done.iter().for_each(|at| self.is_said_again(*at));
        let reached = match exchange(self.wire, self.device, None, &Request::Save)? {
            Outcome::Done => Reached::Stored,
            Outcome::Said => Reached::SaidForGood,
            _ => return Ok(()),
        };
        for at in done {
            self.reached[at] = reached;
        }
        Ok(())
    }

    /// How the device stands after all this, at whatever speed it is found.
    fn look_again(&mut self, is_lost: bool) -> (LineState, After) {
        let wanted = self.plan.steps.iter().find(|step| step.setting == Setting::Baud);
        let wanted =
            wanted.filter(|step| step.verdict != Verdict::NoBytes).and_then(|step| step.wanted.number());
        let speeds: Vec<u32> =
            [Some(self.baud), wanted, Some(self.plan.baud)].into_iter().flatten().collect();
        let settings: Vec<Setting> = self.plan.steps.iter().map(|step| step.setting).collect();
        stands(self.wire, self.device, is_lost, &speeds, &settings)
    }
}
