//! Each element by itself, and each in the company of the others.

use super::part::hold;
use super::{Element, ElementError, table};

pub(super) fn shape(element: &Element) -> Result<(), ElementError> {
    let row = table::exact(&element.ai).ok_or(ElementError::UnknownAi)?;
    if element.value.is_empty() {
        return Err(ElementError::Length);
    }
    hold(row.parts, &element.value)
}

/// A weight without its article, or an article beside the content of a pallet, would be read wrongly.
pub(super) fn company(elements: &[Element]) -> Result<(), ElementError> {
    let present = |pattern: &str| elements.iter().any(|element| matches(pattern, &element.ai));
    for element in elements {
        let row = table::exact(&element.ai).ok_or(ElementError::UnknownAi)?;
        let others = elements.iter().filter(|other| other.ai != element.ai);
        let excluded = |pattern: &str| others.clone().any(|other| matches(pattern, &other.ai));
        if list(row.not_with).any(excluded) || others.clone().any(|other| row.is_other_scale(&other.ai)) {
            return Err(ElementError::Excluded);
        }
        for needed in row.needs {
            if !list(needed).any(|group| group.split('+').all(present)) {
                return Err(ElementError::Missing);
            }
        }
    }
    Ok(())
}

fn list(names: &str) -> impl Iterator<Item = &str> {
    names.split(',').filter(|name| !name.is_empty())
}

/// `31nn` stands for every AI of four digits that begins with 31.
fn matches(pattern: &str, ai: &str) -> bool {
    pattern.len() == ai.len() && pattern.bytes().zip(ai.bytes()).all(|(p, a)| p == b'n' || p == a)
}
