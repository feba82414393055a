//! How much of a product a store has, as coarsely as somebody at a till needs it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::money::Quantity;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    /// Above its minimum: nothing to say.
    Enough,
    /// At or below its minimum.
    Low,
    /// By the books there is none.
    Out,
}

impl StockState {
    pub const ALL: [Self; 3] = [Self::Enough, Self::Low, Self::Out];

    pub fn of(on_hand: Quantity, minimum: Quantity) -> Self {
        if on_hand <= Quantity::ZERO {
            Self::Out
        } else if on_hand <= minimum {
            Self::Low
        } else {
            Self::Enough
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Enough => "enough",
            Self::Low => "low",
            Self::Out => "out",
        }
    }
}

impl fmt::Display for StockState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a state of stock; use enough, low or out")]
pub struct UnknownStockState(String);

impl FromStr for StockState {
    type Err = UnknownStockState;

    fn from_str(text: &str) -> Result<Self, UnknownStockState> {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == text)
            .ok_or_else(|| UnknownStockState(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_is_at_the_minimum_and_out_is_nothing_left() {
        for (on_hand, minimum, wanted) in [
            (10_001, 10_000, StockState::Enough),
            (10_000, 10_000, StockState::Low),
            (1, 10_000, StockState::Low),
            (0, 10_000, StockState::Out),
            (-2_000, 10_000, StockState::Out),
            (1, 0, StockState::Enough),
            (0, 0, StockState::Out),
        ] {
            assert_eq!(
                StockState::of(Quantity(on_hand), Quantity(minimum)),
                wanted,
                "{on_hand} of {minimum}"
            );
        }
    }

    #[test]
    fn states_are_read_as_they_are_written() {
        for state in StockState::ALL {
            assert_eq!(state.to_string().parse(), Ok(state));
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
        }
        assert!("full".parse::<StockState>().is_err());
    }
}
