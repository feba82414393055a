//! Who comes how often, and who is overdue: every member in one table. And the way from a scanned card
//! to its customer.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::codes::CardNumber;
use domain::ids::{AccountId, MemberId};
use form_urlencoded::Serializer;
use serde::Deserialize;

use crate::access::pages::list_answer;
use crate::access::{Actor, Permission};
use crate::app::App;
use crate::catalogue::pages::Screen;
use crate::error::Error;
use crate::insights::{self, MemberVisits};
use crate::kit::Words;
use crate::kit::page::ListPage;
use crate::kit::table::{Cell, Column, Empty, Filter, Kind, Table, TableState, Tone};
use crate::members::{self, Member, MemberView};

const SORTS: [&str; 7] = ["code", "visits", "mean", "median", "last", "next", "late"];
const BY_DEFAULT: &str = "-late";
/// More hits than this are no answer to a search.
const HITS_MAX: i64 = 1_000;

/// `GET /customers`
pub async fn list(State(app): State<App>, actor: Actor, uri: Uri) -> Result<Response, Error> {
    let mut state = TableState::read("/customers", uri.query(), BY_DEFAULT);
    state.keep_sort_in(&SORTS, BY_DEFAULT);
    if state.csv.is_some() {
        actor.must(Permission::Export)?;
    }
    let mut screen = Screen::open(&app, &actor, &uri, "customers-title").await?;
    let as_of = insights::as_of(&mut screen.tx, screen.now).await?;
    let full = actor.may(Permission::ReadContacts);
    let found = found(&mut screen, &state, full).await?;
    let roll = app.roll.all(&mut screen.tx).await?;
    let chosen = choose(&roll, &state, as_of, found.as_ref());
    let (shown, total) = Table::page_of(chosen, &state);
    let members = names(&mut screen, &roll, &shown).await?;
    let words = screen.words().clone();
    let row = |at: &usize| roll.get(*at).map(|visits| row(&words, visits, &members, as_of, full));
    let rows = shown.iter().filter_map(row).collect();
    let table = table(&words, &screen, state, rows, total, actor.may(Permission::Export));
    let page = screen.page.live("sales");
    list_answer(&ListPage { lead: words.t("customers-lead"), action: None, chart: None, table, page })
}

/// Who the search words name; none where nothing is searched for.
async fn found(
    screen: &mut Screen,
    state: &TableState,
    full: bool,
) -> Result<Option<HashSet<MemberId>>, Error> {
    if state.filter("q").is_empty() {
        return Ok(None);
    }
    let hits = members::search(&mut screen.tx, state.filter("q"), full, HITS_MAX, 0).await?;
    Ok(Some(hits.iter().map(|member| member.id).collect()))
}

/// The members whose names stand on the page.
async fn names(
    screen: &mut Screen,
    roll: &Arc<Vec<MemberVisits>>,
    shown: &[usize],
) -> Result<HashMap<MemberId, Member>, Error> {
    let accounts: Vec<AccountId> =
        shown.iter().filter_map(|at| roll.get(*at)).map(|row| row.member.account).collect();
    let members = members::of_accounts(&mut screen.tx, &accounts).await?;
    Ok(members.into_iter().map(|member| (member.id, member)).collect())
}

fn in_state(row: &MemberVisits, wanted: &str, as_of: Option<NaiveDate>) -> bool {
    match wanted {
        "overdue" => late(row, as_of).is_some_and(|days| days > 0),
        "pattern" => row.rhythm.interval.is_some(),
        "new" => row.rhythm.interval.is_none(),
        _ => true,
    }
}

fn late(row: &MemberVisits, as_of: Option<NaiveDate>) -> Option<i64> {
    row.rhythm.overdue_days(as_of?)
}

/// The places in the roll of those who are asked for, in the order that is asked for.
fn choose(
    roll: &[MemberVisits],
    state: &TableState,
    as_of: Option<NaiveDate>,
    found: Option<&HashSet<MemberId>>,
) -> Vec<usize> {
    let wanted = |row: &MemberVisits| {
        found.is_none_or(|ids| ids.contains(&row.member.id)) && in_state(row, state.filter("state"), as_of)
    };
    let mut chosen: Vec<usize> =
        roll.iter().enumerate().filter(|(_, row)| wanted(row)).map(|(at, _)| at).collect();
    chosen.sort_by(|a, b| {
        order(&roll[*a], &roll[*b], state, as_of)
            .then_with(|| roll[*a].member.profile.code.as_str().cmp(roll[*b].member.profile.code.as_str()))
    });
    chosen
}

