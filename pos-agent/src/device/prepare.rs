//! What a reader is told when it is plugged in: to say with each read what symbol it was, and not to be set by
//! codes on paper. It forgets it with its power, so nothing wears out.

use std::path::Path;

use firmware_config::port::PortWire;
use firmware_config::round::{
    Audit, Consent, Device, End, Found, Lost, Plan, RoundError, Wire, apply, survey,
};
use firmware_config::setting::{BadWord, Setting, Wanted};
use firmware_config::{CodeId, Line, Profile};

/// The settings, in the order in which they are said.
const TOLD: [(Setting, &str); 2] = [(Setting::CodeId, "aim"), (Setting::ParameterScanning, "off")];

/// Why a reader cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum Unprepared {
    #[error("its profile reads the maker's own letters, and AIM identifiers would take their place")]
    OwnLetters,
    #[error("its profile has bytes for neither of code_id = \"aim\" and parameter_scanning = false")]
    NothingToSay,
    #[error(transparent)]
    Round(#[from] RoundError),
    #[error(transparent)]
    Word(#[from] BadWord),
    #[error("it does not answer")]
    Silent,
}

impl From<Lost> for Unprepared {
    fn from(lost: Lost) -> Self {
        Self::Round(lost.into())
    }
}

#[derive(Debug, Clone)]
pub struct Preparation {
    profile: Profile,
    wanted: Wanted,
}

/// Whether the reader is as it was told to be.
pub fn is_prepared(audit: &Audit) -> bool {
    matches!(audit.end, End::AsWanted | End::UntilPowerGoes(_))
}

impl Preparation {
    pub fn new(profile: &Profile) -> Result<Self, Unprepared> {
        Device::new(profile)?;
        if matches!(profile.code_id, CodeId::Honeywell | CodeId::Symbol) {
            return Err(Unprepared::OwnLetters);
        }
        let mut wanted = Wanted::new();
        for (setting, word) in TOLD {
            let word = setting.word(word)?;
            let command = profile.settings.get(&setting);
            if command.is_some_and(|command| command.phrase(&word).is_some()) {
                wanted.insert(setting, word);
            }
        }
        if wanted.is_empty() {
            return Err(Unprepared::NothingToSay);
        }
        Ok(Self { profile: profile.clone(), wanted })
    }

    /// Tells it over a line of its own, before reads are read.
    pub fn run(&self, path: &Path, line: Line) -> Result<Audit, Unprepared> {
        let mut wire = PortWire::open(path, line).map_err(|error| Lost(error.to_string()))?;
        self.tell(&mut wire, line.baud)
    }

    fn tell(&self, wire: &mut dyn Wire, baud: u32) -> Result<Audit, Unprepared> {
        let device = Device::new(&self.profile)?;
        // Asked for one thing first: a cashier waits meanwhile, and what is silent once is silent always.
        let first = survey(wire, &device, self.wanted.keys().copied().take(1))?;
        if first.values().any(|found| *found == Found::Silent) {
            return Err(Unprepared::Silent);
        }
        let mut found = survey(wire, &device, self.wanted.keys().copied().skip(1))?;
        found.extend(first);
        let plan = Plan::new(&device, baud, &found, &self.wanted);
        Ok(apply(wire, &device, &plan, Consent::default()))
    }
}
