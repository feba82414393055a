//! The running hub: what handlers share, every route with what it needs, and serving.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::kit::metrics::Metrics;
use anyhow::{Context, ensure};
use axum::Router;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use chrono::{DateTime, Utc};
use tokio::net::{TcpListener, TcpStream};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};

use crate::access::keyed::Rates;
use crate::access::staff::Passwords;
use crate::access::{self, Gate, Hub, Lane, Need, Pressure, RouteInfo};
use crate::db::Db;
use crate::insights::{Resident, Roll};
use crate::intake::Rooms;
use crate::live::{self, Live};
use crate::members::finding::Guesses;
use crate::settings::Settings;
use crate::sync::Gatherer;
use crate::{
    accounting, card_page, docs, gift_cards, insights, intake, jobs, kit, ledger, marketing, members,
    metrics, probes, receipt_page, redemption, sales, signals, stock, sync,
};

/// Cheap to clone; every handler has one.
#[derive(Debug, Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub live: Live,
    pub metrics: Metrics,
    draining: Arc<AtomicBool>,
    pub hub: Arc<Hub>,
    pub settings: Arc<Settings>,
    pub passwords: Passwords,
    pub pressure: Pressure,
    /// What tills push, many in one commit.
    pub pushes: Gatherer<Rooms>,
    /// Tickets in memory, for affinity.
    pub resident: Resident,
    /// Every member's rhythm in memory, for lists.
    pub roll: Roll,
    /// Who asked for members in vain.
    pub guesses: Guesses,
    /// Who asks for customers' own pages, and how often.
    pub card_rates: Rates,
    /// Who asks for a receipt that is still on its way keeps nobody from their card.
    pub receipt_rates: Rates,
    /// The description of the API, once the routes are built.
    pub api: Arc<OnceLock<String>>,
}

