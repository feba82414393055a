//! The files that pages need, compiled in: no other host is ever asked for anything.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kit::tokens::TOKENS_CSS;
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    kind: &'static str,
    body: String,
    /// Part of the address, so that a browser may keep the file for ever.
    version: String,
}

const ICON: &str = include_str!("icon.svg");

static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        asset("hub.css", "text/css; charset=utf-8", format!("{TOKENS_CSS}\n{}", include_str!("hub.css"))),
        asset("hub.js", "text/javascript; charset=utf-8", include_str!("hub.js").to_owned()),
        asset("card.css", "text/css; charset=utf-8", format!("{TOKENS_CSS}\n{}", include_str!("card.css"))),
        asset("receipt.css", "text/css; charset=utf-8", sheet_of_receipts()),
        asset("card.js", "text/javascript; charset=utf-8", include_str!("card.js").to_owned()),
        asset("icon.svg", "image/svg+xml", ICON.to_owned()),
    ]
});

fn asset(name: &'static str, kind: &'static str, body: String) -> Asset {
    let version = hex::encode(&Sha256::digest(body.as_bytes())[..6]);
    Asset { name, kind, body, version }
}

/// A receipt's page is dressed like a customer's own, and has paper on it.
fn sheet_of_receipts() -> String {
    format!("{TOKENS_CSS}\n{}\n{}", include_str!("card.css"), include_str!("receipt.css"))
}

/// The address of a file, with its version.
pub fn href(name: &str) -> String {
    let version = ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.version.as_str());
    format!("/assets/{name}?v={version}")
}

/// `GET /assets/{name}`
pub async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(asset.kind));
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    (headers, asset.body.as_str()).into_response()
}

#[cfg(test)]
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    ASSETS.iter().map(|asset| (asset.name, asset.body.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_its_file() {
        let one = asset("x", "text/plain", "1".to_owned());
        assert_ne!(one.version, asset("x", "text/plain", "2".to_owned()).version);
        assert!(href("hub.css").starts_with("/assets/hub.css?v="));
    }

    #[test]
    fn the_script_stays_small() {
        assert!(ASSETS[1].body.len() <= 6 * 1024, "{}", ASSETS[1].body.len());
    }

    #[test]
    fn every_colour_that_the_sheet_asks_for_is_a_token() {
        for sheet in ASSETS.iter().filter(|asset| asset.name.ends_with(".css")) {
            let css = &sheet.body;
            for used in css.split("var(").skip(1) {
                let name = used.split([')', ',']).next().unwrap();
                assert!(css.contains(&format!("{name}:")), "{}: {name} is not defined", sheet.name);
            }
        }
    }
}
