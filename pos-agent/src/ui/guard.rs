//! Who may give this till an order: only its own pages. The agent listens on the till machine without a
//! log-in, so any web page that the same browser visits could try to post here.
//!
//! Four locks, each enough against the usual attack: the host must be an address or `localhost` (a name
//! could be rebound to us), the browser must say that the order comes from our own origin, the form must
//! carry this till's token, and no page of ours runs a script or is framed from elsewhere.

use std::net::IpAddr;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header, request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::{CookieJar, Form};
use kit::Lang;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Ui;
use super::problem::Refusal;
use super::words::{Preferences, Theme};
use crate::till::At;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Set by the script on its own requests: the mode of the page that asks.
pub const LIVE: &str = "yapa-live";

/// An order from a page of this till: its fields, after all locks were passed.
#[derive(Debug)]
pub struct Order<T> {
    pub n: i64,
    /// Given by the page's script, which sends an order again until it hears an answer.
    pub id: Option<Uuid>,
    /// Somebody's agreement to what the cashier may not do alone.
    pub approval: Option<String>,
    pub fields: T,
    pub prefs: Preferences,
    /// The page's mode if its script asks for a fragment instead of a page.
    pub live: Option<String>,
}

/// The till in an order's address, whatever else stands there.
#[derive(Deserialize)]
pub(super) struct TillPath {
    pub n: i64,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
struct Id {
    order: Option<Uuid>,
    approval: Option<String>,
}

impl<T> Order<T> {
    pub fn at(&self) -> At {
        At::new(self.n, self.id)
    }
}

impl Ui {
    /// This till's token, new with each start of the agent.
    pub(super) fn token(&self, n: i64) -> String {
        let digest = Sha256::new().chain_update(*self.secret).chain_update(n.to_be_bytes()).finalize();
        hex::encode(&digest[..16])
    }

    fn knows(&self, n: i64, token: &str) -> bool {
        // Digests are compared, so that the time taken says nothing about the token.
        Sha256::digest(token) == Sha256::digest(self.token(n))
    }
}

impl<T: DeserializeOwned> FromRequest<Ui> for Order<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, ui: &Ui) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        if !same_origin(&parts.headers) {
            return Err(Refusal::Origin);
        }
        let path = Path::<TillPath>::from_request_parts(&mut parts, ui).await;
        let Path(TillPath { n }) = path.map_err(|_| Refusal::NotFound)?;
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), ui)
            .await
            .map_err(|_| Refusal::Form)?;
        let Token { token } = form(&parts, &bytes, ui).await.map_err(|_| Refusal::Token)?;
        if !ui.knows(n, &token) {
            return Err(Refusal::Token);
        }
        let Id { order: id, approval } = form(&parts, &bytes, ui).await?;
        let fields = form(&parts, &bytes, ui).await?;
        let live = parts.headers.get(LIVE).and_then(|v| v.to_str().ok()).map(str::to_owned);
        Ok(Self { n, id, approval, fields, prefs: preferences(&parts.headers), live })
    }
}

async fn form<T: DeserializeOwned>(parts: &request::Parts, bytes: &Bytes, ui: &Ui) -> Result<T, Refusal> {
    let again = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    Form::from_request(again, ui).await.map(|Form(fields)| fields).map_err(|_| Refusal::Form)
}

impl<S: Sync> FromRequestParts<S> for Preferences {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(preferences(&parts.headers))
    }
}

pub const LANG_COOKIE: &str = "yapa_lang";
pub const THEME_COOKIE: &str = "yapa_theme";
pub const VOLUME_COOKIE: &str = "yapa_volume";
pub const NUMPAD_COOKIE: &str = "yapa_numpad";
pub const CAPTURE_COOKIE: &str = "yapa_capture";

pub fn preferences(headers: &HeaderMap) -> Preferences {
    let jar = CookieJar::from_headers(headers);
    let value = |name| jar.get(name).map(|cookie| cookie.value().to_owned());
    Preferences {
        lang: value(LANG_COOKIE).and_then(|text| Lang::parse(&text)),
        theme: value(THEME_COOKIE).and_then(|text| Theme::parse(&text)),
        numpad: value(NUMPAD_COOKIE).is_some_and(|text| text == "1"),
        volume: value(VOLUME_COOKIE).and_then(|text| text.parse().ok()),
        capture_off: value(CAPTURE_COOKIE).is_some_and(|text| text == "0"),
    }
}

/// Browsers say where an order comes from. One that says nothing is no browser of today; the token
/// decides then.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    match (text("origin"), text("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) == Some(host)
        }
        (Some(_), None) => false,
    }
}

/// `127.0.0.1:8081`, `[::1]:8081`, `localhost`: what cannot be pointed elsewhere by a name server.
fn is_plain_host(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

/// Checks the host before anything else and puts the same headers on every answer.
pub async fn guard(State(ui): State<Ui>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    let path = request.uri().path().to_owned();
    let changes = request.method() != Method::GET;
    let mut response = match host {
        Some(host) if !is_plain_host(host) => Refusal::Host.into_response(),
        _ => next.run(request).await,
    };
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        response = refusal.dressed(&ui, &path, &headers);
    }
    if changes && response.status() == StatusCode::UNPROCESSABLE_ENTITY {
        tracing::debug!(path, "an order was not carried out");
    }
    let own = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: with it browsers send no usable Origin with a form.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    let all = response.headers_mut();
    all.extend(own.map(|(name, value)| (name, HeaderValue::from_static(value))));
    all.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_localhost_are_hosts() {
        for (host, wanted) in [
            ("127.0.0.1:8081", true),
            ("127.0.0.1", true),
            ("localhost:8081", true),
            ("LOCALHOST", true),
            ("[::1]:8081", true),
            ("192.168.1.20:8081", true),
            ("caja.example.com", false),
            ("127.0.0.1.example.com:8081", false),
            ("localhost.example.com", false),
            ("", false),
            ("[::1.example.com]", false),
        ] {
            assert_eq!(is_plain_host(host), wanted, "{host:?}");
        }
    }

    #[test]
    fn orders_come_from_our_own_pages() {
        let headers = |list: &[(&'static str, &'static str)]| -> HeaderMap {
            list.iter().map(|(k, v)| (k.parse().unwrap(), HeaderValue::from_static(v))).collect()
        };
        let host = ("host", "127.0.0.1:8081");
        for (list, wanted) in [
            (vec![host, ("sec-fetch-site", "same-origin")], true),
            (vec![host, ("sec-fetch-site", "same-site")], false),
            (vec![host, ("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8081")], false),
            (vec![host, ("origin", "http://127.0.0.1:8081")], true),
            (vec![host, ("origin", "http://127.0.0.1:9999")], false),
            (vec![host, ("origin", "null")], false),
            (vec![host], true),
        ] {
            assert_eq!(same_origin(&headers(&list)), wanted, "{list:?}");
        }
    }
}
