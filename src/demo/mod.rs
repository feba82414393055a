//! The demo: the chain of [`crate::chain`] in a hub and a till, with the two answers printed first.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use domain::money::scale_half_up;
use hub_server::insights::Resident;
use hub_server::{App, Clock, Settings, sales};
use kit::cli::{Exit, Failure};
use kit::{Locale, format};

pub mod answers;
mod ask;
pub mod load;
mod place;
mod ports;
mod serve;

use answers::TEXTS;
use place::Place;

use crate::chain::{self, DAYS};

#[derive(Debug, Clone)]
pub struct Options {
    /// Kept after the end; a temporary folder otherwise.
    pub data: Option<PathBuf>,
    /// The table only.
    pub once: bool,
    pub seed: u64,
    pub locale: Locale,
}

/// Prints the two answers and, on a terminal, serves until Ctrl-C.
pub async fn run(options: Options) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let locale = options.locale;
    say(&TEXTS.say(locale, "opening", &[("version", env!("CARGO_PKG_VERSION").into())]))?;
    let place = Place::open(options.data.as_deref())?;
    let app = open(&place).await?;
    if is_new(&app).await? {
        say(&fill(&app, &options, begun).await?)?;
    } else {
        say(&TEXTS.say(locale, "chain-kept", &[("folder", place.shown().into())]))?;
    }
    say(&format!("\n{}", answers(&app, locale).await?))?;
    if options.once || !std::io::stdout().is_terminal() {
        return Ok(Exit::Ok);
    }
    serve::until_stopped(app, &place, locale).await?;
    Ok(Exit::Ok)
}

async fn open(place: &Place) -> anyhow::Result<App> {
    let settings = Settings {
        data: place.folder().to_owned(),
        chain: chain::NAME.to_owned(),
        currency: chain::CURRENCY.to_owned(),
        locale: chain::LOCALE.to_owned(),
        // Below it one person is enough, above it a second one is asked: both can be tried.
        adjust_alone: 500,
        ..Settings::default()
    };
    App::open(settings, Clock::System).await
}

async fn is_new(app: &App) -> anyhow::Result<bool> {
    let mut tx = app.db.read().await?;
    Ok(sales::count(&mut tx).await? == 0)
}

/// Makes the chain up and loads it; the answer is the line that says so.
async fn fill(app: &App, options: &Options, begun: Instant) -> anyhow::Result<String> {
    let today = app.clock.now().with_timezone(&chain::ZONE).date_naive();
    let chain = chain::generate(options.seed, today)?;
    load::fill(app, &chain, today).await.context("loading the demo chain")?;
    let tills: usize = chain.stores.iter().map(|store| store.tills.len()).sum();
    let count = |n: usize| format::count(options.locale, i64::try_from(n).unwrap_or(i64::MAX));
    let hundredths =
        i64::try_from(begun.elapsed().as_millis()).ok().and_then(|ms| scale_half_up(ms, 1, 10).ok());
    let args = [
        ("chain", chain::NAME.into()),
        ("seed", options.seed.to_string().into()),
        ("stores", count(chain.stores.len()).into()),
        ("tills", count(tills).into()),
        ("cards", count(chain.members.len()).into()),
        ("days", DAYS.into()),
        ("receipts", count(chain.sales.len()).into()),
        ("seconds", format::one_decimal(options.locale, hundredths.unwrap_or(i64::MAX)).into()),
    ];
    Ok(TEXTS.say(options.locale, "chain", &args))
}

async fn answers(app: &App, locale: Locale) -> anyhow::Result<String> {
    let mut tx = app.db.read().await?;
    let answers =
        ask::ask(&mut tx, &Resident::default(), app.clock.now()).await.context("asking the hub's reports")?;
    Ok(answers.map(|answers| answers.render(locale)).unwrap_or_default())
}

/// A line on stdout. A reader that closes the pipe early is not an error.
fn say(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::from(error).into())
        }
        _ => Ok(()),
    }
}
