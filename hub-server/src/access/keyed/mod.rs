//! Pages that open by a key in their address and by nothing else: what stands around them, how often somebody may try,
//! and the one answer to every key that opens nothing.

use askama::Template;
use axum::http::header::{self, HeaderName, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono_tz::Tz;
use kit::Lang;

use super::pages::preferences;
use super::{Hub, LANG_COOKIE, Reader, secret};
use crate::error::Error;
use crate::kit::{Theme, Words, assets};

mod meter;
mod rates;

pub use rates::{Asker, Rates};

/// Beside what every answer carries: the address must not travel on, and no search engine keep the page.
const SECRET: [(HeaderName, &str); 2] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];
/// Seconds; see [`meter::Meter`].
const OFTEN_RETRY: HeaderValue = HeaderValue::from_static("600");

/// What a key is looked for by, whatever was written in its place: nothing that is asked for takes another way.
pub fn digest(key: &str) -> String {
    secret::digest(&key.to_ascii_lowercase())
}

pub fn sealed(answer: Result<Response, Error>) -> Response {
    let mut answer = answer.unwrap_or_else(IntoResponse::into_response);
    for (name, value) in SECRET {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// The same page again, where another language was chosen on it.
pub fn in_language(uri: &Uri) -> Option<Response> {
    let lang = Lang::parse(uri.query()?.strip_prefix("lang=")?)?;
    let cookie = preferences::cookie(LANG_COOKIE, lang.code());
    Some(([(SET_COOKIE, cookie)], Redirect::to(uri.path())).into_response())
}

/// One kind of such pages.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// How its texts begin: `…-title`, and for what is not there `…-gone-title`, `-what`, `-next`, and `…-often-…`.
    pub texts: &'static str,
    pub sheet: &'static str,
}

/// What stands around every page that a customer opens.
#[derive(Debug, Clone)]
pub struct Frame {
    pub words: Words,
    pub theme: &'static str,
    pub chain: String,
    pub title: String,
    pub texts: &'static str,
    pub sheet: &'static str,
}

impl Frame {
    pub fn new(reader: &Reader, hub: &Hub, zone: Tz, screen: Screen) -> Self {
        let words = Words::new(reader.locale, hub.currency.clone(), zone);
        let theme = Theme::parse(&reader.theme).code();
        Self::of(words, theme, hub.chain.clone(), screen)
    }

    fn of(words: Words, theme: &'static str, chain: String, Screen { texts, sheet }: Screen) -> Self {
        Self { title: words.t(&format!("{texts}-title")), words, theme, chain, texts, sheet }
    }

    #[cfg(test)]
    pub fn sample(words: &Words, screen: Screen) -> Self {
        Self::of(words.clone(), "auto", "Almacenes La Ceiba".to_owned(), screen)
    }

    pub fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// Each language by its own name.
    pub fn languages(&self) -> [(&'static str, &'static str); 2] {
        [("es", "Español"), ("en", "English")]
    }

    /// The one answer for a key that was never given, that ended, or that is none: nothing in it comes from the key.
    pub fn nobody(self) -> Result<Response, Error> {
        self.told("gone", StatusCode::NOT_FOUND)
    }

    /// After too many pages, or too many that there were not.
    pub fn too_often(self) -> Result<Response, Error> {
        let mut answer = self.told("often", StatusCode::TOO_MANY_REQUESTS)?;
        answer.headers_mut().insert(RETRY_AFTER, OFTEN_RETRY);
        Ok(answer)
    }

    fn told(self, why: &str, status: StatusCode) -> Result<Response, Error> {
        let page = NobodyPage::new(self, why);
        let text = page.render().map_err(|error| anyhow::anyhow!("rendering a page: {error}"))?;
        Ok((status, Html(text)).into_response())
    }
}

/// What stands where there is nothing to show.
#[derive(Debug, Template)]
#[template(path = "access/keyed/nobody.html")]
pub struct NobodyPage {
    pub frame: Frame,
    pub what: String,
    pub next: String,
}

impl NobodyPage {
    /// `why` is `gone` or `often`.
    pub fn new(mut frame: Frame, why: &str) -> Self {
        let text = |part: &str| frame.words.t(&format!("{}-{why}-{part}", frame.texts));
        let (title, what, next) = (text("title"), text("what"), text("next"));
        frame.title = title;
        Self { frame, what, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_an_address_has_a_digest_of_the_same_form() {
        let key = "abcdefghijklmnopqrstuvwxyz234567";
        assert_eq!(digest(key), digest(&key.to_uppercase()));
        assert!(!digest(key).contains(key));
        for odd in ["", "x", "../../etc", "\u{0}ñ", &"a".repeat(9_000)] {
            assert_eq!(digest(odd).len(), 64, "{odd}");
        }
    }
}
