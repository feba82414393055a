//! GS1 Digital Link: elements in the path and behind the question mark of a web address
//! (GS1 Digital Link Standard: URI Syntax). It is read, never visited.

use super::{Element, ElementError, table};

/// RFC 3986, and the percent sign.
const ADDRESS_CHARACTERS: &[u8] = b"-._~:/?#[]@!$&'()*+,;=%";
/// Of those, the ones that no domain has.
const NOT_IN_DOMAIN: &[u8] = b"_~?#@!$&'()*+,;=%";

/// The elements of the address, each by itself in order. `None` if no key of GS1 stands in its path.
pub(super) fn elements(text: &str) -> Result<Option<Vec<Element>>, ElementError> {
    let Some((path, query)) = path_and_query(text) else { return Ok(None) };
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let Some(root) = root(&segments) else { return Ok(None) };
    let mut found = vec![];
    for pair in segments[root..].chunks_exact(2) {
        found.push(Element::checked(pair[0], &decoded(pair[1], false)?)?);
    }
    if !stands_in_order(&found) {
        return Err(ElementError::Order);
    }
    for parameter in query.split('&') {
        if let Some(element) = attribute(parameter)? {
            found.push(element);
        }
    }
    Ok(Some(found))
}

/// Whether the text is written like a web address.
pub(in crate::scan) fn is_address(text: &str) -> bool {
    path_and_query(text).is_some()
}

fn path_and_query(text: &str) -> Option<(&str, &str)> {
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || ADDRESS_CHARACTERS.contains(&b)) {
        return None;
    }
    let schemes = ["https://", "HTTPS://", "http://", "HTTP://"];
    let rest = schemes.into_iter().find_map(|scheme| text.strip_prefix(scheme))?;
    let slash = rest.find('/').filter(|at| *at > 0)?;
    let (domain, behind) = rest.split_at(slash);
    if domain.bytes().any(|b| NOT_IN_DOMAIN.contains(&b)) {
        return None;
    }
    let behind = behind.split('#').next().unwrap_or(behind);
    Some(behind.split_once('?').unwrap_or((behind, "")))
}

/// Where the key stands: the last one from which pairs of AI and value lead to the end.
fn root(segments: &[&str]) -> Option<usize> {
    let mut at = segments.len().checked_sub(2)?;
    loop {
        let row = table::exact(segments[at])?;
        if row.key.is_some() {
            return Some(at);
        }
        at = at.checked_sub(2)?;
    }
}

/// Whether the AIs behind the key are those that may follow it, each at most once, in their order.
fn stands_in_order(found: &[Element]) -> bool {
    let [key, followers @ ..] = found else { return false };
    let allowed = table::exact(&key.ai).and_then(|row| row.key).unwrap_or_default();
    allowed.split('|').any(|alternative| {
        let mut open = alternative.split(',');
        followers.iter().all(|follower| open.any(|ai| ai == follower.ai))
    })
}

/// A parameter that is no number means something to the web site alone.
fn attribute(parameter: &str) -> Result<Option<Element>, ElementError> {
    let Some((ai, value)) = parameter.split_once('=') else { return Ok(None) };
    if ai.is_empty() || !ai.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let row = table::exact(ai).ok_or(ElementError::UnknownAi)?;
    if !row.attribute {
        return Err(ElementError::Order);
    }
    Element::checked(ai, &decoded(value, true)?).map(Some)
}

/// Takes percent signs back. What is no text then has characters that no element has.
fn decoded(text: &str, plus_is_blank: bool) -> Result<String, ElementError> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let hex = rest.get(..2).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match (c, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            ('%', Some(byte)) if byte.is_ascii() && byte > 0 => {
                plain.push(char::from(byte));
                rest = &rest[2..];
            }
            ('%', Some(_)) => return Err(ElementError::Character),
            ('+', _) if plus_is_blank => plain.push(' '),
            _ => plain.push(c),
        }
    }
    Ok(plain)
}
