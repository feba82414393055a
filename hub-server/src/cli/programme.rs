//! `hub-server programme`.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::money::{Money, Points};
use domain::points::{AtWorst, Programme as Rules};
use kit::cli::{Exit, Failure, Shape, print_one, print_rows, print_text};
use serde::Serialize;

use super::{Shaped, WHO, db_failure, open};
use crate::access::{audit, tills};
use crate::accounting::{self, Estimate, EstimateError};
use crate::app::App;
use crate::catalogue;
use crate::ledger;
use crate::programme::{self, Change, PublishError, Trial};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct Programme {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every version, the oldest first
    Show(Shaped),
    /// Adds a version from a TOML file; versions that are there are never changed
    Set { file: PathBuf },
    /// What a file of rules would have given on tickets that are there, beside what was given; writes nothing:
    /// hub-server programme try FILE.toml --from 2027-01-01 --to 2027-01-31
    Try {
        file: PathBuf,
        /// The first business date
        #[arg(long)]
        from: NaiveDate,
        /// The last one
        #[arg(long)]
        to: NaiveDate,
        #[command(flatten)]
        shape: Shaped,
    },
    /// What tills that do not hear the hub let be spent at worst that is not there, by the programme of today
    WorstCase(Shaped),
    /// How many of the points that are given are expected to be redeemed, for the books: hub-server programme estimate
    /// --from 2027-01-01 --redeemed 85
    Estimate {
        /// The first day of the month that it begins with
        #[arg(long)]
        from: NaiveDate,
        /// Per cent, such as 85 or 82.5
        #[arg(long)]
        redeemed: Money,
    },
}

pub async fn programme(args: Programme, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    match args.what {
        What::Show(shape) => {
            let mut tx = app.db.read().await.map_err(db_failure)?;
            let versions = ledger::programmes(&mut tx).await.map_err(db_failure)?;
            print_rows(&versions, Shape::json(shape.json))?;
        }
        What::Set { file } => set(&app, &file).await?,
        What::Try { file, from, to, shape } => {
            let rules = of_file(&file)?;
            if to < from {
                return Err(Failure::new(Exit::Usage, "bad_dates", format!("{to} is before {from}"))
                    .fix("--from is the first business date, --to the last one"));
            }
            let mut tx = app.db.read().await.map_err(db_failure)?;
            let trial = programme::trial(&mut tx, &rules, from, to).await.map_err(db_failure)?;
            if shape.json {
                print_one(&trial, Shape::Json)?;
            } else {
                print_text(&text_of(&trial))?;
            }
        }
        What::WorstCase(shape) => worst_case(&app, Shape::json(shape.json)).await?,
        What::Estimate { from, redeemed } => estimate(&app, from, redeemed).await?,
    }
    Ok(Exit::Ok)
}

/// What redemption without the hub may cost.
#[derive(Debug, Serialize)]
struct WorstCase {
    version: i64,
    tills: u32,
    offline_cap: Points,
    offline_redemptions: Option<u32>,
    /// None where it has no limit, or is too large.
    points: Option<Points>,
    money: Option<Money>,
    /// There is a limit, larger than can be counted.
    too_large: bool,
}

impl WorstCase {
    fn of(rules: &Rules, tills: u32) -> Self {
        let redemption = rules.redemption.as_ref();
        let offline_cap = redemption.map_or(Points::ZERO, |rule| rule.offline_cap);
        let (offline_redemptions, worst, too_large) =
            match redemption.map_or(AtWorst::Nothing, |rule| rule.at_worst(tills)) {
                AtWorst::Nothing => (None, Some((Points::ZERO, Money::ZERO)), false),
                AtWorst::NoLimit => (None, None, false),
                AtWorst::Figure { redemptions, points, money } => {
                    (Some(redemptions), Some((points, money)), false)
                }
                AtWorst::TooLarge { redemptions } => (Some(redemptions), None, true),
            };
        let (points, money) = worst.unzip();
        Self { version: rules.version, tills, offline_cap, offline_redemptions, points, money, too_large }
    }

    fn text(&self) -> String {
        let Self { version, tills, offline_cap, .. } = self;
        match (self.points.zip(self.money), self.offline_redemptions) {
            (Some((points, money)), Some(redemptions)) => format!(
                "version {version}: {tills} tills x {redemptions} redemptions x {offline_cap} points = {points} points \
                 at worst, worth {money}"
            ),
            (Some(_), None) => format!("version {version}: without the hub points wait; 0 points at worst"),
            (None, Some(redemptions)) => format!(
                "version {version}: {tills} tills x {redemptions} redemptions x {offline_cap} points at worst, which is \
                 larger than can be counted"
            ),
            (None, None) => format!(
                "version {version}: no limit; a card spends up to {offline_cap} points at each of {tills} tills, and \
                 offline_redemptions says in how many sales a till may let it"
            ),
        }
    }
}

