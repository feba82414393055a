//! The pages beside the sale: price check, new member, a customer without the card, queue and devices. They share a
//! frame, the header and the live connection; each brings its own middle.

use askama::Template;

use super::Ui;
use super::pages::Step;
use super::problem::Refusal;
use super::screen::{Head, Mode, Screen};
use super::words::Preferences;

/// Name in addresses, and the key of the title.
pub const PRICE: Mode = Mode::Beside { name: "price", title: "price-title" };
pub const ENROL: Mode = Mode::Beside { name: "enrol", title: "enrol-title" };
pub const FIND: Mode = Mode::Beside { name: "find", title: "find-title" };
pub const LATE: Mode = Mode::Beside { name: "late", title: "late-title" };
pub const STATUS: Mode = Mode::Beside { name: "status", title: "status-title" };

/// Header and notice, for a page whose middle stands still.
#[derive(Template)]
#[template(source = r#"{% include "till/part_notice.html" %}"#, ext = "html")]
pub(super) struct Said<'a> {
    pub(super) s: &'a Screen,
}

impl Ui {
    /// The live parts of a page beside the sale; `None` for other pages.
    pub(super) async fn beside_fragment(
        &self,
        n: i64,
        prefs: Preferences,
        mode: &str,
    ) -> Result<Option<Step>, Refusal> {
        let (mode, middle) = match mode {
            "price" => (PRICE, self.price_part(n, prefs).await?),
            "enrol" => (ENROL, self.enrol_part(n, prefs).await?),
            "find" => (FIND, self.find_part(n, prefs).await?),
            "late" => (LATE, self.late_part(n, prefs).await?),
            "status" => (STATUS, self.status_part(n, prefs).await?),
            _ => return Ok(None),
        };
        let screen = self.screen(n, prefs, mode).await?;
        let (head, said) = (Head { s: &screen }.render()?, Said { s: &screen }.render()?);
        Ok(Some(Step::Swap(format!("{head}{said}{middle}"))))
    }
}
