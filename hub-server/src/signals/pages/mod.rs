//! The list of signals, and the page of one of them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::AccountId;

use super::{Alert, DAYS_MAX, Found, Limits, Look, Range, Rule, Standing, find, is_in, looks, standing};
use crate::access::pages::{file, html};
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::kit::table::{Cell, Column, Empty, Filter, Kind, Table, TableState};
use crate::kit::{Page, Words};
use crate::members::{self, Member, MemberView};

pub mod one;
#[cfg(test)]
pub mod sample;
mod show;

use show::{Names, about, card, events, place, rule_name, standing_cell, value};

#[derive(Debug, Template)]
#[template(path = "signals/pages/signals.html")]
pub struct SignalsPage {
    pub page: Page,
    pub lead: String,
    pub table: Table,
    /// Rules that cannot be answered, and why.
    pub unanswered: Vec<(String, String)>,
    /// The other rules with their limits.
    pub rules: Vec<(String, String)>,
}

const SORTS: [&str; 4] = ["date", "rule", "place", "cashier"];
const BY_DEFAULT: &str = "-date";
/// More than anybody looks through on a screen; how many more there are is said.
const SHOWN: usize = 1_000;

/// `GET /signals`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/signals", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    let mut screen = Screen::open(&app, &actor, &uri, "signals-title").await?;
    let asked = Asked::read(&screen, &state);
    let stores = crate::catalogue::stores(&mut screen.tx).await?;
    let found = find(&mut screen.tx, &stores, asked.range, &app.settings.signals).await?;
    let Found { mut alerts, unanswered } = found;
    alerts.retain(|alert| is_in(&actor.scope, alert) && asked.takes(alert));
    let keys: Vec<String> = alerts.iter().map(|alert| alert.key.clone()).collect();
    let looks = looks(&mut screen.tx, &keys).await?;
    alerts.retain(|alert| asked.takes_standing(standing(alert, &looks)));
    sort(&mut alerts, &state);
    // A file has all of them.
    let left_off = if state.csv.is_some() { 0 } else { alerts.len().saturating_sub(SHOWN) };
    alerts.truncate(alerts.len() - left_off);
    let (shown, total) = Table::page_of(alerts, &state);
    let mut seen = Seen::read(&mut screen, &actor, &shown).await?;
    // Names leave as a file only with whom the list of customers does.
    seen.opens &= state.csv.is_none() || actor.may(Permission::Export);
    let names = Names::of(&screen);
    let rows = shown.iter().map(|alert| row(&names, &seen, &looks, alert)).collect();
    let lead = asked.lead(screen.words(), left_off);
    let filters = filters(&asked, screen.words(), screen.store_filter(&asked.store));
    let table = table(screen.words(), screen.now, filters, state, (rows, total));
    if let Some(mode) = table.state.csv {
        return file(&table, mode);
    }
    Ok(html(&signals_page(screen.page, lead, table, &unanswered, &app.settings.signals))?.into_response())
}

fn signals_page(page: Page, lead: String, table: Table, cannot: &[Rule], limits: &Limits) -> SignalsPage {
    let words = &page.words;
    let (cannot, can): (Vec<Rule>, Vec<Rule>) = Rule::ALL.into_iter().partition(|rule| cannot.contains(rule));
    let why = |rule: Rule| (rule_name(words, rule), words.t(&format!("signal-why-{}", show::key(rule))));
    let with = |rule: Rule| (rule_name(words, rule), about(words, rule, limits));
    let unanswered = cannot.into_iter().map(why).collect();
    let rules = can.into_iter().map(with).collect();
    SignalsPage { page, lead, table, unanswered, rules }
}

/// What an address asks for.
struct Asked {
    range: Range,
    /// Earlier dates were asked for than are looked at.
    shortened: bool,
    store: String,
    rule: Option<Rule>,
    /// Empty is what is open, `looked` the rest, `all` both.
    state: String,
}

impl Asked {
    fn read(screen: &Screen, state: &TableState) -> Self {
        let date = |key: &str| state.filter(key).parse::<NaiveDate>().ok();
        let range = Range::asked(date("from"), date("to"), screen.today());
        Self {
            range,
            shortened: date("from").is_some_and(|from| from < range.from),
            store: screen.asked(state.filter("store")).map(|code| code.to_string()).unwrap_or_default(),
            rule: state.filter("rule").parse().ok(),
            state: state.filter("state").to_owned(),
        }
    }

    /// One store's are those with an event there.
    fn takes(&self, alert: &Alert) -> bool {
        let at = |store: &str| {
            alert.events.iter().any(|e| e.place.as_ref().is_some_and(|p| p.0.as_str() == store))
        };
        self.rule.is_none_or(|rule| alert.rule == rule) && (self.store.is_empty() || at(&self.store))
    }

    fn takes_standing(&self, standing: Standing) -> bool {
        match self.state.as_str() {
            "all" => true,
            "looked" => standing == Standing::Looked,
            _ => standing != Standing::Looked,
        }
    }

    fn lead(&self, words: &Words, left_off: usize) -> String {
        let mut lead = vec![words.t("signals-lead")];
        if self.shortened {
            let args = [("days", words.whole(DAYS_MAX)), ("from", words.date(self.range.from))];
            lead.push(words.say("signals-shortened", &args));
        }
        if left_off > 0 {
            lead.push(words.count("signals-left-off", i64::try_from(left_off).unwrap_or(i64::MAX)));
        }
        lead.join(" ")
    }
}

