//! What the goods of a sale are called, where the till left it to a catalogue.

use super::{Sale, SaleLine};

/// What a catalogue calls the goods of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineNames<'a> {
    pub name: &'a str,
    pub product_line: &'a str,
    pub category: &'a str,
}

impl SaleLine {
    /// A finished sale from a file says which goods, not what they are called.
    pub fn is_nameless(&self) -> bool {
        self.name.is_empty() && self.product_line.is_empty()
    }
}

impl Sale {
    /// The same sale, its lines named by a catalogue where the till left name and product line empty. No sum
    /// rests on these words, so what [`Sale::close`] proved still holds.
    #[must_use]
    pub fn named<'a>(mut self, naming: impl Fn(&SaleLine) -> Option<LineNames<'a>>) -> Self {
        for line in self.0.lines.iter_mut().filter(|line| line.is_nameless()) {
            if let Some(LineNames { name, product_line, category }) = naming(line) {
                name.clone_into(&mut line.name);
                product_line.clone_into(&mut line.product_line);
                category.clone_into(&mut line.category);
            }
        }
        self
    }
}