async fn worst_case(app: &App, shape: Shape) -> Result<(), Failure> {
    let mut tx = app.db.read().await.map_err(db_failure)?;
    let versions = ledger::programmes(&mut tx).await.map_err(db_failure)?;
    let tills = tills::in_use(&mut tx).await.map_err(db_failure)?;
    let stores = catalogue::stores(&mut tx).await.map_err(db_failure)?;
    let today = catalogue::first_date_at(&stores, app.clock.now());
    let rules = Rules::on(&versions, today).ok_or_else(|| {
        Failure::new(Exit::NotFound, "no_programme", "no version of the programme is in force".to_owned())
            .fix("hub-server programme set FILE.toml adds one")
    })?;
    let found = WorstCase::of(rules, tills);
    if shape == Shape::Json { print_one(&found, shape) } else { print_text(&found.text()) }
}

/// Per cent with two decimals are hundredths of a per cent.
async fn estimate(app: &App, valid_from: NaiveDate, percent: Money) -> Result<(), Failure> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await.map_err(db_failure)?;
    let estimate = Estimate { valid_from, redeemed: percent.0 };
    accounting::add_estimate(&mut tx, estimate, now).await.map_err(|error| match error {
        EstimateError::Db(error) => db_failure(error),
        other => Failure::new(Exit::Config, "bad_estimate", other.to_string())
            .fix("hub-server report liability shows each month with its estimate, and which are open"),
    })?;
    let subject = valid_from.to_string();
    audit::note(&mut tx, now, WHO, "programme.estimate", &subject, &percent.to_string())
        .await
        .map_err(db_failure)?;
    tx.commit().await.map_err(db_failure)?;
    eprintln!("{percent} % of points are expected to be redeemed from {valid_from} on");
    Ok(())
}

/// A programme that a hub takes, or what is wrong with it.
fn read(text: &str) -> Result<Rules, String> {
    let rules: Rules = toml::from_str(text).map_err(|e| e.to_string())?;
    rules.check().map_err(|e| e.to_string())?;
    Ok(rules)
}

fn wrong(file: &Path, why: impl Display) -> Failure {
    Failure::new(Exit::Config, "bad_programme", format!("{}: {why}", file.display()))
        .fix("docs/programme.md shows every field")
}

fn of_file(file: &Path) -> Result<Rules, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Failure::new(Exit::NotFound, "no_such_file", format!("{}: {e}", file.display())))?;
    read(&text).map_err(|why| wrong(file, why))
}

async fn set(app: &App, file: &Path) -> Result<(), Failure> {
    let rules = of_file(file)?;
    let mut tx = app.db.begin().await.map_err(db_failure)?;
    programme::publish(&mut tx, &rules, WHO, app.clock.now()).await.map_err(|error| match error {
        PublishError::Db(error) => db_failure(error),
        other => wrong(file, other),
    })?;
    tx.commit().await.map_err(db_failure)?;
    eprintln!("version {} holds from {}", rules.version, rules.valid_from);
    Ok(())
}

/// A trial as lines for people.
fn text_of(trial: &Trial) -> String {
    let Trial { from, until, tickets, changed, unread, points, members, winners, losers, .. } = trial;
    let percent = trial.change.map_or_else(|| "n/a".to_owned(), |part| format!("{} %", Signed(part)));
    let money = |money: Option<Money>| money.map_or_else(|| "no value".to_owned(), |money| money.to_string());
    let mut lines = vec![
        format!(
            "{from} to {until}: {tickets} tickets of {members} members; {changed} would give other points"
        ),
        format!("points  {} now, {} then: {percent}", points.now, points.then),
        format!("cost    {} now, {} then", money(trial.cost_now), money(trial.cost_then)),
        format!("members {winners} win, {losers} lose"),
    ];
    if *unread > 0 {
        lines.push(format!("{unread} tickets are not kept here and were left out"));
    }
    let row = |name: &dyn Display, points: &Change| {
        format!("  {name:<30} {:>14} {:>14} {:>14}", points.now, points.then, Signed(points.more().0))
    };
    let mut list = |title: &str, rows: Vec<String>| {
        if !rows.is_empty() {
            lines.push(format!("{title:<32} {:>14} {:>14} {:>14}", "now", "then", "more"));
            lines.extend(rows);
        }
    };
    list("by rule", trial.rules.iter().map(|rule| row(&rule.rule, &rule.points)).collect());
    list("by store", trial.stores.iter().map(|store| row(&store.store, &store.points)).collect());
    list("win most", trial.most.iter().map(|member| row(&member.member, &member.points)).collect());
    list("lose most", trial.least.iter().map(|member| row(&member.member, &member.points)).collect());
    lines.join("\n")
}

