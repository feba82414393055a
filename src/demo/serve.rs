//! Hub and till of the demo, served on loopback until somebody stops them.

use std::net::SocketAddr;

use anyhow::Context;
use domain::ids::TillId;
use hub_server::App;
use hub_server::access::{staff, tills};
use hub_server::catalogue::cashiers;
use kit::Locale;
use kit::cli::Failure;
use pos_agent::clock::Clock;
use pos_agent::store::Store;
use pos_agent::sync::enrol;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::answers::TEXTS;
use super::load::WHO;
use super::place::Place;
use super::{ports, say};

const HUB_PORT: u16 = 8080;
const TILL_PORT: u16 = 8081;
/// Ana's, to type at the till.
const CARD: &str = "2990000010421";

/// Serves both and prints where; returns when Ctrl-C or a request to end comes, or when one of them fails.
pub async fn until_stopped(app: App, place: &Place, locale: Locale) -> Result<(), Failure> {
    staff::demo::add(&app, WHO).await.context("adding the demo log-ins")?;
    cashiers::add_demo(&app, WHO).await.context("adding the demo cashiers")?;
    let hub = listen(HUB_PORT, locale).await?;
    let till = listen(TILL_PORT, locale).await?;
    let addresses = [&hub, &till].map(TcpListener::local_addr);
    let [hub_at, till_at] = addresses.map(|at| at.context("a listener without an address"));
    let (hub_at, till_at) = (hub_at?, till_at?);
    // Requests to the hub are answered from here on, so that the till can enrol.
    let mut hub = tokio::spawn(hub_server::run(app.clone(), hub, std::future::pending()));
    let settings = enrolled(&app, place, hub_at).await?;
    let (_stop, stopped) = watch::channel(false);
    let mut till = tokio::spawn(pos_agent::run(settings, till, stopped, || ()));
    say(&addresses_text(locale, hub_at, till_at, place))?;
    tokio::select! {
        ended = &mut hub => ended.context("the hub stopped")?.context("the hub stopped")?,
        ended = &mut till => ended.context("the till stopped")?.context("the till stopped")?,
        () = asked_to_stop() => say(&format!("\n{}", TEXTS.get(locale, "stopped")))?,
    }
    Ok(())
}

async fn listen(usual: u16, locale: Locale) -> Result<TcpListener, Failure> {
    let listener = ports::listen(usual).await.context("no free port on loopback")?;
    let taken = listener.local_addr().context("a listener without an address")?.port();
    if taken != usual {
        let ports = [("busy", usual.to_string().into()), ("taken", taken.to_string().into())];
        say(&TEXTS.say(locale, "port-busy", &ports))?;
    }
    Ok(listener)
}

/// The till's settings, after it was enrolled for every till of the chain. A kept folder whose hub listens
/// on another port than before is told the new address by enrolling again.
async fn enrolled(
    app: &App,
    place: &Place,
    hub: SocketAddr,
) -> anyhow::Result<pos_agent::settings::Settings> {
    let data = place.folder().join("till");
    let mut tx = app.db.read().await?;
    let ids: Vec<TillId> = tills::all(&mut tx).await?.into_iter().map(|till| till.id).collect();
    drop(tx);
    let code = tills::make_code(app, WHO, &ids).await?;
    let store = Store::open(&data).await.context("opening the till's file")?;
    enrol::enrol(&store, &Clock::system(), &format!("http://{hub}"), &code)
        .await
        .context("enrolling the till")?;
    store.close().await;
    Ok(pos_agent::settings::Settings { data, ..pos_agent::settings::Settings::default() })
}

fn addresses_text(locale: Locale, hub: SocketAddr, till: SocketAddr, place: &Place) -> String {
    let label = |key: &str| TEXTS.get(locale, key);
    let labels = ["address-hub", "address-till", "address-api"].map(label);
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let [hub_label, till_label, api_label] = labels;
    let users: Vec<&str> = staff::demo::LOGINS.iter().map(|(login, _, _)| *login).collect();
    let users = users.join(" · ");
    let users = TEXTS.say(
        locale,
        "users",
        &[("users", users.as_str().into()), ("password", staff::demo::PASSWORD.into())],
    );
    let cashiers = cashiers::DEMO.map(|(code, _, role, pin)| format!("{code} {pin} ({role})")).join(" · ");
    let hint = TEXTS.say(locale, "till-hint", &[("card", CARD.into()), ("cashiers", cashiers.into())]);
    let kept = match place {
        Place::Temporary(_) => TEXTS.get(locale, "data-temporary"),
        Place::Kept(_) => TEXTS.say(locale, "data-kept", &[("folder", place.shown().into())]),
    };
    format!(
        "  {hub_label:<width$}  http://{hub}/            {users}\n  \
         {till_label:<width$}  http://{till}/till/1      {hint}\n  \
         {api_label:<width$}  http://{hub}/api/docs    {}\n{kept}",
        TEXTS.get(locale, "loopback"),
    )
}

async fn asked_to_stop() {
    let ctrl_c = async {
        // Without a handler the system itself ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = ctrl_c => {}
        _ = terminate => {}
    }
}
