//! What a reader is told when it is plugged in: to say with each read what symbol it was, and not to be set by
//! codes on paper. It forgets it with its power, so nothing wears out.

use std::path::Path;

use firmware_config::dialect::{Dialect, Request, Storage};
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
    #[error(
        "{setting} = \"{word}\" can only be stored in it, and memory wears out: store it once with \
         firmware-config apply --yes"
    )]
    OnlyStored { setting: Setting, word: &'static str },
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
    /// What its profile has no bytes for.
    missing: Vec<Setting>,
}

/// Whether the reader is as it was told to be.
pub fn is_prepared(audit: &Audit) -> bool {
    matches!(audit.end, End::AsWanted | End::UntilPowerGoes(_))
}

/// Whether it can be said so that the reader forgets it with its power.
fn is_forgotten(dialect: Dialect, phrase: &str) -> bool {
    dialect.speech().say(&Request::Write(phrase, Storage::Volatile)).is_ok()
}

impl Preparation {
    pub fn new(profile: &Profile) -> Result<Self, Unprepared> {
        Device::new(profile)?;
        if matches!(profile.code_id, CodeId::Honeywell | CodeId::Symbol) {
            return Err(Unprepared::OwnLetters);
        }
        let (mut wanted, mut missing) = (Wanted::new(), vec![]);
        for (setting, text) in TOLD {
            let word = setting.word(text)?;
            let phrase = profile.settings.get(&setting).and_then(|command| command.phrase(&word));
            match (phrase, &profile.programming) {
                (Some(phrase), Some(programming)) if is_forgotten(programming.dialect, phrase) => {
                    wanted.insert(setting, word);
                }
                (Some(_), _) => return Err(Unprepared::OnlyStored { setting, word: text }),
                (None, _) => missing.push(setting),
            }
        }
        if wanted.is_empty() {
            return Err(Unprepared::NothingToSay);
        }
        Ok(Self { profile: profile.clone(), wanted, missing })
    }

    /// What it is not told, in the words of a profile: nothing, or settings with commas between.
    pub fn missing(&self) -> String {
        self.missing.iter().map(|setting| setting.name()).collect::<Vec<_>>().join(", ")
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
