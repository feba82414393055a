//! The page that the QR code of a receipt opens.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;
use domain::receipt_code;
use kit::slip::{Part, Writing};

use super::facts::Facts;
use super::slip;
use crate::access::Reader;
use crate::access::keyed::{Asker, Frame, Screen, in_language, sealed};
use crate::access::pages::html;
use crate::app::App;
use crate::error::Error;

const SCREEN: Screen = Screen { texts: "receiptpage", sheet: "receipt.css" };

#[derive(Debug, Template)]
#[template(path = "receipt_page/pages/receipt.html")]
pub struct ReceiptPage {
    pub frame: Frame,
    pub parts: Vec<Part>,
    /// The code for exchanges as a till reads it off the screen.
    pub qr: String,
}

impl ReceiptPage {
    fn new(mut frame: Frame, facts: &Facts, writing: Writing<'_>) -> Result<Self, Error> {
        let number = facts.sale.receipt_no.to_string();
        frame.title = frame.words.say("receiptpage-title-of", &[("number", number)]);
        let code = receipt_code::encode(facts.sale.id);
        let label = writing.with("receipt-code-label", "code", code.as_str());
        let qr = ::kit::qr::svg(&code, &label).map_err(anyhow::Error::from)?;
        Ok(Self { parts: slip::parts(facts, &frame.chain, &frame.words, writing), qr, frame })
    }
}

/// `GET /r/{token}`
pub async fn show(State(app): State<App>, reader: Reader, asker: Asker, uri: Uri) -> Response {
    sealed(match in_language(&uri) {
        Some(answer) => Ok(answer),
        None => shown(&app, &reader, asker, &uri).await,
    })
}

async fn shown(app: &App, reader: &Reader, asker: Asker, uri: &Uri) -> Result<Response, Error> {
    let now = app.clock.now();
    // A receipt says its own store's time.
    let frame = Frame::new(reader, &app.hub, Tz::UTC, SCREEN);
    if !app.receipt_rates.ask(asker, now) {
        return frame.too_often();
    }
    let key = uri.path().strip_prefix("/r/").unwrap_or_default();
    let found = match &app.settings.public_url {
        Some(_) => Facts::read(&mut app.db.read().await?, key).await?,
        // Who takes the setting back closes the pages too.
        None => None,
    };
    match found {
        Some(facts) => {
            let writing = Writing { locale: reader.locale, currency: &app.hub.currency };
            Ok(html(&ReceiptPage::new(frame, &facts, writing)?)?.into_response())
        }
        None if app.receipt_rates.miss(asker, now) => frame.nobody(),
        None => frame.too_often(),
    }
}

#[cfg(test)]
pub mod sample {
    use std::collections::BTreeMap;

    use domain::money::Quantity;
    use kit::{Currency, Locale};

    use super::*;
    use crate::access::keyed::NobodyPage;
    use crate::kit::Words;
    use crate::receipt_page::facts::sample::facts;

    pub fn returned(words: &Words) -> ReceiptPage {
        let currency: Currency = "COP".parse().unwrap();
        let locale = Locale::from(words.language());
        let facts = Facts { returned: BTreeMap::from([(1, Quantity(500))]), ..facts() };
        let frame = Frame::sample(words, SCREEN);
        ReceiptPage::new(frame, &facts, Writing { locale, currency: &currency }).unwrap()
    }

    pub fn gone(words: &Words) -> NobodyPage {
        NobodyPage::new(Frame::sample(words, SCREEN), "gone")
    }
}
