//! What every answer carries, whatever handler made it: a request id, the security headers, and for
//! refusals and breakages a body in the form that the asker reads.

use std::any::Any;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use kit::{Lang, Locale};
use tracing::Instrument;

use super::actor::Reader;
use super::{pages, secret};
use crate::app::App;
use crate::error::{Error, Fault};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const ALWAYS: [(HeaderName, &str); 4] = [
    (HeaderName::from_static("content-security-policy"), CSP),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("referrer-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Cookies that keep the reader's choices before log-in.
pub const LANG_COOKIE: &str = "lang";
pub const THEME_COOKIE: &str = "theme";

pub async fn edge(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = hex::encode(secret::bytes::<8>());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let reader = reader(request.headers(), app.hub.locale);
    request.extensions_mut().insert(reader.clone());
    // Whatever is logged on the way carries the id that the answer carries.
    let span = tracing::error_span!("request", request_id = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        if let Some(cause) = &fault.cause {
            app.metrics.count("yapa_faults_total", &[("code", &fault.problem.code)], 1);
            tracing::error!(
                request_id = %id,
                %method,
                path = for_the_log(&path),
                code = %fault.problem.code,
                cause,
                "request failed"
            );
        }
        response = answer(&app, response, &reader, fault, &path, &id);
    }
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status();
    app.metrics.count("yapa_http_requests_total", &[("route", route), ("status", status.as_str())], 1);
    dress(&mut response, &id);
    response
}

fn answer(
    app: &App,
    response: Response,
    reader: &Reader,
    mut fault: Fault,
    path: &str,
    id: &str,
) -> Response {
    let headers = response.headers().clone();
    let mut answer = if is_for_programs(path) {
        if fault.cause.is_some() {
            fault.problem.detail = Some(format!("request {id}"));
        }
        fault.into_response()
    } else {
        pages::fault(app, reader, &fault, path, id)
    };
    // What is written anew has a length of its own, and says once what both say.
    let written: HeaderMap = answer.headers().clone();
    for (name, value) in &headers {
        if *name != CONTENT_LENGTH && !written.contains_key(name) {
            answer.headers_mut().append(name, value.clone());
        }
    }
    answer.extensions_mut().remove::<Fault>();
    answer
}

fn dress(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Assets say for themselves how long they keep; everything else may be personal.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
}

/// The addresses of a customer's own page and of a receipt's are secrets, and a log is read by many.
fn for_the_log(path: &str) -> &str {
    match path {
        _ if path.starts_with("/c/") => "/c/…",
        _ if path.starts_with("/r/") => "/r/…",
        _ => path,
    }
}

fn is_for_programs(path: &str) -> bool {
    ["/api/v1/", "/sync/", "/livez", "/readyz"].iter().any(|start| path.starts_with(start))
}

fn reader(headers: &HeaderMap, chain: Locale) -> Reader {
    let cookies = CookieJar::from_headers(headers);
    let cookie = |name| cookies.get(name).map(|cookie| cookie.value().to_owned());
    let asked = headers.get("accept-language").and_then(|value| value.to_str().ok());
    let lang = cookie(LANG_COOKIE)
        .and_then(|text| Lang::parse(&text))
        .or_else(|| asked.and_then(Lang::from_accept_language))
        .unwrap_or_else(|| chain.lang());
    let theme =
        cookie(THEME_COOKIE).filter(|t| t == "light" || t == "dark").unwrap_or_else(|| "auto".to_owned());
    Reader { locale: Locale::for_reader(lang, chain), theme }
}

pub async fn no_such_page() -> Error {
    Error::not_found("not_found", "There is nothing at this address.")
}

pub async fn no_such_method() -> Error {
    Error::refused(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take that method.",
    )
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that the layer asks for")]
pub fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a handler panicked");
    Fault::internal(format!("panic: {text}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_log_holds_an_address_that_is_a_key() {
        for (path, wanted) in [
            ("/c/viig3wsn3o5oscxg6eyawrfmramp633l", "/c/…"),
            ("/c/", "/c/…"),
            ("/r/viig3wsn3o5oscxg6eyawrfmramp633l", "/r/…"),
            ("/readyz", "/readyz"),
            ("/customers/1", "/customers/1"),
            ("/", "/"),
        ] {
            assert_eq!(for_the_log(path), wanted);
        }
    }
}
