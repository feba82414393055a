//! Getting in and out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::{html, local_path, open_frame};
use crate::access::{Actor, Reader, staff};
use crate::app::App;
use crate::error::Error;
use crate::kit::form::{ErrorSummary, Field, Form, Input};
use crate::kit::{Page, Words};

#[derive(Debug, Template)]
#[template(path = "access/pages/login.html")]
pub struct LoginPage {
    pub page: Page,
    pub next: String,
    pub errors: ErrorSummary,
    pub fields: Vec<Field>,
    /// Said where the log-ins of the demo exist.
    pub demo: String,
}

#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// Who may get in with the published password of the demo; said on this machine only.
async fn demo_logins(app: &App) -> Result<Vec<&'static str>, Error> {
    if app.settings.listen.ip().is_loopback() { staff::demo::usable(app).await } else { Ok(Vec::new()) }
}

fn page(page: Page, form: &Form, next: &str, demo: &[&str]) -> LoginPage {
    let words = page.words.clone();
    LoginPage {
        next: local_path(next).to_owned(),
        errors: form.summary(&words),
        fields: vec![
            form.field("login", words.t("login-user"), Input::Text).filled_by("username"),
            form.field("password", words.t("login-password"), Input::Password).filled_by("current-password"),
        ],
        demo: if demo.is_empty() {
            String::new()
        } else {
            words.say(
                "login-demo",
                &[("users", demo.join(", ").as_str()), ("password", staff::demo::PASSWORD)],
            )
        },
        page: page.failed(!form.is_right()),
    }
}

/// `GET /login`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    actor: Option<Actor>,
    uri: Uri,
    Query(next): Query<Next>,
) -> Result<Response, Error> {
    if actor.is_some() {
        return Ok(Redirect::to(local_path(&next.next)).into_response());
    }
    let frame = open_frame(&app, &reader, &uri, "login-title");
    let demo = demo_logins(&app).await?;
    Ok(html(&page(frame, &Form::default(), &next.next, &demo))?.into_response())
}

/// `POST /login`
pub async fn enter(
    State(app): State<App>,
    reader: Reader,
    uri: Uri,
    mut form: Form,
) -> Result<Response, Error> {
    let frame = open_frame(&app, &reader, &uri, "login-title");
    require(&mut form, &frame.words);
    if !form.is_right() {
        return refused(frame, &form, StatusCode::UNPROCESSABLE_ENTITY);
    }
    match staff::log_in(&app, form.value("login"), form.raw("password").to_owned()).await {
        Ok(session) => {
            let cookie = session_cookie(&app, &session.token, session.max_age.num_seconds());
            let to = local_path(form.value("next")).to_owned();
            Ok(([(SET_COOKIE, cookie)], Redirect::to(&to)).into_response())
        }
        Err(Error::Refused(problem)) => {
            let locked = problem.code == "login_locked";
            let key = if locked { "login-wait" } else { "login-wrong" };
            form.wrong("login", frame.words.t(key));
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNAUTHORIZED);
            refused(frame, &form, status)
        }
        Err(other) => Err(other),
    }
}

fn require(form: &mut Form, words: &Words) {
    for (field, key) in [("login", "login-empty-user"), ("password", "login-empty-password")] {
        if form.raw(field).is_empty() {
            form.wrong(field, words.t(key));
        }
    }
}

fn refused(frame: Page, form: &Form, status: StatusCode) -> Result<Response, Error> {
    let Html(text) = html(&page(frame, form, form.value("next"), &[]))?;
    Ok((status, Html(text)).into_response())
}

/// `POST /logout`
pub async fn leave(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    if let Some(cookie) = CookieJar::from_headers(&headers).get(app.session_cookie()) {
        staff::log_out(&app, cookie.value()).await?;
    }
    let cookie = session_cookie(&app, "", 0);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/login")).into_response())
}

fn session_cookie(app: &App, token: &str, max_age_s: i64) -> String {
    let secure = if app.settings.behind_tls { "; Secure" } else { "" };
    let name = app.session_cookie();
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}")
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::kit::Theme;

    fn frame(words: &Words) -> Page {
        Page::plain(words.clone(), words.t("login-title"), "/login".to_owned(), Theme::Auto)
    }

    pub fn first(words: &Words) -> LoginPage {
        page(frame(words), &Form::default(), "/customers", &["gerente", "admin"])
    }

    pub fn wrong(words: &Words) -> LoginPage {
        let mut form = Form::of([("login".to_owned(), "gerente".to_owned())]);
        form.wrong("login", words.t("login-wrong"));
        form.wrong("password", words.t("login-empty-password"));
        page(frame(words), &form, "//evil", &[])
    }
}