/// Whole milliseconds, which both databases keep alike.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// For tests: stands still until it is moved.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.timestamp_millis())))
    }

    /// Moves a fixed clock; the system's clock is not ours to move.
    pub fn advance(&self, by: chrono::Duration) {
        if let Self::Fixed(ms) = self {
            ms.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => ::kit::clock::now(),
            Self::Fixed(ms) => DateTime::from_timestamp_millis(ms.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }
}

impl App {
    /// Opens the database, brings its schema up to date and gives a new one its identity.
    pub async fn open(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        let target = settings.database_target();
        if settings.database.is_none() {
            std::fs::create_dir_all(&settings.data)
                .with_context(|| format!("making the folder {}", settings.data.display()))?;
        }
        let db = Db::open(&target).await.with_context(|| format!("opening {}", without_password(&target)))?;
        let mut tx = db.begin().await?;
        let hub = access::ensure_hub(&mut tx, &settings, clock.now()).await?;
        ledger::ensure_programme(&mut tx, clock.now()).await?;
        tx.commit().await?;
        Ok(Self {
            db,
            clock,
            live: Live::default(),
            metrics: metrics::new()?,
            draining: Arc::default(),
            hub: Arc::new(hub),
            pressure: Pressure::new(&settings),
            pushes: Gatherer::new(Rooms),
            settings: Arc::new(settings),
            passwords: Passwords::default(),
            resident: Resident::default(),
            roll: Roll::default(),
            guesses: Guesses::default(),
            card_rates: Rates::of_cards(),
            receipt_rates: Rates::of_receipts(),
            api: Arc::default(),
        })
    }

    /// From here on the hub says that it is not ready, so that nobody new is sent to it. It goes on answering.
    pub fn begin_draining(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Its name makes browsers insist on HTTPS where the hub is reached by it.
    pub fn session_cookie(&self) -> &'static str {
        if self.settings.behind_tls { "__Host-yapa" } else { "yapa" }
    }
}

/// For messages: an address may carry a password.
pub(crate) fn without_password(target: &str) -> String {
    // Behind the question mark drivers take passwords too.
    let target = if target.contains("://") { target.split('?').next().unwrap_or(target) } else { target };
    match (target.split_once("://"), target.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://…@{place}"),
        _ => target.to_owned(),
    }
}

/// Every route with what it needs, on one screen.
pub fn routes(app: App) -> (Router, OpenApi, Vec<RouteInfo>) {
    let document = Arc::clone(&app.api);
    let gate = programs(pages(Gate::new(app, api_head())))
        .plain("/livez", Need::Public, get(probes::livez))
        .plain("/readyz", Need::Public, get(probes::readyz))
        .plain("/sync/v1/enrol", Need::Public, post(sync::api::enrol))
        .background("/sync/v1/open", Lane::Open, post(sync::api::open))
        .background("/sync/v1/push", Lane::Push, post(intake::api::push))
        .background("/sync/v1/hashes", Lane::Pull, post(sync::api::hashes))
        .background("/sync/v1/changes", Lane::Pull, get(sync::api::changes))
        .plain("/sync/v1/stock", Need::SignedTill, post(stock::api::asked))
        .plain("/sync/v1/receipt", Need::SignedTill, post(sales::receipts::asked))
        .plain("/sync/v1/held", Need::SignedTill, get(sales::held::list).put(sales::held::put))
        .plain("/sync/v1/held/take", Need::SignedTill, post(sales::held::take))
        .plain("/sync/v1/gift-cards/balance", Need::SignedTill, post(gift_cards::api::balance))
        .plain("/sync/v1/gift-cards/hold", Need::SignedTill, post(gift_cards::api::hold))
        .plain("/sync/v1/points/reserve", Need::SignedTill, post(redemption::api::reserve))
        .plain("/sync/v1/members/find", Need::SignedTill, post(members::finding::asked))
        .plain("/live", Need::AnyStaff, get(live::stream::stream))
        .plain(docs::DOCUMENT_PATH, Need::Public, get(docs::document));
    let (router, api, infos) = gate.finish();
    // A document that cannot be written leaves its route to say so.
    if let Ok(text) = api.to_pretty_json() {
        let _ = document.set(text);
    }
    (router, api, infos)
}

/// What an operator's own programs ask, on a listener that no customer or till reaches.
pub fn internal_routes(app: App) -> Router {
    let gate = Gate::new(app, api_head())
        .plain("/livez", Need::Public, get(probes::livez))
        .plain("/readyz", Need::Public, get(probes::readyz))
        .plain("/metrics", Need::Public, get(probes::metrics));
    gate.finish().0
}

/// Customers, each one's page with what is done there, and the page that is their own.
fn customer_pages(gate: Gate) -> Gate {
    use access::Permission as May;
    use card_page::{desk, pages as own};
    use insights::pages::{customer, customers};
    use intake::adjustments::pages as points;
    use intake::cards::pages as cards;
    use intake::merging::pages as merging;
    gate.page("/customers", Need::Staff(May::ReadMembers), get(customers::list))
        .page("/customers/{id}", Need::Staff(May::ReadMembers), get(customer::show))
        .page("/customers/{id}/cards", Need::Staff(May::WriteCards), get(cards::show).post(cards::send))
        .page("/customers/{id}/own-page", Need::Staff(May::WriteCards), get(desk::show).post(desk::send))
        .page("/c/{*token}", Need::Secret, get(own::show).post(own::send))
        .page("/r/{*token}", Need::Secret, get(receipt_page::pages::show))
        .plain("/c/worker.js", Need::Public, get(own::worker))
        .page("/customers/{id}/points", Need::Staff(May::AdjustPoints), get(points::show).post(points::send))
        .page("/customers/{id}/merge", Need::Staff(May::MergeMembers), get(merging::show).post(merging::send))
        .page("/find", Need::Staff(May::ReadMembers), get(customers::find))
}

/// Gift cards at the desk.
fn gift_card_pages(gate: Gate) -> Gate {
    use access::Permission as May;
    use gift_cards::pages as gift;
    gate.page("/gift-cards", Need::Staff(May::ReadGiftCards), get(gift::list))
        .page("/gift-cards/moves", Need::Staff(May::ReadGiftCards), get(gift::all_moves))
        .page("/gift-cards/find", Need::Staff(May::ReadGiftCards), get(gift::find).post(gift::found))
        .page("/gift-cards/{digest}", Need::Staff(May::ReadGiftCards), get(gift::show))
        .page("/gift-cards/{digest}/say", Need::Staff(May::WriteGiftCards), post(gift::say))
}

/// Points that tills hold, at the desk.
fn redemption_pages(gate: Gate) -> Gate {
    use access::Permission as May;
    use redemption::pages;
    gate.page("/redemptions", Need::Staff(May::ReadReservations), get(pages::list)).page(
        "/redemptions/release",
        Need::Staff(May::ReleaseReservations),
        post(pages::release),
    )
}

/// What people open.
fn pages(gate: Gate) -> Gate {
    use crate::programme::pages as programme;
    use access::Permission as May;
    use access::pages::{help, login, preferences};
    use accounting::pages as liability;
    use insights::pages::{affinity, overview};
    use intake::adjustments::settling;
    use marketing::pages as promotions;
    use signals::pages as signal;
    use sync::pages::quarantine;
    redemption_pages(gift_card_pages(customer_pages(gate)))
        .page("/", Need::Staff(May::ReadOverview), get(overview::show))
        .page("/adjustments", Need::Staff(May::AdjustPoints), get(settling::list))
        .page("/adjustments/settle", Need::Staff(May::AdjustPoints), post(settling::settle))
        .page("/charged", Need::Staff(May::ReadSales), get(ledger::pages::list))
        .page("/held-twice", Need::Staff(May::ReadSales), get(sales::held::pages::list))
        .page("/gifts-over", Need::Staff(May::ReadSales), get(sales::gifts::pages::list))
        .page("/over-returned", Need::Staff(May::ReadSales), get(sales::receipts::pages::list))
        .page("/affinity", Need::Staff(May::ReadInsights), get(affinity::show))
        .page("/stock", Need::Staff(May::ReadStock), get(stock::pages::list))
        .page("/promotions", Need::Staff(May::ReadPromotions), get(promotions::list))
        .page(
            "/promotions/new",
            Need::Staff(May::WritePromotions),
            get(promotions::new::show).post(promotions::new::send),
        )
        .page("/promotions/{id}", Need::Staff(May::ReadPromotions), get(promotions::show))
        .page("/promotions/{id}/stop", Need::Staff(May::WritePromotions), post(promotions::stop))
        .page("/programme", Need::Staff(May::ReadProgramme), get(programme::list))
        .page("/programme/{version}/programme.toml", Need::Staff(May::ReadProgramme), get(programme::file))
        .page(
            "/programme/new",
            Need::Staff(May::WriteProgramme),
            get(programme::draft::show).post(programme::draft::send),
        )
        .page("/programme/new/programme.toml", Need::Staff(May::WriteProgramme), get(programme::draft::file))
        .page("/programme/new/file", Need::Staff(May::WriteProgramme), post(programme::draft::take_file))
        .page("/programme/try", Need::Staff(May::WriteProgramme), get(programme::trial::show))
        .page("/programme/publish", Need::Staff(May::PublishProgramme), post(programme::trial::send))
        .page("/tills", Need::Staff(May::ReadTills), get(sync::pages::list))
        .page("/tills/code", Need::Staff(May::WriteTills), post(sync::pages::make_code))
        .page("/readers", Need::Staff(May::ReadTills), get(sync::readers::pages::list))
        .page("/shifts", Need::Staff(May::ReadTills), get(sales::shifts::pages::list))
        .page("/liability", Need::Staff(May::ReadAccounting), get(liability::months))
        .page("/liability/gift-cards", Need::Staff(May::ReadAccounting), get(liability::gift_months))
        .page("/liability/journal", Need::Staff(May::ReadAccounting), get(liability::journal))
        .page("/signals", Need::Staff(May::ReadSignals), get(signal::list))
        .page(
            "/signals/{date}/{key}",
            Need::Staff(May::ReadSignals),
            get(signal::one::show).post(signal::one::send),
        )
        .page("/quarantine", Need::Staff(May::ReadQuarantine), get(quarantine::show))
        .page("/quarantine/apply", Need::Staff(May::SettleQuarantine), post(quarantine::apply))
        .page("/quarantine/settle", Need::Staff(May::SettleQuarantine), post(quarantine::settle))
        .page("/help", Need::Public, get(help::show))
        .page("/login", Need::Public, get(login::show).post(login::enter))
        .page("/logout", Need::AnyStaff, post(login::leave))
        .page("/preferences", Need::Public, post(preferences::save))
        .page("/api/docs", Need::Public, get(docs::front))
        .page("/api/docs/", Need::Public, get(docs::index))
        .page("/api/docs/{*file}", Need::Public, get(docs::part))
        .plain("/assets/{name}", Need::Public, get(kit::assets::serve))
}

/// What other systems ask; the OpenAPI document describes these.
fn programs(gate: Gate) -> Gate {
    use access::Permission as May;
    use utoipa_axum::routes;
    gate.api(Need::Staff(May::ReadMembers), routes!(members::api::list))
        .api(Need::Staff(May::ReadMembers), routes!(members::api::one))
        .api(Need::Staff(May::ReadMembers), routes!(insights::api::visits_of))
        .api(Need::Staff(May::ReadMembers), routes!(insights::api::usual_of))
        .api(Need::Staff(May::ReadMembers), routes!(insights::api::points_of))
        .api(Need::Staff(May::ReadInsights), routes!(insights::api::visits))
        .api(Need::Staff(May::ReadInsights), routes!(insights::api::affinity))
        .api(Need::Staff(May::ReadPromotions), routes!(marketing::api::list))
        .api(Need::Staff(May::WritePromotions), routes!(marketing::api::create))
        .api(Need::Staff(May::WritePromotions), routes!(marketing::api::stop))
        .api(Need::Staff(May::ReadPromotions), routes!(marketing::api::count))
}

fn api_head() -> OpenApi {
    let info = InfoBuilder::new().title("Yapa hub").version(env!("CARGO_PKG_VERSION")).build();
    OpenApiBuilder::new().info(info).build()
}

/// How long requests under way may take when the hub is asked to stop.
const DRAIN: Duration = Duration::from_secs(25);

/// Serves until `shutdown` resolves, then finishes what is under way.
pub async fn run(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        let published = access::staff::demo::usable(&app).await?.join(", ");
        ensure!(
            published.is_empty(),
            "{published}: these log-ins have the demo's published password, so only loopback is served, not \
             {address}; give them other passwords or disable them with `hub-server staff`"
        );
    }
    let live = app.live.clone();
    let fresh = tokio::spawn(jobs::keep_fresh(app.clone()));
    let forgetting = tokio::spawn(jobs::forget_baskets(app.clone()));
    let telling = tokio::spawn(jobs::tell_tills(app.clone()));
    let taking_up = tokio::spawn(sync::keep_taking_up(app.clone(), Rooms));
    let counting = tokio::spawn(metrics::keep(app.metrics.clone()));
    let watching = tokio::spawn(live::watcher::watch(app.clone()));
    if let Some(redis) = app.settings.redis.clone() {
        let me = u64::from_le_bytes(access::secret::bytes());
        tokio::spawn(live::fanout::run(live.clone(), redis, app.hub.id.clone(), me));
    }
    let (router, _, _) = routes(app);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(at_once);
    let ending = live.clone();
    let shutdown = async move {
        shutdown.await;
        // Open streams would keep the process from ending.
        ending.close();
    };
    let drained = async {
        live.closed().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(shutdown) => served?,
        // A client that never finishes its request must not keep the hub from ending.
        () = drained => {}
    }
    fresh.abort();
    forgetting.abort();
    telling.abort();
    taking_up.abort();
    counting.abort();
    watching.await?;
    Ok(())
}

/// Sends what is written at once. Otherwise the second of two small writes, such as two events of one scan, waits
/// until the other end has confirmed the first, which it puts off by some 40 ms.
fn at_once(stream: &mut TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers on this connection may come late");
    }
}
