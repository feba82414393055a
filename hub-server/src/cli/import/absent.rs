//! Columns that a file lacks: it says nothing about them, so what the hub knows stays. An empty cell is
//! another matter: it says that there is nothing.

use crate::catalogue::{Product, Store};
use crate::members::Profile;
use crate::stock::Count;

/// The names of the columns that the file lacks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Absent<'f>(pub &'f [&'static str]);

impl Absent<'_> {
    fn keep<T: Clone>(self, column: &str, cell: &mut T, known: &T) {
        if self.0.contains(&column) {
            cell.clone_from(known);
        }
    }

    pub fn keep_store(self, row: &mut Store, known: &Store) {
        self.keep("zone", &mut row.area, &known.area);
    }

    /// Barcodes need no keeping: a row only ever adds some.
    pub fn keep_product(self, row: &mut Product, known: &Product) {
        self.keep("line", &mut row.line, &known.line);
        self.keep("category", &mut row.category, &known.category);
        self.keep("cost", &mut row.cost, &known.cost);
        self.keep("tax_rate", &mut row.tax_rate, &known.tax_rate);
        self.keep("supplier", &mut row.supplier, &known.supplier);
        self.keep("sold_by", &mut row.sold.weighed, &known.sold.weighed);
        self.keep("open_price", &mut row.sold.open_price, &known.sold.open_price);
        self.keep("discreet", &mut row.sold.discreet, &known.sold.discreet);
        self.keep("gift_card", &mut row.sold.gift_card, &known.sold.gift_card);
    }

    pub fn keep_member(self, row: &mut Profile, known: &Profile) {
        self.keep("first_name", &mut row.first_name, &known.first_name);
        self.keep("last_name", &mut row.last_name, &known.last_name);
        self.keep("email", &mut row.email, &known.email);
        self.keep("phone", &mut row.phone, &known.phone);
        self.keep("birthday", &mut row.birthday, &known.birthday);
        let (consent, before) = (&mut row.consent, &known.consent);
        self.keep("consent_marketing", &mut consent.marketing, &before.marketing);
        // When and how somebody said no is not evidence of their yes.
        if before.marketing || !consent.marketing {
            self.keep("consent_at", &mut consent.at, &before.at);
            self.keep("consent_source", &mut consent.source, &before.source);
        }
    }

    pub fn keep_count(self, row: &mut Count, known: &Count) {
        self.keep("reorder_qty", &mut row.reorder_qty, &known.reorder_qty);
        self.keep("lead_days", &mut row.lead_days, &known.lead_days);
    }
}
