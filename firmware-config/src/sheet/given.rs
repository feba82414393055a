//! Words that somebody gives to be printed.

use super::error::SheetError;
use super::font::{Face, font};

/// Longer names leave a page no room for its codes.
pub(super) const NAME_MAX: usize = 100;
/// What a step does, or where it is known from.
pub(super) const WORDS_MAX: usize = 300;

/// Without blanks around it. Letters that the printed font lacks would come out as empty boxes, and a text
/// that is too long would push the codes off the page: both are refused. `what` names it in the message.
pub(super) fn printable(what: &str, text: &str, most: usize) -> Result<String, SheetError> {
    let text = text.trim();
    if let Some(letter) = text.chars().find(|letter| font(Face::Bold).glyph(*letter).0 == 0) {
        return Err(SheetError::config(
            "unprintable",
            format!("{what} holds {letter:?}, which cannot be printed"),
        ));
    }
    let length = text.chars().count();
    if length > most {
        let message = format!("{what} has {length} letters, and a page has room for {most}");
        return Err(SheetError::config("unprintable", message).fix("say it shorter"));
    }
    Ok(text.to_owned())
}
