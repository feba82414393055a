//! What a symbol promises about its text, before any rule of the chain is asked.

use super::gs1::{self, Elements, GROUP_SEPARATOR};
use super::{Origin, Scan, Unreadable, has_check_digit, track};
use crate::codes::{CODE_CHARS_MAX, is_invisible};

/// The part of a scan that rules look at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content<'t> {
    pub text: &'t str,
    pub carried: Carried,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Carried {
    Plain,
    /// The symbol itself says that this is an article number.
    Article,
    Elements(Elements),
    /// A web address, in which there may be elements.
    Address,
}

pub(super) fn content(scan: &Scan) -> Result<Content<'_>, Unreadable> {
    let text = scan.text.trim_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    let content = match scan.aim.map(|aim| (aim.symbology, aim.modifier, aim.is_gs1())) {
        Some((b'E', b'0', _)) => article(text, &[13])?,
        Some((b'E', b'4', _)) => article(text, &[8])?,
        Some((b'E', b'3', _)) => article_with_add_on(text)?,
        Some((b'E', b'1' | b'2', _)) => return Err(Unreadable::AddOnOnly),
        Some((b'I', b'1', _)) if text.len() == 14 => article(text, &[14])?,
        Some((b'I', b'1', _)) => checked(text)?,
        Some((_, _, true)) => return elements(text),
        // Separators come out of element strings alone, whoever sends them without naming the symbol.
        None if text.contains(GROUP_SEPARATOR) => {
            return elements(text.strip_prefix(GROUP_SEPARATOR).unwrap_or(text));
        }
        _ if scan.origin == Origin::MagStripe => plain(track::number(text)?),
        _ if gs1::is_address(text) => Content { text, carried: Carried::Address },
        _ => plain(text),
    };
    well_formed(content)
}

fn plain(text: &str) -> Content<'_> {
    Content { text, carried: Carried::Plain }
}

fn checked(text: &str) -> Result<Content<'_>, Unreadable> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unreadable::Character);
    }
    if has_check_digit(text) { Ok(plain(text)) } else { Err(Unreadable::CheckDigit) }
}

fn article<'t>(text: &'t str, lengths: &[usize]) -> Result<Content<'t>, Unreadable> {
    if !lengths.contains(&text.len()) {
        return Err(Unreadable::Length);
    }
    Ok(Content { carried: Carried::Article, ..checked(text)? })
}

/// An EAN-13 with the two or five digits beside it (issue of a magazine, price of a book) in one message.
fn article_with_add_on(text: &str) -> Result<Content<'_>, Unreadable> {
    match text.split_at_checked(13) {
        Some((ean, add_on)) if matches!(add_on.len(), 2 | 5) => article(ean, &[13]),
        _ => Err(Unreadable::Length),
    }
}

fn elements(text: &str) -> Result<Content<'_>, Unreadable> {
    Ok(Content { text, carried: Carried::Elements(Elements::read(text)?) })
}

fn well_formed(content: Content<'_>) -> Result<Content<'_>, Unreadable> {
    let mut chars = 0;
    for c in content.text.chars() {
        chars += 1;
        if is_invisible(c) || c == char::REPLACEMENT_CHARACTER {
            return Err(Unreadable::Character);
        }
    }
    // An address may be longer than what it says.
    if chars > CODE_CHARS_MAX && content.carried != Carried::Address {
        return Err(Unreadable::TooLong);
    }
    Ok(content)
}
