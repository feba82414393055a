//! One figure with everything needed to judge it: against what, of how many, how old.

use askama::Template;

use super::chart::sparkline;

/// A figure's change, in words; the colour only repeats them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    pub text: String,
    pub better: Option<bool>,
}

#[derive(Debug, Clone, Default, Template)]
#[template(path = "kit/tile.html")]
pub struct Tile {
    pub label: String,
    pub value: String,
    pub delta: Option<Delta>,
    /// How many cases the figure rests on.
    pub n: String,
    pub age: String,
    /// Earlier values, oldest first, and their words.
    pub past: Vec<i64>,
    pub past_text: String,
    pub href: Option<String>,
    /// The value is words, not a figure: set smaller.
    pub wordy: bool,
    /// Set where the figure asks for action.
    pub alarm: bool,
}

impl Tile {
    pub fn spark(&self) -> String {
        sparkline(&self.past, &self.past_text)
    }
}

impl Delta {
    pub fn class(&self) -> &'static str {
        match self.better {
            None => "delta",
            Some(true) => "delta better",
            Some(false) => "delta worse",
        }
    }
}
