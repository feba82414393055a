//! GS1 element strings: what is written behind FNC1, cut into elements and checked.
//!
//! The table of application identifiers (AIs) is [`table`]; the same elements may come as a web address,
//! see [`link`]. Whatever an element says is held against its own shape (length, characters, check digit,
//! date) and against its neighbours. Registers that change from year to year (countries, currencies, banks,
//! kinds of packages, coupon codes) are not held here: they decide nothing at a till.

mod check;
mod date;
mod link;
mod part;
mod table;

use std::fmt;

pub use date::ElementDate;
pub(super) use link::is_address;

/// FNC1 as readers send it between elements.
pub const GROUP_SEPARATOR: char = '\u{1d}';

/// One AI and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Two to four digits.
    pub ai: String,
    pub value: String,
}

/// The elements of one symbol, in its order, each AI once: they fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elements(Vec<Element>);

/// Why a text is no element string. Each has a stable name for screens and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ElementError {
    #[error("the symbol begins an element that GS1 does not know")]
    UnknownAi,
    #[error("an element of the symbol is too short or too long")]
    Length,
    #[error("an element of the symbol has characters that it may not have")]
    Character,
    #[error("the check digit of an element is wrong: read it again")]
    CheckDigit,
    #[error("a date in the symbol is none")]
    Date,
    #[error("an element of the symbol has a value that it cannot have")]
    Value,
    #[error("two separators stand side by side in the symbol")]
    Separator,
    #[error("the symbol says one thing twice, and differently")]
    Repeated,
    #[error("an element of the symbol lacks the one that it belongs to")]
    Missing,
    #[error("two elements of the symbol exclude each other")]
    Excluded,
    #[error("the elements of the web address stand in the wrong place")]
    Order,
}

impl ElementError {
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownAi => "scan_element_unknown",
            Self::Length => "scan_element_length",
            Self::Character => "scan_element_character",
            Self::CheckDigit => "scan_element_check_digit",
            Self::Date => "scan_element_date",
            Self::Value => "scan_element_value",
            Self::Separator => "scan_element_separator",
            Self::Repeated => "scan_element_repeated",
            Self::Missing => "scan_element_missing",
            Self::Excluded => "scan_element_excluded",
            Self::Order => "scan_element_order",
        }
    }
}

impl Element {
    fn checked(ai: &str, value: &str) -> Result<Self, ElementError> {
        let element = Self { ai: ai.to_owned(), value: value.to_owned() };
        check::shape(&element)?;
        Ok(element)
    }
}

/// As it is printed below a symbol: `(01)09506000134352(10)LOT1`.
impl fmt::Display for Elements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|element| write!(f, "({}){}", element.ai, element.value))
    }
}

impl Elements {
    /// Reads what a symbol carries: the FNC1 that begins it is not part of the text, those inside are
    /// [`GROUP_SEPARATOR`]. One more at the end is let pass.
    pub fn read(text: &str) -> Result<Self, ElementError> {
        let mut rest = text;
        let mut elements = vec![];
        while !rest.is_empty() {
            if rest.starts_with(GROUP_SEPARATOR) {
                return Err(ElementError::Separator);
            }
            let (ai, row) = table::leading(rest).ok_or_else(|| unknown(rest))?;
            let behind = &rest[ai.len()..];
            let upto = behind.find(GROUP_SEPARATOR).unwrap_or(behind.len());
            let value = match row.fixed_length() {
                Some(length) => behind[..upto].get(..length).ok_or(ElementError::Length)?,
                None => &behind[..upto],
            };
            elements.push(Element::checked(ai, value)?);
            let after = &behind[value.len()..];
            rest = after.strip_prefix(GROUP_SEPARATOR).unwrap_or(after);
        }
        Self::checked(elements)
    }

    /// Reads the elements of a GS1 Digital Link address; nothing is fetched. `None` if the text is another
    /// address or none at all.
    pub fn read_link(text: &str) -> Result<Option<Self>, ElementError> {
        link::elements(text)?.map(Self::checked).transpose()
    }

    fn checked(found: Vec<Element>) -> Result<Self, ElementError> {
        let mut elements: Vec<Element> = vec![];
        for element in found {
            match elements.iter().find(|earlier| earlier.ai == element.ai) {
                Some(earlier) if earlier.value == element.value => {}
                Some(_) => return Err(ElementError::Repeated),
                None => elements.push(element),
            }
        }
        check::company(&elements)?;
        if elements.is_empty() { Err(ElementError::Length) } else { Ok(Self(elements)) }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Element> {
        self.0.iter()
    }

    pub fn value(&self, ai: &str) -> Option<&str> {
        self.0.iter().find(|element| element.ai == ai).map(|element| element.value.as_str())
    }

    /// The figure of an AI whose fourth digit counts the decimals, for example `310` (net weight in
    /// kilograms): its digits and how many of them stand behind the point.
    pub fn figure(&self, three_digits: &str) -> Option<(&str, u32)> {
        self.0.iter().find_map(|element| {
            let decimals = element.ai.strip_prefix(three_digits)?.parse().ok()?;
            Some((element.value.as_str(), decimals))
        })
    }

    /// The day of an AI such as 17.
    pub fn date(&self, ai: &str) -> Option<ElementDate> {
        ElementDate::read(self.value(ai)?.get(..6)?)
    }
}

fn unknown(text: &str) -> ElementError {
    let begins = text.starts_with(|c: char| c.is_ascii_digit());
    if begins { ElementError::UnknownAi } else { ElementError::Character }
}

#[cfg(test)]
mod tests;