/// The latest first, unless another order is asked for.
fn sort(alerts: &mut [Alert], state: &TableState) {
    alerts.sort_by(|a, b| {
        let ordering = match state.sort.as_str() {
            "rule" => a.rule.cmp(&b.rule),
            "place" => (a.store(), a.till()).cmp(&(b.store(), b.till())),
            "cashier" => a.who().cmp(&b.who()),
            _ => Ordering::Equal,
        };
        let ordering = ordering.then_with(|| a.date.cmp(&b.date));
        let ordering = if state.descending { ordering.reverse() } else { ordering };
        ordering.then_with(|| (a.rule, &a.key).cmp(&(b.rule, &b.key)))
    });
}

/// Whom signals are about, as far as the reader may see it.
pub(super) struct Seen {
    members: HashMap<AccountId, Member>,
    /// Pages of customers may be opened.
    opens: bool,
    full: bool,
}

impl Seen {
    async fn read(screen: &mut Screen, actor: &Actor, alerts: &[Alert]) -> Result<Self, Error> {
        let events = alerts.iter().flat_map(|alert| &alert.events);
        let mut accounts: Vec<AccountId> = events.filter_map(|event| event.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let members = members::of_accounts(&mut screen.tx, &accounts).await?;
        Ok(Self {
            members: members.into_iter().map(|member| (member.account, member)).collect(),
            opens: actor.may(Permission::ReadMembers),
            full: actor.may(Permission::ReadContacts),
        })
    }

    /// The name, or for who may not read members their number alone; and the page of theirs that may be opened.
    pub(super) fn member(&self, account: Option<AccountId>) -> Option<(String, Option<String>)> {
        let member = self.members.get(&account?)?;
        if !self.opens {
            return Some((member.profile.code.to_string(), None));
        }
        let name = MemberView::of(member, &[], self.full).name;
        Some((name, Some(format!("/customers/{}", member.id))))
    }
}

fn row(names: &Names, seen: &Seen, looks: &BTreeMap<String, Vec<Look>>, alert: &Alert) -> Vec<Cell> {
    let words = &names.words;
    let none = || Cell::none("—");
    let href = format!("/signals/{}/{}", alert.date, alert.key);
    let rule = Cell { show: rule_name(words, alert.rule), ..Cell::code(alert.rule.code()) };
    let member =
        seen.member(alert.account()).map_or_else(none, |(name, href)| Cell { href, ..Cell::text(name) });
    vec![
        Cell::date(words.day(alert.date), alert.date),
        rule.linked(href.clone()),
        place(names, alert).map_or_else(none, Cell::text),
        alert.who().map_or_else(none, Cell::text),
        card(alert).map_or_else(none, Cell::code),
        member,
        value(words, alert.found),
        value(words, alert.limit),
        events(names, alert),
        standing_cell(words, standing(alert, looks)),
    ]
}

fn choice(
    words: &Words,
    key: &'static str,
    label: &str,
    value: &str,
    options: Vec<(String, String)>,
) -> Filter {
    Filter::Choice { key, label: words.t(label), value: value.to_owned(), options }
}

fn filters(asked: &Asked, words: &Words, stores: Filter) -> Vec<Filter> {
    let date = |key, label: &str, date: NaiveDate| Filter::Date {
        key,
        label: words.t(label),
        value: date.to_string(),
    };
    let mut rules = vec![(String::new(), words.t("signals-rule-all"))];
    rules.extend(Rule::ALL.map(|rule| (rule.code().to_owned(), rule_name(words, rule))));
    let states =
        [("", "signals-state-open"), ("looked", "signals-state-looked"), ("all", "signals-state-all")];
    let states = states.map(|(value, key)| (value.to_owned(), words.t(key))).into();
    let rule = asked.rule.map_or("", Rule::code);
    vec![
        date("from", "signals-from", asked.range.from),
        date("to", "signals-to", asked.range.to),
        stores,
        choice(words, "rule", "signals-rule", rule, rules),
        choice(words, "state", "signals-state", &asked.state, states),
    ]
}

fn table(
    words: &Words,
    now: DateTime<Utc>,
    filters: Vec<Filter>,
    state: TableState,
    (rows, total): (Vec<Vec<Cell>>, i64),
) -> Table {
    let none = if state.filter("state").is_empty() { "signals-none" } else { "signals-none-such" };
    let column =
        |key, label: &str, kind| Column { key, label: words.t(label), kind, sortable: SORTS.contains(&key) };
    Table {
        words: words.clone(),
        id: "signals",
        caption: words.t("signals-title"),
        age: words.as_of(now, now),
        columns: vec![
            column("date", "signals-date", Kind::Text),
            column("rule", "signals-rule", Kind::Text),
            column("place", "signals-place", Kind::Text),
            column("cashier", "signals-who", Kind::Text),
            column("card", "card", Kind::Text),
            column("member", "signals-member", Kind::Text),
            column("found", "signals-found", Kind::Number),
            column("limit", "signals-limit", Kind::Number),
            column("events", "signals-events", Kind::Text),
            column("state", "signals-state", Kind::Text),
        ],
        filters,
        empty: Empty { why: words.t(none), action: None },
        rows,
        total,
        exports: true,
        state,
    }
}
