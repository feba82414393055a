//! What the figures mean and how the daily things are done, in the same place on every page.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Html;

use super::{frame, html, open_frame};
use crate::access::{Actor, Reader};
use crate::app::App;
use crate::error::Error;
use crate::kit::Page;

#[derive(Debug, Template)]
#[template(path = "access/pages/help.html")]
pub struct HelpPage {
    pub page: Page,
    pub words: Vec<(String, String)>,
    pub tasks: Vec<(String, String)>,
}

fn page(page: Page) -> HelpPage {
    let say = |keys: &[(&str, &str)]| {
        keys.iter().map(|(word, text)| (page.words.t(word), page.words.t(text))).collect()
    };
    HelpPage {
        words: say(&[
            ("help-visit", "help-visit-is"),
            ("help-gap", "help-gap-is"),
            ("help-next", "help-next-is"),
            ("help-usual", "help-usual-is"),
            ("help-lift", "help-lift-is"),
            ("help-cover", "help-cover-is"),
        ]),
        tasks: say(&[
            ("help-scan", "help-scan-how"),
            ("help-export", "help-export-how"),
            ("help-enrol", "help-enrol-how"),
            ("help-live", "help-live-how"),
        ]),
        page,
    }
}

/// `GET /help`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    actor: Option<Actor>,
    uri: Uri,
) -> Result<Html<String>, Error> {
    let frame = match &actor {
        Some(actor) => frame(&app, actor, &uri, chrono_tz::Tz::UTC, "help-title"),
        None => open_frame(&app, &reader, &uri, "help-title"),
    };
    html(&page(frame))
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::kit::Words;

    pub fn full(words: &Words) -> HelpPage {
        page(Page::sample(words, &words.t("help-title"), "/help"))
    }
}
