//! Who may call: programs of this machine, never a web page from elsewhere. The host is checked for every
//! route of the agent; here it is the origin that a browser states, and the token if the settings want one.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::Companion;
use super::answer::ApiError;

pub(super) async fn gate(State(companion): State<Companion>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if is_from_elsewhere(headers) {
        return ApiError::new(403, "foreign_origin", "Pages from elsewhere may not call this till")
            .into_response();
    }
    if let Some(wanted) = companion.token()
        && !shows(headers, wanted)
    {
        let refused = ApiError::new(401, "bad_token", "The token of the local API is missing or wrong")
            .detail("send Authorization: Bearer with what the file of [integration] token_file holds");
        return ([(header::WWW_AUTHENTICATE, "Bearer")], refused).into_response();
    }
    next.run(request).await
}

/// Browsers say where a request comes from; a program says nothing.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let origin = text("origin").is_some_and(|origin| {
        let own = text("host").unwrap_or_default();
        origin.strip_prefix("http://") != Some(own)
    });
    site || origin
}

fn shows(headers: &HeaderMap, wanted: &str) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let token = shown.strip_prefix("Bearer ").unwrap_or_default();
    // Digests are compared, so that the time taken says nothing about the token.
    Sha256::digest(token.trim()) == Sha256::digest(wanted)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn pages_from_elsewhere_are_told_apart() {
        for (list, wanted) in [
            (vec![], false),
            (vec![("origin", "http://127.0.0.1:8081")], false),
            (vec![("sec-fetch-site", "same-origin")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("sec-fetch-site", "cross-site")], true),
            (vec![("sec-fetch-site", "same-site")], true),
            (vec![("origin", "http://evil.example")], true),
            (vec![("origin", "https://127.0.0.1:8081")], true),
            (vec![("origin", "http://127.0.0.1:9999")], true),
            (vec![("origin", "null")], true),
            (vec![("sec-fetch-site", "same-origin"), ("origin", "http://evil.example")], true),
        ] {
            let mut headers: HeaderMap =
                list.iter().map(|(k, v)| (k.parse().unwrap(), HeaderValue::from_static(v))).collect();
            headers.insert("host", HeaderValue::from_static("127.0.0.1:8081"));
            assert_eq!(is_from_elsewhere(&headers), wanted, "{list:?}");
        }
    }

    #[test]
    fn a_token_is_shown_whole() {
        for (shown, wanted) in [
            ("Bearer abcdefgh12345678", true),
            ("Bearer abcdefgh1234567", false),
            ("abcdefgh12345678", false),
            ("Bearer ", false),
        ] {
            let headers = [(header::AUTHORIZATION, HeaderValue::from_static(shown))].into_iter().collect();
            assert_eq!(shows(&headers, "abcdefgh12345678"), wanted, "{shown:?}");
        }
    }
}
