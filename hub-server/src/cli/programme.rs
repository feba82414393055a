//! `hub-server programme`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::money::Money;
use domain::points::Programme as Rules;
use kit::cli::{Exit, Failure, Shape, print_rows};

use super::{Shaped, WHO, db_failure, open};
use crate::access::audit;
use crate::accounting::{self, Estimate, EstimateError};
use crate::app::App;
use crate::settings::Settings;
use crate::{insights, ledger};

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
        What::Estimate { from, redeemed } => estimate(&app, from, redeemed).await?,
    }
    Ok(Exit::Ok)
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

async fn set(app: &App, file: &std::path::Path) -> Result<(), Failure> {
    let wrong = |why: String| {
        Failure::new(Exit::Config, "bad_programme", format!("{}: {why}", file.display()))
            .fix("docs/programme.md shows every field")
    };
    let text = std::fs::read_to_string(file)
        .map_err(|e| Failure::new(Exit::NotFound, "no_such_file", format!("{}: {e}", file.display())))?;
    let rules = read(&text).map_err(wrong)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await.map_err(db_failure)?;
    let newest = ledger::programmes(&mut tx).await.map_err(db_failure)?.iter().map(|p| p.version).max();
    let next = newest.unwrap_or(0) + 1;
    if rules.version != next {
        return Err(wrong(format!("the next version is {next}, not {}", rules.version)));
    }
    // What is posted stays under the rules it was posted by, so new rules begin after it.
    if let Some(last) = insights::as_of(&mut tx, now).await.map_err(db_failure)?
        && rules.valid_from <= last
    {
        return Err(wrong(format!("sales of {last} have their points: valid_from must be after that date")));
    }
    ledger::add_programme(&mut tx, &rules, now).await.map_err(db_failure)?;
    audit::note(&mut tx, now, WHO, "programme.add", &next.to_string(), "").await.map_err(db_failure)?;
    tx.commit().await.map_err(db_failure)?;
    eprintln!("version {next} holds from {}", rules.valid_from);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `docs/programme.md` shows is what this command takes.
    #[test]
    fn the_documented_programme_is_one() {
        let page = include_str!("../../../docs/programme.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let rules = read(example).unwrap();
        assert_eq!((rules.day_cap(), rules.vest_days), (Some(domain::Points(100_000)), 14));
        assert_eq!(
            (rules.multipliers.len(), rules.gifts.len(), rules.tiers.as_ref().unwrap().levels.len()),
            (1, 1, 3)
        );
        assert_eq!(rules.expiry.map(|expiry| (expiry.days, expiry.grace_days)), Some((365, 30)));
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
