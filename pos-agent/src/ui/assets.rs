//! The style sheet and the script, built into the program and named by their content, so that a browser
//! may keep them for ever.

use std::sync::LazyLock;

use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

#[derive(Debug)]
pub struct Asset {
    folder: &'static str,
    name: &'static str,
    media_type: &'static str,
    body: String,
    /// The beginning of the content's digest.
    version: String,
}

impl Asset {
    fn new(name: &'static str, media_type: &'static str, body: String) -> Self {
        let version = hex::encode(&Sha256::digest(&body)[..6]);
        Self { folder: "till", name, media_type, body, version }
    }

    pub fn url(&self) -> String {
        format!("/{}/assets/{}?v={}", self.folder, self.name, self.version)
    }

    pub fn body(&self) -> &str {
        &self.body
    }
}

pub static CSS: LazyLock<Asset> = LazyLock::new(|| {
    let body = [
        kit::tokens::TOKENS_CSS,
        include_str!("../../assets/till.css"),
        include_str!("../../assets/beside.css"),
    ]
    .join("\n");
    Asset::new("till.css", "text/css; charset=utf-8", body)
});

pub static JS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("till.js", "text/javascript; charset=utf-8", include_str!("../../assets/till.js").to_owned())
});

pub static DISPLAY_CSS: LazyLock<Asset> = LazyLock::new(|| {
    let body = [kit::tokens::TOKENS_CSS, include_str!("../../assets/display.css")].join("\n");
    Asset { folder: "display", ..Asset::new("display.css", "text/css; charset=utf-8", body) }
});

pub static DISPLAY_JS: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/display.js").to_owned();
    Asset { folder: "display", ..Asset::new("display.js", "text/javascript; charset=utf-8", body) }
});

pub static LOGIN_JS: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/login.js").to_owned();
    Asset::new("login.js", "text/javascript; charset=utf-8", body)
});

fn answer(asset: &'static Asset) -> Response {
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.body()).into_response()
}

pub async fn css() -> Response {
    answer(&CSS)
}

pub async fn js() -> Response {
    answer(&JS)
}

pub async fn display_css() -> Response {
    answer(&DISPLAY_CSS)
}

pub async fn display_js() -> Response {
    answer(&DISPLAY_JS)
}

pub async fn login_js() -> Response {
    answer(&LOGIN_JS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stays_small_and_the_sheet_stands_still() {
        assert!(JS.body().len() <= 15_000, "till.js has {} bytes", JS.body().len());
        assert!(!CSS.body().contains("transition") && !CSS.body().contains("animation"));
        assert!(!CSS.body().contains("http"), "everything is embedded");
        assert!(DISPLAY_JS.body().len() <= 1_000 && !DISPLAY_CSS.body().contains("http"));
    }
}
