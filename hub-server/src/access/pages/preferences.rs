//! Language and theme: kept in a cookie for this browser, and on the account of whoever is signed in.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use kit::{Lang, Locale};

use super::local_path;
use crate::access::{Actor, LANG_COOKIE, THEME_COOKIE, staff};
use crate::app::App;
use crate::error::Error;
use crate::kit::Theme;
use crate::kit::form::Form;

const YEAR_S: i64 = 365 * 24 * 60 * 60;

/// `POST /preferences`
pub async fn save(State(app): State<App>, actor: Option<Actor>, form: Form) -> Result<Response, Error> {
    let lang = Lang::parse(form.value("lang")).unwrap_or_else(|| app.hub.locale.lang());
    let theme = Theme::parse(form.value("theme")).code();
    if let Some(actor) = actor.filter(|actor| !actor.csrf.is_empty()) {
        let locale = Locale::for_reader(lang, app.hub.locale);
        staff::set_preferences(&app, &actor.who, Some(locale), Some(theme)).await?;
    }
    let cookies = [(LANG_COOKIE, lang.code()), (THEME_COOKIE, theme)];
    let headers = AppendHeaders(cookies.map(|(name, value)| (SET_COOKIE, cookie(name, value))));
    Ok((headers, Redirect::to(local_path(form.value("back")))).into_response())
}

/// One that keeps a choice for this browser.
pub fn cookie(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; SameSite=Lax; HttpOnly; Max-Age={YEAR_S}")
}
