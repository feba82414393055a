//! What a card may do, and since when. A card is a key to an account: points belong to the account, and stay there
//! whatever becomes of the card.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    #[default]
    Active,
    Lost,
    Stolen,
    /// Worn out or broken, and another took its place: still in its owner's hands.
    Replaced,
    /// Stopped by the chain.
    Blocked,
}

impl CardState {
    pub const ALL: [Self; 5] = [Self::Active, Self::Lost, Self::Stolen, Self::Replaced, Self::Blocked];

    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Replaced => "replaced",
            Self::Blocked => "blocked",
        }
    }

    /// Whether a sale with it is the member's. Its owner has a replaced one, so they lose nothing by it; and what a
    /// till that had not heard let it spend, they spent.
    pub fn earns(self) -> bool {
        matches!(self, Self::Active | Self::Replaced)
    }

    /// Whether it pays with points.
    pub fn redeems(self) -> bool {
        self == Self::Active
    }
}

impl fmt::Display for CardState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a state of a card; use active, lost, stolen, replaced or blocked")]
pub struct UnknownCardState(String);

impl FromStr for CardState {
    type Err = UnknownCardState;

    fn from_str(text: &str) -> Result<Self, UnknownCardState> {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == text)
            .ok_or_else(|| UnknownCardState(text.to_owned()))
    }
}

impl TryFrom<String> for CardState {
    type Error = UnknownCardState;

    fn try_from(text: String) -> Result<Self, UnknownCardState> {
        text.parse()
    }
}

/// What was said of a card: from a moment on, which may be long before it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    pub state: CardState,
    pub since: DateTime<Utc>,
}

/// What a card was at a moment, by all that was said of it, in the order in which it was said: the last word on that
/// moment holds, so that a mistake is put right by saying otherwise from the same moment on.
pub fn card_at(said: &[Since], at: DateTime<Utc>) -> Since {
    let never = Since { state: CardState::Active, since: DateTime::UNIX_EPOCH };
    said.iter().rfind(|said| said.since <= at).copied().unwrap_or(never)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_state_may() {
        // earns, redeems
        for (state, wanted) in [
            (CardState::Active, (true, true)),
            (CardState::Lost, (false, false)),
            (CardState::Stolen, (false, false)),
            (CardState::Replaced, (true, false)),
            (CardState::Blocked, (false, false)),
        ] {
            assert_eq!((state.earns(), state.redeems()), wanted, "{state}");
            assert_eq!(state.code().parse(), Ok(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.code());
        }
        assert!("gone".parse::<CardState>().is_err());
    }

    #[test]
    fn the_last_word_on_a_moment_holds() {
        use CardState::{Active, Lost, Stolen};
        let at = |hour: u8| format!("2026-03-01T{hour:02}:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let states = |said: &[(CardState, u8)]| {
            let said: Vec<Since> =
                said.iter().map(|(state, hour)| Since { state: *state, since: at(*hour) }).collect();
            [9, 10, 11, 12, 13].map(|hour| card_at(&said, at(hour)).state)
        };
        for (said, wanted) in [
            (&[][..], [Active; 5]),
            (&[(Lost, 10)], [Active, Lost, Lost, Lost, Lost]),
            // Found again: what was done in between was not its owner's.
            (&[(Lost, 10), (Active, 12)], [Active, Lost, Lost, Active, Active]),
            // Said by mistake: it was never lost.
            (&[(Lost, 10), (Active, 10)], [Active; 5]),
            // It was gone for longer than they thought.
            (&[(Lost, 12), (Stolen, 10)], [Active, Stolen, Stolen, Stolen, Stolen]),
            (&[(Lost, 10), (Active, 12), (Lost, 11)], [Active, Lost, Lost, Lost, Lost]),
        ] {
            assert_eq!(states(said), wanted, "{said:?}");
        }
    }
}