/// Those without a figure stand last, whichever way the table is turned.
fn order(a: &MemberVisits, b: &MemberVisits, state: &TableState, as_of: Option<NaiveDate>) -> Ordering {
    let figure = |row: &MemberVisits| -> Option<i64> {
        let day = |date: NaiveDate| domain::time::days_between(NaiveDate::MIN, date);
        match state.sort.as_str() {
            "visits" => Some(row.rhythm.visits),
            "mean" => row.rhythm.interval.map(|interval| interval.mean),
            "median" => row.rhythm.interval.map(|interval| interval.median),
            "last" => row.rhythm.last.map(day),
            "next" => row.rhythm.expected_next().map(day),
            "late" => late(row, as_of),
            _ => None,
        }
    };
    let turn = |ordering: Ordering| if state.descending { ordering.reverse() } else { ordering };
    if state.sort == "code" {
        return turn(a.member.profile.code.as_str().cmp(b.member.profile.code.as_str()));
    }
    match (figure(a), figure(b)) {
        (Some(a), Some(b)) => turn(a.cmp(&b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn row(
    words: &Words,
    visits: &MemberVisits,
    members: &HashMap<MemberId, Member>,
    as_of: Option<NaiveDate>,
    full: bool,
) -> Vec<Cell> {
    let member = members.get(&visits.member.id).unwrap_or(&visits.member);
    let cards: Vec<CardNumber> = visits.card.iter().cloned().collect();
    let view = MemberView::of(member, &cards, full);
    let rhythm = &visits.rhythm;
    let none = || Cell::none("—");
    let days = |value: i64| Cell::number(words.days(value), hundredths(value));
    let date = |date: NaiveDate| Cell::date(words.date(date), date);
    vec![
        Cell::text(view.name.clone()).linked(format!("/customers/{}", view.id)),
        Cell::code(view.code.clone()),
        view.cards.first().map_or_else(none, |card| Cell::code(card.clone())),
        Cell::number(words.whole(rhythm.visits), rhythm.visits.to_string()),
        rhythm.interval.map_or_else(|| Cell::none(words.t("customers-no-pattern")), |i| days(i.mean)),
        rhythm.interval.map_or_else(none, |i| days(i.median)),
        rhythm.last.map_or_else(none, date),
        rhythm.expected_next().map_or_else(none, date),
        late(visits, as_of).map_or_else(none, |days| late_cell(words, days)),
    ]
}

fn late_cell(words: &Words, days: i64) -> Cell {
    if days <= 0 {
        return Cell::number(words.t("customer-on-time"), "0".to_owned());
    }
    Cell::number(words.count("overview-days-late", days), days.to_string()).toned(Tone::Warn)
}

/// Hundredths as a decimal with a point.
fn hundredths(value: i64) -> String {
    domain::money::Money(value).to_string()
}

fn columns(words: &Words) -> Vec<Column> {
    [
        ("name", "customers-name", Kind::Text),
        ("code", "customers-code", Kind::Text),
        ("card", "customers-card", Kind::Text),
        ("visits", "customers-visits", Kind::Number),
        ("mean", "customers-mean", Kind::Number),
        ("median", "customers-median", Kind::Number),
        ("last", "customers-last", Kind::Text),
        ("next", "customers-next", Kind::Text),
        ("late", "customers-late", Kind::Text),
    ]
    .into_iter()
    .map(|(key, label, kind)| Column { key, label: words.t(label), kind, sortable: SORTS.contains(&key) })
    .collect()
}

fn filters(words: &Words, state: &TableState) -> Vec<Filter> {
    let option = |value: &str, key: &str| (value.to_owned(), words.t(key));
    vec![
        Filter::Text { key: "q", label: words.t("customers-search"), value: state.filter("q").to_owned() },
        Filter::Choice {
            key: "state",
            label: words.t("customers-state"),
            value: state.filter("state").to_owned(),
            options: vec![
                option("", "customers-state-all"),
                option("overdue", "customers-state-overdue"),
                option("pattern", "customers-state-pattern"),
                option("new", "customers-state-new"),
            ],
        },
    ]
}

fn empty(words: &Words, state: &TableState) -> Empty {
    let why = match (state.filter("q"), state.filtered()) {
        ("", false) => words.t("customers-none"),
        ("", true) => words.t("table-nothing"),
        (q, _) => words.say("found-none", &[("q", q)]),
    };
    let action = state.filtered().then(|| ("/customers".to_owned(), words.t("table-clear")));
    Empty { why, action }
}

fn table(
    words: &Words,
    screen: &Screen,
    state: TableState,
    rows: Vec<Vec<Cell>>,
    total: i64,
    exports: bool,
) -> Table {
    Table {
        words: words.clone(),
        id: "customers",
        caption: words.t("customers-caption"),
        age: words.as_of(screen.now, screen.now),
        columns: columns(words),
        filters: filters(words, &state),
        empty: empty(words, &state),
        rows,
        total,
        exports,
        state,
    }
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// `GET /find?q=`: a card or a customer's number leads to the customer; words lead to the list, or to the
/// one customer whom they name.
pub async fn find(
    State(app): State<App>,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let q = asked.q.trim();
    let mut tx = app.db.read().await?;
    if let Ok(card) = q.parse()
        && let Some(member) = members::by_card(&mut tx, &card).await?
    {
        return Ok(to_customer(&member));
    }
    if let Ok(code) = q.parse()
        && let Some(member) = members::by_code(&mut tx, &code).await?
    {
        return Ok(to_customer(&member));
    }
    let hits = if q.is_empty() {
        Vec::new()
    } else {
        members::search(&mut tx, q, actor.may(Permission::ReadContacts), 2, 0).await?
    };
    if let [only] = hits.as_slice() {
        return Ok(to_customer(only));
    }
    let query = Serializer::new(String::new()).append_pair("q", q).finish();
    Ok(Redirect::to(&format!("/customers?{query}")).into_response())
}

fn to_customer(member: &Member) -> Response {
    Redirect::to(&format!("/customers/{}", member.id)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insights::visits::Rhythm;
    use crate::members::{Consent, Profile};
    use domain::time::plus_days;

    fn member(code: &str, offsets: &[i64]) -> MemberVisits {
        let start: NaiveDate = "2026-01-01".parse().unwrap();
        let days: Vec<NaiveDate> = offsets.iter().map(|offset| plus_days(start, *offset)).collect();
        let profile = Profile {
            code: code.parse().unwrap(),
            first_name: "Ana".to_owned(),
            last_name: "Montoya".to_owned(),
            email: String::new(),
            phone: String::new(),
            birthday: None,
            consent: Consent::default(),
        };
        let id = MemberId::new(code.len().try_into().unwrap(), [code.as_bytes()[0]; 10]);
        let member =
            Member { id, account: AccountId(id.0), profile, created_at: chrono::DateTime::UNIX_EPOCH };
        MemberVisits { member, card: None, rhythm: Rhythm::of(&days) }
    }

    #[test]
    fn the_address_chooses_and_orders() {
        // a is weekly and late, b is weekly and on time, c has no pattern, d never came.
        let roll =
            [member("a", &[0, 7, 14]), member("b", &[10, 17, 24, 31]), member("c", &[30]), member("d", &[])];
        let as_of = Some("2026-02-01".parse().unwrap());
        for (query, wanted) in [
            ("", "abcd"),
            ("sort=late", "bacd"),
            ("sort=visits", "dcab"),
            ("sort=-visits", "bacd"),
            ("sort=-last", "bcad"),
            ("sort=-code", "dcba"),
            ("sort=name", "abcd"),
            ("state=overdue", "a"),
            ("state=pattern&sort=-code", "ba"),
            ("state=new", "cd"),
        ] {
            let mut state = TableState::read("/customers", Some(query), BY_DEFAULT);
            state.keep_sort_in(&SORTS, BY_DEFAULT);
            let chosen = choose(&roll, &state, as_of, None);
            let codes: String = chosen.iter().map(|at| roll[*at].member.profile.code.as_str()).collect();
            assert_eq!(codes, wanted, "{query}");
        }
    }

    #[test]
    fn a_search_narrows_to_its_hits() {
        let roll = [member("a", &[0]), member("b", &[0])];
        let found = HashSet::from([roll[1].member.id]);
        let state = TableState::read("/customers", None, BY_DEFAULT);
        assert_eq!(choose(&roll, &state, None, Some(&found)), [1]);
    }

    #[test]
    fn a_row_masks_what_its_reader_may_not_see() {
        let row = row(&Words::sample_es(), &member("a", &[0, 7, 14]), &HashMap::new(), None, false);
        assert_eq!(row[0].show, "Ana M.");
        assert_eq!(row[4].file, crate::kit::table::FileValue::Number("7.00".to_owned()));
    }
}
