//! The frame that a signed-in reader gets around every page, and the pages that belong to no other room:
//! log-in, help, what went wrong.

use askama::Template;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use chrono_tz::Tz;

use super::actor::{Actor, Reader};
use super::rules::Permission;
use crate::app::App;
use crate::error::{Error, Fault};
use crate::kit::page::{FaultPage, ListPage};
use crate::kit::table::{CsvMode, Table, csv};
use crate::kit::{NavItem, Page, Theme, Words};

pub mod help;
pub mod login;
pub mod preferences;

/// Every section with the text of its entry and what opening it needs.
const NAV: [(&str, &str, Permission); 12] = [
    ("/", "nav-overview", Permission::ReadOverview),
    ("/customers", "nav-customers", Permission::ReadMembers),
    ("/adjustments", "nav-adjustments", Permission::AdjustPoints),
    ("/gift-cards", "nav-gift-cards", Permission::ReadGiftCards),
    ("/affinity", "nav-affinity", Permission::ReadInsights),
    ("/stock", "nav-stock", Permission::ReadStock),
    ("/promotions", "nav-promotions", Permission::ReadPromotions),
    ("/programme", "nav-programme", Permission::ReadProgramme),
    ("/tills", "nav-tills", Permission::ReadTills),
    ("/liability", "nav-liability", Permission::ReadAccounting),
    ("/signals", "nav-signals", Permission::ReadSignals),
    ("/quarantine", "nav-quarantine", Permission::ReadQuarantine),
];

/// The section that an address belongs to.
fn is_current(href: &str, path: &str) -> bool {
    path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

fn nav(actor: &Actor, words: &Words, path: &str) -> Vec<NavItem> {
    NAV.iter()
        .filter(|(_, _, permission)| actor.may(*permission))
        .map(|(href, key, _)| NavItem { href, label: words.t(key), current: is_current(href, path) })
        .collect()
}

/// The frame for a signed-in reader. `zone` is that of the stores whose times the page shows.
pub fn frame(app: &App, actor: &Actor, uri: &Uri, zone: Tz, title: &str) -> Page {
    let words = Words::new(actor.locale, app.hub.currency.clone(), zone);
    let role = words.t(&format!("role-{}", actor.role));
    let title = words.t(title);
    Page {
        staff: actor.name.clone(),
        role,
        csrf: actor.csrf.clone(),
        nav: nav(actor, &words, uri.path()),
        ..Page::plain(words, title, address(uri), Theme::parse(&actor.theme))
    }
}

/// The frame for somebody unknown.
pub fn open_frame(app: &App, reader: &Reader, uri: &Uri, title: &str) -> Page {
    let words = Words::new(reader.locale, app.hub.currency.clone(), Tz::UTC);
    let title = words.t(title);
    Page::plain(words, title, address(uri), Theme::parse(&reader.theme))
}

fn address(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), |text| text.as_str().to_owned())
}

/// A template as an answer.
pub fn html(template: &impl Template) -> Result<Html<String>, Error> {
    let text = template.render().map_err(|error| anyhow::anyhow!("rendering a page: {error}"))?;
    Ok(Html(text))
}

/// A list as a page, or as the file that its address asks for.
pub fn list_answer(page: &ListPage) -> Result<Response, Error> {
    match page.table.state.csv {
        Some(mode) => file(&page.table, mode),
        None => Ok(html(page)?.into_response()),
    }
}

/// A table as a file to keep.
pub fn file(table: &Table, mode: CsvMode) -> Result<Response, Error> {
    let bytes = csv::write(&table.columns, &table.rows, mode)
        .map_err(|error| anyhow::anyhow!("writing a CSV file: {error}"))?;
    let name = format!("attachment; filename=\"{}.csv\"", table.id);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// An address of this hub to go back to; anything that could lead elsewhere becomes the overview.
pub fn local_path(asked: &str) -> &str {
    let other_host = asked.starts_with("//") || asked.contains('\\') || asked.contains(char::is_control);
    if asked.starts_with('/') && !other_host { asked } else { "/" }
}

/// The words for a refusal or a breakage: title, what happened, what to do.
fn fault_keys(status: StatusCode) -> [&'static str; 3] {
    match status.as_u16() {
        404 | 405 => ["fault-404-title", "fault-404-what", "fault-404-next"],
        401 | 403 => ["fault-403-title", "fault-403-what", "fault-403-next"],
        409 => ["fault-409-title", "fault-409-what", "fault-409-next"],
        500.. => ["fault-500-title", "fault-500-what", "fault-500-next"],
        _ => ["fault-400-title", "fault-400-what", "fault-400-next"],
    }
}

/// A refusal or a breakage as a page in the reader's language; `id` finds it in the log.
pub(super) fn fault(app: &App, reader: &Reader, fault: &Fault, path: &str, id: &str) -> Response {
    let status = StatusCode::from_u16(fault.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let [title, what, next] = fault_keys(status);
    let uri = path.parse().unwrap_or_default();
    let page = open_frame(app, reader, &uri, title);
    let words = page.words.clone();
    let page = FaultPage {
        what: words.t(what),
        next: words.t(next),
        href: "/".to_owned(),
        link: words.t("fault-home"),
        code: format!("{} · {id}", fault.problem.code),
        page,
    };
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        for (asked, wanted) in [
            ("/customers?q=a", "/customers?q=a"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\nx", "/"),
            ("", "/"),
        ] {
            assert_eq!(local_path(asked), wanted, "{asked:?}");
        }
    }

    #[test]
    fn a_section_is_current_with_all_under_it() {
        for (href, path, wanted) in [
            ("/", "/", true),
            ("/", "/customers", false),
            ("/customers", "/customers/1", true),
            ("/customers", "/customers-x", false),
        ] {
            assert_eq!(is_current(href, path), wanted, "{href} {path}");
        }
    }
}
