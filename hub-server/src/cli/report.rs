//! `hub-server report`: the answers, as a table or as JSON with field names that stay.

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand, ValueEnum};
use domain::codes::{MemberCode, StoreCode};
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::{Shaped, db_failure, open};
use crate::accounting::{self, GiftMonthFigures, MonthFigures, RowFigures};
use crate::db::{DbError, Tx};
use crate::insights::figures::{PointsFigures, UsualFigures, VisitFigures};
use crate::insights::{self, Level, PairFigures, Question, Resident};
use crate::settings::Settings;
use crate::signals::{self, DAYS_MAX, Found, Limits, Range, Rule, SignalFigures};
use crate::stock::{self, StockAlert};
use crate::{catalogue, members};

#[derive(Debug, Args)]
pub struct Report {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How often members come: hub-server report visits --json
    Visits {
        /// Visits to this store only
        #[arg(long)]
        store: Option<StoreCode>,
        /// The day on which "overdue" is counted; otherwise the latest business date
        #[arg(long)]
        as_of: Option<NaiveDate>,
        #[command(flatten)]
        shape: Shaped,
    },
    /// What a member usually takes: hub-server report usual --member M1
    Usual {
        #[arg(long)]
        member: MemberCode,
        #[arg(long)]
        as_of: Option<NaiveDate>,
        #[command(flatten)]
        shape: Shaped,
    },
    /// What goes together: hub-server report affinity --level sku --min-count 30
    Affinity {
        #[arg(long, value_enum, default_value_t = LevelArg::Sku)]
        level: LevelArg,
        /// Tickets that hold both
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        min_count: u32,
        #[arg(long)]
        store: Option<StoreCode>,
        /// First business date
        #[arg(long)]
        from: Option<NaiveDate>,
        /// Last business date
        #[arg(long)]
        to: Option<NaiveDate>,
        #[command(flatten)]
        shape: Shaped,
    },
    /// Points of members: hub-server report points --member M1
    Points {
        #[arg(long)]
        member: Option<MemberCode>,
        #[command(flatten)]
        shape: Shaped,
    },
    /// What points owe in money by month: hub-server report liability --json
    Liability(Shaped),
    /// What gift cards owe in money by month: hub-server report gift-cards --json
    GiftCards(Shaped),
    /// The journal of both, rows that balance: hub-server report journal --json
    Journal(Shaped),
    /// What is worth a look at tills and desks: hub-server report signals --from 2026-03-02
    Signals {
        /// First business date; otherwise the last seven days
        #[arg(long)]
        from: Option<NaiveDate>,
        /// Last business date; of more than 31 days only the last are looked at, and stderr says so
        #[arg(long)]
        to: Option<NaiveDate>,
        #[command(flatten)]
        shape: Shaped,
    },
    /// What stands at or below its reorder point: hub-server report stock-alerts --store centro
    StockAlerts {
        #[arg(long)]
        store: Option<StoreCode>,
        #[command(flatten)]
        shape: Shaped,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LevelArg {
    Sku,
    Line,
    Category,
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Self {
        match level {
            LevelArg::Sku => Self::Sku,
            LevelArg::Line => Self::Line,
            LevelArg::Category => Self::Category,
        }
    }
}

pub async fn report(args: Report, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    let mut tx = app.db.read().await.map_err(db_failure)?;
    let now = app.clock.now();
    match args.what {
        What::Visits { store, as_of, shape } => {
            let as_of = day(&mut tx, as_of, now).await.map_err(db_failure)?;
            let rows = insights::visits(&mut tx, store.as_ref()).await.map_err(db_failure)?;
            print(rows.iter().map(|row| VisitFigures::of(row, as_of, true)), shape)
        }
        What::Usual { member, as_of, shape } => {
            let as_of = day(&mut tx, as_of, now).await.map_err(db_failure)?;
            let found = members::by_code(&mut tx, &member).await.map_err(db_failure)?;
            let Some(member) = found else { return Err(no_such_member(&member)) };
            let rows = insights::usual_of(&mut tx, member.account, as_of).await.map_err(db_failure)?;
            print(rows.iter().map(UsualFigures::from), shape)
        }
        What::Affinity { level, min_count, store, from, to, shape } => {
            let question = Question { level: level.into(), min_count, store, from, to };
            let answer = Resident::default().affinity(&mut tx, &question).await.map_err(db_failure)?;
            let rows: Vec<PairFigures> = answer.rows().collect();
            print(rows.into_iter(), shape)
        }
        What::Points { member, shape } => {
            let stores = catalogue::stores(&mut tx).await.map_err(db_failure)?;
            let today = catalogue::first_date_at(&stores, now);
            let rows = insights::points(&mut tx, member.as_ref(), today).await.map_err(db_failure)?;
            if let (Some(member), true) = (&member, rows.is_empty()) {
                return Err(no_such_member(member));
            }
            print(rows.iter().map(PointsFigures::from), shape)
        }
        What::Liability(shape) => {
            let report = accounting::report(&mut tx, now).await.map_err(db_failure)?;
            print(
                report.months.iter().map(|month| MonthFigures::of(month, report.is_open(month.month))),
                shape,
            )
        }
        What::GiftCards(shape) => {
            let report = accounting::report(&mut tx, now).await.map_err(db_failure)?;
            let months = report.gift_months.iter();
            print(months.map(|month| GiftMonthFigures::of(month, report.is_open(month.month))), shape)
        }
        What::Journal(shape) => {
            let report = accounting::report(&mut tx, now).await.map_err(db_failure)?;
            print(report.journal.iter().map(RowFigures::of), shape)
        }
        What::Signals { from, to, shape } => {
            let limits = &app.settings.signals;
            let found = found_signals(&mut tx, [from, to], now, limits).await.map_err(db_failure)?;
            print(found.into_iter(), shape)
        }
        What::StockAlerts { store, shape } => {
            let rows = stock::alerts(&mut tx, store.as_ref(), now).await.map_err(db_failure)?;
            print(rows.iter().map(AlertRow::of), shape)
        }
    }
}

/// All of them, those that somebody looked at too. What was not looked for is said on stderr.
async fn found_signals(
    tx: &mut Tx,
    [from, to]: [Option<NaiveDate>; 2],
    now: DateTime<Utc>,
    limits: &Limits,
) -> Result<Vec<SignalFigures>, DbError> {
    let stores = catalogue::stores(tx).await?;
    let today = catalogue::first_date_at(&stores, now);
    let range = Range::asked(from, to, today);
    let Found { alerts, unanswered } = signals::find(tx, &stores, range, limits).await?;
    for notice in notices([from, to], range, today, &unanswered) {
        eprintln!("notice: {notice}");
    }
    let keys: Vec<String> = alerts.iter().map(|alert| alert.key.clone()).collect();
    let looks = signals::looks(tx, &keys).await?;
    Ok(alerts.iter().map(|alert| SignalFigures::of(alert, &looks)).collect())
}

/// What the rows do not tell: that other days were asked for than were looked at, and which rules have no answer.
fn notices(
    [from, to]: [Option<NaiveDate>; 2],
    range: Range,
    today: NaiveDate,
    unanswered: &[Rule],
) -> Vec<String> {
    let mut notices = vec![];
    if from.is_some_and(|from| from != range.from) || to.unwrap_or(today) != range.to {
        let Range { from, to } = range;
        notices.push(format!("only {from} to {to} was looked at: at most {DAYS_MAX} days in one go"));
    }
    if !unanswered.is_empty() {
        let rules: Vec<&str> = unanswered.iter().copied().map(Rule::code).collect();
        notices.push(format!("cannot be told: {}; the page /signals says why", rules.join(", ")));
    }
    notices
}

fn no_such_member(member: &MemberCode) -> Failure {
    Failure::new(Exit::NotFound, "no_such_member", format!("no member {member}"))
        .fix("hub-server report visits lists them all")
}

/// The day asked for, or the latest that has sales.
async fn day(tx: &mut Tx, asked: Option<NaiveDate>, now: DateTime<Utc>) -> Result<NaiveDate, DbError> {
    match asked {
        Some(day) => Ok(day),
        None => Ok(insights::as_of(tx, now).await?.unwrap_or_default()),
    }
}

fn print<T: Serialize>(rows: impl Iterator<Item = T>, shape: Shaped) -> Result<Exit, Failure> {
    print_rows(&rows.collect::<Vec<_>>(), Shape::json(shape.json))?;
    Ok(Exit::Ok)
}

#[derive(Debug, Serialize)]
struct AlertRow {
    store: String,
    sku: String,
    on_hand: String,
    reorder_point: String,
    reorder_qty: String,
    days_of_cover: Option<f64>,
}

impl AlertRow {
    fn of(row: &StockAlert) -> Self {
        Self {
            store: row.store.to_string(),
            sku: row.sku.to_string(),
            on_hand: row.on_hand.plain(),
            reorder_point: row.reorder_point.plain(),
            reorder_qty: row.reorder_qty.plain(),
            days_of_cover: row.cover_tenths.map(|tenths| tenths as f64 / 10.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_rules_that_are_left_out_are_said() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = date("2026-07-10");
        for (from, to, wanted) in [
            (None, None, None),
            (Some("2026-06-10"), None, None),
            (Some("2026-06-10"), Some("2026-07-10"), None),
            (None, Some("2026-03-10"), None),
            (Some("2026-01-01"), Some("2026-06-30"), Some("only 2026-05-31 to 2026-06-30 ")),
            (Some("2026-01-01"), None, Some("only 2026-01-01 to 2026-01-31 ")),
            (Some("2026-03-09"), Some("2026-03-02"), Some("only 2026-03-02 to 2026-03-02 ")),
        ] {
            let asked = [from.map(date), to.map(date)];
            let said = notices(asked, Range::asked(asked[0], asked[1], today), today, &[]);
            let is_said = |wanted: &str| said.len() == 1 && said[0].starts_with(wanted);
            assert!(wanted.map_or(said.is_empty(), is_said), "{from:?} {to:?}: {said:?}");
        }
        let said =
            notices([None, None], Range::asked(None, None, today), today, &[Rule::StaffCard, Rule::Split]);
        assert_eq!(said, ["cannot be told: staff_card, split; the page /signals says why"]);
    }
}
