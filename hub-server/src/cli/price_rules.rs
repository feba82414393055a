//! `hub-server price-rules`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::codes::PriceRuleCode;
use domain::money::Money;
use domain::price_rules::{PriceRule, PriceRules};
use domain::snapshot::PriceRuleRow;
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::{Shaped, WHO, db_failure, open};
use crate::access::audit;
use crate::app::App;
use crate::catalogue::{self, price_rules};
use crate::db::{DbError, Tx};
use crate::sales;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub struct PriceRulesArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The rules that stand, those that have ended, and what each has given
    Show(Shaped),
    /// Makes the rules of a TOML file the chain's; what it leaves out holds no more
    Set {
        file: PathBuf,
        /// Tell what would happen and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// A rule and what it gave.
#[derive(Debug, Serialize)]
struct Shown {
    code: PriceRuleCode,
    name: String,
    /// False once a later list left it out.
    stands: bool,
    from: String,
    until: String,
    members_only: bool,
    stores: String,
    sales: i64,
    given: Money,
}

pub async fn price_rules(args: PriceRulesArgs, settings: Settings) -> Result<Exit, Failure> {
    let app = open(settings).await?;
    match args.what {
        What::Show(shape) => {
            let mut tx = app.db.read().await.map_err(db_failure)?;
            print_rows(&shown(&mut tx).await.map_err(db_failure)?, Shape::json(shape.json))?;
        }
        What::Set { file, dry_run } => set(&app, &file, dry_run).await?,
    }
    Ok(Exit::Ok)
}

async fn shown(tx: &mut Tx) -> Result<Vec<Shown>, DbError> {
    let given = sales::given_by_rules(tx).await?;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let row = |PriceRuleRow { rule, active: stands }| {
        let (sales, amount) = given.get(&rule.code).copied().unwrap_or_default();
        let stores: Vec<&str> = rule.stores.iter().map(domain::StoreCode::as_str).collect();
        Shown {
            stands,
            from: day(rule.from),
            until: day(rule.until),
            members_only: rule.members_only,
            stores: stores.join(" "),
            sales,
            given: amount,
            code: rule.code,
            name: rule.name,
        }
    };
    Ok(price_rules::all(tx).await?.into_iter().map(row).collect())
}

async fn set(app: &App, file: &Path, dry_run: bool) -> Result<(), Failure> {
    let wrong = |code: &'static str, why: String| {
        Failure::new(Exit::Config, code, format!("{}: {why}", file.display()))
            .fix("docs/price-rules.md shows every key")
    };
    let text = std::fs::read_to_string(file)
        .map_err(|e| Failure::new(Exit::NotFound, "no_such_file", format!("{}: {e}", file.display())))?;
    let rules: PriceRules = toml::from_str(&text).map_err(|e| wrong("bad_price_rules", e.to_string()))?;
    rules.check().map_err(|e| wrong(e.code(), e.to_string()))?;
    let mut tx = app.db.begin().await.map_err(db_failure)?;
    let known = catalogue::stores(&mut tx).await.map_err(db_failure)?;
    for store in rules.rules.iter().flat_map(|rule| &rule.stores) {
        if !known.iter().any(|row| row.code == *store) {
            let why = format!("there is no store {}", store.as_str());
            return Err(wrong("no_such_store", why).fix("add it first: hub-server store add"));
        }
    }
    let goods = catalogue::groups(&mut tx).await.map_err(db_failure)?;
    let names_nothing = |rule: &&PriceRule| {
        !goods.iter().any(|(sku, line, category)| rule.scope.reaches(sku, line, category))
    };
    for rule in rules.rules.iter().filter(names_nothing) {
        eprintln!("notice: {} names nothing that the catalogue has", rule.code.as_str());
    }
    let put = price_rules::put(&mut tx, &rules).await.map_err(db_failure)?;
    if !dry_run {
        let detail = format!("{} new, {} changed, {} ended", put.new, put.changed, put.ended);
        audit::note(&mut tx, app.clock.now(), WHO, "price_rules.set", "", &detail)
            .await
            .map_err(db_failure)?;
        tx.commit().await.map_err(db_failure)?;
    }
    let done = if dry_run { "would be" } else { "are" };
    eprintln!("{} new, {} changed, {} the same, {} {done} ended", put.new, put.changed, put.same, put.ended);
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::pricing::Phase::{Item, MultiBuy, Order};

    use super::*;

    /// What `docs/price-rules.md` shows is what this command takes.
    #[test]
    fn the_documented_rules_are_some() {
        let page = include_str!("../../../docs/price-rules.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let rules: PriceRules = toml::from_str(example).unwrap();
        rules.check().unwrap();
        let phases: Vec<_> = rules.rules.iter().map(|rule| (rule.code.as_str(), rule.phase())).collect();
        let wanted =
            [("2x1-galletas", MultiBuy), ("socio-leche", Item), ("3-yogures", MultiBuy), ("domingo", Order)];
        assert_eq!(phases, wanted);
        // Every key that a rule has is shown.
        let keys = ["stores", "from", "until", "members_only", "mode", "base", "phase", "priority"];
        for key in keys {
            assert!(example.contains(&format!("\n{key} = ")), "{key}");
        }
    }
}