/// Hundredths with their sign.
struct Signed(i64);

impl Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 > 0 { "+" } else { "" };
        f.pad(&format!("{sign}{}", Points(self.0)))
    }
}

#[cfg(test)]
mod tests {
    use domain::points::{Redemption, Value};

    use super::*;

    /// What `docs/programme.md` shows is what this command takes.
    #[test]
    fn the_documented_programme_is_one() {
        let page = include_str!("../../../docs/programme.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let rules = read(example).unwrap();
        assert_eq!((rules.day_cap(), rules.vest_days), (Some(domain::Points(100_000)), 14));
        assert_eq!(
            (
                rules.multipliers.len(),
                rules.earn.len(),
                rules.gifts.len(),
                rules.tiers.as_ref().unwrap().levels.len()
            ),
            (1, 4, 1, 3)
        );
        assert_eq!(rules.expiry.map(|expiry| (expiry.days, expiry.grace_days)), Some((365, 30)));
    }

    #[test]
    fn a_worst_case_says_whether_it_has_a_limit() {
        let of = |cap: i64, redemptions: Option<u32>| {
            let redemption = Redemption {
                value: Value { points: 100, money: 25 },
                step: Points::ONE,
                minimum: Points::ZERO,
                offline_cap: Points(cap),
                offline_days: 7,
                offline_redemptions: redemptions,
            };
            let starter = Rules::starter("2026-01-01".parse().unwrap());
            WorstCase::of(&Rules { redemption: Some(redemption), ..starter }, 4)
        };
        for (found, said) in [
            (of(0, Some(3)), "0 points at worst"),
            (of(5_000, None), "no limit"),
            (of(5_000, Some(3)), "= 600.00 points at worst, worth 150.00"),
            (of(i64::MAX, Some(3)), "larger than can be counted"),
        ] {
            assert!(found.text().contains(said), "{said}: {}", found.text());
            assert_eq!(found.too_large, said.contains("larger"), "{said}");
        }
    }

    #[test]
    fn a_trial_is_said_in_lines() {
        let points = Change { now: Points(20_000), then: Points(19_180) };
        let rule = programme::RuleChange { rule: "base".to_owned(), points, tickets_now: 3, tickets_then: 3 };
        let trial = Trial {
            from: "2026-11-01".parse().unwrap(),
            until: "2026-11-30".parse().unwrap(),
            tickets: 3,
            changed: 2,
            unread: 1,
            points,
            change: points.percent(),
            cost_now: Some(Money(10_000)),
            cost_then: None,
            members: 2,
            winners: 0,
            losers: 1,
            most: vec![],
            least: vec![],
            rules: vec![rule],
            stores: vec![],
        };
        let text = text_of(&trial);
        for said in [
            "2026-11-01 to 2026-11-30: 3 tickets of 2 members; 2 would give other points",
            "points  200.00 now, 191.80 then: -4.10 %",
            "cost    100.00 now, no value then",
            "members 0 win, 1 lose",
            "1 tickets are not kept here and were left out",
            "base                                   200.00         191.80          -8.20",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!text.contains("win most") && !text.contains("by store"), "{text}");
        let more = Change { now: Points(100), then: Points(101) };
        let text = text_of(&Trial { points: more, change: more.percent(), ..trial.clone() });
        assert!(text.contains(": +1.00 %"), "{text}");
        let none = text_of(&Trial { change: None, ..trial });
        assert!(none.contains("then: n/a"), "{none}");
    }

    #[test]
    fn a_window_that_makes_no_sense_is_refused() {
        let head = "version = 2\nvalid_from = \"2027-01-01\"\ndecimals = 0\n";
        let tables = "[base]\npoints = 100\nper = 100\n[expiry]\ndays = 14\n";
        let days = |days: &str| read(&format!("{head}{days}\n{tables}"));
        assert_eq!(days("").unwrap().vest_days, 0);
        assert_eq!(days("vest_days = 14").unwrap().vest_days, 14);
        for (line, why) in [
            ("vest_days = -1", "vest_days must be 0 to 3,653"),
            ("vest_days = 3654", "vest_days must be 0 to 3,653"),
            ("vest_days = 15", "points would end before they can be spent"),
            ("vest_days = \"two weeks\"", "invalid type"),
        ] {
            let found = days(line).unwrap_err();
            assert!(found.contains(why), "{line}: {found}");
        }
    }
}
