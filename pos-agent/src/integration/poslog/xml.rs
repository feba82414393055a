//! An XML file as a tree of named elements, each with its line. Namespaces are read over: vendors bind the
//! standard's to any prefix and put their own elements between. Nothing is ever expanded but the five
//! entities of XML itself, so a file cannot grow or reach outside; a DOCTYPE is refused.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::PrefixDeclaration;
use quick_xml::{Reader, XmlVersion};

use super::BadPoslog;

/// A day of a large store; whatever is longer comes as several files.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;
const DEPTH_MAX: usize = 64;
/// Far more than any element of a ticket has.
const ATTRIBUTES_MAX: usize = 256;
const ELEMENTS_MAX: usize = 1_000_000;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Without its prefix.
    pub name: String,
    pub line: u64,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    pub fn flag(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(is_true)
    }

    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// XML Schema's two ways to say yes.
pub fn is_true(text: &str) -> bool {
    matches!(text.trim(), "true" | "1")
}

/// Reads a whole document.
pub fn parse(bytes: &[u8]) -> Result<Element, BadPoslog> {
    if bytes.len() > BYTES_MAX {
        return Err(BadPoslog::file("poslog_too_large", format!("the file has more than {BYTES_MAX} bytes")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_of(&bytes[..error.valid_up_to()]);
        BadPoslog::at("poslog_encoding", line, "", "the file is not UTF-8".to_owned())
    })?;
    let mut tree = Tree::default();
    let mut reader = Reader::from_str(text);
    let mut seen = 0;
    loop {
        let event = reader.read_event();
        let begun = usize::try_from(reader.error_position()).unwrap_or(0);
        let event = event.map_err(|e| {
            let line = line_of(&bytes[..begun.min(bytes.len())]);
            BadPoslog::at("poslog_xml", line, &tree.path(), e.to_string())
        })?;
        let end = usize::try_from(reader.buffer_position()).unwrap_or(bytes.len()).min(bytes.len());
        let is_over = event == Event::Eof;
        tree.take(event)?;
        tree.line += newlines(&bytes[seen..end]);
        seen = end;
        if is_over {
            return tree.finish();
        }
    }
}

fn line_of(before: &[u8]) -> u64 {
    1 + newlines(before)
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

#[derive(Debug, Default)]
struct Tree {
    /// Newlines read so far.
    line: u64,
    elements: usize,
    open: Vec<Element>,
    root: Option<Element>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>) -> Result<(), BadPoslog> {
        match event {
            Event::Start(start) => self.begin(&start),
            Event::Empty(start) => self.begin(&start).and_then(|()| self.end()),
            Event::End(_) => self.end(),
            Event::Text(text) => self.say(&text.xml10_content()),
            Event::CData(text) => self.say(&text.xml10_content()),
            Event::GeneralRef(reference) => self.refer(&reference),
            Event::DocType(_) => {
                Err(self.bad("poslog_doctype", "a file with a DOCTYPE is not read: leave it out"))
            }
            Event::Decl(declared) => match declared.encoding() {
                Some(Ok(name)) if !name.eq_ignore_ascii_case("utf-8") => {
                    Err(self.bad("poslog_encoding", "the file states another encoding than UTF-8"))
                }
                _ => Ok(()),
            },
            Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), BadPoslog> {
        self.elements += 1;
        if self.open.len() >= DEPTH_MAX || self.elements > ELEMENTS_MAX {
            return Err(self.bad("poslog_too_large", "the file has too many elements, or too deep ones"));
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.bad("poslog_xml", "a file has one outermost element"));
        }
        let name = start.local_name().as_ref().to_owned();
        let mut element = Element { name, line: self.line + 1, ..Element::default() };
        for (place, attribute) in start.attributes().enumerate() {
            if place >= ATTRIBUTES_MAX {
                return Err(self.bad("poslog_too_large", "an element has too many attributes"));
            }
            let attribute = attribute.map_err(|e| self.bad("poslog_xml", &e.to_string()))?;
            self.attribute(&mut element, &attribute)?;
        }
        self.open.push(element);
        Ok(())
    }

    fn attribute(&self, element: &mut Element, attribute: &Attribute<'_>) -> Result<(), BadPoslog> {
        let is_namespace = matches!(
            attribute.key.as_namespace_binding(),
            Some(PrefixDeclaration::Default | PrefixDeclaration::Named(_))
        );
        // Any entity that is not XML's own is an error here.
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|_| self.bad("poslog_entity", "an attribute has an entity of its own"))?;
        if !is_namespace {
            element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), BadPoslog> {
        let Some(element) = self.open.pop() else { return Err(self.bad("poslog_xml", "an end too many")) };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn say(&mut self, text: &str) -> Result<(), BadPoslog> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            // A byte order mark may stand before the document.
            None if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').is_empty() => {}
            None => return Err(self.bad("poslog_xml", "there is text outside of all elements")),
        }
        Ok(())
    }

    fn refer(&mut self, reference: &BytesRef<'_>) -> Result<(), BadPoslog> {
        let own = |tree: &Self| tree.bad("poslog_entity", "entities other than XML's own are not read");
        let text = match reference.resolve_char_ref() {
            Ok(Some(c)) => c.to_string(),
            Ok(None) => {
                let name: &str = reference;
                resolve_predefined_entity(name).ok_or_else(|| own(self))?.to_owned()
            }
            Err(_) => return Err(own(self)),
        };
        self.say(&text)
    }

    fn finish(mut self) -> Result<Element, BadPoslog> {
        if !self.open.is_empty() {
            return Err(self.bad("poslog_xml", "the file ends in the middle"));
        }
        self.root.take().ok_or_else(|| self.bad("poslog_xml", "the file is empty"))
    }

    fn bad(&self, code: &'static str, reason: &str) -> BadPoslog {
        BadPoslog::at(code, self.line + 1, &self.path(), reason.to_owned())
    }

    fn path(&self) -> String {
        self.open.iter().flat_map(|element| ["/", element.name.as_str()]).collect()
    }
}
