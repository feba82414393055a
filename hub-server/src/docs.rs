//! The API's own documentation: the document as the code states it, and a page that reads it, both from
//! this binary.

use std::sync::{Arc, LazyLock};

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use utoipa_swagger_ui::{Config, serve};

use crate::app::App;
use crate::error::Error;

pub const DOCUMENT_PATH: &str = "/api/openapi.json";

/// As everywhere, and also what this page does: it sets styles on elements that it makes. Nothing comes
/// from another host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // The validator would be a foreign host.
    Arc::new(Config::from(DOCUMENT_PATH).validator_url("none").try_it_out_enabled(true))
});

/// `GET /api/openapi.json`
pub async fn document(State(app): State<App>) -> Result<Response, Error> {
    let text = app.api.get().ok_or_else(|| anyhow::anyhow!("the routes were not built"))?;
    Ok(([(CONTENT_TYPE, "application/json")], text.clone()).into_response())
}

/// `GET /api/docs`
pub async fn front() -> Redirect {
    Redirect::to("/api/docs/")
}

/// `GET /api/docs/`
pub async fn index() -> Result<Response, Error> {
    page("index.html")
}

/// `GET /api/docs/{*file}`
pub async fn part(Path(file): Path<String>) -> Result<Response, Error> {
    page(&file)
}

fn page(file: &str) -> Result<Response, Error> {
    let found =
        serve(file, Arc::clone(&CONFIG)).map_err(|error| anyhow::anyhow!("documentation: {error}"))?;
    let found = found.ok_or_else(|| Error::not_found("not_found", "There is nothing at this address."))?;
    let mut response = found.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = found.content_type.parse() {
        headers.insert(CONTENT_TYPE, kind);
    }
    if found.gzpipped {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
