//! Reads fields given as text and collects what is wrong with each, instead of stopping at the first.

use std::fmt::Display;
use std::str::FromStr;

use domain::scan::holds_payment_card;
use domain::sync::FieldProblem;

#[derive(Debug, Default)]
pub(super) struct Reading(pub Vec<FieldProblem>);

impl Reading {
    pub fn field<T: FromStr>(&mut self, pointer: impl Display, text: &str) -> Option<T>
    where
        T::Err: Display,
    {
        // Whatever stands in the wrong field may be a payment card's number.
        if holds_payment_card(text) {
            return self.unsaid(pointer, text);
        }
        text.parse().map_err(|e: T::Err| self.wrong(pointer, format!("{text:?} {e}"))).ok()
    }

    /// As `field`, and the text itself is not said again: it may be the number of a payment card.
    pub fn unsaid<T: FromStr>(&mut self, pointer: impl Display, text: &str) -> Option<T>
    where
        T::Err: Display,
    {
        text.parse().map_err(|e: T::Err| self.wrong(pointer, e.to_string())).ok()
    }

    /// Empty is the same as absent.
    pub fn optional<T: FromStr>(&mut self, pointer: impl Display, text: Option<&str>) -> Option<T>
    where
        T::Err: Display,
    {
        self.field(pointer, said(text)?)
    }

    /// Empty is the same as absent, and the text is not said again.
    pub fn optional_unsaid<T: FromStr>(&mut self, pointer: impl Display, text: Option<&str>) -> Option<T>
    where
        T::Err: Display,
    {
        self.unsaid(pointer, said(text)?)
    }

    pub fn wrong(&mut self, pointer: impl Display, detail: String) {
        self.0.push(FieldProblem { pointer: pointer.to_string(), detail });
    }
}

fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
