//! Numbers inside a shop that carry a weight or a price: how the digits are laid out is for the country or
//! the chain to say, so it stands in the chain's rules.
//!
//! A layout is written as the number is read, one sign a digit:
//!
//! | sign | is |
//! |---|---|
//! | `0` to `9` | this digit |
//! | `i` | a digit of the article's number |
//! | `w`, `p`, `n` | a digit of the weight, the price or the count, with a point where decimals begin |
//! | `x` | any digit, such as a check digit of the price, that is not looked at |
//! | `c` | at the end: the GS1 check digit of all others |
//!
//! `21iiiiiww.wwwc` is five digits of an article and a weight up to 99.999 kg behind prefix 21; blanks may
//! stand anywhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::label::scaled;
use super::{Label, Measure, Unreadable, check_digit, has_check_digit};
use crate::codes::CODE_CHARS_MAX;
use crate::money::{Money, Quantity};

/// Under which number the catalogue knows the article of a laid-out number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    /// The fixed digits and those of the article: `2112345`.
    #[default]
    Prefixed,
    /// The article's digits alone: `12345`.
    Item,
    /// The whole number with a measure of zero and the check digit that belongs to it: `2112345000008`.
    Zeroed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Layout {
    places: Vec<Place>,
    measured: Measured,
    /// Digits of the measure behind the point.
    decimals: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Digit(u8),
    Item,
    Measure,
    Any,
    Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measured {
    Weight,
    Price,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    #[error("{0:?} is no sign of a layout: 0 to 9, i, w, p, n, x, c and one point")]
    Sign(char),
    #[error("a layout begins with a digit, or it would claim any number")]
    NoPrefix,
    #[error("a layout needs digits of the article: i")]
    NoItem,
    #[error("a layout needs the digits of one measure, side by side: w, p or n")]
    OneMeasure,
    #[error("the point stands within the measure; a weight has up to 3 decimals, a price 2, a count none")]
    Point,
    #[error("the check digit c stands at the end, once")]
    CheckAtEnd,
    #[error("a layout has at most {CODE_CHARS_MAX} digits, 15 of them the measure's")]
    TooLong,
}

impl FromStr for Layout {
    type Err = LayoutError;

    fn from_str(text: &str) -> Result<Self, LayoutError> {
        let mut places = vec![];
        let (mut signs, mut point) = (vec![], None);
        for sign in text.chars().filter(|c| *c != ' ') {
            places.push(match sign {
                '0'..='9' => Place::Digit(u8::try_from(sign).map_err(|_| LayoutError::Sign(sign))?),
                'i' => Place::Item,
                'w' | 'p' | 'n' => {
                    signs.push((sign, places.len()));
                    Place::Measure
                }
                'x' => Place::Any,
                'c' => Place::Check,
                '.' if point.is_none() => {
                    point = Some(places.len());
                    continue;
                }
                _ => return Err(LayoutError::Sign(sign)),
            });
        }
        let (measured, decimals) = measured(&signs, point)?;
        let layout = Self { places, measured, decimals };
        layout.validate(signs.len())?;
        Ok(layout)
    }
}

/// What is measured, and with how many decimals.
fn measured(signs: &[(char, usize)], point: Option<usize>) -> Result<(Measured, u32), LayoutError> {
    let Some(&(sign, first)) = signs.first() else { return Err(LayoutError::OneMeasure) };
    let together = signs.iter().enumerate().all(|(n, (other, at))| *other == sign && *at == first + n);
    if !together {
        return Err(LayoutError::OneMeasure);
    }
    let (measured, most) = match sign {
        'w' => (Measured::Weight, Quantity::DECIMALS),
        'p' => (Measured::Price, Money::DECIMALS),
        _ => (Measured::Count, 0),
    };
    let end = first + signs.len();
    let behind = match point {
        None => 0,
        Some(at) if at >= first && at < end => end - at,
        Some(_) => return Err(LayoutError::Point),
    };
    match u32::try_from(behind) {
        Ok(decimals) if decimals <= most => Ok((measured, decimals)),
        _ => Err(LayoutError::Point),
    }
}

impl Layout {
    fn validate(&self, measure_digits: usize) -> Result<(), LayoutError> {
        if !matches!(self.places.first(), Some(Place::Digit(_))) {
            return Err(LayoutError::NoPrefix);
        }
        if !self.places.contains(&Place::Item) {
            return Err(LayoutError::NoItem);
        }
        let check = self.places.iter().position(|place| *place == Place::Check);
        if check.is_some_and(|at| at + 1 != self.places.len()) {
            return Err(LayoutError::CheckAtEnd);
        }
        if self.places.len() > CODE_CHARS_MAX || measure_digits > 15 {
            return Err(LayoutError::TooLong);
        }
        Ok(())
    }

    /// The digits with which each of its numbers begins.
    pub(super) fn prefix(&self) -> String {
        let digit =
            |place: &Place| if let Place::Digit(digit) = place { Some(char::from(*digit)) } else { None };
        self.places.iter().map_while(digit).collect()
    }

    pub(super) fn length(&self) -> usize {
        self.places.len()
    }

    pub(super) fn has_check_digit(&self) -> bool {
        self.places.last() == Some(&Place::Check)
    }

    /// What the number says, if it is laid out like this.
    pub(super) fn read(&self, text: &str, lookup: Lookup) -> Option<Result<Label, Unreadable>> {
        let fits = |(place, byte): (&Place, u8)| match place {
            Place::Digit(digit) => *digit == byte,
            _ => byte.is_ascii_digit(),
        };
        if text.len() != self.places.len() || !self.places.iter().zip(text.bytes()).all(fits) {
            return None;
        }
        if self.has_check_digit() && !has_check_digit(text) {
            return None;
        }
        Some(self.label(text, lookup))
    }

    fn label(&self, text: &str, lookup: Lookup) -> Result<Label, Unreadable> {
        let of = |wanted: fn(&Place) -> bool| -> String {
            self.places.iter().zip(text.chars()).filter(|(place, _)| wanted(place)).map(|(_, c)| c).collect()
        };
        let digits = of(|place| *place == Place::Measure);
        let units = |kept| scaled(&digits, self.decimals, kept).ok_or(Unreadable::Measure);
        let measure = match self.measured {
            Measured::Weight => Measure::Quantity(Quantity(units(Quantity::DECIMALS)?)),
            Measured::Price => Measure::Price(Money(units(Money::DECIMALS)?)),
            Measured::Count => Measure::Count(Quantity(units(Quantity::DECIMALS)?)),
        };
        let number = match lookup {
            Lookup::Item => of(|place| *place == Place::Item),
            Lookup::Prefixed => of(|place| matches!(place, Place::Digit(_) | Place::Item)),
            Lookup::Zeroed => self.zeroed(text),
        };
        number.parse().map(|barcode| Label::of(barcode, measure)).map_err(|_| Unreadable::Character)
    }

    fn zeroed(&self, text: &str) -> String {
        let kept = |(place, c): (&Place, char)| match place {
            Place::Digit(_) | Place::Item => Some(c),
            Place::Measure | Place::Any => Some('0'),
            Place::Check => None,
        };
        let mut number: String = self.places.iter().zip(text.chars()).filter_map(kept).collect();
        if self.has_check_digit() {
            number.extend(check_digit(&number).map(char::from));
        }
        number
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.measured {
            Measured::Weight => 'w',
            Measured::Price => 'p',
            Measured::Count => 'n',
        };
        let mut measure_left = self.places.iter().filter(|place| **place == Place::Measure).count();
        let mut written = String::new();
        for place in &self.places {
            match place {
                Place::Measure if measure_left == self.decimals as usize => written.extend(['.', sign]),
                Place::Measure => written.push(sign),
                Place::Digit(digit) => written.push(char::from(*digit)),
                Place::Item => written.push('i'),
                Place::Any => written.push('x'),
                Place::Check => written.push('c'),
            }
            measure_left -= usize::from(*place == Place::Measure);
        }
        f.write_str(&written)
    }
}

impl TryFrom<String> for Layout {
    type Error = LayoutError;

    fn try_from(text: String) -> Result<Self, LayoutError> {
        text.parse()
    }
}

impl From<Layout> for String {
    fn from(layout: Layout) -> Self {
        layout.to_string()
    }
}

#[cfg(test)]
mod tests;
