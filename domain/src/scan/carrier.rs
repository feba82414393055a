//! What a symbol promises about its text, before any rule of the chain is asked.

use super::{Origin, Scan, Unreadable, has_check_digit, track};
use crate::codes::{CODE_CHARS_MAX, is_invisible};

/// The part of a scan that rules look at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content<'t> {
    pub text: &'t str,
    /// The symbol itself says that this is an article number.
    pub is_article: bool,
}

/// FNC1 between the elements of a GS1 element string.
const GROUP_SEPARATOR: char = '\u{1d}';

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
        Some((b'I', b'1', _)) => Content { is_article: text.len() == 14, ..checked(text)? },
        Some((_, _, true)) if text.starts_with("01") => element_string_article(&text[2..])?,
        _ if scan.origin == Origin::MagStripe => plain(track::number(text)?),
        _ => plain(text),
    };
    well_formed(content)
}

fn plain(text: &str) -> Content<'_> {
    Content { text, is_article: false }
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
    Ok(Content { is_article: true, ..checked(text)? })
}

/// An EAN-13 with the two or five digits beside it (issue of a magazine, price of a book) in one message.
fn article_with_add_on(text: &str) -> Result<Content<'_>, Unreadable> {
    match text.split_at_checked(13) {
        Some((ean, add_on)) if matches!(add_on.len(), 2 | 5) => article(ean, &[13]),
        _ => Err(Unreadable::Length),
    }
}

/// The GTIN that leads an element string. What follows (lot, dates, serial number) says nothing about
/// what is sold, except on articles of variable measure, whose GTIN begins with 9.
fn element_string_article(text: &str) -> Result<Content<'_>, Unreadable> {
    let (gtin, behind) = text.split_at_checked(14).ok_or(Unreadable::Length)?;
    if behind.chars().any(|c| c != GROUP_SEPARATOR && !c.is_ascii_graphic()) {
        return Err(Unreadable::Character);
    }
    let content = article(gtin, &[14])?;
    if gtin.starts_with('9') { Err(Unreadable::Measure) } else { Ok(content) }
}

fn well_formed(content: Content<'_>) -> Result<Content<'_>, Unreadable> {
    let mut chars = 0;
    for c in content.text.chars() {
        chars += 1;
        if is_invisible(c) || c == char::REPLACEMENT_CHARACTER {
            return Err(Unreadable::Character);
        }
    }
    if chars > CODE_CHARS_MAX {
        return Err(Unreadable::TooLong);
    }
    Ok(content)
}
