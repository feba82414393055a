//! Gathers the figures of one day, each only where the reader may see it.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Html;
use chrono::NaiveDate;
use domain::codes::StoreCode;
use domain::ids::AccountId;
use domain::time::plus_days;

use super::OverviewPage;
use super::present::{self, Figures, Overdue};
use crate::access::pages::html;
use crate::access::tills::{self, Till};
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::insights::{self, today};
use crate::kit::table::TableState;
use crate::members::{self, MemberView};
use crate::stock::{self, StockAlert};
use crate::sync::SILENT_AFTER;

/// A hub whose last sale is older than this shows its last day instead of an empty today: its data is
/// history.
const HISTORY_AFTER_DAYS: i64 = 6;
const LIST_ROWS: usize = 6;

/// `GET /`
pub async fn show(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Html<String>, Error> {
    let mut screen = Screen::open(&app, &actor, &uri, "overview-title").await?;
    let state = TableState::read("/", uri.query(), "");
    let store = screen.asked(state.filter("store"));
    let within = screen.within(store.as_ref());
    let as_of = insights::as_of(&mut screen.tx, screen.now).await?;
    let date = shown_day(state.filter("date").parse().ok(), screen.today(), as_of);
    let day = today::day_figures(&mut screen.tx, within.as_deref(), date, screen.now).await?;
    let figures = Figures {
        day,
        is_today: date == screen.today(),
        overdue: overdue(&app, &mut screen, &actor, as_of).await?,
        alerts: alerts(&mut screen, &actor, store.as_ref()).await?,
        tills: tills(&mut screen, &actor, within.as_deref()).await?,
        silent_before: screen.now - SILENT_AFTER,
        now: screen.now,
    };
    let stores = screen
        .stores
        .iter()
        .map(|s| (s.code.to_string(), s.name.clone(), store.as_ref() == Some(&s.code)))
        .collect();
    html(&OverviewPage {
        lead: present::lead(screen.words(), &figures),
        stores,
        date: state.filter("date").to_owned(),
        partial: present::partial(&screen, &figures),
        tiles: present::tiles(screen.words(), &figures),
        hours: present::hours(screen.words(), &figures),
        lists: present::lists(&screen, &figures),
        page: screen.page.live("sales"),
    })
}

fn shown_day(asked: Option<NaiveDate>, today: NaiveDate, as_of: Option<NaiveDate>) -> NaiveDate {
    match (asked, as_of) {
        (Some(asked), _) => asked,
        (None, Some(as_of)) if as_of < plus_days(today, -HISTORY_AFTER_DAYS) => as_of,
        _ => today,
    }
}

/// Who with a pattern is overdue, the longest first, and how many have a pattern.
async fn overdue(
    app: &App,
    screen: &mut Screen,
    actor: &Actor,
    as_of: Option<NaiveDate>,
) -> Result<Option<Overdue>, Error> {
    if !actor.may(Permission::ReadMembers) {
        return Ok(None);
    }
    let roll = app.roll.all(&mut screen.tx).await?;
    let late = |row: &insights::MemberVisits| as_of.and_then(|date| row.rhythm.overdue_days(date));
    let with_pattern = roll.iter().filter(|row| row.rhythm.interval.is_some()).count();
    let mut rows: Vec<(i64, usize)> = roll
        .iter()
        .enumerate()
        .filter_map(|(at, row)| late(row).filter(|days| *days > 0).map(|days| (days, at)))
        .collect();
    let count = rows.len();
    rows.sort_unstable_by_key(|(days, at)| (std::cmp::Reverse(*days), *at));
    rows.truncate(LIST_ROWS);
    let accounts: Vec<AccountId> = rows.iter().map(|(_, at)| roll[*at].member.account).collect();
    let known = members::of_accounts(&mut screen.tx, &accounts).await?;
    let full = actor.may(Permission::ReadContacts);
    let first = rows
        .into_iter()
        .map(|(days, at)| {
            let row = &roll[at];
            let member = known.iter().find(|member| member.id == row.member.id).unwrap_or(&row.member);
            (MemberView::of(member, &[], full), days, row.rhythm)
        })
        .collect();
    Ok(Some(Overdue { count, with_pattern, first }))
}

async fn alerts(
    screen: &mut Screen,
    actor: &Actor,
    store: Option<&StoreCode>,
) -> Result<Option<Vec<StockAlert>>, Error> {
    if !actor.may(Permission::ReadStock) {
        return Ok(None);
    }
    let mut alerts = stock::alerts(&mut screen.tx, store, screen.now).await?;
    alerts.retain(|alert| actor.scope.allows(alert.store.as_str()));
    Ok(Some(alerts))
}

async fn tills(
    screen: &mut Screen,
    actor: &Actor,
    within: Option<&[StoreCode]>,
) -> Result<Option<Vec<Till>>, Error> {
    if !actor.may(Permission::ReadTills) {
        return Ok(None);
    }
    let mut tills = tills::all(&mut screen.tx).await?;
    tills.retain(|till| {
        till.enrolled_at.is_some()
            && till.revoked_at.is_none()
            && within.is_none_or(|stores| stores.contains(&till.store))
    });
    Ok(Some(tills))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_shown_where_nothing_is_sold_today() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-05-10");
        for (asked, as_of, wanted) in [
            (None, None, "2026-05-10"),
            (None, Some("2026-05-09"), "2026-05-10"),
            (None, Some("2026-05-04"), "2026-05-10"),
            (None, Some("2017-12-31"), "2017-12-31"),
            (Some("2026-01-02"), Some("2017-12-31"), "2026-01-02"),
        ] {
            assert_eq!(shown_day(asked.map(day), today, as_of.map(day)), day(wanted), "{asked:?} {as_of:?}");
        }
    }
}
